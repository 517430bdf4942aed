"""What a chart is asked for, what is drawn of it, and the drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .data import Area, Document, Figure


@dataclass(frozen=True)
class Series:
    """The figures that one line, one colour of bars or one row of dots of a chart shows."""

    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Annotation:
    """A remark beside a point in time, e.g. `2022-01-01`; a break is one at which a new series begins."""

    day: int
    period: str
    text: str
    is_break: bool = False


@dataclass(frozen=True)
class Event:
    """Something that happened, on a timeline."""

    date: str
    day: int
    text: str
    document: Document | None = None


@dataclass(frozen=True)
class ChartRequest:
    """What a chart fence asks for, checked against the data, its texts worked out in the page's language."""

    id: str
    kind: str
    title: str
    subtitle: str
    note: str
    series: tuple[Series, ...]
    line: int = field(repr=False)
    remark: str = ""
    """What the author adds to the description."""
    arrangement: str = ""
    """Of bars: `grouped`, `stacked` or `diverging`; empty for one after the other."""
    from_zero: bool = True
    intervals: Mapping[str, tuple[Figure, Figure]] = field(default_factory=dict)
    """The lower and the upper end of what a figure may be, by its id."""
    targets: Mapping[str, Figure] = field(default_factory=dict)
    """What each figure is to reach, by its id."""
    annotations: tuple[Annotation, ...] = ()
    events: tuple[Event, ...] = ()
    tiles: tuple[Area, ...] = ()
    out_of: int = 0
    """How many squares a waffle has: 100, 1,000 or 10,000."""
    function: str = ""
    rows: tuple[Mapping[str, str], ...] = ()
    """The rows of the table that a Python chart asked for."""

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure it shows, each once: the values, then the ends of intervals, then targets."""
        drawn = [item for series in self.series for item in series.figures]
        ends = [end for item in drawn for end in self.intervals.get(item.id, ())]
        targets = [self.targets[item.id] for item in drawn if item.id in self.targets]
        return tuple({item.id: item for item in (*drawn, *ends, *targets)}.values())

    @property
    def documents(self) -> tuple[Document, ...]:
        """The sources of what it shows, each once."""
        events = [event.document for event in self.events if event.document]
        documents = [*(document for item in self.figures for document in item.documents), *events]
        return tuple({document.id: document for document in documents}.values())


@dataclass(frozen=True)
class Point:
    """One value of a chart in the words of a language. `row` is its place in the chart's table, from 0."""

    row: int
    id: str
    series: int
    """Its place among the series' names."""
    category: int
    """Its place among the names of the categories: the bars of one category stand together."""
    period: str
    date: str
    """The first day of its period, ISO 8601."""
    day: int
    """Where its period stands in time, as a day number."""
    area: str
    indicator: str
    value: float
    label: str
    """The value as printed: `≥ 1,100†`."""
    bound: str = ""
    """The qualifier of a value that is no exact one: `more-than`, `at-most` …"""
    status: str = ""
    low: float | None = None
    high: float | None = None
    target: float | None = None
    target_label: str = ""


@dataclass(frozen=True)
class Tile:
    """An area's place on a tile-grid map, counted from 1. `row` is that of its value, or None."""

    name: str
    short: str
    row: int | None
    tile_row: int
    tile_column: int


@dataclass(frozen=True)
class Scale:
    """Classes of values, for a map: the upper limit of each but the last, and what each is called."""

    limits: tuple[float, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChartData:
    """All that a drawing is made from, in one language and as plain values: what goes in decides what comes out."""

    id: str
    kind: str
    language: str
    title: str
    series: tuple[str, ...]
    categories: tuple[str, ...]
    points: tuple[Point, ...]
    percent: bool = False
    """Whether the values are percentages."""
    whole: bool = False
    """Whether the values are counts: a half of a house is none."""
    decimal: str = "."
    thousands: str = ","
    grouping: tuple[int, ...] = (3,)
    percent_sign: str = "%"
    rewritten_label: str = ""
    """A Vega expression for the labels of axes, where d3 can't be told how the language writes numbers."""
    words: Mapping[str, str] = field(default_factory=dict)
    """The words that the drawing itself says: `before`, `after`, `no_data`, `target` …"""
    arrangement: str = ""
    from_zero: bool = True
    annotations: tuple[Annotation, ...] = ()
    events: tuple[tuple[str, int, str], ...] = ()
    """Of a timeline: the date in words, its day, and the text."""
    tiles: tuple[Tile, ...] = ()
    scale: Scale = Scale()
    out_of: int = 0
    specs: tuple[str, ...] = ()
    """The Vega-Lite specifications (JSON) of a chart that a function of the site has made: wide and narrow."""


@dataclass(frozen=True)
class Drawing:
    """A chart as drawn. `wide` and `narrow` are SVG without title and description; JSON the rest."""

    wide: str
    narrow: str
    spec: str
    """Vega-Lite, of the wide drawing."""
    view: str
    """The wide drawing compiled to Vega, its colours as custom properties: what a browser makes a view of."""
    narrow_view: str
