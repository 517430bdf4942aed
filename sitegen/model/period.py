"""ISO 8601 periods in time: when they begin and end, which is the later one, and what several of them span."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterable

_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])\Z")


def day_of(period: str) -> int:
    """Where a year, month, day or interval stands in time, as a day number: a day itself, the middle of a longer one.

    Raises ValueError for what is no period.
    """
    return (first_day(period) + last_day(period)) // 2


def first_day(period: str) -> int:
    """The number of the first day of a period. Raises ValueError for what is none."""
    first = period.partition("/")[0]
    return datetime.date.fromisoformat(first + {4: "-01-01", 7: "-01"}.get(len(first), "")).toordinal()


def last_day(period: str) -> int:
    """The number of the last day of a period. Raises ValueError for what is none."""
    end = period.rpartition("/")[2]
    if len(end) == 7:
        first = datetime.date.fromisoformat(f"{end}-01")
        return first.replace(day=calendar.monthrange(first.year, first.month)[1]).toordinal()
    return datetime.date.fromisoformat(end + {4: "-12-31"}.get(len(end), "")).toordinal()


def is_month(period: str) -> bool:
    """Whether a period is written as a month: `2010-11`."""
    return _MONTH.match(period) is not None


def may_be_years(period: str) -> bool:
    """Whether a month can be meant as two years: `2010-11`, but not `2010-10`."""
    return is_month(period) and int(period[5:]) == (int(period[:4]) + 1) % 100


def says_month(period: str) -> bool:
    """Whether a period is or has an end that can only be a month."""
    return any(is_month(part) and not may_be_years(part) for part in period.split("/"))


def time_order(period: str) -> tuple[int, int]:
    """What periods are sorted by, and the latest is found: by their last day; of those that end on one day, the
    longer one comes later. 2024 comes after 2024-03-31, which it holds, and after 2024-12-31.
    """
    return last_day(period), -first_day(period)


def span_of(periods: Iterable[str]) -> str:
    """From the first of several periods to the last: `2022`, `2024-12-31` → `2022/2024-12-31`; empty for none.

    Of those that begin on one day, or end on one, the longer one is named: 2024 holds 2024-03-31.
    """
    parts = {part for period in periods for part in period.split("/")}
    if not parts:
        return ""
    first = min(parts, key=lambda part: (first_day(part), -last_day(part)))
    last = max(parts, key=time_order)
    return first if first == last else f"{first}/{last}"
