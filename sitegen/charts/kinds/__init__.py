"""One function a chart kind: plain values in, an Altair chart out. Importing this imports Altair."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...model import ChartData
from ..theme import Canvas
from .bars import bar, progress
from .ends import dot_range, slope
from .line import line, small_multiples
from .pictures import tile_map, timeline, waffle
from .plot import Plot

KINDS: Mapping[str, Callable[[ChartData, Canvas], Plot]] = {
    "line": line,
    "bar": bar,
    "slope": slope,
    "dot-range": dot_range,
    "waffle": waffle,
    "small-multiples": small_multiples,
    "timeline": timeline,
    "tile-map": tile_map,
    "progress": progress,
}

__all__ = ["KINDS", "Plot"]
