"""Derived figures and rules as tables of the data package, beside those that the author wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from typing import Any

from ...language import Labels
from ...model import QUALIFIERS, Column, Dataset, DerivedFigure, End, Judgement, Table, Text, in_language
from ...problems import Problem
from ...text import SourceText

Columns = dict[str, tuple[str, Mapping[str, Any]]]
"""The type and constraints of each column, by its name."""

_KEY: Mapping[str, Any] = {"required": True, "unique": True}
_FINEST = 6
"""Decimals of `low` and `high`, rounded outwards."""


def with_calculated_tables(dataset: Dataset, labels: Mapping[str, Labels], problems: list[Problem]) -> Dataset:
    """The dataset with the tables `derived` and `rules`, where there are any; an author's own of that name is told."""
    tables, resources = dict(dataset.tables), list(dataset.descriptor.get("resources", ()))
    for table, resource in _tables(dataset, labels):
        if table.name in dataset.tables:
            span = dataset.tables[table.name].source.span(1)
            message = f'the name "{table.name}" is taken by {table.source.name}'
            problems.append(Problem("table-name", message, span, "give the table another name"))
            continue
        tables[table.name] = table
        resources.append(resource)
    return replace(dataset, tables=tables, descriptor={**dataset.descriptor, "resources": resources})


def _tables(dataset: Dataset, labels: Mapping[str, Labels]) -> Iterator[tuple[Table, Mapping[str, Any]]]:
    languages = tuple(labels)
    if dataset.derived and dataset.derived_source:
        columns: Columns = {
            "id": ("string", _KEY),
            **{f"label_{language}": ("string", {}) for language in languages},
            "expression": ("string", {"required": True}),
            "period": ("string", {}),
            "value": ("number", {"required": True}),
            "unit": ("string", {}),
            "qualifier": ("string", {"enum": list(QUALIFIERS)}),
            "status": ("string", {"enum": ["provisional", "revised", "disputed"]}),
            "low": ("number", {}),
            "high": ("number", {}),
            **{f"note_{language}": ("string", {}) for language in languages},
        }
        figures = list(dataset.derived.values())
        rows = [_figure_row(item, languages) for item in figures]
        lines = [item.line for item in figures]
        yield _table("derived", columns, rows, lines, dataset.derived_source, labels)
    if dataset.judgements and dataset.rules_source:
        columns = {
            "id": ("string", _KEY),
            **{f"title_{language}": ("string", {}) for language in languages},
            "rule": ("string", {"required": True}),
            "holds": ("boolean", {"required": True}),
            **{f"explanation_{language}": ("string", {}) for language in languages},
        }
        rows = [_rule_row(item, languages) for item in dataset.judgements]
        lines = [item.line for item in dataset.judgements]
        yield _table("rules", columns, rows, lines, dataset.rules_source, labels)


def _figure_row(figure: DerivedFigure, languages: Sequence[str]) -> tuple[str, ...]:
    return (
        figure.id,
        *(in_language(figure.indicator.name, language) for language in languages),
        figure.written,
        figure.period,
        figure.value,
        figure.indicator.unit,
        figure.qualifier,
        figure.status,
        _decimal(figure.stated_range.low, ROUND_FLOOR),
        _decimal(figure.stated_range.high, ROUND_CEILING),
        *(in_language(figure.note, language) for language in languages),
    )


def _rule_row(judgement: Judgement, languages: Sequence[str]) -> tuple[str, ...]:
    return (
        judgement.id,
        *(in_language(judgement.title, language) for language in languages),
        judgement.written,
        "true" if judgement.holds else "false",
        *(in_language(judgement.explanation, language) for language in languages),
    )


def _decimal(end: End, rounding: str) -> str:
    """`-33.637641` for a third-digit fraction; empty where there is no bound."""
    if isinstance(end, float):
        return ""
    with localcontext() as context:
        context.prec = 60
        number = (Decimal(end.numerator) / Decimal(end.denominator)).quantize(Decimal(1).scaleb(-_FINEST), rounding)
    text = f"{number:f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _table(
    name: str,
    columns: Columns,
    rows: Sequence[tuple[str, ...]],
    lines: Sequence[int],
    source: SourceText,
    labels: Mapping[str, Labels],
) -> tuple[Table, Mapping[str, Any]]:
    """A table with the resource that describes it; its words are labels: `field_low`, `table_rules`."""
    titles = {column: _words(f"field_{_stem(column, labels)}", labels) for column in columns}
    title, description = _words(f"table_{name}", labels), _words(f"table_{name}_about", labels)
    table = Table(
        name,
        title,
        description,
        tuple(Column(column, titles[column], kind) for column, (kind, _) in columns.items()),
        tuple(rows),
        tuple(lines),
        source,
    )
    first = next(iter(labels))
    fields = [
        {
            "name": column,
            "type": kind,
            "title": titles[column][first],
            "titles": titles[column],
            **({"constraints": dict(constraints)} if constraints else {}),
        }
        for column, (kind, constraints) in columns.items()
    ]
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


def _stem(column: str, labels: Mapping[str, Labels]) -> str:
    stem, _, suffix = column.rpartition("_")
    return stem if suffix in labels else column


def _words(key: str, labels: Mapping[str, Labels]) -> Text:
    return {language: own(key) for language, own in labels.items()}
