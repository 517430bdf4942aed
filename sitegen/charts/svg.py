"""Vega's SVG made fit for a page: lean, its colours from CSS, its ids its own, and each value's mark findable."""

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
# of the width that a drawing could have; the kinds take more of it
_NARROWEST = 0.9
_MARK = re.compile(r"row (\d+)\Z")
_TAG = re.compile(r"\{[^{}]*+\}")
_PROPERTY = re.compile(r"var\(--[\w-]+, (#[0-9a-f]{6})\)")
# scales that work out colours between those of their range, which must then be colours and not properties
_DISCRETE = ("ordinal", "band", "point")


def for_page(svg: str, prefix: str, width: int) -> str:
    """An SVG as vl-convert writes it → one to put into a page, at the width the page gives it.

    A drawing much narrower than `width` px is given room at its side, so that its type is no larger than that of the
    others. `prefix` goes before every id, so that many drawings can stand in one page. Marks of values keep the row of
    their value in the chart's table as `data-row`.
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
    """A drawing with its name and description, which assistive technology reads in place of its parts."""
    head, _, rest = svg.partition(">")
    label = f'role="img" aria-labelledby="{prefix}-title" aria-describedby="{prefix}-desc"'
    texts = f'<title id="{prefix}-title">{escape(title)}</title><desc id="{prefix}-desc">{escape(description)}</desc>'
    return f"{head} {label}>{texts}{rest}"


def literal_colours(text: str) -> str:
    """A drawing, or a specification, with the colours of the light theme in place of custom properties."""
    return _PROPERTY.sub(r"\1", text)


def with_properties(vega: Mapping[str, Any]) -> str:
    """A Vega specification, as JSON, that takes its colours from the page, as the drawing does."""
    return json.dumps(_replaced(vega), ensure_ascii=False, separators=(",", ":"))


def _replaced(value: Any) -> Any:
    if isinstance(value, str):
        return _colour(value)
    if isinstance(value, Mapping):
        if "range" in value and "type" in value and value["type"] not in _DISCRETE:
            return {key: item if key == "range" else _replaced(item) for key, item in value.items()}
        return {key: item if key == "range" and "type" not in value else _replaced(item) for key, item in value.items()}
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
            # HTML knows the plain name only
            del attributes[name]
            attributes["href"] = value
        elif name != "href":
            attributes[name] = _attribute(value, prefix)
    if mark:
        element.set("data-row", mark[1])
    if element.get("stroke") and _TAG.sub("", element.tag) == "text":
        # the halo goes behind the letters
        element.set("paint-order", "stroke")
    for child in list(element):
        _clean(child, prefix)
        if _is_nothing(child):
            element.remove(child)
        elif _TAG.sub("", child.tag) == "g" and not child.attrib and len(child) == 1 and not (child.text or "").strip():
            # a group that only holds another one
            element[list(element).index(child)] = child[0]


def _attribute(value: str, prefix: str) -> str:
    """Numbers to a tenth of a px; colours by their property; references to the drawing's own ids."""
    if value[:1] == "#":
        return _colour(value)
    if "." in value:
        value = _NUMBER.sub(lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), value)
    return value.replace("url(#", f"url(#{prefix}-") if "(#" in value else value


def _is_nothing(element: ElementTree.Element) -> bool:
    """Whether an element draws nothing at all."""
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
