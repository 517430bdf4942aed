"""Shared by `line` and `small-multiples`: notes on the time axis, lines between points, labels and ticks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from ..model import Annotation, ChartData, Figure, Point, day_of, first_day, last_day
from ..text import TEXT
from .axes import lookup, value_axis
from .lazy_altair import alt
from .options import PERIOD, FenceReader, items, needed
from .plot import HALO, Row, dot, exact, layer, texts
from .theme import INK, colour_of

NOTES = items(at=needed(PERIOD, "at"), text=needed(TEXT, "text"))
"""An option with notes on the time axis."""
# each needs a line of text above the values
_MOST_NOTES = 4


def time_notes(reader: FenceReader, figures: Sequence[Figure]) -> tuple[Annotation, ...]:
    """The annotations and breaks of a fence, sorted; reports those outside the figures' time span."""
    found = []
    days = [item.day for item in figures]
    for key in ("annotations", "breaks"):
        for place, item in reader.items(key):
            period, text = item["at"], reader.rendered(item["text"], key, place, "text")
            if days and not _lies_within(period, days, key == "breaks"):
                where = (
                    "between the first and the last value" if key == "breaks" else "within the time span of the values"
                )
                hint = "remove it, or draw more figures"
                reader.problem("chart-option", f"{period} does not lie {where}", key, place, "at", hint=hint)
            elif text:
                found.append(Annotation(day_of(period), reader.form.period(period), text, key == "breaks"))
    if len(found) > _MOST_NOTES:
        message = f"{len(found)} notes are too many for a chart (at most {_MOST_NOTES})"
        reader.problem("chart-option", message, "annotations" if "annotations" in reader.values else "breaks")
    return tuple(sorted(found, key=lambda note: note.day))


def _lies_within(period: str, days: Sequence[int], is_break: bool) -> bool:
    """Whether a period overlaps the figures' time span; for a break, whether there are figures on both sides."""
    first, last = min(days), max(days)
    if is_break:
        return first < day_of(period) <= last
    return first_day(period) <= last and first <= last_day(period)


def values_on(data: ChartData, low: float, high: float) -> Callable[[str], Any]:
    """Makes the y channel of a field; all channels share one scale."""
    axis, scale = value_axis(data, low, high), alt.Scale(domain=[low, high], nice=False)
    return lambda field: alt.Y(field=field, type="quantitative", axis=axis, scale=scale)


def time_axis(ticks: Mapping[int, str], padding: float = 4) -> Any:
    """An axis of days with these labels; those that would overlap are left out."""
    fit = {"labelOverlap": "greedy", "labelSeparation": 6, "labelAngle": 0, "labelFlush": False, "labelLimit": 0}
    return alt.Axis(values=list(ticks), labelExpr=lookup(ticks), labelPadding=padding, title=None, grid=False, **fit)


def labelled(point: Point, shown: set[int], data: ChartData) -> Row:
    """The row of a point. Its label, if `shown` has the row, is above it, or below if both neighbours are higher."""
    own = [other for other in data.points if other.series == point.series]
    at = own.index(point)
    is_low = 0 < at < len(own) - 1 and min(own[at - 1].value, own[at + 1].value) > point.value
    label = point.label if point.row in shown else ""
    return {**dot(point), "series": point.series, "above": "" if is_low else label, "below": label if is_low else ""}


def label_layers(x: Any, y: Any, suffix: str = "") -> list[Any]:
    """The labels above and below the points."""
    return [
        texts(f"points{suffix}", field, {"x": x, "y": y}, dy=shift, fontWeight=600, color=INK, **HALO)
        for field, shift in (("above", -15), ("below", 17))
    ]


def line_rows(data: ChartData) -> dict[str, list[Row]]:
    """The lines between neighbours: solid, dashed beside a provisional value, none across a break."""
    breaks = [note.day for note in data.annotations if note.is_break]
    rows: dict[str, list[Row]] = {"solid": [], "dashed": []}
    for place, own in enumerate(data.points_by_series):
        for number, (first, last) in enumerate(pairwise(own)):
            if any(first.day < day <= last.day for day in breaks):
                continue
            look = {"colour": colour_of(place), "series": place, "part": f"{place} {number}"}
            ends = [{"day": point.day, "value": point.value, **look} for point in (first, last)]
            rows["dashed" if first.status or last.status else "solid"] += ends
    return rows


def line_layers(rows: Mapping[str, Sequence[Row]], x: Any, y: Any, suffix: str = "") -> list[Any]:
    """The lines between the points."""
    layers = []
    for name, dash in (("solid", []), ("dashed", [5, 4])):
        if rows[name + suffix]:
            mark = layer(name + suffix).mark_line(strokeWidth=2.5, strokeDash=dash, strokeCap="round")
            colour, part = exact(alt.Stroke, "colour"), alt.Detail(field="part", type="nominal")
            layers.append(mark.encode(x=x, y=y, stroke=colour, detail=part))
    return layers
