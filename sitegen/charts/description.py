"""A chart's description in sentences: what it shows, trends, first and last values, extremes, gaps.

The sentences are labels, so each language has its own. They claim nothing that a bound leaves open: "more than 1,100"
may or may not be the largest value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from babel.lists import format_list

from ..language import FigureFormat
from ..model import Annotation, ChartData, ChartRequest, Figure
from .points import dimensions, figure_labels, names_of
from .ranking import is_level, largest, smallest, step

# if there are more values, only the table lists them
MOST_LISTED = 12


@dataclass(frozen=True)
class Teller:
    """Makes the sentences that kinds share. `rows` are those of a Python chart without figures."""

    request: ChartRequest
    data: ChartData
    form: FigureFormat
    rows: Sequence[Mapping[str, Any]] = ()

    @property
    def figures(self) -> Sequence[Figure]:
        """The figures whose values are drawn."""
        return self.request.drawn

    def say(self, name: str, /, **values: object) -> str:
        """The label `told_NAME` with these values."""
        return self.form.labels(f"told_{name}", **values)

    def counted(self, name: str, number: int) -> str:
        """`1 value`, `4 values`, in the plural form of the language."""
        return self.form.plural(self.say(name), number).format(count=self.form.number(str(number)))

    def listed(self, parts: Sequence[str]) -> str:
        """`a, b and c`."""
        return str(format_list(list(parts), locale=self.form.locale))

    def opening(self) -> str:
        """`Line chart of “Loans” for North, in books: 3 values, 2022 – 2024.`"""
        figures = self.figures
        kind = self.request.kind.replace("-", "_")
        kind += f"_{self.request.arrangement}" if self.request.arrangement else ""
        names = list(names_of(figures, "indicator", self.form).values())
        areas = list(names_of(figures, "area", self.form).values())
        quoted = [self.say("quoted", name=name) for name in names]
        unit = self.form.unit_name(figures[0].indicator)
        ordered = sorted(figures, key=lambda item: item.time_order)
        periods = dict.fromkeys(self.form.period_of(item) for item in (ordered[0], ordered[-1]))
        return self.say(
            "opening",
            kind=self.say(kind),
            what=self.listed(quoted),
            where=self.say("where", area=areas[0]) if len(areas) == 1 and areas[0] else "",
            unit="" if unit.casefold() in map(str.casefold, names) else self.say("unit", unit=unit),
            values=self.counted("values", len(figures)),
            period=" – ".join(periods),
        )

    def value(self, item: Figure) -> str:
        """A value with its interval: `more than 1,100`, `4.2%, between 3.9% and 4.5%`."""
        parts = (self.form.told(item, self.form.value(item)), self.interval(item))
        return ", ".join(part for part in parts if part)

    def dated(self, item: Figure) -> str:
        """`3,612 (early 2022, provisional)`."""
        return self.named(item, self.form.period_of(item))

    def named(self, item: Figure, name: str) -> str:
        """`3,612 (North, provisional)`; a name with brackets of its own follows a dash."""
        about = ", ".join(part for part in (name, self.form.status(item)) if part)
        about = "; ".join(part for part in (about, self.interval(item)) if part)
        text = self.form.value(item)
        return f"{text} – {about}" if "(" in about else f"{text} ({about})" if about else text

    def interval(self, item: Figure) -> str:
        """`between 3.9% and 4.5%`; empty for a figure without an interval."""
        if item.id not in self.request.intervals:
            return ""
        low, high = (self.form.value(end) for end in self.request.intervals[item.id])
        return self.form.labels("range_between", low=low, high=high)

    # -- over time

    def over_time(self, gaps: bool = True) -> Iterator[str]:
        """How each series develops; `gaps`: whether to mention missing values."""
        several, few = len(self.request.series) > 1, len(self.figures) <= MOST_LISTED
        breaks = [note for note in self.request.annotations if note.is_break]
        for note in breaks:
            yield self.say("break", period=note.period, text=note.text.rstrip("."))
        for series in self.request.series:
            figures = sorted(series.figures, key=lambda item: item.time_order)
            for place, stretch in enumerate(_stretches(figures, breaks)):
                trend = self._trend(stretch)
                trend = self._after_break(stretch[0], breaks, trend) if place else trend
                yield f"{series.name}: {trend}." if several else f"{capital(trend)}."
                told = [] if is_level(stretch) else [self.dated(item) for item in stretch[1:-1]]
                if few and (rest := [text for text in told if text not in trend]):
                    yield self.say("between", values="; ".join(rest))
        yield from self._comparison()
        if gaps:
            yield from self._missing()
        if not few:
            yield self.say("table", values=self.counted("values", len(self.figures)))
        for note in self.request.annotations:
            if not note.is_break:
                yield self.say("annotation", period=note.period, text=note.text.rstrip("."))

    def _after_break(self, first: Figure, breaks: Sequence[Annotation], trend: str) -> str:
        """A trend after a break; the break is named if there are several."""
        if len(breaks) == 1:
            return self.say("after_break", trend=trend)
        last = max((note for note in breaks if note.day <= first.day), key=lambda note: note.day)
        return self.say("after_break_at", period=last.period, trend=trend)

    def _trend(self, figures: Sequence[Figure]) -> str:
        """`it falls at every step, from 3,612 (early 2022) to 690 (end of 2024)`."""
        if len(figures) == 1:
            return self.say("single", value=self.dated(figures[0]))
        first, last = self.dated(figures[0]), self.dated(figures[-1])
        steps = {step(before, after) for before, after in pairwise(figures)}
        if steps == {0}:
            return self.say("level", value=self.value(figures[0]), first=first, last=last)
        name = "falling" if steps == {-1} else "rising" if steps == {1} else ""
        if name:
            return self.say(f"{name}_steadily" if len(figures) > 2 else name, first=first, last=last)
        way = step(figures[0], figures[-1])
        overall = {1: "rising", -1: "falling"}.get(way or 0, "from_to")
        # None: a bound leaves open whether that step went the same way
        if overall != "from_to" and steps - {way, None}:
            overall += "_overall"
        text = self.say(overall if len(figures) > 2 else "from_to", first=first, last=last)
        for extreme, label, value in ((largest(figures), "highest", "high"), (smallest(figures), "lowest", "low")):
            if extreme and extreme in figures[1:-1]:
                text += self.say(label, **{value: self.dated(extreme)})
        return text

    def _comparison(self) -> Iterator[str]:
        """Which series ends highest and which lowest, if all end in the same period."""
        names = {series.figures[-1].id: series.name for series in self.request.series}
        lasts = [series.figures[-1] for series in self.request.series]
        if len(lasts) < 2 or len({item.period for item in lasts}) > 1:
            return
        high, low = largest(lasts), smallest(lasts)
        if high and low:
            values = {"high": self.value(high), "low": self.value(low)}
            period = self.form.period_of(high)
            yield self.say("compared", period=period, highest=names[high.id], lowest=names[low.id], **values)

    def _missing(self) -> Iterator[str]:
        """The periods in which a series has no value but another one does."""
        periods = {item.period: item for item in self.figures}
        for series in self.request.series:
            own = {item.period for item in series.figures}
            absent = [item for period, item in periods.items() if period not in own]
            if absent:
                times = [self.form.period_of(item) for item in sorted(absent, key=lambda item: item.time_order)]
                yield self.say("missing", series=series.name, periods=self.listed(times))

    # -- side by side

    def side_by_side(self) -> Iterator[str]:
        """The trend of a single series over time, otherwise the extremes."""
        if dimensions(self.figures) == ("period",) and len(self.request.series) == 1:
            return self.over_time()
        return self.extremes(self.named_figures())

    def named_figures(self) -> list[tuple[str, Figure]]:
        """Each figure with a unique name."""
        return list(zip(figure_labels(self.request, self.form, short=False), self.figures, strict=True))

    def extremes(self, named: Sequence[tuple[str, Figure]]) -> Iterator[str]:
        """The largest and the smallest value, then the others."""
        figures = [item for _, item in named]
        names = {item.id: name for name, item in named}
        high, low = largest(figures), smallest(figures)
        rest = list(named)
        if high and low and len(named) > 1:
            yield self.say("largest", high=self.named(high, names[high.id]), low=self.named(low, names[low.id]))
            rest = [(name, item) for name, item in named if item not in (high, low)]
        if rest and len(named) <= MOST_LISTED:
            values = self.listed([self.named(item, name) for name, item in rest])
            said = self.say("others" if len(rest) < len(named) else "all")
            yield self.form.plural(said, len(rest)).format(values=values)
        elif len(named) > MOST_LISTED:
            yield self.say("table", values=self.counted("values", len(named)))


def _stretches(figures: Sequence[Figure], breaks: Sequence[Annotation]) -> list[list[Figure]]:
    """The figures of a series, split at breaks."""
    parts: list[list[Figure]] = [[figures[0]]]
    for before, item in pairwise(figures):
        if any(before.day < note.day <= item.day for note in breaks):
            parts.append([])
        parts[-1].append(item)
    return parts


def capital(text: str) -> str:
    """A text with its first letter as a capital."""
    return text[:1].upper() + text[1:]
