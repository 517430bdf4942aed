"""One function a chart kind: series in, an Altair chart out. The colours are names that the drawing turns into CSS."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import altair as alt

from ..figures import STATUS_MARK, FigureFormat
from ..model import ChartRequest, Figure, Series

# Stand-ins for CSS custom properties: each is a colour that no other part of a drawing has.
INK, MUTED, GRID, SURFACE = "#1b1f24", "#5b6571", "#d9dee4", "#fdfdfe"
SERIES = ("#0b5f83", "#b4530a", "#5b4b9a", "#2c7a4b", "#a3315f", "#6b6f00")
CSS_COLOURS: Mapping[str, str] = {
    INK: "--chart-ink",
    MUTED: "--chart-muted",
    GRID: "--chart-grid",
    SURFACE: "--chart-surface",
    **{colour: f"--chart-{number}" for number, colour in enumerate(SERIES, start=1)},
}
_LABEL_GAP = 17
# px of the type that labels are set in: a character on average, and a line
_CHARACTER, _LINE = 7, 16


@dataclass(frozen=True)
class Canvas:
    """How wide a chart is drawn, in px at which its type is 13 px."""

    name: str
    width: int
    height: int
    wrap: int
    """Characters in a line of a label below a point."""
    bar_wrap: int
    """Characters in a line of a label beside a bar."""


WIDE = Canvas("wide", 640, 300, 14, 34)
NARROW = Canvas("narrow", 236, 230, 9, 14)
DrawKind = Callable[[ChartRequest, FigureFormat, Canvas], alt.LayerChart]


def line(request: ChartRequest, form: FigureFormat, canvas: Canvas) -> alt.LayerChart:
    """Values over time, a line a series, every point with its value; one line needs no legend."""
    rows, ends = [], []
    for series, colour in zip(request.series, _colours(request.series), strict=True):
        ordered = sorted(series.figures, key=lambda item: item.day)
        rows += [{**_point(item, form), "series": series.name, "colour": colour} for item in ordered]
        ends.append({**_point(ordered[-1], form), "series": series.name, "colour": colour})
    ticks = {row["day"]: wrap(row["period"], canvas.wrap) for row in rows}
    x = alt.X(
        "day:Q",
        scale=alt.Scale(zero=False, nice=False, padding=24),
        axis=alt.Axis(
            values=list(ticks),
            labelExpr=f"split({json.dumps(ticks, ensure_ascii=False)}[datum.value], '\\n')",
            labelOverlap="greedy",
            labelSeparation=6,
            labelAngle=0,
            labelFlush=False,
            title=None,
            grid=False,
            domainColor=MUTED,
            tickColor=MUTED,
        ),
    )
    colour = alt.Color("colour:N", scale=None, legend=None)
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, y=_value_axis(request))
    layers: list[alt.Chart] = [
        base.mark_line(strokeWidth=2.5).encode(color=colour, detail="series:N"),
        base.mark_point(size=64, filled=True, opacity=1, stroke=SURFACE, strokeWidth=1.5).encode(fill=colour),
        base.mark_text(dy=-14, fontWeight=600, color=INK).encode(text="label:N"),
    ]
    if len(request.series) > 1:
        names = alt.Chart(alt.Data(values=ends)).mark_text(dy=-31, align="right", fontWeight=600)
        layers.append(names.encode(x=x, y=_value_axis(request), text="series:N", color=colour))
    return alt.layer(*layers).properties(width=canvas.width, height=canvas.height)


def bar(request: ChartRequest, form: FigureFormat, canvas: Canvas) -> alt.LayerChart:
    """A bar an observation, called after what differs between them, its value at its end; from zero."""
    labels = bar_labels(request, form)
    names = [wrap(label, canvas.bar_wrap) for _, label in labels]
    rows = [{**_point(item, form), "order": order} for order, (item, _) in enumerate(labels)]
    axis = alt.Axis(
        title=None,
        domain=False,
        ticks=False,
        labelColor=INK,
        labelLimit=0,
        labelPadding=10,
        labelExpr=f"split({json.dumps(names, ensure_ascii=False)}[datum.value], '\\n')",
    )
    # the key is the place, not the name: two bars may be called alike
    y = alt.Y("order:O", axis=axis)
    x = alt.X("value:Q", axis=None, scale=alt.Scale(zero=True, nice=False))
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, y=y)
    zero = alt.Chart(alt.Data(values=[{"value": 0}])).mark_rule(color=MUTED).encode(x=x)
    bars = base.mark_bar(height=18, color=SERIES[0])
    texts = base.mark_text(align="left", dx=7, fontWeight=600, color=INK).encode(text="label:N")
    lines = [name.split("\n") for name in names]
    label_width = _CHARACTER * max(len(line) for parts in lines for line in parts)
    step = 22 + _LINE * max(len(parts) for parts in lines)
    width = max(canvas.width - label_width - 40, canvas.width // 3)
    return alt.layer(bars, zero, texts).properties(width=width, height=alt.Step(step))


def slope(request: ChartRequest, form: FigureFormat, canvas: Canvas) -> alt.LayerChart:
    """The first and last observation of each series, joined: before at the left, after at the right."""
    pairs = [sorted(series.figures, key=lambda item: item.day) for series in request.series]
    starts, ends = [pair[0] for pair in pairs], [pair[-1] for pair in pairs]
    labels = _side_labels(starts, ends, form, canvas)
    values = [float(item.number) for item in (*starts, *ends)]
    top, bottom = max([*values, 0.0]), min([*values, 0.0])
    gap = _LABEL_GAP * (top - bottom or 1.0) / canvas.height
    rows = [*_side(request, form, "before", starts, gap), *_side(request, form, "after", ends, gap)]
    axis = alt.Axis(
        title=None,
        domain=False,
        ticks=False,
        grid=True,
        gridColor=GRID,
        labelColor=MUTED,
        labelPadding=10,
        labelAngle=0,
        labelExpr=f"split({json.dumps(labels, ensure_ascii=False)}[datum.value], '\\n')",
    )
    x = alt.X("side:N", sort=["before", "after"], scale=alt.Scale(type="point", padding=0.05), axis=axis)
    scale = alt.Scale(domain=[bottom, top], nice=False)
    colour = alt.Color("colour:N", scale=None, legend=None)
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, y=alt.Y("value:Q", axis=None, scale=scale))
    lines = base.mark_line(strokeWidth=2.5).encode(color=colour, detail="series:N")
    points = base.mark_point(size=64, filled=True, opacity=1, stroke=SURFACE, strokeWidth=1.5).encode(fill=colour)
    texts = []
    for side, align, dx in (("before", "right", -11), ("after", "left", 11)):
        text = alt.Chart(alt.Data(values=[row for row in rows if row["side"] == side]))
        mark = text.mark_text(align=align, dx=dx, fontWeight=600, baseline="middle")
        texts.append(mark.encode(x=x, y=alt.Y("at:Q", axis=None, scale=scale), text="name:N", color=colour))
    width = canvas.width // 2 if canvas is WIDE else canvas.width // 3
    return alt.layer(lines, points, *texts).properties(width=width, height=canvas.height)


def _side(
    request: ChartRequest, form: FigureFormat, side: str, items: Sequence[Figure], gap: float
) -> list[dict[str, Any]]:
    """The points of one side, their labels moved apart; at the right they name the series, if there are several."""
    heights = spread([float(item.number) for item in items], gap)
    rows = []
    for item, height, series, colour in zip(items, heights, request.series, _colours(request.series), strict=True):
        point = _point(item, form)
        named = side == "after" and len(items) > 1
        name = f"{series.name}: {point['label']}" if named else point["label"]
        rows.append({**point, "side": side, "at": height, "name": name, "series": series.name, "colour": colour})
    return rows


KINDS: Mapping[str, DrawKind] = {"line": line, "bar": bar, "slope": slope}


def bar_labels(request: ChartRequest, form: FigureFormat) -> Sequence[tuple[Figure, str]]:
    """Each observation with the name of its bar: its series, its period, or both where both differ."""
    pairs = [(item, series.name) for series in request.series for item in series.figures]
    periods = {form.period_of(item, short=True) for item, _ in pairs}
    several = len(request.series) > 1
    labels = []
    for item, name in pairs:
        period = form.period_of(item, short=True)
        labels.append((item, f"{name}, {period}" if several and len(periods) > 1 else name if several else period))
    return labels


def spread(values: Sequence[float], gap: float) -> list[float]:
    """The values moved apart upwards until each is at least `gap` above the one below it."""
    result = list(values)
    order = sorted(range(len(values)), key=lambda index: values[index])
    for below, above in pairwise(order):
        result[above] = max(result[above], result[below] + gap)
    return result


def wrap(text: str, width: int) -> str:
    """A label broken into lines of about `width` characters at its spaces."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=False))


def _point(item: Figure, form: FigureFormat) -> dict[str, Any]:
    label = form.value(item, unit=None if item.indicator.unit_type == "percent" else False, words=False)
    return {
        "id": item.id,
        "day": item.day,
        "period": form.period_of(item, short=True),
        "value": float(item.number),
        "label": label + STATUS_MARK if item.status else label,
    }


def _value_axis(request: ChartRequest) -> alt.Y:
    percent = request.series[0].figures[0].indicator.unit_type == "percent"
    axis = alt.Axis(
        title=None,
        tickCount=4,
        domain=False,
        ticks=False,
        gridColor=GRID,
        labelColor=MUTED,
        labelPadding=8,
        format="~g" if percent else ",~f",
        **({"labelExpr": "datum.label + '%'"} if percent else {}),
    )
    return alt.Y("value:Q", axis=axis, scale=alt.Scale(zero=True, nice=True))


def _side_labels(
    starts: Sequence[Figure], ends: Sequence[Figure], form: FigureFormat, canvas: Canvas
) -> dict[str, str]:
    """The periods that all of one side share, if both sides have one that fits; else `before` and `after`."""
    sides = [{form.period_of(item, short=True) for item in items} for items in (starts, ends)]
    texts = [wrap(min(side), canvas.wrap) for side in sides]
    width = max(len(line) for text in texts for line in text.split("\n"))
    if all(len(side) == 1 for side in sides) and width <= canvas.wrap:
        return {"before": texts[0], "after": texts[1]}
    return {"before": form.labels("before"), "after": form.labels("after")}


def _colours(series: Sequence[Series]) -> list[str]:
    return [SERIES[index % len(SERIES)] for index in range(len(series))]
