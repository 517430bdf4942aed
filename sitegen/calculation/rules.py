"""A rule held against the figures: whether it can be true with the rounding of what was printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from ..model import Comparison, Figure, Judgement, Range, Relation, references
from .declared import DeclaredRule
from .evaluation import Quantity, common_dimension, evaluate
from .interval import End, Interval


def judge(declared: DeclaredRule, figures: Mapping[str, Figure]) -> Judgement:
    """Whether a rule holds. Raises EvaluationError; every figure it names must be in `figures`."""
    statement = declared.statement
    results = [evaluate(side, figures) for side in statement.sides]
    holds = _within(*results) if isinstance(statement, Range) else _chain(statement, results)
    ranges = tuple((_end(result.range.low), _end(result.range.high)) for result in results)
    return Judgement(
        id=declared.id,
        title=declared.title,
        explanation=declared.explanation,
        written=declared.written,
        statement=statement,
        holds=holds,
        figures=references(*statement.sides),
        results=ranges,
        line=declared.line,
    )


def _end(end: End) -> Fraction | None:
    return None if isinstance(end, float) else end


def _within(value: Quantity, low: Quantity, high: Quantity) -> bool:
    common_dimension(value, low)
    common_dimension(value, high)
    return value.range.meets(Interval(low.range.low, high.range.high))


def _chain(statement: Comparison, results: Sequence[Quantity]) -> bool:
    """Each pair of neighbours as its relation asks. A chain is judged pair by pair."""
    pairs = zip(statement.relations, pairwise(results), strict=True)
    # each is judged, so that units which don't go together are told whatever the numbers are
    verdicts = [_relation(relation, left, right) for relation, (left, right) in pairs]
    return all(verdicts)


def _relation(relation: Relation, left: Quantity, right: Quantity) -> bool:
    common_dimension(left, right)
    match relation:
        case "<":
            return left.range.low < right.range.high
        case "<=":
            return left.range.low <= right.range.high
        case ">":
            return left.range.high > right.range.low
        case ">=":
            return left.range.high >= right.range.low
    return left.range.meets(right.range)
