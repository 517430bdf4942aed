"""How charts look: colours that CSS can change, type that is measured alike on every machine, two widths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..model import ChartData

# Stand-ins for CSS custom properties: each is a colour that no other part of a drawing has. As they stand they are the
# light theme, for pictures that leave the site.
INK, MUTED, GRID, SURFACE, EMPTY = "#1b1f24", "#5b6571", "#d9dee4", "#fdfdfe", "#eceae4"
SERIES = ("#0b5563", "#9a4a06", "#6a3fb5", "#6489ae", "#ab5f70", "#938709")
# so many of them have a contrast of 4.5 : 1 with the surface
_STRONG = 3
# from little to much; the type on the first two is ink, on the others the colour of the surface
RAMP = ("#d3e5e9", "#a3cad3", "#3a7a8d", "#1c6175", "#0a4558")
CSS_COLOURS: Mapping[str, str] = {
    INK: "--chart-ink",
    MUTED: "--chart-muted",
    GRID: "--chart-grid",
    SURFACE: "--chart-surface",
    EMPTY: "--chart-empty",
    **{colour: f"--chart-{number}" for number, colour in enumerate(SERIES, start=1)},
    **{colour: f"--chart-ramp-{number}" for number, colour in enumerate(RAMP, start=1)},
}
# Noto Sans under a name of its own, from the folder `fonts`: text is measured, and pictures are drawn, alike on every
# machine, and it has every letter of Vietnamese. A page sets its own font, of about the same widths or narrower.
FONT = "Chart Sans"
SIZE = 13
# px of the type that labels are set in: a character on average, and a line
CHARACTER, LINE = 7.6, 16


@dataclass(frozen=True)
class Canvas:
    """How wide a chart is drawn, in px at which its type is 13 px."""

    name: str
    width: int
    """Of the whole drawing."""
    height: int
    """Of a plot with two axes."""
    columns: int
    """Panels side by side."""


WIDE = Canvas("wide", 700, 300, 3)
NARROW = Canvas("narrow", 300, 240, 1)


def config(data: ChartData) -> Mapping[str, Any]:
    """The Vega-Lite configuration of a chart: no colour, font or number format is left to a default."""
    label = {"labelFont": FONT, "labelFontSize": SIZE, "labelColor": MUTED}
    title = {"titleFont": FONT, "titleFontSize": SIZE, "titleColor": MUTED, "titleFontWeight": "normal"}
    text = {"font": FONT, "fontSize": SIZE, "color": INK}
    return {
        "padding": {"left": 8, "right": 8, "top": 6, "bottom": 2},
        "font": FONT,
        "locale": {"number": number_locale(data)},
        "view": {"stroke": None},
        "axis": {**label, **title, "domainColor": MUTED, "tickColor": MUTED, "gridColor": GRID},
        "legend": {**label, **title, "labelColor": INK, "symbolSize": 90},
        "header": {**label, **title, "labelColor": INK},
        "title": {"font": FONT, "fontSize": SIZE, "fontWeight": 600, "color": INK, "anchor": "start"},
        "mark": {"color": SERIES[0]},
        "rule": {"color": MUTED},
        "text": text,
        "range": {"category": list(SERIES), "ordinal": list(RAMP), "ramp": list(RAMP), "heatmap": list(RAMP)},
    }


def number_locale(data: ChartData) -> Mapping[str, Any]:
    """How d3 writes numbers in the chart's language, in what a function of charts.py draws: our own kinds have d3 write
    none.
    """
    own = {"decimal": data.decimal, "thousands": data.thousands, "grouping": list(data.grouping), "currency": ["", ""]}
    return own if data.percent_sign == "%" else {**own, "percent": data.percent_sign}


def colour_of(place: int) -> str:
    """The colour of a series, by its place; they come again after six."""
    return SERIES[place % len(SERIES)]


def type_colour_of(place: int) -> str:
    """The colour of a series' name: its own, where that is strong enough for type on the surface."""
    return SERIES[place] if place < _STRONG else INK
