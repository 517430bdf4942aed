"""`bar`: horizontal bars: simple, grouped, stacked or diverging."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from ...language import FigureFormat
from ...model import ChartData, ChartRequest
from ...text import Keys
from ..bars import bar_chart, bar_layers, bar_row, frame_of, labels_at_ends, lengths, zero_layer
from ..choice import intervals
from ..description import MOST_LISTED, Teller
from ..kind import ChartKind, Misfit
from ..lazy_altair import alt
from ..lettering import width_of
from ..options import FIGURES, NAMES, FenceReader, one_of
from ..plot import Row, exact, layer, marked, pixels, texts
from ..points import Arrangement, crossed, dimensions, key_of
from ..theme import INK, SURFACE, Canvas, colour_of


class Bar(ChartKind):
    """With an arrangement, the first dimension in which the figures differ has colours, the others are categories."""

    name = "bar"
    options: ClassVar[Keys] = {
        **FIGURES,
        "arrangement": one_of("grouped", "stacked", "diverging"),
        "low": NAMES,
        "high": NAMES,
    }
    one_colour = True

    def details(self, reader: FenceReader, request: ChartRequest) -> ChartRequest:
        return replace(request, arrangement=reader.name("arrangement"), intervals=intervals(reader, request.drawn))

    def check(self, request: ChartRequest) -> Iterator[Misfit]:
        arrangement, ways = request.arrangement, dimensions(request.drawn)
        grouped, negative = "use `arrangement: grouped`", any(item.number < 0 for item in request.drawn)
        if arrangement in ("grouped", "stacked") and len(ways) < 2:
            message = f"{arrangement} bars need figures that differ in two of indicator, area and period"
            yield Misfit(message, "arrangement", "leave `arrangement` out for simple bars")
        if arrangement == "stacked" and negative:
            yield Misfit("a negative value can't be stacked", "arrangement", grouped)
        if arrangement and len(ways) > 1:
            colours = len({key_of(item, ways[0]) for item in request.drawn})
            most = 2 if arrangement == "diverging" else 6
            if colours > most:
                message = f"{arrangement} bars have at most {most} colours; these differ in {colours}: {ways[0]}"
                yield Misfit(message, "arrangement", "choose fewer figures")
            if arrangement == "diverging" and negative:
                message = "diverging bars in two colours can't show negative values"
                yield Misfit(message, "arrangement", grouped)

    def arrange(self, request: ChartRequest, form: FigureFormat) -> Arrangement:
        """Simple bars are a category each."""
        ways = dimensions(request.drawn)
        if request.arrangement and len(ways) > 1:
            return crossed(request.drawn, form, ways)
        return super().arrange(request, form)

    def told(self, teller: Teller) -> Iterator[str]:
        if teller.request.arrangement and len(dimensions(teller.figures)) > 1:
            return _crossed(teller)
        return super().told(teller)

    def draw(self, data: ChartData, canvas: Canvas) -> dict[str, Any]:
        if data.arrangement == "stacked":
            return _stacked(data, canvas)
        mirrored = data.arrangement == "diverging" and len(data.series) == 2
        by_sign = data.arrangement == "diverging" and not mirrored
        frame = frame_of(data, canvas, together=mirrored)
        rows: dict[str, list[Row]] = {"bars": [], "names": frame.names, "zero": frame.zero, "intervals": []}
        for point in data.points:
            to_left = mirrored and point.series == 0
            value = -point.value if to_left else point.value
            row = bar_row(point, value, colour_of(int(value < 0) if by_sign else point.series), frame.tops[point.row])
            row["side"] = "left" if value < 0 or to_left else "right"
            if point.low is not None and point.high is not None:
                row["label_at"] = max(point.high, value)
                end = {"low": point.low, "high": point.high, "y": row["middle"]}
                rows["intervals"].append({**end, "label_at": row["label_at"]})
            rows["bars"].append(row)
        ends = [end for point in data.points for end in (point.low, point.high) if end is not None]
        reached = [*(row["value"] for row in rows["bars"]), *ends, 0.0]
        x = lengths(min(reached), max(reached))
        layers = bar_layers(x)
        if rows["intervals"]:
            whiskers = layer("intervals").mark_rule(color=INK, strokeWidth=2)
            layers.append(whiskers.encode(x=x("low"), x2=alt.X2(field="high"), y=pixels(alt.Y, "y")))
        return bar_chart(data, canvas, frame, [*layers, *labels_at_ends(rows, x)], rows)


def _stacked(data: ChartData, canvas: Canvas) -> dict[str, Any]:
    """Parts end to end, with their values inside if there is room; the table has all."""
    frame = frame_of(data, canvas, together=True)
    totals: dict[int, float] = {}
    rows: dict[str, list[Row]] = {"bars": [], "names": frame.names, "zero": frame.zero, "inside": []}
    for point in sorted(data.points, key=lambda item: (item.category, item.series)):
        start = totals.get(point.category, 0.0)
        totals[point.category] = start + point.value
        colour = colour_of(point.series)
        ends = {"start": start, "end": totals[point.category]}
        row = bar_row(point, point.value, colour, frame.tops[point.row], **ends)
        look = {"edge": colour if point.status else SURFACE, "ink": INK if point.status else SURFACE}
        rows["bars"].append({**row, **look})
    high = max(totals.values()) or 1.0
    plot_width = canvas.width - frame.left - 20
    for row in rows["bars"]:
        if (row["end"] - row["start"]) / high * plot_width > width_of(row["label"]) + 6:
            rows["inside"].append({**row, "at": (row["start"] + row["end"]) / 2})
    x = lengths(0.0, high)
    bars = layer("bars").mark_bar(strokeWidth=1.5)
    length = {"x": x("start"), "x2": alt.X2(field="end"), "y": pixels(alt.Y, "y"), "y2": alt.Y2(field="y2")}
    colours = {"fill": exact(alt.Fill, "fill"), "stroke": exact(alt.Stroke, "edge")}
    place = {"x": x("at"), "y": pixels(alt.Y, "middle"), "fill": exact(alt.Fill, "ink")}
    inside = texts("inside", "label", place, fontWeight=600)
    return bar_chart(data, canvas, frame, [bars.encode(**length, **colours, **marked()), zero_layer(x), inside], rows)


def _crossed(teller: Teller) -> Iterator[str]:
    """The values of each category, then what is missing."""
    series, categories, points = teller.data.series, teller.data.categories, teller.data.points
    cells = {(point.category, point.series): teller.figures[point.row] for point in points}
    if len(points) > MOST_LISTED:
        labels = [f"{categories[point.category]}, {series[point.series]}" for point in points]
        yield from teller.extremes(list(zip(labels, teller.figures, strict=True)))
    for category, name in enumerate(categories if len(points) <= MOST_LISTED else ()):
        there = [(one, cells[category, place]) for place, one in enumerate(series) if (category, place) in cells]
        yield f"{name}: {', '.join(f'{one} {teller.value(item)}' for one, item in there)}."
    for category, name in enumerate(categories):
        absent: Sequence[str] = [one for place, one in enumerate(series) if (category, place) not in cells]
        if absent:
            yield teller.say("missing", series=teller.listed(absent), periods=name)
