"""`tile-map`: a tile for each area, about where it lies, shaded by its value."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from ...language import FigureFormat
from ...model import PERCENT, Area, ChartData, ChartRequest, Figure, Scale, Series, Tile, in_language
from ..choice import chosen_figures
from ..description import Teller
from ..kind import ChartKind
from ..lazy_altair import alt
from ..lettering import lines_of, width_of, wrap
from ..options import FenceReader
from ..plot import LINES, Row, at, box, exact, layer, layered, marked, texts, vega_lite
from ..theme import CHARACTER, EMPTY, INK, LINE, MUTED, RAMP, SURFACE, Canvas

_MOST_CLASSES = 5


class TileMap(ChartKind):
    """Shows the latest figure of each area, and which areas have none."""

    name = "tile-map"
    has_names = False
    words = ("no_data",)

    def figures(self, reader: FenceReader) -> list[Figure]:
        figures = chosen_figures(reader, gaps=True)
        if len({item.indicator.id for item in figures}) > 1:
            reader.problem("chart-data", "a map can show only one indicator", "indicator", hint="make a map for each")
        last: dict[str, Figure] = {}
        for item in figures:
            known = last.get(item.area.id)
            if known and (known.indicator.id, known.time_order) == (item.indicator.id, item.time_order):
                message = f'"{known.id}" and "{item.id}" have the same indicator, area and period'
                reader.problem("chart-data", message, "kind", hint="choose one of them with `figures`")
            if known is None or item.time_order >= known.time_order:
                last[item.area.id] = item
        return list(last.values())

    def details(self, reader: FenceReader, request: ChartRequest) -> ChartRequest:
        """The tiles of the areas that the fence names, or of all. Areas with figures need one."""
        all_areas = reader.read.all("area")
        named = reader.names("area") or all_areas
        if reader.names("figures"):
            named = [item.area.id for item in request.drawn]
        known = {name: reader.read.area(name) for name in named}
        tiles = tuple(area for name in all_areas if (area := known.get(name)) and _has_tile(area))
        for area in {item.area.id: item.area for item in request.drawn}.values():
            if not _has_tile(area):
                hint = "give it tile_row and tile_col in areas.csv, or list the areas to draw under `area`"
                reader.problem("chart-data", f'the area "{area.id}" has no tile', "area", hint=hint)
        # the tiles name the areas
        series = (Series(request.series[0].name, request.drawn),) if request.series else ()
        return replace(request, tiles=tiles, series=series)

    def data(self, request: ChartRequest, form: FigureFormat) -> ChartData:
        rows = {item.area.id: row for row, item in enumerate(request.drawn)}
        names = [in_language(area.name, form.language) for area in request.tiles]
        tiles = tuple(
            Tile(name, short, rows.get(area.id), area.tile_row or 0, area.tile_column or 0)
            for area, name, short in zip(request.tiles, names, _all_short(names), strict=True)
        )
        return replace(super().data(request, form), tiles=tiles, scale=_scale(request.drawn, form))

    def told(self, teller: Teller) -> Iterator[str]:
        language = teller.form.language
        yield from teller.extremes([(in_language(item.area.name, language), item) for item in teller.figures])
        if without := sum(tile.row is None for tile in teller.data.tiles):
            yield teller.counted("areas_without", without)

    def draw(self, data: ChartData, canvas: Canvas) -> dict[str, Any]:
        side = min((canvas.width - 8) / max(tile.tile_column for tile in data.tiles), 84.0)
        keys = _key_places(data, canvas)
        key_height = keys[-1][1] + 34
        rows: dict[str, list[Row]] = {name: [] for name in ("empty", "valued", "names", "values", "keys", "key-names")}
        for tile in data.tiles:
            x, y = (tile.tile_column - 1) * side, (tile.tile_row - 1) * side + key_height
            _add_tile(rows, data, tile, x, y, side)
        for x, y, colour, name in keys:
            rows["keys"].append({"x": x, "x2": x + 16, "y": y, "y2": y + 16, "colour": colour})
            rows["key-names"].append({"x": x + 22, "y": y + 8, "text": name})
        colour_of_row = {"color": exact(alt.Color, "colour")}
        tile_channels, written = {**box(), **colour_of_row}, {**at(), **colour_of_row}
        small = 11 if side > 60 else 10
        look = {**LINES, "lineHeight": LINE - 3}
        layers = [
            layer("empty").mark_rect(cornerRadius=2).encode(**tile_channels),
            layer("valued").mark_rect(cornerRadius=2).encode(**tile_channels, **marked()),
            layer("keys").mark_rect(cornerRadius=2).encode(**tile_channels),
            texts("names", "text", written, fontSize=small, **look),
            texts("values", "text", written, fontSize=small + 1, fontWeight=600),
            texts("key-names", "text", at(), align="left", color=INK),
        ]
        height = max(tile.tile_row for tile in data.tiles) * side + key_height
        return vega_lite(layered(layers, width=canvas.width - 8, height=height), rows)


def _has_tile(area: Area) -> bool:
    return bool(area.tile_row and area.tile_column)


def _add_tile(rows: dict[str, list[Row]], data: ChartData, tile: Tile, x: float, y: float, side: float) -> None:
    """Add the rows of a tile: its box, its name, and its value if there is room; the table has all."""
    point = None if tile.row is None else data.points[tile.row]
    fill, ink, told = EMPTY, MUTED, {}
    if point:
        fill = _ramp_of(sum(point.value > limit for limit in data.scale.limits), len(data.scale.names))
        ink = SURFACE if fill in RAMP[2:] else INK
        told = {"id": point.id, "value": point.value, "mark": f"row {point.row}"}
    box = {"x": x + 1, "x2": x + side - 1, "y": y + 1, "y2": y + side - 1, "colour": fill}
    rows["valued" if point else "empty"].append({**box, **told})
    name = _shortened(wrap(tile.name, (side - 6) / (CHARACTER - 1))) if side > 60 else tile.short
    shift = side * (0.34 if point else 0.5) - (LINE - 3) * (lines_of(name) - 1) / 2
    rows["names"].append({"x": x + side / 2, "y": y + shift, "text": name, "colour": ink})
    if point and width_of(point.label) <= side - 4:
        rows["values"].append({"x": x + side / 2, "y": y + side * 0.76, "text": point.label, "colour": ink})


def _shortened(name: str) -> str:
    """At most three lines of a name."""
    lines = name.split("\n")
    return name if len(lines) <= 3 else "\n".join([*lines[:2], f"{lines[2]}…"])


def _ramp_of(shade: int, classes: int) -> str:
    """The colour of a class; few classes are spread over the whole ramp."""
    return RAMP[round(shade * (len(RAMP) - 1) / max(classes - 1, 1))] if classes > 1 else RAMP[2]


def _key_places(data: ChartData, canvas: Canvas) -> Sequence[tuple[float, float, str, str]]:
    """The entries of the legend: left, top, colour and name."""
    keys = [(_ramp_of(place, len(data.scale.names)), name) for place, name in enumerate(data.scale.names)]
    if any(tile.row is None for tile in data.tiles):
        keys.append((EMPTY, data.words["no_data"]))
    x, y, places = 0.0, 0.0, []
    for colour, name in keys:
        width = 22 + width_of(name) + 14
        if x and x + width > canvas.width:
            x, y = 0.0, y + 22
        places.append((x, y, colour, name))
        x += width
    return places


def _short(name: str) -> str:
    """A name for a small tile: `Ba Vì` → BV, `Ward no. 12` → W12."""
    words = [word for word in name.split() if word[0].isalnum()]
    number = words[-1] if words and words[-1].isdigit() else ""
    letters = "".join(word[0] for word in words if word != number)
    return (letters[: max(3 - len(number), 1)] + number) or name[:3]


def _all_short(names: Sequence[str]) -> list[str]:
    """Names for small tiles; equal ones get more letters of their last words: `HĐô` and `HĐứ`."""
    shorts = [_short(name) for name in names]
    for letters in (2, 3):
        counted = Counter(shorts)
        shorts = [
            short if counted[short] == 1 else _short(name)[:-1] + name.split()[-1][:letters]
            for short, name in zip(shorts, names, strict=True)
        ]
    return shorts


def _scale(figures: Sequence[Figure], form: FigureFormat) -> Scale:
    """At most five classes of equal width with round limits, the first and last not empty."""
    percent = figures[0].indicator.unit_type == PERCENT
    numbers = sorted({item.number for item in figures})
    if len(numbers) < 2:
        return Scale((), tuple(form.number(f"{number:f}", percent) for number in numbers))
    low, high = numbers[0], numbers[-1]
    limits = _limits(low, high, min(_MOST_CLASSES, len(numbers)))
    if figures[0].indicator.unit_type == "count" and high - low == 1:
        # for counts of 2 and 3, no class should end at 2.5
        limits = [low]
    texts = [form.number(f"{limit.normalize():f}", percent) for limit in limits]
    if not limits:
        return Scale((), (form.labels("class_any"),))
    names = [form.labels("class_first", high=texts[0])]
    names += [form.labels("class_between", low=low, high=high) for low, high in pairwise(texts)]
    names.append(form.labels("class_last", low=texts[-1]))
    return Scale(tuple(map(float, limits)), tuple(names))


def _limits(low: Decimal, high: Decimal, most: int) -> list[Decimal]:
    """Round numbers between two values that divide them into at most `most` classes."""
    step = _round_step((high - low) / most)
    while True:
        first = (low / step).to_integral_value("ROUND_FLOOR") + 1
        last = (high / step).to_integral_value("ROUND_CEILING")
        if last - first < most:
            return [number * step for number in range(int(first), int(last))]
        step = _round_step(step * Decimal("1.5"))


def _round_step(width: Decimal) -> Decimal:
    """The next 1, 2 or 5 times a power of ten."""
    power = Decimal(10) ** math.floor(width.log10())
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= width)
