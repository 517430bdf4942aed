"""Calculations as readers see them (`9,928 ÷ 0.43%`), and the message for a rule that does not hold."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from ...language import NO_BREAK_SPACE, FigureFormat
from ...model import (
    PERCENT,
    POINTS,
    SHARES,
    Call,
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
from .decimals import decimal_text, half_up

Part = str | Figure
"""A piece of a calculation: signs and numbers as text, figures to be printed by the caller."""

RELATIONS: Mapping[Relation, str] = {"=": "=", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
_SIGNS = {"+": " + ", "-": " − ", "*": " × ", "/": " ÷ "}
_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}
_ATOM = 3


def expression_parts(expression: Expression, figures: Mapping[str, Figure], form: FigureFormat) -> list[Part]:
    """An expression in reading order; `change(a, b)` is `(b − a) ÷ a`."""
    return _Writer(figures, form).parts(expression)[0]


@dataclass(frozen=True)
class _Writer:
    figures: Mapping[str, Figure]
    form: FigureFormat

    def parts(self, expression: Expression) -> tuple[list[Part], int]:
        """The pieces, and how strongly their outermost sign binds."""
        match expression:
            case Constant(value, is_percent):
                return [self.form.number(f"{value.scaleb(2) if is_percent else value:f}", is_percent)], _ATOM
            case Reference(key):
                return [self.figures[key]], _ATOM
            case Operation(sign, left, right):
                strength = _STRENGTH[sign]
                # `a − (b − c)` and `a ÷ (b × c)` keep their brackets
                second = self.bracketed(right, strength + (sign in "-/"))
                return [*self.bracketed(left, strength), _SIGNS[sign], *second], strength
            case Call(function, arguments):
                return self.call(function, arguments)

    def bracketed(self, expression: Expression, strength: int) -> list[Part]:
        parts, own = self.parts(expression)
        return parts if own >= strength else ["(", *parts, ")"]

    def call(self, function: str, arguments: Sequence[Expression]) -> tuple[list[Part], int]:
        match function, arguments:
            case "difference", (first, last):
                return self.parts(Operation("-", last, first))
            case "change", (first, last):
                return self.parts(Operation("/", Operation("-", last, first), first))
            case "share" | "ratio", (part, whole):
                return self.parts(Operation("/", part, whole))
            case "sum", (only,):
                return self.parts(only)
            case "sum", _:
                strength = _STRENGTH["+"]
                return _joined(_SIGNS["+"], [self.bracketed(item, strength) for item in arguments]), strength
            case "abs", (value,):
                return ["|", *self.parts(value)[0], "|"], _ATOM
        return [f"{function}(", *_joined("; ", [self.parts(item)[0] for item in arguments]), ")"], _ATOM


def _joined(separator: str, lists: Sequence[list[Part]]) -> list[Part]:
    return [part for parts in lists for part in (separator, *parts)][1:]


def unit_of_scale(scale: str) -> Indicator:
    """An indicator with the unit of a result: `percent`, `percentage-point`, or none."""
    kind = scale if scale in SHARES else "ratio"
    return Indicator("", {}, kind, kind, {}, "neutral", {})


def number_text(value: Fraction, form: FigureFormat, percent: bool = False, decimals: int = 0) -> str:
    """A computed number, rounded for readers: whole from 100 on, else to four significant digits.

    It is rounded to `decimals` at least.
    """
    scaled = value * 100 if percent else value
    size = abs(scaled)
    readable = 0 if size >= 100 or not size else 3 - math.floor(math.log10(float(size)))
    text = decimal_text(scaled, Fraction(1, 10 ** max(readable, decimals)), half_up)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return form.number(text, percent)


def range_text(span: Interval, indicator: Indicator, form: FigureFormat, value: str = "", exact: bool = False) -> str:
    """What a result can be, in the printed unit: `between 2,282,299 and 2,336,000`, `more than 24.7 billion VND`.

    The ends have no fewer decimals than `value`, which is printed beside them and must lie between them as printed.
    With `exact`, ends that are printed alike are one number.
    """
    percent = indicator.unit_type == PERCENT
    factor = 100 if percent else 1
    low, high = (None if isinstance(end, float) else end / factor for end in (span.low, span.high))
    decimals = len(value.partition(".")[2])
    if low is not None and high is not None and low != high:
        # enough digits for close ends to differ
        decimals = max(decimals, -math.floor(math.log10(float((high - low) * factor))))
    unit = _unit_text(indicator, span, form)
    first, last = ("" if end is None else number_text(end, form, percent, decimals) for end in (low, high))
    if first == last and exact:
        return first + unit
    if first and last:
        return form.labels("range_between", low=first, high=last + unit)
    if first:
        return form.labels("range_more_than" if span.low_open else "range_at_least", low=first + unit)
    return form.labels("range_less_than" if span.high_open else "range_at_most", high=last + unit)


def _unit_text(indicator: Indicator, span: Interval, form: FigureFormat) -> str:
    """The unit after a number, which only money and percentage points have."""
    if indicator.unit_type not in ("money", POINTS):
        return ""
    end = span.low if isinstance(span.high, float) else span.high
    text = number_text(Fraction(end), FigureFormat.plain("en")).replace(",", "").replace("\u2212", "-")
    name = form.unit(indicator, text)
    return f" {name}" if name else ""


def broken_rule(judgement: Judgement, figures: Mapping[str, Figure], form: FigureFormat) -> str:
    """The whole calculation of a rule that does not hold, in English for the author."""
    statement = judgement.statement
    sides = [_side(side, figures, form, ids=True) for side in statement.sides]
    results = [_span(span, scale, form) for span, scale in zip(judgement.results, judgement.scales, strict=True)]
    gaps: list[Fraction] = []
    if isinstance(statement, Range):
        text = f"{sides[0]} is not within {sides[1]} to {sides[2]}"
        value, low, high = judgement.results
        results, gaps = results[:1], [_gap(value, Interval(low.low, high.high))]
    else:
        relations = zip(statement.relations, sides[1:], strict=True)
        text = " ".join([sides[0], *(f"{RELATIONS[relation]} {side}" for relation, side in relations), "does not hold"])
        if set(statement.relations) == {"="}:
            gaps = [_gap(left, right) for left, right in pairwise(judgement.results)]
    computed = [
        f"{_side(side, figures, form, ids=False)} is {result}"
        for side, result in zip(statement.sides, results, strict=False)
        if not isinstance(side, Constant | Reference)
    ]
    scale = POINTS if any(scale in SHARES for scale in judgement.scales) else ""
    return "; ".join([text, *computed, *(f"{_number(gap, scale, form)} apart" for gap in gaps if gap)])


def _side(side: Expression, figures: Mapping[str, Figure], form: FigureFormat, ids: bool) -> str:
    """A side of a rule, with the ids of its figures if asked: `3,612 (north-loans-2022) − 1,582 (…)`."""
    text = ""
    for part in expression_parts(side, figures, form):
        if isinstance(part, str):
            text += part
        else:
            text += form.value(part, words=False).replace(NO_BREAK_SPACE, " ") + (f" ({part.id})" if ids else "")
    return text


def _span(span: Interval, scale: str, form: FigureFormat) -> str:
    first, last = (None if isinstance(end, float) else _number(end, scale, form) for end in (span.low, span.high))
    if first is None:
        return "any number" if last is None else f"{'<' if span.high_open else '≤'} {last}"
    if last is None:
        return f"{'>' if span.low_open else '≥'} {first}"
    return first if first == last else f"{first} to {last}"


def _number(value: Fraction, scale: str, form: FigureFormat) -> str:
    """A computed number in English, with the unit of its scale."""
    if scale == POINTS:
        text = number_text(value * 100, form)
        return f"{text} percentage {'point' if text == '1' else 'points'}"
    return number_text(value, form, percent=scale == PERCENT)


def _gap(left: Interval, right: Interval) -> Fraction:
    """How far two ranges are apart; 0 if they meet."""
    ends = ((right.low, left.high), (left.low, right.high))
    gaps = [low - high for low, high in ends if not isinstance(low, float) and not isinstance(high, float)]
    return max(Fraction(0), *gaps)
