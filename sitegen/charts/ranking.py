"""What can be said of the order of figures some of which are only bounds: of "more than 1,100" nobody knows the end."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from ..model import Figure


def step(before: Figure, after: Figure) -> int | None:
    """1 for a rise, -1 for a fall, 0 for neither, None where a bound leaves it open."""
    (low, high), (next_low, next_high) = _ends(before), _ends(after)
    if next_low > high:
        return 1
    if next_high < low:
        return -1
    return 0 if low == high == next_low == next_high else None


def is_level(figures: Sequence[Figure]) -> bool:
    """Whether all figures have one value, for certain."""
    return all(step(before, after) == 0 for before, after in pairwise(figures))


def largest(figures: Sequence[Figure]) -> Figure | None:
    """The one figure that is larger than all others, whatever bounds leave open; None when there is none."""
    return next((a for a in figures if all(_ends(a)[0] > _ends(b)[1] for b in figures if b is not a)), None)


def smallest(figures: Sequence[Figure]) -> Figure | None:
    """The one figure that is smaller than all others, whatever bounds leave open; None when there is none."""
    return next((a for a in figures if all(_ends(a)[1] < _ends(b)[0] for b in figures if b is not a)), None)


def reaches(item: Figure, target: Figure) -> bool | None:
    """Whether a target is reached, by the direction that is the better one; None where that is open."""
    (low, high), (target_low, target_high) = _ends(item), _ends(target)
    match item.indicator.direction:
        case "higher-better":
            return True if low >= target_high else False if high < target_low else None
        case "lower-better":
            return True if high <= target_low else False if low > target_high else None
    return None


def _ends(item: Figure) -> tuple[Decimal, Decimal]:
    """What a figure can be, by its qualifier."""
    infinity = Decimal("Infinity")
    if item.qualifier == "about":
        half = _half_of_last_digit(item.number)
        return item.number - half, item.number + half
    return (
        -infinity if item.qualifier == "at-most" else item.number,
        infinity if item.qualifier == "at-least" else item.number,
    )


def _half_of_last_digit(number: Decimal) -> Decimal:
    """Half of the last digit that is not zero, as rules and computed figures have it: `5` of 1,200 is 50."""
    exponent = number.normalize().as_tuple().exponent if number else 0
    return Decimal(1).scaleb(int(exponent)) / 2
