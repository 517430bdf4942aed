"""A declared figure and the figures it names → DerivedFigure: its value with no more digits than these allow."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from ..data import MOST_DIGITS
from ..model import Area, Dataset, DerivedFigure, Figure, Indicator, references
from .declared import DeclaredFigure
from .evaluation import EvaluationError, Quantity, evaluate
from .interval import End, Interval

_STATUSES = ("disputed", "provisional", "revised", "")
_NO_AREA = Area("", {}, {}, {}, "", "", None, None)


def derive(declared: DeclaredFigure, figures: Mapping[str, Figure], dataset: Dataset) -> DerivedFigure:
    """The figure that a table of derived.toml declares. Raises EvaluationError."""
    inputs = tuple(figures[key] for key in references(declared.expression))
    quantity = evaluate(declared.expression, figures)
    indicator = _indicator(declared, quantity, inputs, dataset)
    factor = 100 if indicator.unit_type == "percent" else 1
    scaled = Quantity(quantity.printed * factor, quantity.range * Interval.exactly(factor), quantity.dimension)
    value, qualifier = _printed(scaled, declared, indicator, inputs)
    if sum(map(str.isdigit, value)) > MOST_DIGITS:
        raise EvaluationError("calculation-size", f"the result has more than {MOST_DIGITS} digits")
    periods = [item.period for item in inputs]
    notes = [item.period_note for item in inputs]
    return DerivedFigure(
        id=declared.id,
        indicator=indicator,
        area=_area(declared, inputs, dataset),
        period=declared.period or _span(inputs),
        period_note=declared.period_note or (notes[0] if len(set(periods)) == 1 and not declared.period else {}),
        value=value,
        qualifier=qualifier,
        status=min((item.status for item in inputs), key=_STATUSES.index),
        note=declared.note,
        line=declared.line,
        written=declared.written,
        expression=declared.expression,
        inputs=inputs,
        sources=tuple({document.id: document for item in inputs for document in item.documents}.values()),
        low=_finite(scaled.range.low),
        high=_finite(scaled.range.high),
    )


def _finite(end: End) -> Fraction | None:
    return None if isinstance(end, float) else end


def _area(declared: DeclaredFigure, inputs: Sequence[Figure], dataset: Dataset) -> Area:
    if declared.area:
        return dataset.areas[declared.area]
    areas = {item.area.id: item.area for item in inputs}
    return next(iter(areas.values())) if len(areas) == 1 else _NO_AREA


def _span(inputs: Sequence[Figure]) -> str:
    """From the first to the last: `2022`, `2024-12-31` → `2022/2024-12-31`."""
    parts = sorted({part for item in inputs for part in item.period.split("/")})
    return parts[0] if len(parts) == 1 else f"{parts[0]}/{parts[-1]}"


def _indicator(declared: DeclaredFigure, quantity: Quantity, inputs: Sequence[Figure], dataset: Dataset) -> Indicator:
    """What the result is called and counted in: the unit asked for, or that of the inputs."""
    own = Indicator(declared.id, declared.label, "", "ratio", {}, "neutral", {})
    percent = replace(own, unit="percent", unit_type="percent")
    dimension = quantity.dimension or {}
    if declared.unit == "percent":
        if dimension:
            raise EvaluationError("calculation-units", "only a share can be a percentage")
        return percent
    if declared.unit:
        like = next(item for item in dataset.indicators.values() if item.unit == declared.unit)
        expected = {"percent": {}, "ratio": {}, "money": {like.unit: 1}}.get(like.unit_type, {"count": 1})
        if dimension != expected:
            raise EvaluationError("calculation-units", f'the result is no number of the unit "{declared.unit}"')
        return replace(own, unit=like.unit, unit_type=like.unit_type, unit_name=like.unit_name)
    if not dimension:
        if not declared.is_share and not declared.is_ratio and _are_percentages(inputs):
            message = "the inputs are percentages, and the result may be one or not"
            hint = 'say unit = "percent"; that a difference is in percentage points is for the label to say'
            raise EvaluationError("calculation-units", message, hint)
        return percent if declared.is_share else own
    units = {item.indicator.unit: item.indicator for item in inputs if item.indicator.unit_type in ("count", "money")}
    if len(units) > 1 or list(dimension.values()) != [1]:
        hint = 'name it: unit = "…", one of the units of indicators.csv'
        raise EvaluationError("calculation-units", "the inputs do not say in which unit the result is", hint)
    like = next(iter(units.values()))
    return replace(own, unit=like.unit, unit_type=like.unit_type, unit_name=like.unit_name)


def _are_percentages(inputs: Sequence[Figure]) -> bool:
    return all(item.indicator.unit_type == "percent" for item in inputs)


def _printed(
    quantity: Quantity, declared: DeclaredFigure, indicator: Indicator, inputs: Sequence[Figure]
) -> tuple[str, str]:
    """The digits to print, and the qualifier. The step is never finer than the range is wide."""
    low, high = quantity.range.low, quantity.range.high
    if isinstance(low, float) and isinstance(high, float):
        raise EvaluationError("calculation-unbounded", "the result can be any number: its inputs are only bounds")
    bounded = any(item.qualifier in ("at-least", "at-most") for item in inputs)
    step = _step(quantity, declared, indicator, inputs, bounded)
    # of a share in more than 1,100, the end at nothing says nothing: the other is where the printed values lead
    below = isinstance(low, float) or (bounded and quantity.printed - low > high - quantity.printed)
    if isinstance(high, float) or (bounded and not below):
        return _decimal(Fraction(low), step, ROUND_FLOOR), "at-least"
    if below:
        return _decimal(Fraction(high), step, ROUND_CEILING), "at-most"
    value = _decimal(quantity.printed, step, ROUND_HALF_UP)
    rough = any(item.qualifier == "about" for item in inputs) and not quantity.range.is_exact
    # a count without a word is exact; any other number says by its decimals how exact it is
    inexact = indicator.unit_type == "count" and quantity.range != Interval.exactly(Decimal(value))
    return value, "about" if rough or inexact or step > 1 else ""


def _step(
    quantity: Quantity, declared: DeclaredFigure, indicator: Indicator, inputs: Sequence[Figure], bounded: bool
) -> Fraction:
    """What the value is rounded to: a power of ten."""
    width = quantity.range.width
    if indicator.unit_type in ("count", "money"):
        finest = Fraction(1, 10 ** max(item.decimals for item in inputs))
        if indicator.unit_type == "count":
            finest = Fraction(1)
    else:
        finest = Fraction(1, 10)
    if declared.rounding:
        finest = Fraction(declared.rounding)
    if bounded or isinstance(width, float) or width == 0:
        return finest
    allowed = Fraction(1)
    while allowed < width:
        allowed *= 10
    while allowed / 10 >= width:
        allowed /= 10
    return max(allowed, finest)


def _decimal(value: Fraction, step: Fraction, rounding: str) -> str:
    """A number as decimal text, in whole steps: 33.63…, 1/10 → `33.6`; a step above 1 leaves zeros."""
    with localcontext() as context:
        context.prec = 60
        # dividing in Fraction first keeps the quotient exact; only whole steps are counted
        steps = value / step
        whole = math.floor(steps)
        if rounding == ROUND_CEILING:
            whole = math.ceil(steps)
        elif rounding == ROUND_HALF_UP:
            half_up = math.floor(abs(steps) + Fraction(1, 2))
            whole = half_up if steps >= 0 else -half_up
        number = Decimal(whole) * Decimal(step.numerator) / Decimal(step.denominator)
        decimals = len(str(step.denominator)) - 1
        text = f"{number:.{decimals}f}"
    return text.removeprefix("-") if not number else text
