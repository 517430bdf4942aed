"""Shared by `bar` and `progress`: positions of horizontal bars, their names, and values at their ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..model import ChartData, Point
from .lazy_altair import alt
from .lettering import lines_of, width_of, wrapped
from .plot import HALO, LINES, Row, at, exact, layer, layered, legend, marked, pixels, texts, vega_lite
from .theme import INK, LINE, MUTED, SURFACE, Canvas

BAR, _GAP, _BETWEEN = 18, 6, 14


@dataclass(frozen=True)
class Frame:
    """The positions of bars: the top of each, by the row of its point, and the px that names take beside them."""

    tops: Mapping[int, float]
    left: float
    height: float
    names: list[Row]
    zero: list[Row]
    """The zero line: one piece if names are beside the bars, otherwise one for each category."""


def frame_of(data: ChartData, canvas: Canvas, together: bool = False) -> Frame:
    """A block for each category, with its name beside the bars, or above them on a narrow canvas.

    The bars of a category are stacked vertically, or in one line if `together`.
    """
    beside = canvas.is_wide
    names = [wrapped(name, 230 if beside else canvas.width - 10) for name in data.categories]
    tops: dict[int, float] = {}
    rows: list[Row] = []
    zero: list[Row] = []
    y = 0.0
    for category, name in enumerate(names):
        group = [point.row for point in data.points if point.category == category]
        text_height = LINE * lines_of(name)
        bars = 1 if together else len(group)
        block = bars * BAR + (bars - 1) * _GAP
        start = y + (max(text_height - block, 0) / 2 if beside else text_height + 4)
        tops |= {row: start + (0 if together else place * (BAR + _GAP)) for place, row in enumerate(group)}
        # the position is that of the first line, so half of the lines go above the middle
        above = LINE * (lines_of(name) - 1) / 2
        middle = start + block / 2 - above if beside else y + LINE / 2
        rows.append({"name": name, "y": middle, "x": -10.0 if beside else 0.0})
        zero.append({"value": 0, "y": start - 3, "y2": start + block + 3})
        y = max(start + block, y + text_height) + _BETWEEN
    if beside:
        zero = [{"value": 0, "y": -4.0, "y2": y - _BETWEEN + 4}]
    return Frame(tops, max(map(width_of, names)) + 12 if beside else 0.0, y - _BETWEEN, rows, zero)


def bar_row(point: Point, value: float, colour: str, top: float, **more: Any) -> Row:
    """The row of a bar, drawn as an outline if its value is provisional."""
    return {
        "id": point.id,
        "mark": f"row {point.row}",
        "value": value,
        "label": point.label,
        "label_at": value,
        "colour": colour,
        "fill": SURFACE if point.status else colour,
        **more,
        "y": top,
        "y2": top + BAR,
        "middle": top + BAR / 2,
    }


def lengths(low: float, high: float) -> Callable[[str], Any]:
    """Makes the x channel of a field; all channels share one scale."""
    scale = alt.Scale(domain=[low, low + 1.0 if low == high else high], nice=False, zero=False)
    return lambda field: alt.X(field=field, type="quantitative", axis=None, scale=scale)


def bar_layers(x: Callable[[str], Any]) -> list[Any]:
    """The bars and their zero line."""
    bars = layer("bars").mark_bar(strokeWidth=1.75)
    channels = {"x": x("value"), "x2": alt.X2(datum=0), "y": pixels(alt.Y, "y"), "y2": alt.Y2(field="y2")}
    colours = {"fill": exact(alt.Fill, "fill"), "stroke": exact(alt.Stroke, "colour")}
    return [bars.encode(**channels, **colours, **marked()), zero_layer(x)]


def zero_layer(x: Callable[[str], Any]) -> Any:
    """The zero line."""
    return layer("zero").mark_rule(color=MUTED).encode(x=x("value"), y=pixels(alt.Y, "y"), y2=alt.Y2(field="y2"))


def labels_at_ends(rows: dict[str, list[Row]], x: Callable[[str], Any]) -> list[Any]:
    """Layers of values at the outer ends of bars. Their rows are added to `rows`."""
    layers = []
    for side, align, shift in (("right", "left", 7), ("left", "right", -7)):
        rows[f"labels-{side}"] = [row for row in rows["bars"] if row["side"] == side]
        if rows[f"labels-{side}"]:
            place = {"x": x("label_at"), "y": pixels(alt.Y, "middle")}
            look = {"align": align, "dx": shift, "fontWeight": 600, "color": INK}
            layers.append(texts(f"labels-{side}", "label", place, **look, **HALO))
    return layers


def bar_chart(
    data: ChartData, canvas: Canvas, frame: Frame, layers: Sequence[Any], rows: dict[str, list[Row]]
) -> dict[str, Any]:
    """The chart of all layers, legend and names, with room at the sides for the labels of `labels_at_ends`.

    `rows` has the `names` at the left; rows called `inside` say that the labels are inside the bars.
    """
    beyond = [width_of(row["label"]) for row in rows.get("labels-right", ())]
    inset = max(beyond, default=0) + 14 if "inside" not in rows else 4
    inset_left = max((width_of(row["label"]) for row in rows.get("labels-left", ())), default=-14) + 14
    width = max(canvas.width - frame.left - inset - inset_left, canvas.width / 4)
    for row in rows["names"]:
        row["x"] -= inset_left
    key = legend(data, canvas, rows) if len(data.series) > 1 else []
    names = texts("names", "name", at(), align="right" if frame.left else "left", color=INK, **LINES)
    return vega_lite(layered([*layers, *key, names], width=width, height=frame.height), rows)
