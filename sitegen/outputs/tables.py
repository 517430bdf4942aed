"""The data for machines: every table as CSV and JSON, every figure as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..model import Artifact, Observation, Table
from .site import Site

_FIGURE_COLUMNS = ("id", "indicator", "area", "period", "value", "unit", "qualifier", "status", "source", "locator")


def data_files(site: Site) -> Iterator[Artifact]:
    """`data/<table>.csv` (UTF-8, comma, LF) and `data/<table>.json` (a list of objects)."""
    for table in site.addresses.dataset.tables.values():
        names = [column.name for column in table.columns]
        yield Artifact(f"data/{table.name}.csv", csv_bytes(names, table.rows), table.source.name)
        yield Artifact(f"data/{table.name}.json", json_bytes(_objects(table)), table.source.name)


def figure_files(site: Site) -> Iterator[Artifact]:
    """`figures/<id>.csv` and `figures/<id>.json`: one figure with its source; the value as text, digits kept."""
    for observation in site.addresses.dataset.observations.values():
        record = _record(observation)
        flat = [str(record[column]) for column in _FIGURE_COLUMNS]
        path = f"figures/{observation.id}"
        origin = site.addresses.dataset.tables["observations"].source.name
        yield Artifact(f"{path}.csv", csv_bytes(_FIGURE_COLUMNS, [flat]), origin)
        source = observation.source
        document = {
            "id": source.id,
            "title": source.title,
            "publisher": source.publisher,
            "date": source.date,
            "url": source.url,
        }
        whole = {**record, "locator": observation.locator, "note": observation.note, "source": document}
        yield Artifact(f"{path}.json", json_bytes(whole), origin)


def _record(observation: Observation) -> dict[str, Any]:
    return {
        "id": observation.id,
        "indicator": observation.indicator.id,
        "area": observation.area.id,
        "period": observation.period,
        "value": observation.value,
        "unit": observation.indicator.unit,
        "qualifier": observation.qualifier,
        "status": observation.status,
        "source": observation.source.id,
        "locator": next(iter(observation.locator.values()), ""),
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
    """JSON with its keys in the order given, UTF-8."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
