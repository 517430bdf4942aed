"""Derived figures and rules as further tables of the data package."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Generic, TypeVar

from ...language import Labels
from ...model import QUALIFIERS, Column, Dataset, DerivedFigure, End, Judgement, Table, Text, in_language
from ...problems import Problem
from ...text import SourceText
from .decimals import Rounding, decimal_text

_Item = TypeVar("_Item", bound=DerivedFigure | Judgement)
_KEY: Mapping[str, Any] = {"required": True, "unique": True}
_REQUIRED: Mapping[str, Any] = {"required": True}
_FINEST = Fraction(1, 10**6)
"""The step of `low` and `high`, rounded outwards."""


@dataclass(frozen=True)
class _Column(Generic[_Item]):
    """A column of a table: its type and constraints, and its cell in the row of an item."""

    name: str
    cell: Callable[[_Item], str]
    type: str = "string"
    constraints: Mapping[str, Any] = field(default_factory=dict)
    stem: str = ""
    """Its name without the language."""


def with_calculated_tables(dataset: Dataset, labels: Mapping[str, Labels], problems: list[Problem]) -> Dataset:
    """The dataset with the tables `derived` and `rules`, if there are any; an author's of that name is a problem."""
    tables, resources = dict(dataset.tables), list(dataset.descriptor.get("resources", ()))
    for table, resource in _tables(dataset, labels):
        if (author := tables.setdefault(table.name, table)) is table:
            resources.append(resource)
        else:
            message = f'the name "{table.name}" is taken by {table.source.name}'
            problems.append(Problem("table-name", message, author.source.span(1), "give the table another name"))
    return replace(dataset, tables=tables, descriptor={**dataset.descriptor, "resources": resources})


def _tables(dataset: Dataset, labels: Mapping[str, Labels]) -> Iterator[tuple[Table, Mapping[str, Any]]]:
    if dataset.derived and dataset.derived_source:
        figures = list(dataset.derived.values())
        yield _table("derived", _figure_columns(labels), figures, dataset.derived_source, labels)
    if dataset.judgements and dataset.rules_source:
        yield _table("rules", _rule_columns(labels), dataset.judgements, dataset.rules_source, labels)


def _figure_columns(languages: Iterable[str]) -> list[_Column[DerivedFigure]]:
    return [
        _Column("id", lambda figure: figure.id, constraints=_KEY),
        *_texts("label", languages, lambda figure: figure.indicator.name),
        _Column("expression", lambda figure: figure.written, constraints=_REQUIRED),
        _Column("period", lambda figure: figure.period),
        _Column("value", lambda figure: figure.value, "number", _REQUIRED),
        _Column("unit", lambda figure: figure.indicator.unit),
        _Column("qualifier", lambda figure: figure.qualifier, constraints={"enum": list(QUALIFIERS)}),
        _Column("status", lambda figure: figure.status, constraints={"enum": ["provisional", "revised", "disputed"]}),
        _Column("low", lambda figure: _end(figure.stated_range.low, math.floor), "number"),
        _Column("high", lambda figure: _end(figure.stated_range.high, math.ceil), "number"),
        *_texts("note", languages, lambda figure: figure.note),
    ]


def _rule_columns(languages: Iterable[str]) -> list[_Column[Judgement]]:
    return [
        _Column("id", lambda rule: rule.id, constraints=_KEY),
        *_texts("title", languages, lambda rule: rule.title),
        _Column("rule", lambda rule: rule.written, constraints=_REQUIRED),
        _Column("holds", lambda rule: "true" if rule.holds else "false", "boolean", _REQUIRED),
        *_texts("explanation", languages, lambda rule: rule.explanation),
    ]


def _texts(stem: str, languages: Iterable[str], text: Callable[[_Item], Text]) -> list[_Column[_Item]]:
    """A column for each language."""

    def column(language: str) -> _Column[_Item]:
        return _Column(f"{stem}_{language}", lambda item: in_language(text(item), language), stem=stem)

    return list(map(column, languages))


def _end(end: End, rounding: Rounding) -> str:
    """`-33.637641`; empty if there is no bound."""
    text = "" if isinstance(end, float) else decimal_text(end, _FINEST, rounding)
    return text.rstrip("0").rstrip(".")


def _table(
    name: str,
    columns: Sequence[_Column[_Item]],
    items: Sequence[_Item],
    source: SourceText,
    labels: Mapping[str, Labels],
) -> tuple[Table, Mapping[str, Any]]:
    """A table with the resource that describes it; its words are labels: `field_low`, `table_rules`."""
    title, description = _words(f"table_{name}", labels), _words(f"table_{name}_about", labels)
    first = next(iter(labels))
    described, fields = [], []
    for column in columns:
        titles = _words(f"field_{column.stem or column.name}", labels)
        described.append(Column(column.name, titles, column.type))
        constraints = {"constraints": dict(column.constraints)} if column.constraints else {}
        own = {"name": column.name, "type": column.type, "title": titles[first], "titles": titles, **constraints}
        fields.append(own)
    rows = tuple(tuple(column.cell(item) for column in columns) for item in items)
    table = Table(name, title, description, tuple(described), rows, tuple(item.line for item in items), source)
    resource = {
        "name": name,
        "type": "table",
        "title": title[first],
        "titles": title,
        "description": description[first],
        "descriptions": description,
        "schema": {"fields": fields, "primaryKey": ["id"]},
    }
    return table, resource


def _words(key: str, labels: Mapping[str, Labels]) -> Text:
    return {language: own(key) for language, own in labels.items()}
