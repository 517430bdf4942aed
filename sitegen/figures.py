"""A figure in words: the published digits in a language's own form, never rounded, with unit and qualifier."""

from __future__ import annotations

import datetime
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from babel import Locale
from babel.dates import format_date
from markupsafe import Markup

from .labels import Labels
from .model import Indicator, Observation, in_language

NO_BREAK_SPACE = "\u00a0"
_SYMBOLS = {"at-least": "≥", "at-most": "≤", "about": "≈"}


@dataclass(frozen=True)
class FigureFormat:
    """How figures, dates and periods are printed in one language (CLDR, with the pattern labels over it)."""

    language: str
    labels: Labels

    @cached_property
    def locale(self) -> Locale:
        return Locale.parse(self.language, sep="-")

    def number(self, value: str, percent: bool = False, sign: bool = False) -> str:
        """`9928` → `9,928`; the digits after the point are kept as they are: `0.430` → `0.430`."""
        decimals = len(value.partition(".")[2])
        patterns = self.locale.percent_formats if percent else self.locale.decimal_formats
        pattern = copy(patterns[None])
        pattern.frac_prec = (decimals, decimals)
        # a percent pattern multiplies by 100
        number = Decimal(value).scaleb(-2) if percent else Decimal(value)
        text: str = pattern.apply(number, self.locale)
        return f"+{text}" if sign and number > 0 else text

    def unit(self, indicator: Indicator, value: str) -> str:
        """The unit in words, in the plural form that CLDR asks for with this number: `1 year`, `3 years`."""
        forms = in_language(indicator.unit_name, self.language).split("|")
        if len(forms) == 1:
            return forms[0]
        order = ("zero", "one", "two", "few", "many", "other")
        tags = [tag for tag in order if tag in {*self.locale.plural_form.tags, "other"}]
        index = tags.index(self.locale.plural_form(abs(Decimal(value))))
        return forms[min(index, len(forms) - 1)]

    def value(
        self,
        observation: Observation,
        unit: bool | None = None,
        sign: bool = False,
        words: bool = True,
        capital: bool = False,
    ) -> str:
        """The figure as text, no-break spaces in it: `more than 1,100`, `24.7 billion VND`, `0.43%`.

        `unit` None leaves a count bare, and gives money and percentages their unit; a bound keeps its
        words, or its sign (`≥ 1,100`) where `words` is false.
        """
        indicator = observation.indicator
        percent = indicator.unit_type == "percent"
        text = self.number(observation.value, percent and unit is not False, sign)
        if unit or (unit is None and indicator.unit_type == "money"):
            name = "" if percent else self.unit(indicator, observation.value)
            text = f"{text} {name}" if name else text
        if observation.qualifier and words:
            text = self.labels(f"qualifier_{observation.qualifier.replace('-', '_')}", value=text)
        elif observation.qualifier:
            text = f"{_SYMBOLS[observation.qualifier]} {text}"
        if capital:
            text = text[:1].upper() + text[1:]
        return text.replace(" ", NO_BREAK_SPACE)

    def html(self, observation: Observation, text: str, url: str) -> Markup:
        """The figure for a page: machine-readable, leading to its own page, its status marked."""
        mark = Markup("")
        if observation.status:
            title = self.labels(f"status_{observation.status}")
            mark = Markup('<sup class="status" title="{}">†</sup>').format(title)
        return Markup('<a class="fig" href="{}"><data value="{}">{}</data>{}</a>').format(
            url, observation.value, text, mark
        )

    def period_of(self, observation: Observation, short: bool = False) -> str:
        """When a figure holds: the source's own words where it is vague, else the period."""
        return in_language(observation.period_note, self.language) or self.period(observation.period, short)

    def period(self, text: str, short: bool = False) -> str:
        """An ISO 8601 year, month, day or interval: `2022/2024` → `2022–2024`."""
        return "–".join(self.date(part, short) for part in text.split("/"))

    def date(self, text: str, short: bool = False) -> str:
        """`2024-12-31` → `31 December 2024`, `ngày 31 tháng 12 năm 2024`; `2024-12` and `2024` likewise.

        `short` is for axes: `31 Dec 2024`. Raises ValueError for what is no date.
        """
        if len(text) == 4 and text.isdigit():
            return text
        day = datetime.date.fromisoformat(text if len(text) > 7 else f"{text}-01")
        pattern = self.labels("month_long" if len(text) <= 7 else "date_short" if short else "date_long")
        return str(format_date(day, format=pattern, locale=self.locale))
