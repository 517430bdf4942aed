"""CSV on the Web: metadata of all tables, for readers that know the W3C's standard.

https://www.w3.org/TR/tabular-metadata/ ; found by its name as the one of the folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..model import Artifact, Table
from .formats import json_bytes
from .site import Site

_TYPES = {
    "number": "decimal",
    "integer": "integer",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
    "time": "time",
    "year": "gYear",
    "yearmonth": "gYearMonth",
    "any": "string",
}
_FACETS = {"minimum": "minimum", "maximum": "maximum", "minLength": "minLength", "maxLength": "maxLength"}


def csvw_metadata(site: Site) -> Iterator[Artifact]:
    """`data/csv-metadata.json`: a TableGroup of `data/<table>.csv`."""
    dataset = site.addresses.dataset
    if not dataset.tables:
        return
    resources = {item["name"]: item for item in dataset.descriptor["resources"]}
    group = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": site.addresses.settings.default_language}],
        **_about(dataset.descriptor),
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True, "lineTerminators": ["\n"]},
        "tables": [_table(table, resources[name], resources) for name, table in dataset.tables.items()],
    }
    yield Artifact("data/csv-metadata.json", json_bytes(group), "data/datapackage.yaml")


def _about(descriptor: Mapping[str, Any]) -> Mapping[str, Any]:
    licences = [{"@id": item["path"]} for item in descriptor.get("licenses", ()) if item.get("path")]
    sources = [{"@id": item["path"]} for item in descriptor.get("sources", ()) if item.get("path")]
    return {
        **({"dc:title": descriptor["title"]} if descriptor.get("title") else {}),
        **({"dc:description": descriptor["description"]} if descriptor.get("description") else {}),
        **({"dc:license": licences} if licences else {}),
        **({"dc:source": sources} if sources else {}),
    }


def _table(table: Table, resource: Mapping[str, Any], resources: Mapping[str, Any]) -> Mapping[str, Any]:
    schema = resource["schema"]
    keys = schema.get("primaryKey", [])
    fields = {field["name"]: field for field in schema["fields"]}
    foreign = [
        {
            "columnReference": _listed(item["fields"]),
            "reference": {
                "resource": f"{item['reference'].get('resource') or table.name}.csv",
                "columnReference": _listed(item["reference"]["fields"]),
            },
        }
        for item in schema.get("foreignKeys", ())
        if (not item["reference"].get("resource") or item["reference"]["resource"] in resources)
        and _is_full(table, _listed(item["fields"]))
    ]
    return {
        "url": f"{table.name}.csv",
        **({"dc:title": resource["title"]} if resource.get("title") else {}),
        "tableSchema": {
            "columns": [_column(column.name, fields.get(column.name, {})) for column in table.columns],
            **({"primaryKey": _listed(keys)} if keys else {}),
            **({"foreignKeys": foreign} if foreign else {}),
        },
    }


def _is_full(table: Table, names: list[str]) -> bool:
    """Whether every row has these cells: readers take an empty one for a reference to nothing, and refuse it."""
    indexes = [index for index, column in enumerate(table.columns) if column.name in names]
    return all(row[index] for row in table.rows for index in indexes)


def _listed(names: Any) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _column(name: str, field: Mapping[str, Any]) -> Mapping[str, Any]:
    """A column. The header of the file must be among the titles of no particular language."""
    titles = {"und": name, **{language: text for language, text in field.get("titles", {}).items() if language}}
    constraints = field.get("constraints", {})
    base = _TYPES.get(field.get("type", "string"), "string")
    numeric = base in ("decimal", "integer")
    facets = {
        facet: constraints[key]
        for key, facet in _FACETS.items()
        if key in constraints and (numeric or (base == "string" and facet.endswith("Length")))
    }
    pattern = {"format": constraints["pattern"]} if base == "string" and constraints.get("pattern") else {}
    return {
        "name": name,
        "titles": titles,
        "datatype": {"base": base, **facets, **pattern} if facets or pattern else base,
        **({"required": True} if constraints.get("required") else {}),
    }
