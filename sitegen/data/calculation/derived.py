"""A declared figure and its inputs → DerivedFigure, whose value has no more digits than the inputs allow."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from ...model import (
    PERCENT,
    POINTS,
    SHARES,
    Area,
    Call,
    Constant,
    Dataset,
    DerivedFigure,
    Expression,
    Figure,
    Indicator,
    Interval,
    Operation,
    Reference,
    references,
    span_of,
)
from ..contract import MOST_DIGITS
from ..units import known_unit_type, per_how_many
from .decimals import Rounding, decimal_text, half_up
from .declared import DeclaredFigure
from .evaluation import EvaluationError, Quantity, evaluate

_STATUSES = ("disputed", "provisional", "revised", "")
_NO_AREA = Area("", {}, {}, {}, "", "", None, None)
_BOUNDS = ("more-than", "at-least", "less-than", "at-most")


def derive(declared: DeclaredFigure, figures: Mapping[str, Figure], dataset: Dataset) -> DerivedFigure:
    """The figure that a table of derived.toml declares. Raises EvaluationError."""
    inputs = tuple(figures[key] for key in references(declared.expression))
    quantity = evaluate(declared.expression, figures)
    indicator = _indicator(declared, quantity, inputs, dataset)
    _check_factors(declared.expression, indicator, inputs)
    factor = 100 if indicator.unit_type in SHARES else 1
    scaled = replace(quantity, printed=quantity.printed * factor, range=quantity.range * Interval.exactly(factor))
    value, qualifier = _printed(scaled, declared, indicator, inputs)
    if sum(map(str.isdigit, value)) > MOST_DIGITS:
        raise EvaluationError("calculation-size", f"the result has more than {MOST_DIGITS} digits")
    periods = {item.period for item in inputs}
    note = inputs[0].period_note if len(periods) == 1 and not declared.period else {}
    areas = {item.area.id: item.area for item in inputs}
    own_area = next(iter(areas.values())) if len(areas) == 1 else _NO_AREA
    return DerivedFigure(
        id=declared.id,
        indicator=indicator,
        area=dataset.areas[declared.area] if declared.area else own_area,
        period=declared.period or span_of(periods),
        period_note=declared.period_note or note,
        value=value,
        qualifier=qualifier,
        status=min((item.status for item in inputs), key=_STATUSES.index),
        note=declared.note,
        line=declared.line,
        written=declared.written,
        expression=declared.expression,
        inputs=inputs,
        sources=tuple({document.id: document for item in inputs for document in item.documents}.values()),
        result=scaled.printed,
        range=scaled.range,
    )


def _indicator(declared: DeclaredFigure, quantity: Quantity, inputs: Sequence[Figure], dataset: Dataset) -> Indicator:
    """The label of the result with its unit: the one asked for, or that of the inputs."""
    own = Indicator(declared.id, declared.label, "", "ratio", {}, "neutral", {})
    known = {item.unit: item for item in dataset.indicators.values()}
    dimension = quantity.dimension or {}
    if declared.unit:
        kind = known_unit_type(declared.unit)
        like = known.get(declared.unit) or replace(own, unit=kind, unit_type=kind)
        is_part = isinstance(declared.expression, Operation) and len({(i.area.id, i.period) for i in inputs}) == 1
        _check_unit(declared.expression, quantity, like, is_part)
    elif not dimension:
        if quantity.scale in SHARES:
            return replace(own, unit=quantity.scale, unit_type=quantity.scale)
        like = known.get(quantity.scale, own)
    else:
        counted = [item.indicator for item in inputs if item.indicator.unit_type in ("count", "money")]
        if len({item.unit for item in counted}) > 1 or list(dimension.values()) != [1]:
            hint = 'name it: unit = "…", one of the units of indicators.csv'
            raise EvaluationError("calculation-units", "the inputs do not say in which unit the result is", hint)
        like = counted[0]
    return replace(own, unit=like.unit, unit_type=like.unit_type, unit_name=like.unit_name)


def _check_unit(expression: Expression, quantity: Quantity, like: Indicator, is_part: bool) -> None:
    """Raises EvaluationError if the unit of `like` does not fit a result, or has another scale.

    `is_part`: a difference may be a part of a whole, as all figures are of one time and area.
    """
    dimension = quantity.dimension or {}
    expected = {"count": {"count": 1}, "money": {like.unit: 1}}.get(like.unit_type, {})
    message = hint = ""
    match like.unit_type:
        case "percent" if dimension:
            message = "only a share can be a percentage"
        case "percent" if quantity.scale == POINTS and not is_part:
            message = "a difference of two percentages is no percentage"
            hint = f'it is counted in percentage points: unit = "{POINTS}"'
        case "percentage-point" if dimension or quantity.scale != POINTS:
            message = "only a difference of two percentages is counted in percentage points"
            hint = "difference(a, b) is how many points it went up; change(a, b) is how much of what it was"
        case "ratio" if not dimension:
            message, hint = _scale_mistake(expression, quantity, like)
        case _ if dimension != expected:
            message = f'the result is no number of the unit "{like.unit}"'
    if not message and not dimension and quantity.scale not in ("", PERCENT, POINTS, like.unit):
        message = f'the result is a number of the unit "{quantity.scale}", not of "{like.unit}"'
    if message:
        raise EvaluationError("calculation-units", message, hint)


def _scale_mistake(expression: Expression, quantity: Quantity, like: Indicator) -> tuple[str, str]:
    """The message and hint for a plain number on another scale than the unit of `like`; "" if it fits."""
    if quantity.scale == like.unit:
        return "", ""
    factors, multiplier, counted = set(_factors(expression)), _multiplier(expression), _counted_per(like)
    if counted and (counted not in factors if multiplier is None else multiplier != counted):
        message = f'the result is a {"share" if quantity.scale else "number"} of one, and the unit "{like.unit}"'
        return f"{message} counts per {counted:,}", f"multiply it: (…) * {counted}"
    if quantity.scale in SHARES and not counted and not factors & {10**power for power in range(1, 10)}:
        is_call = isinstance(expression, Call) and expression.function == "share"
        hint = f'unit = "{quantity.scale}"' + ("; ratio(a, b) gives a plain number" if is_call else "")
        return f'the result is a share, and the unit "{like.unit}" counts on another scale', hint
    return "", ""


def _counted_per(indicator: Indicator) -> int:
    """The base of a rate; 0 if its unit names none."""
    return per_how_many([indicator.unit, *indicator.unit_name.values()])


def _check_factors(expression: Expression, indicator: Indicator, inputs: Sequence[Figure]) -> None:
    """Raises EvaluationError if a share is multiplied or divided by 100, or a rate is not divided by its base."""
    factors = set(_factors(expression))
    if indicator.unit_type != "ratio":
        shares = [item for item in inputs if item.indicator.unit_type in SHARES]
        if 100 in factors and (shares or indicator.unit_type in SHARES):
            hint = "leave 100 out: a percentage counts as a share, and 12.5% is 0.125"
            raise EvaluationError("calculation-units", "this is 100 times too large or too small", hint)
    for item in inputs:
        counted = _counted_per(item.indicator) if item.indicator.unit_type == "ratio" else 0
        if counted and indicator.unit_type in ("count", "money") and counted not in factors:
            hint = f"divide it by {counted}, or what it is multiplied with"
            raise EvaluationError("calculation-units", f'"{item.id}" counts per {counted:,}', hint)


def _multiplier(expression: Expression) -> Fraction | None:
    """The constant factor of a product or quotient of figures and numbers; None for anything else."""
    match expression:
        case Constant(value, _):
            return Fraction(value)
        case Operation("*", left, right):
            first, second = _multiplier(left), _multiplier(right)
            return None if first is None or second is None else first * second
        case Operation("/", left, right) | Call("ratio" | "share", (left, right)):
            first, second = _multiplier(left), _multiplier(right)
            return None if first is None or not second else first / second
        case Reference():
            return Fraction(1)
    return None


def _factors(expression: Expression) -> Iterator[int]:
    """The whole numbers that a calculation multiplies or divides by."""
    match expression:
        case Operation(sign, left, right):
            for side in (left, right):
                if sign in "*/" and isinstance(side, Constant) and side.value == int(side.value):
                    yield int(side.value)
                yield from _factors(side)
        case Call(_, arguments):
            for argument in arguments:
                yield from _factors(argument)


def _printed(
    quantity: Quantity, declared: DeclaredFigure, indicator: Indicator, inputs: Sequence[Figure]
) -> tuple[str, str]:
    """The value to print, inside the range and with no more digits than it allows, and the qualifier."""
    span = quantity.range
    if isinstance(span.low, float) and isinstance(span.high, float):
        raise EvaluationError("calculation-unbounded", "the result can be any number: its inputs are only bounds")
    bounded = any(item.qualifier in _BOUNDS for item in inputs) and not span.is_exact
    step = _coarsest(span, declared, indicator, inputs, bounded)
    # of a share in "more than 1,100", the end at 0 says nothing: the other end is near the printed values
    below = isinstance(span.low, float) or (bounded and quantity.printed - span.low > span.high - quantity.printed)
    if isinstance(span.high, float) or (bounded and not below):
        value, _ = _rounded(Fraction(span.low), step, math.floor)
        return value, "more-than" if span.low_open else "at-least"
    if below:
        value, _ = _rounded(Fraction(span.high), step, math.ceil)
        return value, "less-than" if span.high_open else "at-most"
    value, step = _inside(quantity.printed, span, step)
    rough = any(item.qualifier == "about" for item in inputs) and not span.is_exact
    # a count without a qualifier is exact; the decimals of other numbers say how exact they are
    inexact = indicator.unit_type == "count" and span != Interval.exactly(Fraction(value))
    return value, "about" if rough or inexact or step > 1 or span.width > step else ""


def _coarsest(
    span: Interval, declared: DeclaredFigure, indicator: Indicator, inputs: Sequence[Figure], bounded: bool
) -> Fraction:
    """The power of ten to round the value to if possible: the one asked for, or one that its range allows."""
    width = span.width
    decimals = {"count": 0, "money": max(item.decimals for item in inputs)}.get(indicator.unit_type, 1)
    finest = Fraction(declared.rounding) if declared.rounding else Fraction(1, 10**decimals)
    if bounded or isinstance(width, float) or width == 0:
        return finest
    allowed = Fraction(1)
    while allowed < width:
        allowed *= 10
    while allowed / 10 >= width:
        allowed /= 10
    return max(allowed, finest)


def _inside(result: Fraction, span: Interval, step: Fraction) -> tuple[str, Fraction]:
    """A result with the fewest digits that keep it inside its range, and its step, which is `step` at most.

    0.2 with the range 0.1 to 0.3 is not rounded to 0, nor 0.66 with 0.65 to 0.67 to 0.7. A range of one number has no
    room for rounding: it keeps the digits asked for. Only a result that may be below or above 0 is rounded to 0.
    """
    if span.is_exact:
        return _rounded(result, step, half_up)
    while True:
        for rounding in (half_up, math.floor, math.ceil):
            text = decimal_text(result, step, rounding)
            if Fraction(text) in span and (not result or Fraction(text) or span.low < 0 < span.high):
                return text, step
            # try more digits before rounding a result at the end of its range away from the nearest number
            if step * 10 > span.width:
                break
        step /= 10


def _rounded(value: Fraction, step: Fraction, rounding: Rounding) -> tuple[str, Fraction]:
    """A number rounded to a step, and the step; it is finer if the number would become 0."""
    text = decimal_text(value, step, rounding)
    while value and not Fraction(text):
        step /= 10
        text = decimal_text(value, step, rounding)
    return text, step
