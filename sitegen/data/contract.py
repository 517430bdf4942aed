"""The contract: what the tables that the engine reads itself must have, whatever the author's descriptor says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..model import QUALIFIERS
from .units import UNIT_TYPES

MOST_DIGITS = 20
"""Of a number: as many as are printed without loss, and more than is ever measured."""
KEY_PATTERN = r"[a-z0-9]+(?:-[a-z0-9]+)*"
PERIOD_PATTERN = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?(?:/[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)?"


@dataclass(frozen=True)
class ColumnRule:
    """The contract of a column. The first of `types` is its type; an author may narrow it to another of them."""

    types: tuple[str, ...] = ("string",)
    required: bool = False
    unique: bool = False
    pattern: str = ""
    enum: tuple[str, ...] = ()
    minimum: int | None = None
    refers: str = ""
    optional: bool = False

    @property
    def constraints(self) -> dict[str, Any]:
        """The rule as constraints of Table Schema."""
        given = {"required": self.required, "unique": self.unique, "pattern": self.pattern, "enum": list(self.enum)}
        minimum = {} if self.minimum is None else {"minimum": self.minimum}
        return {name: value for name, value in given.items() if value} | minimum


NO_RULE = ColumnRule()
_ID = ColumnRule(required=True, unique=True, pattern=KEY_PATTERN)
_TEXT = ColumnRule(optional=True)
_REQUIRED = ColumnRule(required=True)
_DATE = ColumnRule(("string", "date", "yearmonth", "year"), optional=True)
_TILE = ColumnRule(("integer",), minimum=1, optional=True)

# The columns the engine reads. "*": one for each language (`name_en`) or one for all (`name`).
CORE_TABLES: Mapping[str, Mapping[str, ColumnRule]] = {
    "observations": {
        "id": _ID,
        "indicator": ColumnRule(required=True, refers="indicators"),
        "area": ColumnRule(required=True, refers="areas"),
        "period": ColumnRule(("string", "year", "yearmonth", "date"), required=True, pattern=PERIOD_PATTERN),
        "period_note*": _TEXT,
        "value": ColumnRule(("number", "integer"), required=True),
        "qualifier": ColumnRule(enum=QUALIFIERS, optional=True),
        "status": ColumnRule(enum=("provisional", "revised", "disputed"), optional=True),
        "source": ColumnRule(required=True, refers="sources"),
        "locator*": _TEXT,
        "note*": _TEXT,
    },
    "indicators": {
        "id": _ID,
        "name*": _REQUIRED,
        "unit": _REQUIRED,
        "unit_type": ColumnRule(enum=UNIT_TYPES, optional=True),
        "unit*": _TEXT,
        "direction": ColumnRule(enum=("lower-better", "higher-better", "neutral"), optional=True),
        "definition*": _TEXT,
        "rounding": ColumnRule(("number", "integer"), optional=True, minimum=0),
    },
    "areas": {
        "id": _ID,
        "name*": _REQUIRED,
        "full_name*": _TEXT,
        "type*": _TEXT,
        "code": ColumnRule(("string", "integer"), optional=True),
        "parent": ColumnRule(refers="areas", optional=True),
        "tile_row": _TILE,
        "tile_col": _TILE,
    },
    "sources": {
        "id": _ID,
        "title*": _REQUIRED,
        "publisher*": _TEXT,
        "date": _DATE,
        "url": ColumnRule(pattern="https?://.+", optional=True),
        "accessed": _DATE,
        "note*": _TEXT,
    },
}


def rules_of(table: str, languages: tuple[str, ...], header: tuple[str, ...]) -> dict[str, ColumnRule]:
    """The rules of a table by column; a column `id` has one in any table."""
    rules = CORE_TABLES.get(table, {}).items()
    found = {column: rule for pattern, rule in rules for column in spellings(pattern, languages)}
    return {**found, "id": _ID} if "id" in header else found


def missing_columns(table: str, languages: tuple[str, ...], header: tuple[str, ...]) -> Iterator[str]:
    """The required columns that are missing from a core table in every spelling."""
    for pattern, rule in CORE_TABLES.get(table, {}).items():
        names = spellings(pattern, languages)
        if not rule.optional and not any(name in header for name in names):
            yield names[0]


def missing_languages(table: str, languages: tuple[str, ...], header: tuple[str, ...]) -> Iterator[str]:
    """The columns that a core table lacks in some languages: `name_vi` if there is `name_en`, and no `name`."""
    for pattern in CORE_TABLES.get(table, {}):
        stem = pattern.rstrip("*")
        columns = [f"{stem}_{language}" for language in languages]
        common = stem in header and stem != "unit"
        if stem != pattern and not common and any(column in header for column in columns):
            yield from (column for column in columns if column not in header)


def translations(header: tuple[str, ...], languages: tuple[str, ...]) -> Iterator[tuple[tuple[int, ...], int | None]]:
    """The columns of each text in several languages, and the column for all of them, if there is one."""
    stems = dict.fromkeys(name.rpartition("_")[0] for name in header if name.rpartition("_")[2] in languages)
    for stem in stems:
        columns = tuple(header.index(f"{stem}_{language}") for language in languages if f"{stem}_{language}" in header)
        if stem and len(columns) > 1:
            yield columns, header.index(stem) if stem in header else None


def spellings(pattern: str, languages: tuple[str, ...]) -> list[str]:
    """`name*` → name_en, name_vi, name; `id` → id."""
    stem = pattern.rstrip("*")
    if stem == pattern:
        return [pattern]
    return [f"{stem}_{language}" for language in languages] + ([] if stem == "unit" else [stem])


def refers(table: str, column: str) -> bool:
    """Whether the contract makes a column refer to another table."""
    return CORE_TABLES.get(table, {}).get(column, _TEXT).refers != ""
