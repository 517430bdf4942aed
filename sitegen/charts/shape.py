"""What a kind asks of its figures: points enough, one unit, values that its marks can show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ..model import ChartRequest, Figure
from .options import FenceReader
from .points import arrange, dimensions

_MOST = {"waffle": 6, "small-multiples": 24, "line": 6, "slope": 6}


def check_shape(reader: FenceReader, request: ChartRequest) -> None:
    """Tell what keeps the figures of a request from being drawn as its kind."""
    figures = [item for one in request.series for item in one.figures]
    if any(not item.number.is_finite() for item in request.figures):
        reader.problem("chart-data", "a value that is no number can't be drawn", "kind")
        return
    units = {item.indicator.unit for item in request.figures}
    if len(units) > 1 and request.kind != "python":
        message = f"one chart can't show several units: {', '.join(sorted(units))}"
        reader.problem("chart-units", message, "indicator", hint="make a chart for each unit")
    _check_times(reader, request)
    _check_number(reader, request, figures)
    _check_names(reader, request)
    if request.kind == "bar":
        _check_bars(reader, request, figures)
    if request.kind == "waffle":
        _check_shares(reader, figures)
    if request.kind == "dot-range":
        _check_ranges(reader, request, figures)


def _check_times(reader: FenceReader, request: ChartRequest) -> None:
    """A line needs two points in time, and no two values at one."""
    if request.kind not in ("line", "slope", "small-multiples"):
        return
    for item in request.series:
        days = Counter(figure.day for figure in item.figures)
        if len(days) < 2:
            message = f'a {request.kind} chart needs two points in time or more; "{item.name}" has one'
            reader.problem("chart-data", message, "kind", hint="use `kind: bar`, or more observations")
        elif max(days.values()) > 1:
            twice = [figure for figure in item.figures if days[figure.day] > 1]
            message = f'"{item.name}" has several values for one time: {", ".join(figure.id for figure in twice)}'
            reader.problem("chart-data", message, "kind", hint="choose with `figures`")
        elif within := _one_in_another(item.figures):
            message = f'"{item.name}" has a value for {within[0].period}, and one for {within[1].period} within it'
            reader.problem("chart-data", message, "kind", hint="choose with `period`, or `figures`")


def _one_in_another(figures: Sequence[Figure]) -> tuple[Figure, Figure] | None:
    """A figure whose period ends later than that of another, and whose middle is earlier: a line would go back."""
    ordered = sorted(figures, key=lambda item: item.time_order)
    return next(((last, first) for first, last in pairwise(ordered) if last.day < first.day), None)


def _check_number(reader: FenceReader, request: ChartRequest, figures: Sequence[Figure]) -> None:
    """A drawing with too many parts can't be read."""
    most = _MOST.get(request.kind)
    count = len(figures) if request.kind == "waffle" else len(request.series)
    if most and count > most:
        what = "figures" if request.kind == "waffle" else "series"
        instead = {"line": "use `kind: small-multiples`", "slope": "use `kind: dot-range`"}
        hint = instead.get(request.kind, "make several charts")
        reader.problem(
            "chart-data", f"{count} {what} are too many for a {request.kind} chart ({most})", "kind", hint=hint
        )


def _check_names(reader: FenceReader, request: ChartRequest) -> None:
    """Each series and each category needs a name of its own, and each figure a place of its own."""
    if request.kind in ("python", "tile-map") or reader.problems:
        return
    series, categories, places = arrange(request, reader.form)
    for names in (series, categories):
        if twice := [name for name, count in Counter(names).items() if count > 1]:
            message = f'two parts of this chart are called "{twice[0]}"'
            hint = "choose figures whose names, areas or times differ, or call them otherwise"
            reader.problem("chart-names", message, "kind", hint=hint)
            return
    taken: dict[tuple[int, int], str] = {}
    for identifier, place in places.items() if request.kind in ("bar", "dot-range") else ():
        if taken.setdefault(place, identifier) != identifier:
            message = f'"{taken[place]}" and "{identifier}" are of the same indicator, area and period'
            reader.problem("chart-data", message, "kind", hint="choose one of them with `figures`")
            return


def _check_bars(reader: FenceReader, request: ChartRequest, figures: Sequence[Figure]) -> None:
    ways = dimensions(figures)
    if request.arrangement in ("grouped", "stacked") and len(ways) < 2:
        message = f"{request.arrangement} bars need figures that differ in two ways: of indicator, area and period"
        reader.problem("chart-data", message, "arrangement", hint="leave `arrangement` out for simple bars")
    if request.arrangement == "stacked" and any(item.number < 0 for item in figures):
        reader.problem(
            "chart-data", "a negative value can't be stacked", "arrangement", hint="use `arrangement: grouped`"
        )
    if request.arrangement and len(ways) > 1:
        first = {getattr(item, ways[0]).id if ways[0] != "period" else item.period for item in figures}
        most = 2 if request.arrangement == "diverging" else 6
        if len(first) > most:
            message = f"{request.arrangement} bars have at most {most} colours; these differ in {len(first)}: {ways[0]}"
            reader.problem("chart-data", message, "arrangement", hint="choose fewer figures")
        if request.arrangement == "diverging" and any(item.number < 0 for item in figures):
            message = "bars of two colours to both sides of zero show no negative values"
            reader.problem("chart-data", message, "arrangement", hint="use `arrangement: grouped`")


def _check_shares(reader: FenceReader, figures: Sequence[Figure]) -> None:
    for item in figures:
        if item.indicator.unit_type != "percent":
            message = f'a waffle shows percentages; "{item.id}" is none'
            reader.problem("chart-data", message, "kind", hint="use `kind: bar`")
            return
        if not 0 <= item.number <= 100:
            reader.problem("chart-data", f'"{item.id}" is no share of a whole: {item.value}', "kind")


def _check_ranges(reader: FenceReader, request: ChartRequest, figures: Sequence[Figure]) -> None:
    if not request.intervals and len(figures) < 2:
        reader.problem("chart-data", "a range needs two figures, or `low` and `high`", "kind")
