"""ChartRequest → ChartData: plain values and texts in the page's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..language import STATUS_MARK, FigureFormat
from ..model import PERCENT, ChartData, ChartRequest, Figure, Point, in_language


class Arrangement(NamedTuple):
    """The names of a chart's series and categories, and the indexes of each figure's series and category, by its id.

    A series has a colour, a category a position along the axis.
    """

    series: tuple[str, ...]
    categories: tuple[str, ...]
    places: Mapping[str, tuple[int, int]]


def chart_data(
    request: ChartRequest, arrangement: Arrangement, form: FigureFormat, words: Sequence[str] = ()
) -> ChartData:
    """The data that all kinds need; `words` are the labels that the drawing uses."""
    series, categories, places = arrangement
    figures = request.drawn
    points = tuple(_point(row, item, places[item.id], request, form) for row, item in enumerate(figures))
    return ChartData(
        id=request.id,
        kind=request.kind,
        language=form.language,
        title=request.title,
        series=series,
        categories=categories,
        points=points,
        percent=bool(figures) and figures[0].indicator.unit_type == PERCENT,
        whole=bool(figures) and figures[0].indicator.unit_type == "count",
        words={name: form.labels(name) for name in words},
        arrangement=request.arrangement,
        from_zero=request.from_zero,
        annotations=request.annotations,
        events=tuple((form.period(event.date), event.day, event.text) for event in request.events),
    )


def value_label(item: Figure, form: FigureFormat) -> str:
    """A figure as drawings print it: `≥ 1,100†`; the subtitle has the unit, unless it is percent."""
    label = form.value(item, unit=None if item.indicator.unit_type == PERCENT else False, words=False)
    return label + STATUS_MARK if item.status else label


def dimensions(figures: Sequence[Figure]) -> tuple[str, ...]:
    """The dimensions in which figures differ, of `indicator`, `area` and `period`, in this order."""
    ways = ("indicator", "area", "period")
    return tuple(way for way in ways if len({key_of(item, way) for item in figures}) > 1)


def by_series(request: ChartRequest) -> Arrangement:
    """A colour for each series, no categories."""
    places = {item.id: (number, 0) for number, series in enumerate(request.series) for item in series.figures}
    return Arrangement(tuple(series.name for series in request.series), ("",), places)


def by_figure(request: ChartRequest, form: FigureFormat) -> Arrangement:
    """A category for each figure, one colour for all."""
    places = {item.id: (0, place) for place, item in enumerate(request.drawn)}
    return Arrangement(("",), tuple(figure_labels(request, form)), places)


def crossed(figures: Sequence[Figure], form: FigureFormat, ways: Sequence[str]) -> Arrangement:
    """Series by the first of these dimensions, categories by the others; compared by id, as names may be equal."""
    names = {way: names_of(figures, way, form) for way in ways}
    keys = {item.id: tuple(key_of(item, way) for way in ways) for item in figures}
    series = list(dict.fromkeys(key[0] for key in keys.values()))
    categories = list(dict.fromkeys(key[1:] for key in keys.values()))
    places = {identifier: (series.index(key[0]), categories.index(key[1:])) for identifier, key in keys.items()}
    called = [", ".join(names[way][key] for way, key in zip(ways[1:], keys, strict=True)) for keys in categories]
    return Arrangement(tuple(names[ways[0]][key] for key in series), tuple(called), places)


def key_of(item: Figure, way: str) -> str:
    """A figure's key in a dimension: the id of its indicator or area, or its period."""
    return item.period if way == "period" else item.indicator.id if way == "indicator" else item.area.id


def names_of(figures: Sequence[Figure], way: str, form: FigureFormat) -> Mapping[str, str]:
    """The name of each key in a dimension. A period whose sources name it differently gets its default name."""
    if way != "period":
        own = {item.indicator.id: item.indicator.name for item in figures}
        own = own if way == "indicator" else {item.area.id: item.area.name for item in figures}
        return {key: in_language(name, form.language) for key, name in own.items()}
    words: dict[str, set[str]] = {}
    for item in figures:
        words.setdefault(item.period, set()).add(form.period_of(item, short=True))
    return {key: min(texts) if len(texts) == 1 else form.period(key, short=True) for key, texts in words.items()}


def figure_labels(request: ChartRequest, form: FigureFormat, short: bool = True) -> list[str]:
    """A name for each figure: its series, its period, or both, whichever differ."""
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
