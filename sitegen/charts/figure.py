"""A chart request → the HTML figure of the page: title, drawings, table of the values drawn, note, sources."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from ..figures import STATUS_MARK, FigureFormat
from ..model import ChartRequest, Figure, in_language

FigureUrl = Callable[[str], str]


def chart_html(
    request: ChartRequest, form: FigureFormat, figure_url: FigureUrl, source_link: Callable[[str], Markup | str]
) -> Markup:
    """The whole figure, readable without its drawing."""
    # altair and vl-convert take half a second to import: only a page with a chart pays for it
    from .drawing import draw

    drawings = Markup("").join(
        Markup('<div class="chart-drawing chart-{}">{}</div>').format(drawing.width, Markup(drawing.svg))  # noqa: S704 -- serialised by us
        for drawing in draw(request, form, describe(request, form))
    )
    labels = form.labels
    sources = dict.fromkeys(
        document.id for series in request.series for item in series.figures for document in item.documents
    )
    links = Markup("; ").join(source_link(source) for source in sources)
    note = Markup('<p class="chart-note">{}</p>').format(request.note) if request.note else Markup("")
    marked = dict.fromkeys(form.status(item) for series in request.series for item in series.figures if item.status)
    if marked:
        # what the mark in the drawing means
        note += Markup('<p class="chart-note">{} {}</p>').format(STATUS_MARK, ", ".join(marked))
    return Markup(
        '<figure class="chart chart-{}" id="chart-{}">'
        '<figcaption><span class="chart-title">{}</span> <span class="chart-subtitle">{}</span></figcaption>'
        '{}<details class="chart-data"><summary>{}</summary>{}</details>{}'
        '<p class="chart-source">{}: {}</p></figure>'
    ).format(
        request.kind,
        request.id,
        request.title,
        request.subtitle,
        drawings,
        labels("chart_table"),
        _table(request, form, figure_url),
        note,
        labels("chart_source"),
        links,
    )


def describe(request: ChartRequest, form: FigureFormat) -> str:
    """Every value drawn, in words: `Line chart. Loans, books. North: 2022: 4,010; 2024: 6,120.`"""
    parts = [form.labels("chart_described_" + request.kind, subtitle=request.subtitle)]
    for series in request.series:
        values = "; ".join(f"{form.period_of(item)}: {form.told(item, form.value(item))}" for item in series.figures)
        parts.append(f"{series.name}: {values}.")
    return " ".join(parts)


def _table(request: ChartRequest, form: FigureFormat, figure_url: FigureUrl) -> Markup:
    several = len(request.series) > 1
    labels = form.labels
    names = [labels("chart_series")] if several else []
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in [*names, labels("chart_period")])
    rows = Markup("").join(
        _row(item, series.name if several else "", form, figure_url)
        for series in request.series
        for item in series.figures
    )
    return Markup(
        '<div class="table-scroll" tabindex="0" role="region" aria-label="{}"><table><thead><tr>{}'
        '<th scope="col" class="num">{}</th></tr></thead><tbody>{}</tbody></table></div>'
    ).format(request.title, head, _value_heading(request, form), rows)


def _value_heading(request: ChartRequest, form: FigureFormat) -> str:
    indicator = request.series[0].figures[0].indicator
    unit = in_language(indicator.unit_name, form.language).split("|")[-1] or indicator.unit
    return form.labels("unit_of", indicator=form.labels("chart_value"), unit=unit)


def _row(item: Figure, series: str, form: FigureFormat, figure_url: FigureUrl) -> Markup:
    name = Markup('<th scope="row">{}</th>').format(series) if series else Markup("")
    value = form.html(item, form.value(item), figure_url(item.id))
    return Markup('<tr>{}<td>{}</td><td class="num">{}</td></tr>').format(name, form.period_of(item), value)
