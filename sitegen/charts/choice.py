"""Which figures a fence asks for, and how they fall into series."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..model import Choice, Figure, Series, in_language
from ..problems import Problem, did_you_mean
from .options import FenceReader


def chosen_figures(reader: FenceReader) -> Sequence[Figure]:
    """The figures named, or those of the indicators, areas and periods named, in the order of these and of time."""
    dataset, before = reader.dataset, len(reader.problems)
    figures, indicators, areas = (reader.names(key) for key in ("figures", "indicator", "area"))
    _check(reader, "figures", figures, dataset.figures, "figure-unknown", "figure")
    _check(reader, "indicator", indicators, dataset.indicators, "indicator-unknown", "indicator")
    _check(reader, "area", areas, dataset.areas, "area-unknown", "area")
    periods = _periods(reader)
    if not figures and not indicators:
        if len(reader.problems) == before and reader.values.get("kind") != "python":
            reader.missing("indicator", "a chart needs an `indicator`, or `figures`")
        return []
    if figures and (indicators or areas or periods):
        also = "`indicator` and `area`" if not periods else "`indicator`, `area` and `period`"
        reader.problem("chart-option", f"give either `figures`, or {also}", "figures")
    if len(reader.problems) > before:
        return []
    if figures:
        return _once(reader, [dataset.figures[figure] for figure in figures if figure in dataset.figures])
    asked = Choice(tuple(indicators), tuple(areas), tuple(periods))
    reader.place.reads.add("choice", asked.text())
    found = asked.of(dataset)
    _read_figures(reader, found)
    if not found and dataset.readable and not dataset.left_out:
        _tell_nothing_found(reader, indicators, areas)
    elif dataset.readable and not dataset.left_out:
        _tell_missing(reader, found, asked)
    order = {name: place for place, name in enumerate([*indicators, *areas])}
    return sorted(found, key=lambda item: (order[item.indicator.id], order.get(item.area.id, 0), item.time_order))


def _tell_nothing_found(reader: FenceReader, indicators: Sequence[str], areas: Sequence[str]) -> None:
    """Nothing is there for what is asked: it may be the period alone that is to blame."""
    periods = {item.period for item in Choice(tuple(indicators), tuple(areas)).of(reader.dataset)}
    if periods:
        message = "there are no data of this period for this chart"
        reader.problem("chart-data", message, "period", hint=f"there are for: {', '.join(sorted(periods)[:12])}")
    else:
        hint = "see which observations have this indicator and area"
        reader.problem("chart-data", "there are no data for this chart", "indicator", hint=hint)


def _tell_missing(reader: FenceReader, found: Sequence[Figure], asked: Choice) -> None:
    """A name of a list that brings nothing is a slip, which nobody would see in the drawing; a map shows it."""
    there = {
        "indicator": ({item.indicator.id for item in found}, asked.indicators),
        "area": ({item.area.id for item in found}, asked.areas if reader.values.get("kind") != "tile-map" else ()),
        "period": ({item.period for item in found}, asked.periods),
    }
    for key, (known, names) in there.items():
        for name in names:
            if name not in known:
                hint = "take it out, or bring its figures into the data"
                reader.problem("chart-data", f'there are no data of "{name}" for this chart', key, hint=hint)


def _once(reader: FenceReader, figures: Sequence[Figure]) -> Sequence[Figure]:
    """The figures, of which each may be named once."""
    seen: set[str] = set()
    for place, item in enumerate(figures):
        if item.id in seen:
            path = ("figures", place) if isinstance(reader.values.get("figures"), list) else ("figures",)
            reader.problem("chart-option", f'"{item.id}" is named twice', *path, hint="name it once")
        seen.add(item.id)
    return figures


def _periods(reader: FenceReader) -> Sequence[str]:
    value: Any = reader.values.get("period")
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [text for item in values if (text := reader.period(item, "period"))]


def _read_figures(reader: FenceReader, figures: Iterable[Figure]) -> None:
    for item in figures:
        reader.place.reads.add("figure", item.id)


def _check(reader: FenceReader, key: str, names: Sequence[str], known: Mapping[str, Any], code: str, what: str) -> None:
    for name in names:
        for kind in what.split(" or "):
            reader.place.reads.add(kind, name)
    for index, name in enumerate(names):
        if reader.dataset.is_unknown(name, known):
            is_list = isinstance(reader.values.get(key), list)
            span = reader.located.span(key, index) if is_list else reader.located.span(key)
            reader.problems.append(Problem(code, f'no {what} "{name}"', span, did_you_mean(name, known)))


def matched(reader: FenceReader, key: str, figures: Iterable[Figure]) -> Mapping[str, Figure]:
    """The figures that an option names, or those of the indicators it names, by the id of the drawn figure each
    belongs to: that of the same area and period; a single one belongs to all.
    """
    names, dataset = reader.names(key), reader.dataset
    if not names:
        return {}
    for name in names:
        reader.place.reads.add("figure", name)
        reader.place.reads.add("indicator", name)
    if not all(name in dataset.figures or name in dataset.indicators for name in names):
        _check(reader, key, names, {**dataset.indicators, **dataset.figures}, "figure-unknown", "figure or indicator")
        return {}
    found = [dataset.figures[name] for name in names if name in dataset.figures]
    found += Choice(tuple(names)).of(dataset)
    by_place = {(item.area.id, item.period): item for item in found}
    alone = found[0] if len(found) == 1 and names[0] in dataset.figures else None
    result = {}
    for figure in figures:
        if not alone:
            reader.place.reads.add("choice", Choice(tuple(names), (figure.area.id,), (figure.period,)).text())
        match = alone or by_place.get((figure.area.id, figure.period))
        if match:
            _read_figures(reader, [match])
            result[figure.id] = match
    if not result and dataset.readable and not dataset.left_out:
        hint = "they must be of the same area and period"
        reader.problem("chart-data", f"none of the figures of `{key}` belongs to one that is drawn", key, hint=hint)
    return result


def series_of(figures: Sequence[Figure], language: str) -> tuple[Series, ...]:
    """A series for each area and indicator, called after that of the two which differs."""
    groups: dict[tuple[str, str], list[Figure]] = {}
    for item in figures:
        groups.setdefault((item.indicator.id, item.area.id), []).append(item)
    several_indicators = len({indicator for indicator, _ in groups}) > 1
    several_areas = len({area for _, area in groups}) > 1

    def name(item: Figure) -> str:
        area, indicator = in_language(item.area.name, language), in_language(item.indicator.name, language)
        if several_areas:
            # what is computed of several areas has none
            return ", ".join(filter(None, (area, indicator))) if several_indicators or not area else area
        return indicator

    return tuple(Series(name(items[0]), tuple(items)) for items in groups.values())
