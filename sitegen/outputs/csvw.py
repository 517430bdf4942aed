"""CSV on the Web: metadata of all tables, for readers that know the W3C's standard.

https://www.w3.org/TR/tabular-metadata/ ; found by its name as the one of the folder.
"""

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
from .site import Site

_DIALECT = {"encoding": "utf-8", "delimiter": ",", "header": True, "lineTerminators": ["\n"]}
# characters that no address may hold, in whatever script it is
_NO_ADDRESS = re.compile(r'[\s<>"{}|\\^`]')


def csvw_metadata(site: Site) -> Iterator[Artifact]:
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
    """The W3C's name of each column by its header, distinct: a variable of RFC 6570 that does not begin with `_`.

    `a.b` stays; `per-capita` → `per%2Dcapita`, `_x` → `%5Fx`, `a..b` → `a%2E%2Eb`, `100%` → `100%25`.
    """
    names: dict[str, str] = {}
    taken = set(headers)
    for header in headers:
        parts = [quote(part, safe="").replace("-", "%2D").replace("~", "%7E") for part in header.split(".")]
        # a point stands between two other characters only
        name = ("." if all(parts) else "%2E").join(parts)
        name = f"%5F{name[1:]}" if name.startswith("_") else name
        # readers look for a column by its name and by its header alike
        while name != header and name in taken:
            name += "_"
        taken.add(name)
        names[header] = name
    return names


@dataclass(frozen=True)
class _Described:
    """A table with what is said of it; `fields` of the descriptor, names and datatypes are by the column's header."""

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
    licences, sources = (list(_links(descriptor.get(key, ()))) for key in ("licenses", "sources"))
    return {
        **({"dc:title": descriptor["title"]} if descriptor.get("title") else {}),
        **({"dc:description": descriptor["description"]} if descriptor.get("description") else {}),
        **({"dc:license": licences} if licences else {}),
        **({"dc:source": sources} if sources else {}),
    }


def _links(items: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, str]]:
    """The addresses of licences or sources."""
    for item in items:
        if (path := item.get("path")) and isinstance(path, str):
            address = _NO_ADDRESS.sub(lambda found: quote(found[0]), path)
            # one that begins with `_` would be the name of a node, not an address
            yield {"@id": f"./{address}" if address.startswith("_") else address}


def _table(described: _Described, tables: Mapping[str, _Described]) -> Mapping[str, Any]:
    table, resource = described.table, described.resource
    keys = _listed(resource["schema"].get("primaryKey", []))
    primary = [described.names[key] for key in keys] if keys and _is_distinct(described.values(keys)) else []
    foreign = [
        _foreign_key(described, tables, item)
        for item in resource["schema"].get("foreignKeys", ())
        if _holds(described, tables, item)
    ]
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
    """Readers may take a line that begins with `#` for a comment; where one does, comments begin otherwise."""
    first = [table.columns[0].name, *(row[0] for row in table.rows)]
    prefix = "#"
    while any(cell.startswith(prefix) for cell in first):
        prefix += "#"
    return {"dialect": {**_DIALECT, "commentPrefix": prefix}} if prefix != "#" else {}


def _foreign_key(described: _Described, tables: Mapping[str, _Described], item: Mapping[str, Any]) -> Mapping[str, Any]:
    target = tables[_target(described, item)]
    return {
        "columnReference": [described.names[name] for name in _listed(item["fields"])],
        "reference": {
            "resource": f"{target.table.name}.csv",
            "columnReference": [target.names[name] for name in _listed(item["reference"]["fields"])],
        },
    }


def _target(described: _Described, item: Mapping[str, Any]) -> str:
    """The name of the table that a foreign key refers to."""
    name: str = item["reference"].get("resource") or described.table.name
    return name


def _holds(described: _Described, tables: Mapping[str, _Described], item: Mapping[str, Any]) -> bool:
    """Whether a foreign key holds as the W3C means it, which is narrower than the Data Package's.

    Each row refers to one row of the other table by values of the same type; an empty cell refers to nothing.
    """
    if _target(described, item) not in tables:
        return False
    target = tables[_target(described, item)]
    columns, aims = _listed(item["fields"]), _listed(item["reference"]["fields"])
    if [described.datatypes[name].base for name in columns] != [target.datatypes[name].base for name in aims]:
        return False
    cells, known = described.values(columns), target.values(aims)
    return not any("" in row for row in cells) and _is_distinct(known) and set(cells) <= set(known)


def _is_distinct(values: Sequence[Hashable]) -> bool:
    return len(set(values)) == len(values)


def _listed(names: Any) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _column(described: _Described, header: str) -> Mapping[str, Any]:
    field, name = described.fields.get(header, {}), described.names[header]
    titles = {tag: text for tag, text in field.get("titles", {}).items() if text and _is_language(tag)}
    return {
        "name": name,
        **(_titles(header, titles) if name == header else _titles_beside(header, titles)),
        "datatype": described.datatypes[header].described,
        **({"required": True} if field.get("constraints", {}).get("required") else {}),
    }


def _titles(header: str, titles: Mapping[str, str]) -> Mapping[str, Any]:
    """The header of the file must be among the titles of no particular language."""
    return {"titles": {"und": header, **titles}}


def _titles_beside(header: str, titles: Mapping[str, str]) -> Mapping[str, Any]:
    """By its only title, some readers find a column whose name is not its header; the others are a term beside it."""
    others = [{"@value": text, "@language": tag} for tag, text in titles.items()]
    return {"titles": header, **({"dc:title": others} if others else {})}


def _is_language(tag: str) -> bool:
    """Whether CLDR knows a language by this tag; its `root` is none."""
    return tag != "root" and exists(tag.replace("-", "_"))
