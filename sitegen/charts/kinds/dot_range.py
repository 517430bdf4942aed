"""`dot-range`: a row of dots for each category, joined by a line; or a dot with its interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from ...language import FigureFormat
from ...model import ChartData, ChartRequest, Point
from ...text import FLAG, Keys
from ..axes import value_axis, value_domain
from ..choice import intervals
from ..description import MOST_LISTED, Teller, capital
from ..kind import ChartKind, Misfit
from ..lazy_altair import alt
from ..lettering import lines_of, width_of, wrapped
from ..options import FIGURES, NAMES, FenceReader
from ..plot import HALO, LINES, Row, at, dot, dots, layer, layered, legend, pixels, texts, vega_lite
from ..points import Arrangement, crossed, dimensions
from ..theme import INK, LINE, MUTED, Canvas

# px beyond the smallest and the largest value
_PADDING = 18


class DotRange(ChartKind):
    """The last dimension in which the figures differ has colours, the others are rows."""

    name = "dot-range"
    options: ClassVar[Keys] = {**FIGURES, "low": NAMES, "high": NAMES, "zero": FLAG}
    one_colour = True

    def details(self, reader: FenceReader, request: ChartRequest) -> ChartRequest:
        return replace(request, intervals=intervals(reader, request.drawn), from_zero=reader.values.get("zero", False))

    def check(self, request: ChartRequest) -> Iterator[Misfit]:
        if not request.intervals and len(request.drawn) < 2:
            yield Misfit("a range needs two figures, or `low` and `high`")

    def arrange(self, request: ChartRequest, form: FigureFormat) -> Arrangement:
        ways = dimensions(request.drawn)
        if len(ways) > bool(request.intervals):
            return crossed(request.drawn, form, ways[::-1])
        return super().arrange(request, form)

    def told(self, teller: Teller) -> Iterator[str]:
        """Each row from its smallest to its largest value."""
        if len(teller.figures) > MOST_LISTED:
            yield from teller.extremes(teller.named_figures())
            return
        data = teller.data
        for category, name in enumerate(data.categories):
            own = sorted((p for p in data.points if p.category == category), key=lambda point: point.value)
            parts = [teller.named(teller.figures[point.row], data.series[point.series]) for point in own]
            text = teller.say("range", low=parts[0], high=parts[-1]) if len(parts) == 2 else "; ".join(parts)
            yield f"{name}: {text}." if name else f"{capital(text)}."

    def draw(self, data: ChartData, canvas: Canvas) -> dict[str, Any]:
        beside = canvas.is_wide
        names = [wrapped(name, 210 if beside else canvas.width - 10) for name in data.categories]
        rows: dict[str, list[Row]] = {"names": [], "points": [], "ranges": []}
        y = 0.0
        for category, name in enumerate(names):
            own = [point for point in data.points if point.category == category]
            # the second label of a row is below its dots
            below = 16.0 if len(own) > 1 else 0.0
            height = max(44.0 + below, LINE * lines_of(name) + 16) if beside else LINE * lines_of(name) + 44 + below
            middle = y + (height / 2 + (0 if below else 6) if beside else height - 14 - below)
            above = LINE * (lines_of(name) - 1) / 2
            top = middle - above if beside else y + LINE / 2
            rows["names"].append({"name": name, "x": -14.0 if beside else -6.0, "y": top})
            rows["points"] += [{**dot(point), "y": middle, **label} for point, label in _labelled(own, middle)]
            ends = [end for p in own for end in (p.value, p.low, p.high) if end is not None]
            rows["ranges"].append({"low": min(ends), "high": max(ends), "y": middle})
            y += height
        width = canvas.width - (max(map(width_of, names)) + 18 + 30 if beside else 6.0 + 16)
        low, high = value_domain(data)
        scale = alt.Scale(domain=[low, high], nice=False, zero=False, padding=_PADDING)
        beyond = (high - low) * _PADDING / (width - 2 * _PADDING)
        axis = value_axis(data, low - beyond, high + beyond, 5 if beside else 3)
        x, from_low = (alt.X(field=f, type="quantitative", scale=scale, axis=axis) for f in ("value", "low"))
        place = pixels(alt.Y, "y")
        ranges = layer("ranges").mark_rule(color=MUTED, strokeWidth=3, opacity=0.55)
        layers = [ranges.encode(x=from_low, x2=alt.X2(field="high"), y=place), dots("points", x=x, y=place)]
        for side in ("above", "below"):
            label = {"x": x, "y": pixels(alt.Y, f"{side}_y")}
            layers.append(texts("points", side, label, fontWeight=600, color=INK, **HALO))
        layers.append(texts("names", "name", at(), align="right" if beside else "left", color=INK, **LINES))
        layers += legend(data, canvas, rows) if len(data.series) > 1 else []
        return vega_lite(layered(layers, width=width, height=y + 4), rows)


def _labelled(points: Sequence[Point], middle: float) -> list[tuple[Point, Mapping[str, Any]]]:
    """Labels alternate above and below, so that those of neighbours don't overlap."""
    result: list[tuple[Point, Mapping[str, Any]]] = []
    for number, point in enumerate(sorted(points, key=lambda item: item.value)):
        above, below = (point.label, "") if number % 2 == 0 else ("", point.label)
        result.append((point, {"above": above, "below": below, "above_y": middle - 16, "below_y": middle + 17}))
    return result
