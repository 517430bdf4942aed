"""What the kinds share: a chart with its rows, marks for points, axes, and text broken into lines."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import altair as alt

from ...language import FigureFormat
from ...model import ChartData, Point
from ..theme import CHARACTER, GRID, MUTED, SURFACE, Canvas, colour_of

Row = dict[str, Any]
# behind a text that a line may pass: it stays legible
HALO: Mapping[str, Any] = {"stroke": SURFACE, "strokeWidth": 4, "strokeJoin": "round"}
_SHAPES: Mapping[str, str] = {
    "more-than": "triangle-up",
    "at-least": "triangle-up",
    "less-than": "triangle-down",
    "at-most": "triangle-down",
    "about": "diamond",
}


@dataclass(frozen=True)
class Plot:
    """A specification of Altair's, and the rows that its layers name."""

    chart: Any
    datasets: Mapping[str, Sequence[Row]]


def plain(value: Any) -> Any:
    """What `to_dict(validate=False)` makes of a part of a kind's chart, in a third of the time.

    Altair asks of each value whether it is an array, a date or a map, and the kinds hand it none of these. They write
    no shorthand (`value:Q`) either, which would have to be read.
    """
    if isinstance(value, alt.SchemaBase):
        return plain(value._args[0] if value._args else value._kwds)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items() if item is not alt.Undefined and key != "shorthand"}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def layer(name: str) -> Any:
    """A layer that draws the rows of a name. Rows are named so that Altair need not copy them with every step."""
    return alt.Chart(alt.NamedData(name))


def layered(layers: Sequence[Any], width: float, height: float, **properties: Any) -> Any:
    """Layers above each other on shared scales.

    They are put together from the parts of each: `alt.layer` copies, compares and checks all of them at every step,
    which takes longer than drawing them does.
    """
    units = [alt.UnitSpec(data=item.data, mark=item.mark, encoding=item.encoding) for item in layers]
    return alt.LayerSpec(layer=units, width=width, height=height, **properties)


def pixels(channel: Any, field: str) -> Any:
    """A place in px of the drawing itself, by a field of the row."""
    return channel(field=field, type="quantitative", scale=None, axis=None)


def exact(channel: Any, field: str) -> Any:
    """A colour, shape or text as the row has it."""
    return channel(field=field, type="nominal", scale=None, legend=None)


def text(field: str) -> Any:
    """What a text mark says."""
    return alt.Text(field=field, type="nominal")


def dot(point: Point) -> Row:
    """A point's row with its mark: hollow while its value isn't settled, pointing where a bound leaves it open."""
    colour = colour_of(point.series)
    return {
        "id": point.id,
        "mark": f"row {point.row}",
        "value": point.value,
        "day": point.day,
        "period": point.period,
        "label": point.label,
        "colour": colour,
        "fill": SURFACE if point.status else colour,
        "edge": colour if point.status else SURFACE,
        "shape": _SHAPES.get(point.bound, "circle"),
    }


def dots(name: str, **channels: Any) -> Any:
    """The marks of points, each told apart by its row."""
    mark = layer(name).mark_point(size=78, opacity=1, strokeWidth=1.75)
    return mark.encode(
        fill=exact(alt.Fill, "fill"),
        stroke=exact(alt.Stroke, "edge"),
        shape=exact(alt.Shape, "shape"),
        description=alt.Description(field="mark", type="nominal"),
        **channels,
    )


def value_axis(data: ChartData, low: float, high: float, count: int = 4) -> Any:
    """A quiet axis of values from `low` to `high`, with about `count` ticks, each written as the values are."""
    ticks = tick_labels(data, low, high, count)
    values, texts = json.dumps(list(ticks)), json.dumps(list(ticks.values()), ensure_ascii=False)
    return alt.Axis(
        title=None,
        values=list(ticks),
        domain=False,
        ticks=False,
        gridColor=GRID,
        labelPadding=8,
        labelExpr=f"{texts}[indexof({values}, datum.value)]",
    )


def axis_width(data: ChartData, low: float, high: float) -> float:
    """About how many px the labels of a value axis take, with the space around them."""
    own, english = (
        max((len(text) for text in tick_labels(each, low, high, 4).values()), default=0)
        for each in (data, replace(data, language="en"))
    )
    written = max(width_of(f"{number:,.0f}") for number in (low, high))
    # what another language's separators and percent sign take beyond that
    return 27 + written + CHARACTER * max(own - english, 0)


def tick_labels(data: ChartData, low: float, high: float, count: int) -> Mapping[float, str]:
    """Round values between two, with what the axis says at each; those of counts are whole."""
    form = FigureFormat.plain(data.language)
    step = max(_tick_step((high - low) / count), Decimal(1) if data.whole else Decimal(0))
    first, last = math.ceil(Fraction(low) / Fraction(step)), math.floor(Fraction(high) / Fraction(step))
    ticks = [number * step for number in range(first, last + 1)]
    return {float(tick): form.number(f"{tick.normalize():f}", data.percent) for tick in ticks}


def _tick_step(width: float) -> Decimal:
    """The number of 1, 2 or 5 times a power of ten that is nearest to a width on a logarithmic scale, as d3 has it."""
    power = math.floor(math.log10(width))
    share = width / 10.0**power
    factor = 10 if share >= math.sqrt(50) else 5 if share >= math.sqrt(10) else 2 if share >= math.sqrt(2) else 1
    return Decimal(factor).scaleb(power)


def value_domain(data: ChartData, headroom: float = 0.08) -> tuple[float, float]:
    """From zero, or the least value where the chart need not begin at zero, to the largest.

    `headroom` is a share of that, for labels above the largest; below the least it is 0.08 at most.
    """
    values = [number for item in data.points for number in (item.value, item.low, item.high) if number is not None]
    low, high = min(values), max(values)
    if data.from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    span = high - low or abs(high) or 1.0
    bottom = low - span * min(headroom, 0.08) if low < 0 or not data.from_zero else low
    return (bottom, high + span * headroom if high > 0 or not data.from_zero or low == high else high)


def lookup(names: Mapping[int, str] | Mapping[str, str]) -> str:
    """A Vega expression that gives an axis the label of each of its values, broken at line ends."""
    return f"split({json.dumps(names, ensure_ascii=False)}[datum.value], '\\n')"


def spread(values: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Places for labels of these heights, each as near to its value as its neighbours let it be.

    Labels that would lie over each other stand as one block around the middle of their values, within `low` to `high`
    where they fit.
    """
    order = sorted(range(len(values)), key=lambda index: values[index])
    blocks: list[tuple[list[int], float]] = []
    for index in order:
        members = [index]
        while True:
            height = sum(heights[member] for member in members)
            middle = sum(values[member] for member in members) / len(members)
            bottom = max(min(middle - height / 2, high - height), low)
            if not blocks or blocks[-1][1] + sum(heights[member] for member in blocks[-1][0]) <= bottom:
                break
            members = blocks.pop()[0] + members
        blocks.append((members, bottom))
    result = list(values)
    for members, bottom in blocks:
        for member in members:
            result[member] = bottom + heights[member] / 2
            bottom += heights[member]
    return result


@dataclass(frozen=True)
class Places:
    """Where labels at the ends of lines may stand: the height of a line of type, and the lowest and highest value."""

    line: float
    low: float
    high: float

    def of(self, points: Sequence[Point], names: Sequence[str]) -> list[float]:
        """The middle of each label's first line, as a value: its other lines stand below."""
        heights = [self.line * lines_of(name) for name in names]
        middles = spread([point.value for point in points], heights, self.low, self.high)
        return [middle + (height - self.line) / 2 for middle, height in zip(middles, heights, strict=True)]


def wrap(words: str, characters: float) -> str:
    """A label broken into lines of about so many characters at its spaces."""
    return "\n".join(textwrap.wrap(words, max(int(characters), 4), break_long_words=False)) or words


def wrapped(words: str, width: float) -> str:
    """A label broken into lines that are about so many px wide."""
    return wrap(words, width / CHARACTER)


def width_of(words: str) -> float:
    """About how many px the longest line of a text takes."""
    return CHARACTER * max(len(line) for line in words.split("\n"))


def lines_of(words: str) -> int:
    """How many lines a text has."""
    return words.count("\n") + 1


def legend(names: Sequence[str], colours: Sequence[str], canvas: Canvas) -> Any:
    """A scale that names its colours above the drawing."""
    scale = alt.Scale(domain=list(names), range=list(colours))
    across = sum(width_of(name) + 36 for name in names) < canvas.width
    return {
        "scale": scale,
        "legend": alt.Legend(
            title=None,
            orient="top",
            direction="horizontal" if across else "vertical",
            symbolType="circle",
            labelLimit=canvas.width - 30,
            offset=10,
        ),
    }


def zero_line(values: Sequence[float], **channels: Any) -> list[Any]:
    """A rule at zero, where values lie on both sides of it."""
    if min(values) < 0 < max(values):
        return [layer("zero").mark_rule(color=MUTED, strokeWidth=1.25).encode(**channels)]
    return []
