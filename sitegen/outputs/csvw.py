"""CSV on the Web: metadata of all tables (https://www.w3.org/TR/tabular-metadata/), found by the file's name."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from babel.localedata import exists

from ..model import Artifact, Table
from .csvw_datatypes import Datatype, datatype
from .formats import json_bytes
from .site import FinishedSite

_DIALECT = {"encoding": "utf-8", "delimiter": ",", "header": True, "lineTerminators": ["\n"]}
# characters that no address may hold
_NO_ADDRESS = re.compile(r'[\s<>"{}|\\^`]')


def csvw_metadata(site: FinishedSite) -> Iterator[Artifact]:
    """`data/csv-metadata.json`: a TableGroup of `data/<table>.csv`."""
    dataset = site.addresses.dataset
    if not dataset.tables:
        return
    resources = {item["name"]: item for item in dataset.descriptor["resources"]}
    described = {name: _described(table, resources[name]) for name, table in dataset.tables.items()}
    group = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": site.addresses.settings.default_language}],
        **_about(dataset.descriptor),
        "dialect": _DIALECT,
        "tables": [_table(item, described) for item in described.values()],
    }
    yield Artifact("data/csv-metadata.json", json_bytes(group), "data/datapackage.yaml")


def column_names(headers: Sequence[str]) -> Mapping[str, str]:
    """The W3C's unique name of each column by its header: a variable of RFC 6570 that does not begin with `_`.

    `a.b` stays; `per-capita` → `per%2Dcapita`, `_x` → `%5Fx`, `a..b` → `a%2E%2Eb`, `100%` → `100%25`.
    """
    names: dict[str, str] = {}
    taken = set(headers)
    for header in headers:
        parts = [quote(part, safe="").replace("-", "%2D").replace("~", "%7E") for part in header.split(".")]
        # a dot must stand between two other characters
        name = ("." if all(parts) else "%2E").join(parts)
        name = f"%5F{name[1:]}" if name.startswith("_") else name
        # readers look up columns by name and by header alike
        while name != header and name in taken:
            name += "_"
        taken.add(name)
        names[header] = name
    return names


@dataclass(frozen=True)
class _Described:
    """A table with its metadata; fields of the descriptor, names and datatypes by the column's header."""

    table: Table
    resource: Mapping[str, Any]
    fields: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, str]
    datatypes: Mapping[str, Datatype]

    def values(self, columns: Sequence[str]) -> list[tuple[Hashable, ...]]:
        """What the cells of some columns mean, row by row."""
        indexes = {column.name: index for index, column in enumerate(self.table.columns)}
        chosen = [(indexes[name], self.datatypes[name].value) for name in columns]
        return [tuple(value(row[index]) for index, value in chosen) for row in self.table.rows]


def _described(table: Table, resource: Mapping[str, Any]) -> _Described:
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    headers = [column.name for column in table.columns]
    datatypes = {
        name: datatype(fields.get(name, {}), {row[index] for row in table.rows}) for index, name in enumerate(headers)
    }
    return _Described(table, resource, fields, column_names(headers), datatypes)


def _about(descriptor: Mapping[str, Any]) -> Mapping[str, Any]:
    about = {
        "dc:title": descriptor.get("title"),
        "dc:description": descriptor.get("description"),
        "dc:license": list(_links(descriptor.get("licenses", ()))),
        "dc:source": list(_links(descriptor.get("sources", ()))),
    }
    return {key: value for key, value in about.items() if value}


def _links(items: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, str]]:
    """The addresses of licences or sources."""
    for item in items:
        if (path := item.get("path")) and isinstance(path, str):
            address = _NO_ADDRESS.sub(lambda found: quote(found[0]), path)
            # `_…` would be the name of a node
            yield {"@id": f"./{address}" if address.startswith("_") else address}


def _table(described: _Described, tables: Mapping[str, _Described]) -> Mapping[str, Any]:
    table, resource = described.table, described.resource
    keys = _listed(resource["schema"].get("primaryKey", []))
    primary = [described.names[key] for key in keys] if keys and _is_distinct(described.values(keys)) else []
    items = resource["schema"].get("foreignKeys", ())
    foreign = [key for item in items if (key := _foreign_key(described, tables, item))]
    return {
        "url": f"{table.name}.csv",
        **({"dc:title": resource["title"]} if resource.get("title") else {}),
        **_own_dialect(table),
        "tableSchema": {
            "columns": [_column(described, column.name) for column in table.columns],
            **({"primaryKey": primary} if primary else {}),
            **({"foreignKeys": foreign} if foreign else {}),
        },
    }


def _own_dialect(table: Table) -> Mapping[str, Any]:
    """Readers take `#` for the start of a comment; if a line begins with it, comments begin with something else."""
    first = [table.columns[0].name, *(row[0] for row in table.rows)]
    prefix = "#"
    while any(cell.startswith(prefix) for cell in first):
        prefix += "#"
    return {"dialect": {**_DIALECT, "commentPrefix": prefix}} if prefix != "#" else {}


def _foreign_key(
    described: _Described, tables: Mapping[str, _Described], item: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """A foreign key; None if it doesn't hold as the W3C means it, which is narrower than the Data Package's.

    Each row must refer to exactly one row of the other table, by values of the same type, and no cell may be empty.
    """
    target = tables.get(item["reference"].get("resource") or described.table.name)
    if target is None:
        return None
    columns, aims = _listed(item["fields"]), _listed(item["reference"]["fields"])
    if [described.datatypes[name].base for name in columns] != [target.datatypes[name].base for name in aims]:
        return None
    cells, known = described.values(columns), target.values(aims)
    if any("" in row for row in cells) or not _is_distinct(known) or not set(cells) <= set(known):
        return None
    return {
        "columnReference": [described.names[name] for name in columns],
        "reference": {
            "resource": f"{target.table.name}.csv",
            "columnReference": [target.names[name] for name in aims],
        },
    }


def _is_distinct(values: Sequence[Hashable]) -> bool:
    return len(set(values)) == len(values)


def _listed(names: Any) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _column(described: _Described, header: str) -> Mapping[str, Any]:
    field, name = described.fields.get(header, {}), described.names[header]
    # CLDR's `root` is no language
    tags = [tag for tag in field.get("titles", {}) if tag != "root" and exists(tag.replace("-", "_"))]
    titles = {tag: text for tag in tags if (text := field["titles"][tag])}
    if name == header:
        # the header must be among the titles of no particular language
        told: dict[str, Any] = {"titles": {"und": header, **titles}}
    else:
        # some readers find the column by its only title; the others go into a term beside it
        told = {"titles": header}
        if titles:
            told["dc:title"] = [{"@value": text, "@language": tag} for tag, text in titles.items()]
    return {
        "name": name,
        **told,
        "datatype": described.datatypes[header].described,
        **({"required": True} if field.get("constraints", {}).get("required") else {}),
    }
