"""Tables → Dataset: rows become typed figures, mistakes become problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import compress, repeat
from pathlib import Path

from ..model import Area, Column, Dataset, Document, Indicator, Observation, Settings, Table, Text
from ..problems import Problem, Span
from .declared import Descriptor, read_declared
from .descriptor import plan_tables
from .tables import RawTable, name_problems, read_table
from .units import known_unit_type
from .validation import read_cells, validate_tables

_REFERRED = {"observations": ("indicators", "areas", "sources")}


def load_dataset(content: Path, settings: Settings, problems: list[Problem]) -> Dataset:
    """Read `content/data/*.csv` by its `datapackage.yaml`; mistakes are added to `problems`, wrong rows left out."""
    folder = content / "data"
    paths = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    for name in ("datapackage.yml", "datapackage.json"):
        if (folder / name).exists():
            span = Span((folder / name).as_posix())
            problems.append(Problem("data-descriptor", "this descriptor is not read", span, "call it datapackage.yaml"))
    declared = read_declared(folder / "datapackage.yaml")
    problems += declared.problems
    raw: dict[str, RawTable] = {}
    for path in paths:
        problems += name_problems(path)
        table, found = read_table(path)
        problems += found
        if table:
            raw[path.stem] = table
    unreadable = frozenset(path.stem for path in paths) - frozenset(raw)
    missing = list(_missing_tables(raw, unreadable))
    plans, plan_problems = plan_tables(declared, raw, unreadable, settings.languages)
    tables = {name: read_cells(table, plans[name]) for name, table in raw.items()}
    wrong, row_problems = validate_tables(plans, raw, tables, declared, settings.languages)
    problems += (*missing, *plan_problems, *row_problems)
    good = {name: _without_rows(table, wrong[name]) for name, table in tables.items() if not plans[name].lacking}
    lost = (table.lost | (table.ids - (good[name].ids if name in good else set())) for name, table in tables.items())
    resources = [plans[name].resource for name in good]
    dataset = Dataset(
        tables={name: _table(table, plans[name].resource) for name, table in good.items()},
        descriptor={"name": "data", **declared.package, "resources": resources} if good or declared.package else {},
        left_out=frozenset().union(*lost),
        readable=not missing and not unreadable and len(good) == len(tables),
    )
    return _typed(dataset)


def with_cells(dataset: Dataset, tables: Mapping[str, Table]) -> Dataset:
    """The dataset with `tables` in place of those of the same name, which differ in the texts of cells."""
    return _typed(replace(dataset, tables={**dataset.tables, **tables}))


def _missing_tables(tables: Mapping[str, RawTable], unreadable: frozenset[str]) -> Iterator[Problem]:
    for name, needed in _REFERRED.items():
        for target in needed:
            if name in tables and target not in tables and target not in unreadable:
                message = f"{target}.csv is missing, which this table refers to"
                yield Problem("table-missing", message, tables[name].cell_span(-1, 0), f"add data/{target}.csv")


def _without_rows(table: RawTable, wrong: frozenset[int]) -> RawTable:
    if not wrong:
        return table
    kept = [row not in wrong for row in range(len(table.rows))]
    rows, lines = tuple(compress(table.rows, kept)), tuple(compress(table.lines, kept))
    return replace(table, rows=rows, lines=lines, starts=tuple(compress(table.starts, kept)))


class _Row:
    """A row by its column names; the columns of a text in several languages are read as one."""

    def __init__(self, header: Sequence[str], cells: Sequence[str], line: int) -> None:
        self._cells = dict(zip(header, cells, strict=True))
        self.line = line

    def __getitem__(self, column: str) -> str:
        return self._cells.get(column, "")

    def text(self, stem: str) -> Text:
        found = {"": self[stem]} if self[stem] else {}
        prefix = f"{stem}_"
        for column, cell in self._cells.items():
            if cell and column.startswith(prefix):
                found[column.removeprefix(prefix)] = cell
        return found

    def integer(self, column: str) -> int | None:
        return int(self[column]) if self[column] else None


def _rows(dataset: Dataset, name: str) -> Iterator[_Row]:
    if table := dataset.tables.get(name):
        header = [column.name for column in table.columns]
        yield from map(_Row, repeat(header), table.rows, table.lines)


def _typed(dataset: Dataset) -> Dataset:
    """The dataset with the rows of its core tables as typed values."""
    indicators = {row["id"]: _indicator(row) for row in _rows(dataset, "indicators")}
    areas = {row["id"]: _area(row) for row in _rows(dataset, "areas")}
    documents = {row["id"]: _document(row) for row in _rows(dataset, "sources")}
    table = dataset.tables.get("observations")
    observations = {
        row["id"]: Observation(
            id=row["id"],
            indicator=indicators[row["indicator"]],
            area=areas[row["area"]],
            period=row["period"],
            period_note=row.text("period_note"),
            value=row["value"],
            qualifier=row["qualifier"],
            status=row["status"],
            note=row.text("note"),
            line=row.line,
            source=documents[row["source"]],
            locator=row.text("locator"),
        )
        for row in _rows(dataset, "observations")
        if row["indicator"] in indicators and row["area"] in areas and row["source"] in documents
    }
    left_out = dataset.left_out | (set(table.keyed() if table else ()) - set(observations))
    named = replace(dataset, indicators=indicators, areas=areas, documents=documents)
    return replace(named, observations=observations, left_out=left_out)


def _indicator(row: _Row) -> Indicator:
    unit_name = {key: text for key, text in row.text("unit").items() if key not in ("", "type")}
    return Indicator(
        id=row["id"],
        name=row.text("name"),
        unit=row["unit"],
        unit_type=row["unit_type"] or known_unit_type(row["unit"], *unit_name.values()) or "count",
        unit_name=unit_name,
        direction=row["direction"] or "neutral",
        definition=row.text("definition"),
        rounding=row["rounding"],
    )


def _area(row: _Row) -> Area:
    return Area(
        id=row["id"],
        name=row.text("name"),
        full_name=row.text("full_name") or row.text("name"),
        type=row.text("type"),
        code=row["code"],
        parent=row["parent"],
        tile_row=row.integer("tile_row"),
        tile_column=row.integer("tile_col"),
    )


def _document(row: _Row) -> Document:
    return Document(
        id=row["id"],
        title=row.text("title"),
        publisher=row.text("publisher"),
        date=row["date"],
        url=row["url"],
        accessed=row["accessed"],
        note=row.text("note"),
    )


def _table(table: RawTable, resource: Descriptor) -> Table:
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    # a column without a schema is a mistake, but still a column
    described = [fields.get(name, {"name": name}) for name in table.header]
    columns = tuple(Column(item["name"], _title(item, item["name"]), item.get("type", "string")) for item in described)
    description = resource.get("descriptions") or {"": resource.get("description", "")}
    return Table(table.name, _title(resource, table.name), description, columns, table.rows, table.lines, table.source)


def _title(item: Descriptor, name: str) -> Text:
    """The `titles` by language, and the standard's `title` or the name for all."""
    return {"": item.get("title") or name, **(item.get("titles") or {})}
