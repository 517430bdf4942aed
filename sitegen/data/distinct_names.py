"""Names that tell things apart: where two areas, indicators or times are called the same, each says which it is.

Whatever prints a name (charts, tables, lists, descriptions) takes it from here, so that nothing that differs looks the
same anywhere. What can't be told apart is a problem.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from typing import TypeVar

from ..language import FigureFormat
from ..model import Area, Dataset, DerivedFigure, Document, Figure, Indicator, Text, in_language
from ..problems import Problem

_Item = TypeVar("_Item")
_Figure = TypeVar("_Figure", bound=Figure)
_MOST_NAMED = 6
# by table: what is told to be called the same, and what to do
_TOLD = {
    "areas": ("areas", "give them a `parent`, a `full_name` or a `type` that tells them apart, or other names"),
    "indicators": ("indicators", "call them by what they differ in: a reader sees the name only"),
    "derived": ("computed figures", "give each a label of its own: a reader sees nothing else of it"),
}
# what a name may be told apart by: the name with something added; "" where there is nothing
_Addition = Callable[[_Item, str, str], str]


def with_distinct_names(dataset: Dataset, formats: Mapping[str, FigureFormat], problems: list[Problem]) -> Dataset:
    """The dataset with names that differ wherever what they name does, in every language of `formats`.

    An area is told apart by what it lies in, its full name, its type or its code; an indicator by its unit; a computed
    figure by its area or time; a source by its date or publisher; a time that its source calls `mid-year`, by the year.
    Where nothing tells two of a name apart, and figures are of them, that is added to `problems`; of sources, it isn't.
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
    """The dataset in which these areas, indicators and sources have other names."""
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
    """Finds names that are shared, and others for what has them."""

    def __init__(self, dataset: Dataset, formats: Mapping[str, FigureFormat], problems: list[Problem]) -> None:
        self._dataset, self._formats, self._problems = dataset, formats, problems
        self._reported: set[tuple[str, ...]] = set()

    def areas(self) -> dict[str, Area]:
        """The areas that are called otherwise than in their table."""
        items = self._dataset.areas

        def within(depth: int) -> _Addition[Area]:
            """Tells an area apart by so many of the areas that it lies in."""

            def addition(area: Area, name: str, language: str) -> str:
                around: list[str] = []
                while len(around) < depth and area.parent in items:
                    area = items[area.parent]
                    around.append(in_language(area.name, language))
                return _added(name, ", ".join(around)) if name not in around else ""

            return addition

        ways: list[_Addition[Area]] = [
            *map(within, (1, 2, 3)),
            lambda area, _, language: in_language(area.full_name, language),
            lambda area, name, language: _added(name, in_language(area.type, language)),
            lambda area, name, _: _added(name, area.code),
        ]
        names = self._distinct(items, lambda area: area.name, ways, "areas")
        # a full name tells itself apart from another of its kind in the same ways, but for itself
        full = self._distinct(items, lambda area: area.full_name, [*ways[:3], *ways[4:]])
        return {
            key: replace(item, name=names.get(key, item.name), full_name=full.get(key, item.full_name))
            for key, item in items.items()
            if key in names or key in full
        }

    def indicators(self) -> dict[str, Indicator]:
        """The indicators that are called otherwise than in their table."""
        items = self._dataset.indicators
        ways: list[_Addition[Indicator]] = [
            lambda indicator, name, language: _added(name, self._formats[language].unit_name(indicator))
        ]
        names = self._distinct(items, lambda indicator: indicator.name, ways, "indicators")
        return {key: replace(items[key], name=name) for key, name in names.items()}

    def documents(self) -> dict[str, Document]:
        """The sources that are called otherwise than in their table."""
        items = self._dataset.documents
        ways: list[_Addition[Document]] = [
            lambda document, name, language: _added(name, in_language(document.publisher, language)),
            lambda document, name, language: _added(
                name, document.date and self._formats[language].date(document.date)
            ),
        ]
        names = self._distinct(items, lambda document: document.title, ways)
        return {key: replace(items[key], title=name) for key, name in names.items()}

    def labels(self) -> dict[str, Indicator]:
        """What the computed figures give whose label another one has."""
        items = self._dataset.derived

        def place(figure: DerivedFigure, language: str) -> str:
            return in_language(figure.area.name, language)

        def time(figure: DerivedFigure, language: str) -> str:
            return self._formats[language].period_of(figure)

        def both(figure: DerivedFigure, language: str) -> str:
            area = place(figure, language)
            return area and f"{area}, {time(figure, language)}"

        ways: list[_Addition[DerivedFigure]] = [
            lambda figure, name, language: _added(name, place(figure, language)),
            lambda figure, name, language: _added(name, time(figure, language)),
            lambda figure, name, language: _added(name, both(figure, language)),
        ]
        names = self._distinct(items, lambda figure: figure.indicator.name, ways, "derived")
        return {key: replace(items[key].indicator, name=name) for key, name in names.items()}

    def _distinct(
        self,
        items: Mapping[str, _Item],
        name_of: Callable[[_Item], Text],
        ways: Sequence[_Addition[_Item]],
        table: str = "",
    ) -> dict[str, Text]:
        """The names of those that share one, told apart by the first of some ways that does; the rest is told."""
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
                found = _told_apart({key: items[key] for key in keys}, shown, language, ways, taken)
                if not found and table and self._used(table) & set(keys):
                    self._report(table, shown[keys[0]], keys)
                    # told once, and not again by each chart that shows them
                    found = {key: f"{shown[key]} ({key})" for key in keys}
                for key, text in found.items():
                    changed[key] = {**changed.get(key, name_of(items[key])), language: text}
        return changed

    def _used(self, table: str) -> Set[str]:
        """The ids that a figure of the site is of, or that it has: nothing is told of a name that nobody is shown."""
        if table == "areas":
            return {item.area.id for item in self._dataset.figures.values()}
        return self._dataset.derived.keys() if table == "derived" else self._dataset.observations_by_indicator.keys()

    def _report(self, table: str, name: str, keys: Sequence[str]) -> None:
        """Two of one name: told at the second, once for all languages."""
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


def _told_apart(
    group: Mapping[str, _Item],
    shown: Mapping[str, str],
    language: str,
    ways: Sequence[_Addition[_Item]],
    taken: set[str],
) -> dict[str, str]:
    """New names for those of one name by the first way that makes all of them differ; one may keep the name it has."""
    for way in ways:
        names = {key: way(item, shown[key], language) or shown[key] for key, item in group.items()}
        different = {_plain(name) for name in names.values()}
        if len(different) == len(names) and not different & taken:
            return names
    return {}


def _added(name: str, detail: str) -> str:
    """`Thanh Xuân` and `Hà Nội` → `Thanh Xuân (Hà Nội)`; "" where there is nothing to add, or the name itself."""
    return f"{name} ({detail})" if detail and _plain(detail) != _plain(name) else ""


def _plain(name: str) -> str:
    """A name as readers compare it: however its letters are composed, whatever blanks and unseen characters it has."""
    seen = (character for character in unicodedata.normalize("NFC", name) if unicodedata.category(character) != "Cf")
    return " ".join("".join(seen).split())


def _with_period_details(dataset: Dataset, formats: Mapping[str, FigureFormat]) -> Dataset:
    """The dataset in which times that a source puts in the same words say which they are: `mid-year (2023)`.

    The year is added where that tells them apart, else the period.
    """
    # of very many figures, a few times
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
