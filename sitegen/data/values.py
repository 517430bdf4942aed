"""Numbers, periods and dates in cells: whether they are any, and what to write instead."""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata
from collections.abc import Mapping

# as many as are printed without loss, and more than is ever measured
MOST_DIGITS = 20
# what is longer is no number that somebody mistyped
_LONGEST_HINTED = 60
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
_WHOLE = re.compile(r"-?[0-9]+\Z")
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(\.[0-9]{3})+\Z")
_GROUPED = re.compile(r"(-?[1-9][0-9]{0,2}(?:([.,'’\u00a0\u2009\u202f ])[0-9]{3})(?:\2[0-9]{3})*)(?:([.,])([0-9]+))?\Z")
_PERCENT = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?) ?%\Z")
_BOUND = re.compile(r"(~|≈|≥|≤|>=|<=|>|<|c\.|ca\.|about) *([0-9]+(?:\.[0-9]+)?)\Z")
_QUALIFIERS: Mapping[str, str] = {">": "at-least", "≥": "at-least", "<": "at-most", "≤": "at-most"}
_NOTHING = frozenset(("-", "–", "—", ".", "..", "...", "…", "?", "n/a", "na", "n.a.", "nan", "none", "null"))
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?\Z")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})\Z")
_YEARS = re.compile(r"([0-9]{4}) ?[-–—] ?([0-9]{4})\Z")
_DATES_HINT = "a year 2022, a month 2022-05, or a day 2024-12-31"
_PERIODS_HINT = "a year 2022, a month 2022-05, a day 2024-12-31, or an interval 2022/2024"

Mistake = tuple[str, str, str]
"""A code, a message and a hint."""


def quoted(cell: str) -> str:
    """A cell as it stands in a message: on one line, and not longer than one is read."""
    text = cell.replace("\n", " ")
    return f'"{text}"' if len(text) <= 60 else f'"{text[:59]}…"'


def number_mistake(cell: str, column: str, whole: bool = False, figure: bool = False) -> Mistake | None:
    """What is wrong with a number; it must be `whole`, or may have decimals. A `figure` is an observation's value."""
    if not (_WHOLE if whole else _DECIMAL).match(cell):
        kind = "whole number" if whole else "number"
        return ("value-type", f'{quoted(cell)} in column "{column}" is no {kind}', _number_hint(cell, whole, figure))
    if sum(character.isdigit() for character in cell) > MOST_DIGITS:
        return ("value-type", f"{quoted(cell)} has more than {MOST_DIGITS} digits", "")
    return None


def _number_hint(cell: str, whole: bool, figure: bool) -> str:
    if len(cell) > _LONGEST_HINTED:
        return ""
    ascii_digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in cell).replace("−", "-")
    if cell.casefold() in _NOTHING:
        return "a figure that is not known has no row" if figure else "leave the cell empty when there is no number"
    if _DECIMAL.match(ascii_digits):
        return f"write it with the digits 0 to 9: {ascii_digits}" if "−" not in cell else f"write {ascii_digits}"
    if not whole and re.fullmatch(r"-?[0-9]+,([0-9]{1,2}|[0-9]{4,})|-?0,[0-9]+", cell):
        return f"write the decimals after a point: {cell.replace(',', '.')}"
    if (grouped := _GROUPED.match(cell)) and grouped[2] != grouped[3]:
        plain = re.sub(r"[^0-9-]", "", grouped[1]) + (f".{grouped[4]}" if grouped[4] else "")
        return f"write it without separators: {plain}"
    if percent := _PERCENT.match(cell):
        return f"write {percent[1]}" + (": the unit is the indicator's" if figure else "")
    if bound := _BOUND.match(cell):
        qualifier = _QUALIFIERS.get(bound[1][0], "about")
        return f"write {bound[2]}" + (f', and "{qualifier}" in the column "qualifier"' if figure else "")
    if cell.startswith("+") and _DECIMAL.match(cell[1:]):
        return f"write {cell[1:]}"
    if re.search("[0-9]", cell):
        return "digits only" if whole else "digits, with a point before the decimals"
    return ""


def ambiguity(cell: str, unit_type: str, delimiter: str, written: str) -> Mistake | None:
    """What is wrong with a decimal number as the value of an indicator with a kind of unit ("": not said).

    `written` is what stands in the file, where that is not the number itself: a decimal comma.
    """
    joined = cell.replace(".", "")
    if unit_type == "count" and "." in cell:
        hint = f"write {joined} if that is meant" if _THOUSANDS.match(cell) else "round nothing: see the source"
        return ("value-ambiguous", f'"{written}" is no whole number, as a count must be', hint)
    if _THOUSANDS.match(cell) and (delimiter == ";" or not unit_type):
        mark = "comma" if "," in written else "point"
        hint = f"write {joined} if the {mark} groups thousands; "
        if delimiter == ";" and unit_type:
            hint += "else save the table with commas between the cells"
        else:
            hint += "else give the indicator a `unit_type` that has decimals"
        return ("value-ambiguous", f'"{written}" can be read in two ways', hint)
    return None


def date_mistake(cell: str) -> Mistake | None:
    """What is wrong with an ISO 8601 year, month or day."""
    if not _DATE.match(cell):
        return ("value-pattern", f"{quoted(cell)} is no date", _date_hint(cell) or _DATES_HINT)
    if _bounds(cell) is None:
        return ("value-pattern", f"{quoted(cell)} is no date", "there is no such day on the calendar")
    return None


def period_mistake(cell: str) -> Mistake | None:
    """What is wrong with an ISO 8601 year, month, day, or interval of two of them."""
    message = f"{quoted(cell)} is no period"
    parts = cell.split("/")
    if len(parts) > 2 or not all(_DATE.match(part) for part in parts):
        years = _YEARS.match(cell)
        hint = f"write {years[1]}/{years[2]}" if years else _date_hint(cell)
        return ("value-pattern", message, hint or _PERIODS_HINT)
    bounds = [_bounds(part) for part in parts]
    first, last = bounds[0], bounds[-1]
    if first is None or last is None:
        return ("value-pattern", message, "there is no such day on the calendar")
    if first[0] > last[1]:
        return ("value-pattern", message, f"an interval begins before it ends: {parts[1]}/{parts[0]}")
    return None


def _date_hint(cell: str) -> str:
    found = _DAY_FIRST.match(cell)
    iso = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else ""
    return f"write {iso}" if iso and _bounds(iso) else ""


def _bounds(part: str) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last day of a year, month or day; None when the calendar has none."""
    year, month, day = (int(text) for text in (part + "-00-00")[:10].split("-"))
    try:
        first = datetime.date(year, month if len(part) > 4 else 1, day if len(part) > 7 else 1)
    except ValueError:
        return None
    if len(part) > 7:
        return first, first
    last_month = month if len(part) > 4 else 12
    return first, datetime.date(year, last_month, calendar.monthrange(year, last_month)[1])
