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
# with a sign, as any language writes it; and what stands in tables for none
_NUMBER = re.compile(r"[+-] ?+(?:[0-9]++(?:[ .,'’][0-9]++)*+|[.,][0-9]++)(?:[eE][+-]?+[0-9]++)?+ ?+%?+\Z|-\Z")
# where a cell ends for a spreadsheet that takes the file's commas for decimal ones, and passes over its quotation marks
_CELL_END = re.compile(r"([;\t\r\n])")
# what goes on with a formula that ends in a decimal comma; letters can't, but for an exponent
_GOES_ON = re.compile(r"[0-9!%&(*./:<>^{|]|[eE][+-]?[0-9]")
_WHOLE = re.compile(r"[0-9]++\Z")


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file as RFC 4180 has it, but for LF line ends."""
    return _csv(header, rows, "\n")


def spreadsheet_bytes(header: Sequence[str], rows: Iterable[Sequence[str]], numeric: Sequence[bool]) -> bytes:
    """The same for people: with a BOM, by which spreadsheets know UTF-8, CRLF, and no cell that is run as a formula.

    A text that would be one gets an apostrophe before it, also where it would be one in a spreadsheet that divides the
    cells by semicolons, as in much of the world. `numeric` says which columns hold numbers, which stay.
    """
    names = _defused_row(header, [False] * len(header))
    return _BOM + _csv(names, [_defused_row(row, numeric) for row in rows], "\r\n")


def _defused_row(row: Sequence[str], numeric: Sequence[bool]) -> list[str]:
    """The cells of a row, none of which is a formula, nor part of one where commas divide no cells.

    `-2` stays; but `-2,5*A1` would be read as one cell, so that the text after such a number can't begin like that.
    """
    safe: list[str] = []
    is_open = False
    for cell, is_number in zip(row, numeric, strict=True):
        text = cell if is_number else _defused(cell)
        if is_open and not is_number and _goes_on(text):
            text = f"'{text}"
        begins = not safe or _CELL_END.search(text) is not None
        is_open = (is_open or begins) and _NUMBER.match(_plain(_CELL_END.split(text)[-1])) is not None
        safe.append(text)
    return safe


def _defused(cell: str) -> str:
    """A cell that is text to any spreadsheet, as a whole and from each place where one may have another cell begin."""
    first, *others = _CELL_END.split(cell)
    if first[:1].isalnum() and not others:
        # the most of all cells; no letter or digit is another way to write a sign
        return cell
    # the quotation marks of a cell are those of the file there
    text = first + "".join(f"'{part}" if _is_formula(part.lstrip('" ')) else part for part in others)
    return f"'{text}" if _is_formula(text) else text


def _is_formula(text: str) -> bool:
    plain = _plain(text)
    return plain.startswith(_FORMULA) and not _NUMBER.match(plain)


def _goes_on(text: str) -> bool:
    plain = _plain(text)
    return _GOES_ON.match(plain) is not None and not _WHOLE.match(plain)


def _plain(text: str) -> str:
    """A text as it may be read: some spreadsheets pass over blanks, and read `＝` as `=`."""
    plain = unicodedata.normalize("NFKC", text)
    return (plain if plain.isprintable() else "".join(filter(str.isprintable, plain))).lstrip()


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]], line_end: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line_end)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def json_bytes(value: object) -> bytes:
    """JSON with its keys in the order given, UTF-8; dates as ISO 8601."""
    return (json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n").encode()
