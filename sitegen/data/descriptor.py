"""The schema of each table: the author's own, over what the content contract asks for, which it can only narrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from ..model import Settings
from ..problems import Problem, did_you_mean
from ..text import KeyPath
from .contract import CORE_TABLES, Rule, missing_columns, missing_languages, rules_of
from .declared import Declared, DeclaredField, DeclaredTable, Descriptor
from .tables import RawTable

# what would have cells read otherwise than the engine prints them
_READINGS: Mapping[str, Any] = {"decimalChar": ".", "groupChar": "", "bareNumber": True}
_NUMBERS = ("number", "integer")
_DATES = ("date", "yearmonth", "year")


@dataclass(frozen=True)
class ForeignKey:
    """Columns whose cells must stand in the columns of a table."""

    columns: tuple[str, ...]
    table: str
    targets: tuple[str, ...]


@dataclass(frozen=True)
class FieldPlan:
    """A column as it is validated: its field descriptor, the contract's rule, its place in the author's descriptor."""

    values: Descriptor
    rule: Rule | None = None
    path: KeyPath | None = None


@dataclass(frozen=True)
class TablePlan:
    """What a table is held against, and how it is described when it is published."""

    resource: Descriptor
    fields: Mapping[str, FieldPlan]
    keys: tuple[tuple[str, ...], ...]
    foreign_keys: tuple[ForeignKey, ...]
    missing_values: Mapping[str, tuple[str, ...]]
    """For each column the cells that mean none."""
    lacking: tuple[str, ...] = field(default=())
    """Columns that the engine needs and the table has not."""


def plan_tables(
    declared: Declared,
    tables: Mapping[str, RawTable],
    unreadable: frozenset[str],
    settings: Settings,
    problems: list[Problem],
) -> dict[str, TablePlan]:
    """The plan of each table, the author's descriptor with the contract's rules over it.

    Mistakes in the descriptor, and columns that lack or are not declared, are added to `problems`.
    """
    for name, described in declared.tables.items():
        if name not in tables:
            if name not in unreadable:
                problems.append(_no_file(declared, described, tables))
        elif (path := described.values.get("path", f"{name}.csv")) not in (f"{name}.csv", [f"{name}.csv"]):
            hint = f'did you mean "{name}.csv"?'
            problems.append(declared.problem(f'no file "{path}" for this table', (*described.path, "path"), hint))
    return {
        name: _Planner(declared, tables, unreadable, table, settings.languages, problems).plan()
        for name, table in tables.items()
    }


def _no_file(declared: Declared, described: DeclaredTable, tables: Mapping[str, RawTable]) -> Problem:
    name = described.values["name"]
    path = str(described.values.get("path", f"{name}.csv"))
    stem = PurePosixPath(path).stem
    if stem in tables:
        return declared.problem(f'the table in "{path}" is called "{stem}", not "{name}"', (*described.path, "name"))
    return declared.problem(f'no file "{path}" for this table', described.path, did_you_mean(name, tables))


class _Planner:
    """Makes the plan of one table."""

    def __init__(
        self,
        declared: Declared,
        tables: Mapping[str, RawTable],
        unreadable: frozenset[str],
        table: RawTable,
        languages: tuple[str, ...],
        problems: list[Problem],
    ) -> None:
        self._declared, self._tables, self._table = declared, tables, table
        self._unreadable, self._problems = unreadable, problems
        self._described = declared.tables.get(table.name)
        self._rules = rules_of(table.name, languages, table.header)
        self._lacking = tuple(missing_columns(table.name, languages, table.header))
        self._untranslated = tuple(missing_languages(table.name, languages, table.header))

    def plan(self) -> TablePlan:
        described, header = self._described, self._table.header
        for wanted in (*self._lacking, *self._untranslated):
            hint = _closest(wanted, [name for name in header if name not in self._rules])
            span = self._table.cell_span(-1, 0)
            self._problems.append(Problem("column-missing", f'the column "{wanted}" is missing', span, hint))
        absent = [name for name in (described.fields if described else {}) if name not in header]
        for name in absent:
            self._report("column", name, self._field_path(name), self._table)
        fields = {name: plan for name in header if (plan := self._field(name))}
        self._unknown_columns(fields, absent)
        schema = dict(described.schema) if described else {}
        keys = [*self._author_keys(schema), *((name,) for name in fields if self._is_unique(fields[name]))]
        if "id" in header:
            schema["primaryKey"] = ["id"]
        foreign = self._foreign_keys(schema)
        common = _missing_values(schema.pop("missingValues", []))
        missing = {
            name: _missing_values(plan.values.pop("missingValues", [])) or common for name, plan in fields.items()
        }
        resource: Descriptor = dict(described.values) if described else {"name": self._table.name}
        resource["path"] = f"{self._table.name}.csv"
        # the order of keys that the standard's own examples have
        resource["schema"] = {"fields": [plan.values for plan in fields.values()], **schema}
        return TablePlan(resource, fields, tuple(dict.fromkeys(keys)), foreign, missing, self._lacking)

    def _field(self, name: str) -> FieldPlan | None:
        """The plan of a column; None for one that nobody knows."""
        described = self._described.fields.get(name) if self._described else None
        rule = self._rules.get(name)
        if described is None and rule is None and (self._is_core or (self._described and self._described.fields)):
            # no further mistake, where what was said of the columns could not be read
            return FieldPlan({"name": name, "type": "string"}) if not self._whole else None
        values: Descriptor = dict(described.values) if described else {"name": name}
        values.setdefault("type", rule.types[0] if rule else "string")
        if described:
            self._check_reading(values, described, rule)
        constraints = {**(rule.constraints if rule else {}), **(described.constraints if described else {})}
        if rule:
            _narrow(constraints, rule)
        if rule and rule.pattern and values["type"] != "string" and constraints.get("pattern") == rule.pattern:
            # Table Schema has patterns for texts only
            del constraints["pattern"]
        if constraints:
            values["constraints"] = constraints
        return FieldPlan(values, rule, described.path if described else None)

    def _check_reading(self, values: Descriptor, described: DeclaredField, rule: Rule | None) -> None:
        """Take out what would have the engine read a column otherwise than it does, and say so."""
        name, kind = values["name"], values["type"]
        if rule and kind not in rule.types:
            message = f'the type of column "{name}" must be {" or ".join(rule.types)}, not "{kind}"'
            self._problems.append(self._declared.problem(message, (*described.path, "type")))
            values["type"] = rule.types[0]
            values.pop("format", None)
        for key, value in _READINGS.items():
            if values.pop(key, value) != value:
                hint = "numbers are written with a point before the decimals and nothing else between their digits"
                self._problems.append(self._declared.problem(f"`{key}` is not supported", (*described.path, key), hint))
        if values["type"] in _DATES and values.get("format", "default") != "default":
            hint = "dates are written as in 2024-12-31"
            del values["format"]
            self._problems.append(
                self._declared.problem("`format` is not supported", (*described.path, "format"), hint)
            )

    @property
    def _is_core(self) -> bool:
        return self._table.name in CORE_TABLES

    @property
    def _whole(self) -> bool:
        if self._described is None:
            # what could not be read may have been about this table
            return self._declared.whole
        return self._described.whole

    def _field_path(self, name: str) -> KeyPath:
        return self._described.fields[name].path if self._described else ()

    def _report(self, kind: str, name: str, path: KeyPath, table: RawTable | None = None) -> None:
        """A name of the descriptor that no table, or no column of a table, has."""
        where = f" in {table.source.name}" if table else ""
        hint = did_you_mean(name, table.header if table else self._tables)
        self._problems.append(self._declared.problem(f'no {kind} "{name}"{where}', path, hint))

    def _unknown_columns(self, fields: Mapping[str, FieldPlan], absent: list[str]) -> None:
        """Columns without a plan, but for those whose name is the mistake that is told already."""
        known = (*fields, *self._rules)
        for position, column in enumerate(self._table.header):
            if column not in fields and not _closest(column, [*absent, *self._lacking]):
                hint = _closest(column, known) or f"declare it in {self._declared.located.source.name}"
                message = f'the column "{column}" is not in the table\'s schema'
                self._problems.append(Problem("column-unknown", message, self._table.cell_span(-1, position), hint))

    @staticmethod
    def _is_unique(plan: FieldPlan) -> bool:
        return bool(plan.values.get("constraints", {}).get("unique"))

    def _author_keys(self, schema: Descriptor) -> Iterator[tuple[str, ...]]:
        """The primary key and the unique keys of the author; what is wrong with them is taken out."""
        path: KeyPath = (*self._described.path, "schema") if self._described else ()
        if "primaryKey" in schema:
            key = self._columns(schema["primaryKey"], (*path, "primaryKey"), self._table)
            if key:
                yield key
            else:
                del schema["primaryKey"]
        good = []
        for index, item in enumerate(schema.get("uniqueKeys", [])):
            if key := self._columns(item, (*path, "uniqueKeys", index), self._table):
                good.append(item)
                yield key
        if "uniqueKeys" in schema:
            schema["uniqueKeys"] = good

    def _columns(self, value: object, path: KeyPath, table: RawTable) -> tuple[str, ...]:
        """The columns that a key names; none, and a problem, when one is not in the table."""
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
            message = f"`{path[-1]}` must name columns" if isinstance(path[-1], str) else "a key must name columns"
            self._problems.append(self._declared.problem(message, path))
            return ()
        wrong = [name for name in names if name not in table.header]
        for name in wrong:
            self._report("column", name, path, table)
        return () if wrong else tuple(names)

    def _foreign_keys(self, schema: Descriptor) -> tuple[ForeignKey, ...]:
        """The author's references and those of the contract, which are added to `schema` where it lacks them."""
        path: KeyPath = (*self._described.path, "schema", "foreignKeys") if self._described else ()
        kept: list[Descriptor] = []
        found: list[ForeignKey] = []
        for index, item in enumerate(schema.get("foreignKeys", [])):
            if key := self._foreign_key(item, (*path, index)):
                kept.append(item)
                found.append(key)
        for column, rule in self._rules.items():
            key = ForeignKey((column,), rule.refers, ("id",))
            if rule.refers and column in self._table.header and rule.refers in self._tables and key not in found:
                kept.append({"fields": [column], "reference": {"resource": rule.refers, "fields": ["id"]}})
                found.append(key)
        if kept:
            schema["foreignKeys"] = kept
        else:
            schema.pop("foreignKeys", None)
        return tuple(found)

    def _foreign_key(self, item: Descriptor, path: KeyPath) -> ForeignKey | None:
        reference = item.get("reference")
        if not isinstance(reference, dict) or not isinstance(reference.get("resource", ""), str):
            self._problems.append(self._declared.problem("a foreign key has a `reference` with a `resource`", path))
            return None
        name = reference.get("resource") or self._table.name
        columns = self._columns(item.get("fields"), (*path, "fields"), self._table)
        if name not in self._tables:
            if name not in self._unreadable:
                self._report("table", name, path)
            return None
        targets = self._columns(reference.get("fields"), (*path, "reference", "fields"), self._tables[name])
        if columns and targets and len(columns) != len(targets):
            self._problems.append(self._declared.problem("a foreign key has as many columns as it refers to", path))
            return None
        return ForeignKey(columns, name, targets) if columns and targets else None


def _narrow(constraints: Descriptor, rule: Rule) -> None:
    """Make sure that constraints of the author that stand over the rule's own allow no more than the rule."""
    for name in ("required", "unique"):
        if rule.constraints.get(name):
            constraints[name] = True
    if rule.enum:
        constraints["enum"] = [item for item in constraints["enum"] if item in rule.enum] or list(rule.enum)
    if rule.minimum is not None and not _at_least(constraints["minimum"], rule.minimum):
        constraints["minimum"] = rule.minimum


def _at_least(value: object, minimum: int) -> bool:
    return isinstance(value, int | float) and value >= minimum


def _closest(name: str, known: Iterable[str]) -> str:
    """A hint, when one of the known names is like this one."""
    hint = did_you_mean(name, known)
    return hint if hint.startswith("did you mean") else ""


def _missing_values(items: object) -> tuple[str, ...]:
    """The texts among `missingValues`, each of which may have a label."""
    texts = [item.get("value") if isinstance(item, dict) else item for item in items] if isinstance(items, list) else []
    return tuple(text for text in texts if isinstance(text, str) and text)
