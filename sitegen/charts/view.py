"""A drawn chart, and its view for templates: texts, drawings, table and links."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ..content import Addresses
from ..language import STATUS_MARK, FigureFormat
from ..model import ChartData, ChartRequest, Drawing, PlacedChart, View
from .svg import named
from .table import chart_table


@dataclass(frozen=True)
class Caption:
    """The texts around a chart's picture; `foot` are the lines below it."""

    title: str
    subtitle: str
    foot: tuple[str, ...]
    language: str


@dataclass(frozen=True)
class Picture:
    """A chart with its title and source, for use elsewhere: SVG, PNG at twice the size, and the size in px."""

    svg: str
    png: bytes
    width: int
    height: int


@dataclass(frozen=True)
class DrawnChart:
    """A chart and everything made from it. `rows` are those of a Python chart without figures."""

    request: ChartRequest
    data: ChartData
    drawing: Drawing
    picture: Picture
    description: str
    rows: Sequence[Mapping[str, Any]] = ()


def marks_in_words(request: ChartRequest, form: FigureFormat) -> str:
    """What the marks of a chart's figures mean: `† provisional`; empty if none has a mark."""
    marked = dict.fromkeys(form.status(item) for item in request.figures if item.status)
    return f"{STATUS_MARK} {', '.join(marked)}" if marked else ""


class ChartView(View):
    """What `partials/chart.html` shows of a chart."""

    def __init__(
        self,
        chart: DrawnChart,
        placed: PlacedChart,
        addresses: Addresses,
        form: FigureFormat,
        source_link: Callable[[str], Markup | str],
    ) -> None:
        request, language = chart.request, form.language
        self.id, self.kind, self.number = request.id, request.kind, placed.number
        self.title, self.subtitle, self.note = request.title, request.subtitle, request.note
        self.description = chart.description
        self.wide, self.narrow = (
            Markup(named(svg, f"{request.id}-{width}", request.title, chart.description))  # noqa: S704 -- our own SVG
            for svg, width in ((chart.drawing.wide, "wide"), (chart.drawing.narrow, "narrow"))
        )

        def figure_url(figure: str) -> str:
            return addresses.local(addresses.figure(figure, language))

        self.table = chart_table(request, chart.rows, form, figure_url)
        self.sources: Sequence[Markup | str] = [source_link(document.id) for document in request.documents]
        self.marks = marks_in_words(request, form)
        self.url = addresses.local(addresses.chart(request.id, language))
        self.light_url, self.dark_url = (
            addresses.local(addresses.chart(request.id, language, theme)) for theme in ("light", "dark")
        )
        self.canonical, self.light_canonical, self.dark_canonical = (
            addresses.absolute(addresses.chart(request.id, language, theme)) for theme in ("", "light", "dark")
        )
        self.svg_url, self.png_url, self.csv_url, self.json_url, self.view_url, self.narrow_view_url = (
            addresses.local(addresses.chart_file(request.id, language, ending))
            for ending in ("svg", "png", "csv", "json", "vega.json", "narrow.vega.json")
        )
        self.picture_url = addresses.absolute(addresses.chart_file(request.id, language, "png"))
        self.width, self.height = chart.picture.width, chart.picture.height
