"""The author's descriptor: what `datapackage.yaml` says, each part that has not the shape of the standard named.

Data Package v2: https://datapackage.org/standard/data-package/
"""

from __future__ import annotations

import datetime
import difflib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..problems import Problem, SiteError, did_you_mean
from ..text import AuthorPattern, KeyPath, LocatedMapping, PatternError, SourceText, load_yaml, read_text

Descriptor = dict[str, Any]

_TEXT, _TEXTS, _LIST, _ITEMS, _MAP, _FLAG, _COUNT, _ANY = (
    "text",
    "texts",
    "list",
    "items",
    "map",
    "flag",
    "count",
    "any",
)
_ASKED = {
    _TEXT: "must be a text",
    _TEXTS: "has a text a language",
    _LIST: "must be a list",
    _ITEMS: "must be a list of mappings",
    _MAP: "must be a mapping",
    _FLAG: "must be true or false",
    _COUNT: "must be a whole number",
}
_DESCRIBED = {"title": _TEXT, "description": _TEXT, "titles": _TEXTS, "descriptions": _TEXTS}
_COMMON = {"$schema": _TEXT, "profile": _TEXT, "name": _TEXT, **_DESCRIBED, "licenses": _ITEMS, "sources": _ITEMS}
_PACKAGE = {
    **_COMMON,
    **{"id": _TEXT, "homepage": _TEXT, "version": _TEXT, "created": _TEXT, "image": _TEXT},
    **{"contributors": _ITEMS, "keywords": _LIST, "resources": _ANY},
}
_RESOURCE = {
    **_COMMON,
    **{"path": _ANY, "data": _ANY, "type": _TEXT, "format": _TEXT, "mediatype": _TEXT, "encoding": _TEXT},
    **{"bytes": _COUNT, "hash": _TEXT, "schema": _MAP, "dialect": _MAP},
}
_SCHEMA = {
    **{"$schema": _TEXT, "name": _TEXT, **_DESCRIBED, "fields": _ANY, "fieldsMatch": _ANY, "primaryKey": _ANY},
    **{"uniqueKeys": _LIST, "foreignKeys": _ITEMS, "missingValues": _LIST},
}
_FIELD = {
    **{"name": _TEXT, **_DESCRIBED, "type": _TEXT, "format": _TEXT, "example": _ANY, "rdfType": _TEXT},
    **{"constraints": _MAP, "missingValues": _LIST, "categories": _LIST, "categoriesOrdered": _FLAG},
    **{"trueValues": _LIST, "falseValues": _LIST, "delimiter": _TEXT, "itemType": _TEXT, "arrayItem": _MAP},
    **{"decimalChar": _TEXT, "groupChar": _TEXT, "bareNumber": _FLAG},
}
_CONSTRAINTS = {
    **{"required": _FLAG, "unique": _FLAG, "pattern": _TEXT, "enum": _LIST, "minLength": _COUNT, "maxLength": _COUNT},
    **{"minimum": _ANY, "maximum": _ANY, "exclusiveMinimum": _ANY, "exclusiveMaximum": _ANY, "jsonSchema": _MAP},
}


@dataclass(frozen=True)
class DeclaredField:
    """A column's description, and its place in the descriptor."""

    path: KeyPath
    values: Descriptor

    @property
    def constraints(self) -> Descriptor:
        found: Descriptor = self.values.get("constraints", {})
        return found


@dataclass(frozen=True)
class DeclaredTable:
    """A table's description without what had not the right shape; `whole`: nothing of its columns was left out."""

    path: KeyPath
    values: Descriptor
    schema: Descriptor
    fields: Mapping[str, DeclaredField]
    whole: bool


@dataclass(frozen=True)
class Declared:
    """What the author's descriptor says of the package and its tables; `whole`: no table was left out."""

    located: LocatedMapping
    package: Descriptor = field(default_factory=dict)
    tables: Mapping[str, DeclaredTable] = field(default_factory=dict)
    whole: bool = True

    def problem(self, message: str, path: KeyPath, hint: str = "") -> Problem:
        """A mistake in the descriptor, where it stands."""
        return Problem("data-descriptor", message, self.located.span(*path), hint)


def read_declared(path: Path, problems: list[Problem]) -> Declared:
    """Read `datapackage.yaml`, or nothing when there is none. What is wrong with it is added to `problems`."""
    name = path.as_posix()
    nothing = LocatedMapping({}, SourceText(name, ""))
    if not path.exists():
        return Declared(nothing)
    try:
        source = read_text(path, name)
        located = load_yaml(source.text, source)
    except SiteError as error:
        problems += error.problems
        return Declared(nothing, whole=False)
    return _Shapes(located, problems).declared()


class _Shapes:
    """Takes from a descriptor what has the right shape, and reports the rest."""

    def __init__(self, located: LocatedMapping, problems: list[Problem]) -> None:
        self._located = located
        self._problems = problems

    def declared(self) -> Declared:
        values = _plain(self._located.values)
        if not isinstance(values, dict):
            self._report("a descriptor is a mapping", ())
            return Declared(self._located, whole=False)
        package = self._shaped(values, (), _PACKAGE)
        resources = package.pop("resources", [])
        if not _holds_mappings(resources):
            self._report("`resources` is a list of tables, each with a `name`", ("resources",))
            return Declared(self._located, package, whole=False)
        tables: dict[str, DeclaredTable] = {}
        whole = True
        for index, item in enumerate(resources):
            table = self._table(item, ("resources", index))
            if table is None:
                whole = False
                continue
            name = table.values["name"]
            if name in tables:
                line = self._located.span(*tables[name].path).line
                self._report(f'the table "{name}" is described already (line {line})', table.path, "keep one of them")
            else:
                tables[name] = table
        return Declared(self._located, package, tables, whole)

    def _table(self, item: object, path: KeyPath) -> DeclaredTable | None:
        if not isinstance(item, dict) or "name" not in item:
            self._report("`resources` is a list of tables, each with a `name`", path)
            return None
        values = self._shaped(item, path, _RESOURCE)
        whole = "schema" in values or "schema" not in item
        schema = self._shaped(values.pop("schema", {}), (*path, "schema"), _SCHEMA)
        before = len(self._problems)
        fields = dict(self._fields(schema.pop("fields", []), (*path, "schema", "fields")))
        if "name" not in values:
            return None
        return DeclaredTable(path, values, schema, fields, whole and len(self._problems) == before)

    def _fields(self, items: Any, path: KeyPath) -> Iterator[tuple[str, DeclaredField]]:
        wanted = "`fields` is a list of columns, each with a `name`"
        if not _holds_mappings(items):
            self._report(wanted, path)
            return
        seen: set[str] = set()
        for index, item in enumerate(items):
            here = (*path, index)
            if not isinstance(item, dict) or "name" not in item:
                self._report(wanted, here)
                continue
            values = self._shaped(item, here, _FIELD)
            if "constraints" in values:
                constraints = self._shaped(values["constraints"], (*here, "constraints"), _CONSTRAINTS, strict=True)
                values["constraints"] = self._compiled(constraints, (*here, "constraints"))
            name = values.get("name")
            if name in seen:
                self._report(f'the column "{name}" is described twice', here, "keep one of them")
            elif name is not None:
                seen.add(name)
                yield name, DeclaredField(here, values)

    def _compiled(self, constraints: Descriptor, path: KeyPath) -> Descriptor:
        """The constraints without a pattern that is none."""
        pattern = constraints.get("pattern")
        if pattern is None:
            return constraints
        try:
            AuthorPattern(pattern)
        except PatternError as error:
            self._report(f'"{pattern}" is no pattern: {error}', (*path, "pattern"))
            return {key: value for key, value in constraints.items() if key != "pattern"}
        return constraints

    def _shaped(
        self, item: Mapping[str, Any], path: KeyPath, shapes: Mapping[str, str], strict: bool = False
    ) -> Descriptor:
        """The keys of `item` whose values have their shape.

        Keys that the standard does not know may stay, as it says; but not where `strict`, nor what looks misspelt.
        """
        kept: Descriptor = {}
        for key, value in item.items():
            here = (*path, key)
            if key not in shapes:
                if strict or difflib.get_close_matches(key, shapes, n=1, cutoff=0.8):
                    self._report(f'unknown key "{key}"', here, did_you_mean(key, shapes))
                    continue
            elif not _has_shape(value, shapes[key]):
                self._report(f"`{key}` {_ASKED[shapes[key]]}", here)
                continue
            kept[key] = value
        return kept

    def _report(self, message: str, path: KeyPath, hint: str = "") -> None:
        self._problems.append(Problem("data-descriptor", message, self._located.span(*path), hint))


def _holds_mappings(value: object) -> bool:
    """Whether a value is a list in which something is a mapping, or nothing at all."""
    return isinstance(value, list) and (not value or any(isinstance(item, dict) for item in value))


def _has_shape(value: object, shape: str) -> bool:
    if shape == _TEXT:
        return isinstance(value, str)
    if shape == _TEXTS:
        return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
    if shape == _LIST:
        return isinstance(value, list)
    if shape == _ITEMS:
        return isinstance(value, list) and all(isinstance(item, dict) for item in value)
    if shape == _FLAG:
        return isinstance(value, bool)
    if shape == _COUNT:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return shape == _ANY or isinstance(value, dict)


def _plain(value: Any) -> Any:
    """A value of YAML as JSON has it: texts for keys and for dates."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(item) for item in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, str | int | float) else str(value)
