"""Distinct names: areas, indicators, sources or times that share a name each get a detail that tells them apart.

Charts, tables, lists and descriptions all print the names made here. What can't be told apart is a problem.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import replace
from functools import partial
from typing import TypeVar

from ..language import FigureFormat
from ..model import Area, Dataset, DerivedFigure, Document, Figure, Indicator, Text, in_language
from ..problems import Problem

_Item = TypeVar("_Item")
_Figure = TypeVar("_Figure", bound=Figure)
_MOST_NAMED = 6
# by table: its rows in messages, and what to do about a name that two of them share
_TOLD = {
    "areas": ("areas", "give them a `parent`, a `full_name` or a `type` that tells them apart, or other names"),
    "indicators": ("indicators", "call them by what they differ in: a reader sees the name only"),
    "derived": ("computed figures", "give each a label of its own: a reader sees nothing else of it"),
}
# an item, its name and a language → another name that may be distinct, or ""
_Way = Callable[[_Item, str, str], str]


def with_distinct_names(dataset: Dataset, formats: Mapping[str, FigureFormat], problems: list[Problem]) -> Dataset:
    """The dataset with distinct names in every language of `formats`.

    An area is told apart by the areas around it, its full name, its type or its code; an indicator by its unit; a
    computed figure by its area or time; a source by its publisher or date; a time (`mid-year`) by its year.
    If none of these differ, that is added to `problems`, unless no figure has the name or it is that of a source.
    """
    naming = _Naming(dataset, formats, problems)
    dataset = _renamed(dataset, naming.areas(), naming.indicators(), naming.documents())
    dataset = _with_period_details(dataset, formats)
    labels = _Naming(dataset, formats, problems).labels()
    derived = {key: replace(dataset.derived[key], indicator=own) for key, own in labels.items()}
    return replace(dataset, derived={**dataset.derived, **derived})


def _renamed(
    dataset: Dataset,
    areas: Mapping[str, Area],
    indicators: Mapping[str, Indicator],
    documents: Mapping[str, Document],
) -> Dataset:
    if not areas and not indicators and not documents:
        return dataset
    observations = {
        key: replace(
            item,
            area=areas.get(item.area.id, item.area),
            indicator=indicators.get(item.indicator.id, item.indicator),
            source=documents.get(item.source.id, item.source),
        )
        for key, item in dataset.observations.items()
    }
    derived = {
        key: replace(
            item,
            area=areas.get(item.area.id, item.area),
            sources=tuple(documents.get(each.id, each) for each in item.sources),
        )
        for key, item in dataset.derived.items()
    }
    return replace(
        dataset,
        areas={**dataset.areas, **areas},
        indicators={**dataset.indicators, **indicators},
        documents={**dataset.documents, **documents},
        observations=observations,
        derived=derived,
    )


class _Naming:
    """Finds shared names, and distinct ones in their place."""

    def __init__(self, dataset: Dataset, formats: Mapping[str, FigureFormat], problems: list[Problem]) -> None:
        self._dataset, self._formats, self._problems = dataset, formats, problems
        self._reported: set[tuple[str, ...]] = set()

    def areas(self) -> dict[str, Area]:
        """The areas that get another name than in their table."""
        items = self._dataset.areas

        def within(area: Area, name: str, language: str, depth: int) -> str:
            around: list[str] = []
            while len(around) < depth and area.parent in items:
                area = items[area.parent]
                around.append(in_language(area.name, language))
            return _added(name, ", ".join(around)) if name not in around else ""

        around: list[_Way[Area]] = [partial(within, depth=depth) for depth in (1, 2, 3)]
        own: list[_Way[Area]] = [
            lambda area, name, language: _added(name, in_language(area.type, language)),
            lambda area, name, _: _added(name, area.code),
        ]

        def by_full_name(area: Area, _: str, language: str) -> str:
            return in_language(area.full_name, language)

        names = self._distinct(items, lambda area: area.name, [*around, by_full_name, *own], "areas")
        full = self._distinct(items, lambda area: area.full_name, [*around, *own])
        return {
            key: replace(item, name=names.get(key, item.name), full_name=full.get(key, item.full_name))
            for key, item in items.items()
            if key in names or key in full
        }

    def indicators(self) -> dict[str, Indicator]:
        """The indicators that get another name than in their table."""
        items = self._dataset.indicators

        def by_unit(indicator: Indicator, name: str, language: str) -> str:
            return _added(name, self._formats[language].unit_name(indicator))

        names = self._distinct(items, lambda indicator: indicator.name, [by_unit], "indicators")
        return {key: replace(items[key], name=name) for key, name in names.items()}

    def documents(self) -> dict[str, Document]:
        """The sources that get another name than in their table."""
        items = self._dataset.documents
        ways: list[_Way[Document]] = [
            lambda document, name, language: _added(name, in_language(document.publisher, language)),
            lambda document, name, language: _added(
                name, document.date and self._formats[language].date(document.date)
            ),
        ]
        names = self._distinct(items, lambda document: document.title, ways)
        return {key: replace(items[key], title=name) for key, name in names.items()}

    def labels(self) -> dict[str, Indicator]:
        """The indicators of the computed figures that get another label than in derived.toml."""
        items = self._dataset.derived

        def by_both(figure: DerivedFigure, name: str, language: str) -> str:
            area = in_language(figure.area.name, language)
            return _added(name, f"{area}, {self._formats[language].period_of(figure)}") if area else ""

        ways: list[_Way[DerivedFigure]] = [
            lambda figure, name, language: _added(name, in_language(figure.area.name, language)),
            lambda figure, name, language: _added(name, self._formats[language].period_of(figure)),
            by_both,
        ]
        names = self._distinct(items, lambda figure: figure.indicator.name, ways, "derived")
        return {key: replace(items[key].indicator, name=name) for key, name in names.items()}

    def _distinct(
        self,
        items: Mapping[str, _Item],
        name_of: Callable[[_Item], Text],
        ways: Sequence[_Way[_Item]],
        table: str = "",
    ) -> dict[str, Text]:
        """New names for the items that share one; if no way makes them distinct, that is reported for `table`."""
        changed: dict[str, Text] = {}
        for language in self._formats:
            shown = {key: in_language(name_of(item), language) for key, item in items.items()}
            groups: dict[str, list[str]] = {}
            for key, name in shown.items():
                groups.setdefault(_plain(name), []).append(key)
            for name, keys in groups.items():
                if len(keys) == 1 or not name:
                    continue
                taken = groups.keys() - {name}
                # one of them may keep its name
                choices = ({key: way(items[key], shown[key], language) or shown[key] for key in keys} for way in ways)
                found = next((names for names in choices if _are_distinct(names.values(), taken)), {})
                if not found and table and self._used(table) & set(keys):
                    self._report(table, shown[keys[0]], keys)
                    # distinct all the same, so that no chart reports them again
                    found = {key: f"{shown[key]} ({key})" for key in keys}
                for key, text in found.items():
                    changed[key] = {**changed.get(key, name_of(items[key])), language: text}
        return changed

    def _used(self, table: str) -> Set[str]:
        """The ids in a table with a name that readers see: nothing is reported of other names."""
        if table == "areas":
            return {item.area.id for item in self._dataset.figures.values()}
        return self._dataset.derived.keys() if table == "derived" else self._dataset.observations_by_indicator.keys()

    def _report(self, table: str, name: str, keys: Sequence[str]) -> None:
        """Report a shared name at its second item, once for all languages."""
        if tuple(keys) in self._reported:
            return
        self._reported.add(tuple(keys))
        dataset = self._dataset
        if table == "derived" and dataset.derived_source:
            source, line = dataset.derived_source, dataset.derived[keys[1]].line
        else:
            source = dataset.tables[table].source
            line = dict(zip(dataset.tables[table].keyed(), dataset.tables[table].lines, strict=False))[keys[1]]
        what, hint = _TOLD[table]
        ids = ", ".join(keys[:_MOST_NAMED]) + (" …" if len(keys) > _MOST_NAMED else "")
        message = f'{len(keys)} {what} are called "{name}": {ids}'
        self._problems.append(Problem("name-duplicate", message, source.find_word(keys[1], line), hint))


def _are_distinct(names: Collection[str], taken: Set[str]) -> bool:
    plain = set(map(_plain, names))
    return len(plain) == len(names) and plain.isdisjoint(taken)


def _added(name: str, detail: str) -> str:
    """`Thanh Xuân` and `Hà Nội` → `Thanh Xuân (Hà Nội)`; "" without a detail, or if it is the name itself."""
    return f"{name} ({detail})" if detail and _plain(detail) != _plain(name) else ""


def _plain(name: str) -> str:
    """A name as readers compare it: composed letters, single blanks, no invisible characters."""
    seen = (character for character in unicodedata.normalize("NFC", name) if unicodedata.category(character) != "Cf")
    return " ".join("".join(seen).split())


def _with_period_details(dataset: Dataset, formats: Mapping[str, FigureFormat]) -> Dataset:
    """The dataset with details for different periods of the same words: the year if that is enough, else the period.

    `mid-year` becomes `mid-year (2023)`.
    """
    # many figures share few times
    times = {_time_key(item): item for item in dataset.figures.values()}
    details: dict[tuple[str, ...], str] = {}
    for form in formats.values():
        groups: dict[str, list[Figure]] = {}
        for item in times.values():
            groups.setdefault(_plain(form.period_of(item)), []).append(item)
        for group in groups.values():
            periods = {item.period for item in group}
            years = {period[:4] for period in periods}
            by_year = len(years) == len(periods) and not any("/" in each for each in periods)
            if len(periods) > 1:
                noted = [item for item in group if item.period_note]
                details |= {_time_key(item): item.period[:4] if by_year else item.period for item in noted}
    if not details:
        return dataset

    def figure(item: _Figure) -> _Figure:
        detail = details.get(_time_key(item))
        return replace(item, period_detail=detail) if detail else item

    return replace(
        dataset,
        observations={key: figure(item) for key, item in dataset.observations.items()},
        derived={key: figure(item) for key, item in dataset.derived.items()},
    )


def _time_key(figure: Figure) -> tuple[str, ...]:
    """A period, and the source's words for it."""
    return figure.period, *(text for pair in sorted(figure.period_note.items()) for text in pair)
