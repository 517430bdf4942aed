"""CSV files as spreadsheets save them: comma, semicolon or tab; BOM; CRLF; decimal commas beside semicolons."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..located import SourceText, read_text
from ..problems import Problem, SiteError, Span

_DECIMAL_COMMA = re.compile(r"-?\d+,\d+\Z")


@dataclass(frozen=True)
class RawTable:
    """A CSV file's header and rows; every row is as long as the header. `lines`: where each row begins."""

    name: str
    source: SourceText
    delimiter: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def cell_span(self, row: int, column: int) -> Span:
        """The place of a cell; row -1 is the header."""
        line = self.lines[row] if row >= 0 else 1
        return _cell_span(self.source, line, column, self.delimiter)

    def column(self, name: str) -> tuple[str, ...]:
        """All cells of a column; none when there is no such column."""
        if name not in self.header:
            return ()
        index = self.header.index(name)
        return tuple(row[index] for row in self.rows)


def read_table(path: Path) -> RawTable:
    """Read a CSV file. Blank rows and empty columns at the right are dropped, cells are stripped.

    Raises SiteError for a file that is not UTF-8 or not CSV, has no header, or has a row longer than it.
    """
    source = read_text(path, path.as_posix())
    first = source.text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    problems: list[Problem] = []
    header: tuple[str, ...] = ()
    for line, cells in _records(source, delimiter):
        if not header:
            header = cells
            if "" in header or len(set(header)) < len(header):
                message = "each column needs a name of its own"
                problems.append(Problem("table-header", message, source.span(line)))
        elif len(cells) > len(header):
            hint = 'put quotes around a cell that holds a comma: "North, rural"'
            span = _cell_span(source, line, len(header), delimiter)
            problems.append(Problem("table-row", f"{len(cells)} cells, but {len(header)} columns", span, hint))
        else:
            rows.append(cells + ("",) * (len(header) - len(cells)))
            lines.append(line)
    if not header:
        problems.append(Problem("table-header", "the file has no header", Span(source.name)))
    if problems:
        raise SiteError(problems)
    if delimiter == ";":
        rows = [tuple(cell.replace(",", ".") if _DECIMAL_COMMA.match(cell) else cell for cell in row) for row in rows]
    return RawTable(path.stem, source, delimiter, header, tuple(rows), tuple(lines))


def _records(source: SourceText, delimiter: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each record that isn't blank, with the line it begins at."""
    reader = csv.reader((line + "\n" for line in source.text.split("\n")), delimiter=delimiter, strict=True)
    line = 1
    try:
        for record in reader:
            cells = tuple(cell.strip() for cell in record)
            while cells and not cells[-1]:
                cells = cells[:-1]
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        span = source.span(line)
        raise SiteError([Problem("table-quoting", f"not CSV: {error}", span, 'write " inside a cell as ""')]) from error


def _cell_span(source: SourceText, line: int, column: int, delimiter: str) -> Span:
    """Walk the record that begins at `line` up to its cell number `column` (from 0)."""
    lines = source.text.split("\n")
    at_line, at_column, quoted, seen = line, 1, False, 0
    for character in "\n".join(lines[line - 1 : line + 20]):
        if seen == column:
            break
        if character == '"':
            quoted = not quoted
        elif character == delimiter and not quoted:
            seen += 1
        elif character == "\n" and not quoted:
            break
        at_line, at_column = (at_line + 1, 1) if character == "\n" else (at_line, at_column + 1)
    return source.span(at_line, at_column)
