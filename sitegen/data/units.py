"""Units that are known by their words: percentages, percentage points, and rates per so many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from ..language import alternatives, word_groups, words
from ..model import PERCENT, POINTS

UNIT_TYPES = ("count", PERCENT, POINTS, "money", "ratio")
# an index: 2010 = 100
_BASE_YEAR = re.compile(r"\b[0-9]{4} ?= ?100\b")


def known_unit_type(*texts: str) -> str:
    """The kind of a unit that needs no column to say so, by its id and its words (`percentage point|percentage
    points`): `percent`, `percentage-point`, or nothing.
    """
    for text in (form for forms in texts for form in forms.split("|")):
        plain = text.replace("-", " ").replace("_", " ").strip().casefold()
        if plain in words("percentage_points"):
            return POINTS
        if plain in words("percent"):
            return PERCENT
    return ""


def per_how_many(texts: Iterable[str]) -> int:
    """How many a rate is counted for, by the words of its unit: 1000 of `‰` and `per 1,000 births`; 0 when none are
    named.
    """
    by_number, by_words, numbers = _rates()
    for text in texts:
        plain = re.sub(r"[-\s]", " ", text.casefold())
        if found := by_number.search(plain):
            return int(re.sub("[^0-9]", "", found[1]))
        if found := by_words.search(plain):
            return numbers[found[0]]
        if _BASE_YEAR.search(plain):
            return 100
    return 0


@cache
def _rates() -> tuple[re.Pattern[str], re.Pattern[str], Mapping[str, int]]:
    """What finds a rate in figures, `per 1,000`, and in words; and how many each of these words stands for."""
    by_number = (
        rf"(?:\b(?:{alternatives(words('per_word'))})|/) ?([1-9][0-9]{{0,2}}(?:[ .,_]?000)++|100)(?![0-9]|[.,][0-9])"
    )
    numbers = {word: int(number) for number, some in word_groups("per").items() for word in some}
    return re.compile(by_number), re.compile(rf"(?<!\w)(?:{alternatives(numbers)})(?!\w)|[‰‱]"), numbers
