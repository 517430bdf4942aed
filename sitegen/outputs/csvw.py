"""CSV on the Web: metadata of all tables, for readers that know the W3C's standard.

https://www.w3.org/TR/tabular-metadata/ ; found by its name as the one of the folder.
"""

from __future__ import annotations

import re
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
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*+(?:\.[A-Za-z0-9_]++)*+\Z")
_DIALECT = {"encoding": "utf-8", "delimiter": ",", "header": True, "lineTerminators": ["\n"]}
# what a pattern may have here and not in ECMAScript
_OWN_SYNTAX = re.compile(r"\(\?(?![:=!])|[*+?}]\+|\\[pPAZzRXKNLGmM]|\[\[|&&|--|\|\||~~")
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
        "dialect": _DIALECT,
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
            "columnReference": _names(item["fields"]),
            "reference": {
                "resource": f"{item['reference'].get('resource') or table.name}.csv",
                "columnReference": _names(item["reference"]["fields"]),
            },
        }
        for item in schema.get("foreignKeys", ())
        if (not item["reference"].get("resource") or item["reference"]["resource"] in resources)
        and _is_full(table, _listed(item["fields"]))
    ]
    return {
        "url": f"{table.name}.csv",
        **_without_comments(table),
        **({"dc:title": resource["title"]} if resource.get("title") else {}),
        "tableSchema": {
            "columns": [_column(column.name, fields.get(column.name, {})) for column in table.columns],
            **({"primaryKey": _names(keys)} if keys else {}),
            **({"foreignKeys": foreign} if foreign else {}),
        },
    }


def _is_full(table: Table, names: list[str]) -> bool:
    """Whether every row has these cells: readers take an empty one for a reference to nothing, and refuse it."""
    indexes = [index for index, column in enumerate(table.columns) if column.name in names]
    return all(row[index] for row in table.rows for index in indexes)


def _listed(names: Any) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _names(headers: Any) -> list[str]:
    return [column_name(header) for header in _listed(headers)]


def column_name(header: str) -> str:
    """The name of a column as the standard allows it; what it doesn't is percent-encoded: `per%2Dcapita`.

    https://www.w3.org/TR/tabular-metadata/#column-name , by way of https://www.rfc-editor.org/rfc/rfc6570#section-2.3
    """
    if _NAME.match(header):
        return header
    return "".join(
        chr(byte) if (chr(byte).isalnum() and byte < 128) or (byte == ord("_") and place) else f"%{byte:02X}"
        for place, byte in enumerate(header.encode())
    )


def _format(field: Mapping[str, Any], base: str) -> Mapping[str, str] | None:
    """The format of a datatype: of a text its pattern, where other readers take it too; of a truth value its two words.

    None for truth values that have more than two words, or none of the standard's: they can only be texts.
    """
    pattern = field.get("constraints", {}).get("pattern")
    if base == "string":
        return {"format": pattern} if pattern and not _OWN_SYNTAX.search(pattern) else {}
    if base != "boolean" or not ("trueValues" in field or "falseValues" in field):
        return {}
    words = [*field.get("trueValues", ()), *field.get("falseValues", ())]
    if len(words) != 2 or any("|" in word for word in words) or len(field.get("trueValues", ())) != 1:
        return None
    return {"format": "|".join(words)}


def _without_comments(table: Table) -> Mapping[str, Any]:
    """A dialect in which no row is a comment: by the standard's own, one is that begins with `#`."""
    cells = [table.columns[0].name, *(row[0] for row in table.rows)]
    prefix = "#"
    while any(cell.startswith(prefix) for cell in cells):
        prefix += "#"
    return {"dialect": {**_DIALECT, "commentPrefix": prefix}} if prefix != "#" else {}


def _column(name: str, field: Mapping[str, Any]) -> Mapping[str, Any]:
    """A column. The header of the file must be among the titles of no particular language; where the name had to be
    another, readers look for the first of these only.
    """
    by_language = {language: text for language, text in field.get("titles", {}).items() if language}
    encoded = column_name(name)
    titles: Any = {"und": name, **by_language}
    if encoded != name:
        titles = list(dict.fromkeys((name, *by_language.values())))
    constraints = field.get("constraints", {})
    base = _TYPES.get(field.get("type", "string"), "string")
    numeric = base in ("decimal", "integer")
    facets = {
        facet: constraints[key]
        for key, facet in _FACETS.items()
        if key in constraints and (numeric or (base == "string" and facet.endswith("Length")))
    }
    pattern = _format(field, base)
    if pattern is None:
        base, facets, pattern = "string", {}, {}
    return {
        "name": encoded,
        "titles": titles,
        "datatype": {"base": base, **facets, **pattern} if facets or pattern else base,
        **({"required": True} if constraints.get("required") else {}),
    }
