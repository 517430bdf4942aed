"""The schema of each table: the author's, which may only narrow the contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from ..problems import Problem, did_you_mean
from ..text import KeyPath, closest
from .contract import CORE_TABLES, NO_RULE, ColumnRule, missing_columns, missing_languages, rules_of
from .declared import Declared, DeclaredField, DeclaredTable, Descriptor
from .tables import RawTable

# with other values, cells would mean something else than they show
_READINGS: Mapping[str, Any] = {"decimalChar": ".", "groupChar": "", "bareNumber": True}
_DATES = ("date", "yearmonth", "year")


@dataclass(frozen=True)
class ForeignKey:
    """Columns whose cells must be in the columns of another table."""

    columns: tuple[str, ...]
    table: str
    targets: tuple[str, ...]


@dataclass(frozen=True)
class FieldPlan:
    """How a column is validated: its field descriptor, the contract's rule, its place in the author's descriptor."""

    values: Descriptor
    rule: ColumnRule = NO_RULE
    path: KeyPath | None = None


@dataclass(frozen=True)
class TablePlan:
    """How a table is validated, and how it is described when it is published."""

    resource: Descriptor
    fields: Mapping[str, FieldPlan]
    keys: tuple[tuple[str, ...], ...]
    foreign_keys: tuple[ForeignKey, ...]
    missing_values: Mapping[str, tuple[str, ...]]
    """The cells of each column that mean no value."""
    lacking: tuple[str, ...]
    """Required columns that the table lacks."""


def plan_tables(
    declared: Declared,
    tables: Mapping[str, RawTable],
    unreadable: frozenset[str],
    languages: tuple[str, ...],
) -> tuple[dict[str, TablePlan], list[Problem]]:
    """The plan of each table, with mistakes in the descriptor, and missing and undeclared columns."""
    problems: list[Problem] = []
    for name, described in declared.tables.items():
        if name not in tables:
            if name not in unreadable:
                problems.append(_no_file(declared, described, tables))
        elif (path := described.values.get("path", f"{name}.csv")) not in (f"{name}.csv", [f"{name}.csv"]):
            message, hint = f'no file "{path}" for this table', f'did you mean "{name}.csv"?'
            problems.append(declared.problem(message, (*described.path, "path"), hint))
    plans = {}
    for name, table in tables.items():
        # a description that could not be read may have been this table's
        described = declared.tables.get(name) or DeclaredTable((), {"name": name}, {}, {}, declared.whole)
        planner = _Planner(declared, described, tables, unreadable, table, languages)
        plans[name] = planner.plan()
        problems += planner.problems
    return plans, problems


def _no_file(declared: Declared, described: DeclaredTable, tables: Mapping[str, RawTable]) -> Problem:
    name = described.values["name"]
    path = str(described.values.get("path", f"{name}.csv"))
    stem = PurePosixPath(path).stem
    if stem in tables:
        return declared.problem(f'the table in "{path}" is called "{stem}", not "{name}"', (*described.path, "name"))
    return declared.problem(f'no file "{path}" for this table', described.path, did_you_mean(name, tables))


@dataclass(frozen=True)
class _Planner:
    """Makes the plan of one table, as `described` by the author, and gathers its problems."""

    declared: Declared
    described: DeclaredTable
    tables: Mapping[str, RawTable]
    unreadable: frozenset[str]
    table: RawTable
    languages: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)

    @cached_property
    def rules(self) -> Mapping[str, ColumnRule]:
        return rules_of(self.table.name, self.languages, self.table.header)

    @cached_property
    def lacking(self) -> tuple[str, ...]:
        return tuple(missing_columns(self.table.name, self.languages, self.table.header))

    def plan(self) -> TablePlan:
        described, header = self.described, self.table.header
        for wanted in (*self.lacking, *missing_languages(self.table.name, self.languages, header)):
            hint = closest(wanted, [name for name in header if name not in self.rules])
            span = self.table.cell_span(-1, 0)
            self.problems.append(Problem("column-missing", f'the column "{wanted}" is missing', span, hint))
        absent = [name for name in described.fields if name not in header]
        for name in absent:
            self.unknown("column", name, described.fields[name].path, self.table)
        fields = {name: plan for name in header if (plan := self.field_plan(name))}
        self.check_columns(fields, absent)
        schema = dict(described.schema)
        unique = [(name,) for name, plan in fields.items() if plan.values.get("constraints", {}).get("unique")]
        keys = [*self.author_keys(schema), *unique]
        if "id" in header:
            schema["primaryKey"] = ["id"]
        foreign = self.foreign_keys(schema)
        common = _missing_values(schema, ())
        missing = {name: _missing_values(plan.values, common) for name, plan in fields.items()}
        # keys in the order of the standard's examples
        schema = {"fields": [plan.values for plan in fields.values()], **schema}
        resource: Descriptor = {**described.values, "path": f"{self.table.name}.csv", "schema": schema}
        return TablePlan(resource, fields, tuple(dict.fromkeys(keys)), foreign, missing, self.lacking)

    def field_plan(self, name: str) -> FieldPlan | None:
        """The plan of a column; None if it is in no schema."""
        described, rule = self.described.fields.get(name), self.rules.get(name, NO_RULE)
        if described is None and rule is NO_RULE and (self.table.name in CORE_TABLES or self.described.fields):
            # not reported if its description could not be read
            return None if self.described.whole else FieldPlan({"name": name, "type": "string"})
        values: Descriptor = dict(described.values) if described else {"name": name}
        values.setdefault("type", rule.types[0])
        constraints = rule.constraints
        if described:
            self.check_reading(values, described, rule)
            constraints |= described.values.get("constraints", {})
        _narrow(constraints, rule)
        if rule.pattern and values["type"] != "string" and constraints.get("pattern") == rule.pattern:
            # Table Schema has patterns for texts only
            del constraints["pattern"]
        if constraints:
            values["constraints"] = constraints
        return FieldPlan(values, rule, described.path if described else None)

    def check_reading(self, values: Descriptor, described: DeclaredField, rule: ColumnRule) -> None:
        """Report and remove whatever says that a column is read in another way than the engine's."""
        name, kind = values["name"], values["type"]
        if rule is not NO_RULE and kind not in rule.types:
            message = f'the type of column "{name}" must be {" or ".join(rule.types)}, not "{kind}"'
            self.problem(message, (*described.path, "type"))
            values["type"] = rule.types[0]
            values.pop("format", None)
        for key, value in _READINGS.items():
            if values.pop(key, value) != value:
                hint = "numbers are written with a point before the decimals and nothing else between their digits"
                self.problem(f"`{key}` is not supported", (*described.path, key), hint)
        if values["type"] in _DATES and values.get("format", "default") != "default":
            del values["format"]
            hint = "dates are written as in 2024-12-31"
            self.problem("`format` is not supported", (*described.path, "format"), hint)

    def problem(self, message: str, path: KeyPath, hint: str = "") -> None:
        self.problems.append(self.declared.problem(message, path, hint))

    def unknown(self, kind: str, name: str, path: KeyPath, table: RawTable | None = None) -> None:
        """Report a name in the descriptor of no table, or of no column of `table`."""
        where = f" in {table.source.name}" if table else ""
        hint = did_you_mean(name, table.header if table else self.tables)
        self.problem(f'no {kind} "{name}"{where}', path, hint)

    def check_columns(self, fields: Mapping[str, FieldPlan], absent: list[str]) -> None:
        """Report columns without a plan, unless they are similar to a missing column, which is reported already."""
        known = (*fields, *self.rules)
        for position, column in enumerate(self.table.header):
            if column not in fields and not closest(column, [*absent, *self.lacking]):
                hint = closest(column, known) or f"declare it in {self.declared.located.source.name}"
                message = f'the column "{column}" is not in the table\'s schema'
                self.problems.append(Problem("column-unknown", message, self.table.cell_span(-1, position), hint))

    def author_keys(self, schema: Descriptor) -> Iterator[tuple[str, ...]]:
        """The author's primary key and unique keys; wrong ones are removed from `schema`."""
        path = (*self.described.path, "schema")
        if "primaryKey" in schema:
            if key := self.columns(schema["primaryKey"], (*path, "primaryKey"), self.table):
                yield key
            else:
                del schema["primaryKey"]
        if "uniqueKeys" in schema:
            items = list(enumerate(schema["uniqueKeys"]))
            keys = {index: self.columns(item, (*path, "uniqueKeys", index), self.table) for index, item in items}
            schema["uniqueKeys"] = [item for index, item in items if keys[index]]
            yield from filter(None, keys.values())

    def columns(self, value: object, path: KeyPath, table: RawTable) -> tuple[str, ...]:
        """The columns that a key names; none, and a problem, if one is not in the table."""
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
            message = f"`{path[-1]}` must name columns" if isinstance(path[-1], str) else "a key must name columns"
            self.problem(message, path)
            return ()
        wrong = [name for name in names if name not in table.header]
        for name in wrong:
            self.unknown("column", name, path, table)
        return () if wrong else tuple(names)

    def foreign_keys(self, schema: Descriptor) -> tuple[ForeignKey, ...]:
        """The author's references and those of the contract, which are added to `schema` if they are missing."""
        path = (*self.described.path, "schema", "foreignKeys")
        kept: list[Descriptor] = []
        found: list[ForeignKey] = []
        for index, item in enumerate(schema.get("foreignKeys", [])):
            if key := self.foreign_key(item, (*path, index)):
                kept.append(item)
                found.append(key)
        for column, rule in self.rules.items():
            key = ForeignKey((column,), rule.refers, ("id",))
            if rule.refers and column in self.table.header and rule.refers in self.tables and key not in found:
                kept.append({"fields": [column], "reference": {"resource": rule.refers, "fields": ["id"]}})
                found.append(key)
        if kept:
            schema["foreignKeys"] = kept
        else:
            schema.pop("foreignKeys", None)
        return tuple(found)

    def foreign_key(self, item: Descriptor, path: KeyPath) -> ForeignKey | None:
        reference = item.get("reference")
        if not isinstance(reference, dict) or not isinstance(reference.get("resource", ""), str):
            self.problem("a foreign key has a `reference` with a `resource`", path)
            return None
        name = reference.get("resource") or self.table.name
        columns = self.columns(item.get("fields"), (*path, "fields"), self.table)
        if name not in self.tables:
            if name not in self.unreadable:
                self.unknown("table", name, path)
            return None
        targets = self.columns(reference.get("fields"), (*path, "reference", "fields"), self.tables[name])
        if columns and targets and len(columns) != len(targets):
            self.problem("a foreign key has as many columns as it refers to", path)
            return None
        return ForeignKey(columns, name, targets) if columns and targets else None


def _narrow(constraints: Descriptor, rule: ColumnRule) -> None:
    """Keep the author's constraints from allowing more than the rule does."""
    for name in ("required", "unique"):
        if rule.constraints.get(name):
            constraints[name] = True
    if rule.enum:
        constraints["enum"] = [item for item in constraints["enum"] if item in rule.enum] or list(rule.enum)
    if rule.minimum is not None:
        lowest = constraints["minimum"]
        constraints["minimum"] = max(lowest, rule.minimum) if isinstance(lowest, int | float) else rule.minimum


def _missing_values(schema: Descriptor, default: tuple[str, ...]) -> tuple[str, ...]:
    """The texts among `missingValues`, each of which may have a label; they are taken out of the schema."""
    items = schema.pop("missingValues", [])
    texts = (item.get("value") if isinstance(item, dict) else item for item in items)
    return tuple(text for text in texts if isinstance(text, str) and text) or default
