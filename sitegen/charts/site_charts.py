"""All charts of a site: from what the bodies ask for to drawings, descriptions and pictures; mistakes are gathered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..addresses import Addresses
from ..figures import STATUS_MARK, FigureFormat
from ..model import ChartData, ChartRequest, Page, in_language
from ..problems import Problem, SiteError
from .description import describe, describe_rows
from .functions import ChartFunctions
from .made_spec import own_rows
from .points import chart_data
from .production import Workshop
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
    prepared = (
        _prepared(page, request, forms[page.language], functions, workshop, problems) for page, request in asked
    )
    ready = [item for item in prepared if item]
    drawn = []
    for item, drawing in zip(ready, workshop.drawings([item.data for item in ready]), strict=True):
        if isinstance(drawing, str):
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


def _prepared(
    page: Page,
    request: ChartRequest,
    form: FigureFormat,
    functions: ChartFunctions,
    workshop: Workshop,
    problems: list[Problem],
) -> _Ready | None:
    data = chart_data(request, form)
    if request.kind != "python":
        return _Ready(page, request, data, ())
    try:
        given = {"function": request.function, "data": asdict(data), "table": request.rows, "code": functions.code}
        specs = workshop.specs(given, lambda: functions.specs(request, data, page.source))
    except SiteError as error:
        # a file that can't be imported is told once, however many charts ask for it
        problems += [problem for problem in error.problems if problem not in problems]
        return None
    rows = () if request.series else own_rows(specs)
    return _Ready(page, request, chart_data(request, form, specs), rows)


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
