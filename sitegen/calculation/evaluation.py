"""Expressions worked out: on the printed values exactly, and on all that these can stand for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import reduce

from ..model import Call, Constant, DerivedFigure, Expression, Figure, Operation, Reference
from .interval import Interval

Dimension = Mapping[str, int]
"""The powers of what is counted or paid: `{"count": 1}`, `{}` for a share."""

ONE = Interval.exactly(1)
# in powers of two: about 30 digits before the point, or zeros behind it
_MOST_MAGNITUDE = 100
# of a fraction's numerator and denominator together: 6,000 digits
_MOST_BITS = 20_000


class EvaluationError(ValueError):
    """An expression that has no meaningful result; `code` is that of the problem."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(code, message, hint)
        self.code, self.message, self.hint = code, message, hint


@dataclass(frozen=True)
class Quantity:
    """A result: `printed` from the printed values, `range` with their rounding. A number that is written has no unit.

    A percentage is a share: 0.43% is 0.0043.
    """

    printed: Fraction
    range: Interval
    dimension: Dimension | None


def figure_range(figure: Figure) -> Interval:
    """All that a printed figure can stand for, in its own unit: 0.43 is 0.425 to 0.435, a count is exact.

    `about` leaves half a unit of the last digit that isn't zero; a bound has one end.
    """
    if isinstance(figure, DerivedFigure):
        return Interval(
            -math.inf if figure.low is None else figure.low, math.inf if figure.high is None else figure.high
        )
    value = Fraction(figure.number)
    if figure.qualifier == "at-least":
        return Interval(value, math.inf)
    if figure.qualifier == "at-most":
        return Interval(-math.inf, value)
    half = _rounding(figure) / 2
    return Interval(value - half, value + half)


def _rounding(figure: Figure) -> Fraction:
    """The step that a figure was rounded to; 0 for what was counted."""
    last_digit = Fraction(1, 10**figure.decimals)
    if figure.qualifier == "about":
        digits = figure.value.replace(".", "").lstrip("-")
        return last_digit * 10 ** (len(digits) - len(digits.rstrip("0"))) if digits.strip("0") else last_digit
    if figure.indicator.rounding:
        return max(Fraction(Decimal(figure.indicator.rounding)), last_digit if figure.decimals else Fraction(0))
    return Fraction(0) if figure.indicator.unit_type == "count" else last_digit


def evaluate(expression: Expression, figures: Mapping[str, Figure]) -> Quantity:
    """The result of an expression. Raises EvaluationError; every figure it names must be in `figures`."""
    match expression:
        case Constant(value, _):
            return Quantity(Fraction(value), Interval.exactly(value), None)
        case Reference(key):
            return _of_figure(figures[key])
        case Operation(sign, left, right):
            return _operation(sign, evaluate(left, figures), evaluate(right, figures))
        case Call(function, arguments):
            return _call(function, [evaluate(argument, figures) for argument in arguments])


def _of_figure(figure: Figure) -> Quantity:
    printed, span = Fraction(figure.number), figure_range(figure)
    kind = figure.indicator.unit_type
    if kind == "percent":
        percent = Interval.exactly(Fraction(1, 100))
        return Quantity(printed / 100, span * percent, {})
    if kind == "ratio":
        return Quantity(printed, span, {})
    return Quantity(printed, span, {figure.indicator.unit if kind == "money" else "count": 1})


def _operation(sign: str, left: Quantity, right: Quantity) -> Quantity:
    match sign:
        case "+":
            dimension = common_dimension(left, right)
            return _bounded(Quantity(left.printed + right.printed, left.range + right.range, dimension))
        case "-":
            dimension = common_dimension(left, right)
            return _bounded(Quantity(left.printed - right.printed, left.range - right.range, dimension))
        case "*":
            dimension = _product(left, right, 1)
            return _bounded(Quantity(left.printed * right.printed, left.range * right.range, dimension))
    return _quotient(left, right)


def _bounded(quantity: Quantity) -> Quantity:
    """The quantity. Raises EvaluationError where it is larger, smaller or finer than anything that is measured."""
    for number in (quantity.printed, quantity.range.low, quantity.range.high):
        if isinstance(number, float) or not number:
            continue
        above, below = number.numerator.bit_length(), number.denominator.bit_length()
        if abs(above - below) > _MOST_MAGNITUDE:
            size = "large" if above > below else "small"
            raise EvaluationError("calculation-size", f"the result, or a step to it, is too {size} to be meant")
        if above + below > _MOST_BITS:
            hint = "round a figure on the way: give one of its inputs in derived.toml a `rounding`"
            raise EvaluationError("calculation-size", "the exact result has too many digits", hint)
    return quantity


def _quotient(left: Quantity, right: Quantity) -> Quantity:
    if right.printed == 0 or right.range.low <= 0 <= right.range.high:
        what = "zero" if right.printed == 0 else "a figure that can be zero within its rounding"
        raise EvaluationError("calculation-zero", f"this divides by {what}")
    return _bounded(Quantity(left.printed / right.printed, left.range / right.range, _product(left, right, -1)))


def _call(function: str, given: Sequence[Quantity]) -> Quantity:
    match function:
        case "difference":
            return _operation("-", given[1], given[0])
        case "change":
            common_dimension(given[0], given[1])
            # b / a − 1 has each figure once, so that its range is no wider than it must be
            quotient = _quotient(given[1], given[0])
            return Quantity(quotient.printed - 1, quotient.range - ONE, {})
        case "share":
            common_dimension(given[0], given[1])
            return Quantity(*_parts(_quotient(given[0], given[1])), {})
        case "ratio":
            return _quotient(given[0], given[1])
        case "abs":
            return Quantity(abs(given[0].printed), abs(given[0].range), given[0].dimension)
        case "min":
            return reduce(lambda a, b: _pick(a, b, smallest=True), given)
        case "max":
            return reduce(lambda a, b: _pick(a, b, smallest=False), given)
    return reduce(lambda a, b: _operation("+", a, b), given)


def _parts(quantity: Quantity) -> tuple[Fraction, Interval]:
    return quantity.printed, quantity.range


def _pick(a: Quantity, b: Quantity, smallest: bool) -> Quantity:
    dimension = common_dimension(a, b)
    if smallest:
        return Quantity(min(a.printed, b.printed), a.range.smallest(b.range), dimension)
    return Quantity(max(a.printed, b.printed), a.range.largest(b.range), dimension)


def common_dimension(left: Quantity, right: Quantity) -> Dimension | None:
    """That of two quantities which are added or compared. Raises EvaluationError when they differ."""
    if left.dimension is None or right.dimension is None:
        return right.dimension if left.dimension is None else left.dimension
    if left.dimension != right.dimension:
        message = f"{_words(left.dimension)} and {_words(right.dimension)} can't be added or compared"
        raise EvaluationError("calculation-units", message)
    return left.dimension


def _product(left: Quantity, right: Quantity, power: int) -> Dimension | None:
    if left.dimension is None and right.dimension is None:
        return None
    powers = dict(left.dimension or {})
    for unit, exponent in (right.dimension or {}).items():
        powers[unit] = powers.get(unit, 0) + power * exponent
    return {unit: exponent for unit, exponent in powers.items() if exponent}


def _words(dimension: Dimension) -> str:
    """`{"count": 1}` → a count; `{}` → a share."""
    if not dimension:
        return "a share"
    if dimension == {"count": 1}:
        return "a count"
    units = " × ".join(f"{unit}^{exponent}" if exponent != 1 else unit for unit, exponent in sorted(dimension.items()))
    return f"an amount in {units}"
