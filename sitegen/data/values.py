"""Mistakes in cells with numbers, periods and dates, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..model import first_day, last_day
from .contract import MOST_DIGITS

# importing the tables of marks and words takes longer than checking all cells of a site without mistakes: each function
# imports them once there is a mistake
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
_WHOLE = re.compile(r"-?[0-9]+\Z")
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(\.[0-9]{3})+\Z")
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?\Z")
_NO_DAY = "there is no such day on the calendar"
# periods named in one message
_MOST_NAMED = 3
_DATES_HINT = "a year 2022, a month 2022-05, or a day 2024-12-31"
_PERIODS_HINT = "a year 2022, a month 2022-05, a day 2024-12-31, or an interval 2022/2024"

Mistake = tuple[str, str, str]
"""A code, a message and a hint."""


def quoted(cell: str) -> str:
    """A cell as messages quote it: on one line, and shortened."""
    text = cell.replace("\n", " ")
    return f'"{text}"' if len(text) <= 60 else f'"{text[:59]}…"'


def number_mistake(cell: str, column: str, whole: bool = False, figure: bool = False) -> Mistake | None:
    """What is wrong with a number, which may have decimals unless `whole`. A `figure` is an observation's value."""
    if not (_WHOLE if whole else _DECIMAL).match(cell):
        from .written_numbers import written

        found = written(cell, whole, figure)
        return ("value-type", f'{quoted(cell)} in column "{column}" {found.what}', found.hint)
    if sum(map(str.isdigit, cell)) > MOST_DIGITS:
        return ("value-type", f"{quoted(cell)} has more than {MOST_DIGITS} digits", "")
    return None


def ambiguity(cell: str, unit_type: str, delimiter: str, written: str) -> Mistake | None:
    """What is wrong with a number as the value of an indicator with a kind of unit ("": not given).

    `written` is the text in the file, which may have a decimal comma.
    """
    joined = cell.replace(".", "")
    if unit_type == "count" and "." in cell:
        hint = f"write {joined} if that is meant" if _THOUSANDS.match(cell) else "round nothing: see the source"
        return ("value-ambiguous", f'"{written}" is no whole number, as a count must be', hint)
    if _THOUSANDS.match(cell) and (delimiter == ";" or not unit_type):
        mark = "comma" if "," in written else "point"
        other = "give the indicator a `unit_type` that has decimals"
        if delimiter == ";" and unit_type:
            other = "save the table with commas between the cells"
        hint = f"write {joined} if the {mark} groups thousands; else {other}"
        return ("value-ambiguous", f'"{written}" can be read in two ways', hint)
    return None


def date_mistake(cell: str) -> Mistake | None:
    """What is wrong with an ISO 8601 year, month or day."""
    if _DATE.match(cell) and _is_on_calendar(cell):
        return None
    from .written_periods import period_hint

    hint = period_hint(cell, is_date=True) or (_NO_DAY if _DATE.match(cell) else _DATES_HINT)
    return ("value-pattern", f"{quoted(cell)} is no date", hint)


def period_mistake(cell: str) -> Mistake | None:
    """What is wrong with an ISO 8601 year, month, day, or interval of two of them."""
    parts = cell.split("/")
    is_written = len(parts) <= 2 and all(_DATE.match(part) for part in parts)
    is_there = is_written and all(map(_is_on_calendar, parts))
    message = f"{quoted(cell)} is no period"
    if is_there and first_day(cell) <= last_day(cell):
        return None
    if is_there:
        return ("value-pattern", message, f"an interval begins before it ends: {parts[1]}/{parts[0]}")
    from .written_periods import period_hint

    return ("value-pattern", message, period_hint(cell) or (_NO_DAY if is_written else _PERIODS_HINT))


def _is_on_calendar(part: str) -> bool:
    try:
        first_day(part)
    except ValueError:
        return False
    return True


def two_readings(periods: Sequence[str]) -> Mistake:
    """One mistake for all months that may be financial years: `2010-11`."""
    from .written_periods import month_in_words

    one, year = periods[0], periods[0][:4]
    named = ", ".join(periods[:_MOST_NAMED])
    more = f" and {len(periods) - _MOST_NAMED} more" if len(periods) > _MOST_NAMED else ""
    kinds = ("a month", "a financial year") if len(periods) == 1 else ("months", "financial years")
    message = f"{named}{more} can be {kinds[0]} ({month_in_words(one)}) or {kinds[1]} ({year}/{one[5:]})"
    hint = f"write {year}/{int(year) + 1:04} for the financial year, or {one}/{one} for the month"
    return ("period-ambiguous", message, hint)
