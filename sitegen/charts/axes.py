"""Axes of values: their domain, ticks and labels."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ..language import FigureFormat
from ..model import ChartData
from .lazy_altair import alt
from .lettering import width_of
from .plot import layer
from .theme import CHARACTER, GRID, MUTED

# an axis with only labels and grid lines
GRID_ONLY: Mapping[str, Any] = {"title": None, "domain": False, "ticks": False, "gridColor": GRID}


def value_axis(data: ChartData, low: float, high: float, count: int = 4) -> Any:
    """An axis from `low` to `high` with about `count` ticks, labelled in the language of the chart."""
    ticks = tick_labels(data, low, high, count)
    values, texts = json.dumps(list(ticks)), json.dumps(list(ticks.values()), ensure_ascii=False)
    labels = f"{texts}[indexof({values}, datum.value)]"
    return alt.Axis(values=list(ticks), labelExpr=labels, labelPadding=8, **GRID_ONLY)


def axis_width(data: ChartData, low: float, high: float) -> float:
    """The approximate width of an axis' labels in px, with the space around them."""
    own, english = (
        max((len(text) for text in tick_labels(each, low, high, 4).values()), default=0)
        for each in (data, replace(data, language="en"))
    )
    written = max(width_of(f"{number:,.0f}") for number in (low, high))
    # some languages have longer separators and percent signs
    return 27 + written + CHARACTER * max(own - english, 0)


def tick_labels(data: ChartData, low: float, high: float, count: int) -> Mapping[float, str]:
    """Round values between `low` and `high` with their labels; whole numbers if the values are counts."""
    form = FigureFormat.plain(data.language)
    step = max(_tick_step((high - low) / count), Decimal(1) if data.whole else Decimal(0))
    first, last = math.ceil(Fraction(low) / Fraction(step)), math.floor(Fraction(high) / Fraction(step))
    ticks = [number * step for number in range(first, last + 1)]
    return {float(tick): form.number(f"{tick.normalize():f}", data.percent) for tick in ticks}


def _tick_step(width: float) -> Decimal:
    """The 1, 2 or 5 times a power of ten that is nearest to a width on a logarithmic scale, as in d3-array's ticks."""
    power = math.floor(math.log10(width))
    share = width / 10.0**power
    factor = 10 if share >= math.sqrt(50) else 5 if share >= math.sqrt(10) else 2 if share >= math.sqrt(2) else 1
    return Decimal(factor).scaleb(power)


def value_domain(data: ChartData, headroom: float = 0.08) -> tuple[float, float]:
    """From zero, or the smallest value if the chart needn't begin at zero, to the largest.

    `headroom` is the share of this range added above it for labels, and, up to 0.08, below it.
    """
    values = [number for item in data.points for number in (item.value, item.low, item.high) if number is not None]
    low, high = min(values), max(values)
    if data.from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    span = high - low or abs(high) or 1.0
    bottom = low - span * min(headroom, 0.08) if low < 0 or not data.from_zero else low
    return (bottom, high + span * headroom if high > 0 or not data.from_zero or low == high else high)


def lookup(names: Mapping[int, str] | Mapping[str, str]) -> str:
    """A Vega expression for the labels of an axis: the name of each value, split into lines."""
    return f"split({json.dumps(names, ensure_ascii=False)}[datum.value], '\\n')"


def zero_line(values: Sequence[float], **channels: Any) -> list[Any]:
    """A line at zero, if there are values on both sides of it."""
    if min(values) < 0 < max(values):
        return [layer("zero").mark_rule(color=MUTED, strokeWidth=1.25).encode(**channels)]
    return []
