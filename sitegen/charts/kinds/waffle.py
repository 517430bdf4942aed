"""`waffle`: 100, 1,000 or 10,000 squares, of which as many are filled as the percentage says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from ...language import FigureFormat
from ...model import PERCENT, ChartData, ChartRequest
from ...text import Keys
from ..description import Teller, capital
from ..kind import ChartKind, Misfit
from ..lazy_altair import alt
from ..lettering import lines_of, wrapped
from ..options import FIGURES, FenceReader, one_of
from ..plot import LINES, Row, at, box, exact, layer, layered, marked, texts, vega_lite
from ..theme import GRID, INK, LINE, SERIES, SURFACE, Canvas

# number of columns by number of squares
_COLUMNS = {100: 10, 1000: 40, 10000: 100}


class Waffle(ChartKind):
    """Without the option `squares`, as few squares as show the smallest percentage as a whole one."""

    name = "waffle"
    options: ClassVar[Keys] = {**FIGURES, "squares": one_of(*_COLUMNS)}
    most = (6, "figures")
    one_colour = True

    def details(self, reader: FenceReader, request: ChartRequest) -> ChartRequest:
        return replace(request, out_of=reader.values.get("squares", 0))

    def check(self, request: ChartRequest) -> Iterator[Misfit]:
        for item in request.drawn:
            if item.indicator.unit_type != PERCENT:
                yield Misfit(f'a waffle shows percentages; "{item.id}" is not one', hint="use `kind: bar`")
                return
            if not 0 <= item.number <= 100:
                yield Misfit(f'"{item.id}" is not a share of a whole: {item.value}')

    def data(self, request: ChartRequest, form: FigureFormat) -> ChartData:
        least = min((Fraction(item.number) / 100 for item in request.drawn if item.number), default=Fraction(1))
        enough = next((count for count in (100, 1000) if least * count >= 1), 10000)
        return replace(super().data(request, form), out_of=request.out_of or enough)

    def told(self, teller: Teller) -> Iterator[str]:
        total = teller.form.number(str(teller.data.out_of))
        for name, item in teller.named_figures():
            count = Fraction(item.number) * teller.data.out_of / 100
            filled = teller.form.number(f"{(Decimal(count.numerator) / Decimal(count.denominator)).normalize():f}")
            told = {"name": capital(name), "value": teller.value(item)}
            yield teller.say("squares", **told, filled=filled, total=total)

    def draw(self, data: ChartData, canvas: Canvas) -> dict[str, Any]:
        columns = _COLUMNS[data.out_of]
        lines = data.out_of // columns
        across = min(canvas.columns, len(data.points)) if canvas.is_wide else 1
        room = min((canvas.width - 24.0 * (across - 1)) / across, 260.0 if canvas.is_wide else 220.0)
        cell = room / columns
        height = cell * lines
        rows: dict[str, list[Row]] = {"fields": [], "cells": [], "names": [], "values": [], "grid": []}
        names = [wrapped(data.categories[point.category], room) for point in data.points]
        head = LINE * max(map(lines_of, names)) + LINE + 10
        for number, (point, name) in enumerate(zip(data.points, names, strict=True)):
            x, y = number % across * (room + 24), number // across * (height + head + 24)
            rows["names"].append({"text": name, "x": x, "y": y + LINE / 2})
            rows["values"].append({"text": point.label, "x": x, "y": y + LINE * lines_of(name) + LINE / 2})
            top = y + head
            field = {"x": x, "x2": x + room, "y": top, "y2": top + height}
            # the whole field is the value's mark: a square would be too small to point at
            rows["fields"].append({**field, "id": point.id, "value": point.value, "mark": f"row {point.row}"})
            count = Fraction(str(point.value)) * data.out_of / 100
            colour = SURFACE if point.status else SERIES[0]
            for left, upper, wide, high in filled_cells(count, columns, lines):
                sides = {"x": x + left * cell, "x2": x + (left + wide) * cell}
                sides |= {"y": top + upper * cell, "y2": top + (upper + high) * cell}
                rows["cells"].append({**sides, "colour": colour})
            rows["grid"].append({"x": x + room / 2, "y": top + height / 2})
        # Vega scales a symbol's path from -1..1 to a square of `size` px²
        size = max(room, height)
        shape = _grid_path(columns, lines, room / size, height / size)
        strokes = {"stroke": SURFACE, "strokeWidth": max(cell * 0.16, 0.5)}
        grid = layer("grid").mark_point(shape=shape, size=size * size, filled=False, opacity=1, **strokes)
        layers = [
            layer("fields").mark_rect(color=GRID).encode(**box(), **marked()),
            layer("cells").mark_rect(stroke=SERIES[0], strokeWidth=1).encode(**box(), fill=exact(alt.Fill, "colour")),
            grid.encode(**at()),
            texts("names", "text", at(), align="left", color=INK, **LINES),
            texts("values", "text", at(), align="left", color=INK, fontWeight=600),
        ]
        deep = (len(data.points) + across - 1) // across * (height + head + 24) - 24
        return vega_lite(layered(layers, width=canvas.width - 8, height=deep), rows)


def filled_cells(count: Fraction, columns: int, lines: int) -> list[tuple[float, float, float, float]]:
    """The boxes (left, top, width, height, in squares) that cover this number of squares: whole lines from the bottom,
    then squares of the next line from the left, then a part of a square.
    """
    whole, rest = divmod(count, columns)
    squares, part = divmod(rest, 1)
    top = lines - float(whole)
    boxes = [
        (0.0, top, float(columns), float(whole)),
        (0.0, top - 1, float(squares), 1.0),
        (float(squares), top - 1, float(part), 1.0),
    ]
    return [each for each in boxes if each[2] and each[3]]


def _grid_path(columns: int, lines: int, wide: float, high: float) -> str:
    """The lines between the squares as one path, in half widths: this keeps drawings of 10,000 squares small."""
    across = [f"M{wide * (2 * n / columns - 1):.4g},{-high:.4g}V{high:.4g}" for n in range(1, columns)]
    down = [f"M{-wide:.4g},{high * (2 * n / lines - 1):.4g}H{wide:.4g}" for n in range(1, lines)]
    return "".join(across + down)
