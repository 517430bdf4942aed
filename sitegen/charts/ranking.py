"""What can be said of the order of figures some of which are only bounds: of "more than 1,100" nobody knows the end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..data.calculation import figure_range
from ..model import Figure, Interval


def step(before: Figure, after: Figure) -> int | None:
    """1 for a rise, -1 for a fall, 0 for neither, None where a bound leaves it open."""
    first, last = _span(before), _span(after)
    if first.is_below(last):
        return 1
    if last.is_below(first):
        return -1
    return 0 if first.is_exact and first == last else None


def is_level(figures: Sequence[Figure]) -> bool:
    """Whether all figures have one value, for certain."""
    return all(step(before, after) == 0 for before, after in pairwise(figures))


def largest(figures: Sequence[Figure]) -> Figure | None:
    """The one figure that is larger than all others, whatever bounds leave open; None when there is none."""
    return next((a for a in figures if all(_span(b).is_below(_span(a)) for b in figures if b is not a)), None)


def smallest(figures: Sequence[Figure]) -> Figure | None:
    """The one figure that is smaller than all others, whatever bounds leave open; None when there is none."""
    return next((a for a in figures if all(_span(a).is_below(_span(b)) for b in figures if b is not a)), None)


def reaches(item: Figure, target: Figure) -> bool | None:
    """Whether a target is reached, by the direction that is the better one; None where that is open."""
    own, aim = _span(item), _span(target)
    match item.indicator.direction:
        case "higher-better":
            return True if aim.is_at_most(own) else False if own.is_below(aim) else None
        case "lower-better":
            return True if own.is_at_most(aim) else False if aim.is_below(own) else None
    return None


def _span(item: Figure) -> Interval:
    """What a figure can be, by its qualifier. One without any is compared as it is printed."""
    return figure_range(item) if item.qualifier else Interval.exactly(item.number)
