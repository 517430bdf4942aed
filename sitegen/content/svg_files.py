"""Checks authors' SVG files. Opened directly, an SVG is a document of the site, so it must not contain anything active.

https://www.w3.org/TR/SVG2/ and https://www.w3.org/TR/SVG11/. A file is published unchanged or refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.parsers import expat

from ..problems import Problem, SiteError, Span
from ..text import SourceText

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
_LARGEST = 16 << 20
_DEEPEST = 200
_DRAWING_ELEMENTS = (
    "svg g defs symbol use switch view title desc metadata style path rect circle ellipse line polyline polygon text "
    "tspan tref textPath image marker clipPath mask pattern linearGradient radialGradient meshgradient meshrow "
    "meshpatch hatch hatchpath stop filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix "
    "feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR "
    "feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile "
    "feTurbulence font font-face font-face-src font-face-name glyph missing-glyph hkern vkern altGlyph"
)
_DRAWING = frozenset(_DRAWING_ELEMENTS.split())
# elements of these namespaces are active in SVG too
_ACTING_NAMESPACES = (
    "http://www.w3.org/1999/xhtml",
    "http://www.w3.org/1998/Math/MathML",
    "http://www.w3.org/1999/XSL/Transform",
    "http://www.w3.org/2001/xml-events",
    "http://www.w3.org/2001/XInclude",
    "http://www.mozilla.org/keymaster/gatekeeper/there.is.only.xul",
    "http://www.mozilla.org/xbl",
)
_PICTURE = re.compile(r"data:image/(?:png|jpeg|jpg|gif|webp);base64,[A-Za-z0-9+/=\s]*+\Z", re.IGNORECASE)
_URL = re.compile(r"url\(\s*+[\"']?+\s*+([^)\"'\s]{0,40})", re.IGNORECASE)
_FONT = re.compile(r"data:(?:font/|application/(?:x-)?font)", re.IGNORECASE)
# CSS that fetches or runs something, and escapes that could hide it
_STYLE = re.compile(r"\\|@import|@charset|@namespace|expression\(|-moz-binding|behavior\s*:|image-set\(|\bsrc\(", re.I)
_SCHEME = re.compile(r"(?:java|vb|live)\s*+script\s*+:|data\s*+:\s*+text", re.IGNORECASE)


def svg_problem(content: bytes, name: str) -> Problem | None:
    """Why a drawing can't be published, or None."""
    if len(content) > _LARGEST:
        return Problem("file-type", f"a drawing of more than {_LARGEST >> 20} MB", Span(name), "save it as a bitmap")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Problem("file-type", "a drawing that is not UTF-8", Span(name), "save it as UTF-8")
    reader = _Reader(SourceText(name, text.replace("\r\n", "\n")))
    try:
        reader.read(content)
    except SiteError as error:
        return error.problems[0]
    except expat.ExpatError as error:
        message = f"not XML: {expat.ErrorString(error.code)}"
        return Problem("file-type", message, reader.source.span(error.lineno, error.offset + 1))
    return None


class _Reader:
    """Parses a drawing, and refuses it at the first thing that does more than draw."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self._depth = 0
        self._style: list[str] | None = None
        parser: Any = expat.ParserCreate("utf-8", " ")
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.ProcessingInstructionHandler = self._instruction
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        self._parser = parser

    def read(self, content: bytes) -> None:
        """Raises SiteError for active content, and ExpatError for invalid XML."""
        self._parser.Parse(content.removeprefix(b"\xef\xbb\xbf"), True)

    def _refuse(self, what: str, hint: str = "save it as plain SVG, without scripts and links") -> None:
        place = self.source.span(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)
        raise SiteError([Problem("file-type", f"a drawing may only draw: {what}", place, hint)])

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "utf8", "us-ascii"):
            self._refuse(f"its encoding is {encoding[:40]}", "save it as UTF-8")

    def _doctype(self, name: str, system: str | None, public: str | None, has_subset: int) -> None:
        if has_subset or name != "svg":
            self._refuse("its document type declares entities", "save it as plain SVG, without an editor's own data")

    def _instruction(self, target: str, data: str) -> None:
        self._refuse(f"<?{target[:40]}?> is an instruction to the browser")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._refuse(f"it is nested more than {_DEEPEST} levels deep")
        namespace, _, local = name.rpartition(" ")
        if self._depth == 1 and (namespace, local) != (_SVG, "svg"):
            self._refuse(f"its root is <{local[:40]}>, not <svg> of {_SVG}", f'begin it with <svg xmlns="{_SVG}">')
        if namespace in _ACTING_NAMESPACES or (namespace == _SVG and local not in _DRAWING):
            self._refuse(f"<{local[:40]}> is not allowed")
        if namespace == _SVG and local == "style":
            self._style = []
        for key, value in attributes.items():
            self._attribute(local, key, value)

    def _attribute(self, element: str, key: str, value: str) -> None:
        namespace, _, local = key.rpartition(" ")
        if namespace == _XML and local == "base":
            self._refuse("xml:base redirects its references")
        if namespace not in ("", _XLINK):
            # editor metadata, which browsers ignore
            return
        if local.lower().startswith("on"):
            self._refuse(f"`{local[:40]}` is an event handler")
        if local.lower() in ("href", "src", "action", "formaction") and not _is_internal(element, value):
            self._refuse(f"`{local}` leads out of the drawing: {value[:60]}", "embed the picture, or remove the link")
        if _SCHEME.search(value):
            self._refuse(f"`{local[:40]}` contains a script")
        if local.lower() == "style":
            self._check_style(value)
        self._check_urls(value)

    def _check_style(self, text: str) -> None:
        if found := _STYLE.search(text):
            self._refuse(f"a style contains `{found[0]}`")
        self._check_urls(text)

    def _check_urls(self, text: str) -> None:
        for address in _URL.findall(text):
            if not address.startswith("#") and not _FONT.match(address):
                self._refuse(f"a style fetches {address[:40]}")

    def _text(self, text: str) -> None:
        if self._style is not None:
            self._style.append(text)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._style is not None:
            style, self._style = "".join(self._style), None
            self._check_style(style)


def _is_internal(element: str, address: str) -> bool:
    """Whether an address is within the drawing, or an embedded picture."""
    address = address.strip()
    return not address or address.startswith("#") or (element == "image" and _PICTURE.match(address) is not None)
