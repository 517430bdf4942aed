"""The numerals that are no figures: years, dates, times, ordinals, numbered parts, names, and what site.toml allows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from babel import Locale

from ...language import FigureFormat
from ...model import Dataset
from ...text import AuthorPattern

_YEAR = r"(?:19|20)[0-9]{2}(?![0-9]|[.,][0-9])"
# as names, with a capital letter: Article 5, Room 12, Điều 5; several of a kind only as a list: Articles 2 and 4
_NAMED = (
    r"Article|Step|Section|Figure|Table|Chapter|Part|Annex|Appendix|Page|Paragraph|Clause|Line|Version|Phase|Level|Room"
    r"|Building|Grade|Class|Round|Week|Stage|Law|No\.|Điều|Bước|Mục|Chương|Phần|Hình|Bảng|Phụ lục|Trang|Đoạn|Khoản|Điểm"
    r"|Dòng|Phiên bản|Đợt|Lần|Vòng|Tuần|Lớp|Tổ|Quận|Phường|Khu|Étape|Chapitre|Partie|Annexe|Tableau|Paragraphe|Alinéa"
)
_PLAIN = (
    r"article|step|section|chapter|annex|page|paragraph|clause|line|no\.|pp?\.|version|điều|(?<!giai )đoạn|khoản"
    r"|điểm|mục|đợt|lần|vòng|étape|chapitre|annexe|alinéa|paragraphe"
)
_PLURAL = (
    r"[Aa]rticles|[Ss]teps|[Ss]ections|[Ff]igures|[Tt]ables|[Cc]hapters|[Pp]ages|[Pp]aragraphs|[Cc]ác đoạn|pp\.|nos\."
)
_END = r"(?![0-9]|[.,][0-9]|\s*%)"
_NUMBER = rf"[0-9]{{1,3}}(?:\.[0-9]{{1,2}}){{0,3}}{_END}"
_SMALL = rf"[0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{0,3}}{_END}"
_AND = r"(?:\s*,|\s+(?:and|to|và|đến|et|à)|\s*[-–])\s*"
_DESIGNATED = (
    rf"\b(?:{_NAMED})\s+{_NUMBER}(?:{_AND}{_NUMBER})*",
    rf"\b(?:{_PLAIN})\s+{_SMALL}(?:{_AND}{_SMALL})*",
    rf"\b(?:{_PLURAL})\s+{_SMALL}(?:{_AND}{_SMALL})+",
)
_COMMON = (
    # 2024-12-31, 31/12/2024, 31.12.2024, 2022/23
    r"(?<![0-9])[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?(?![0-9])",
    r"(?<![0-9])[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{4}(?![0-9])",
    rf"(?<![0-9.,]){_YEAR}\s?[-–/]\s?[0-9]{{2,4}}(?![0-9])",
    r"(?<![0-9/])(?:0?[1-9]|1[0-2])/(?:19|20)[0-9]{2}(?![0-9/])",
    # 14:30, 9h30, 9 a.m.
    r"(?<![0-9])[0-9]{1,2}(?::[0-9]{2}){1,2}(?![0-9])|(?<![0-9])[0-9]{1,2}h(?:[0-9]{2})?\b",
    r"(?<![0-9.,])[0-9]{1,2}\s?(?:[ap]\.m\.|[ap]m\b)",
    # 1st, 2nd, 1er, 2e
    r"(?<![0-9.,])[0-9]+(?:st|nd|rd|th|er|re|e|ème|º|ª)\b",
    r"\b(?:lần\s+)?thứ\s+[0-9]+|\bquý\s+[0-9]\b",
    # ngày 31 tháng 12 năm 2024, tháng 12/2024
    r"\bngày\s+[0-9]{1,2}(?:/[0-9]{1,2}(?:/[0-9]{4})?)?|\btháng\s+[0-9]{1,2}(?:/[0-9]{4})?",
)
# COVID-19, UTF-8, 5G, 3A
_NAME = re.compile(r"\b[^\WA-ZĐ]*+[A-ZĐ]\w*+-[0-9]++\b|(?<![0-9.,])[0-9]{1,2}[A-ZĐ]\b")
_BEFORE_A_YEAR = re.compile(
    r"(?:\b(?:in|of|since|from|until|till|by|early|late|before|after|during|year|years|for|and|to|end|mid)|năm|đến|từ"
    r"|giai đoạn|đầu|cuối|và|en|de|depuis|année|fin|début|jusqu’en|jusqu'en|[-–/])\s*\Z",
    re.IGNORECASE,
)
_LONGEST_BEFORE = 14


@dataclass(frozen=True)
class Allowed:
    """What may stand in a text of one language without a figure."""

    form: FigureFormat
    dataset: Dataset
    literal: Sequence[AuthorPattern]

    @cached_property
    def _patterns(self) -> Sequence[re.Pattern[str]]:
        months = _months(self.form.locale)
        day = r"(?:[12]?[0-9]|3[01])(?:st|nd|rd|th|er|\.)?"
        # months have capital letters where their language gives them some: May is one, may isn't
        dates = (
            rf"(?<![0-9.,]){day}\s+(?:of\s+|de\s+)?(?:{months})\b",
            rf"\b(?:{months})\.?\s+{day}(?![0-9]|[.,][0-9]|\s*%)",
        )
        written = [re.compile(pattern, re.IGNORECASE) for pattern in _COMMON]
        named = [re.compile(pattern) for pattern in (*_DESIGNATED, *(dates if months else ()))]
        return [*written, _NAME, *named]

    @cached_property
    def _unit_after(self) -> re.Pattern[str]:
        units = {
            form for item in self.dataset.indicators.values() for form in self.form.unit_forms(item).split("|") if form
        }
        words = "|".join(re.escape(unit) for unit in sorted(units, key=len, reverse=True))
        return re.compile(rf"\s{{0,4}}(?:%|(?:{words or '%'})(?!\w))", re.IGNORECASE)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where nothing has to come from a figure."""
        for pattern in self._patterns:
            yield from (found.span() for found in pattern.finditer(text))
        for literal in self.literal:
            yield from literal.spans(text)
        for found in re.finditer(rf"(?<![0-9.,]){_YEAR}", text):
            before = text[max(0, found.start() - _LONGEST_BEFORE) : found.start()]
            if not self._unit_after.match(text, found.end()) or _BEFORE_A_YEAR.search(before):
                yield found.span()


def _months(locale: Locale) -> str:
    """The names of the months that are words: `tháng 1` is told by its own pattern."""
    names = {
        name.rstrip(".")
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for name in locale.months[context][width].values()
    }
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if not re.search("[0-9]", name))
