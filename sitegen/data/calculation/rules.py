"""Judges a rule: whether it can be true with the rounding of the printed figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from ...model import Comparison, Figure, Interval, Judgement, Range, Relation, references
from .declared import DeclaredRule
from .evaluation import Quantity, common_dimension, evaluate


def judge(declared: DeclaredRule, figures: Mapping[str, Figure]) -> Judgement:
    """Whether a rule holds. Raises EvaluationError; every figure it names must be in `figures`."""
    statement = declared.statement
    results = [evaluate(side, figures) for side in statement.sides]
    holds = _within(*results) if isinstance(statement, Range) else _chain(statement, results)
    return Judgement(
        id=declared.id,
        title=declared.title,
        explanation=declared.explanation,
        written=declared.written,
        statement=statement,
        holds=holds,
        figures=references(*statement.sides),
        results=tuple(result.range for result in results),
        scales=tuple(result.scale for result in results),
        line=declared.line,
    )


def _within(value: Quantity, low: Quantity, high: Quantity) -> bool:
    common_dimension(value, low)
    common_dimension(value, high)
    return value.range.meets(Interval(low.range.low, high.range.high, low.range.low_open, high.range.high_open))


def _chain(statement: Comparison, results: Sequence[Quantity]) -> bool:
    """Whether all pairs of neighbours have their relation."""
    pairs = zip(statement.relations, pairwise(results), strict=True)
    # all pairs are judged, so that wrong units are found whatever the numbers are
    verdicts = [_relation(relation, left, right) for relation, (left, right) in pairs]
    return all(verdicts)


def _relation(relation: Relation, left: Quantity, right: Quantity) -> bool:
    common_dimension(left, right)
    match relation:
        case "<":
            return left.range.can_be_below(right.range)
        case "<=":
            return left.range.can_be_at_most(right.range)
        case ">":
            return right.range.can_be_below(left.range)
        case ">=":
            return right.range.can_be_at_most(left.range)
    return left.range.meets(right.range)
