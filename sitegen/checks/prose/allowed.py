"""Numerals that are no figures: years, dates, times, ordinals, numbered parts, names, and what site.toml allows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain

from babel import Locale

from ...language import FigureFormat, alternatives, words
from ...model import Dataset
from ...text import AuthorPattern

_YEAR = r"(?:19|20)[0-9]{2}(?![0-9]|[.,][0-9])"
_END = r"(?![0-9]|[.,][0-9]|\s*%)"
_NUMBER = rf"[0-9]{{1,3}}(?:\.[0-9]{{1,2}}){{0,3}}{_END}"
_SMALL = rf"[0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{0,3}}{_END}"
_COMMON = (
    # 2024-12-31, 31/12/2024, 31.12.2024, 2022/23
    r"(?<![0-9])[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?(?![0-9])",
    r"(?<![0-9])[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{4}(?![0-9])",
    rf"(?<![0-9.,]){_YEAR}\s?[-–/]\s?[0-9]{{2,4}}(?![0-9])",
    r"(?<![0-9/])(?:0?[1-9]|1[0-2])/(?:19|20)[0-9]{2}(?![0-9/])",
    # 14:30, 9h30
    r"(?<![0-9])[0-9]{1,2}(?::[0-9]{2}){1,2}(?![0-9])|(?<![0-9])[0-9]{1,2}h(?:[0-9]{2})?\b",
)
# COVID-19, UTF-8, 5G, 3A
_NAME = re.compile(r"\b[^\WA-ZĐ]*+[A-ZĐ]\w*+-[0-9]++\b|(?<![0-9.,])[0-9]{1,2}[A-ZĐ]\b")
_LONGEST_BEFORE = 14


@dataclass(frozen=True)
class Allowed:
    """Finds the numerals of one language that need no figure."""

    form: FigureFormat
    dataset: Dataset
    literal: Sequence[AuthorPattern]

    @cached_property
    def _patterns(self) -> Sequence[re.Pattern[str]]:
        months = _months(self.form.locale)
        endings, of = alternatives(words("ordinal_endings")), alternatives(words("date_of"))
        day = rf"(?:[12]?[0-9]|3[01])(?:{endings}|\.)?"
        # months are capitalized if their language does so: May is a month, may is not
        dates = (
            rf"(?<![0-9.,]){day}\s+(?:(?:{of})\s+)?(?:{months})\b",
            rf"\b(?:{months})\.?\s+{day}(?![0-9]|[.,][0-9]|\s*%)",
        )
        return [*_fixed_patterns(), *map(re.compile, dates if months else ())]

    @cached_property
    def _unit_after(self) -> re.Pattern[str]:
        forms = [self.form.unit_forms(item).split("|") for item in self.dataset.indicators.values()]
        units = "|".join(map(re.escape, sorted({*chain(*forms)} - {""}, key=len, reverse=True)))
        return re.compile(rf"\s{{0,4}}(?:%|(?:{units or '%'})(?!\w))", re.IGNORECASE)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """The parts of a text that need no figure."""
        for pattern in self._patterns:
            yield from (found.span() for found in pattern.finditer(text))
        for literal in self.literal:
            yield from literal.spans(text)
        for found in re.finditer(rf"(?<![0-9.,]){_YEAR}", text):
            before = text[max(0, found.start() - _LONGEST_BEFORE) : found.start()]
            if not self._unit_after.match(text, found.end()) or _before_a_year().search(before):
                yield found.span()


@cache
def _fixed_patterns() -> Sequence[re.Pattern[str]]:
    """The patterns for all languages and sites."""
    written = (
        *_COMMON,
        # 9 a.m.
        rf"(?<![0-9.,])[0-9]{{1,2}}\s?(?:{alternatives(words('hour_endings'))})(?!\w)",
        # 1st, 2nd, 1er, 2e
        rf"(?<![0-9.,])[0-9]+(?:{alternatives(words('ordinal_endings'))})\b",
        rf"\b(?:{alternatives(words('before_ordinal'))})\s+[0-9]+",
        rf"\b(?:{alternatives(words('before_quarter'))})\s+[0-9]\b",
        # ngày 31 tháng 12 năm 2024, tháng 12/2024
        rf"\b(?:{alternatives(words('before_day'))})\s+[0-9]{{1,2}}(?:/[0-9]{{1,2}}(?:/[0-9]{{4}})?)?",
        rf"\b(?:{alternatives(words('before_month'))})\s+[0-9]{{1,2}}(?:/[0-9]{{4}})?",
    )
    joins = rf"(?:\s*,|\s+(?:{alternatives(words('part_joins'))})|\s*[-–])\s*"
    others = "".join(rf"(?<!{word})" for word in words("parts", "none"))
    # with a capital letter: Article 5, Room 12; several of a kind only as a list: Articles 2 and 4
    named = (
        rf"\b(?:{alternatives(words('parts', 'capital'))})\s+{_NUMBER}(?:{joins}{_NUMBER})*",
        rf"\b(?:{alternatives(words('parts', 'small'))}){others}\s+{_SMALL}(?:{joins}{_SMALL})*",
        rf"\b(?:{alternatives(words('parts', 'plural'))})\s+{_SMALL}(?:{joins}{_SMALL})+",
    )
    return [*(re.compile(pattern, re.IGNORECASE) for pattern in written), _NAME, *map(re.compile, named)]


@cache
def _before_a_year() -> re.Pattern[str]:
    return re.compile(rf"(?:\b(?:{alternatives(words('before_year'))})|[-–/])\s*\Z", re.IGNORECASE)


def _months(locale: Locale) -> str:
    """The names of the months that have no digits: `tháng 1` has its own pattern."""
    contexts = (locale.months["format"], locale.months["stand-alone"])
    names = {
        name.rstrip(".") for each in contexts for width in ("wide", "abbreviated") for name in each[width].values()
    }
    return alternatives(name for name in names if not re.search("[0-9]", name))
