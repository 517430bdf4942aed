"""Comparisons of figures that may be bounds: "more than 1,100" has no upper end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..data.calculation import figure_range
from ..model import Figure, Interval


def step(before: Figure, after: Figure) -> int | None:
    """1 for a rise, -1 for a fall, 0 for neither, None if a bound leaves it open."""
    first, last = _span(before), _span(after)
    if first.is_below(last):
        return 1
    if last.is_below(first):
        return -1
    return 0 if first.is_exact and first == last else None


def is_level(figures: Sequence[Figure]) -> bool:
    """Whether all figures certainly have the same value."""
    return all(step(before, after) == 0 for before, after in pairwise(figures))


def largest(figures: Sequence[Figure]) -> Figure | None:
    """The figure that is certainly larger than all others, or None."""
    return next((a for a in figures if all(_span(b).is_below(_span(a)) for b in figures if b is not a)), None)


def smallest(figures: Sequence[Figure]) -> Figure | None:
    """The figure that is certainly smaller than all others, or None."""
    return next((a for a in figures if all(_span(a).is_below(_span(b)) for b in figures if b is not a)), None)


def reaches(item: Figure, target: Figure) -> bool | None:
    """Whether a target is reached, given the indicator's direction; None if that is open."""
    own, aim = _span(item), _span(target)
    if item.indicator.direction == "lower-better":
        own, aim = aim, own
    elif item.indicator.direction != "higher-better":
        return None
    return True if aim.is_at_most(own) else False if own.is_below(aim) else None


def _span(item: Figure) -> Interval:
    """The interval allowed by a figure's qualifier. Without one, the value counts as exact."""
    return figure_range(item) if item.qualifier else Interval.exactly(item.number)
