"""Tables → Dataset: what can be read becomes typed figures, what is wrong becomes problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ..model import Area, Column, Dataset, Document, Indicator, Observation, Settings, Table, Text
from ..problems import Problem, Span
from .declared import Declared, Descriptor, read_declared
from .descriptor import TablePlan, plan_tables
from .tables import RawTable, name_problems, read_table
from .units import known_unit_type
from .validation import read_cells, validate_tables

_REFERRED = {"observations": ("indicators", "areas", "sources")}


def load_dataset(content: Path, settings: Settings, problems: list[Problem]) -> Dataset:
    """Read `content/data/*.csv` by `content/data/datapackage.yaml`.

    Every mistake is added to `problems`; the result holds the rows without one, and says which it left out
    and whether whole tables are among that.
    """
    folder = content / "data"
    paths = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    for name in ("datapackage.yml", "datapackage.json"):
        if (folder / name).exists():
            span = Span((folder / name).as_posix())
            problems.append(Problem("data-descriptor", "this descriptor is not read", span, "call it datapackage.yaml"))
    declared = read_declared(folder / "datapackage.yaml", problems)
    raw: dict[str, RawTable] = {}
    for path in paths:
        problems += name_problems(path)
        if table := read_table(path, problems):
            raw[path.stem] = table
    unreadable = frozenset(path.stem for path in paths) - frozenset(raw)
    missing = list(_missing_tables(raw, unreadable))
    problems += missing
    plans = plan_tables(declared, raw, unreadable, settings, problems)
    tables = {name: read_cells(table, plans[name]) for name, table in raw.items()}
    wrong = validate_tables(plans, raw, tables, declared, settings.languages, problems)
    good = {name: _without_rows(table, wrong[name]) for name, table in tables.items() if not plans[name].lacking}
    whole = not missing and not unreadable and len(good) == len(tables)
    package = _package(declared, good, plans)
    published = {item["name"]: _table(good[item["name"]], item) for item in package.get("resources", ())}
    return _typed(Dataset(tables=published, descriptor=package, left_out=_left_out(tables, good), readable=whole))


def with_cells(dataset: Dataset, tables: Mapping[str, Table]) -> Dataset:
    """The dataset with other texts in its cells: `tables` take the place of those of the same name."""
    return _typed(replace(dataset, tables={**dataset.tables, **tables}))


def _missing_tables(tables: Mapping[str, RawTable], unreadable: frozenset[str]) -> Iterator[Problem]:
    for name, needed in _REFERRED.items():
        for target in needed:
            if name in tables and target not in tables and target not in unreadable:
                message = f"{target}.csv is missing, which this table refers to"
                yield Problem("table-missing", message, tables[name].cell_span(-1, 0), f"add data/{target}.csv")


def _without_rows(table: RawTable, wrong: frozenset[int]) -> RawTable:
    """The table without the rows that something is wrong with."""
    if not wrong:
        return table
    kept = [row for row in range(len(table.rows)) if row not in wrong]
    return replace(
        table,
        rows=tuple(table.rows[row] for row in kept),
        lines=tuple(table.lines[row] for row in kept),
        starts=tuple(table.starts[row] for row in kept),
    )


def _left_out(tables: Mapping[str, RawTable], good: Mapping[str, RawTable]) -> frozenset[str]:
    """The keys of the rows that something is wrong with."""
    kept = {name: _keys(table) for name, table in good.items()}
    lost = (table.lost | (_keys(table) - kept.get(name, set())) for name, table in tables.items())
    return frozenset().union(*lost)


def _keys(table: RawTable) -> set[str]:
    return {row[table.key_index] for row in table.rows}


def _package(declared: Declared, tables: Mapping[str, RawTable], plans: Mapping[str, TablePlan]) -> Descriptor:
    """The descriptor of the tables that could be read."""
    if not tables and not declared.package:
        return {}
    return {"name": "data", **declared.package, "resources": [plans[name].resource for name in tables]}


class _Row:
    """A row by its column names; a column in several languages is read as one text."""

    def __init__(self, header: tuple[str, ...], cells: tuple[str, ...]) -> None:
        self._cells = dict(zip(header, cells, strict=True))

    def __getitem__(self, column: str) -> str:
        return self._cells.get(column, "")

    def text(self, stem: str) -> Text:
        found = {"": self[stem]} if self[stem] else {}
        prefix = f"{stem}_"
        for column, cell in self._cells.items():
            if column.startswith(prefix) and cell:
                found[column.removeprefix(prefix)] = cell
        return found

    def integer(self, column: str) -> int | None:
        return int(self[column]) if self[column] else None


def _rows(tables: Mapping[str, Table], name: str) -> Iterator[tuple[_Row, int]]:
    if name in tables:
        header = tuple(column.name for column in tables[name].columns)
        for cells, line in zip(tables[name].rows, tables[name].lines, strict=True):
            yield _Row(header, cells), line


def _typed(dataset: Dataset) -> Dataset:
    """The dataset with what its core tables hold as typed values."""
    tables = dataset.tables
    indicators = {row["id"]: _indicator(row) for row, _ in _rows(tables, "indicators")}
    areas = {row["id"]: _area(row) for row, _ in _rows(tables, "areas")}
    documents = {row["id"]: _document(row) for row, _ in _rows(tables, "sources")}
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
            line=line,
            source=documents[row["source"]],
            locator=row.text("locator"),
        )
        for row, line in _rows(tables, "observations")
        if row["indicator"] in indicators and row["area"] in areas and row["source"] in documents
    }
    lost = {row["id"] for row, _ in _rows(tables, "observations")} - set(observations)
    return replace(
        dataset,
        observations=observations,
        indicators=indicators,
        areas=areas,
        documents=documents,
        left_out=dataset.left_out | lost,
    )


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
    # a column that is in no schema is a mistake, but still a column
    described = [fields.get(name, {"name": name}) for name in table.header]
    columns = tuple(Column(item["name"], _title(item, item["name"]), item.get("type", "string")) for item in described)
    description = resource.get("descriptions") or {"": resource.get("description", "")}
    return Table(table.name, _title(resource, table.name), description, columns, table.rows, table.lines, table.source)


def _title(item: Descriptor, name: str) -> Text:
    """`titles` a language, or the standard's `title`, or the name."""
    return {"": item.get("title") or name, **(item.get("titles") or {})}
