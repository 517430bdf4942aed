"""The Data Package descriptor of a site's tables: the author's own, over what the content contract asks for.

Data Package v2: https://datapackage.org/standard/data-package/
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from ..located import LocatedMapping
from ..model import Settings
from ..problems import Problem, did_you_mean
from .tables import RawTable

Descriptor = dict[str, Any]

_KEY = {"required": True, "unique": True, "pattern": r"[a-z0-9]+(?:-[a-z0-9]+)*"}
_PERIOD = r"\d{4}(-\d{2}(-\d{2})?)?(/\d{4}(-\d{2}(-\d{2})?)?)?"

# The columns the engine reads. "*": one for each language (`name_en`) or one for all (`name`).
CORE_TABLES: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "observations": {
        "id": {"constraints": _KEY},
        "indicator": {"constraints": {"required": True}, "refers": "indicators"},
        "area": {"constraints": {"required": True}, "refers": "areas"},
        "period": {"constraints": {"required": True, "pattern": _PERIOD}},
        "period_note*": {"optional": True},
        "value": {"type": "number", "constraints": {"required": True}},
        "qualifier": {"constraints": {"enum": ["at-least", "at-most", "about"]}, "optional": True},
        "status": {"constraints": {"enum": ["provisional", "revised", "disputed"]}, "optional": True},
        "source": {"constraints": {"required": True}, "refers": "sources"},
        "locator*": {"optional": True},
        "note*": {"optional": True},
    },
    "indicators": {
        "id": {"constraints": _KEY},
        "name*": {"constraints": {"required": True}},
        "unit": {"constraints": {"required": True}},
        "unit_type": {"constraints": {"enum": ["count", "percent", "money", "ratio"]}, "optional": True},
        "unit*": {"optional": True},
        "direction": {
            "constraints": {"enum": ["lower-better", "higher-better", "neutral"]},
            "optional": True,
        },
        "definition*": {"optional": True},
    },
    "areas": {
        "id": {"constraints": _KEY},
        "name*": {"constraints": {"required": True}},
        "full_name*": {"optional": True},
        "type*": {"optional": True},
        "code": {"optional": True},
        "parent": {"refers": "areas", "optional": True},
        "tile_row": {"type": "integer", "constraints": {"minimum": 1}, "optional": True},
        "tile_col": {"type": "integer", "constraints": {"minimum": 1}, "optional": True},
    },
    "sources": {
        "id": {"constraints": _KEY},
        "title*": {"constraints": {"required": True}},
        "publisher*": {"optional": True},
        "date": {"optional": True},
        "url": {"constraints": {"pattern": "https?://.+"}, "optional": True},
        "accessed": {"optional": True},
        "note*": {"optional": True},
    },
}


def complete_descriptor(
    declared: LocatedMapping, tables: Mapping[str, RawTable], settings: Settings, problems: list[Problem]
) -> Descriptor:
    """The author's descriptor with every table in it, each with a schema that holds at least the contract's rules.

    Mistakes in the descriptor, and columns that lack or are not declared, are added to `problems`.
    """
    descriptor: Descriptor = copy.deepcopy(dict(declared.values))
    descriptor.setdefault("name", "data")
    resources = descriptor.get("resources", [])
    if not isinstance(resources, list) or not all(isinstance(item, dict) and item.get("name") for item in resources):
        problems.append(_problem(declared, "`resources` is a list of tables, each with a `name`", "resources"))
        resources = []
    for index, resource in enumerate(resources):
        if resource["name"] not in tables:
            hint = did_you_mean(str(resource["name"]), tables)
            message = f'no file "{resource.get("path", resource["name"] + ".csv")}" for this table'
            problems.append(_problem(declared, message, "resources", index, hint=hint))
    by_name = {resource["name"]: resource for resource in resources}
    descriptor["resources"] = []
    for name, table in tables.items():
        resource = by_name.get(name, {"name": name})
        resource.setdefault("path", f"{name}.csv")
        schema = resource.setdefault("schema", {})
        _add_contract(schema, name, table, settings, tables, problems)
        position = resources.index(resource) if name in by_name else None
        problems.extend(_unknown_columns(schema, table, declared, position))
        descriptor["resources"].append(resource)
    return descriptor


def _problem(declared: LocatedMapping, message: str, *path: str | int, hint: str = "") -> Problem:
    return Problem("data-descriptor", message, declared.span(*path), hint)


def _add_contract(
    schema: Descriptor,
    name: str,
    table: RawTable,
    settings: Settings,
    tables: Mapping[str, RawTable],
    problems: list[Problem],
) -> None:
    """Put into `schema` the fields, constraints and keys that the contract asks of a core table."""
    declared = {field["name"]: field for field in schema.get("fields", []) if isinstance(field, dict)}
    for pattern, rule in CORE_TABLES.get(name, {}).items():
        present = [column for column in _spellings(pattern, settings) if column in table.header]
        if not present and not rule.get("optional"):
            wanted = _spellings(pattern, settings)[0]
            hint = did_you_mean(wanted, table.header)
            problems.append(Problem("column-missing", f'the column "{wanted}" is missing', table.source.span(1), hint))
        for column in present:
            field = declared.setdefault(column, {"name": column})
            field.setdefault("type", rule.get("type", "string"))
            field["constraints"] = {**rule.get("constraints", {}), **field.get("constraints", {})}
            if (target := rule.get("refers")) and target in tables:
                _add_foreign_key(schema, column, target)
    if not schema.get("fields"):
        for column in table.header:
            declared.setdefault(column, {"name": column, "type": "string"})
    schema["fields"] = [declared[column] for column in table.header if column in declared]
    if "id" in table.header:
        schema.setdefault("primaryKey", ["id"])


def _spellings(pattern: str, settings: Settings) -> list[str]:
    """`name*` → name_en, name_vi, name; `id` → id."""
    stem = pattern.rstrip("*")
    if stem == pattern:
        return [pattern]
    tail = [stem] if stem != "unit" else []
    return [f"{stem}_{language}" for language in settings.languages] + tail


def _add_foreign_key(schema: Descriptor, column: str, target: str) -> None:
    keys = schema.setdefault("foreignKeys", [])
    if not any(key.get("fields") in (column, [column]) for key in keys):
        keys.append({"fields": [column], "reference": {"resource": target, "fields": ["id"]}})


def _unknown_columns(
    schema: Descriptor, table: RawTable, declared: LocatedMapping, index: int | None
) -> Iterator[Problem]:
    known = {field["name"] for field in schema["fields"]}
    for position, column in enumerate(table.header):
        if column not in known:
            hint = did_you_mean(column, known) or f"declare it in {declared.source.name}"
            span = table.cell_span(-1, position)
            yield Problem("column-unknown", f'the column "{column}" is not in the table\'s schema', span, hint)
    if index is not None:
        fields = declared.values["resources"][index].get("schema", {}).get("fields", [])
        for number, declared_field in enumerate(fields):
            name = declared_field.get("name") if isinstance(declared_field, dict) else None
            if name not in table.header:
                message = f'no column "{name}" in {table.source.name}'
                hint = did_you_mean(str(name), table.header)
                yield _problem(declared, message, "resources", index, "schema", "fields", number, hint=hint)
