"""Values over time: `line`, and `small-multiples`, a panel a series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import altair as alt

from ...model import Annotation, ChartData, Point
from ..theme import INK, LINE, MUTED, SERIES, Canvas, colour_of, type_colour_of
from .plot import (
    HALO,
    Places,
    Plot,
    Row,
    axis_width,
    dot,
    dots,
    exact,
    layer,
    layered,
    legend,
    lines_of,
    lookup,
    text,
    value_axis,
    value_domain,
    width_of,
    wrap,
    wrapped,
    zero_line,
)

# px that the label of a value takes above its point
_LABEL = 26


def line(data: ChartData, canvas: Canvas) -> Plot:
    """A line a series, every telling point with its value; several series are named at their ends, or above."""
    several = len(data.series) > 1
    named = several and canvas.columns > 1
    notes = _notes(data, canvas.width - 130)
    # remarks stand above the values and their labels
    above = sum(LINE * lines_of(note["text"]) + 6 for note in notes) + (_LABEL if notes else 0)
    # many remarks make the drawing taller, not the values flatter
    height = max(canvas.height, above / 0.4)
    low, high = value_domain(data, max(above / (height - above), 0.08))
    # the tick labels below the plot are left free
    places = Places(17 * (high - low) / height, low, high)
    rows: dict[str, Sequence[Row]] = {"zero": [{"value": 0}], "notes": notes}
    rows |= (
        {"before": _side_labels(data, 0, False, places), "after": _side_labels(data, -1, named, places)}
        if several
        else {}
    )
    axis = axis_width(data, low, high)
    before, after = (
        max((width_of(row["name"]) for row in rows.get(side, ())), default=12) for side in ("before", "after")
    )
    if before + after > (canvas.width - axis) * 0.6:
        # the first values give way: they are in the table
        rows["before"], before = [], 12
    width = max(canvas.width - axis - after - 12, canvas.width * 0.4)
    labelled = set() if several else _telling(data.points, width - 48, height / (high - low))
    rows |= {"points": [_labelled(point, labelled, data) for point in data.points]}
    rows |= _lines(data) | _bands(data)
    x, values = _time_axis(data, width, before + 12, several), _values(data, low, high)
    y = values("value")
    layers = [*zero_line([low, high], y=y), *_band_layers(rows, x, values), *_line_layers(rows, x, y)]
    layers += _note_layers(rows, x)
    if several and not named:
        # colours are the rows' own; this layer is there for their legend
        colours = legend(data.series, [colour_of(place) for place in range(len(data.series))], canvas)
        key = layer("key").mark_point(filled=True, opacity=0)
        rows["key"] = [{"name": name} for name in data.series]
        layers.append(key.encode(color=alt.Color(field="name", type="nominal", **colours)))
    layers.append(dots("points", x=x, y=y))
    layers += _side_layers(x, values("at")) if several else _label_layers(x, y)
    return Plot(layered(layers, width=width, height=height), rows)


def small_multiples(data: ChartData, canvas: Canvas) -> Plot:
    """A panel a series, all on the same scales, so that their shapes can be compared."""
    columns = min(canvas.columns, 2 if len(data.series) == 4 else len(data.series))
    low, high = value_domain(data, 0.2)
    width = (canvas.width - 46 * columns) // columns - 8
    days = sorted({point.day for point in data.points})
    ticks = {day: next(p.period for p in data.points if p.day == day) for day in (days[0], days[-1])}
    x = alt.X(
        field="day",
        type="quantitative",
        scale=alt.Scale(domain=[days[0], days[-1]], nice=False, padding=22),
        axis=_tick_axis({day: wrap(period, 11) for day, period in ticks.items()}),
    )
    y = _values(data, low, high)("value")
    rows: dict[str, Sequence[Row]] = {"zero": [{"value": 0}]}
    panels = []
    for place, name in enumerate(data.series):
        own = [point for point in data.points if point.series == place]
        shown = {own[0].row, own[-1].row}
        panel = {key: [row for row in found if row["series"] == place] for key, found in _lines(data).items()}
        panel["points"] = [_labelled(point, shown, data) for point in own]
        rows |= {f"{key}-{place}": [_in_one_colour(row) for row in found] for key, found in panel.items()}
        layers = [*zero_line([low, high], y=y), *_line_layers(rows, x, y, f"-{place}")]
        layers += [dots(f"points-{place}", x=x, y=y), *_label_layers(x, y, f"-{place}")]
        title = wrapped(name, width).split("\n")
        panels.append(layered(layers, width=width, height=120, title=title))
    return Plot(alt.ConcatSpecGenericSpec(concat=panels, columns=columns, spacing=18), rows)


def _values(data: ChartData, low: float, high: float) -> Any:
    """What makes the channel of a field of values, all on one scale."""
    axis, scale = value_axis(data, low, high), alt.Scale(domain=[low, high], nice=False)
    return lambda field: alt.Y(field=field, type="quantitative", axis=axis, scale=scale)


def _in_one_colour(row: Row) -> Row:
    """A row of a panel, which names its series: one colour does for all."""
    old = row["colour"]
    return {key: SERIES[0] if value == old else value for key, value in row.items()}


def _telling(points: Sequence[Point], width: float, scale: float) -> set[int]:
    """The rows whose value stands beside its point: the ends, the extremes, then all others that have room.

    `width` is px from the first to the last point, `scale` px to a unit of the values.
    """
    span = (points[-1].day - points[0].day) or 1
    extremes = (pick(points, key=lambda point: point.value) for pick in (min, max))
    taken: dict[int, tuple[float, float, float]] = {}
    for point in (points[0], points[-1], *extremes, *points):
        x, y = (point.day - points[0].day) / span * width, point.value * scale
        half = width_of(point.label) / 2 + 3
        if all(abs(x - other) > half + room or abs(y - height) > LINE for other, height, room in taken.values()):
            taken.setdefault(point.row, (x, y, half))
    return set(taken)


def _labelled(point: Point, labelled: set[int], data: ChartData) -> Row:
    """A point's row, its label above it, or below where both its neighbours are higher."""
    own = [other.value for other in data.points if other.series == point.series]
    rows = [other.row for other in data.points if other.series == point.series]
    at = rows.index(point.row)
    neighbours = [own[place] for place in (at - 1, at + 1) if 0 <= place < len(own)]
    is_low = len(neighbours) == 2 and all(value > point.value for value in neighbours)
    row = dot(point)
    shown = row["label"] if point.row in labelled else ""
    return {**row, "series": point.series, "above": "" if is_low else shown, "below": shown if is_low else ""}


def _lines(data: ChartData) -> dict[str, list[Row]]:
    """The stretches between neighbours: solid, or dashed to a value that isn't settled; none across a break."""
    breaks = sorted(note.day for note in data.annotations if note.is_break)
    solid: list[Row] = []
    dashed: list[Row] = []
    for place in range(len(data.series)):
        own = [point for point in data.points if point.series == place]
        for number, (first, last) in enumerate(pairwise(own)):
            if any(first.day < day <= last.day for day in breaks):
                continue
            ends = [
                {
                    "day": p.day,
                    "value": p.value,
                    "colour": colour_of(place),
                    "series": place,
                    "part": f"{place} {number}",
                }
                for p in (first, last)
            ]
            (dashed if first.status or last.status else solid).extend(ends)
    return {"solid": solid, "dashed": dashed}


def _line_layers(rows: Mapping[str, Sequence[Row]], x: Any, y: Any, suffix: str = "") -> list[Any]:
    layers = []
    for name, dash in (("solid", []), ("dashed", [5, 4])):
        if rows[name + suffix]:
            mark = layer(name + suffix).mark_line(strokeWidth=2.5, strokeDash=dash, strokeCap="round")
            colour, part = exact(alt.Stroke, "colour"), alt.Detail(field="part", type="nominal")
            layers.append(mark.encode(x=x, y=y, stroke=colour, detail=part))
    return layers


def _label_layers(x: Any, y: Any, suffix: str = "") -> list[Any]:
    return [
        layer(f"points{suffix}")
        .mark_text(dy=shift, fontWeight=600, color=INK, **HALO)
        .encode(x=x, y=y, text=text(field))
        for field, shift in (("above", -15), ("below", 17))
    ]


def _bands(data: ChartData) -> dict[str, list[Row]]:
    """The intervals of the values, joined into a band where neighbours have one."""
    return {
        "intervals": [
            {"day": p.day, "low": p.low, "high": p.high, "colour": colour_of(p.series), "series": p.series}
            for p in data.points
            if p.low is not None and p.high is not None
        ]
    }


def _band_layers(rows: Mapping[str, Sequence[Row]], x: Any, values: Any) -> list[Any]:
    if not rows["intervals"]:
        return []
    low, high = values("low"), alt.Y2(field="high")
    area = (
        layer("intervals")
        .mark_area(opacity=0.18)
        .encode(x=x, y=low, y2=high, fill=exact(alt.Fill, "colour"), detail=alt.Detail(field="series", type="nominal"))
    )
    return [
        area,
        layer("intervals")
        .mark_rule(strokeWidth=1.5, opacity=0.7)
        .encode(x=x, y=low, y2=high, stroke=exact(alt.Stroke, "colour")),
    ]


def _notes(data: ChartData, width: float) -> list[Row]:
    """Annotations and breaks: a rule at their day, their text at its top, towards the side that has room."""
    days = [point.day for point in data.points]
    span = max(days) - min(days) or 1
    top = 4
    rows: list[Row] = []
    for note in data.annotations:
        day = _middle(note, days) if note.is_break else note.day
        share = (day - min(days)) / span
        words = wrapped(note.text, max(width * max(share, 1 - share) - 40, 90))
        rows.append({"day": day, "text": words, "y": top, "side": "left" if share < 0.5 else "right"})
        top += LINE * lines_of(words) + 6
    return rows


def _middle(note: Annotation, days: Sequence[int]) -> int:
    """Half way between the points on both sides of a break."""
    before = max((day for day in days if day < note.day), default=note.day)
    after = min((day for day in days if day >= note.day), default=note.day)
    return (before + after) // 2


def _note_layers(rows: dict[str, Sequence[Row]], x: Any) -> list[Any]:
    if not rows["notes"]:
        return []
    layers = [layer("notes").mark_rule(color=MUTED, strokeDash=[3, 3]).encode(x=x)]
    for side, shift in (("left", 6), ("right", -6)):
        rows[f"notes-{side}"] = [row for row in rows["notes"] if row["side"] == side]
        mark = layer(f"notes-{side}").mark_text(
            align=side, dx=shift, baseline="top", color=MUTED, lineBreak="\n", lineHeight=LINE, **HALO
        )
        layers.append(
            mark.encode(x=x, y=alt.Y(field="y", type="quantitative", scale=None, axis=None), text=text("text"))
        )
    return layers


def _time_axis(data: ChartData, width: float, inset: float, named: bool) -> Any:
    names: dict[int, str] = {}
    for point in data.points:
        names.setdefault(point.day, point.period)
    room = width / max(len(names), 2)
    ticks = {day: wrapped(name, max(min(room, 110), 62)) for day, name in names.items()}
    days = [*names, *(note.day for note in data.annotations)]
    scale = alt.Scale(domain=[min(days), max(days)], nice=False, padding=max(inset, 24))
    # names beside points at the foot of the plot need room of their own
    return alt.X(field="day", type="quantitative", scale=scale, axis=_tick_axis(ticks, 14 if named else 4))


def _tick_axis(ticks: Mapping[int, str], padding: float = 4) -> Any:
    return alt.Axis(
        labelPadding=padding,
        values=list(ticks),
        labelExpr=lookup(ticks),
        labelOverlap="greedy",
        labelSeparation=6,
        labelAngle=0,
        labelFlush=False,
        labelLimit=0,
        title=None,
        grid=False,
    )


def _side_labels(data: ChartData, at: int, named: bool, places: Places) -> list[Row]:
    """The first (0) or last (-1) values of the series, with their names if asked, moved apart."""
    numbers = range(len(data.series))
    points = [[point for point in data.points if point.series == place][at] for place in numbers]
    texts = [f"{data.series[place]}: {point.label}" if named else point.label for place, point in enumerate(points)]
    names = [wrapped(words, 150) for words in texts]
    heights = places.of(points, names)
    return [
        {"day": point.day, "at": height, "name": name, "colour": type_colour_of(place)}
        for place, point, height, name in zip(numbers, points, heights, names, strict=True)
    ]


def _side_layers(x: Any, y: Any) -> list[Any]:
    layers = []
    for side, align, shift in (("before", "right", -11), ("after", "left", 11)):
        mark = layer(side).mark_text(align=align, dx=shift, fontWeight=600, lineHeight=LINE, lineBreak="\n")
        layers.append(mark.encode(x=x, y=y, text=text("name"), fill=exact(alt.Fill, "colour")))
    return layers
