"""What a chart is asked for, and what is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from .data import Figure


@dataclass(frozen=True)
class Series:
    """The observations that one line, or one pair of ends, of a chart joins."""

    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class ChartRequest:
    """What a chart fence asks for, checked against the data."""

    id: str
    kind: str
    title: str
    subtitle: str
    note: str
    series: tuple[Series, ...]
    line: int


@dataclass(frozen=True)
class Drawing:
    """A chart as SVG, at one of the widths it is drawn for ("wide", "narrow")."""

    width: str
    svg: str
