"""CSV and JSON as bytes: for programs, and for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence

_BOM = b"\xef\xbb\xbf"
# what a spreadsheet takes for a formula, in its plain form: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@")
# what stands between cells where a comma is the decimal separator, or between rows
_SEPARATORS = re.compile(r"(?<=[;\t\r\n])")
# with a sign, as any language writes it; and the dash that stands for none
_NUMBER = re.compile(
    r"[+-] ?+(?:[0-9]++(?:[ .,'’\u00a0\u202f][0-9]++)*+|[.,][0-9]++)(?:[eE][+-]?+[0-9]++)?+ ?+%?+\Z|-\Z"
)


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file as RFC 4180 has it, but for LF line ends."""
    return _csv(header, rows, "\n")


def spreadsheet_bytes(header: Sequence[str], rows: Iterable[Sequence[str]], numeric: Sequence[bool]) -> bytes:
    """The same for people: with a BOM, by which spreadsheets know UTF-8, CRLF, and no cell that is run as a formula.

    A text that would be one gets an apostrophe before it; `numeric` says which columns hold numbers, which stay.
    """
    safe = [
        [cell if is_number else _defused(cell) for cell, is_number in zip(row, numeric, strict=True)] for row in rows
    ]
    return _BOM + _csv([_defused(name) for name in header], safe, "\r\n")


def _defused(cell: str) -> str:
    """A cell that is text to any spreadsheet, those too that begin a new cell at its `;` or its line ends."""
    parts = _SEPARATORS.split(cell)
    inside = "".join(
        f"'{part}" if place and _is_formula(part.rstrip("; \t\r\n")) else part for place, part in enumerate(parts)
    )
    return f"'{inside}" if _is_formula(cell) else inside


def _is_formula(text: str) -> bool:
    """Whether a spreadsheet would work out a cell of this text: some pass over blanks, and read `＝` as `=`."""
    plain = "".join(each for each in unicodedata.normalize("NFKC", text) if each.isprintable()).lstrip()
    return plain.startswith(_FORMULA) and not _NUMBER.match(plain)


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]], line_end: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line_end)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def json_bytes(value: object) -> bytes:
    """JSON with its keys in the order given, UTF-8; dates as ISO 8601."""
    return (json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n").encode()
