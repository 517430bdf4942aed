"""The data as open files: every table as CSV and JSON, and the Data Package descriptor that describes them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from ..model import Artifact
from .formats import csv_bytes, json_bytes, spreadsheet_bytes
from .site import FinishedSite

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


def data_files(site: FinishedSite) -> Iterator[Artifact]:
    """`data/<table>.csv` (UTF-8, comma, LF), `data/<table>.json` (a list of objects), `data/datapackage.json`.

    `data/spreadsheet/<table>.csv` has the same cells, for spreadsheets.
    """
    dataset = site.addresses.dataset
    contents = {}
    for table in dataset.tables.values():
        names = [column.name for column in table.columns]
        numeric = [column.type in ("number", "integer") for column in table.columns]
        contents[table.name] = csv_bytes(names, table.rows)
        origin = table.source.name
        yield Artifact(f"data/{table.name}.csv", contents[table.name], origin)
        yield Artifact(f"data/spreadsheet/{table.name}.csv", spreadsheet_bytes(names, table.rows, numeric), origin)
        objects = [{name: cell or None for name, cell in zip(names, row, strict=True)} for row in table.rows]
        yield Artifact(f"data/{table.name}.json", json_bytes(objects), origin)
    if dataset.tables:
        described = [_published(item, contents[item["name"]]) for item in dataset.descriptor["resources"]]
        package = {"$schema": _PROFILE, **dataset.descriptor, "resources": described}
        yield Artifact("data/datapackage.json", json_bytes(package), "data/datapackage.yaml")


def _published(resource: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """A resource as published: whatever the author's file was like, ours is UTF-8 with commas."""
    kept = {key: value for key, value in resource.items() if key != "dialect"}
    return {
        **kept,
        "path": f"{resource['name']}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
