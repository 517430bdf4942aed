"""The chart kinds, one module each. To add one, write its module and list it here."""

from __future__ import annotations

from collections.abc import Mapping

from ..kind import ChartKind
from .bar import Bar
from .dot_range import DotRange
from .line import Line
from .progress import Progress
from .python import Python
from .slope import Slope
from .small_multiples import SmallMultiples
from .tile_map import TileMap
from .timeline import Timeline
from .waffle import Waffle

_KINDS: tuple[ChartKind, ...] = (
    Line(),
    Bar(),
    Slope(),
    DotRange(),
    Waffle(),
    SmallMultiples(),
    Timeline(),
    TileMap(),
    Progress(),
    Python(),
)
CHART_KINDS: Mapping[str, ChartKind] = {kind.name: kind for kind in _KINDS}
"""The kinds by name."""
