"""Lengths from a zero line: `bar` (also grouped, stacked, diverging) and `progress` to a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from ...model import ChartData, Point
from ..theme import GRID, INK, LINE, MUTED, SERIES, SURFACE, Canvas, colour_of
from .plot import HALO, Plot, Row, exact, layer, layered, legend, lines_of, pixels, text, width_of, wrapped

_BAR, _GAP, _BETWEEN = 18, 6, 14


def bar(data: ChartData, canvas: Canvas) -> Plot:
    """A bar a value, its value at its end; `arrangement` says how the bars of several series stand."""
    if data.arrangement == "stacked":
        return _stacked(data, canvas)
    mirrored = data.arrangement == "diverging" and len(data.series) == 2
    frame = _frame(data, canvas, together=mirrored)
    values = [-p.value if mirrored and p.series == 0 else p.value for p in data.points]
    ends = [end for p in data.points for end in (p.low, p.high) if end is not None]
    rows: dict[str, list[Row]] = {"bars": [], "names": frame.names, "zero": frame.zero, "intervals": []}
    by_sign = data.arrangement == "diverging" and not mirrored
    for point, value in zip(data.points, values, strict=True):
        place = int(value < 0) if by_sign else point.series
        y = frame.top_of(point)
        row = {**_bar_row(point, value, colour_of(place)), "y": y, "y2": y + _BAR, "middle": y + _BAR / 2}
        row["side"] = "left" if value < 0 or (mirrored and point.series == 0) else "right"
        rows["bars"].append(row)
        if point.low is not None and point.high is not None:
            end = {"low": point.low, "high": point.high, "y": row["middle"]}
            rows["intervals"].append({**end, "label_at": max(point.high, value)})
            row["label_at"] = max(point.high, value)
    low, high = min([*values, *ends, 0.0]), max([*values, *ends, 0.0])
    layers = [*_bar_layers(), *_labels_at_ends(rows)]
    if rows["intervals"]:
        layers.insert(2, _whiskers())
    return _plot(data, canvas, frame, layers, rows, (low, high))


def progress(data: ChartData, canvas: Canvas) -> Plot:
    """How far each value has come: its bar, a mark at its target, and both in words."""
    frame = _frame(data, canvas, together=False)
    rows: dict[str, list[Row]] = {"bars": [], "tracks": [], "names": frame.names, "zero": frame.zero}
    for point in data.points:
        y = frame.top_of(point)
        label = point.label
        if point.target is not None:
            label = data.words["progress"].format(value=point.label, target=point.target_label)
            rows["tracks"].append({"value": point.target, "y": y - 4, "y2": y + _BAR + 4, "top": y, "bottom": y + _BAR})
        at = max(point.value, point.target or 0.0)
        row = _bar_row(point, point.value, SERIES[0])
        place = {"label": label, "label_at": max(at, 0.0), "side": "right"}
        rows["bars"].append({**row, **place, "y": y, "y2": y + _BAR, "middle": y + _BAR / 2})
    x, x2 = _x("value"), alt.X2(datum=0)
    track = layer("tracks").mark_bar(color=GRID).encode(x=x, x2=x2, y=pixels(alt.Y, "top"), y2=alt.Y2(field="bottom"))
    target = (
        layer("tracks").mark_rule(color=INK, strokeWidth=3).encode(x=x, y=pixels(alt.Y, "y"), y2=alt.Y2(field="y2"))
    )
    high = max([0.0, *(row["label_at"] for row in rows["bars"])])
    layers = [track, *_bar_layers(), target, *_labels_at_ends(rows)]
    return _plot(data, canvas, frame, layers, rows, (min([0.0, *(p.value for p in data.points)]), high))


def _stacked(data: ChartData, canvas: Canvas) -> Plot:
    """Parts end to end; a part's value stands in it where there is room, and the table has all."""
    frame = _frame(data, canvas, together=True)
    totals: dict[int, float] = {}
    rows: dict[str, list[Row]] = {"bars": [], "names": frame.names, "zero": frame.zero, "inside": []}
    for point in sorted(data.points, key=lambda item: (item.category, item.series)):
        start = totals.get(point.category, 0.0)
        totals[point.category] = start + point.value
        y = frame.top_of(point)
        place = {"start": start, "end": totals[point.category], "y": y, "y2": y + _BAR, "middle": y + _BAR / 2}
        colour = colour_of(point.series)
        look = {"edge": colour if point.status else SURFACE, "ink": INK if point.status else SURFACE}
        rows["bars"].append({**_bar_row(point, point.value, colour), **place, **look})
    high = max(totals.values()) or 1.0
    plot_width = canvas.width - frame.left - 20
    for row in rows["bars"]:
        if (row["end"] - row["start"]) / high * plot_width > width_of(row["label"]) + 6:
            rows["inside"].append({**row, "at": (row["start"] + row["end"]) / 2})
    bars = layer("bars").mark_bar(strokeWidth=1.5)
    channels = {"y": pixels(alt.Y, "y"), "y2": alt.Y2(field="y2"), "fill": exact(alt.Fill, "fill")}
    channels |= {"stroke": exact(alt.Stroke, "edge")}
    bars = bars.encode(
        x=_x("start"), x2=alt.X2(field="end"), description=alt.Description(field="mark", type="nominal"), **channels
    )
    inside = layer("inside").mark_text(fontWeight=600)
    inside = inside.encode(x=_x("at"), y=pixels(alt.Y, "middle"), text=text("label"), fill=exact(alt.Fill, "ink"))
    return _plot(data, canvas, frame, [bars, _zero(), inside], rows, (0.0, high))


@dataclass(frozen=True)
class _Frame:
    """Where the bars stand: `tops` by category and place in it, `left` the px that names take beside them."""

    tops: tuple[tuple[float, ...], ...]
    left: float
    height: float
    names: list[Row]
    zero: list[Row]
    """The zero line: through all where names stand beside the bars, else piece by piece."""
    order: dict[int, tuple[int, int]]

    def top_of(self, point: Point) -> float:
        category, place = self.order[point.row]
        return self.tops[category][place]


def _frame(data: ChartData, canvas: Canvas, together: bool) -> _Frame:
    """A block for each category: its name beside its bars, or above them where there is no room beside."""
    groups: list[list[Point]] = [[] for _ in data.categories]
    for point in data.points:
        groups[point.category].append(point)
    beside = canvas.columns > 1
    names = [wrapped(name, 230 if beside else canvas.width - 10) for name in data.categories]
    left = max(map(width_of, names)) + 12 if beside else 0.0
    tops: list[tuple[float, ...]] = []
    rows: list[Row] = []
    zero: list[Row] = []
    order: dict[int, tuple[int, int]] = {}
    y = 0.0
    for category, (name, group) in enumerate(zip(names, groups, strict=True)):
        text_height = LINE * lines_of(name)
        bars = 1 if together else len(group)
        block = bars * _BAR + (bars - 1) * _GAP
        start = y + (max(text_height - block, 0) / 2 if beside else text_height + 4)
        tops.append(tuple(start + (0 if together else place * (_BAR + _GAP)) for place in range(len(group))))
        order |= {point.row: (category, place) for place, point in enumerate(group)}
        # several lines hang from their first one: half of them go above the middle
        above = LINE * (lines_of(name) - 1) / 2
        at = start + block / 2 - above if beside else y + LINE / 2
        rows.append({"name": name, "y": at, "x": -10.0 if beside else 0.0})
        zero.append({"value": 0, "y": start - 3, "y2": start + block + 3})
        y = max(start + block, y + text_height) + _BETWEEN
    if beside:
        zero = [{"value": 0, "y": -4.0, "y2": y - _BETWEEN + 4}]
    return _Frame(tuple(tops), left, y - _BETWEEN, rows, zero, order)


def _bar_row(point: Point, value: float, colour: str) -> Row:
    return {
        "id": point.id,
        "mark": f"row {point.row}",
        "value": value,
        "label": point.label,
        "label_at": value,
        "colour": colour,
        "fill": SURFACE if point.status else colour,
    }


def _x(field: str) -> Any:
    # the domain of `value` is set with the plot; all layers share it
    return alt.X(field=field, type="quantitative", axis=None, scale=alt.Scale(nice=False, zero=False))


def _zero() -> Any:
    return layer("zero").mark_rule(color=MUTED).encode(x=_x("value"), y=pixels(alt.Y, "y"), y2=alt.Y2(field="y2"))


def _bar_layers() -> list[Any]:
    """The bars and their zero line; a value that isn't settled has an outline only."""
    bars = (
        layer("bars")
        .mark_bar(strokeWidth=1.75)
        .encode(
            x=_x("value"),
            x2=alt.X2(datum=0),
            y=pixels(alt.Y, "y"),
            y2=alt.Y2(field="y2"),
            fill=exact(alt.Fill, "fill"),
            stroke=exact(alt.Stroke, "colour"),
            description=alt.Description(field="mark", type="nominal"),
        )
    )
    return [bars, _zero()]


def _whiskers() -> Any:
    mark = layer("intervals").mark_rule(color=INK, strokeWidth=2)
    return mark.encode(x=_x("low"), x2=alt.X2(field="high"), y=pixels(alt.Y, "y"))


def _labels_at_ends(rows: dict[str, list[Row]]) -> list[Any]:
    """Values beyond the ends of their bars: to the left of those that go to the left."""
    layers = []
    for side, align, shift in (("right", "left", 7), ("left", "right", -7)):
        rows[f"labels-{side}"] = [row for row in rows["bars"] if row["side"] == side]
        if not rows[f"labels-{side}"]:
            continue
        mark = layer(f"labels-{side}").mark_text(align=align, dx=shift, fontWeight=600, color=INK, **HALO)
        layers.append(mark.encode(x=_x("label_at"), y=pixels(alt.Y, "middle"), text=text("label")))
    return layers


def _plot(
    data: ChartData,
    canvas: Canvas,
    frame: _Frame,
    layers: Sequence[Any],
    rows: dict[str, list[Row]],
    domain: tuple[float, float],
) -> Plot:
    """All layers on one scale, with room at both sides for the labels and the names."""
    low, high = domain
    if low == high:
        high = low + 1.0
    beyond = rows.get("labels-right", ())
    inset = max((width_of(row["label"]) for row in beyond), default=0) + 14 if "inside" not in rows else 4
    inset_left = max((width_of(row["label"]) for row in rows.get("labels-left", ())), default=-14) + 14
    width = max(canvas.width - frame.left - inset - inset_left, canvas.width / 4)
    for row in rows["names"]:
        row["x"] -= inset_left
    align = "right" if frame.left else "left"
    names = layer("names").mark_text(align=align, color=INK, lineBreak="\n", lineHeight=LINE)
    names = names.encode(x=pixels(alt.X, "x"), y=pixels(alt.Y, "y"), text=text("name"))
    scale = alt.Scale(domain=[low, high], nice=False, zero=False)
    keyed = [_rescaled(item, scale) for item in layers]
    if len(data.series) > 1:
        key = layer("key").mark_point(filled=True, opacity=0)
        colours = legend(data.series, [colour_of(place) for place in range(len(data.series))], canvas)
        rows["key"] = [{"name": name} for name in data.series]
        keyed.append(key.encode(color=alt.Color(field="name", type="nominal", **colours)))
    return Plot(layered([*keyed, names], width=width, height=frame.height), rows)


def _rescaled(item: Any, scale: Any) -> Any:
    item.encoding.x.scale = scale
    return item
