"""Interval arithmetic: the exact result always lies inside; and what a printed figure can stand for."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.data.calculation.evaluation import figure_range
from sitegen.model.interval import Interval

from ..language.figure_factory import figure

FRACTIONS = st.fractions(min_value=-10_000, max_value=10_000, max_denominator=1000)


@st.composite
def held(draw: st.DrawFn) -> tuple[Interval, Fraction]:
    """An interval, perhaps without an end, and a number in it."""
    low, number, high = sorted(draw(st.tuples(FRACTIONS, FRACTIONS, FRACTIONS)))
    ends = draw(st.sampled_from(["both", "low", "high"]))
    return (
        Interval(-math.inf if ends == "high" else low, math.inf if ends == "low" else high),
        number,
    )


OPERATIONS: list[tuple[str, Callable[[Interval, Interval], Interval], Callable[[Fraction, Fraction], Fraction]]] = [
    ("+", lambda a, b: a + b, lambda a, b: a + b),
    ("-", lambda a, b: a - b, lambda a, b: a - b),
    ("*", lambda a, b: a * b, lambda a, b: a * b),
    ("min", lambda a, b: a.smallest(b), min),
    ("max", lambda a, b: a.largest(b), max),
]


@pytest.mark.parametrize(("operate", "exactly"), [row[1:] for row in OPERATIONS], ids=[row[0] for row in OPERATIONS])
@given(left=held(), right=held())
def test_the_exact_result_lies_inside(
    operate: Callable[[Interval, Interval], Interval],
    exactly: Callable[[Fraction, Fraction], Fraction],
    left: tuple[Interval, Fraction],
    right: tuple[Interval, Fraction],
) -> None:
    """Whatever numbers the operands stand for, the interval of the result holds theirs."""
    assert exactly(left[1], right[1]) in operate(left[0], right[0])


@given(held(), held())
def test_the_exact_quotient_lies_inside(left: tuple[Interval, Fraction], right: tuple[Interval, Fraction]) -> None:
    """So it is with division, and a divisor that can be zero is refused."""
    if right[0].low <= 0 <= right[0].high:
        with pytest.raises(ZeroDivisionError):
            left[0] / right[0]
    else:
        assert left[1] / right[1] in left[0] / right[0]


@given(held())
def test_absolute_values_and_opposites_lie_inside(pair: tuple[Interval, Fraction]) -> None:
    """The same of one operand."""
    span, number = pair
    assert abs(number) in abs(span)
    assert -number in -span


@given(st.fractions(-100, 100), st.fractions(-100, 100), st.fractions(1, 100), st.fractions(1, 100))
def test_no_result_is_wider_than_it_must_be(a: Fraction, b: Fraction, width: Fraction, other: Fraction) -> None:
    """The ends of a sum and a product are results of ends."""
    left, right = Interval(a, a + width), Interval(b, b + other)
    ends = [x * y for x in (a, a + width) for y in (b, b + other)]
    assert (min(ends), max(ends)) == ((left * right).low, (left * right).high)
    assert (a + b, a + width + b + other) == ((left + right).low, (left + right).high)


@pytest.mark.parametrize(
    ("value", "unit_type", "qualifier", "rounding", "low", "high"),
    [
        ("0.43", "percent", "", "", "0.425", "0.435"),
        ("0.430", "percent", "", "", "0.4295", "0.4305"),
        ("24.7", "money", "", "", "24.65", "24.75"),
        ("9928", "count", "", "", "9928", "9928"),
        ("9900", "count", "", "100", "9850", "9950"),
        ("1100", "count", "about", "", "1050", "1150"),
        ("1.50", "money", "about", "", "1.45", "1.55"),
        ("0", "count", "about", "", "-0.5", "0.5"),
        ("-479", "count", "", "", "-479", "-479"),
        ("7", "ratio", "", "", "6.5", "7.5"),
    ],
)
def test_what_a_printed_figure_can_stand_for(
    value: str, unit_type: str, qualifier: str, rounding: str, low: str, high: str
) -> None:
    """Half of the last printed digit on both sides; counts are exact; `about` reaches to the last digit not zero."""
    span = figure_range(figure(value, unit_type=unit_type, qualifier=qualifier, rounding=rounding))
    assert (Fraction(low), Fraction(high)) == (span.low, span.high)


def test_bounds_have_one_end() -> None:
    """At least 1,100 has no upper end, at most 5 no lower one."""
    assert (Fraction(1100), math.inf) == _ends(figure("1100", qualifier="at-least"))
    assert (-math.inf, Fraction(5)) == _ends(figure("5", qualifier="at-most"))


def _ends(item: object) -> tuple[object, object]:
    span = figure_range(item)  # type: ignore[arg-type]
    return span.low, span.high
