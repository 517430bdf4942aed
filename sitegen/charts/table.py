"""The table of exactly the values that a chart draws, for the page and as rows of a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ..language import FigureFormat
from ..model import ChartRequest, Figure, in_language
from .points import dimensions

FigureUrl = Callable[[str], str]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class ChartTable:
    """A table as a page shows it: headings, and cells of text or HTML. `numeric` says which columns hold numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[Markup | str, ...], ...]
    numeric: tuple[bool, ...]


def chart_table(
    request: ChartRequest, own_rows: Sequence[Row], form: FigureFormat, figure_url: FigureUrl
) -> ChartTable:
    """What is drawn, row by row. `own_rows` are those of a Python chart that takes nothing from the figures."""
    if request.events:
        rows = tuple((form.period(event.date), event.text) for event in request.events)
        return ChartTable((form.labels("chart_date"), form.labels("chart_event")), rows, (False, False))
    if not request.series:
        return _of_rows(own_rows, form)
    figures = [item for series in request.series for item in series.figures]
    ways = [way for way in dimensions(figures) if way != "period"]
    further = [key for key, found in (("interval", request.intervals), ("target", request.targets)) if found]
    head = [form.labels(f"chart_{way}") for way in ways]
    head += [form.labels("chart_period"), _value_heading(figures[0], form)]
    if "interval" in further:
        head += [form.labels("chart_low"), form.labels("chart_high")]
    if "target" in further:
        head.append(form.labels("chart_target"))

    def cell(item: Figure | None) -> Markup | str:
        return form.html(item, form.value(item), figure_url(item.id)) if item else ""

    rows = tuple(
        (
            *(in_language((item.indicator if way == "indicator" else item.area).name, form.language) for way in ways),
            form.period_of(item),
            cell(item),
            *(map(cell, request.intervals.get(item.id, (None, None))) if "interval" in further else ()),
            *((cell(request.targets.get(item.id)),) if "target" in further else ()),
        )
        for item in figures
    )
    texts = len(ways) + 1
    return ChartTable(tuple(head), rows, tuple(place >= texts for place in range(len(head))))


def _of_rows(rows: Sequence[Row], form: FigureFormat) -> ChartTable:
    """The rows of a chart's own data, under their fields' names."""
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    numeric = tuple(all(_is_number(row.get(name)) for row in rows) for name in names)
    cells = tuple(tuple(_cell(row.get(name), form) for name in names) for row in rows)
    return ChartTable(names, cells, numeric)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(value: object, form: FigureFormat) -> str:
    if value is None:
        return ""
    return form.number(f"{value!r}") if _is_number(value) and "e" not in repr(value) else str(value)


def _value_heading(figure: Figure, form: FigureFormat) -> str:
    return form.labels("unit_of", indicator=form.labels("chart_value"), unit=form.unit_name(figure.indicator))


def file_rows(
    request: ChartRequest, own_rows: Sequence[Row], form: FigureFormat
) -> tuple[list[str], list[list[str]], list[bool]]:
    """The same for a file: header, rows, and which columns hold numbers. Values are as published, not as printed."""
    if request.events:
        rows = [[e.date, e.text, e.document.id if e.document else ""] for e in request.events]
        return ["date", "text", "source"], rows, [False, False, False]
    if not request.series:
        names = list(dict.fromkeys(name for row in own_rows for name in row))
        numeric = [all(_is_number(row.get(name)) for row in own_rows) for name in names]
        return names, [["" if row.get(n) is None else str(row[n]) for n in names] for row in own_rows], numeric
    figures = [item for series in request.series for item in series.figures]
    header = ["id", "indicator", "area", "period", "value", "unit", "qualifier", "status", "source"]
    ends = ["low", "high"] if request.intervals else []
    target = ["target"] if request.targets else []
    rows = [_file_row(item, request, form, bool(ends), bool(target)) for item in figures]
    names = [*header, *ends, *target]
    return names, rows, [name in ("value", "low", "high", "target") for name in names]


def _file_row(item: Figure, request: ChartRequest, form: FigureFormat, ends: bool, target: bool) -> list[str]:
    names = (in_language(item.indicator.name, form.language), in_language(item.area.name, form.language))
    sources = "; ".join(in_language(document.title, form.language) for document in item.documents)
    row = [item.id, *names, item.period, item.value, item.indicator.unit, item.qualifier, item.status, sources]
    if ends:
        row += [end.value if end else "" for end in request.intervals.get(item.id, (None, None))]
    if target:
        aim = request.targets.get(item.id)
        row.append(aim.value if aim else "")
    return row
