"""Exact numbers as decimal text."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

Rounding = Callable[[Fraction], int]
"""`math.floor`, `math.ceil` or `half_up`."""


def half_up(value: Fraction) -> int:
    """The nearest whole number; of two as near, the one farther from 0."""
    whole = math.floor(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


def decimal_text(value: Fraction, step: Fraction, rounding: Rounding) -> str:
    """A number in whole steps of a power of ten: 33.63…, 1/10 → `33.6`; 1234, 100 → `1200`."""
    whole, decimals = rounding(value / step), len(str(step.denominator)) - 1
    if not decimals:
        return str(whole * step.numerator)
    digits = f"{abs(whole):0{decimals + 1}}"
    return f"{'-' if whole < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"
