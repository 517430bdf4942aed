"""ISO 8601 periods: their first and last day, their order, and the span of several."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterable

_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])\Z")


def day_of(period: str) -> int:
    """The middle day of a year, month, day or interval, as a day number. Raises ValueError for other texts."""
    return (first_day(period) + last_day(period)) // 2


def first_day(period: str) -> int:
    """The first day of a period, as a day number. Raises ValueError for other texts."""
    first = period.partition("/")[0]
    return datetime.date.fromisoformat(first + {4: "-01-01", 7: "-01"}.get(len(first), "")).toordinal()


def last_day(period: str) -> int:
    """The last day of a period, as a day number. Raises ValueError for other texts."""
    end = period.rpartition("/")[2]
    if len(end) == 7:
        first = datetime.date.fromisoformat(f"{end}-01")
        return first.replace(day=calendar.monthrange(first.year, first.month)[1]).toordinal()
    return datetime.date.fromisoformat(end + {4: "-12-31"}.get(len(end), "")).toordinal()


def is_month(period: str) -> bool:
    """Whether a period is written as a month: `2010-11`."""
    return _MONTH.match(period) is not None


def may_be_years(period: str) -> bool:
    """Whether a month may be meant as two years: `2010-11`, but not `2010-10`."""
    return is_month(period) and int(period[5:]) == (int(period[:4]) + 1) % 100


def says_month(period: str) -> bool:
    """Whether a period, or an end of it, is certainly a month."""
    return any(is_month(part) and not may_be_years(part) for part in period.split("/"))


def time_order(period: str) -> tuple[int, int]:
    """The sort key of periods: by last day, and if that is the same, longer ones later. 2024 comes after 2024-03-31,
    which it contains, and after 2024-12-31.
    """
    return last_day(period), -first_day(period)


def span_of(periods: Iterable[str]) -> str:
    """From the first of several periods to the last: `2022`, `2024-12-31` → `2022/2024-12-31`; empty for none.

    Of periods that begin or end on the same day, the longer one counts.
    """
    parts = {part for period in periods for part in period.split("/")}
    if not parts:
        return ""
    first = min(parts, key=lambda part: (first_day(part), -last_day(part)))
    last = max(parts, key=time_order)
    return first if first == last else f"{first}/{last}"
