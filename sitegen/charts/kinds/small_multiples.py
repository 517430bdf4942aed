"""`small-multiples`: a line chart for each series, all on the same scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from ...model import ChartData, ChartRequest
from ...text import FLAG, Keys
from ..axes import value_domain, zero_line
from ..kind import ChartKind
from ..lazy_altair import alt
from ..lettering import wrap, wrapped
from ..options import FIGURES, FenceReader
from ..over_time import NOTES, label_layers, labelled, line_layers, line_rows, time_axis, time_notes, values_on
from ..plot import Row, dots, layered, vega_lite
from ..theme import SERIES, Canvas


class SmallMultiples(ChartKind):
    """Panels have no room for the texts of breaks, so the note has them."""

    name = "small-multiples"
    options: ClassVar[Keys] = {**FIGURES, "zero": FLAG, "breaks": NOTES}
    over_time = True
    most = (24, "series")

    def details(self, reader: FenceReader, request: ChartRequest) -> ChartRequest:
        notes = time_notes(reader, request.drawn)
        told = [
            reader.form.labels("told_break", period=note.period, text=note.text.rstrip("."))
            for note in notes
            if note.is_break
        ]
        note = " ".join([*filter(None, [request.note]), *told])
        return replace(request, annotations=notes, note=note, from_zero=reader.values.get("zero", True))

    def draw(self, data: ChartData, canvas: Canvas) -> dict[str, Any]:
        columns = min(canvas.columns, 2 if len(data.series) == 4 else len(data.series))
        low, high = value_domain(data, 0.2)
        width = (canvas.width - 46 * columns) // columns - 8
        days = sorted({point.day for point in data.points})
        ticks = {day: next(p.period for p in data.points if p.day == day) for day in (days[0], days[-1])}
        scale = alt.Scale(domain=[days[0], days[-1]], nice=False, padding=22)
        axis = time_axis({day: wrap(period, 11) for day, period in ticks.items()})
        x, y = alt.X(field="day", type="quantitative", scale=scale, axis=axis), values_on(data, low, high)("value")
        rows: dict[str, Sequence[Row]] = {"zero": [{"value": 0}]}
        panels = []
        for place, (name, own) in enumerate(zip(data.series, data.points_by_series, strict=True)):
            panel = {key: [row for row in found if row["series"] == place] for key, found in line_rows(data).items()}
            panel["points"] = [labelled(point, {own[0].row, own[-1].row}, data) for point in own]
            rows |= {f"{key}-{place}": [_in_one_colour(row) for row in found] for key, found in panel.items()}
            layers = [*zero_line([low, high], y=y), *line_layers(rows, x, y, f"-{place}")]
            layers += [dots(f"points-{place}", x=x, y=y), *label_layers(x, y, f"-{place}")]
            panels.append(layered(layers, width=width, height=120, title=wrapped(name, width).split("\n")))
        return vega_lite(alt.ConcatSpecGenericSpec(concat=panels, columns=columns, spacing=18), rows)


def _in_one_colour(row: Row) -> Row:
    """A row in the first colour: the panel's title names the series."""
    return {key: SERIES[0] if value == row["colour"] else value for key, value in row.items()}
