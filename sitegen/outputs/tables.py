"""The data for machines: every table as CSV and JSON, every figure as CSV and JSON."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..model import Artifact, Observation, Table, Text, in_language
from .site import Site

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
# What a figure has in no language.
_PLAIN = ("id", "indicator", "area", "period", "value", "unit", "qualifier", "status")


def data_files(site: Site) -> Iterator[Artifact]:
    """`data/<table>.csv` (UTF-8, comma, LF), `data/<table>.json` (a list of objects), `data/datapackage.json`."""
    dataset = site.addresses.dataset
    contents = {}
    for table in dataset.tables.values():
        names = [column.name for column in table.columns]
        contents[table.name] = csv_bytes(names, table.rows)
        yield Artifact(f"data/{table.name}.csv", contents[table.name], table.source.name)
        yield Artifact(f"data/{table.name}.json", json_bytes(_objects(table)), table.source.name)
    if dataset.tables:
        described = [_published(item, contents[item["name"]]) for item in dataset.descriptor["resources"]]
        package = {"$schema": _PROFILE, **dataset.descriptor, "resources": described}
        yield Artifact("data/datapackage.json", json_bytes(package), "data/datapackage.yaml")


def _published(resource: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """A resource as it is published: whatever the author's file was like, it is UTF-8 with commas now."""
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


def figure_files(site: Site) -> Iterator[Artifact]:
    """`figures/<id>.csv` and `figures/<id>.json`: one figure with its source and what a reader must know.

    The value is text, so that its digits are kept; texts have a column, or a key, a language.
    """
    languages = site.addresses.settings.languages
    for observation in site.addresses.dataset.observations.values():
        path = f"figures/{observation.id}"
        origin = site.addresses.dataset.tables["observations"].source.name
        record = _record(observation, languages)
        yield Artifact(f"{path}.csv", csv_bytes(list(record), [list(record.values())]), origin)
        source = observation.source
        whole = {
            **{key: value for key, value in record.items() if key in _PLAIN},
            "period_note": observation.period_note,
            "locator": observation.locator,
            "note": observation.note,
            "source": {
                "id": source.id,
                "title": source.title,
                "publisher": source.publisher,
                "date": source.date,
                "url": source.url,
            },
        }
        yield Artifact(f"{path}.json", json_bytes(whole), origin)


def _record(observation: Observation, languages: Sequence[str]) -> dict[str, str]:
    """A figure in one row."""
    source = observation.source

    def texts(name: str, text: Text) -> dict[str, str]:
        return {f"{name}_{language}": in_language(text, language) for language in languages}

    return {
        "id": observation.id,
        "indicator": observation.indicator.id,
        "area": observation.area.id,
        "period": observation.period,
        **texts("period_note", observation.period_note),
        "value": observation.value,
        "unit": observation.indicator.unit,
        "qualifier": observation.qualifier,
        "status": observation.status,
        "source": source.id,
        **texts("source_title", source.title),
        "source_url": source.url,
        **texts("locator", observation.locator),
        **texts("note", observation.note),
    }


def _objects(table: Table) -> list[dict[str, str | None]]:
    names = [column.name for column in table.columns]
    return [{name: cell or None for name, cell in zip(names, row, strict=True)} for row in table.rows]


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file as RFC 4180 has it, but for LF line ends."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def json_bytes(value: object) -> bytes:
    """JSON with its keys in the order given, UTF-8; dates as ISO 8601."""
    return (json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n").encode()
