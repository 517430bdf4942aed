"""An Altair chart → lean SVG for the page: a name and a description, colours from CSS, no fonts of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import vl_convert
from babel import Locale

from ..figures import FigureFormat
from ..model import ChartRequest, Drawing
from .kinds import CSS_COLOURS, INK, KINDS, MUTED, NARROW, WIDE

_SVG = "http://www.w3.org/2000/svg"
_VEGALITE = "6.4"
# Liberation Sans comes with vl-convert, so text is measured alike on every machine; Arial has the same widths.
_FONT = "Liberation Sans"
_DROPPED = ("pointer-events", "font-family", "role", "aria-roledescription", "aria-label", "aria-hidden", "class")
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_TAG = re.compile(r"\{.*\}")


def draw(request: ChartRequest, form: FigureFormat, description: str) -> tuple[Drawing, ...]:
    """A chart at both its widths; the same request gives the same bytes on any machine."""
    drawings = []
    for canvas in (WIDE, NARROW):
        chart = KINDS[request.kind](request, form, canvas)
        # altair's own default theme is not ours, and its check of each spec costs more than the drawing
        spec = {**chart.to_dict(validate=False), "config": _theme(), "background": None}
        svg = vl_convert.vegalite_to_svg(
            spec, vl_version=_VEGALITE, allowed_base_urls=[], format_locale=_format_locale(form.locale)
        )
        drawings.append(Drawing(canvas.name, _finish(svg, request, description, canvas.name)))
    return tuple(drawings)


def _theme() -> Mapping[str, Any]:
    axis = {"labelFontSize": 13, "labelFont": _FONT, "labelColor": MUTED, "titleFont": _FONT}
    return {
        "padding": {"left": 4, "right": 12, "top": 8, "bottom": 4},
        "font": _FONT,
        "view": {"stroke": None},
        "axis": axis,
        "text": {"font": _FONT, "fontSize": 13, "color": INK},
    }


def _format_locale(locale: Locale) -> dict[str, Any]:
    symbols = locale.number_symbols["latn"]
    return {"decimal": symbols["decimal"], "thousands": symbols["group"], "grouping": [3], "currency": ["", ""]}


def _finish(svg: str, request: ChartRequest, description: str, width: str) -> str:
    """Vega's SVG with what it drops put back, and what the page doesn't need taken out."""
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(svg)  # noqa: S314 -- vl-convert made it
    prefix = f"{request.id}-{width}"
    _clean(root, prefix)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.set("role", "img")
    root.set("aria-labelledby", f"{prefix}-title {prefix}-desc")
    for position, (tag, text) in enumerate((("title", request.title), ("desc", description))):
        element = ElementTree.Element(f"{{{_SVG}}}{tag}", {"id": f"{prefix}-{tag}"})
        element.text = text
        root.insert(position, element)
    return ElementTree.tostring(root, encoding="unicode")


def _clean(element: ElementTree.Element, prefix: str) -> None:
    for name in _DROPPED:
        element.attrib.pop(name, None)
    for name, value in element.attrib.items():
        value = _NUMBER.sub(lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), value)
        if value in CSS_COLOURS:
            value = f"var({CSS_COLOURS[value]}, {value})"
        if name == "id":
            value = f"{prefix}-{value}"
        value = value.replace("url(#", f"url(#{prefix}-")
        element.set(name, value)
    for child in list(element):
        _clean(child, prefix)
        tag = _TAG.sub("", child.tag)
        empty_path = tag == "path" and child.get("d", "") in ("", "M0,0h0v0h0Z")
        if empty_path or child.get("display") == "none" or (tag == "g" and len(child) == 0 and not child.text):
            element.remove(child)
