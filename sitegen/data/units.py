"""Units known by their words: percentages, percentage points, and rates per thousand and the like."""

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
    """`percent` or `percentage-point` if the id or words of a unit (`percentage point|percentage points`) say so."""
    for text in (form for forms in texts for form in forms.split("|")):
        plain = text.replace("-", " ").replace("_", " ").strip().casefold()
        if plain in words("percentage_points"):
            return POINTS
        if plain in words("percent"):
            return PERCENT
    return ""


def per_how_many(texts: Iterable[str]) -> int:
    """The base of a rate by the words of its unit: 1000 for `‰` and `per 1,000 births`; 0 if there is none."""
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
    """Patterns for a rate in figures (`per 1,000`) and in words, and the number that each of these words means."""
    by_number = (
        rf"(?:\b(?:{alternatives(words('per_word'))})|/) ?([1-9][0-9]{{0,2}}(?:[ .,_]?000)++|100)(?![0-9]|[.,][0-9])"
    )
    numbers = {word: int(number) for number, some in word_groups("per").items() for word in some}
    return re.compile(by_number), re.compile(rf"(?<!\w)(?:{alternatives(numbers)})(?!\w)|[‰‱]"), numbers
