"""Exact interval arithmetic: the possible results if the inputs were rounded, or are only bounds.

Ends are fractions, or infinite if there is no bound. Every operation returns the smallest interval with the results for
all values of its operands, taken as independent (R. E. Moore, Interval Analysis, 1966). An open end is not part of the
interval: "more than 1,100" is open at 1,100, and so are results computed from it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

End = Fraction | float
"""A fraction or an infinity; never another float."""

_ZERO = Fraction(0)
# an end, and whether it is open
_Bound = tuple[End, bool]


@dataclass(frozen=True)
class Interval:
    """All numbers from `low` to `high`, without open ends."""

    low: End
    high: End
    low_open: bool = False
    high_open: bool = False

    @classmethod
    def exactly(cls, value: Decimal | Fraction | int) -> Interval:
        number = Fraction(value)
        return cls(number, number)

    @classmethod
    def _of(cls, low: _Bound, high: _Bound) -> Interval:
        return cls(low[0], high[0], low[1], high[1])

    @property
    def _low(self) -> _Bound:
        return self.low, self.low_open

    @property
    def _high(self) -> _Bound:
        return self.high, self.high_open

    @property
    def width(self) -> End:
        return _sum(self.high, -self.low)

    @property
    def is_exact(self) -> bool:
        return self.low == self.high

    def __contains__(self, value: Decimal | Fraction | int) -> bool:
        number = Fraction(value)
        above = self.low < number if self.low_open else self.low <= number
        return above and (number < self.high if self.high_open else number <= self.high)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low, self.high_open, self.low_open)

    def __abs__(self) -> Interval:
        if self.low >= 0:
            return self
        if self.high <= 0:
            return -self
        far = _highest(((-self.low, self.low_open), self._high))
        return Interval(_ZERO, far[0], False, far[1])

    def __add__(self, other: Interval) -> Interval:
        return Interval(
            _sum(self.low, other.low),
            _sum(self.high, other.high),
            self.low_open or other.low_open,
            self.high_open or other.high_open,
        )

    def __sub__(self, other: Interval) -> Interval:
        return self + -other

    def __mul__(self, other: Interval) -> Interval:
        ends = [_product(a, b) for a in (self._low, self._high) for b in (other._low, other._high)]
        return Interval._of(_lowest(ends), _highest(ends))

    def __truediv__(self, other: Interval) -> Interval:
        """Raises ZeroDivisionError if the divisor includes zero, or ends there."""
        if other.low <= 0 <= other.high:
            raise ZeroDivisionError
        return self * Interval._of(_reciprocal(other._high), _reciprocal(other._low))

    def meets(self, other: Interval) -> bool:
        """Whether the two overlap."""
        return self.can_be_at_most(other) and other.can_be_at_most(self)

    def can_be_below(self, other: Interval) -> bool:
        """Whether some number of this one is less than some number of the other."""
        return self.low < other.high

    def can_be_at_most(self, other: Interval) -> bool:
        """Whether some number of this one is at most some number of the other."""
        return self.low < other.high or (self.low == other.high and not (self.low_open or other.high_open))

    def is_below(self, other: Interval) -> bool:
        """Whether every number of this one is less than every number of the other."""
        return not other.can_be_at_most(self)

    def is_at_most(self, other: Interval) -> bool:
        """Whether no number of this one is greater than any number of the other."""
        return not other.can_be_below(self)

    def smallest(self, other: Interval) -> Interval:
        """The possible values of the smaller of two numbers."""
        high = min(self.high, other.high)
        # a shared end belongs to the result only if both include it
        is_open = any(end == high and open_ for end, open_ in (self._high, other._high))
        return Interval._of(_lowest((self._low, other._low)), (high, is_open))

    def largest(self, other: Interval) -> Interval:
        """The possible values of the larger of two numbers."""
        return -(-self).smallest(-other)


def _sum(a: End, b: End) -> End:
    # only ends of the same side are added, so opposite infinities never meet
    if isinstance(a, float) or isinstance(b, float):
        return a if isinstance(a, float) else b
    return a + b


def _product(a: _Bound, b: _Bound) -> _Bound:
    if a[0] == 0 or b[0] == 0:
        # an infinite end stands for finite numbers, so zero times it is zero; the product includes 0 if an operand does
        reached = any(end == 0 and not is_open for end, is_open in (a, b))
        return _ZERO, not reached and (a[1] or b[1])
    if isinstance(a[0], float) or isinstance(b[0], float):
        return (math.inf if (a[0] > 0) == (b[0] > 0) else -math.inf), False
    return a[0] * b[0], a[1] or b[1]


def _reciprocal(a: _Bound) -> _Bound:
    # 1/x approaches zero without reaching it
    return (_ZERO, True) if isinstance(a[0], float) else (1 / a[0], a[1])


def _lowest(ends: Iterable[_Bound]) -> _Bound:
    """The lowest end; of equal ones, a closed one."""
    return min(ends)


def _highest(ends: Iterable[_Bound]) -> _Bound:
    """The highest end; of equal ones, a closed one."""
    return max(ends, key=lambda end: (end[0], not end[1]))
