"""The look of charts: colours that CSS can override, a font with the same metrics on every machine, two widths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..language import FigureFormat

# Each colour maps to one CSS custom property, so all must differ. They are also the light theme, which stand-alone
# pictures use.
INK, MUTED, GRID, SURFACE, EMPTY = "#1b1f24", "#5b6571", "#d9dee4", "#fdfdfe", "#eceae4"
SERIES = ("#0b5563", "#9a4a06", "#6a3fb5", "#6489ae", "#ab5f70", "#938709")
# so many of them, from the first, have a contrast of 4.5 : 1 to the surface
_STRONG = 3
# from low to high; text on the first two is ink, on the others surface
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
# Noto Sans from the folder `fonts`, renamed so that no installed font replaces it: the same metrics everywhere, and all
# Vietnamese letters. Pages use their own font, of about the same width or narrower.
FONT = "Chart Sans"
SIZE = 13
# px of an average character and of a line of text
CHARACTER, LINE = 7.6, 16


@dataclass(frozen=True)
class Canvas:
    """The size of a drawing, in px; text is 13 px."""

    width: int
    """Of the whole drawing."""
    height: int
    """Of a plot with two axes."""
    columns: int
    """Panels side by side."""

    @property
    def is_wide(self) -> bool:
        return self.columns > 1


WIDE = Canvas(width=700, height=300, columns=3)
NARROW = Canvas(width=300, height=240, columns=1)


def config(language: str) -> Mapping[str, Any]:
    """The Vega-Lite configuration: Vega's default colours, fonts and number formats are all replaced."""
    label = {"labelFont": FONT, "labelFontSize": SIZE, "labelColor": MUTED}
    title = {"titleFont": FONT, "titleFontSize": SIZE, "titleColor": MUTED, "titleFontWeight": "normal"}
    text = {"font": FONT, "fontSize": SIZE, "color": INK}
    return {
        "padding": {"left": 8, "right": 8, "top": 6, "bottom": 2},
        "font": FONT,
        "locale": {"number": number_locale(language)},
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


def number_locale(language: str) -> Mapping[str, Any]:
    """The d3-format locale of a language, for charts of charts.py; our own kinds format numbers themselves."""
    form = FigureFormat.plain(language)
    decimal, thousands, grouping = form.separators
    own = {"decimal": decimal, "thousands": thousands, "grouping": list(grouping), "currency": ["", ""]}
    return own if form.percent_sign == "%" else {**own, "percent": form.percent_sign}


def colour_of(place: int) -> str:
    """The colour of a series by its index; they repeat after six."""
    return SERIES[place % len(SERIES)]


def type_colour_of(place: int) -> str:
    """The colour for a series' name: its own if that has enough contrast for text."""
    return SERIES[place] if place < _STRONG else INK
