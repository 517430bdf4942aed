"""Units that are known by their words: percentages, percentage points, and rates per so many."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..model import PERCENT, POINTS

UNIT_TYPES = ("count", PERCENT, POINTS, "money", "ratio")
_PERCENT_ABROAD = "prozent | pour cent | pourcent | por ciento | por cento | per cento | procent | процент | yüzde"
_POINTS_ABROAD = (
    "prozentpunkt | prozentpunkte | point de pourcentage | points de pourcentage | punto porcentual"
    " | puntos porcentuales | ponto percentual | pontos percentuais | punti percentuali | procentenhet | procentenheter"
)
_PERCENT_WORDS = frozenset(
    ("%", "percent", "per cent", "percents", "percentage", "pct", "phần trăm", *_PERCENT_ABROAD.split(" | "))
)
_POINTS_WORDS = frozenset(
    (
        *("percentage point", "percentage points", "percent point", "percent points", "per cent point"),
        *("per cent points", "%point", "%points", "% point", "% points", "pp", "p.p.", "ppt", "ppts", "pct point"),
        *("pct points", "pctpts", "điểm phần trăm", "điểm %"),
        *_POINTS_ABROAD.split(" | "),
    )
)
# what a rate is counted for, in words; longer ones first
_PER_WORDS: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(words, re.IGNORECASE), number)
    for words, number in (
        (r"\bper hundred thousand\b|trên (?:một )?trăm nghìn\b", 100_000),
        (r"\bper ten thousand\b|trên (?:một )?vạn\b|‱", 10_000),
        (r"‰|\bper ?mill?e?\b|\bper thousand\b|phần nghìn|trên (?:một )?nghìn\b|promille|por mil\b", 1000),
        (r"\bper (?:one )?million\b|\bppm\b|trên (?:một )?triệu\b", 1_000_000),
        (r"\bbasis points?\b|\bbps\b", 10_000),
        (r"\bper hundred\b|[0-9]{4} ?= ?100\b", 100),
    )
)
_PER_NUMBER = re.compile(
    r"(?:\b(?:per|pro|por|pour|par|na|su|auf|je|trên)|/) ?([1-9][0-9]{0,2}(?:[ .,_]?000)++|100)(?![0-9]|[.,][0-9])"
)


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
        if found := _PER_NUMBER.search(words):
            return int(re.sub("[^0-9]", "", found[1]))
        if number := next((number for pattern, number in _PER_WORDS if pattern.search(words)), 0):
            return number
    return 0
