"""Exact interval arithmetic: what a result can be when its inputs were rounded.

Ends are fractions, or an infinity where there is no bound. Every operation gives the smallest interval that holds the
results for all values of its operands (R. E. Moore, Interval Analysis, 1966), operands taken as independent.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

End = Fraction | float
"""A fraction, or an infinity; never another float."""

_ZERO = Fraction(0)


@dataclass(frozen=True)
class Interval:
    """All numbers from `low` to `high`, ends included."""

    low: End
    high: End

    @classmethod
    def exactly(cls, value: Decimal | Fraction | int) -> Interval:
        number = Fraction(value)
        return cls(number, number)

    @property
    def width(self) -> End:
        return _sum(self.high, -self.low)

    @property
    def is_exact(self) -> bool:
        return self.low == self.high

    def __contains__(self, value: Decimal | Fraction | int) -> bool:
        return self.low <= Fraction(value) <= self.high

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __abs__(self) -> Interval:
        if self.low >= 0:
            return self
        return Interval(_ZERO, max(-self.low, self.high)) if self.high > 0 else -self

    def __add__(self, other: Interval) -> Interval:
        return Interval(_sum(self.low, other.low), _sum(self.high, other.high))

    def __sub__(self, other: Interval) -> Interval:
        return self + -other

    def __mul__(self, other: Interval) -> Interval:
        return _hull(_product(a, b) for a in (self.low, self.high) for b in (other.low, other.high))

    def __truediv__(self, other: Interval) -> Interval:
        """Raises ZeroDivisionError when zero lies in the divisor."""
        if other.low <= 0 <= other.high:
            raise ZeroDivisionError
        return self * Interval(_reciprocal(other.high), _reciprocal(other.low))

    def meets(self, other: Interval) -> bool:
        """Whether some number lies in both."""
        return self.low <= other.high and other.low <= self.high

    def smallest(self, other: Interval) -> Interval:
        return Interval(min(self.low, other.low), min(self.high, other.high))

    def largest(self, other: Interval) -> Interval:
        return Interval(max(self.low, other.low), max(self.high, other.high))


def _sum(a: End, b: End) -> End:
    # only ends of the same side meet, so an infinity never meets its opposite
    if isinstance(a, float) or isinstance(b, float):
        return a if isinstance(a, float) else b
    return a + b


def _product(a: End, b: End) -> End:
    if a == 0 or b == 0:
        # no number that is meant by an infinity is more than finite
        return _ZERO
    if isinstance(a, float) or isinstance(b, float):
        return math.inf if (a > 0) == (b > 0) else -math.inf
    return a * b


def _reciprocal(a: End) -> End:
    return _ZERO if isinstance(a, float) else 1 / a


def _hull(ends: Iterable[End]) -> Interval:
    values = list(ends)
    return Interval(min(values), max(values))
