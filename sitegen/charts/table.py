"""The table of a chart's values, for the page and for a CSV file."""

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
    """A table for a page: headings, and cells of text or HTML. `numeric` says which columns hold numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[Markup | str, ...], ...]
    numeric: tuple[bool, ...]


def chart_table(
    request: ChartRequest, own_rows: Sequence[Row], form: FigureFormat, figure_url: FigureUrl
) -> ChartTable:
    """The table for a page. `own_rows` are those of a Python chart without figures."""
    if request.events:
        rows = tuple((form.period(event.date), event.text) for event in request.events)
        return ChartTable((form.labels("chart_date"), form.labels("chart_event")), rows, (False, False))
    if not request.series:
        names, numeric = _columns(own_rows)
        cells = tuple(tuple(_cell(row.get(name), form) for name in names) for row in own_rows)
        return ChartTable(tuple(names), cells, tuple(numeric))
    ways = [way for way in dimensions(request.drawn) if way != "period"]
    unit = form.unit_name(request.drawn[0].indicator)
    value = form.labels("unit_of", indicator=form.labels("chart_value"), unit=unit)
    texts = [*(form.labels(f"chart_{way}") for way in ways), form.labels("chart_period")]
    numbers = [value, *(form.labels(f"chart_{name}") for name in _further(request))]

    def cells_of(item: Figure) -> tuple[Markup | str, ...]:
        named = [in_language((item.indicator if way == "indicator" else item.area).name, form.language) for way in ways]
        shown = (
            form.html(each, form.value(each), figure_url(each.id)) if each else ""
            for each in (item, *_beside(item, request))
        )
        return (*named, form.period_of(item), *shown)

    numeric = [False] * len(texts) + [True] * len(numbers)
    return ChartTable((*texts, *numbers), tuple(map(cells_of, request.drawn)), tuple(numeric))


def file_rows(
    request: ChartRequest, own_rows: Sequence[Row], form: FigureFormat
) -> tuple[list[str], list[list[str]], list[bool]]:
    """The table for a file: header, rows, and which columns are numeric. Values are as published, not formatted."""
    if request.events:
        rows = [[e.date, e.text, e.document.id if e.document else ""] for e in request.events]
        return ["date", "text", "source"], rows, [False, False, False]
    if not request.series:
        names, numeric = _columns(own_rows)
        return names, [["" if row.get(n) is None else str(row[n]) for n in names] for row in own_rows], numeric
    further = _further(request)
    header = ["id", "indicator", "area", "period", "value", "unit", "qualifier", "status", "source", *further]
    return (
        header,
        [_file_row(item, request, form) for item in request.drawn],
        [name in ("value", *further) for name in header],
    )


def _file_row(item: Figure, request: ChartRequest, form: FigureFormat) -> list[str]:
    names = (in_language(item.indicator.name, form.language), in_language(item.area.name, form.language))
    sources = "; ".join(in_language(document.title, form.language) for document in item.documents)
    row = [item.id, *names, item.period, item.value, item.indicator.unit, item.qualifier, item.status, sources]
    return [*row, *(each.value if each else "" for each in _beside(item, request))]


def _further(request: ChartRequest) -> list[str]:
    """The columns after the values: ends of intervals, targets."""
    return [*(("low", "high") if request.intervals else ()), *(("target",) if request.targets else ())]


def _beside(item: Figure, request: ChartRequest) -> list[Figure | None]:
    """The figures in these columns."""
    ends = request.intervals.get(item.id, (None, None)) if request.intervals else ()
    return [*ends, *([request.targets.get(item.id)] if request.targets else ())]


def _columns(rows: Sequence[Row]) -> tuple[list[str], list[bool]]:
    """The field names of a chart's own rows, and which fields are numeric."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return names, [all(_is_number(row.get(name)) for row in rows) for name in names]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(value: object, form: FigureFormat) -> str:
    if value is None:
        return ""
    return form.number(f"{value!r}") if _is_number(value) and "e" not in repr(value) else str(value)
