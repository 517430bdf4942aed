"""Tables → Dataset: the typed figures, and the mistakes that a schema can't name."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..located import LocatedMapping, SourceText, load_yaml, read_text
from ..model import Area, Column, Dataset, Document, Indicator, Observation, Settings, Table, Text
from ..problems import Problem, SiteError
from .descriptor import Descriptor, complete_descriptor
from .tables import RawTable, read_table
from .validation import validate_tables

_DECIMAL = re.compile(r"-?\d+(\.\d+)?\Z")
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(\.\d{3})+\Z")
_REFERRED = {"observations": ("indicators", "areas", "sources")}


def load_dataset(content: Path, settings: Settings, problems: list[Problem]) -> Dataset:
    """Read `content/data/*.csv` by `content/data/datapackage.yaml`.

    Every mistake is added to `problems`; the result holds the rows without one, or none where a table can't
    be read at all, and says so.
    """
    try:
        return _load(content, settings, problems)
    except SiteError as error:
        problems += error.problems
        return Dataset(readable=False)


def _load(content: Path, settings: Settings, told: list[Problem]) -> Dataset:
    folder = content / "data"
    paths = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    declared = _read_descriptor(folder / "datapackage.yaml")
    if not paths and not declared.values:
        return Dataset()
    problems: list[Problem] = []
    tables: dict[str, RawTable] = {}
    for path in paths:
        try:
            tables[path.stem] = read_table(path)
        except SiteError as error:
            problems += error.problems
    if problems:
        raise SiteError(problems)
    problems += _missing_tables(tables)
    descriptor = complete_descriptor(declared, tables, settings, problems)
    if problems:
        # rows can't be judged by a schema that doesn't fit its table
        raise SiteError(problems)
    problems = validate_tables(descriptor, tables, declared)
    problems += _value_problems(tables, {(problem.span.file, problem.span.line) for problem in problems})
    told += problems
    good = {name: _without_rows(table, problems) for name, table in tables.items()}
    return _typed(good, descriptor, _ids(tables) - _ids(good))


def _without_rows(table: RawTable, problems: Sequence[Problem]) -> RawTable:
    """The table without the rows that something is wrong with."""
    lines = {problem.span.line for problem in problems if problem.span.file == table.source.name}
    pairs = [(row, line) for row, line in zip(table.rows, table.lines, strict=True) if line not in lines]
    return replace(table, rows=tuple(row for row, _ in pairs), lines=tuple(line for _, line in pairs))


def _ids(tables: Mapping[str, RawTable]) -> frozenset[str]:
    return frozenset(row[0] for table in tables.values() for row in table.rows)


def _read_descriptor(path: Path) -> LocatedMapping:
    if not path.is_file():
        return LocatedMapping({}, SourceText(path.as_posix(), ""))
    source = read_text(path, path.as_posix())
    return load_yaml(source.text, source)


def _missing_tables(tables: Mapping[str, RawTable]) -> Iterator[Problem]:
    for name, needed in _REFERRED.items():
        for target in needed:
            if name in tables and target not in tables:
                message = f"{target}.csv is missing, which this table refers to"
                yield Problem("table-missing", message, tables[name].source.span(1), f"add data/{target}.csv")


def _value_problems(tables: Mapping[str, RawTable], known: set[tuple[str, int]]) -> Iterator[Problem]:
    """Values and periods that pass the schema and are wrong all the same; not in the rows `known` to be wrong."""
    table = tables.get("observations")
    if table is None:
        return
    kinds = _unit_types(tables["indicators"])
    value_at, period_at = table.header.index("value"), table.header.index("period")
    indicators = table.column("indicator")
    for row, cells in enumerate(table.rows):
        if (table.source.name, table.lines[row]) in known:
            continue
        if problem := _value_problem(cells[value_at], kinds.get(indicators[row], ""), table.delimiter):
            yield Problem(problem[0], problem[1], table.cell_span(row, value_at), problem[2])
        if not _is_period(cells[period_at]):
            hint = "an interval begins before it ends, and its days are on the calendar"
            message = f'"{cells[period_at]}" is no period'
            yield Problem("value-pattern", message, table.cell_span(row, period_at), hint)


def _value_problem(value: str, unit_type: str, delimiter: str) -> tuple[str, str, str] | None:
    if not _DECIMAL.match(value) and not _THOUSANDS.match(value):
        return ("value-type", f'"{value}" is no decimal number', "digits, with a point before the decimals")
    joined = value.replace(".", "")
    if unit_type == "count" and "." in value:
        hint = f"write {joined} if that is meant" if _THOUSANDS.match(value) else "round nothing: see the source"
        return ("value-ambiguous", f'"{value}" is no whole number, as a count must be', hint)
    if _THOUSANDS.match(value) and (delimiter == ";" or not unit_type or value.count(".") > 1):
        hint = f"write {joined} if the point groups thousands; else give the indicator a `unit_type` that has decimals"
        if delimiter == ";" and unit_type:
            hint = f"write {joined} if the point groups thousands; else save the table with commas between the cells"
        return ("value-ambiguous", f'"{value}" can be read in two ways', hint)
    return None


def _unit_types(indicators: RawTable) -> dict[str, str]:
    """Each indicator's kind of unit; `percent` needs no column to say so, the rest are counts unless it does."""
    ids, units = indicators.column("id"), indicators.column("unit")
    kinds = indicators.column("unit_type") or ("",) * len(ids)
    return {key: kind or _default_kind(unit) for key, unit, kind in zip(ids, units, kinds, strict=True)}


def _default_kind(unit: str) -> str:
    return "percent" if unit in ("percent", "%") else ""


def _is_period(text: str) -> bool:
    """Whether an ISO 8601 year, month, day or interval of them is on the calendar."""
    try:
        bounds = [_first_day(part) for part in text.split("/")]
    except ValueError:
        return False
    return bounds == sorted(bounds)


def _first_day(part: str) -> datetime.date:
    return datetime.date.fromisoformat(part + {4: "-01-01", 7: "-01"}.get(len(part), ""))


class _Row:
    """A row by its column names; a column in several languages is read as one text."""

    def __init__(self, table: RawTable, cells: tuple[str, ...]) -> None:
        self._cells = dict(zip(table.header, cells, strict=True))

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


def _rows(tables: Mapping[str, RawTable], name: str) -> Iterator[tuple[_Row, int]]:
    if name in tables:
        for cells, line in zip(tables[name].rows, tables[name].lines, strict=True):
            yield _Row(tables[name], cells), line


def _typed(tables: Mapping[str, RawTable], descriptor: Descriptor, left_out: frozenset[str]) -> Dataset:
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
            source=documents[row["source"]],
            locator=row.text("locator"),
            note=row.text("note"),
            line=line,
        )
        for row, line in _rows(tables, "observations")
        if row["indicator"] in indicators and row["area"] in areas and row["source"] in documents
    }
    lost = {row["id"] for row, _ in _rows(tables, "observations")} - set(observations)
    published = {item["name"]: _table(tables[item["name"]], item) for item in descriptor["resources"]}
    return Dataset(observations, indicators, areas, documents, published, descriptor, left_out | lost)


def _indicator(row: _Row) -> Indicator:
    unit_name = {key: text for key, text in row.text("unit").items() if key not in ("", "type")}
    return Indicator(
        id=row["id"],
        name=row.text("name"),
        unit=row["unit"],
        unit_type=row["unit_type"] or _default_kind(row["unit"]) or "count",
        unit_name=unit_name,
        direction=row["direction"] or "neutral",
        definition=row.text("definition"),
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
    columns = tuple(
        Column(field["name"], _title(field, field["name"]), field.get("type", "string"))
        for field in resource["schema"]["fields"]
    )
    title, description = (
        _title(resource, table.name),
        resource.get("descriptions") or {"": resource.get("description", "")},
    )
    return Table(table.name, title, description, columns, table.rows, table.lines, table.source)


def _title(item: Descriptor, name: str) -> Text:
    """`titles` a language, or the standard's `title`, or the name."""
    return {"": item.get("title") or name, **(item.get("titles") or {})}
