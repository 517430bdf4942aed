"""Data tables and their figures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

from ..problems import UnknownNameError, did_you_mean
from ..text import SourceText
from .expression import Call, Expression, Operation, Statement
from .interval import Interval
from .period import day_of, time_order
from .text import Text

PERCENT, POINTS = "percent", "percentage-point"
"""The built-in units. The difference of two percentages is in percentage points."""
SHARES = (PERCENT, POINTS)
"""The units whose printed values are a hundred times those computed with."""

QUALIFIERS = ("more-than", "at-least", "less-than", "at-most", "about")
"""The qualifiers of inexact values. A strict bound excludes the value itself."""

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Column:
    """A column of a table, as in the descriptor."""

    name: str
    title: Text
    type: str


@dataclass(frozen=True)
class Table:
    """A data table: `rows` hold the cells as text, one per column, `lines` the line of each row in the file."""

    name: str
    title: Text
    description: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    source: SourceText

    def column_index(self, name: str) -> int | None:
        """The index of a column, or None."""
        return next((i for i, column in enumerate(self.columns) if column.name == name), None)

    def keyed(self) -> Mapping[str, tuple[str, ...]]:
        """The rows by `id`, or by their first column if there is no `id`."""
        index = self.column_index("id") or 0
        return {row[index]: row for row in self.rows}


@dataclass(frozen=True)
class Indicator:
    id: str
    name: Text
    unit: str
    unit_type: str
    unit_name: Text
    direction: str
    definition: Text
    rounding: str = ""
    """The step that its sources round to, e.g. `1000`, if coarser than the last printed digit."""


@dataclass(frozen=True)
class Area:
    id: str
    name: Text
    full_name: Text
    type: Text
    code: str
    parent: str
    tile_row: int | None
    tile_column: int | None


@dataclass(frozen=True)
class Document:
    """A source of figures."""

    id: str
    title: Text
    publisher: Text
    date: str
    url: str
    accessed: str
    note: Text


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A printable figure. `value` is decimal text, whose digits are its precision."""

    id: str
    indicator: Indicator
    area: Area
    period: str
    period_note: Text
    value: str
    qualifier: str
    status: str
    note: Text
    line: int = field(repr=False)
    period_detail: str = ""
    """The period that distinguishes its note from others with the same words: `2023` of `mid-year (2023)`."""

    @cached_property
    def day(self) -> int:
        """The middle of the period, as a day number."""
        return day_of(self.period)

    @cached_property
    def time_order(self) -> tuple[int, int]:
        """The chronological sort key of its period."""
        return time_order(self.period)

    @property
    def number(self) -> Decimal:
        return Decimal(self.value)

    @property
    def decimals(self) -> int:
        """The number of published decimals."""
        return len(self.value.partition(".")[2])

    @property
    def documents(self) -> tuple[Document, ...]:
        """Its sources."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Observation(Figure):
    """A figure as published: a row of observations.csv."""

    source: Document
    locator: Text

    @property
    def documents(self) -> tuple[Document, ...]:
        return (self.source,)


@dataclass(frozen=True, kw_only=True)
class DerivedFigure(Figure):
    """A figure computed from others: a table of derived.toml.

    Its indicator is named after its label; its area has no id if the inputs have several areas. `result` is the exact
    result before rounding, `range` the values possible given the rounding of its inputs, both in the printed unit
    (33.6 for a percentage).
    """

    written: str
    expression: Expression
    inputs: tuple[Figure, ...] = field(repr=False, compare=False)
    """The figures named in the expression. These have inputs of their own, possibly too deep for recursion."""
    sources: tuple[Document, ...]
    result: Fraction
    range: Interval

    @property
    def documents(self) -> tuple[Document, ...]:
        return self.sources

    @property
    def stated_range(self) -> Interval:
        """`range`, extended to the printed value, which may be rounded; the value of a strict bound stays excluded."""
        value = Fraction(self.number)
        low, high = min(self.range.low, value), max(self.range.high, value)
        low_open = self.range.low_open and (low < value or self.qualifier == "more-than")
        high_open = self.range.high_open and (high > value or self.qualifier == "less-than")
        return Interval(low, high, low_open, high_open)

    @property
    def is_change(self) -> bool:
        """Whether it is a change, so that its sign is a direction."""
        match self.expression:
            case Call(function="change" | "difference") | Operation(sign="-"):
                return True
        return False


@dataclass(frozen=True)
class Judgement:
    """A rule checked against the figures. One with an explanation is a known disagreement."""

    id: str
    title: Text
    explanation: Text
    written: str
    statement: Statement
    holds: bool
    figures: tuple[str, ...]
    results: tuple[Interval, ...]
    """The possible values of each side of the statement."""
    scales: tuple[str, ...]
    """The unit of each side: `percent`, `percentage-point`, that of a ratio, or empty."""
    line: int = field(repr=False)


def _grouped(pairs: Iterable[tuple[str, _Item]]) -> Mapping[str, tuple[_Item, ...]]:
    groups: dict[str, list[_Item]] = {}
    for key, item in pairs:
        groups.setdefault(key, []).append(item)
    return {key: tuple(items) for key, items in groups.items()}


@dataclass(frozen=True)
class Dataset:
    """All tables of a site and their figures. Empty if there is no `data/` folder."""

    observations: Mapping[str, Observation] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    areas: Mapping[str, Area] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    descriptor: Mapping[str, Any] = field(default_factory=dict)
    """The Data Package descriptor of all tables, merged from the author's and the contract."""
    left_out: frozenset[str] = frozenset()
    """Ids of rows left out because of mistakes."""
    readable: bool = True
    """False if a whole table couldn't be read."""
    derived: Mapping[str, DerivedFigure] = field(default_factory=dict)
    judgements: tuple[Judgement, ...] = ()
    derived_source: SourceText | None = None
    rules_source: SourceText | None = None

    @cached_property
    def figures(self) -> Mapping[str, Figure]:
        """Observations and derived figures by id."""
        return {**self.observations, **self.derived}

    @cached_property
    def figures_by_source(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of the observations from each source."""
        return _grouped((item.source.id, item.id) for item in self.observations.values())

    @cached_property
    def computed_into(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of the derived figures computed from each figure."""
        return _grouped((item.id, figure.id) for figure in self.derived.values() for item in figure.inputs)

    @cached_property
    def rules_by_figure(self) -> Mapping[str, tuple[Judgement, ...]]:
        """The rules about each figure."""
        return _grouped((key, judgement) for judgement in self.judgements for key in judgement.figures)

    @cached_property
    def observations_by_indicator(self) -> Mapping[str, tuple[Observation, ...]]:
        """The observations of each indicator, in table order."""
        return _grouped((item.indicator.id, item) for item in self.observations.values())

    def source_of(self, figure: Figure) -> SourceText:
        """The file that defines a figure."""
        if isinstance(figure, DerivedFigure) and self.derived_source:
            return self.derived_source
        return self.tables["observations"].source

    def is_unknown(self, key: str, known: Mapping[str, object]) -> bool:
        """Whether a name is a mistake: unknown, and not left out because of a mistake reported elsewhere."""
        return key not in known and self.readable and key not in self.left_out


@dataclass(frozen=True)
class Choice:
    """A selection of observations: those of these indicators, limited to these areas and periods if any are given."""

    indicators: tuple[str, ...]
    areas: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()

    def of(self, dataset: Dataset) -> list[Observation]:
        """The observations, by indicator, each in table order."""
        return [
            item
            for indicator in dict.fromkeys(self.indicators)
            for item in dataset.observations_by_indicator.get(indicator, ())
            if (not self.areas or item.area.id in self.areas) and (not self.periods or item.period in self.periods)
        ]

    def text(self) -> str:
        """The choice as a text that `from_text` reads back."""
        return json.dumps([self.indicators, self.areas, self.periods], ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Choice:
        return cls(*map(tuple, json.loads(text)))


def column_in_language(table: Table, name: str, language: str) -> int:
    """The column called `name_<language>`, or `name`. Raises UnknownNameError if there is neither."""
    for spelling in (name, f"{name}_{language}"):
        index = table.column_index(spelling)
        if index is not None:
            return index
    hint = did_you_mean(name, (column.name for column in table.columns))
    raise UnknownNameError(f'no column "{name}" in table "{table.name}"', hint, name)
