"""The figures and tables that a fence asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..model import Choice, Figure, Series, Table, in_language
from ..problems import did_you_mean
from .options import FenceReader


def chosen_figures(reader: FenceReader, required: bool = True, gaps: bool = False) -> Sequence[Figure]:
    """The figures under `figures`, or those of `indicator`, `area` and `period`, in the order of the names and of time.

    `required` says whether one of these keys is needed, `gaps` whether the drawing shows areas without figures.
    """
    dataset, before = reader.dataset, len(reader.problems)
    figures, indicators, areas = (reader.names(key) for key in ("figures", "indicator", "area"))
    _check(reader, "figures", figures, dataset.figures, "figure-unknown", "figure")
    _check(reader, "indicator", indicators, dataset.indicators, "indicator-unknown", "indicator")
    _check(reader, "area", areas, dataset.areas, "area-unknown", "area")
    period: Any = reader.values.get("period")
    asked_periods = period if isinstance(period, list) else [] if period is None else [period]
    periods = [text for item in asked_periods if (text := reader.period(item, "period"))]
    if not figures and not indicators:
        if required and len(reader.problems) == before:
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
    for item in found:
        reader.place.reads.add("figure", item.id)
    if not found and dataset.readable and not dataset.left_out:
        _tell_nothing_found(reader, indicators, areas)
    elif dataset.readable and not dataset.left_out:
        _tell_missing(reader, found, asked, gaps)
    order = {name: place for place, name in enumerate([*indicators, *areas])}
    return sorted(found, key=lambda item: (order[item.indicator.id], order.get(item.area.id, 0), item.time_order))


def _tell_nothing_found(reader: FenceReader, indicators: Sequence[str], areas: Sequence[str]) -> None:
    """No figures: because of the period, or of indicator and area."""
    periods = {item.period for item in Choice(tuple(indicators), tuple(areas)).of(reader.dataset)}
    if periods:
        message = "there are no data of this period for this chart"
        reader.problem("chart-data", message, "period", hint=f"there are for: {', '.join(sorted(periods)[:12])}")
    else:
        hint = "see which observations have this indicator and area"
        reader.problem("chart-data", "there are no data for this chart", "indicator", hint=hint)


def _tell_missing(reader: FenceReader, found: Sequence[Figure], asked: Choice, gaps: bool) -> None:
    """Names without figures are mistakes that nobody would notice in a drawing without gaps."""
    there = {
        "indicator": ({item.indicator.id for item in found}, asked.indicators),
        "area": ({item.area.id for item in found}, () if gaps else asked.areas),
        "period": ({item.period for item in found}, asked.periods),
    }
    for key, (known, names) in there.items():
        for name in names:
            if name not in known:
                hint = "take it out, or bring its figures into the data"
                reader.problem("chart-data", f'there are no data of "{name}" for this chart', key, hint=hint)


def _once(reader: FenceReader, figures: Sequence[Figure]) -> Sequence[Figure]:
    """The figures, each of which may be named only once."""
    seen: set[str] = set()
    for place, item in enumerate(figures):
        if item.id in seen:
            path = ("figures", place) if isinstance(reader.values.get("figures"), list) else ("figures",)
            reader.problem("chart-option", f'"{item.id}" is named twice', *path, hint="name it once")
        seen.add(item.id)
    return figures


def _check(reader: FenceReader, key: str, names: Sequence[str], known: Mapping[str, Any], code: str, what: str) -> None:
    """Report unknown names under a key; `what` they should be is e.g. `figure or indicator`."""
    for index, name in enumerate(names):
        for kind in what.split(" or "):
            reader.place.reads.add(kind, name)
        if reader.dataset.is_unknown(name, known):
            path = (key, index) if isinstance(reader.values.get(key), list) else (key,)
            reader.problem(code, f'no {what} "{name}"', *path, hint=did_you_mean(name, known))


def matched(reader: FenceReader, key: str, figures: Iterable[Figure]) -> Mapping[str, Figure]:
    """The figures that an option names by their own or their indicator's id, by the id of the drawn figure of the same
    area and period. A single figure belongs to all that are drawn.
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
            reader.place.reads.add("figure", match.id)
            result[figure.id] = match
    if not result and dataset.readable and not dataset.left_out:
        hint = "they must be of the same area and period"
        reader.problem("chart-data", f"none of the figures of `{key}` belongs to one that is drawn", key, hint=hint)
    return result


def intervals(reader: FenceReader, figures: Sequence[Figure]) -> Mapping[str, tuple[Figure, Figure]]:
    """The lower and upper end of each figure's interval, by its id, if it has both."""
    lows, highs = matched(reader, "low", figures), matched(reader, "high", figures)
    given = [key for key in ("low", "high") if reader.names(key)]
    if len(given) == 1:
        missing = "high" if given == ["low"] else "low"
        reader.problem("chart-option", f"an interval needs `{missing}` too", given[0])
    ends = {key: (lows[key], highs[key]) for key in lows if key in highs}
    for item in figures:
        low, high = ends.get(item.id, (item, item))
        if not low.number <= item.number <= high.number:
            ends_text = f'"{low.id}" ({low.value}) and "{high.id}" ({high.value})'
            message = f'"{item.id}" ({item.value}) does not lie between {ends_text}'
            reader.problem("chart-data", message, "low")
    return ends


def known_table(reader: FenceReader) -> Table | None:
    """The table that the fence names, or None; one that doesn't exist is reported."""
    name = reader.name("table")
    if name:
        _check(reader, "table", [name], reader.dataset.tables, "table-unknown", "table")
    return reader.dataset.tables.get(name)


def series_of(figures: Sequence[Figure], language: str) -> tuple[Series, ...]:
    """A series for each area and indicator, named after whichever differs."""
    groups: dict[tuple[str, str], list[Figure]] = {}
    for item in figures:
        groups.setdefault((item.indicator.id, item.area.id), []).append(item)
    several_indicators = len({indicator for indicator, _ in groups}) > 1
    several_areas = len({area for _, area in groups}) > 1

    def name(item: Figure) -> str:
        area, indicator = in_language(item.area.name, language), in_language(item.indicator.name, language)
        if several_areas:
            # a figure computed from several areas has no area
            return ", ".join(filter(None, (area, indicator))) if several_indicators or not area else area
        return indicator

    return tuple(Series(name(items[0]), tuple(items)) for items in groups.values())
