"""The figures and tables that a fence selects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..facts import DataTable
from ..model import Choice, Figure, Series, Table, in_language
from ..problems import did_you_mean
from .options import FIGURES, FenceReader


def chosen_figures(reader: FenceReader, required: bool = True, gaps: bool = False) -> Sequence[Figure]:
    """The figures under `figures`, or those of `indicator`, `area` and `period`, in the order of names, then by time.

    `required`: whether one of these keys is needed; `gaps`: whether the drawing shows areas without figures.
    """
    read, before = reader.read, len(reader.problems)
    figures, indicators, areas = (reader.names(key) for key in ("figures", "indicator", "area"))
    _check(reader, "figures", figures, "figure-unknown", ("figure",))
    _check(reader, "indicator", indicators, "indicator-unknown", ("indicator",))
    _check(reader, "area", areas, "area-unknown", ("area",))
    periods = reader.names("period")
    if not figures and not indicators:
        if required and len(reader.problems) == before:
            reader.missing("a chart needs an `indicator`, or `figures`", "indicator", "figures")
        return []
    if figures and (indicators or areas or periods):
        also = "`indicator` and `area`" if not periods else "`indicator`, `area` and `period`"
        reader.problem("chart-option", f"give either `figures`, or {also}", "figures")
    if len(reader.problems) > before or reader.is_wrong(*FIGURES):
        return []
    if figures:
        return _once(reader, [figure for name in figures if (figure := read.figure(name))])
    asked = Choice(tuple(indicators), tuple(areas), tuple(periods))
    found = [figure for item in read.choice(asked.text()) if (figure := read.figure(item.id))]
    if not read.has_lost():
        if found:
            _report_missing(reader, found, asked, gaps)
        else:
            _report_nothing_found(reader, indicators, areas)
    order = {name: place for place, name in enumerate([*indicators, *areas])}
    return sorted(found, key=lambda item: (order[item.indicator.id], order.get(item.area.id, 0), item.time_order))


def _report_nothing_found(reader: FenceReader, indicators: Sequence[str], areas: Sequence[str]) -> None:
    """Report that no figures match, because of the period or of the other keys."""
    periods = {item.period for item in reader.read.choice(Choice(tuple(indicators), tuple(areas)).text())}
    if periods:
        message = "there are no data for this period"
        reader.problem("chart-data", message, "period", hint=f"there are data for: {', '.join(sorted(periods)[:12])}")
    else:
        hint = "check which observations have this indicator and area"
        reader.problem("chart-data", "there are no data for this chart", "indicator", hint=hint)


def _report_missing(reader: FenceReader, found: Sequence[Figure], asked: Choice, gaps: bool) -> None:
    """Report names without figures, which nobody would notice in the drawing."""
    there = {
        "indicator": ({item.indicator.id for item in found}, asked.indicators),
        "area": ({item.area.id for item in found}, () if gaps else asked.areas),
        "period": ({item.period for item in found}, asked.periods),
    }
    for key, (known, names) in there.items():
        for name in names:
            if name not in known:
                hint = "remove it, or add its figures to the data"
                reader.problem("chart-data", f'there are no data for "{name}" in this chart', key, hint=hint)


def _once(reader: FenceReader, figures: Sequence[Figure]) -> Sequence[Figure]:
    """The figures; reports duplicates."""
    seen: set[str] = set()
    for place, item in enumerate(figures):
        if item.id in seen:
            reader.problem("chart-option", f'"{item.id}" is named twice', "figures", place, hint="name it once")
        seen.add(item.id)
    return figures


def _check(reader: FenceReader, key: str, names: Sequence[str], code: str, kinds: Sequence[DataTable]) -> None:
    """Report names under a key that don't exist in any of these kinds."""
    for index, name in enumerate(names):
        if not any(_known(reader, kind, name) for kind in kinds) and not reader.read.lost(name):
            known = [each for kind in kinds for each in reader.read.all(kind)]
            reader.problem(code, f'no {" or ".join(kinds)} "{name}"', key, index, hint=did_you_mean(name, known))


def _known(reader: FenceReader, kind: DataTable, name: str) -> bool:
    """Whether the data have an item of this kind and name."""
    read = reader.read
    ask = {"figure": read.figure, "indicator": read.indicator, "area": read.area, "table": read.table}
    return ask[kind](name) is not None


def matched(reader: FenceReader, key: str, figures: Iterable[Figure]) -> Mapping[str, Figure]:
    """The figures that an option names, by their own or their indicator's id, keyed by the id of the drawn figure with
    the same area and period. A single figure matches all drawn ones.
    """
    names, read = reader.names(key), reader.read
    if not names:
        return {}
    if not all(read.figure(name) or read.indicator(name) for name in names):
        _check(reader, key, names, "figure-unknown", ("figure", "indicator"))
        return {}
    named = [figure for name in names if (figure := read.figure(name))]
    by_place = {(item.area.id, item.period): item for item in named}
    alone = named[0] if len(names) == 1 and named and not read.choice(Choice(tuple(names)).text()) else None
    result = {}
    for figure in figures:
        place = figure.area.id, figure.period
        match: Figure | None = alone
        if match is None:
            found = read.choice(Choice(tuple(names), (place[0],), (place[1],)).text())
            match = read.figure(found[-1].id) if found else by_place.get(place)
        if match:
            result[figure.id] = match
    if not result and not read.has_lost():
        hint = "they must have the same area and period"
        reader.problem("chart-data", f"none of the figures of `{key}` match a drawn figure", key, hint=hint)
    return result


def intervals(reader: FenceReader, figures: Sequence[Figure]) -> Mapping[str, tuple[Figure, Figure]]:
    """The lower and upper ends of figures' intervals, by figure id, if both are given."""
    lows, highs = matched(reader, "low", figures), matched(reader, "high", figures)
    given = [key for key in ("low", "high") if reader.names(key)]
    if len(given) == 1:
        missing = "high" if given == ["low"] else "low"
        reader.problem("chart-option", f"an interval also needs `{missing}`", given[0])
    ends = {key: (lows[key], highs[key]) for key in lows if key in highs}
    for item in figures:
        low, high = ends.get(item.id, (item, item))
        if not low.number <= item.number <= high.number:
            ends_text = f'"{low.id}" ({low.value}) and "{high.id}" ({high.value})'
            message = f'"{item.id}" ({item.value}) does not lie between {ends_text}'
            reader.problem("chart-data", message, "low")
    return ends


def known_table(reader: FenceReader) -> Table | None:
    """The fence's table, or None; reports an unknown one."""
    name = reader.name("table")
    if name:
        _check(reader, "table", [name], "table-unknown", ("table",))
    return reader.read.table(name)


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
