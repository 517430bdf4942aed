"""Tables, and the figures in them."""

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
"""The units that every site knows. A percentage is a share; two of them differ by percentage points."""
SHARES = (PERCENT, POINTS)
"""The kinds of unit that are printed a hundred times as large as what is computed with."""

QUALIFIERS = ("more-than", "at-least", "less-than", "at-most", "about")
"""What a value can be that is no exact one. A bound that is strict excludes the value itself."""

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Column:
    """A column of a table, as the descriptor has it."""

    name: str
    title: Text
    type: str


@dataclass(frozen=True)
class Table:
    """A data table: `rows` hold the cells as text, one for each column; `lines` their line in the file."""

    name: str
    title: Text
    description: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    source: SourceText

    def column_index(self, name: str) -> int | None:
        """Where a column stands, or None."""
        return next((i for i, column in enumerate(self.columns) if column.name == name), None)

    def keyed(self) -> Mapping[str, tuple[str, ...]]:
        """The rows by their `id`, or by their first column where there is none."""
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
    """The step that its sources round to, e.g. `1000`, where it is coarser than the last printed digit."""


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
    """A source: where figures were taken from."""

    id: str
    title: Text
    publisher: Text
    date: str
    url: str
    accessed: str
    note: Text


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure that can be printed. `value` is decimal text: its digits are its precision."""

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
    """A period that its note is told apart by from another of the same words: `2023` of `mid-year (2023)`."""

    @cached_property
    def day(self) -> int:
        """Where the period stands in time, as a day number."""
        return day_of(self.period)

    @cached_property
    def time_order(self) -> tuple[int, int]:
        """What figures are sorted by in time: that of their periods."""
        return time_order(self.period)

    @property
    def number(self) -> Decimal:
        return Decimal(self.value)

    @property
    def decimals(self) -> int:
        """How many digits were published after the decimal point."""
        return len(self.value.partition(".")[2])

    @property
    def documents(self) -> tuple[Document, ...]:
        """The sources it rests on."""
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

    Its indicator has the label for a name; its area has no id when the inputs have several. `result` is what it comes
    to before it is rounded, `range` what it can be with the rounding of its inputs, both in the printed unit (33.6 for
    a percentage).
    """

    written: str
    expression: Expression
    inputs: tuple[Figure, ...] = field(repr=False, compare=False)
    """Those named in the expression. Each holds its own, so that what walks through them must not do so in depth."""
    sources: tuple[Document, ...]
    result: Fraction
    range: Interval

    @property
    def documents(self) -> tuple[Document, ...]:
        return self.sources

    @property
    def stated_range(self) -> Interval:
        """`range` and what is printed: of a result that is exact, or of a bound, the printed digits are rounded.

        The value of a strict bound stays outside.
        """
        value = Fraction(self.number)
        low, high = min(self.range.low, value), max(self.range.high, value)
        low_open = self.range.low_open and (low < value or self.qualifier == "more-than")
        high_open = self.range.high_open and (high > value or self.qualifier == "less-than")
        return Interval(low, high, low_open, high_open)

    @property
    def is_change(self) -> bool:
        """Whether its sign says in which direction something went."""
        match self.expression:
            case Call(function="change" | "difference") | Operation(sign="-"):
                return True
        return False


@dataclass(frozen=True)
class Judgement:
    """A rule held against the figures. One with an explanation is a known disagreement."""

    id: str
    title: Text
    explanation: Text
    written: str
    statement: Statement
    holds: bool
    figures: tuple[str, ...]
    results: tuple[Interval, ...]
    """What each side of the statement can be."""
    scales: tuple[str, ...]
    """What each side counts: `percent`, `percentage-point`, the unit of a ratio, or nothing of these."""
    line: int = field(repr=False)


def _grouped(pairs: Iterable[tuple[str, _Item]]) -> Mapping[str, tuple[_Item, ...]]:
    groups: dict[str, list[_Item]] = {}
    for key, item in pairs:
        groups.setdefault(key, []).append(item)
    return {key: tuple(items) for key, items in groups.items()}


@dataclass(frozen=True)
class Dataset:
    """All tables of a site, and the figures in them. Empty when there is no `data/` folder."""

    observations: Mapping[str, Observation] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    areas: Mapping[str, Area] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    descriptor: Mapping[str, Any] = field(default_factory=dict)
    """The Data Package descriptor of all tables, the author's and the contract's."""
    left_out: frozenset[str] = frozenset()
    """Ids of rows that were left out because something is wrong with them."""
    readable: bool = True
    """False when a whole table could not be read."""
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
        """The ids of the observations that were taken from each document."""
        return _grouped((item.source.id, item.id) for item in self.observations.values())

    @cached_property
    def computed_into(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of the derived figures that each figure is an input of."""
        return _grouped((item.id, figure.id) for figure in self.derived.values() for item in figure.inputs)

    @cached_property
    def rules_by_figure(self) -> Mapping[str, tuple[Judgement, ...]]:
        """The rules that each figure takes part in."""
        return _grouped((key, judgement) for judgement in self.judgements for key in judgement.figures)

    @cached_property
    def observations_by_indicator(self) -> Mapping[str, tuple[Observation, ...]]:
        """The observations of each indicator, in the order of their table."""
        return _grouped((item.indicator.id, item) for item in self.observations.values())

    def source_of(self, figure: Figure) -> SourceText:
        """The file that a figure stands in."""
        if isinstance(figure, DerivedFigure) and self.derived_source:
            return self.derived_source
        return self.tables["observations"].source

    def is_unknown(self, key: str, known: Mapping[str, object]) -> bool:
        """Whether a name is a mistake: neither known, nor lost by a mistake that is told elsewhere."""
        return key not in known and self.readable and key not in self.left_out


@dataclass(frozen=True)
class Choice:
    """Which observations are asked for: those of these indicators, in these areas and periods where any are named."""

    indicators: tuple[str, ...]
    areas: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()

    def of(self, dataset: Dataset) -> list[Observation]:
        """The observations, by indicator, each in the order of the table."""
        return [
            item
            for indicator in dict.fromkeys(self.indicators)
            for item in dataset.observations_by_indicator.get(indicator, ())
            if (not self.areas or item.area.id in self.areas) and (not self.periods or item.period in self.periods)
        ]

    def text(self) -> str:
        """The choice as one name, from which `from_text` makes it again."""
        return json.dumps([self.indicators, self.areas, self.periods], ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Choice:
        return cls(*map(tuple, json.loads(text)))


def column_in_language(table: Table, name: str, language: str) -> int:
    """The column called `name_<language>`, or `name`. Raises UnknownNameError when there is neither."""
    for spelling in (name, f"{name}_{language}"):
        index = table.column_index(spelling)
        if index is not None:
            return index
    hint = did_you_mean(name, (column.name for column in table.columns))
    raise UnknownNameError(f'no column "{name}" in table "{table.name}"', hint, name)
