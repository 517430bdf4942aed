"""CSV files as spreadsheets save them: comma, semicolon or tab; BOM; CRLF; decimal commas beside semicolons."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..content import LONGEST_NAME
from ..problems import Problem, SiteError, Span
from ..text import SourceText, read_text
from .csv_text import DELIMITERS, Record, cell_offset, delimiter_of, line_at, read_records, split_by, unclosed
from .values import quoted

# no table is helped by more messages than this
MOST_PROBLEMS = 1000
MOST_COLUMNS = 2000
_DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]+\Z")
_NEGATIVE_ZERO = re.compile(r"-0+(?:\.0+)?\Z")
_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\Z")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class RawTable:
    """A CSV file's header and rows; every row is as long as the header.

    `lines` and `starts` say at which line and which character each row begins, `header_place` so of the header.
    `lost` holds the first cells of the rows that could not be read.
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
        return span_at(self.source, line, start, cell_offset(self.source.text, start, column, self.delimiter))

    def column(self, name: str) -> tuple[str, ...]:
        """All cells of a column; none when there is no such column."""
        if name not in self.header:
            return ()
        index = self.header.index(name)
        return tuple(row[index] for row in self.rows)

    @property
    def key_index(self) -> int:
        """The column that names the rows: `id`, or the first."""
        return self.header.index("id") if "id" in self.header else 0

    def with_cells(self, changed: Mapping[int, Mapping[str, str]]) -> RawTable:
        """The table with some cells written otherwise: by the column's index, then by the text they had."""
        if not any(changed.values()):
            return self
        rows = [
            tuple(changed[i].get(cell, cell) if i in changed else cell for i, cell in enumerate(row))
            for row in self.rows
        ]
        return replace(self, rows=tuple(rows))


def span_at(source: SourceText, line: int, start: int, offset: int) -> Span:
    """The place of a character of a record that begins at `line` and `start`, without a walk through the file."""
    begin = source.text.rfind("\n", 0, offset) + 1
    alone = SourceText(source.name, line_at(source.text, begin)).span(1, offset - begin + 1)
    return replace(alone, line=line + source.text.count("\n", start, offset))


def capped(problems: Sequence[Problem], total: int) -> list[Problem]:
    """Of `total` problems of a table the first ones, and at the place of the next how many more there are."""
    ordered = sorted(problems, key=lambda problem: problem.sort_key)
    if total <= MOST_PROBLEMS:
        return ordered
    message = f"{total - MOST_PROBLEMS} more mistakes from here on"
    return [*ordered[:MOST_PROBLEMS], Problem("data-more", message, ordered[MOST_PROBLEMS].span)]


def decimal_points(cells: tuple[str, ...]) -> Mapping[str, str]:
    """The decimal commas among some cells, with what they mean."""
    return {cell: cell.replace(",", ".") for cell in set(cells) if _DECIMAL_COMMA.match(cell)}


def negative_zeros(cells: Iterable[str]) -> Mapping[str, str]:
    """The zeros with a minus sign among some cells, with what they mean: `-0.0` is 0.0."""
    return {cell: cell.removeprefix("-") for cell in set(cells) if _NEGATIVE_ZERO.match(cell)}


def name_problems(path: Path) -> Iterator[Problem]:
    """What is wrong with the name of a table's file: it becomes an address."""
    # data/datapackage.json is the descriptor's
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


def read_table(path: Path, problems: list[Problem]) -> RawTable | None:
    """Read a CSV file. Blank rows and empty columns at the right are dropped, cells are stripped.

    What is wrong is added to `problems`; rows that can't be read are left out. None for a file that is no CSV,
    is not UTF-8, or has no header that names each column.
    """
    name = path.as_posix()
    try:
        if _is_workbook(path):
            message, hint = "not CSV, but a workbook of a spreadsheet", "save the sheet as “CSV UTF-8”"
            problems.append(Problem("file-format", message, Span(name), hint))
            return None
        source = read_text(path, name)
    except SiteError as error:
        problems += error.problems
        return None
    lines = source.text.split("\n")
    delimiter, skipped = delimiter_of(lines)
    records = read_records(source.text, lines, delimiter, skipped)
    header = next(records, None)
    if header is None:
        problems.append(Problem("table-header", "the file has no header", Span(name)))
        return None
    found = list(_header_problems(header, source, delimiter))
    problems += found
    return (
        None if found or header.cells is None else _with_rows(path.stem, source, delimiter, header, records, problems)
    )


def _with_rows(
    name: str, source: SourceText, delimiter: str, header: Record, records: Iterator[Record], problems: list[Problem]
) -> RawTable:
    columns = header.cells or ()
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    starts: list[int] = []
    lost: set[str] = set()
    found: list[Problem] = []
    total = 0
    for record in records:
        problem = _record_problem(record, source, delimiter, columns)
        if problem or record.cells is None:
            total += problem is not None
            if problem and total <= MOST_PROBLEMS + 1:
                found.append(problem)
            lost.add(_lost_key(record, source, delimiter, columns))
        else:
            rows.append(record.cells + ("",) * (len(columns) - len(record.cells)))
            lines.append(record.line)
            starts.append(record.start)
    problems += capped(found, total)
    place = (header.line, header.start)
    return RawTable(
        name, source, delimiter, columns, tuple(rows), tuple(lines), tuple(starts), place, frozenset(lost - {""})
    )


def _is_workbook(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) in _WORKBOOKS
    except OSError:
        # reading it as a text says why
        return False


def _header_problems(record: Record, source: SourceText, delimiter: str) -> Iterator[Problem]:
    if record.cells is None:
        yield _quote_problem(record, source)
        return
    if len(record.cells) > MOST_COLUMNS:
        message = f"{len(record.cells)} columns; a table has at most {MOST_COLUMNS}"
        yield Problem("table-header", message, span_at(source, record.line, record.start, record.start))
        return
    hint = "each column needs a name of its own"
    seen: set[str] = set()
    for index, name in enumerate(record.cells):
        message = "a column has no name" if not name else f"there are two columns {quoted(name)}"
        if not name or name in seen:
            offset = cell_offset(source.text, record.start, index, delimiter)
            yield Problem("table-header", message, span_at(source, record.line, record.start, offset), hint)
        seen.add(name)


def _quote_problem(record: Record, source: SourceText) -> Problem:
    span = span_at(source, record.line, record.start, record.fault)
    if source.text[record.fault : record.fault + 1] != '"':
        return Problem("table-quoting", "not CSV: a cell is longer than 131,072 characters", span)
    if unclosed(source.text, record.fault):
        hint = 'end the cell with ", and write " inside a cell as ""'
        return Problem("table-quoting", "not CSV: the quotation mark is never closed", span, hint)
    hint = 'put the whole cell between quotation marks, and write " inside it as ""'
    return Problem("table-quoting", "not CSV: text after the closing quotation mark of a cell", span, hint)


def _record_problem(record: Record, source: SourceText, delimiter: str, columns: tuple[str, ...]) -> Problem | None:
    if record.cells is None:
        return _quote_problem(record, source)
    other = _other_delimiter(record, source, delimiter, columns)
    if other:
        message = f"the cells are separated by {_named(other)}, those of the header by {_named(delimiter)}"
        span = span_at(source, record.line, record.start, cell_offset(source.text, record.start, 0, delimiter))
        return Problem("table-row", message, span, "separate all rows alike")
    if len(record.cells) > len(columns):
        offset = cell_offset(source.text, record.start, len(columns), delimiter)
        span = span_at(source, record.line, record.start, offset)
        hint = f'put quotes around a cell that holds a {_word(delimiter)}: "North{delimiter} rural"'
        return Problem("table-row", f"{len(record.cells)} cells, but {len(columns)} columns", span, hint)
    return None


def _other_delimiter(record: Record, source: SourceText, delimiter: str, columns: tuple[str, ...]) -> str:
    """What a row is separated by where that is not what separates the header's cells; else nothing."""
    if record.cells is None or len(columns) < 2:
        return ""
    line = line_at(source.text, record.start)
    for other in DELIMITERS:
        if other != delimiter and other in record.cells[0]:
            count = len(split_by(line, other))
            # an id holds none of them; another text may
            if count > len(record.cells) and (columns[0] == "id" or count >= len(columns) > 2):
                return other
    return ""


def _lost_key(record: Record, source: SourceText, delimiter: str, columns: tuple[str, ...]) -> str:
    """The id of a row that can't be read, as far as it can be made out."""
    other = _other_delimiter(record, source, delimiter, columns)
    cells = record.cells
    if cells is None or other:
        cells = tuple(split_by(line_at(source.text, record.start), other or delimiter))
    key = columns.index("id") if "id" in columns else 0
    return cells[key].strip() if key < len(cells) else ""


def _word(delimiter: str) -> str:
    return {",": "comma", ";": "semicolon", "\t": "tab"}.get(delimiter, f'"{delimiter}"')


def _named(delimiter: str) -> str:
    return {",": "commas", ";": "semicolons", "\t": "tabs"}.get(delimiter, f'"{delimiter}"')
