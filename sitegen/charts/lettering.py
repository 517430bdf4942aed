"""Labels in a drawing: wrapped, measured, and moved apart."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from ..model import Point
from .theme import CHARACTER


def spread(values: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """The positions of labels of these heights, as close to their values as possible without overlap.

    Labels that would overlap are stacked around the mean of their values, within `low` to `high` if they fit.
    """
    order = sorted(range(len(values)), key=lambda index: values[index])
    blocks: list[tuple[list[int], float]] = []
    for index in order:
        members = [index]
        while True:
            height = sum(heights[member] for member in members)
            middle = sum(values[member] for member in members) / len(members)
            bottom = max(min(middle - height / 2, high - height), low)
            if not blocks or blocks[-1][1] + sum(heights[member] for member in blocks[-1][0]) <= bottom:
                break
            members = blocks.pop()[0] + members
        blocks.append((members, bottom))
    result = list(values)
    for members, bottom in blocks:
        for member in members:
            result[member] = bottom + heights[member] / 2
            bottom += heights[member]
    return result


@dataclass(frozen=True)
class Places:
    """The space for labels at the ends of lines: the height of a text line, the lowest and highest position."""

    line: float
    low: float
    high: float

    def of(self, points: Sequence[Point], names: Sequence[str]) -> list[float]:
        """The middle of each label's first line, on the scale of the values; its other lines are below."""
        heights = [self.line * lines_of(name) for name in names]
        middles = spread([point.value for point in points], heights, self.low, self.high)
        return [middle + (height - self.line) / 2 for middle, height in zip(middles, heights, strict=True)]


def wrap(words: str, characters: float) -> str:
    """A label wrapped at spaces to lines of about this many characters."""
    return "\n".join(textwrap.wrap(words, max(int(characters), 4), break_long_words=False)) or words


def wrapped(words: str, width: float) -> str:
    """A label wrapped to about this width in px."""
    return wrap(words, width / CHARACTER)


def width_of(words: str) -> float:
    """The approximate width of a text's longest line in px."""
    return CHARACTER * max(len(line) for line in words.split("\n"))


def lines_of(words: str) -> int:
    """The number of lines of a text."""
    return words.count("\n") + 1
