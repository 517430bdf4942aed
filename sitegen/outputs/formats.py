"""CSV and JSON as bytes: for programs, and for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence

_BOM = b"\xef\xbb\xbf"
# what begins a formula: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@")
# a number with a sign, in any language's form; or a dash for no value
_NUMBER = re.compile(r"[+-] ?+(?:[0-9]++(?:[ .,'’][0-9]++)*+|[.,][0-9]++)(?:[eE][+-]?+[0-9]++)?+ ?+%?+\Z|-\Z")
# where a cell ends for a spreadsheet that reads commas as decimal ones, and ignores quotation marks
_CELL_END = re.compile(r"([;\t\r\n])")
# what can continue a formula after a decimal comma; no letters, except in an exponent
_GOES_ON = re.compile(r"[0-9!%&(*./:<>^{|]|[eE][+-]?[0-9]")
_WHOLE = re.compile(r"[0-9]++\Z")


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]], line_end: str = "\n") -> bytes:
    """A CSV file as in RFC 4180, but with LF line ends."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line_end)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def spreadsheet_bytes(header: Sequence[str], rows: Iterable[Sequence[str]], numeric: Sequence[bool]) -> bytes:
    """A CSV file for spreadsheets: with a BOM, so that they know UTF-8, with CRLF, and without formulas.

    Texts that would be formulas get an apostrophe, also those that would be one where semicolons separate cells, as in
    much of the world. `numeric` tells the columns of numbers, which stay as they are.
    """
    names = _defused_row(header, [False] * len(header))
    return _BOM + csv_bytes(names, [_defused_row(row, numeric) for row in rows], "\r\n")


def _defused_row(row: Sequence[str], numeric: Sequence[bool]) -> list[str]:
    """The cells of a row without formulas, nor parts of one where commas don't separate cells.

    `-2` stays; but `-2,5*A1` would be one cell there, so the text after `-2` must not continue it.
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
    """A cell that is text to any spreadsheet, as a whole and in each part that may be taken for a cell."""
    first, *others = _CELL_END.split(cell)
    if first[:1].isalnum() and not others:
        # most cells; no letter or digit is another form of a sign
        return cell
    # quotation marks belong to the file there
    text = first + "".join(f"'{part}" if _is_formula(part.lstrip('" ')) else part for part in others)
    return f"'{text}" if _is_formula(text) else text


def _is_formula(text: str) -> bool:
    plain = _plain(text)
    return plain.startswith(_FORMULA) and not _NUMBER.match(plain)


def _goes_on(text: str) -> bool:
    plain = _plain(text)
    return _GOES_ON.match(plain) is not None and not _WHOLE.match(plain)


def _plain(text: str) -> str:
    """A text as some spreadsheets read it: they ignore spaces, and take `＝` for `=`."""
    plain = unicodedata.normalize("NFKC", text)
    return (plain if plain.isprintable() else "".join(filter(str.isprintable, plain))).lstrip()


def json_bytes(value: object) -> bytes:
    """JSON with its keys in the order given, UTF-8; dates as ISO 8601."""
    return (json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n").encode()
