"""Formats figures: the published digits in a language's notation, never rounded, with unit and qualifier."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

import icu
from babel import Locale
from babel.dates import format_date
from markupsafe import Markup

from ..model import PERCENT, POINTS, Figure, Indicator, in_language
from .labels import Labels

NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"
STATUS_MARK = "†"
_SIGNS = {"more-than": ">", "at-least": "≥", "less-than": "<", "at-most": "≤", "about": "≈"}
_OPPOSITES = {"more-than": "less-than", "at-least": "at-most", "less-than": "more-than", "at-most": "at-least"}
# built-in units: their label, and its English text
_OWN_UNITS = {PERCENT: ("unit_percent", "percent"), POINTS: ("unit_points", "percentage point|percentage points")}


@dataclass(frozen=True)
class FigureFormat:
    """How figures, dates and periods are printed in one language (CLDR, overridden by pattern labels)."""

    language: str
    labels: Labels

    @classmethod
    def plain(cls, language: str) -> FigureFormat:
        """A format without interface words, for `number` and for `value` with `words=False`."""
        return cls(language, Labels(language, {}))

    @cached_property
    def locale(self) -> Locale:
        return Locale.parse(self.language, sep="-")

    @property
    def language_name(self) -> str:
        """The language's own name, capitalised: `English`, `Tiếng Việt`, `Français`."""
        name = self.locale.get_language_name(self.locale) or self.language
        return name[:1].upper() + name[1:]

    def number(self, value: str, percent: bool = False, sign: bool = False) -> str:
        """`9928` → `9,928`; decimals are kept: `0.430` → `0.430`. `-0` becomes 0."""
        number = Decimal(value)
        written = f"{number:f}" if number else f"{abs(number):f}"
        text = _formatted(self.language, written, percent).replace("-", MINUS)
        return f"+{text}" if sign and number > 0 else text

    @property
    def percent_sign(self) -> str:
        """What follows the digits of a percentage: `%`, ` %`; also `%` if it precedes them."""
        return self.number("1", percent=True).partition("1")[2] or "%"

    @cached_property
    def separators(self) -> tuple[str, str, tuple[int, ...]]:
        """The decimal separator, the grouping separator, and the group sizes from the decimal point on: 3, or 3 and
        then 2.
        """
        text = self.number("1" * 13 + ".1")
        whole, decimal = text[:-2], text[-2]
        separator = next((character for character in whole if character != "1"), "")
        sizes = [len(part) for part in reversed(whole.split(separator))][:-1] if separator else [3]
        return decimal, separator, (sizes[0],) if len(set(sizes)) == 1 else tuple(sizes)

    @cached_property
    def rewritten_label(self) -> str:
        """A Vega expression that corrects d3's number labels where d3 has no setting: no separator in four digits, a
        percent sign before them. Empty if d3 is right.
        """
        expression = "datum.label"
        _, separator, _ = self.separators
        if separator and separator not in self.number("1111"):
            expression = rf"replace({expression}, regexp('^(\\D*\\d)[{separator}](\\d{{3}})(?!\\d)'), '$1$2')"
        before = self.number("1", percent=True).partition("1")[0]
        if before:
            expression = rf"replace({expression}, regexp('^(\\D*)(.*?)%$'), '$1{before}$2')"
        return "" if expression == "datum.label" else expression

    def unit(self, indicator: Indicator, value: str) -> str:
        """The unit in words, in CLDR's plural form for this number: `1 year`, `3 years`."""
        return self.plural(self.unit_forms(indicator), abs(Decimal(value)))

    def unit_name(self, indicator: Indicator) -> str:
        """The unit as in headings: `years`, `percentage points`; its id if it has no name."""
        return self.unit_forms(indicator).split("|")[-1] or indicator.unit

    def unit_forms(self, indicator: Indicator) -> str:
        """The plural forms of a unit's name, `year|years`: the site's own, or those of a built-in unit."""
        key, english = _OWN_UNITS.get(indicator.unit_type, ("", ""))
        return in_language(indicator.unit_name, self.language) or self.labels.texts.get(key, english)

    def plural(self, text: str, number: Decimal | int) -> str:
        """The plural form for a number, of `year|years` in the order of CLDR's plural categories."""
        forms = text.split("|")
        if len(forms) == 1:
            return forms[0]
        order = ("zero", "one", "two", "few", "many", "other")
        tags = [tag for tag in order if tag in {*self.locale.plural_form.tags, "other"}]
        index = tags.index(self.locale.plural_form(number))
        return forms[min(index, len(forms) - 1)]

    def value(
        self,
        figure: Figure,
        unit: bool | None = None,
        sign: bool = False,
        words: bool = True,
        capital: bool = False,
        magnitude: bool = False,
    ) -> str:
        """The figure as text, with no-break spaces: `more than 1,100`, `24.7 billion VND`, `0.43%`.

        `unit` None prints the unit of money, percentages and percentage points only; bounds are printed in words, or as
        signs (`≥ 1,100`) if `words` is false. `magnitude` drops a minus sign, for `fell by 479`.
        """
        indicator, value, qualifier = figure.indicator, figure.value, figure.qualifier
        is_below = value.startswith("-") or (not Decimal(value) and qualifier in ("less-than", "at-most"))
        if magnitude and is_below:
            value, qualifier = value.removeprefix("-"), _OPPOSITES.get(qualifier, qualifier)
        percent = indicator.unit_type == PERCENT
        text = self.number(value, percent and unit is not False, sign)
        if unit or (unit is None and indicator.unit_type in ("money", POINTS)):
            name = "" if percent else self.unit(indicator, value)
            text = f"{text} {name}" if name else text
        if qualifier and words:
            text = self.labels(f"qualifier_{qualifier.replace('-', '_')}", value=text)
        elif qualifier:
            text = f"{_SIGNS[qualifier]} {text}"
        if capital:
            text = text[:1].upper() + text[1:]
        return text.replace(" ", NO_BREAK_SPACE)

    def status(self, figure: Figure) -> str:
        """The status in words, `disputed`, or empty."""
        return self.labels(f"status_{figure.status}") if figure.status else ""

    def told(self, figure: Figure, text: str) -> str:
        """A figure's text with its status in words, where marks are impossible: `1,582 (disputed)`."""
        return self.labels("value_with_status", value=text, status=self.status(figure)) if figure.status else text

    def marked(self, figure: Figure, text: str) -> Markup:
        """A figure's text as HTML: machine-readable, with a status mark."""
        mark = Markup("")
        if figure.status:
            mark = Markup('<sup class="status" title="{}">{}</sup>').format(self.status(figure), STATUS_MARK)
        return Markup('<data value="{}">{}</data>{}').format(figure.value, text, mark)

    def html(self, figure: Figure, text: str, url: str, popover: str = "") -> Markup:
        """The figure as a link to its page; `popover` is the id of its popover."""
        interest = Markup(' interestfor="{}"').format(popover) if popover else ""
        return Markup('<a class="fig" href="{}"{}>{}</a>').format(url, interest, self.marked(figure, text))

    def period_of(self, figure: Figure, short: bool = False) -> str:
        """A figure's period, in the source's own words if it is vague.

        `mid-year (2023)` if other figures have the same words for another time.
        """
        note = in_language(figure.period_note, self.language)
        if note and figure.period_detail:
            return self.labels("period_apart", note=note, period=self.period(figure.period_detail, short))
        return note or self.period(figure.period, short)

    def period(self, text: str, short: bool = False) -> str:
        """An ISO 8601 year, month, day or interval: `2022/2024` → `2022–2024`, `2024-05/2024-05` → `May 2024`."""
        return "–".join(dict.fromkeys(self.date(part, short) for part in text.split("/")))

    def date(self, text: str, short: bool = False) -> str:
        """`2024-12-31` → `31 December 2024`, `ngày 31 tháng 12 năm 2024`; `2024-12` and `2024` likewise.

        `short` is for axes: `31 Dec 2024`. Raises ValueError for anything else.
        """
        if len(text) == 4 and text.isdigit():
            return text
        day = datetime.date.fromisoformat(text if len(text) > 7 else f"{text}-01")
        pattern = self.labels("month_long" if len(text) <= 7 else "date_short" if short else "date_long")
        return str(format_date(day, format=pattern, locale=self.locale))


def _formatted(language: str, number: str, percent: bool) -> str:
    """A decimal number by CLDR's rules: separators, grouping, position of the percent sign."""
    return str(_number_formatter(language, len(number.partition(".")[2]), percent).formatDecimal(number.encode()))


@cache
def _number_formatter(language: str, decimals: int, percent: bool) -> Any:
    # Latin digits in every language, as in tables and on axes
    locale = icu.Locale.forLanguageTag(f"{language}-u-nu-latn")
    formatter = icu.NumberFormatter.withLocale(locale).precision(icu.Precision.fixedFraction(decimals))
    return formatter.unit(icu.NoUnit.percent()) if percent else formatter
