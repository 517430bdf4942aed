"""Few points of each series against each other: `slope` (before and after) and `dot-range`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from ...model import ChartData, Point
from ..theme import GRID, INK, LINE, MUTED, Canvas, colour_of, type_colour_of
from .plot import (
    HALO,
    Places,
    Plot,
    Row,
    dot,
    dots,
    exact,
    layer,
    layered,
    legend,
    lines_of,
    lookup,
    pixels,
    text,
    value_axis,
    value_domain,
    width_of,
    wrapped,
)

# px beyond the least and the largest value of a range
_PADDING = 18


def slope(data: ChartData, canvas: Canvas) -> Plot:
    """The first and the last value of each series, joined: before at the left, after at the right."""
    pairs = [[point for point in data.points if point.series == place] for place in range(len(data.series))]
    starts, ends = [pair[0] for pair in pairs], [pair[-1] for pair in pairs]
    several = len(pairs) > 1
    room = 230 if canvas.columns > 1 else 124
    values = [point.value for point in (*starts, *ends)]
    low, high = (min([*values, 0.0]), max([*values, 0.0])) if data.from_zero else (min(values), max(values))
    right = [
        wrapped(f"{name}: {p.label}" if several else p.label, room) for name, p in zip(data.series, ends, strict=True)
    ]
    left = [point.label for point in starts]
    span = (high - low) or 1.0
    places = Places(span * 17 / canvas.height, low - span * 0.1, low + span * 1.1)
    rows = {"before": _side("before", starts, left, places), "after": _side("after", ends, right, places)}
    rows["points"] = [*rows["before"], *rows["after"]]
    labels = {side: data.words[side] for side in ("before", "after")}
    margin = max(map(width_of, left)) + max(map(width_of, right)) + 40
    width = max(canvas.width - margin, canvas.width * 0.4)
    axis = alt.Axis(
        title=None,
        domain=False,
        ticks=False,
        grid=True,
        gridColor=GRID,
        labelPadding=18,
        labelAngle=0,
        labelLimit=0,
        labelExpr=lookup({side: wrapped(label, 110) for side, label in labels.items()}),
    )
    x = alt.X(
        field="side", type="nominal", sort=["before", "after"], scale=alt.Scale(type="point", padding=0.05), axis=axis
    )
    scale = alt.Scale(domain=[low, high], nice=False)
    y = alt.Y(field="value", type="quantitative", axis=None, scale=scale)
    lines = layer("points").mark_line(strokeWidth=2.5)
    lines = lines.encode(x=x, y=y, color=exact(alt.Color, "colour"), detail=alt.Detail(field="series", type="nominal"))
    layers = [lines, dots("points", x=x, y=y)]
    at = alt.Y(field="at", type="quantitative", axis=None, scale=scale)
    for side, align, shift in (("before", "right", -12), ("after", "left", 12)):
        mark = layer(side).mark_text(
            align=align, dx=shift, fontWeight=600, baseline="middle", lineBreak="\n", lineHeight=LINE
        )
        layers.append(mark.encode(x=x, y=at, text=text("name"), fill=exact(alt.Fill, "type")))
    return Plot(layered(layers, width=width, height=canvas.height), rows)


def _side(side: str, points: Sequence[Point], names: Sequence[str], places: Places) -> list[Row]:
    """The points of one side, their labels moved apart."""
    heights = places.of(points, names)
    return [
        {
            **dot(point),
            "side": side,
            "at": height,
            "name": name,
            "series": point.series,
            "type": type_colour_of(point.series),
        }
        for point, height, name in zip(points, heights, names, strict=True)
    ]


def dot_range(data: ChartData, canvas: Canvas) -> Plot:
    """A row a category: its dots, joined from the least to the largest; or a dot within its interval."""
    beside = canvas.columns > 1
    names = [wrapped(name, 210 if beside else canvas.width - 10) for name in data.categories]
    left = max(map(width_of, names)) + 18 if beside else 6.0
    low, high = value_domain(data)
    rows: dict[str, list[Row]] = {"names": [], "points": [], "ranges": []}
    y = 0.0
    for category, name in enumerate(names):
        own = [point for point in data.points if point.category == category]
        # the second label of a row stands below its dots
        below = 16.0 if len(own) > 1 else 0.0
        height = max(44.0 + below, LINE * lines_of(name) + 16) if beside else LINE * lines_of(name) + 44 + below
        middle = y + (height / 2 + (0 if below else 6) if beside else height - 14 - below)
        above = LINE * (lines_of(name) - 1) / 2
        at = middle - above if beside else y + LINE / 2
        rows["names"].append({"name": name, "x": -14.0 if beside else -6.0, "y": at})
        rows["points"] += [{**dot(point), "y": middle, **label} for point, label in _labelled(own, middle)]
        ends = [end for p in own for end in (p.value, p.low, p.high) if end is not None]
        rows["ranges"].append({"low": min(ends), "high": max(ends), "y": middle})
        y += height
    width = canvas.width - left - (30 if beside else 16)
    scale = alt.Scale(domain=[low, high], nice=False, zero=False, padding=_PADDING)
    beyond = (high - low) * _PADDING / (width - 2 * _PADDING)
    axis = value_axis(data, low - beyond, high + beyond, 5 if beside else 3)
    x = alt.X(field="value", type="quantitative", scale=scale, axis=axis)
    place = pixels(alt.Y, "y")
    from_low = alt.X(field="low", type="quantitative", scale=scale, axis=axis)
    ranges = layer("ranges").mark_rule(color=MUTED, strokeWidth=3, opacity=0.55)
    layers = [ranges.encode(x=from_low, x2=alt.X2(field="high"), y=place), dots("points", x=x, y=place)]
    for side in ("above", "below"):
        mark = layer("points").mark_text(fontWeight=600, color=INK, **HALO)
        layers.append(mark.encode(x=x, y=pixels(alt.Y, f"{side}_y"), text=text(side)))
    align = "right" if beside else "left"
    labels = layer("names").mark_text(align=align, color=INK, lineBreak="\n", lineHeight=LINE)
    layers.append(labels.encode(x=pixels(alt.X, "x"), y=place, text=text("name")))
    if len(data.series) > 1:
        colours = legend(data.series, [colour_of(number) for number in range(len(data.series))], canvas)
        rows["key"] = [{"name": name} for name in data.series]
        key = layer("key").mark_point(filled=True, opacity=0)
        layers.append(key.encode(color=alt.Color(field="name", type="nominal", **colours)))
    return Plot(layered(layers, width=width, height=y + 4), rows)


def _labelled(points: Sequence[Point], middle: float) -> list[tuple[Point, Mapping[str, Any]]]:
    """Labels by turns above and below, so that near values do not hide each other's."""
    result: list[tuple[Point, Mapping[str, Any]]] = []
    for number, point in enumerate(sorted(points, key=lambda item: item.value)):
        above = number % 2 == 0
        label = {"above": point.label if above else "", "below": "" if above else point.label}
        result.append((point, {**label, "above_y": middle - 16, "below_y": middle + 17}))
    return result
