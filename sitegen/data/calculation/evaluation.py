"""Evaluates expressions exactly: with the printed values, and with the intervals that these can stand for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import reduce

from ...model import (
    PERCENT,
    POINTS,
    SHARES,
    Call,
    Constant,
    DerivedFigure,
    Expression,
    Figure,
    Interval,
    Operation,
    Reference,
)

Dimension = Mapping[str, int]
"""The powers of what is counted or paid: `{"count": 1}`, `{}` for a share."""

# bits: about 30 digits before the point, or zeros after it
_MOST_MAGNITUDE = 100
# bits of a fraction's numerator and denominator together: 6,000 digits
_MOST_BITS = 20_000


class EvaluationError(ValueError):
    """An expression without a meaningful result; `code` is that of the problem."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(code, message, hint)
        self.code, self.message, self.hint = code, message, hint


@dataclass(frozen=True)
class Quantity:
    """A result: `printed` from the printed values, `range` with their rounding.

    A percentage is a share: 0.43% is 0.0043, and 2 percentage points are 0.02. A constant has no dimension (None). The
    `scale` of a number without dimension is `percent`, `percentage-point`, the unit of a ratio, or empty.
    """

    printed: Fraction
    range: Interval
    dimension: Dimension | None
    scale: str = ""
    of_whole: bool = False
    """Whether it is 100%, or what is left of it."""


def figure_range(figure: Figure) -> Interval:
    """All that a printed figure can stand for, in its own unit: 0.43 is 0.425 to 0.435, a count is exact.

    With `about` it is half a unit of the last digit that isn't zero; a bound has one end, which is open for `more-than`
    and `less-than`.
    """
    if isinstance(figure, DerivedFigure):
        return figure.range
    value = Fraction(figure.number)
    match figure.qualifier:
        case "more-than" | "at-least":
            return Interval(value, math.inf, low_open=figure.qualifier == "more-than")
        case "less-than" | "at-most":
            return Interval(-math.inf, value, high_open=figure.qualifier == "less-than")
    half = _rounding(figure) / 2
    return Interval(value - half, value + half)


def _rounding(figure: Figure) -> Fraction:
    """The step that a figure was rounded to; 0 for a count."""
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
        case Constant(value, is_percent):
            scale = PERCENT if is_percent else ""
            return Quantity(Fraction(value), Interval.exactly(value), None, scale, of_whole=value == 1)
        case Reference(key):
            return _of_figure(figures[key])
        case Operation(sign, left, right):
            return _operation(sign, evaluate(left, figures), evaluate(right, figures))
        case Call(function, arguments):
            return _call(function, [evaluate(argument, figures) for argument in arguments])


def _of_figure(figure: Figure) -> Quantity:
    # a derived figure counts as it was computed, not as it is printed
    value = figure.result if isinstance(figure, DerivedFigure) else Fraction(figure.number)
    span, indicator = figure_range(figure), figure.indicator
    match indicator.unit_type:
        case "percent" | "percentage-point":
            return Quantity(value / 100, span * Interval.exactly(Fraction(1, 100)), {}, indicator.unit_type)
        case "ratio":
            return Quantity(value, span, {}, indicator.unit)
        case "money":
            return Quantity(value, span, {indicator.unit: 1})
    return Quantity(value, span, {"count": 1})


def _operation(sign: str, left: Quantity, right: Quantity) -> Quantity:
    match sign:
        case "+":
            dimension, scale = common_dimension(left, right), _scale_of_sum(left, right)
            return _bounded(Quantity(left.printed + right.printed, left.range + right.range, dimension, scale))
        case "-":
            dimension, scale = common_dimension(left, right), _scale_of_difference(left, right)
            span, printed = left.range - right.range, left.printed - right.printed
            return _bounded(Quantity(printed, span, dimension, scale, left.of_whole))
        case "*":
            dimension = _product(left, right, 1)
            scale = "" if dimension else _scale_of_product(left, right)
            return _bounded(Quantity(left.printed * right.printed, left.range * right.range, dimension, scale))
    return _quotient(left, right)


def _scale_of_sum(left: Quantity, right: Quantity) -> str:
    """Points added to a percentage give a percentage."""
    scales = {left.scale, right.scale} - {""}
    return PERCENT if PERCENT in scales else next(iter(scales), "")


def _scale_of_difference(left: Quantity, right: Quantity) -> str:
    """Two percentages differ by percentage points; 100% minus a percentage is a percentage."""
    if left.scale == POINTS and right.scale == PERCENT:
        hint = "points can be taken from a percentage, and a percentage from a percentage"
        raise EvaluationError("calculation-units", "a percentage can't be taken from percentage points", hint)
    if PERCENT in (left.scale, right.scale) and POINTS not in (left.scale, right.scale) and not left.of_whole:
        return POINTS
    return _scale_of_sum(left, right)


def _scale_of_product(left: Quantity, right: Quantity) -> str:
    """A part of a share is a share, and a multiple of points is points; two ratios give a plain number."""
    scales = {left.scale, right.scale} - {""}
    if ratios := scales - {PERCENT, POINTS}:
        return "" if {left.scale, right.scale} == ratios else ratios.pop()
    return POINTS if POINTS in scales else next(iter(scales), "")


def _bounded(quantity: Quantity) -> Quantity:
    """The quantity. Raises EvaluationError if it is larger, smaller or finer than anything that is measured."""
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
    dimension = _product(left, right, -1)
    # half a percentage is a percentage; a percentage divided by another is a plain number
    scale = left.scale if not dimension and not right.scale else ""
    return _bounded(Quantity(left.printed / right.printed, left.range / right.range, dimension, scale))


def _call(function: str, given: Sequence[Quantity]) -> Quantity:
    match function, given:
        case "difference", (first, last):
            return _operation("-", last, first)
        case "change", (first, last):
            common_dimension(first, last)
            if first.range.low < 0:
                hint = "say the difference instead: difference(a, b)"
                raise EvaluationError("calculation-zero", "a change of what may be below zero is no percentage", hint)
            # b / a − 1 has each figure once, so that its range is no wider than it must be
            quotient = _quotient(last, first)
            return Quantity(quotient.printed - 1, quotient.range - Interval.exactly(1), {}, PERCENT)
        case "share", (part, whole):
            common_dimension(part, whole)
            return replace(_quotient(part, whole), dimension={}, scale=PERCENT)
        case "ratio", (part, whole):
            return _quotient(part, whole)
        case "abs", (value,):
            return replace(value, printed=abs(value.printed), range=abs(value.range))
        case "min", _:
            return reduce(_smallest, given)
        case "max", _:
            return reduce(_largest, given)
    return reduce(lambda a, b: _operation("+", a, b), given)


def _smallest(a: Quantity, b: Quantity) -> Quantity:
    dimension, scale = common_dimension(a, b), _scale_of_sum(a, b)
    return Quantity(min(a.printed, b.printed), a.range.smallest(b.range), dimension, scale)


def _largest(a: Quantity, b: Quantity) -> Quantity:
    dimension, scale = common_dimension(a, b), _scale_of_sum(a, b)
    return Quantity(max(a.printed, b.printed), a.range.largest(b.range), dimension, scale)


def common_dimension(left: Quantity, right: Quantity) -> Dimension | None:
    """The dimension of two quantities that are added or compared.

    Raises EvaluationError if they differ, or their scales do, and for 5 beside a percentage, which would be 500%.
    """
    if left.dimension is not None and right.dimension is not None and left.dimension != right.dimension:
        message = f"{_words(left.dimension)} and {_words(right.dimension)} can't be added or compared"
        raise EvaluationError("calculation-units", message)
    scaled = [each.scale for each in (left, right) if each.scale]
    scales = ["percentage" if scale in SHARES else f'number of "{scale}"' for scale in scaled]
    if len(set(scales)) > 1:
        raise EvaluationError("calculation-units", f"a {scales[0]} and a {scales[1]} can't be added or compared")
    for share, number in ((left, right), (right, left)):
        is_bare = number.dimension is None and not number.scale
        if share.scale in SHARES and is_bare and abs(number.printed) > 1:
            text = f"{float(number.printed):g}"
            hint = f"a percentage counts as a share: write {text}%"
            raise EvaluationError("calculation-units", f"{text} is no percentage", hint)
    return right.dimension if left.dimension is None else left.dimension


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
