"""Drawings placed in px: `waffle`, `timeline` and `tile-map`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import altair as alt

from ...model import ChartData
from ..theme import CHARACTER, EMPTY, GRID, INK, LINE, MUTED, RAMP, SERIES, SURFACE, Canvas
from .plot import Plot, Row, exact, layer, layered, lines_of, pixels, text, width_of, wrap, wrapped

# how many squares stand side by side, by how many there are
WAFFLE_COLUMNS = {100: 10, 1000: 40, 10000: 100}


def waffle(data: ChartData, canvas: Canvas) -> Plot:
    """A square for each of 100, 1,000 or 10,000; those that the value stands for are filled, from the bottom."""
    columns = WAFFLE_COLUMNS[data.out_of]
    lines = data.out_of // columns
    across = min(canvas.columns, len(data.points)) if canvas.columns > 1 else 1
    room = min((canvas.width - 24.0 * (across - 1)) / across, 260.0 if canvas.columns > 1 else 220.0)
    cell = room / columns
    height = cell * lines
    rows: dict[str, list[Row]] = {"fields": [], "cells": [], "names": [], "values": []}
    names = [wrapped(data.categories[point.category], room) for point in data.points]
    head = LINE * max(map(lines_of, names)) + LINE + 10
    for number, (point, name) in enumerate(zip(data.points, names, strict=True)):
        x, y = number % across * (room + 24), number // across * (height + head + 24)
        rows["names"].append({"text": name, "x": x, "y": y + LINE / 2})
        rows["values"].append({"text": point.label, "x": x, "y": y + LINE * lines_of(name) + LINE / 2})
        top = y + head
        field = {"x": x, "x2": x + room, "y": top, "y2": top + height}
        # the whole field carries the point: a square would be too small to reach
        rows["fields"].append({**field, "id": point.id, "value": point.value, "mark": f"row {point.row}"})
        count = Fraction(str(point.value)) * data.out_of / 100
        colour = SURFACE if point.status else SERIES[0]
        for left, upper, wide, high in filled_cells(count, columns, lines):
            box = {"x": x + left * cell, "x2": x + (left + wide) * cell}
            rows["cells"].append({**box, "y": top + upper * cell, "y2": top + (upper + high) * cell, "colour": colour})
        rows.setdefault("grid", []).append({"x": x + room / 2, "y": top + height / 2})
    box = {"x": pixels(alt.X, "x"), "x2": alt.X2(field="x2"), "y": pixels(alt.Y, "y"), "y2": alt.Y2(field="y2")}
    fields = (
        layer("fields").mark_rect(color=GRID).encode(**box, description=alt.Description(field="mark", type="nominal"))
    )
    cells = layer("cells").mark_rect(stroke=SERIES[0], strokeWidth=1).encode(**box, fill=exact(alt.Fill, "colour"))
    place = {"x": pixels(alt.X, "x"), "y": pixels(alt.Y, "y")}
    # a symbol's path is in half widths of a square of `size` px²
    size = max(room, height)
    shape = _grid_path(columns, lines, room / size, height / size)
    grid = layer("grid").mark_point(shape=shape, size=size * size, filled=False, stroke=SURFACE, opacity=1)
    grid = grid.encode(**place).properties()
    grid.mark.strokeWidth = max(cell * 0.16, 0.5)
    head_text = {"align": "left", "lineBreak": "\n", "lineHeight": LINE, "color": INK}
    named = layer("names").mark_text(**head_text).encode(**place, text=text("text"))
    values = layer("values").mark_text(align="left", fontWeight=600, color=INK).encode(**place, text=text("text"))
    deep = (len(data.points) + across - 1) // across
    size_of = {"width": canvas.width - 8, "height": deep * (height + head + 24) - 24}
    return Plot(layered([fields, cells, grid, named, values], **size_of), rows)


def filled_cells(count: Fraction, columns: int, lines: int) -> list[tuple[float, float, float, float]]:
    """The boxes (left, top, width, height, in squares) that fill so many squares: whole lines from the bottom up,
    then the squares of one line from the left, then what is left of one square.
    """
    whole, rest = divmod(count, columns)
    boxes: list[tuple[float, float, float, float]] = []
    if whole:
        boxes.append((0, lines - float(whole), columns, float(whole)))
    squares, part = divmod(rest, 1)
    top = lines - float(whole) - 1
    if squares:
        boxes.append((0, top, float(squares), 1))
    if part:
        boxes.append((float(squares), top, float(part), 1))
    return boxes


def _grid_path(columns: int, lines: int, wide: float, high: float) -> str:
    """The lines between the squares as one path, in half widths: a drawing of 10,000 squares stays small."""
    across = [f"M{wide * (2 * n / columns - 1):.4g},{-high:.4g}V{high:.4g}" for n in range(1, columns)]
    down = [f"M{-wide:.4g},{high * (2 * n / lines - 1):.4g}H{wide:.4g}" for n in range(1, lines)]
    return "".join(across + down)


def timeline(data: ChartData, canvas: Canvas) -> Plot:
    """Events from the first to the last, down a line; the longer the time between two, the further apart."""
    left = 18.0
    texts = [wrapped(words, canvas.width - left - 16) for _, _, words in data.events]
    days = [day for _, day, _ in data.events]
    span = (max(days) - min(days)) or 1
    rows: dict[str, list[Row]] = {"dots": [], "dates": [], "texts": []}
    y = 8.0
    for number, ((date, day, _), words) in enumerate(zip(data.events, texts, strict=True)):
        if number:
            share = (day - days[number - 1]) / span
            y += LINE * (lines_of(texts[number - 1]) + 1) + 14 + min(60.0 * share * len(days) / 2, 60.0)
        rows["dots"].append({"x": 6.0, "y": y, "mark": f"row {number}"})
        rows["dates"].append({"x": left, "y": y, "text": date})
        rows["texts"].append({"x": left, "y": y + LINE, "text": words})
    rows["line"] = [{"x": 6.0, "y": rows["dots"][0]["y"], "y2": y}]
    place = {"x": pixels(alt.X, "x"), "y": pixels(alt.Y, "y")}
    layers = [
        layer("line").mark_rule(color=MUTED, strokeWidth=2).encode(**place, y2=alt.Y2(field="y2")),
        layer("dots")
        .mark_point(shape="circle", size=90, filled=True, opacity=1, fill=SERIES[0], stroke=SURFACE, strokeWidth=1.5)
        .encode(**place, description=alt.Description(field="mark", type="nominal")),
        layer("dates").mark_text(align="left", fontWeight=600, color=SERIES[0]).encode(**place, text=text("text")),
        layer("texts")
        .mark_text(align="left", color=INK, lineBreak="\n", lineHeight=LINE)
        .encode(**place, text=text("text")),
    ]
    height = y + LINE * lines_of(texts[-1]) + LINE
    return Plot(layered(layers, width=canvas.width - 10, height=height), rows)


def tile_map(data: ChartData, canvas: Canvas) -> Plot:
    """A tile an area, about where it lies, shaded by its value; an area without one is told apart from a small one."""
    across = max(tile.tile_column for tile in data.tiles)
    down = max(tile.tile_row for tile in data.tiles)
    side = min((canvas.width - 8) / across, 84.0)
    key_height = _key_height(data, canvas)
    rows: dict[str, list[Row]] = {name: [] for name in ("empty", "valued", "names", "values", "keys", "key-names")}
    for tile in data.tiles:
        x, y = (tile.tile_column - 1) * side, (tile.tile_row - 1) * side + key_height
        point = None if tile.row is None else data.points[tile.row]
        shade = None if point is None else sum(point.value > limit for limit in data.scale.limits)
        ink = MUTED if shade is None else INK if shade < 2 else SURFACE
        fill = EMPTY if shade is None else ramp_of(shade, len(data.scale.names))
        ink = SURFACE if fill in RAMP[2:] else ink
        box = {"x": x + 1, "x2": x + side - 1, "y": y + 1, "y2": y + side - 1, "colour": fill}
        told = {} if point is None else {"id": point.id, "value": point.value, "mark": f"row {point.row}"}
        rows["empty" if point is None else "valued"].append({**box, **told})
        fits = side > 60
        name = _shortened(wrap(tile.name, (side - 6) / (CHARACTER - 1))) if fits else tile.short
        shift = side * (0.34 if point else 0.5) - (LINE - 3) * (lines_of(name) - 1) / 2
        rows["names"].append({"x": x + side / 2, "y": y + shift, "text": name, "colour": ink})
        if point and width_of(point.label) <= side - 4:
            # a longer one is in the table only
            rows["values"].append({"x": x + side / 2, "y": y + side * 0.76, "text": point.label, "colour": ink})
    _add_key(rows, data, canvas)
    box_of = {"x": pixels(alt.X, "x"), "x2": alt.X2(field="x2"), "y": pixels(alt.Y, "y"), "y2": alt.Y2(field="y2")}
    place = {"x": pixels(alt.X, "x"), "y": pixels(alt.Y, "y"), "text": text("text")}
    colour = exact(alt.Color, "colour")
    small = 11 if side > 60 else 10
    with_mark = {"description": alt.Description(field="mark", type="nominal")}
    layers = [
        layer("empty").mark_rect(cornerRadius=2).encode(**box_of, color=colour),
        layer("valued").mark_rect(cornerRadius=2).encode(**box_of, color=colour, **with_mark),
        layer("keys").mark_rect(cornerRadius=2).encode(**box_of, color=colour),
        layer("names").mark_text(fontSize=small, lineBreak="\n", lineHeight=LINE - 3).encode(**place, color=colour),
        layer("values").mark_text(fontSize=small + 1, fontWeight=600).encode(**place, color=colour),
        layer("key-names").mark_text(align="left", color=INK).encode(**place),
    ]
    return Plot(layered(layers, width=canvas.width - 8, height=down * side + key_height), rows)


def _shortened(name: str) -> str:
    """A name of three lines at most."""
    lines = name.split("\n")
    return name if len(lines) <= 3 else "\n".join([*lines[:2], f"{lines[2]}…"])


def ramp_of(shade: int, classes: int) -> str:
    """The colour of a class: few classes are spread over the whole ramp."""
    return RAMP[round(shade * (len(RAMP) - 1) / max(classes - 1, 1))] if classes > 1 else RAMP[2]


def _keys(data: ChartData) -> list[tuple[str, str]]:
    names = [(ramp_of(place, len(data.scale.names)), name) for place, name in enumerate(data.scale.names)]
    return [*names, (EMPTY, data.words["no_data"])] if any(tile.row is None for tile in data.tiles) else names


def _key_places(data: ChartData, canvas: Canvas) -> Sequence[tuple[float, float, str, str]]:
    """Where each entry of the key stands, line by line: left, top, colour and name."""
    x, y, places = 0.0, 0.0, []
    for colour, name in _keys(data):
        width = 22 + width_of(name) + 14
        if x and x + width > canvas.width:
            x, y = 0.0, y + 22
        places.append((x, y, colour, name))
        x += width
    return places


def _key_height(data: ChartData, canvas: Canvas) -> float:
    return _key_places(data, canvas)[-1][1] + 34


def _add_key(rows: dict[str, list[Row]], data: ChartData, canvas: Canvas) -> None:
    for x, y, colour, name in _key_places(data, canvas):
        rows["keys"].append({"x": x, "x2": x + 16, "y": y, "y2": y + 16, "colour": colour})
        rows["key-names"].append({"x": x + 22, "y": y + 8, "text": name})
