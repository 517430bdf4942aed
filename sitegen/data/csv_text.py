"""The text of a CSV file: its delimiter, the places of its cells, and mistakes with quotation marks."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

DELIMITERS = ",;\t"
_QUOTED = re.compile(r'"[^"]*"')
_QUOTED_CELL = re.compile(r'"[^"]*(?:""[^"]*)*"(?!")')
# Excel writes and reads the delimiter in a line of its own
_SEPARATOR = re.compile(r'"?sep=(.)"?[,;\t ]*', re.IGNORECASE)


@dataclass(frozen=True)
class Record:
    """A record of a CSV file: the line and offset where it begins, and its stripped cells.

    `cells` is None if quotation marks make it unreadable; `fault` is then the offset of the one to blame.
    """

    line: int
    start: int
    cells: tuple[str, ...] | None
    fault: int = 0


def delimiter_of(lines: Sequence[str]) -> tuple[str, int]:
    """The delimiter, and the number of lines to skip because they only declare it."""
    first = next((line for line in lines if line.strip()), "")
    found = _SEPARATOR.fullmatch(first)
    if found and found[1] not in '" ' and not found[1].isalnum():
        return found[1], lines.index(first) + 1
    counted = _QUOTED.sub("", first)
    return max(DELIMITERS, key=counted.count), 0


def read_records(text: str, lines: Sequence[str], delimiter: str, skipped: int) -> Iterator[Record]:
    """Each record below the `skipped` lines that isn't blank. Reading resumes on the line after an unreadable one."""
    offsets = list(accumulate((len(line) + 1 for line in lines), initial=0))
    at = skipped
    while at < len(lines):
        rest = (lines[number] + "\n" for number in range(at, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, strict=True, skipinitialspace=True)
        begin = at
        try:
            for cells in reader:
                if stripped := _stripped(cells):
                    yield Record(begin + 1, offsets[begin], stripped)
                begin = at + reader.line_num
            return
        except csv.Error:
            fault = _fault(text, offsets[begin], delimiter)
            yield Record(begin + 1, offsets[begin], None, fault)
            at = begin + text.count("\n", offsets[begin], fault) + 1


def split_by(text: str, delimiter: str) -> list[str]:
    """The cells of one line if `delimiter` separated them; [] if one is longer than the reader takes."""
    try:
        return next(csv.reader([text], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return []


def line_at(text: str, start: int) -> str:
    """The rest of a line from an offset on."""
    end = text.find("\n", start)
    return text[start:] if end < 0 else text[start:end]


def cell_offset(text: str, start: int, column: int, delimiter: str) -> int:
    """The offset of cell number `column` (from 0) of the record at `start`; the record's end if it is shorter."""
    end = start
    for number, found in enumerate(_cells(text, start, delimiter)):
        if number == column:
            return found.start("cell")
        end = found.end()
    return end


def unclosed(text: str, start: int) -> bool:
    """Whether the quotation mark at `start` is not closed on its line."""
    return _QUOTED_CELL.match(line_at(text, start)) is None


@cache
def _cell(delimiter: str) -> re.Pattern[str]:
    """One cell: blanks, then text in quotation marks with whatever follows them, or text without."""
    other = re.escape(delimiter)
    quoted = rf'"[^"]*(?:""[^"]*)*(?P<closed>"(?P<after>[^{other}\n]*))?'
    return re.compile(rf'(?: *(?=")|(?:(?!{other})[^\S\n])*)(?P<cell>{quoted}|[^{other}\n]*)')


def _cells(text: str, start: int, delimiter: str) -> Iterator[re.Match[str]]:
    """The cells of the record at `start`, up to its end or to a quotation mark that is never closed."""
    cell = _cell(delimiter)
    at = start
    while found := cell.match(text, at):
        yield found
        if text[found.end() : found.end() + 1] != delimiter:
            return
        at = found.end() + 1


def _fault(text: str, start: int, delimiter: str) -> int:
    """The offset of the quotation mark that makes the record at `start` unreadable; `start` if there is none."""
    for found in _cells(text, start, delimiter):
        if found["cell"].startswith('"') and (found["closed"] is None or found["after"]):
            return found.start("cell")
    return start


def _stripped(cells: Sequence[str]) -> tuple[str, ...]:
    stripped = [cell.strip() for cell in cells]
    while stripped and not stripped[-1]:
        stripped.pop()
    return tuple(stripped)
