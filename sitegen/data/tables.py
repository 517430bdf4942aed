"""Reads CSV files as spreadsheets save them: comma, semicolon or tab; BOM; CRLF; decimal commas with semicolons."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..content import LONGEST_NAME
from ..problems import Problem, SiteError, Span
from ..text import SourceText, read_text
from .csv_text import DELIMITERS, Record, cell_offset, delimiter_of, line_at, read_records, split_by, unclosed
from .values import quoted

# more messages about one table help nobody
MOST_PROBLEMS = 1000
MOST_COLUMNS = 2000
_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\Z")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}


@dataclass(frozen=True)
class RawTable:
    """A CSV file's header and rows; every row is as long as the header.

    `lines` and `starts` are the line and the offset where each row begins, `header_place` both of the header.
    `lost` holds the ids of the rows that could not be read.
    """

    name: str
    source: SourceText
    delimiter: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    starts: tuple[int, ...]
    header_place: tuple[int, int] = (1, 0)
    lost: frozenset[str] = field(default_factory=frozenset)

    def cell_span(self, row: int, column: int) -> Span:
        """The place of a cell's text; row -1 is the header."""
        line, start = (self.lines[row], self.starts[row]) if row >= 0 else self.header_place
        return _span_at(self.source, line, start, cell_offset(self.source.text, start, column, self.delimiter))

    def column(self, name: str) -> tuple[str, ...]:
        """All cells of a column; none if there is no such column."""
        if name not in self.header:
            return ()
        index = self.header.index(name)
        return tuple(row[index] for row in self.rows)

    @property
    def key_index(self) -> int:
        """The column that names the rows: `id`, or the first."""
        return self.header.index("id") if "id" in self.header else 0

    @property
    def ids(self) -> set[str]:
        index = self.key_index
        return {row[index] for row in self.rows}

    def with_cells(self, changed: Mapping[int, Mapping[str, str]]) -> RawTable:
        """The table with other texts in some cells: by the column's index, then by the old text."""
        changed = {index: cells for index, cells in changed.items() if cells}
        if not changed:
            return self
        rows = [
            tuple(changed[i].get(cell, cell) if i in changed else cell for i, cell in enumerate(row))
            for row in self.rows
        ]
        return replace(self, rows=tuple(rows))


def _span_at(source: SourceText, line: int, start: int, offset: int) -> Span:
    """The place of a character of a record that begins at `line` and `start`, without indexing the whole file."""
    begin = source.text.rfind("\n", 0, offset) + 1
    alone = SourceText(source.name, line_at(source.text, begin)).span(1, offset - begin + 1)
    return replace(alone, line=line + source.text.count("\n", start, offset))


def capped(problems: Sequence[Problem], total: int) -> list[Problem]:
    """The first of `total` problems of a table, and at the place of the next one, how many more there are."""
    ordered = sorted(problems, key=lambda problem: problem.sort_key)
    if total <= MOST_PROBLEMS:
        return ordered
    message = f"{total - MOST_PROBLEMS} more mistakes from here on"
    return [*ordered[:MOST_PROBLEMS], Problem("data-more", message, ordered[MOST_PROBLEMS].span)]


def name_problems(path: Path) -> Iterator[Problem]:
    """What is wrong with the name of a table's file, which becomes an address."""
    if len(path.stem) > LONGEST_NAME:
        span, hint = Span(path.as_posix()), f"at most {LONGEST_NAME} characters"
        yield Problem("table-name", "the name of this table is too long", span, hint)
        return
    if _NAME.match(path.stem) and path.stem != "datapackage":
        return
    plain = unicodedata.normalize("NFKD", path.stem.lower()).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))
    message = "a table is called by small letters, digits, hyphens and underscores"
    if slug == "datapackage":
        slug, message = "table", "this name is the descriptor's"
    yield Problem("table-name", message, Span(path.as_posix()), f"rename it to {slug or 'table'}.csv")


@dataclass(frozen=True)
class _Sheet:
    """A table before its rows are read, with the names in its header."""

    source: SourceText
    delimiter: str
    columns: tuple[str, ...]

    def problem(self, code: str, message: str, record: Record, offset: int, hint: str = "") -> Problem:
        """A mistake at a character of a record."""
        return Problem(code, message, _span_at(self.source, record.line, record.start, offset), hint)

    def cell_problem(self, code: str, message: str, record: Record, column: int, hint: str = "") -> Problem:
        offset = cell_offset(self.source.text, record.start, column, self.delimiter)
        return self.problem(code, message, record, offset, hint)

    def quote_problem(self, record: Record) -> Problem:
        text, fault, hint = self.source.text, record.fault, ""
        if text[fault : fault + 1] != '"':
            message = "not CSV: a cell is longer than 131,072 characters"
        elif unclosed(text, fault):
            message = "not CSV: the quotation mark is never closed"
            hint = 'end the cell with ", and write " inside a cell as ""'
        else:
            message = "not CSV: text after the closing quotation mark of a cell"
            hint = 'put the whole cell between quotation marks, and write " inside it as ""'
        return self.problem("table-quoting", message, record, fault, hint)

    def header_problems(self, record: Record) -> Iterator[Problem]:
        if record.cells is None:
            yield self.quote_problem(record)
            return
        if len(self.columns) > MOST_COLUMNS:
            message = f"{len(self.columns)} columns; a table has at most {MOST_COLUMNS}"
            yield self.problem("table-header", message, record, record.start)
            return
        seen: set[str] = set()
        for index, name in enumerate(self.columns):
            message = "a column has no name" if not name else f"there are two columns {quoted(name)}"
            if not name or name in seen:
                yield self.cell_problem("table-header", message, record, index, "each column needs a name of its own")
            seen.add(name)

    def row_problem(self, record: Record) -> Problem | None:
        if record.cells is None:
            return self.quote_problem(record)
        if other := self.other_delimiter(record):
            message = f"the cells are separated by {_named(other)}, those of the header by {_named(self.delimiter)}"
            return self.cell_problem("table-row", message, record, 0, "separate all rows alike")
        if len(record.cells) > len(self.columns):
            message = f"{len(record.cells)} cells, but {len(self.columns)} columns"
            word = _named(self.delimiter).removesuffix("s")
            hint = f'put quotes around a cell that holds a {word}: "North{self.delimiter} rural"'
            return self.cell_problem("table-row", message, record, len(self.columns), hint)
        return None

    def other_delimiter(self, record: Record) -> str:
        """The delimiter of a row if it is another one than the header's."""
        if record.cells is None or len(self.columns) < 2:
            return ""
        line = line_at(self.source.text, record.start)
        for other in DELIMITERS:
            if other != self.delimiter and other in record.cells[0]:
                count = len(split_by(line, other))
                # an id contains no delimiter, but other texts may
                if count > len(record.cells) and (self.columns[0] == "id" or count >= len(self.columns) > 2):
                    return other
        return ""

    def lost_key(self, record: Record) -> str:
        """The id of a row that can't be read, as far as it can be found out."""
        other = self.other_delimiter(record)
        cells: Sequence[str] | None = record.cells
        if cells is None or other:
            cells = split_by(line_at(self.source.text, record.start), other or self.delimiter)
        key = self.columns.index("id") if "id" in self.columns else 0
        return cells[key].strip() if key < len(cells) else ""


def read_table(path: Path) -> tuple[RawTable | None, list[Problem]]:
    """A CSV file without the rows that can't be read, and what is wrong with it.

    Cells are stripped; blank rows and empty columns at the right are dropped. None for a file that is no CSV, is not
    UTF-8, or has no header that names each column.
    """
    name = path.as_posix()
    if _is_workbook(path):
        hint = "save the sheet as “CSV UTF-8”"
        return None, [Problem("file-format", "not CSV, but a workbook of a spreadsheet", Span(name), hint)]
    try:
        source = read_text(path, name)
    except SiteError as error:
        return None, list(error.problems)
    lines = source.text.split("\n")
    delimiter, skipped = delimiter_of(lines)
    records = read_records(source.text, lines, delimiter, skipped)
    header = next(records, None)
    if header is None:
        return None, [Problem("table-header", "the file has no header", Span(name))]
    sheet = _Sheet(source, delimiter, header.cells or ())
    if problems := list(sheet.header_problems(header)):
        return None, problems
    rows: list[tuple[str, ...]] = []
    places: list[tuple[int, int]] = []
    lost: list[str] = []
    for record in records:
        if problem := sheet.row_problem(record):
            problems += [problem] if len(lost) <= MOST_PROBLEMS else []
            lost.append(sheet.lost_key(record))
        elif record.cells is not None:
            rows.append(record.cells + ("",) * (len(sheet.columns) - len(record.cells)))
            places.append((record.line, record.start))
    table = RawTable(
        name=path.stem,
        source=source,
        delimiter=delimiter,
        header=sheet.columns,
        rows=tuple(rows),
        lines=tuple(line for line, _ in places),
        starts=tuple(start for _, start in places),
        header_place=(header.line, header.start),
        lost=frozenset(lost) - {""},
    )
    return table, capped(problems, len(lost))


def _is_workbook(path: Path) -> bool:
    # a file that can't be opened is reported when it is read as text
    with suppress(OSError), path.open("rb") as file:
        return file.read(4) in _WORKBOOKS
    return False


def _named(delimiter: str) -> str:
    return _DELIMITERS.get(delimiter, f'"{delimiter}"')
