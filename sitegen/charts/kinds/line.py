"""`line`: values over time, with intervals, remarks and breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from ...model import Annotation, ChartData, ChartRequest, Point
from ...text import FLAG, Keys
from ..axes import axis_width, value_domain, zero_line
from ..choice import intervals
from ..kind import ChartKind
from ..lazy_altair import alt
from ..lettering import Places, lines_of, width_of, wrapped
from ..options import FIGURES, NAMES, FenceReader
from ..over_time import NOTES, label_layers, labelled, line_layers, line_rows, time_axis, time_notes, values_on
from ..plot import HALO, LINES, Row, dots, exact, layer, layered, legend, texts, vega_lite
from ..theme import LINE, MUTED, Canvas, colour_of, type_colour_of

# px of a label above its point
_LABEL = 26


class Line(ChartKind):
    """A single series is labelled at its points; several are labelled at their ends, with names there or above."""

    name = "line"
    options: ClassVar[Keys] = {
        **FIGURES,
        "low": NAMES,
        "high": NAMES,
        "zero": FLAG,
        "breaks": NOTES,
        "annotations": NOTES,
    }
    over_time = True
    most = (6, "series")
    instead = "use `kind: small-multiples`"

    def details(self, reader: FenceReader, request: ChartRequest) -> ChartRequest:
        return replace(
            request,
            annotations=time_notes(reader, request.drawn),
            intervals=intervals(reader, request.drawn),
            from_zero=reader.values.get("zero", True),
        )

    def draw(self, data: ChartData, canvas: Canvas) -> dict[str, Any]:
        several = len(data.series) > 1
        named = several and canvas.is_wide
        notes = _notes(data, canvas.width - 130)
        # notes are above the values and their labels
        above = sum(LINE * lines_of(note["text"]) + 6 for note in notes) + (_LABEL if notes else 0)
        # many notes make the drawing taller, not the values flatter
        height = max(canvas.height, above / 0.4)
        low, high = value_domain(data, max(above / (height - above), 0.08))
        rows: dict[str, Sequence[Row]] = {"zero": [{"value": 0}], "notes": notes}
        if several:
            # labels stay above the tick labels
            places = Places(17 * (high - low) / height, low, high)
            rows |= {"before": _ends(data, 0, False, places), "after": _ends(data, -1, named, places)}
        axis = axis_width(data, low, high)
        before, after = (
            max((width_of(row["name"]) for row in rows.get(side, ())), default=12) for side in ("before", "after")
        )
        if before + after > (canvas.width - axis) * 0.6:
            # no room for the first values: the table has them
            rows["before"], before = [], 12
        width = max(canvas.width - axis - after - 12, canvas.width * 0.4)
        shown = set() if several else _labelled_rows(data.points, width - 48, height / (high - low))
        rows |= {"points": [labelled(point, shown, data) for point in data.points]}
        rows |= {**line_rows(data), "intervals": _interval_rows(data)}
        x, values = _time(data, width, before + 12, several), values_on(data, low, high)
        y = values("value")
        layers = [*zero_line([low, high], y=y), *_interval_layers(rows, x, values), *line_layers(rows, x, y)]
        layers += _note_layers(rows, x)
        if several and not named:
            layers += legend(data, canvas, rows)
        layers.append(dots("points", x=x, y=y))
        layers += _end_layers(x, values("at")) if several else label_layers(x, y)
        return vega_lite(layered(layers, width=width, height=height), rows)


def _labelled_rows(points: Sequence[Point], width: float, scale: float) -> set[int]:
    """The rows that get a label: the ends, the extremes, then others if there is room.

    `width` is px from the first to the last point, `scale` px per unit of the values.
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


def _interval_rows(data: ChartData) -> list[Row]:
    return [
        {"day": p.day, "low": p.low, "high": p.high, "colour": colour_of(p.series), "series": p.series}
        for p in data.points
        if p.low is not None and p.high is not None
    ]


def _interval_layers(rows: Mapping[str, Sequence[Row]], x: Any, values: Callable[[str], Any]) -> list[Any]:
    """The intervals: a line at each point, and a band between neighbours."""
    if not rows["intervals"]:
        return []
    span = {"x": x, "y": values("low"), "y2": alt.Y2(field="high")}
    series = alt.Detail(field="series", type="nominal")
    band = layer("intervals").mark_area(opacity=0.18).encode(**span, fill=exact(alt.Fill, "colour"), detail=series)
    rules = layer("intervals").mark_rule(strokeWidth=1.5, opacity=0.7)
    return [band, rules.encode(**span, stroke=exact(alt.Stroke, "colour"))]


def _notes(data: ChartData, width: float) -> list[Row]:
    """Annotations and breaks: a vertical line with its text at the top, on the side that has room."""
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
    """The day half way between the points on both sides of a break."""
    before = max((day for day in days if day < note.day), default=note.day)
    after = min((day for day in days if day >= note.day), default=note.day)
    return (before + after) // 2


def _note_layers(rows: dict[str, Sequence[Row]], x: Any) -> list[Any]:
    if not rows["notes"]:
        return []
    layers = [layer("notes").mark_rule(color=MUTED, strokeDash=[3, 3]).encode(x=x)]
    place = {"x": x, "y": alt.Y(field="y", type="quantitative", scale=None, axis=None)}
    for side, shift in (("left", 6), ("right", -6)):
        rows[f"notes-{side}"] = [row for row in rows["notes"] if row["side"] == side]
        look = {"align": side, "dx": shift, "baseline": "top", "color": MUTED}
        layers.append(texts(f"notes-{side}", "text", place, **look, **LINES, **HALO))
    return layers


def _time(data: ChartData, width: float, inset: float, several: bool) -> Any:
    names: dict[int, str] = {}
    for point in data.points:
        names.setdefault(point.day, point.period)
    room = width / max(len(names), 2)
    ticks = {day: wrapped(name, max(min(room, 110), 62)) for day, name in names.items()}
    days = [*names, *(note.day for note in data.annotations)]
    scale = alt.Scale(domain=[min(days), max(days)], nice=False, padding=max(inset, 24))
    # keeps clear of labels at the foot of the plot
    return alt.X(field="day", type="quantitative", scale=scale, axis=time_axis(ticks, 14 if several else 4))


def _ends(data: ChartData, at: int, named: bool, places: Places) -> list[Row]:
    """The labels of the first (0) or last (-1) values, `named` with their series, moved apart."""
    points = [own[at] for own in data.points_by_series]
    names = [wrapped(f"{data.series[p.series]}: {p.label}" if named else p.label, 150) for p in points]
    return [
        {"day": point.day, "at": height, "name": name, "colour": type_colour_of(point.series)}
        for point, height, name in zip(points, places.of(points, names), names, strict=True)
    ]


def _end_layers(x: Any, y: Any) -> list[Any]:
    channels = {"x": x, "y": y, "fill": exact(alt.Fill, "colour")}
    return [
        texts(side, "name", channels, align=align, dx=shift, fontWeight=600, **LINES)
        for side, align, shift in (("before", "right", -11), ("after", "left", 11))
    ]
