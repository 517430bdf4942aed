"""What a period is meant to be that is not written as ISO 8601 has it: never one reading where there are several."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..model import first_day, last_day, may_be_years
from .marks import BEHIND, Role, affixes, plain_text

# in English, French, German, Spanish, Portuguese, Italian and Dutch
_MONTH_NAMES = (
    "january jan janvier janv januar jänner enero ene janeiro gennaio januari",
    "february feb février févr fév februar febrero fevereiro febbraio februari",
    "march mar mars märz mrz marzo março maart",
    "april apr avril avr abril abr aprile",
    "may mai mayo maio maggio mei",
    "june jun juin juni junio junho giugno",
    "july jul juillet juil juli julio julho luglio",
    "august aug août agosto ago augustus",
    "september sep sept septembre septiembre setembro settembre",
    "october oct octobre oktober okt octubre outubro ottobre",
    "november nov novembre noviembre novembro",
    "december dec décembre déc dezember dez diciembre dic dezembro dicembre",
)
# what words say: "m" a month by its number, "q" a quarter, "h" a half, "w" a week, "f" a year that ends in the next
# one, "first" and "last" months of a year; nothing for words that may be left out
_SAID = {
    "m": "tháng thg m month months mth",
    "q": "q quý quarter quarters qtr trimestre quartal kwartaal kvartal квартал",
    "h": "h half s semester semestre halbjahr nửa",
    "w": "w week tuần semaine woche kw",
    "f": "fy f fiscal financial school academic tax ay sy học niên",
    "first": "first đầu",
    "last": "last cuối",
    "": "year years yr năm nam of the in ngày day cy calendar st nd rd th er độ khóa giai đoạn period thời kỳ kì",
}
_WORDS: Mapping[str, str] = {
    **{word: said for said, words in _SAID.items() for word in words.split()},
    # a month by its name
    **{name: f"M{number}" for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()},
}
# of quarters and halves
_NUMERALS = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "second": "2", "third": "3", "fourth": "4"}
# between two ends; beside one, they leave the other open
_OPEN = "from to until till through thru between and từ đến tới và bis von"
_JOINS = frozenset(_OPEN.split())
_ISO = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}\Z")
_TIME = re.compile(r"[t ][0-9]{1,2}:[0-9:.]++z?\Z")
_TOKEN = re.compile(r"[0-9]++|[^\W\d_]++")
_FOUR_DIGITS = "write the years with four digits: 2024-12-31, or 2023/2024"
_SERIALS = range(20_000, 60_000)
_YEARS = range(1800, 2200)
_FOR_YEAR, _FOR_YEARS, _FOR_MONTH = "for the financial year", "for the years", "for the month"


@dataclass(frozen=True)
class Reading:
    """A period in ISO 8601, and when it is the one that is meant; that is said where there is a choice, or `always`."""

    iso: str
    when: str = ""
    always: bool = False

    def __str__(self) -> str:
        interval = "the interval " if "/" in self.iso and "-" in self.iso else ""
        return f"{interval}{self.iso}" + (f" {self.when}" if self.when else "")


def period_hint(cell: str) -> str:
    """What to write instead of a cell that is no period; empty where nothing is known of it."""
    return _hint(cell, lambda found: found)


def date_hint(cell: str) -> str:
    """What to write instead of a cell that is no year, month or day; empty where nothing is known of it."""
    return _hint(cell, _without_intervals)


def _without_intervals(found: Sequence[Reading]) -> Sequence[Reading]:
    """The readings that are a year, month or day, or an interval of one: `2010-11/2010-11`."""
    ends = [(each, each.iso.split("/")) for each in found]
    return [replace(each, iso=parts[0]) for each, parts in ends if parts[0] == parts[-1]]


def _hint(cell: str, fit: Callable[[Sequence[Reading]], Sequence[Reading]]) -> str:
    text = _TIME.sub("", plain_text(cell).casefold().removesuffix(".0")) if len(cell) <= 60 else ""
    tokens = _tokens(text)
    found = fit(_valid(_readings(tokens, text)))
    if found:
        if len(found) == 1 and not found[0].always:
            found = [Reading(found[0].iso)]
        return f"write {', or '.join(map(str, found))}"
    if _signature(tokens) in _SHORT_YEARS:
        return _FOUR_DIGITS
    return _noted(text)


def _tokens(text: str) -> list[str]:
    """The numbers of a text, and what its words say: `Quý IV năm 2023` → q 4 2023"""
    found = _TOKEN.findall(text)
    if sum(each.isdecimal() for each in found) > 1:
        found = [each for each in found if each not in _JOINS]
    said = [_WORDS.get(each, each) for each in found]
    if "q" in said or "h" in said:
        said = [_NUMERALS.get(each, each) for each in said]
    return [each for each in said if each]


def _signature(tokens: Sequence[str]) -> str:
    """The kinds of some tokens: `q N Y`. A year has four digits, other numbers one or two."""
    return " ".join(map(_kind, tokens))


def _kind(token: str) -> str:
    if token.isdecimal():
        return {1: "N", 2: "N", 4: "Y", 5: "5", 6: "6", 8: "8"}.get(len(token), "?")
    return "M" if token[0] == "M" else token


def _valid(found: Sequence[Reading]) -> list[Reading]:
    """Those readings that are on the calendar, each once; intervals begin before they end."""
    return list({each.iso: each for each in found if _is_on_calendar(each.iso)}.values())


def _is_on_calendar(iso: str) -> bool:
    if not all(map(_ISO.match, iso.split("/"))):
        return False
    try:
        return first_day(iso) <= last_day(iso)
    except ValueError:
        return False


def _readings(tokens: Sequence[str], text: str) -> list[Reading]:
    """What some tokens may mean, each reading in ISO 8601, if it is on the calendar."""
    if not tokens or not (text[:1].isalnum() and text[-1:].isalnum()):
        return []
    read = _SHAPES.get(_signature(tokens))
    if read:
        return read([int(each.lstrip("M")) for each in tokens if each.lstrip("M").isdecimal()], text)
    middle = len(tokens) // 2
    if len(tokens) % 2 or _signature(tokens[:middle]) != _signature(tokens[middle:]):
        return []
    # two ends of a kind: the first day of the one until the last day of the other
    begins, ends = (_valid(_readings(half, text)) for half in (tokens[:middle], tokens[middle:]))
    return [
        Reading(f"{begin.iso.split('/')[0]}/{end.iso.split('/')[-1]}", begin.when)
        for begin in begins
        for end in ends
        if begin.when == end.when
    ]


def _noted(text: str) -> str:
    """The hint for a year with a flag or a mark for a note: `2024*`, `2024 (p)`."""
    found = re.match(r"([0-9]{4})(?![0-9])", text)
    parts = list(affixes(text[4:], BEHIND)) if found else []
    if found and _is_on_calendar(found[1]) and parts and all(part[0].role in (Role.FLAG, Role.NOTE) for part in parts):
        return f'write {found[1]}, and what "{text[4:].strip()}" stands for in a note'
    return ""


# -- what the numbers of each shape mean


def _two_years(years: Sequence[int], text: str) -> list[Reading]:
    first, last = sorted(years)
    return [Reading(f"{first:04}/{last:04}" if first < last else f"{first:04}")]


def _year_and_end(numbers: Sequence[int], text: str) -> list[Reading]:
    """`2023/24`, `2010/11`, `2024/12`, `2024/5`: years of which the second is cut short, or a year and a month."""
    year, end = numbers
    modulus = 10 if re.search(r"[^0-9][0-9]\Z", text) else 100
    is_next, is_later = end == (year + 1) % modulus, modulus == 100 and end > year % 100
    last = year - year % modulus + end + (0 if end else modulus)
    years = [Reading(f"{year:04}/{last:04}", _FOR_YEAR if is_next else _FOR_YEARS)] if is_next or is_later else []
    month = f"{year:04}-{end:02}"
    # as a period it is a month in an interval only: see `may_be_years`
    months = [Reading(f"{month}/{month}" if may_be_years(month) else month, _FOR_MONTH)]
    return [*years, *months]


def _financial_year_and_end(numbers: Sequence[int], text: str) -> list[Reading]:
    return [each for each in _year_and_end(numbers, text) if each.when != _FOR_MONTH]


def _financial_year(numbers: Sequence[int], text: str) -> list[Reading]:
    (year,) = numbers
    begins, ends = "if it begins in that year", "if it ends in it"
    return [Reading(f"{year:04}/{year + 1:04}", begins), Reading(f"{year - 1:04}/{year:04}", ends)]


def _month(numbers: Sequence[int], text: str) -> list[Reading]:
    year, month = sorted(numbers, reverse=True)
    return [Reading(f"{year:04}-{month:02}")]


def _quarter(numbers: Sequence[int], text: str) -> list[Reading]:
    year, quarter = sorted(numbers, reverse=True)
    return _months_of(year, quarter, 3)


def _half(numbers: Sequence[int], text: str) -> list[Reading]:
    year, half = sorted(numbers, reverse=True)
    return _months_of(year, half, 6)


def _months_of(year: int, number: int, length: int) -> list[Reading]:
    last = number * length
    return [Reading(f"{year:04}-{last - length + 1:02}/{year:04}-{last:02}")] if 1 <= last <= 12 else []


def _third_or_quarter(numbers: Sequence[int], text: str) -> list[Reading]:
    """`T2 2024`: “tháng 2” in Vietnam, “trimestre 2” in France, the second third of a year in SDMX."""
    year, number = sorted(numbers, reverse=True)
    quarter = [Reading(each.iso, "for the quarter") for each in _months_of(year, number, 3)]
    return [Reading(f"{year:04}-{number:02}", _FOR_MONTH), *quarter]


def _week(numbers: Sequence[int], text: str) -> list[Reading]:
    year, week = sorted(numbers, reverse=True)
    try:
        monday = datetime.date.fromisocalendar(year, week, 1)
    except ValueError:
        return []
    return [Reading(f"{monday.isoformat()}/{(monday + datetime.timedelta(6)).isoformat()}")]


def _first_months(numbers: Sequence[int], text: str) -> list[Reading]:
    """`6 tháng đầu năm 2024`: from January on; a half where no number is given."""
    *number, year = sorted(numbers)
    return [Reading(f"{year:04}-01/{year:04}-{number[0] if number else 6:02}")]


def _last_months(numbers: Sequence[int], text: str) -> list[Reading]:
    """`3 tháng cuối năm 2024`: until December; a half where no number is given."""
    *number, year = sorted(numbers)
    return [Reading(f"{year:04}-{13 - (number[0] if number else 6):02}/{year:04}-12")]


def _first_quarter(numbers: Sequence[int], text: str) -> list[Reading]:
    return _months_of(numbers[0], 1, 3)


def _months(numbers: Sequence[int], text: str) -> list[Reading]:
    """`Jan–Mar 2024`"""
    first, last, year = numbers
    return [Reading(f"{year:04}-{first:02}/{year:04}-{last:02}")] if first < last else []


def _quarters(numbers: Sequence[int], text: str) -> list[Reading]:
    """`Q1–Q3 2023`"""
    first, last, year = numbers
    return _months([first * 3 - 2, last * 3, year], text)


def _year_first(numbers: Sequence[int], text: str) -> list[Reading]:
    """`2024/12/31`, and `2024/31/12`; but `2023-10/12` are the months from the one to the other."""
    year, month, day = numbers
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}/[0-9]{2}", text):
        return _months([month, day, year], text)
    if month > 12:
        month, day = day, month
    return [Reading(f"{year:04}-{month:02}-{day:02}")]


def _year_last(numbers: Sequence[int], text: str) -> list[Reading]:
    """`31/12/2024`, in which the day stands first; so it does wherever there are points."""
    first, second, year = numbers
    found = [Reading(f"{year:04}-{second:02}-{first:02}", "if the day stands first")]
    if "." not in text and first != second:
        found.append(Reading(f"{year:04}-{first:02}-{second:02}", "if the month does"))
    return found


def _day_month_year(numbers: Sequence[int], text: str) -> list[Reading]:
    day, month, year = numbers
    return [Reading(f"{year:04}-{month:02}-{day:02}")]


def _month_day_year(numbers: Sequence[int], text: str) -> list[Reading]:
    month, day, year = numbers
    return _day_month_year([day, month, year], text)


def _days_of_month(numbers: Sequence[int], text: str) -> list[Reading]:
    """`1–15 March 2024`"""
    first, last, month, year = numbers
    return [Reading(f"{year:04}-{month:02}-{first:02}/{year:04}-{month:02}-{last:02}")] if first < last else []


def _days_of_year(numbers: Sequence[int], text: str) -> list[Reading]:
    """`1 January – 15 March 2024`"""
    day, month, last_day, last_month, year = numbers
    ends = f"{year:04}-{month:02}-{day:02}", f"{year:04}-{last_month:02}-{last_day:02}"
    return [Reading("/".join(ends))] if ends[0] < ends[1] else []


def _shortened(numbers: Sequence[int], text: str) -> list[Reading]:
    """`2024-05-01/31` and `2024-05-01/06-30`: the end without what it has in common with the beginning."""
    year, *rest = numbers
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}/[0-9]{2}(?:-[0-9]{2})?", text):
        return []
    month, day, *end = rest if len(rest) == 4 else [*rest[:2], rest[0], rest[2]]
    return _days_of_year([day, month, *reversed(end), year], text)


def _packed_month(numbers: Sequence[int], text: str) -> list[Reading]:
    """`202412`, `202324`"""
    return _year_and_end(divmod(numbers[0], 100), text) if numbers[0] // 100 in _YEARS else []


def _packed_day(numbers: Sequence[int], text: str) -> list[Reading]:
    """`20241231`, `31122024`"""
    number = numbers[0]
    first = [number // 10000, number // 100 % 100, number % 100]
    last = [number // 1000000, number // 10000 % 100, number % 10000]
    found = _year_first(first, text) if first[0] in _YEARS else []
    return [*found, *(_year_last(last, text) if last[2] in _YEARS else [])]


def _serial(numbers: Sequence[int], text: str) -> list[Reading]:
    """`45657`: the days since the last but one of 1899, as spreadsheets count them."""
    if numbers[0] not in _SERIALS:
        return []
    day = datetime.date(1899, 12, 30) + datetime.timedelta(numbers[0])
    return [Reading(day.isoformat(), "if it is a spreadsheet's number of a day", always=True)]


def _year(numbers: Sequence[int], text: str) -> list[Reading]:
    return [Reading(f"{numbers[0]:04}")]


_SHAPES: Mapping[str, Callable[[Sequence[int], str], list[Reading]]] = {
    "Y": _year,
    **dict.fromkeys(("Y a", "Y a N"), _year),
    "Y Y": _two_years,
    "f Y Y": _two_years,
    "Y N": _year_and_end,
    "f Y N": _financial_year_and_end,
    "f Y": _financial_year,
    **dict.fromkeys(("N Y", "M Y", "Y M", "m N Y", "Y m N"), _month),
    **dict.fromkeys(("q N Y", "N q Y", "Y q N"), _quarter),
    **dict.fromkeys(("h N Y", "N h Y", "Y h N"), _half),
    **dict.fromkeys(("t N Y", "Y t N"), _third_or_quarter),
    **dict.fromkeys(("w N Y", "Y w N"), _week),
    **dict.fromkeys(("N m first Y", "first N m Y", "first h Y", "h first Y"), _first_months),
    **dict.fromkeys(("N m last Y", "last N m Y", "last h Y", "h last Y"), _last_months),
    "first q Y": _first_quarter,
    **dict.fromkeys(("M M Y", "m N N Y", "m N m N Y", "t N t N Y"), _months),
    **dict.fromkeys(("q N q N Y", "q N N Y"), _quarters),
    "Y N N": _year_first,
    "N N Y": _year_last,
    **dict.fromkeys(("N M Y", "N m N Y"), _day_month_year),
    "M N Y": _month_day_year,
    "Y M N": _year_first,
    "N N M Y": _days_of_month,
    "N M N M Y": _days_of_year,
    **dict.fromkeys(("Y N N N", "Y N N N N"), _shortened),
    "5": _serial,
    "6": _packed_month,
    "8": _packed_day,
}
_SHORT_YEARS = frozenset(
    ("N", "N N", "N N N", "N M N", "M N", "N M", "q N N", "N q N", "h N N", "f N", "f N N", "m N N")
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
    return f"{_MONTH_NAMES[int(period[5:]) - 1].split()[0].capitalize()} {period[:4]}"
