"""Units that are known by their words: percentages, percentage points, and rates per so many."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..model import PERCENT, POINTS

UNIT_TYPES = ("count", PERCENT, POINTS, "money", "ratio")
_PERCENT_WORDS = frozenset(("%", "percent", "per cent", "percents", "percentage", "pct", "phần trăm"))
_POINTS_WORDS = frozenset(
    (
        *("percentage point", "percentage points", "percent point", "percent points", "per cent point"),
        *("per cent points", "%point", "%points", "% point", "% points", "pp", "p.p.", "ppt", "ppts", "pct point"),
        *("pct points", "pctpts", "điểm phần trăm", "điểm %"),
    )
)
_PER_THOUSAND = re.compile(r"‰|\bper ?mill?e?\b|\bper thousand\b|phần nghìn|promille|por mil\b", re.IGNORECASE)
_PER_NUMBER = re.compile(r"(?:\b(?:per|pro|por|pour|par|na|su|auf|trên)|/) ?([1-9][0-9]{0,2}(?:[ .,_]?000)++)\b")


def known_unit_type(*texts: str) -> str:
    """The kind of a unit that needs no column to say so, by its id and its words (`percentage point|percentage
    points`): `percent`, `percentage-point`, or nothing.
    """
    for text in (form for forms in texts for form in forms.split("|")):
        words = text.replace("-", " ").replace("_", " ").strip().casefold()
        if words in _POINTS_WORDS:
            return POINTS
        if words in _PERCENT_WORDS:
            return PERCENT
    return ""


def per_how_many(texts: Iterable[str]) -> int:
    """How many a rate is counted for, by the words of its unit: 1000 of `‰` and `per 1,000 births`; 0 when none are
    named.
    """
    for text in texts:
        words = re.sub(r"[-\s]", " ", text.casefold())
        if _PER_THOUSAND.search(words):
            return 1000
        if found := _PER_NUMBER.search(words):
            return int(re.sub("[^0-9]", "", found[1]))
    return 0
