"""A chart: the request, the data it is drawn from, and the drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .data import Area, Document, Figure


@dataclass(frozen=True)
class Series:
    """The figures of one area and indicator."""

    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Annotation:
    """A remark at a point in time; a break means that values before and after it aren't comparable."""

    day: int
    period: str
    text: str
    is_break: bool = False


@dataclass(frozen=True)
class Event:
    """An event of a timeline."""

    date: str
    day: int
    text: str
    document: Document | None = None


@dataclass(frozen=True)
class ChartRequest:
    """What a chart fence asks for, checked against the data, with texts in the page's language."""

    id: str
    kind: str
    title: str
    subtitle: str
    note: str
    series: tuple[Series, ...]
    line: int = field(repr=False)
    remark: str = ""
    """The author's addition to the generated description."""
    arrangement: str = ""
    """For bars: `grouped`, `stacked`, `diverging`, or empty."""
    from_zero: bool = True
    intervals: Mapping[str, tuple[Figure, Figure]] = field(default_factory=dict)
    """The lower and upper ends of figures' intervals, by figure id."""
    targets: Mapping[str, Figure] = field(default_factory=dict)
    """The targets of figures, by figure id."""
    annotations: tuple[Annotation, ...] = ()
    events: tuple[Event, ...] = ()
    tiles: tuple[Area, ...] = ()
    out_of: int = 0
    """The squares of a waffle: 100, 1,000 or 10,000."""
    function: str = ""
    rows: tuple[Mapping[str, str], ...] = ()
    """The rows of the table that a Python chart uses."""

    @property
    def drawn(self) -> tuple[Figure, ...]:
        """The figures whose values are drawn, by series."""
        return tuple(item for series in self.series for item in series.figures)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures shown, without duplicates: values, ends of intervals, targets."""
        ends = [end for item in self.drawn for end in self.intervals.get(item.id, ())]
        targets = [self.targets[item.id] for item in self.drawn if item.id in self.targets]
        return tuple({item.id: item for item in (*self.drawn, *ends, *targets)}.values())

    @property
    def documents(self) -> tuple[Document, ...]:
        """The sources of everything shown, without duplicates."""
        events = [event.document for event in self.events if event.document]
        documents = [*(document for item in self.figures for document in item.documents), *events]
        return tuple({document.id: document for document in documents}.values())


@dataclass(frozen=True)
class Point:
    """One value of a chart, with texts in one language. `row` is its row in the chart's table, from 0."""

    row: int
    id: str
    series: int
    """The index of its series."""
    category: int
    """The index of its category; bars of a category are grouped."""
    period: str
    date: str
    """The first day of its period (ISO 8601)."""
    day: int
    """The middle of its period as a day number."""
    area: str
    indicator: str
    value: float
    label: str
    """The formatted value: `≥ 1,100†`."""
    bound: str = ""
    """The qualifier of an inexact value: `more-than`, `at-most` …"""
    status: str = ""
    low: float | None = None
    high: float | None = None
    target: float | None = None
    target_label: str = ""


@dataclass(frozen=True)
class Tile:
    """An area's tile, with rows and columns counted from 1. `row` is its value's row in the chart's table, or None."""

    name: str
    short: str
    row: int | None
    tile_row: int
    tile_column: int


@dataclass(frozen=True)
class Scale:
    """Value classes on a map: the upper limits of all but the last, and the names."""

    limits: tuple[float, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChartData:
    """Everything a drawing is made from, as plain values in one language, so that it can be hashed for the cache."""

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
    """Whether the values are counts, so that ticks are whole numbers."""
    words: Mapping[str, str] = field(default_factory=dict)
    """The labels in the drawing: `no_data` …"""
    arrangement: str = ""
    from_zero: bool = True
    annotations: tuple[Annotation, ...] = ()
    events: tuple[tuple[str, int, str], ...] = ()
    """The events of a timeline: date in words, day number, text."""
    tiles: tuple[Tile, ...] = ()
    scale: Scale = Scale()
    out_of: int = 0
    specs: tuple[str, ...] = ()
    """The Vega-Lite specifications (JSON) made by a function of the site: wide and narrow."""

    @property
    def points_by_series(self) -> list[list[Point]]:
        """The points of each series."""
        return [[point for point in self.points if point.series == place] for place in range(len(self.series))]


@dataclass(frozen=True)
class Drawing:
    """A drawn chart. `wide` and `narrow` are SVG without title and description; the rest is JSON."""

    wide: str
    narrow: str
    spec: str
    """The Vega-Lite specification of the wide drawing."""
    view: str
    """The wide drawing compiled to Vega, with colours as custom properties, for interactive views."""
    narrow_view: str
