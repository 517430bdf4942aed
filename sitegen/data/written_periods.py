"""Says how to write a period in ISO 8601 that is written in another way; of several readings, all are named."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from ..language import languages, word_groups, words
from ..model import first_day, last_day, may_be_years
from .marks import Role, affixes, plain_text

Readings = Mapping[str, str]
"""Periods in ISO 8601 that a text may mean, each with the case in which it does, or ""."""

_ISO = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}\Z")
_TIME = re.compile(r"[t ][0-9]{1,2}:[0-9:.]++z?\Z")
_TOKEN = re.compile(r"[0-9]++|[^\W\d_]++")
_FOUR_DIGITS = "write the years with four digits: 2024-12-31, or 2023/2024"
_YEARS = range(1800, 2200)
# days as spreadsheets count them, from 1899-12-30
_SERIALS = range(20_000, 60_000)
_FIRST_SERIAL = datetime.date(1899, 12, 30)
_FOR_YEAR, _FOR_YEARS, _FOR_MONTH = "for the financial year", "for the years", "for the month"
_IF_SERIAL = "if it is a spreadsheet's number of a day"


def period_hint(cell: str, is_date: bool = False) -> str:
    """What to write instead of a cell that is no period, or no year, month or day; empty if it is not understood."""
    text = _TIME.sub("", plain_text(cell).casefold().removesuffix(".0")) if len(cell) <= 60 else ""
    tokens = _tokens(text)
    found = _readings(tokens, text)
    if is_date:
        # a date may be read as an interval, `2010-11/2010-11`
        ends = [(iso.split("/"), when) for iso, when in found.items()]
        found = {parts[0]: when for parts, when in ends if parts[0] == parts[-1]}
    if found:
        return f"write {', or '.join(_told(iso, when, len(found) == 1) for iso, when in found.items())}"
    return _FOUR_DIGITS if _signature(tokens) in _SHORT_YEARS else _noted(text)


def _told(iso: str, when: str, is_only: bool) -> str:
    interval = "the interval " if "/" in iso and "-" in iso else ""
    return f"{interval}{iso}" + (f" {when}" if when and (not is_only or when == _IF_SERIAL) else "")


@cache
def _words() -> Mapping[str, str]:
    """The tokens of words: `quarter`, `financial_year` … (`periods` in the word lists), `M5` for May, "" for none."""
    said = {word: kind for kind, some in word_groups("periods").items() for word in some}
    said |= dict.fromkeys(words("periods", "left_out"), "")
    for language in languages():
        for number, names in enumerate(words("months", language=language), 1):
            said |= dict.fromkeys(names.split(), f"M{number}")
    return said


def _tokens(text: str) -> list[str]:
    """The numbers of a text and the tokens of its words: `Quý IV năm 2023` → quarter 4 2023"""
    found = _TOKEN.findall(text)
    if sum(each.isdecimal() for each in found) > 1:
        # joins between two ends; with only one, they mean an open end
        found = [each for each in found if each not in words("joins")]
    said = [_words().get(each, each) for each in found]
    if "quarter" in said or "half" in said:
        numerals = {word: number for number, some in word_groups("numerals").items() for word in some}
        said = [numerals.get(each, each) for each in said]
    return [each for each in said if each]


def _signature(tokens: Sequence[str]) -> str:
    """The kinds of some tokens: `quarter N Y`. A year has four digits, other numbers one or two; `M` is a month."""
    numbers = {1: "N", 2: "N", 4: "Y", 5: "5", 6: "6", 8: "8"}
    kinds = (numbers.get(len(each), "?") if each.isdecimal() else "M" if each[0] == "M" else each for each in tokens)
    return " ".join(kinds)


def _is_on_calendar(iso: str) -> bool:
    """Whether a period exists; an interval begins before it ends."""
    if not all(map(_ISO.match, iso.split("/"))):
        return False
    try:
        return first_day(iso) <= last_day(iso)
    except ValueError:
        return False


def _readings(tokens: Sequence[str], text: str) -> Readings:
    """The existing periods that some tokens may mean."""
    if not tokens or not (text[:1].isalnum() and text[-1:].isalnum()):
        return {}
    found: Readings = {}
    middle = len(tokens) // 2
    signature = _signature(tokens)
    if signature in _SHAPES:
        numbers = [token.lstrip("M") for token in tokens if token.lstrip("M").isdecimal()]
        # the year first
        found = _SHAPES[signature](text, *map(int, sorted(numbers, key=lambda each: len(each) != 4)))
    elif len(tokens) % 2 == 0 and _signature(tokens[:middle]) == _signature(tokens[middle:]):
        # two ends of one kind: from the first day of one to the last day of the other
        begins, ends = _readings(tokens[:middle], text), _readings(tokens[middle:], text)
        found = {
            f"{begin.split('/')[0]}/{end.split('/')[-1]}": when
            for begin, when in begins.items()
            for end, other in ends.items()
            if when == other
        }
    return {iso: when for iso, when in found.items() if _is_on_calendar(iso)}


def _noted(text: str) -> str:
    """The hint for a year with a flag or a mark of a note: `2024*`, `2024 (p)`."""
    found = re.match(r"([0-9]{4})(?![0-9])", text)
    parts = list(affixes(text[4:], is_behind=True)) if found else []
    if found and _is_on_calendar(found[1]) and parts and all(part[0].role in (Role.FLAG, Role.NOTE) for part in parts):
        return f'write {found[1]}, and what "{text[4:].strip()}" stands for in a note'
    return ""


# -- what the numbers of each shape mean; periods that don't exist drop out later


def _day(year: int, month: int, day: int) -> str:
    return f"{year:04}-{month:02}-{day:02}"


def _months(year: int, first: int, last: int, when: str = "") -> Readings:
    return {f"{year:04}-{first:02}/{year:04}-{last:02}": when}


def _years(text: str, *years: int) -> Readings:
    first, last = sorted(years)
    return {f"{first:04}/{last:04}" if first < last else f"{first:04}": ""}


def _year_and_end(text: str, year: int, end: int) -> Readings:
    """`2023/24`, `2010/11`, `2024/12`, `2024/5`: two years, the second shortened, or a year and a month."""
    modulus = 10 if re.search(r"[^0-9][0-9]\Z", text) else 100
    is_next, is_later = end == (year + 1) % modulus, modulus == 100 and end > year % 100
    last = year - year % modulus + end + (0 if end else modulus)
    years = {f"{year:04}/{last:04}": _FOR_YEAR if is_next else _FOR_YEARS} if is_next or is_later else {}
    month = f"{year:04}-{end:02}"
    # a month that may be two years must be written as an interval: see `may_be_years`
    return {**years, f"{month}/{month}" if may_be_years(month) else month: _FOR_MONTH}


def _third_or_quarter(text: str, year: int, number: int) -> Readings:
    """`T2 2024`: “tháng 2” in Vietnam, “trimestre 2” in France, the second third of a year in SDMX."""
    return {f"{year:04}-{number:02}": _FOR_MONTH, **_months(year, number * 3 - 2, number * 3, "for the quarter")}


def _week(text: str, year: int, week: int) -> Readings:
    try:
        monday = datetime.date.fromisocalendar(year, week, 1)
    except ValueError:
        return {}
    return {f"{monday.isoformat()}/{(monday + datetime.timedelta(6)).isoformat()}": ""}


def _year_first(text: str, year: int, month: int, day: int) -> Readings:
    """`2024/12/31`, and `2024/31/12`; but `2023-10/12` is from October to December."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}/[0-9]{2}", text):
        return _months(year, month, day)
    return {_day(year, day, month) if month > 12 else _day(year, month, day): ""}


def _year_last(text: str, year: int, first: int, second: int) -> Readings:
    """`31/12/2024`: the day may be first; with points it always is."""
    found = {_day(year, second, first): "if the day stands first"}
    return found if "." in text or first == second else {**found, _day(year, first, second): "if the month does"}


def _shortened(text: str, year: int, *rest: int) -> Readings:
    """`2024-05-01/31` and `2024-05-01/06-30`: the end without the part that is that of the beginning."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}/[0-9]{2}(?:-[0-9]{2})?", text):
        return {}
    month, day, *end = rest
    return {f"{_day(year, month, day)}/{_day(year, *([month, *end][-2:]))}": ""}


def _packed_month(text: str, number: int) -> Readings:
    """`202412`, `202324`"""
    return _year_and_end(text, *divmod(number, 100)) if number // 100 in _YEARS else {}


def _packed_day(text: str, number: int) -> Readings:
    """`20241231`, `31122024`"""
    start, end = divmod(number, 10000)
    found = _year_first(text, start, *divmod(end, 100)) if start in _YEARS else {}
    return {**found, **(_year_last(text, end, *divmod(start, 100)) if end in _YEARS else {})}


def _serial(text: str, number: int) -> Readings:
    """`45657`"""
    day = _FIRST_SERIAL + datetime.timedelta(number)
    return {day.isoformat(): _IF_SERIAL} if number in _SERIALS else {}


# by signature; the year is always the first number in a call
_READERS: Mapping[str, Callable[..., Readings]] = {
    "Y | Y a | Y a N": lambda text, y, n=0: {f"{y:04}": ""},
    "Y Y | financial_year Y Y": _years,
    "Y N": _year_and_end,
    "financial_year Y N": lambda text, *numbers: {
        iso: when for iso, when in _year_and_end(text, *numbers).items() if when != _FOR_MONTH
    },
    "financial_year Y": lambda text, y: {
        f"{y:04}/{y + 1:04}": "if it begins in that year",
        f"{y - 1:04}/{y:04}": "if it ends in it",
    },
    "N Y | M Y | Y M | month N Y | Y month N": lambda text, y, m: {f"{y:04}-{m:02}": ""},
    "quarter N Y | N quarter Y | Y quarter N": lambda text, y, q: _months(y, q * 3 - 2, q * 3),
    "half N Y | N half Y | Y half N": lambda text, y, h: _months(y, h * 6 - 5, h * 6),
    "t N Y | Y t N": _third_or_quarter,
    "week N Y | Y week N": _week,
    # `6 tháng đầu năm 2024`, `3 tháng cuối năm 2024`; a half where no number is given
    "N month first Y | first N month Y | first half Y | half first Y": lambda text, y, n=6: _months(y, 1, n),
    "N month last Y | last N month Y | last half Y | half last Y": lambda text, y, n=6: _months(y, 13 - n, 12),
    "first quarter Y": lambda text, y: _months(y, 1, 3),
    # `Jan–Mar 2024`, `Q1–Q3 2023`
    "M M Y | month N N Y | month N month N Y | t N t N Y": lambda text, y, a, b: _months(y, a, b),
    "quarter N quarter N Y | quarter N N Y": lambda text, y, a, b: _months(y, a * 3 - 2, b * 3),
    "Y N N | Y M N": _year_first,
    "N N Y": _year_last,
    "N M Y | N month N Y": lambda text, y, d, m: {_day(y, m, d): ""},
    "M N Y": lambda text, y, m, d: {_day(y, m, d): ""},
    # `1–15 March 2024`, `1 January – 15 March 2024`
    "N N M Y": lambda text, y, a, b, m: {f"{_day(y, m, a)}/{_day(y, m, b)}": ""},
    "N M N M Y": lambda text, y, a, m, b, n: {f"{_day(y, m, a)}/{_day(y, n, b)}": ""},
    "Y N N N | Y N N N N": _shortened,
    "5": _serial,
    "6": _packed_month,
    "8": _packed_day,
}
_SHAPES = {shape: read for shapes, read in _READERS.items() for shape in shapes.split(" | ")}
_SHORT_YEARS = frozenset(
    (
        *("N", "N N", "N N N", "N M N", "M N", "N M", "month N N", "quarter N N", "N quarter N", "half N N"),
        *("financial_year N", "financial_year N N"),
    )
)
_DATED = frozenset(("N M", "M N", "M Y", "Y M", "N M N", "N M Y", "M N Y", "Y M N"))


def looks_dated(text: str) -> bool:
    """Whether a text in a column of numbers is a date: a day and a month, or a month and a year."""
    tokens = _tokens(_TIME.sub("", text.casefold()))
    signature = _signature(tokens)
    separated = re.match(r"[0-9]{1,4}([-./])[0-9]{1,2}\1[0-9]{1,4}(?![0-9])", text) is not None
    whole = signature in ("Y N N", "N N Y") or (signature == "N N N" and len(tokens[-1]) == 2)
    return signature in _DATED or (whole and separated)


def month_in_words(period: str) -> str:
    """`2010-11` → November 2010"""
    return f"{words('months', language='en')[int(period[5:]) - 1].split()[0].capitalize()} {period[:4]}"
