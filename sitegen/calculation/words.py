"""A calculation as it is read: `9,928 ÷ 0.43%`, and in words what a rule that does not hold comes to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

from ..figures import FigureFormat
from ..model import (
    Call,
    Comparison,
    Constant,
    Expression,
    Figure,
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


def is_percent(judgement: Judgement, figures: Mapping[str, Figure]) -> bool:
    """Whether the results of a rule are shares that its figures print as percentages."""
    found = [figures[key].indicator.unit_type for key in judgement.figures]
    return bool(found) and set(found) == {"percent"}


def number_text(value: Fraction, form: FigureFormat, percent: bool = False) -> str:
    """A computed number, rounded for reading: whole from 100 on, else with four significant digits at most."""
    scaled = value * 100 if percent else value
    size = abs(scaled)
    decimals = 0 if size >= 100 or not size else max(0, 3 - math.floor(math.log10(float(size))))
    with localcontext() as context:
        context.prec = 60
        number = Decimal(scaled.numerator) / Decimal(scaled.denominator)
        rounded = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        text = f"{rounded:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return form.number("0" if text in ("-0", "") else text, percent)


def range_text(
    low: Fraction | None, high: Fraction | None, form: FigureFormat, percent: bool, exact: bool = False
) -> str:
    """`between 2,282,299 and 2,336,000`; with `exact`, the number alone where there is but one. None is no bound."""
    first = "" if low is None else number_text(low, form, percent)
    last = "" if high is None else number_text(high, form, percent)
    if first == last and exact:
        return first
    if first and last:
        return form.labels("range_between", low=first, high=last)
    return form.labels("range_at_least", low=first) if first else form.labels("range_at_most", high=last)


def broken_rule(judgement: Judgement, figures: Mapping[str, Figure], form: FigureFormat) -> str:
    """The whole calculation of a rule that does not hold, in English words for the author."""
    percent = is_percent(judgement, figures)
    statement = judgement.statement
    sides = [_told(side, figures, form) for side in statement.sides]
    results = [_span(low, high, form, percent) for low, high in judgement.results]
    if isinstance(statement, Range):
        text = f"{sides[0]} is not within {sides[1]} to {sides[2]}"
        shown = results[:1]
        gaps = [_gap(judgement.results[0], (judgement.results[1][0], judgement.results[2][1]))]
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
    apart = [f"{number_text(gap, form, percent)} apart" for gap in gaps if gap]
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


def _span(low: Fraction | None, high: Fraction | None, form: FigureFormat, percent: bool) -> str:
    if low is None or high is None:
        end = low if high is None else high
        sign = "≥" if high is None else "≤"
        return f"{sign} {number_text(end, form, percent)}" if end is not None else "any number"
    first, last = number_text(low, form, percent), number_text(high, form, percent)
    return first if first == last else f"{first} to {last}"


def _gap(left: tuple[Fraction | None, Fraction | None], right: tuple[Fraction | None, Fraction | None]) -> Fraction:
    """How far two ranges lie apart; 0 when they meet."""
    below = right[0] - left[1] if right[0] is not None and left[1] is not None else Fraction(0)
    above = left[0] - right[1] if left[0] is not None and right[1] is not None else Fraction(0)
    return max(below, above, Fraction(0))
