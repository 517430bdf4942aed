"""A checked chart request → what is drawn of it: plain values and texts in the page's language."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from ..language import STATUS_MARK, FigureFormat
from ..model import PERCENT, Area, ChartData, ChartRequest, Figure, Point, Scale, Tile, in_language

_WORDS = ("before", "after", "no_data", "chart_progress")
_MOST_CLASSES = 5


def chart_data(request: ChartRequest, form: FigureFormat, specs: tuple[str, ...] = ()) -> ChartData:
    """What a chart draws. `specs` are the specifications of one that a function of the site has made."""
    series, categories, places = arrange(request, form)
    figures = [item for one in request.series for item in one.figures]
    points = tuple(_point(row, item, places[item.id], request, form) for row, item in enumerate(figures))
    decimal, thousands, grouping = form.separators
    return ChartData(
        id=request.id,
        kind=request.kind,
        language=form.language,
        title=request.title,
        series=series,
        categories=categories,
        points=points,
        percent=bool(figures) and _is_percent(figures),
        whole=bool(figures) and figures[0].indicator.unit_type == "count",
        decimal=decimal,
        thousands=thousands,
        grouping=grouping,
        percent_sign=form.percent_sign,
        rewritten_label=form.rewritten_label,
        words=_words(request, form),
        arrangement=request.arrangement,
        from_zero=request.from_zero,
        annotations=request.annotations,
        events=tuple((form.period(event.date), event.day, event.text) for event in request.events),
        tiles=_tiles(request.tiles, figures, form),
        scale=_scale(figures, form) if request.kind == "tile-map" else Scale(),
        out_of=request.out_of or _squares(figures) if request.kind == "waffle" else 0,
        specs=specs,
    )


def value_label(item: Figure, form: FigureFormat) -> str:
    """A figure as a drawing prints it: `≥ 1,100†`, its unit left to the subtitle but for a percentage."""
    label = form.value(item, unit=None if item.indicator.unit_type == PERCENT else False, words=False)
    return label + STATUS_MARK if item.status else label


def dimensions(figures: Sequence[Figure]) -> tuple[str, ...]:
    """In what the figures of a chart differ: of `indicator`, `area` and `period`, in this order."""
    ways = ("indicator", "area", "period")
    return tuple(way for way in ways if len({_key(item, way) for item in figures}) > 1)


def arrange(
    request: ChartRequest, form: FigureFormat
) -> tuple[tuple[str, ...], tuple[str, ...], Mapping[str, tuple[int, int]]]:
    """The names of a chart's series and categories, and the place of each figure among both, by its id.

    A series has a colour, a category a place along the axis. Bars one after the other are all of one colour, and a
    category each.
    """
    figures = [item for series in request.series for item in series.figures]
    if request.kind == "bar" and request.arrangement and len(dimensions(figures)) > 1:
        return _crossed(figures, form, dimensions(figures))
    if request.kind == "dot-range" and len(dimensions(figures)) > bool(request.intervals):
        by_colour, *others = reversed(dimensions(figures))
        return _crossed(figures, form, (by_colour, *others))
    if request.kind in ("bar", "waffle", "progress", "dot-range"):
        labels = figure_labels(request, form)
        return ("",), tuple(labels), {item.id: (0, place) for place, item in enumerate(figures)}
    places = {item.id: (number, 0) for number, series in enumerate(request.series) for item in series.figures}
    return tuple(series.name for series in request.series), ("",), places


def _crossed(
    figures: Sequence[Figure], form: FigureFormat, ways: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...], Mapping[str, tuple[int, int]]]:
    """Series by the first way in which the figures differ, categories by the others.

    What they differ in is what they are, not what it is called.
    """
    names = {way: names_of(figures, way, form) for way in ways}
    keys = {item.id: tuple(_key(item, way) for way in ways) for item in figures}
    series = list(dict.fromkeys(key[0] for key in keys.values()))
    categories = list(dict.fromkeys(key[1:] for key in keys.values()))
    places = {identifier: (series.index(key[0]), categories.index(key[1:])) for identifier, key in keys.items()}
    called = [", ".join(names[way][key] for way, key in zip(ways[1:], keys, strict=True)) for keys in categories]
    return tuple(names[ways[0]][key] for key in series), tuple(called), places


def _key(item: Figure, way: str) -> str:
    """What a figure has of a way to differ: the id of its indicator or area, or its period."""
    return item.period if way == "period" else item.indicator.id if way == "indicator" else item.area.id


def names_of(figures: Sequence[Figure], way: str, form: FigureFormat) -> Mapping[str, str]:
    """What each key of a way is called. A period that its sources put in several words is named by itself."""
    if way != "period":
        own = {item.indicator.id: item.indicator.name for item in figures}
        own = own if way == "indicator" else {item.area.id: item.area.name for item in figures}
        return {key: in_language(name, form.language) for key, name in own.items()}
    words: dict[str, set[str]] = {}
    for item in figures:
        words.setdefault(item.period, set()).add(form.period_of(item, short=True))
    return {key: min(texts) if len(texts) == 1 else form.period(key, short=True) for key, texts in words.items()}


def figure_labels(request: ChartRequest, form: FigureFormat, short: bool = True) -> list[str]:
    """The name of each figure where it stands alone: its series, its period, or both where both differ."""
    pairs = [(item, series.name) for series in request.series for item in series.figures]
    periods = {form.period_of(item, short) for item, _ in pairs}
    several = len(request.series) > 1
    labels = []
    for item, name in pairs:
        period = form.period_of(item, short)
        labels.append(f"{name}, {period}" if several and len(periods) > 1 else name if several else period)
    return labels


def _point(row: int, item: Figure, place: tuple[int, int], request: ChartRequest, form: FigureFormat) -> Point:
    low, high = request.intervals.get(item.id, (None, None))
    target = request.targets.get(item.id)
    return Point(
        row=row,
        id=item.id,
        series=place[0],
        category=place[1],
        period=form.period_of(item, short=True),
        date=_first_day(item.period),
        day=item.day,
        area=in_language(item.area.name, form.language),
        indicator=in_language(item.indicator.name, form.language),
        value=float(item.number),
        label=value_label(item, form),
        bound=item.qualifier,
        status=item.status,
        low=float(low.number) if low else None,
        high=float(high.number) if high else None,
        target=float(target.number) if target else None,
        target_label=value_label(target, form) if target else "",
    )


def _first_day(period: str) -> str:
    first = period.partition("/")[0]
    return first + {4: "-01-01", 7: "-01"}.get(len(first), "")


def _words(request: ChartRequest, form: FigureFormat) -> Mapping[str, str]:
    words = {name.removeprefix("chart_"): form.labels(name) for name in _WORDS}
    if request.kind == "slope":
        for name, at in (("before", 0), ("after", -1)):
            periods = {form.period_of(series.figures[at], short=True) for series in request.series}
            if len(periods) == 1:
                words[name] = min(periods)
    return words


def _short(name: str) -> str:
    """A name for a small tile: `Ba Vì` → BV, `Ward no. 12` → W12."""
    words = [word for word in name.split() if word[0].isalnum()]
    number = words[-1] if words and words[-1].isdigit() else ""
    letters = "".join(word[0] for word in words if word != number)
    return (letters[: max(3 - len(number), 1)] + number) or name[:3]


def _all_short(names: Sequence[str]) -> list[str]:
    """Names for small tiles, those that would be the same with more letters of their last words: `HĐô` and `HĐứ`."""
    shorts = [_short(name) for name in names]
    for letters in (2, 3):
        counted = Counter(shorts)
        shorts = [
            short if counted[short] == 1 else _short(name)[:-1] + name.split()[-1][:letters]
            for short, name in zip(shorts, names, strict=True)
        ]
    return shorts


def _tiles(areas: Sequence[Area], figures: Sequence[Figure], form: FigureFormat) -> tuple[Tile, ...]:
    rows = {item.area.id: row for row, item in enumerate(figures)}
    names = [in_language(area.name, form.language) for area in areas]
    return tuple(
        Tile(name, short, rows.get(area.id), area.tile_row, area.tile_column)
        for area, name, short in zip(areas, names, _all_short(names), strict=True)
        if area.tile_row and area.tile_column
    )


def _scale(figures: Sequence[Figure], form: FigureFormat) -> Scale:
    """Classes of equal width at round limits, at most five, none of them empty at the ends."""
    numbers = sorted({item.number for item in figures})
    if len(numbers) < 2:
        return Scale((), tuple(form.number(f"{number:f}", _is_percent(figures)) for number in numbers))
    low, high = numbers[0], numbers[-1]
    limits = _limits(low, high, min(_MOST_CLASSES, len(numbers)))
    if figures[0].indicator.unit_type == "count" and high - low == 1:
        # of 2 and 3 houses, no class ends at 2.5
        limits = [low]
    texts = [form.number(f"{limit.normalize():f}", _is_percent(figures)) for limit in limits]
    if not limits:
        return Scale((), (form.labels("class_any"),))
    names = [form.labels("class_first", high=texts[0])]
    names += [form.labels("class_between", low=low, high=high) for low, high in pairwise(texts)]
    names.append(form.labels("class_last", low=texts[-1]))
    return Scale(tuple(map(float, limits)), tuple(names))


def _limits(low: Decimal, high: Decimal, most: int) -> list[Decimal]:
    """The round numbers between two values that part them into so many classes at most."""
    step = _round_step((high - low) / most)
    while True:
        first, last = (
            (low / step).to_integral_value("ROUND_FLOOR") + 1,
            (high / step).to_integral_value("ROUND_CEILING"),
        )
        if last - first < most:
            return [number * step for number in range(int(first), int(last))]
        step = _round_step(step * Decimal("1.5"))


def _is_percent(figures: Sequence[Figure]) -> bool:
    return figures[0].indicator.unit_type == PERCENT


def _round_step(width: Decimal) -> Decimal:
    """The next number of 1, 2 or 5 times a power of ten."""
    power = Decimal(10) ** math.floor(width.log10())
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= width)


def _squares(figures: Sequence[Figure]) -> int:
    """How many squares show the least of the percentages as a whole one: 100, 1,000 or 10,000."""
    shares = [Fraction(item.number) / 100 for item in figures if item.number]
    return next((count for count in (100, 1000) if all(share * count >= 1 for share in shares)), 10000)
