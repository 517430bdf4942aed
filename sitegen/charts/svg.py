"""Vega's SVG → SVG for a page: smaller, coloured by CSS, with unique ids, and the row of each mark as `data-row`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from markupsafe import escape

from .theme import CSS_COLOURS

_SVG = "http://www.w3.org/2000/svg"
_DROPPED = frozenset(
    {"pointer-events", "font-family", "role", "aria-roledescription", "aria-label", "aria-hidden", "class", "version"}
    | {"stroke-miterlimit"}
)
_DEFAULTS = {"opacity": "1", "stroke-width": "1", "font-weight": "normal", "transform": "translate(0,0)"}
_XLINK = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?(?<!\d)\d++\.\d{2,}")
# drawings narrower than this share of their width are padded; ours are wider
_NARROWEST = 0.9
_MARK = re.compile(r"row (\d+)\Z")
_TAG = re.compile(r"\{[^{}]*+\}")
_PROPERTY = re.compile(r"var\(--[\w-]+, (#[0-9a-f]{6})\)")
# other scales interpolate colours, so theirs must stay literal
_DISCRETE = ("ordinal", "band", "point")


def for_page(svg: str, prefix: str, width: int) -> str:
    """vl-convert's SVG → SVG for a page, scaled to the page's width.

    A drawing much narrower than `width` px is padded, so that its text isn't scaled larger than that of others.
    `prefix` makes ids unique in the page. Marks of values get their row in the chart's table as `data-row`.
    """
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(svg)  # noqa: S314 -- vl-convert made it
    _clean(root, prefix)
    for name in ("width", "height"):
        del root.attrib[name]
    left, top, own, height = root.get("viewBox", "").split()
    if float(own) < _NARROWEST * width:
        root.set("viewBox", f"{left} {top} {width} {height}")
    return ElementTree.tostring(root, encoding="unicode")


def named(svg: str, prefix: str, title: str, description: str) -> str:
    """A drawing with title and description, which assistive technology reads instead of the parts."""
    head, _, rest = svg.partition(">")
    label = f'role="img" aria-labelledby="{prefix}-title" aria-describedby="{prefix}-desc"'
    texts = f'<title id="{prefix}-title">{escape(title)}</title><desc id="{prefix}-desc">{escape(description)}</desc>'
    return f"{head} {label}>{texts}{rest}"


def literal_colours(text: str) -> str:
    """A drawing or specification with the colours of the light theme instead of custom properties."""
    return _PROPERTY.sub(r"\1", text)


def with_properties(vega: Mapping[str, Any]) -> str:
    """A Vega specification as JSON, its colours as custom properties."""
    return json.dumps(_replaced(vega), ensure_ascii=False, separators=(",", ":"))


def _replaced(value: Any) -> Any:
    if isinstance(value, str):
        return _colour(value)
    if isinstance(value, Mapping):
        literal = "range" if value.get("type") not in _DISCRETE else ""
        return {key: item if key == literal else _replaced(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_replaced(item) for item in value]
    return value


def _colour(value: str) -> str:
    return f"var({CSS_COLOURS[value]}, {value})" if value in CSS_COLOURS else value


def _clean(element: ElementTree.Element, prefix: str) -> None:
    attributes = element.attrib
    mark = _MARK.match(attributes.get("aria-label", ""))
    for name, value in list(attributes.items()):
        if name in _DROPPED or _DEFAULTS.get(name) == value:
            del attributes[name]
        elif name == "id":
            attributes[name] = f"{prefix}-{value}"
        elif name == _XLINK:
            # HTML knows only the plain name
            del attributes[name]
            attributes["href"] = value
        elif name != "href":
            attributes[name] = _attribute(value, prefix)
    if mark:
        element.set("data-row", mark[1])
    if element.get("stroke") and _TAG.sub("", element.tag) == "text":
        # draw the halo behind the letters
        element.set("paint-order", "stroke")
    for child in list(element):
        _clean(child, prefix)
        if _is_nothing(child):
            element.remove(child)
        elif _TAG.sub("", child.tag) == "g" and not child.attrib and len(child) == 1 and not (child.text or "").strip():
            # a group around a single element
            element[list(element).index(child)] = child[0]


def _attribute(value: str, prefix: str) -> str:
    """An attribute with numbers rounded to 0.1 px, colours as properties, and prefixed ids in references."""
    if value[:1] == "#":
        return _colour(value)
    if "." in value:
        value = _NUMBER.sub(lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), value)
    return value.replace("url(#", f"url(#{prefix}-") if "(#" in value else value


def _is_nothing(element: ElementTree.Element) -> bool:
    """Whether an element draws nothing."""
    tag = _TAG.sub("", element.tag)
    hidden = element.get("display") == "none" or element.get("opacity") == "0"
    if hidden and "data-row" not in element.attrib:
        return True
    if tag == "path":
        unseen = "fill" not in element.attrib and "stroke" not in element.attrib and "data-row" not in element.attrib
        return element.get("d", "") in ("", "M0,0h0v0h0Z") or (unseen and element.get("d", "").startswith("M0.5,0.5h"))
    if tag == "text":
        return not "".join(element.itertext()).strip()
    return tag == "g" and len(element) == 0
