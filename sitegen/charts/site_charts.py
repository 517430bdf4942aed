"""All charts of a site: from requests to drawings, descriptions and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..content import Addresses
from ..language import FigureFormat
from ..model import ChartData, ChartRequest, Page, in_language
from ..problems import Problem
from .functions import ChartFunctions
from .made_spec import own_rows
from .production import FunctionCall, Specs, Workshop
from .view import Caption, DrawnChart, marks_in_words

Charts = Mapping[tuple[str, str], DrawnChart]
"""Drawn charts by language and id."""


@dataclass(frozen=True)
class _Ready:
    """A chart that can be drawn, with its page."""

    page: Page
    request: ChartRequest
    data: ChartData
    rows: Sequence[Mapping[str, Any]] = ()


def draw_charts(
    requests: Sequence[tuple[Page, ChartRequest]],
    addresses: Addresses,
    formats: Mapping[str, FigureFormat],
    functions: ChartFunctions,
    workshop: Workshop,
    problems: list[Problem],
) -> Charts:
    """Every chart that can be drawn; the problems of others are added to `problems`."""
    if not requests:
        return {}
    ready = _ready(requests, formats, functions, workshop, problems)
    drawn = []
    for item, drawing in zip(ready, workshop.drawings([item.data for item in ready]), strict=True):
        if not isinstance(drawing, str):
            drawn.append((item, drawing))
        elif drawing:
            made = f' made by "{item.request.function}" of charts.py' if item.request.function else ""
            message = f"the chart{made} can't be drawn: {drawing}"
            problems.append(Problem("chart-drawing", message, item.page.source.span(item.request.line)))
    pictures = workshop.pictures(
        [item.request.id for item, _ in drawn],
        [(drawing.wide, _caption(item.request, addresses, formats[item.page.language])) for item, drawing in drawn],
    )
    charts: dict[tuple[str, str], DrawnChart] = {}
    for (item, drawing), picture in zip(drawn, pictures, strict=True):
        description = describe(item.request, item.data, formats[item.page.language], item.rows)
        chart = DrawnChart(item.request, item.data, drawing, picture, description, item.rows)
        charts.setdefault((item.page.language, item.request.id), chart)
    return charts


def _ready(
    requests: Iterable[tuple[Page, ChartRequest]],
    formats: Mapping[str, FigureFormat],
    functions: ChartFunctions,
    workshop: Workshop,
    problems: list[Problem],
) -> list[_Ready]:
    """The charts that can be drawn, including those made by functions of charts.py."""
    # takes a while to import
    from .kinds import CHART_KINDS

    charts = [
        _Ready(page, request, CHART_KINDS[request.kind].data(request, formats[page.language]))
        for page, request in requests
    ]
    calls = [
        FunctionCall(functions, item.request, item.data, item.page.source.find("function:", item.request.line))
        for item in charts
        if item.request.function
    ]
    made = iter(workshop.specs(calls) if calls else ())
    ready = []
    for item in charts:
        specs = next(made) if item.request.function else None
        if specs is None:
            ready.append(item)
        elif isinstance(specs, Specs):
            rows = () if item.request.series else own_rows(specs)
            ready.append(replace(item, data=replace(item.data, specs=specs), rows=rows))
        else:
            # a file that can't be imported is reported once, however many charts use it
            problems += [problem for problem in specs if problem not in problems]
    return ready


def describe(request: ChartRequest, data: ChartData, form: FigureFormat, rows: Sequence[Mapping[str, Any]] = ()) -> str:
    """A chart's description, a few sentences, with the author's addition at the end."""
    from .description import Teller
    from .kinds import CHART_KINDS

    sentences = [*CHART_KINDS[request.kind].sentences(Teller(request, data, form, rows)), request.remark]
    return " ".join(sentence for sentence in sentences if sentence)


def _caption(request: ChartRequest, addresses: Addresses, form: FigureFormat) -> Caption:
    """Title, subtitle, note, marks, source and site: a picture travels without its page."""
    titles = "; ".join(in_language(document.title, form.language) for document in request.documents)
    site = in_language(addresses.settings.title, form.language)
    lines = (
        request.note,
        marks_in_words(request, form),
        f"{form.labels('chart_source')}: {titles}" if titles else "",
        f"{site} · {addresses.absolute(addresses.chart(request.id, form.language))}",
    )
    return Caption(request.title, request.subtitle, tuple(line for line in lines if line), form.language)
