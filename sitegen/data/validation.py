"""Checks tables against their plans: each cell, key and reference; a cell has one message at most."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from ..model import is_month, may_be_years, says_month
from ..problems import Problem, did_you_mean
from ..text import SLOW_HINT, KeyPath
from .contract import refers, translations
from .declared import Declared
from .descriptor import ForeignKey, TablePlan
from .fields import CellCheck, FieldError, cell_check
from .tables import MOST_PROBLEMS, RawTable, capped
from .units import known_unit_type
from .values import Mistake, ambiguity, quoted, two_readings

# similar names are looked for as long as this takes about a second
_MOST_COMPARISONS = 50_000
_DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]+\Z")
_NEGATIVE_ZERO = re.compile(r"-0+(?:\.0+)?\Z")

Place = tuple[int, int]
"""A row and a column."""
Mistakes = dict[Place, Mistake]
"""The first mistake of each cell."""
Found = Iterator[tuple[Place, Mistake]]


def read_cells(table: RawTable, plan: TablePlan) -> RawTable:
    """The table with decimal points for commas, 0 for `-0`, and empty cells for missing values."""
    changed: dict[int, Mapping[str, str]] = {}
    for index, name in enumerate(table.header):
        field, nothing = plan.fields.get(name), plan.missing_values.get(name, ())
        kind = field.values["type"] if field is not None else ""

        def meant(cell: str, kind: str = kind, nothing: Collection[str] = nothing) -> str:
            if cell in nothing:
                return ""
            if kind == "number" and table.delimiter == ";" and _DECIMAL_COMMA.match(cell):
                cell = cell.replace(",", ".")
            return cell.removeprefix("-") if kind in ("number", "integer") and _NEGATIVE_ZERO.match(cell) else cell

        if nothing or kind in ("number", "integer"):
            changed[index] = {cell: text for cell in set(table.column(name)) if (text := meant(cell)) != cell}
    return table.with_cells(changed)


def validate_tables(
    plans: Mapping[str, TablePlan],
    raw: Mapping[str, RawTable],
    tables: Mapping[str, RawTable],
    declared: Declared,
    languages: tuple[str, ...],
) -> tuple[dict[str, frozenset[int]], list[Problem]]:
    """The wrong rows of each table, and their problems.

    `raw` are the tables as they are in the files, `tables` those with the cells that are meant.
    """
    problems: list[Problem] = []
    mistakes: dict[str, Mistakes] = {}
    # rows with a mistake that is reported at another one
    alike: dict[str, set[int]] = {}
    for name, table in tables.items():
        checks = dict(_checks(plans[name], name, declared, problems))
        mistakes[name] = dict(_cell_mistakes(table, checks))
        unclear = list(_unclear_months(table, plans[name], mistakes[name]))
        alike[name] = {row for rows, _ in unclear for row in rows}
        _add(mistakes[name], (((rows[0], table.header.index("period")), mistake) for rows, mistake in unclear))
        _add(mistakes[name], _untranslated(table, languages))
    if "indicators" in tables:
        _add(mistakes["indicators"], _unit_contradictions(tables["indicators"]))
    if "observations" in tables:
        _add(mistakes["observations"], _ambiguities(raw["observations"], tables, mistakes))
    for name, table in tables.items():
        for key in plans[name].keys:
            _add(mistakes[name], _duplicates(table, key))
        for reference in plans[name].foreign_keys:
            _add(mistakes[name], _references(table, reference, tables))
    for name, found in mistakes.items():
        first = sorted(found.items())[: MOST_PROBLEMS + 1]
        named = [Problem(code, text, raw[name].cell_span(*place), hint) for place, (code, text, hint) in first]
        problems += capped(named, len(found))
    wrong = {name: frozenset({row for row, _ in found} | alike[name]) for name, found in mistakes.items()}
    return wrong, problems


def _add(mistakes: Mistakes, more: Found) -> None:
    for place, mistake in more:
        mistakes.setdefault(place, mistake)


def _checks(
    plan: TablePlan, table: str, declared: Declared, problems: list[Problem]
) -> Iterator[tuple[str, CellCheck]]:
    """The check of each column; a description that can't be used is reported, and the contract's used in its place."""
    for name, field in plan.fields.items():

        def given_up(message: str, path: KeyPath = field.path or ()) -> None:
            problems.append(declared.problem(message, (*path, "constraints", "pattern"), SLOW_HINT))

        try:
            yield name, cell_check(field, table, given_up)
        except FieldError as error:
            problems.append(declared.problem(str(error), field.path or ()))
            values = {"name": name, "type": field.rule.types[0], "constraints": field.rule.constraints}
            yield name, cell_check(replace(field, values=values), table, given_up)


def _cell_mistakes(table: RawTable, checks: Mapping[str, CellCheck]) -> Found:
    """Mistakes in single cells; a text in many cells is checked once."""
    for index, name in enumerate(table.header):
        cells = table.column(name) if name in checks else ()
        wrong = {cell: mistake for cell in dict.fromkeys(cells) if (mistake := checks[name](cell))}
        if wrong:
            yield from (((row, index), wrong[cell]) for row, cell in enumerate(cells) if cell in wrong)


def _unclear_months(table: RawTable, plan: TablePlan, wrong: Mistakes) -> Iterator[tuple[list[int], Mistake]]:
    """Groups of rows with periods that may be months or financial years, each with its mistake.

    One that can only be a month says that the others of its group are months: those of the same indicator, if it has
    several, else all in the column.
    """
    cells = table.column("period")
    field = plan.fields.get("period")
    if field is None or field.values["type"] == "yearmonth" or not any(map(may_be_years, set(cells))):
        return
    index = table.header.index("period")
    rows = [row for row in range(len(cells)) if (row, index) not in wrong]
    series: dict[str, list[int]] = {}
    indicators = table.column("indicator") if table.name == "observations" else ()
    for row in rows if indicators else ():
        series.setdefault(indicators[row], []).append(row)
    apart = [each for each in series.values() if len({cells[row] for row in each if is_month(cells[row])}) > 1]
    others = sorted(set(rows).difference(*apart))
    for group, beside in (*((each, each) for each in apart), (others, rows)):
        unclear = [row for row in group if may_be_years(cells[row])]
        if unclear and not any(says_month(cells[row]) for row in beside):
            yield unclear, two_readings(list(dict.fromkeys(cells[row] for row in unclear)))


def _untranslated(table: RawTable, languages: tuple[str, ...]) -> Found:
    """Texts that are given in one language and not in another."""
    for columns, common in translations(table.header, languages):
        for row, cells in enumerate(table.rows):
            filled = [index for index in columns if cells[index]]
            if not filled or len(filled) == len(columns) or (common is not None and cells[common]):
                continue
            for index in columns:
                if not cells[index]:
                    names = f'"{table.header[index]}" is empty, but "{table.header[filled[0]]}" is not'
                    yield (row, index), ("translation-missing", names, "say it in every language")


def _ambiguities(raw: RawTable, tables: Mapping[str, RawTable], mistakes: Mapping[str, Mistakes]) -> Found:
    """Values that may mean more than one number."""
    table, wrong = tables["observations"], mistakes["observations"]
    if "value" not in table.header or "indicators" not in tables:
        return
    index = table.header.index("value")
    kinds = _unit_types(tables["indicators"], {row for row, _ in mistakes["indicators"]})
    written = raw.column("value")
    cells = zip(table.column("value"), table.column("indicator"), written, strict=False)
    for row, (cell, indicator, text) in enumerate(cells):
        if cell and (row, index) not in wrong and indicator in kinds:
            mistake = ambiguity(cell, kinds[indicator], table.delimiter, text)
            if mistake:
                yield (row, index), mistake


def _unit_types(indicators: RawTable, wrong_rows: Collection[int]) -> dict[str, str]:
    """The kind of unit of each indicator without a wrong row; "" if nothing says it."""
    # a column that is missing has no cells
    ids = indicators.column("id")
    kinds = indicators.column("unit_type") or ("",) * len(ids)
    return {
        key: kind or known_unit_type(*words)
        for row, (key, kind, words) in enumerate(zip(ids, kinds, _unit_words(indicators), strict=False))
        if row not in wrong_rows
    }


def _unit_words(indicators: RawTable) -> list[list[str]]:
    """The texts of each row that name its unit: `unit`, `unit_en` …"""
    names = [name for name in indicators.header if name == "unit" or (name.startswith("unit_") and name != "unit_type")]
    places = [indicators.header.index(name) for name in names]
    return [[cells[place] for place in places] for cells in indicators.rows]


def _unit_contradictions(indicators: RawTable) -> Found:
    """Units with words that contradict `unit_type`, by which 2.5 would count as 250 or 0.025."""
    if "unit_type" not in indicators.header:
        return
    place = indicators.header.index("unit_type")
    for row, words in enumerate(_unit_words(indicators)):
        kind, known = indicators.rows[row][place], known_unit_type(*words)
        if kind and known and kind != known:
            unit = next(text for text in words if known_unit_type(text))
            message = f'the unit {quoted(unit)} is no "{kind}"'
            yield (row, place), ("unit-type", message, f'write "{known}", or leave the cell empty')


def _duplicates(table: RawTable, key: tuple[str, ...]) -> Found:
    """The rows with the key of a row above; keys with an empty cell are none."""
    first: dict[tuple[str, ...], int] = {}
    place = table.header.index(key[0])
    for row, cells in enumerate(zip(*(table.column(name) for name in key), strict=True)):
        if all(cells) and first.setdefault(cells, row) != row:
            taken = f"is taken (line {table.lines[first[cells]]})"
            named = ", ".join(map(quoted, cells))
            if key == ("id",):
                yield (row, place), ("id-duplicate", f"the id {named} {taken}", "give each row its own id")
            else:
                names = ", ".join(f'"{name}"' for name in key)
                columns = "column" if len(key) == 1 else "columns"
                yield (row, place), ("value-duplicate", f"{named} in {columns} {names} {taken}", "")


def _references(table: RawTable, reference: ForeignKey, tables: Mapping[str, RawTable]) -> Found:
    """The cells that are not in the table to which they refer."""
    target = tables[reference.table]
    if target.lost and reference.targets != (target.header[target.key_index],):
        # the cell may be in a row that could not be read
        return
    known = set(zip(*(target.column(name) for name in reference.targets), strict=True))
    known |= {(key,) for key in target.lost}
    place = table.header.index(reference.columns[0])
    column, aim = reference.columns[0], reference.targets[0]
    word = column if aim == "id" else aim
    code = f"{column}-unknown" if aim == "id" and refers(table.name, column) else "value-unknown"
    names = sorted({key[0] for key in known})
    comparisons = 0
    for row, cells in enumerate(zip(*(table.column(name) for name in reference.columns), strict=True)):
        if all(cells) and cells not in known:
            named = ", ".join(map(quoted, cells))
            comparisons += len(names)
            hint = did_you_mean(cells[0], names) if len(cells) == 1 and comparisons < _MOST_COMPARISONS else ""
            yield (row, place), (code, f"no {word} {named} in {target.source.name}", hint)
