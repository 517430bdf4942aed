"""The author's descriptor, `datapackage.yaml`; whatever does not follow the standard is reported.

Data Package v2: https://datapackage.org/standard/data-package/
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..problems import Problem, SiteError
from ..text import (
    ANY,
    COUNT,
    FLAG,
    FURTHER,
    ITEMS,
    LIST,
    MAPPING,
    TEXT,
    TEXTS,
    AuthorPattern,
    KeyedReader,
    KeyPath,
    Keys,
    LocatedMapping,
    PatternError,
    SourceText,
    load_yaml,
    read_text,
)

Descriptor = dict[str, Any]

# the standard allows further keys: https://datapackage.org/standard/extensions/
_DESCRIBED: Keys = {"title": TEXT, "description": TEXT, "titles": TEXTS, "descriptions": TEXTS, FURTHER: ANY}
_COMMON: Keys = {"$schema": TEXT, "profile": TEXT, "name": TEXT, **_DESCRIBED, "licenses": ITEMS, "sources": ITEMS}
_PACKAGE: Keys = {
    **_COMMON,
    **dict.fromkeys(("id", "homepage", "version", "created", "image"), TEXT),
    **{"contributors": ITEMS, "keywords": LIST, "resources": ANY},
}
_RESOURCE: Keys = {
    **_COMMON,
    **dict.fromkeys(("type", "format", "mediatype", "encoding", "hash"), TEXT),
    **{"path": ANY, "data": ANY, "bytes": COUNT, "schema": MAPPING, "dialect": MAPPING},
}
_SCHEMA: Keys = {
    **{"$schema": TEXT, "name": TEXT, **_DESCRIBED, "fields": ANY, "fieldsMatch": ANY, "primaryKey": ANY},
    **{"uniqueKeys": LIST, "foreignKeys": ITEMS, "missingValues": LIST},
}
_FIELD: Keys = {
    **dict.fromkeys(("name", "type", "format", "rdfType", "delimiter", "itemType", "decimalChar", "groupChar"), TEXT),
    **dict.fromkeys(("missingValues", "categories", "trueValues", "falseValues"), LIST),
    **_DESCRIBED,
    **{"example": ANY, "constraints": MAPPING, "categoriesOrdered": FLAG, "arrayItem": MAPPING, "bareNumber": FLAG},
}
_CONSTRAINTS: Keys = {
    **{"required": FLAG, "unique": FLAG, "pattern": TEXT, "enum": LIST, "minLength": COUNT, "maxLength": COUNT},
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), ANY),
    "jsonSchema": MAPPING,
}
_TABLES = "`resources` is a list of tables, each with a `name`"
_COLUMNS = "`fields` is a list of columns, each with a `name`"


@dataclass(frozen=True)
class DeclaredField:
    """A column's description, and its place in the descriptor."""

    path: KeyPath
    values: Descriptor


@dataclass(frozen=True)
class DeclaredTable:
    """The valid part of a table's description; it is `whole` if nothing about its columns was left out."""

    path: KeyPath
    values: Descriptor
    schema: Descriptor
    fields: Mapping[str, DeclaredField]
    whole: bool


@dataclass(frozen=True)
class Declared:
    """The valid part of a descriptor, which is `whole` if no table was left out, and the problems of the rest."""

    located: LocatedMapping
    package: Descriptor = field(default_factory=dict)
    tables: Mapping[str, DeclaredTable] = field(default_factory=dict)
    whole: bool = True
    problems: Sequence[Problem] = ()

    def problem(self, message: str, path: KeyPath, hint: str = "") -> Problem:
        """A mistake at a place in the descriptor."""
        return Problem("data-descriptor", message, self.located.span(*path), hint)


def read_declared(path: Path) -> Declared:
    """Read `datapackage.yaml`, if there is one."""
    nothing = LocatedMapping({}, SourceText(path.as_posix(), ""))
    if not path.exists():
        return Declared(nothing)
    try:
        source = read_text(path, path.as_posix())
        located = load_yaml(source.text, source)
    except SiteError as error:
        return Declared(nothing, whole=False, problems=error.problems)
    reader = KeyedReader(located, [], "data-descriptor", "data-descriptor", has_null=True)
    package = reader.read(_plain(located.values), _PACKAGE)
    resources = package.pop("resources", [])
    if not _holds_mappings(resources):
        reader.problem(_TABLES, "resources")
        return Declared(located, package, whole=False, problems=reader.problems)
    found = [_table(reader, item, ("resources", index)) for index, item in enumerate(resources)]
    tables: dict[str, DeclaredTable] = {}
    for table in filter(None, found):
        name = table.values["name"]
        if (first := tables.setdefault(name, table)) is not table:
            message = f'the table "{name}" is described already (line {reader.span(*first.path).line})'
            reader.problem(message, *table.path, hint="keep one of them")
    return Declared(located, package, tables, None not in found, reader.problems)


def _table(reader: KeyedReader, item: object, path: KeyPath) -> DeclaredTable | None:
    """The description of a table; None if it has no name."""
    if not isinstance(item, dict) or "name" not in item:
        reader.problem(_TABLES, *path)
        return None
    values = reader.read(item, _RESOURCE, *path)
    whole = "schema" in values or "schema" not in item
    schema = reader.read(values.pop("schema", {}), _SCHEMA, *path, "schema")
    before = len(reader.problems)
    fields = _fields(reader, schema.pop("fields", []), (*path, "schema", "fields"))
    if "name" not in values:
        return None
    return DeclaredTable(path, values, schema, fields, whole and len(reader.problems) == before)


def _fields(reader: KeyedReader, items: Any, path: KeyPath) -> dict[str, DeclaredField]:
    """The descriptions of columns by their names."""
    if not _holds_mappings(items):
        reader.problem(_COLUMNS, *path)
        return {}
    found: dict[str, DeclaredField] = {}
    for index, item in enumerate(items):
        here = (*path, index)
        if not isinstance(item, dict) or "name" not in item:
            reader.problem(_COLUMNS, *here)
            continue
        values = reader.read(item, _FIELD, *here)
        if "constraints" in values:
            values["constraints"] = _constraints(reader, values["constraints"], (*here, "constraints"))
        name = values.get("name")
        if name in found:
            reader.problem(f'the column "{name}" is described twice', *here, hint="keep one of them")
        elif name is not None:
            found[name] = DeclaredField(here, values)
    return found


def _constraints(reader: KeyedReader, item: Descriptor, path: KeyPath) -> Descriptor:
    """Constraints, without a malformed pattern."""
    constraints = reader.read(item, _CONSTRAINTS, *path)
    try:
        AuthorPattern(constraints.get("pattern", ""))
    except PatternError as error:
        reader.problem(f'"{constraints.pop("pattern")}" is no pattern: {error}', *path, "pattern")
    return constraints


def _holds_mappings(value: object) -> bool:
    """Whether a value is an empty list, or one with a mapping in it."""
    return isinstance(value, list) and (not value or any(isinstance(item, dict) for item in value))


def _plain(value: Any) -> Any:
    """A value of YAML as JSON, in which keys and dates are texts."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(item) for item in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, str | int | float) else str(value)
