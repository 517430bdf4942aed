"""A calculation as it is read: `9,928 ÷ 0.43%`, and in words what a rule that does not hold comes to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

from ...language import FigureFormat
from ...model import (
    PERCENT,
    POINTS,
    SHARES,
    Call,
    Comparison,
    Constant,
    Expression,
    Figure,
    Indicator,
    Interval,
    Judgement,
    Operation,
    Range,
    Reference,
    Relation,
)

Part = str | Figure
"""A piece of a calculation: signs and numbers as text, figures to be printed as their place asks."""

RELATIONS: Mapping[Relation, str] = {"=": "=", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
_SIGNS = {"+": " + ", "-": " − ", "*": " × ", "/": " ÷ "}
_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}
_ATOM = 3


def expression_parts(expression: Expression, figures: Mapping[str, Figure], form: FigureFormat) -> list[Part]:
    """An expression in the order it is read; `change(a, b)` is `(b − a) ÷ a`."""
    return _parts(expression, figures, form)[0]


def _parts(expression: Expression, figures: Mapping[str, Figure], form: FigureFormat) -> tuple[list[Part], int]:
    """The pieces, and how strongly their outermost sign binds."""
    match expression:
        case Constant(value, is_percent):
            return [form.number(f"{value.scaleb(2) if is_percent else value:f}", is_percent)], _ATOM
        case Reference(key):
            return [figures[key]], _ATOM
        case Operation(sign, left, right):
            strength = _STRENGTH[sign]
            first = _bracketed(left, strength, figures, form)
            # `a − (b − c)` and `a ÷ (b × c)` keep their brackets
            second = _bracketed(right, strength + (sign in "-/"), figures, form)
            return [*first, _SIGNS[sign], *second], strength
        case Call(function, arguments):
            return _call(function, arguments, figures, form)


def _bracketed(expression: Expression, strength: int, figures: Mapping[str, Figure], form: FigureFormat) -> list[Part]:
    parts, own = _parts(expression, figures, form)
    return parts if own >= strength else ["(", *parts, ")"]


def _call(
    function: str, arguments: Sequence[Expression], figures: Mapping[str, Figure], form: FigureFormat
) -> tuple[list[Part], int]:
    match function:
        case "difference":
            return _parts(Operation("-", arguments[1], arguments[0]), figures, form)
        case "change":
            difference = Operation("-", arguments[1], arguments[0])
            return _parts(Operation("/", difference, arguments[0]), figures, form)
        case "share" | "ratio":
            return _parts(Operation("/", arguments[0], arguments[1]), figures, form)
        case "sum":
            if len(arguments) == 1:
                return _parts(arguments[0], figures, form)
            added: list[Part] = []
            for place, argument in enumerate(arguments):
                added += [_SIGNS["+"]] * (place > 0) + _bracketed(argument, _STRENGTH["+"], figures, form)
            return added, _STRENGTH["+"]
        case "abs":
            return ["|", *_parts(arguments[0], figures, form)[0], "|"], _ATOM
    parts: list[Part] = [f"{function}("]
    for place, argument in enumerate(arguments):
        parts += ["; "] * (place > 0) + _parts(argument, figures, form)[0]
    return [*parts, ")"], _ATOM


def unit_of_scale(scale: str) -> Indicator:
    """What a result on a scale of its own is counted in: `percent`, `percentage-point`, or nothing."""
    kind = scale if scale in SHARES else "ratio"
    return Indicator("", {}, kind, kind, {}, "neutral", {})


def number_text(value: Fraction, form: FigureFormat, percent: bool = False, decimals: int = 0) -> str:
    """A computed number, rounded for reading: whole from 100 on, else with four significant digits at most.

    It has so many `decimals` at least.
    """
    scaled = value * 100 if percent else value
    most = max(_readable_decimals(scaled), decimals)
    with localcontext() as context:
        context.prec = 60
        number = Decimal(scaled.numerator) / Decimal(scaled.denominator)
        text = f"{number.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return form.number(text, percent)


def _readable_decimals(value: Fraction) -> int:
    size = abs(value)
    return 0 if size >= 100 or not size else max(0, 3 - math.floor(math.log10(float(size))))


def range_text(span: Interval, indicator: Indicator, form: FigureFormat, value: str = "", exact: bool = False) -> str:
    """What a result can be, in the printed unit: `between 2,282,299 and 2,336,000`, `more than 24.7 billion VND`.

    The ends have no fewer decimals than `value`, which is printed beside them, so that it lies between them as they are
    printed. With `exact`, the number stands alone where there is but one.
    """
    percent = indicator.unit_type == PERCENT
    factor = 100 if percent else 1
    low, high = (None if isinstance(end, float) else end / factor for end in (span.low, span.high))
    decimals = len(value.partition(".")[2])
    if low is not None and high is not None and low != high:
        # ends that are nearer to each other than their digits show would look like one number
        decimals = max(decimals, -math.floor(math.log10(float((high - low) * factor))))
    unit = _unit_text(indicator, span, form)
    first = "" if low is None else number_text(low, form, percent, decimals)
    last = "" if high is None else number_text(high, form, percent, decimals)
    if first == last and exact:
        return first + unit
    if first and last:
        return form.labels("range_between", low=first, high=last + unit)
    if first:
        return form.labels("range_more_than" if span.low_open else "range_at_least", low=first + unit)
    return form.labels("range_less_than" if span.high_open else "range_at_most", high=last + unit)


def _unit_text(indicator: Indicator, span: Interval, form: FigureFormat) -> str:
    """The unit of money and of percentage points behind a number, as figures have it; nothing for other units."""
    if indicator.unit_type not in ("money", POINTS):
        return ""
    end = span.low if isinstance(span.high, float) else span.high
    text = number_text(Fraction(end), FigureFormat.plain("en")).replace(",", "").replace("\u2212", "-")
    name = form.unit(indicator, text)
    return f" {name}" if name else ""


def broken_rule(judgement: Judgement, figures: Mapping[str, Figure], form: FigureFormat) -> str:
    """The whole calculation of a rule that does not hold, in English words for the author."""
    statement = judgement.statement
    sides = [_told(side, figures, form) for side in statement.sides]
    results = [_span(span, scale, form) for span, scale in zip(judgement.results, judgement.scales, strict=True)]
    if isinstance(statement, Range):
        text = f"{sides[0]} is not within {sides[1]} to {sides[2]}"
        shown = results[:1]
        value, low, high = judgement.results
        gaps = [_gap(value, Interval(low.low, high.high))]
    else:
        text = sides[0]
        for relation, side in zip(statement.relations, sides[1:], strict=True):
            text += f" {RELATIONS[relation]} {side}"
        text += " does not hold"
        shown = results
        gaps = [_gap(left, right) for left, right in pairwise(judgement.results)] if _equals(statement) else []
    computed = [
        f"{_plain(side, figures, form)} is {result}"
        for side, result in zip(statement.sides, shown, strict=False)
        if not isinstance(side, Constant | Reference)
    ]
    shares = any(scale in SHARES for scale in judgement.scales)
    apart = [
        f"{_number(gap, POINTS, form)} apart" if shares else f"{number_text(gap, form)} apart" for gap in gaps if gap
    ]
    return "; ".join([text, *computed, *apart])


def _equals(statement: Comparison) -> bool:
    return all(relation == "=" for relation in statement.relations)


def _told(side: Expression, figures: Mapping[str, Figure], form: FigureFormat) -> str:
    """A side with the id of each figure: `3,612 (north-loans-2022) − 1,582 (…)`."""
    parts = expression_parts(side, figures, form)
    return "".join(part if isinstance(part, str) else f"{_value(part, form)} ({part.id})" for part in parts)


def _plain(side: Expression, figures: Mapping[str, Figure], form: FigureFormat) -> str:
    parts = expression_parts(side, figures, form)
    return "".join(part if isinstance(part, str) else _value(part, form) for part in parts)


def _value(figure: Figure, form: FigureFormat) -> str:
    return form.value(figure, words=False).replace("\u00a0", " ")


def _span(span: Interval, scale: str, form: FigureFormat) -> str:
    low, high = span.low, span.high
    if isinstance(low, float):
        sign = "<" if span.high_open else "≤"
        return "any number" if isinstance(high, float) else f"{sign} {_number(high, scale, form)}"
    if isinstance(high, float):
        return f"{'>' if span.low_open else '≥'} {_number(low, scale, form)}"
    first, last = _number(low, scale, form), _number(high, scale, form)
    return first if first == last else f"{first} to {last}"


def _number(value: Fraction, scale: str, form: FigureFormat) -> str:
    """A computed number in English: a percentage, or percentage points, by its scale."""
    if scale == POINTS:
        text = number_text(value * 100, form)
        return f"{text} percentage {'point' if text == '1' else 'points'}"
    return number_text(value, form, percent=scale == PERCENT)


def _gap(left: Interval, right: Interval) -> Fraction:
    """How far two ranges lie apart; 0 when they meet."""
    gaps = [Fraction(0)]
    for low, high in ((right.low, left.high), (left.low, right.high)):
        if not isinstance(low, float) and not isinstance(high, float):
            gaps.append(low - high)
    return max(gaps)
