"""All charts of a site: from what the bodies ask for to drawings, descriptions and pictures; mistakes are gathered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..content import Addresses
from ..language import STATUS_MARK, FigureFormat
from ..model import ChartData, ChartRequest, Page, in_language
from ..problems import Problem
from .description import describe, describe_rows
from .functions import ChartFunctions
from .made_spec import own_rows
from .points import chart_data
from .production import FunctionCall, Workshop
from .view import Caption, DrawnChart

Charts = Mapping[tuple[str, str], DrawnChart]
"""Drawn charts by language and id."""


@dataclass(frozen=True)
class _Ready:
    """A chart that can be drawn, with the page it stands on."""

    page: Page
    request: ChartRequest
    data: ChartData
    rows: tuple[Mapping[str, Any], ...]


def draw_charts(
    asked: Iterable[tuple[Page, ChartRequest]],
    addresses: Addresses,
    forms: Mapping[str, FigureFormat],
    functions: ChartFunctions,
    workshop: Workshop,
    problems: list[Problem],
) -> Charts:
    """Every chart that can be drawn; what keeps the others from it is added to `problems`."""
    ready = _ready(asked, forms, functions, workshop, problems)
    drawn = []
    for item, drawing in zip(ready, workshop.drawings([item.data for item in ready]), strict=True):
        if isinstance(drawing, str):
            if not drawing:
                # others that were lost are told, and this one was not tried
                continue
            made = f' that "{item.request.function}" of charts.py makes' if item.request.function else ""
            message = f"the chart{made} can't be drawn: {drawing}"
            problems.append(Problem("chart-drawing", message, item.page.source.span(item.request.line)))
        else:
            drawn.append((item, drawing))
    captions = [_caption(item, addresses, forms[item.page.language]) for item, _ in drawn]
    pictures = workshop.pictures(
        [item.request.id for item, _ in drawn],
        [(drawing.wide, caption) for (_, drawing), caption in zip(drawn, captions, strict=True)],
    )
    charts: dict[tuple[str, str], DrawnChart] = {}
    for (item, drawing), picture in zip(drawn, pictures, strict=True):
        form = forms[item.page.language]
        description = _description(item, form)
        chart = DrawnChart(item.request, item.data, drawing, picture, description, item.rows)
        charts.setdefault((item.page.language, item.request.id), chart)
    return charts


def _ready(
    asked: Iterable[tuple[Page, ChartRequest]],
    forms: Mapping[str, FigureFormat],
    functions: ChartFunctions,
    workshop: Workshop,
    problems: list[Problem],
) -> list[_Ready]:
    """The charts that can be drawn, those of charts.py with what their functions make."""
    charts = [(page, request, chart_data(request, forms[page.language])) for page, request in asked]
    calls = [
        FunctionCall(functions, request, data, page.source.find("function:", request.line))
        for page, request, data in charts
        if request.kind == "python"
    ]
    made = iter(workshop.specs(calls) if calls else ())
    ready = []
    for page, request, data in charts:
        if request.kind != "python":
            ready.append(_Ready(page, request, data, ()))
            continue
        results = next(made)
        specs = [item for item in results if isinstance(item, str)]
        # a file that can't be imported is told once, however many charts ask for it
        problems += [item for item in results if isinstance(item, Problem) and item not in problems]
        if specs:
            rows = () if request.series else own_rows(specs)
            ready.append(_Ready(page, request, chart_data(request, forms[page.language], tuple(specs)), rows))
    return ready


def _description(item: _Ready, form: FigureFormat) -> str:
    if item.rows:
        return describe_rows(item.request, item.rows, form)
    return describe(item.request, item.data, form)


def _caption(item: _Ready, addresses: Addresses, form: FigureFormat) -> Caption:
    """Title, subtitle, note, marks, source and site: a picture travels without its page."""
    request, labels = item.request, form.labels
    documents = request.documents
    titles = "; ".join(in_language(document.title, form.language) for document in documents)
    marked = dict.fromkeys(form.status(figure) for figure in request.figures if figure.status)
    lines: Sequence[str] = (
        request.note,
        f"{STATUS_MARK} {', '.join(marked)}" if marked else "",
        f"{labels('chart_source')}: {titles}" if titles else "",
        in_language(addresses.settings.title, form.language)
        + " · "
        + addresses.absolute(addresses.chart(request.id, form.language)),
    )
    return Caption(request.title, request.subtitle, tuple(line for line in lines if line), form.language)
