"""A chart in words, made from its figures: what it is, its range, first and last, extremes, trend, what is missing.

The words are labels, so that every language has its own sentences. Nothing is said that a bound leaves open: of a value
that is "more than 1,100", nobody knows whether it is the largest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from babel.lists import format_list

from ..language import FigureFormat
from ..model import Annotation, ChartData, ChartRequest, Figure, Series, in_language
from .points import dimensions, figure_labels, names_of
from .ranking import is_level, largest, reaches, smallest, step
from .table import chart_table

# more values than these are left to the table
_MOST_LISTED = 12


def describe(request: ChartRequest, data: ChartData, form: FigureFormat) -> str:
    """The description of a chart, a few sentences; what the author adds stands at its end."""
    teller = _Teller(request, data, form)
    sentences = [*teller.sentences(), request.remark]
    return " ".join(sentence for sentence in sentences if sentence)


def describe_rows(request: ChartRequest, rows: Sequence[Mapping[str, object]], form: FigureFormat) -> str:
    """The description of a Python chart that draws rows of its own: how many, and of what."""
    count = form.plural(form.labels("told_rows"), len(rows)).format(count=form.number(str(len(rows))))
    names = dict.fromkeys(name for row in rows for name in row)
    quoted = [form.labels("told_quoted", name=name) for name in names]
    columns = str(format_list(quoted, locale=form.locale))
    told = form.labels("told_rows_of", kind=form.labels("told_python"), rows=count, columns=columns)
    listed = ""
    if len(rows) <= _MOST_LISTED:
        table = chart_table(request, rows, form, str)
        listed = form.labels(
            "told_rows_listed", rows="; ".join(" ".join(cell for cell in row if cell) for row in table.rows)
        )
    return " ".join(part for part in (told, listed, request.remark) if part)


@dataclass(frozen=True)
class _Teller:
    request: ChartRequest
    data: ChartData
    form: FigureFormat

    @property
    def figures(self) -> Sequence[Figure]:
        return [item for series in self.request.series for item in series.figures]

    def sentences(self) -> Iterator[str]:
        if self.request.events:
            yield from self.timeline()
            return
        if not self.figures:
            return
        yield self.opening()
        match self.request.kind:
            case "line" | "small-multiples" | "slope":
                yield from self.over_time()
            case "waffle":
                yield from self.squares()
            case "tile-map":
                yield from self.tiles()
            case "progress":
                yield from self.progress()
            case "dot-range":
                yield from self.ranges()
            case _:
                yield from self.bars()

    def say(self, name: str, /, **values: object) -> str:
        return self.form.labels(f"told_{name}", **values)

    def counted(self, name: str, number: int) -> str:
        """`1 value`, `4 values`: the plural form that the language has for the number."""
        return self.form.plural(self.say(name), number).format(count=self.form.number(str(number)))

    def listed(self, parts: Sequence[str]) -> str:
        return str(format_list(list(parts), locale=self.form.locale))

    def opening(self) -> str:
        """`Line chart of “Loans” for North, in books: 3 values, 2022 – 2024.`"""
        figures = self.figures
        kind = self.request.kind.replace("-", "_")
        kind += f"_{self.request.arrangement}" if self.request.arrangement else ""
        names = list(names_of(figures, "indicator", self.form).values())
        areas = list(names_of(figures, "area", self.form).values())
        quoted = [self.say("quoted", name=name) for name in names]
        where = self.say("where", area=areas[0]) if len(areas) == 1 and areas[0] else ""
        return self.say(
            "opening",
            kind=self.say(kind),
            what=self.listed(quoted),
            where=where,
            unit="" if self.unit().casefold() in map(str.casefold, names) else self.say("unit", unit=self.unit()),
            values=self.counted("values", len(figures)),
            period=self.span(figures),
        )

    def unit(self) -> str:
        return self.form.unit_name(self.figures[0].indicator)

    def span(self, figures: Sequence[Figure]) -> str:
        ordered = sorted(figures, key=lambda item: item.time_order)
        periods = list(dict.fromkeys(self.form.period_of(item) for item in (ordered[0], ordered[-1])))
        return " – ".join(periods)

    def value(self, item: Figure) -> str:
        """A value in words, with its interval: `more than 1,100`, `4.2%, between 3.9% and 4.5%`."""
        parts = (self.form.told(item, self.form.value(item)), self.interval(item))
        return ", ".join(part for part in parts if part)

    def dated(self, item: Figure) -> str:
        """`3,612 (early 2022, provisional)`."""
        return self.named(item, self.form.period_of(item))

    def named(self, item: Figure, name: str) -> str:
        """`3,612 (North, provisional)`; a name that has brackets of its own follows a dash."""
        about = ", ".join(part for part in (name, self.form.status(item)) if part)
        about = "; ".join(part for part in (about, self.interval(item)) if part)
        text = self.form.value(item)
        return f"{text} – {about}" if "(" in about else f"{text} ({about})" if about else text

    def interval(self, item: Figure) -> str:
        """`between 3.9% and 4.5%`; empty for a figure without one."""
        if item.id not in self.request.intervals:
            return ""
        low, high = (self.form.value(end) for end in self.request.intervals[item.id])
        return self.form.labels("range_between", low=low, high=high)

    # -- over time

    def over_time(self) -> Iterator[str]:
        several = len(self.request.series) > 1
        breaks = [note for note in self.request.annotations if note.is_break]
        for note in breaks:
            yield self.say("break", period=note.period, text=note.text.rstrip("."))
        for series in self.request.series:
            for place, stretch in enumerate(self.stretches(series.figures, breaks)):
                trend = self.trend(stretch)
                trend = self.after_break(stretch[0], breaks, trend) if place else trend
                yield f"{series.name}: {trend}." if several else f"{_capital(trend)}."
                if len(self.figures) <= _MOST_LISTED:
                    yield from self.in_between(stretch, trend)
        yield from self.comparison()
        yield from self.missing()
        if len(self.figures) > _MOST_LISTED:
            yield self.say("table", values=self.counted("values", len(self.figures)))
        for note in self.request.annotations:
            if not note.is_break:
                yield self.say("annotation", period=note.period, text=note.text.rstrip("."))

    def in_between(self, figures: Sequence[Figure], trend: str) -> Iterator[str]:
        """The values between the first and the last that the trend has not told yet."""
        told = [] if is_level(figures) else [self.dated(item) for item in figures[1:-1]]
        if rest := [text for text in told if text not in trend]:
            yield self.say("between", values="; ".join(rest))

    def after_break(self, first: Figure, breaks: Sequence[Annotation], trend: str) -> str:
        """A trend of the figures from `first` on; of several breaks, the one before them is named."""
        if len(breaks) == 1:
            return self.say("after_break", trend=trend)
        last = max((note for note in breaks if note.day <= first.day), key=lambda note: note.day)
        return self.say("after_break_at", period=last.period, trend=trend)

    def stretches(self, figures: Sequence[Figure], breaks: Sequence[Annotation]) -> list[list[Figure]]:
        """The figures of a series, parted where it breaks."""
        parts: list[list[Figure]] = [[figures[0]]]
        for before, item in pairwise(figures):
            if any(before.day < note.day <= item.day for note in breaks):
                parts.append([])
            parts[-1].append(item)
        return parts

    def trend(self, figures: Sequence[Figure]) -> str:
        """`it falls at every step, from 3,612 (early 2022) to 690 (end of 2024)`."""
        if len(figures) == 1:
            return self.say("single", value=self.dated(figures[0]))
        first, last = self.dated(figures[0]), self.dated(figures[-1])
        steps = {step(before, after) for before, after in pairwise(figures)}
        if steps == {0}:
            return self.say("level", value=self.value(figures[0]), first=first, last=last)
        name = "falling" if steps == {-1} else "rising" if steps == {1} else ""
        if name and len(figures) > 2:
            return self.say(f"{name}_steadily", first=first, last=last)
        if name:
            return self.say(name, first=first, last=last)
        way = step(figures[0], figures[-1])
        overall = {1: "rising", -1: "falling"}.get(way or 0, "from_to")
        # of a step that a bound leaves open nobody knows whether it went the same way
        if overall != "from_to" and steps - {way, None}:
            overall += "_overall"
        text = self.say(overall if len(figures) > 2 else "from_to", first=first, last=last)
        high, low = largest(figures), smallest(figures)
        if high in figures[1:-1] and high:
            text += self.say("highest", high=self.dated(high))
        if low in figures[1:-1] and low:
            text += self.say("lowest", low=self.dated(low))
        return text

    def comparison(self) -> Iterator[str]:
        """Which series ends highest and which lowest, where all end at one time."""
        lasts = [series.figures[-1] for series in self.request.series]
        if len(lasts) < 2 or len({item.period for item in lasts}) > 1:
            return
        high, low = largest(lasts), smallest(lasts)
        if high and low:
            names = {series.figures[-1].id: series.name for series in self.request.series}
            yield self.say(
                "compared",
                period=self.form.period_of(high),
                highest=names[high.id],
                high=self.value(high),
                lowest=names[low.id],
                low=self.value(low),
            )

    def missing(self) -> Iterator[str]:
        """Where a series has no value for a time that another one has."""
        periods = {item.period: item for series in self.request.series for item in series.figures}
        for series in self.request.series:
            own = {item.period for item in series.figures}
            absent = sorted(
                (item for period, item in periods.items() if period not in own), key=lambda item: item.time_order
            )
            if absent and self.request.kind != "slope":
                times = [self.form.period_of(item) for item in absent]
                yield self.say("missing", series=series.name, periods=self.listed(times))

    # -- side by side

    def bars(self) -> Iterator[str]:
        ways = dimensions(self.figures)
        if self.request.arrangement and len(ways) > 1:
            yield from self.crossed()
        elif ways == ("period",) and len(self.request.series) == 1:
            yield from self.over_time_of(self.request.series[0])
        else:
            yield from self.extremes(self.named_figures())

    def over_time_of(self, series: Series) -> Iterator[str]:
        ordered = sorted(series.figures, key=lambda item: item.time_order)
        trend = self.trend(ordered)
        yield f"{_capital(trend)}."
        if len(ordered) <= _MOST_LISTED:
            yield from self.in_between(ordered, trend)
        else:
            yield self.say("table", values=self.counted("values", len(ordered)))

    def named_figures(self) -> list[tuple[str, Figure]]:
        return list(zip(figure_labels(self.request, self.form, short=False), self.figures, strict=True))

    def extremes(self, named: Sequence[tuple[str, Figure]]) -> Iterator[str]:
        """The largest and the smallest by name, then the others."""
        figures = [item for _, item in named]
        names = {item.id: name for name, item in named}
        high, low = largest(figures), smallest(figures)
        rest = list(named)
        if high and low and len(named) > 1:
            yield self.say("largest", high=self.named(high, names[high.id]), low=self.named(low, names[low.id]))
            rest = [(name, item) for name, item in named if item not in (high, low)]
        if rest and len(named) <= _MOST_LISTED:
            values = self.listed([self.named(item, name) for name, item in rest])
            said = self.say("others" if len(rest) < len(named) else "all")
            yield self.form.plural(said, len(rest)).format(values=values)
        elif len(named) > _MOST_LISTED:
            yield self.say("table", values=self.counted("values", len(named)))

    def crossed(self) -> Iterator[str]:
        """Category by category, what each series has; then what is missing."""
        cells = {(point.category, point.series): self.figures[point.row] for point in self.data.points}
        if len(self.figures) <= _MOST_LISTED:
            for category, name in enumerate(self.data.categories):
                values = [
                    f"{series} {self.value(cells[category, place])}"
                    for place, series in enumerate(self.data.series)
                    if (category, place) in cells
                ]
                yield f"{name}: {', '.join(values)}."
        else:
            labels = [f"{self.data.categories[p.category]}, {self.data.series[p.series]}" for p in self.data.points]
            yield from self.extremes(list(zip(labels, self.figures, strict=True)))
        for category, name in enumerate(self.data.categories):
            absent = [series for place, series in enumerate(self.data.series) if (category, place) not in cells]
            if absent:
                yield self.say("missing", series=self.listed(absent), periods=name)

    def ranges(self) -> Iterator[str]:
        """Each row from its least to its largest value."""
        if len(self.figures) > _MOST_LISTED:
            yield from self.extremes(self.named_figures())
            return
        for category, name in enumerate(self.data.categories):
            own = [point for point in self.data.points if point.category == category]
            own.sort(key=lambda point: point.value)
            texts = [self.named(self.figures[point.row], self.data.series[point.series]) for point in own]
            text = self.say("range", low=texts[0], high=texts[-1]) if len(texts) == 2 else "; ".join(texts)
            yield f"{name}: {text}." if name else f"{_capital(text)}."

    def squares(self) -> Iterator[str]:
        total = self.form.number(str(self.data.out_of))
        for name, item in self.named_figures():
            count = Fraction(item.number) * self.data.out_of / 100
            filled = self.form.number(f"{(Decimal(count.numerator) / Decimal(count.denominator)).normalize():f}")
            yield self.say("squares", name=_capital(name), value=self.value(item), filled=filled, total=total)

    def tiles(self) -> Iterator[str]:
        yield from self.extremes([(in_language(i.area.name, self.form.language), i) for i in self.figures])
        without = sum(tile.row is None for tile in self.data.tiles)
        if without:
            yield self.form.plural(self.say("areas_without"), without).format(count=self.form.number(str(without)))

    def progress(self) -> Iterator[str]:
        for name, item in self.named_figures():
            target = self.request.targets.get(item.id)
            if target is None:
                yield self.say("no_target", name=name, value=self.value(item))
                continue
            reached = {True: "reached", False: "not_reached", None: "target"}[reaches(item, target)]
            yield self.say(reached, name=name, value=self.value(item), target=self.value(target))

    def timeline(self) -> Iterator[str]:
        events = self.data.events
        period = " – ".join(dict.fromkeys((events[0][0], events[-1][0])))
        yield self.say("timeline", events=self.counted("events", len(events)), period=period)
        if len(events) <= _MOST_LISTED:
            for date, _, text in events:
                yield f"{_capital(date)}: {text if text.endswith(('?', '!', '…')) else text.rstrip('.') + '.'}"
        else:
            yield self.say("table", values=self.counted("events", len(events)))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
