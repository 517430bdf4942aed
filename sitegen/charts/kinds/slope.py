"""`slope`: the first and last value of each series, joined by a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from ...language import FigureFormat
from ...model import ChartData, ChartRequest, Point
from ...text import FLAG, Keys
from ..axes import GRID_ONLY, lookup
from ..description import Teller
from ..kind import ChartKind
from ..lazy_altair import alt
from ..lettering import Places, width_of, wrapped
from ..options import FIGURES, FenceReader
from ..plot import LINES, Row, dot, dots, exact, layer, layered, texts, vega_lite
from ..theme import Canvas, type_colour_of


class Slope(ChartKind):
    """Values in between are neither drawn nor in the table."""

    name = "slope"
    options: ClassVar[Keys] = {**FIGURES, "zero": FLAG}
    over_time = True
    words = ("before", "after")
    most = (6, "series")
    instead = "use `kind: dot-range`"

    def details(self, reader: FenceReader, request: ChartRequest) -> ChartRequest:
        ends = tuple(replace(one, figures=(one.figures[0], *one.figures[1:][-1:])) for one in request.series)
        return replace(request, series=ends, from_zero=reader.values.get("zero", True))

    def data(self, request: ChartRequest, form: FigureFormat) -> ChartData:
        """The sides are labelled with their time if it is the same for all series."""
        data = super().data(request, form)
        words = dict(data.words)
        for name, at in (("before", 0), ("after", -1)):
            periods = {form.period_of(series.figures[at], short=True) for series in request.series}
            if len(periods) == 1:
                words[name] = min(periods)
        return replace(data, words=words)

    def told(self, teller: Teller) -> Iterator[str]:
        return teller.over_time(gaps=False)

    def draw(self, data: ChartData, canvas: Canvas) -> dict[str, Any]:
        starts, ends = ([pair[place] for pair in data.points_by_series] for place in (0, -1))
        values = [*(point.value for point in (*starts, *ends)), *([0.0] if data.from_zero else [])]
        low, high = min(values), max(values)
        named = [f"{data.series[p.series]}: {p.label}" if len(ends) > 1 else p.label for p in ends]
        right = [wrapped(words, 230 if canvas.is_wide else 124) for words in named]
        left = [point.label for point in starts]
        span = (high - low) or 1.0
        places = Places(span * 17 / canvas.height, low - span * 0.1, low + span * 1.1)
        rows = {"before": _side("before", starts, left, places), "after": _side("after", ends, right, places)}
        rows["points"] = [*rows["before"], *rows["after"]]
        labels = lookup({side: wrapped(data.words[side], 110) for side in ("before", "after")})
        axis = alt.Axis(labelExpr=labels, grid=True, labelPadding=18, labelAngle=0, labelLimit=0, **GRID_ONLY)
        sides = alt.Scale(type="point", padding=0.05)
        x = alt.X(field="side", type="nominal", sort=["before", "after"], scale=sides, axis=axis)
        scale = alt.Scale(domain=[low, high], nice=False)
        y, at = (alt.Y(field=field, type="quantitative", axis=None, scale=scale) for field in ("value", "at"))
        series = alt.Detail(field="series", type="nominal")
        lines = layer("points").mark_line(strokeWidth=2.5)
        layers = [lines.encode(x=x, y=y, color=exact(alt.Color, "colour"), detail=series), dots("points", x=x, y=y)]
        for side, align, shift in (("before", "right", -12), ("after", "left", 12)):
            channels = {"x": x, "y": at, "fill": exact(alt.Fill, "type")}
            look = {"align": align, "dx": shift, "fontWeight": 600, "baseline": "middle"}
            layers.append(texts(side, "name", channels, **look, **LINES))
        margin = max(map(width_of, left)) + max(map(width_of, right)) + 40
        width = max(canvas.width - margin, canvas.width * 0.4)
        return vega_lite(layered(layers, width=width, height=canvas.height), rows)


def _side(side: str, points: Sequence[Point], names: Sequence[str], places: Places) -> list[Row]:
    """The points of one side, with their labels moved apart."""
    labels = [
        {"side": side, "at": height, "name": name} for height, name in zip(places.of(points, names), names, strict=True)
    ]
    return [
        {**dot(point), **label, "series": point.series, "type": type_colour_of(point.series)}
        for point, label in zip(points, labels, strict=True)
    ]
