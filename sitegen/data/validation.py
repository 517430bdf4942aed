"""Holds tables against their Table Schema with frictionless, and says what is wrong in this project's own form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..located import LocatedMapping
from ..problems import Problem, did_you_mean
from .descriptor import Descriptor
from .tables import RawTable

_CONSTRAINT = re.compile(r'constraint "(\w+)" is "(.*)"\Z', re.DOTALL)
_GROUPED = re.compile(r"-?[1-9]\d{0,2}([.,\s\u00a0\u202f]\d{3})+\Z")


def validate_tables(descriptor: Descriptor, tables: Mapping[str, RawTable], declared: LocatedMapping) -> list[Problem]:
    """Every cell, key and reference of `tables` that breaks the schema in `descriptor`."""
    # frictionless takes 0.2 s to import: only a site with tables pays for it
    from frictionless import FrictionlessException, Package

    inline = {**descriptor, "resources": [_with_rows(item, tables[item["name"]]) for item in descriptor["resources"]]}
    try:
        package = Package.from_descriptor(inline)
        report = package.validate(limit_errors=10_000)
    except FrictionlessException as error:
        reasons = error.reasons or [error.error]
        return [Problem("data-descriptor", reason.note, declared.span("resources")) for reason in reasons]
    found = [Problem("data-descriptor", item.note, declared.span("resources")) for item in report.errors]
    for task in report.tasks:
        for item in task.errors:
            found.extend(_problems(item.to_descriptor(), tables[task.name], tables))
    return found


def _with_rows(resource: Descriptor, table: RawTable) -> Descriptor:
    """The resource with its rows in place of its path, so that each row keeps the line it was read from."""
    kept = {key: value for key, value in resource.items() if key in ("name", "schema")}
    return {**kept, "data": [list(table.header), *(list(row) for row in table.rows)]}


def _problems(error: Mapping[str, Any], table: RawTable, tables: Mapping[str, RawTable]) -> Iterator[Problem]:
    """One error of frictionless as problems; its row 2 is the first below the header."""
    kind = error["type"]
    row = error.get("rowNumber", 1) - 2
    column = error.get("fieldNumber", 1) - 1
    if kind == "type-error":
        yield _type_problem(error, table, row, column)
    elif kind == "constraint-error":
        yield from _constraint_problem(error, table, row, column)
    elif kind in ("primary-key", "unique-error"):
        # an empty key breaks `required` already
        if "None" not in error["note"] and kind == "primary-key":
            yield _duplicate_problem(error, table, row)
    elif kind == "foreign-key":
        yield _reference_problem(error, table, row, tables)
    else:
        yield Problem("data-schema", error["message"], table.cell_span(row, column))


def _type_problem(error: Mapping[str, Any], table: RawTable, row: int, column: int) -> Problem:
    cell, name = error["cell"], error["fieldName"]
    wanted = error["note"].partition('"')[2].partition("/")[0]
    hint = ""
    if _GROUPED.match(cell):
        hint = f"write it without separators: {re.sub(r'[^0-9-]', '', cell)}"
    elif wanted == "number" and re.fullmatch(r"-?\d+,\d+", cell):
        hint = f"write the decimals after a point: {cell.replace(',', '.')}"
    return Problem("value-type", f'"{cell}" in column "{name}" is no {wanted}', table.cell_span(row, column), hint)


def _constraint_problem(error: Mapping[str, Any], table: RawTable, row: int, column: int) -> Iterator[Problem]:
    cell, name = error["cell"], error["fieldName"]
    found = _CONSTRAINT.search(error["note"])
    constraint, rule = (found[1], found[2]) if found else ("", error["note"])
    span = table.cell_span(row, column)
    if constraint == "unique":
        return  # the primary key says it, with the other line
    if constraint == "required":
        yield Problem("value-missing", f'column "{name}" must not be empty', span)
    elif constraint == "enum":
        known = re.findall(r"'([^']*)'", rule)
        yield Problem("value-unknown", f'"{cell}" is no {name}', span, did_you_mean(cell, known))
    elif constraint == "pattern":
        yield Problem(
            "value-pattern", f'"{cell}" is not written as column "{name}" asks', span, _pattern_hint(name, rule)
        )
    else:
        yield Problem("value-constraint", f'"{cell}" in column "{name}" breaks {constraint} {rule}', span)


def _pattern_hint(name: str, rule: str) -> str:
    if name == "period":
        return "a year 2022, a day 2024-12-31, or an interval 2022/2024"
    if name == "id":
        return "small letters, digits and hyphens, e.g. school-meals-2024"
    if name == "url":
        return "it begins with https://"
    return f"the pattern is {rule}"


def _duplicate_problem(error: Mapping[str, Any], table: RawTable, row: int) -> Problem:
    first = re.search(r"row at position (\d+)", error["note"])
    where = f" (line {table.lines[int(first[1]) - 2]})" if first else ""
    key = table.rows[row][0]
    return Problem(
        "id-duplicate", f'the id "{key}" is taken{where}', table.cell_span(row, 0), "give each row its own id"
    )


def _reference_problem(error: Mapping[str, Any], table: RawTable, row: int, tables: Mapping[str, RawTable]) -> Problem:
    name, cell = error["fieldNames"][0], error["fieldCells"][0]
    target = tables.get(error["referenceName"], table)
    known = target.column(error["referenceFieldNames"][0])
    span = table.cell_span(row, table.header.index(name))
    return Problem(f"{name}-unknown", f'no {name} "{cell}" in {target.source.name}', span, did_you_mean(cell, known))
