"""Words that say where something went, held against the sign of the computed change beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..figures import FigureFormat
from ..model import Dataset, DerivedFigure
from ..problems import Problem
from .passages import Passage

# per language: words of falling, words of rising, and compounds in which neither says so
WORDS: Mapping[str, tuple[str, str, str]] = {
    "en": (
        r"fell|falls?|fallen|falling|drop(?:s|ped|ping)?|declin(?:es?|ed|ing)|decreas(?:es?|ed|ing)|shr[aiu]nk|lower"
        r"|fewer|less|down",
        r"rose|rises?|risen|rising|gr[eo]w(?:s|n|ing)?|growth|increas(?:es?|ed|ing)|climb(?:s|ed)|higher|more|up",
        r"more than|less than|no more|no less|up to|poverty reduction|made up|set up|follow(?:ed)? up|more or less",
    ),
    "vi": (
        r"giảm|ít hơn|thấp hơn",
        r"tăng|nhiều hơn|cao hơn",
        r"giảm nghèo|tăng cường|tăng trưởng|giảm nhẹ|xóa đói giảm nghèo|gia tăng giá trị",
    ),
    "fr": (
        r"baiss\w*|diminu\w*|recul\w*|chut\w*|moins",
        r"augment\w*|progress\w*|hauss\w*|accroî\w*|plus",
        r"plus de|moins de|au plus|au moins|réduction de la pauvreté",
    ),
}
_FIGURE = re.compile(r"""\bfig\(\s*["']([\w-]+)["']""")
_SENTENCE_END = re.compile(r"[.!?:;](?=\s)|\n\s*\n|\n\s*[-*|]")


@dataclass(frozen=True)
class _Words:
    falling: re.Pattern[str]
    rising: re.Pattern[str]
    neither: re.Pattern[str]


def _compiled(language: str) -> _Words | None:
    words = WORDS.get(language.split("-")[0])
    if words is None:
        return None
    falling, rising, neither = (re.compile(rf"(?<!\w)(?:{part})(?!\w)", re.IGNORECASE) for part in words)
    return _Words(falling, rising, neither)


@dataclass(frozen=True)
class DirectionReader:
    """Reads the passages of one language; one without a list of words is not judged."""

    form: FigureFormat
    dataset: Dataset

    def wrong(self, passage: Passage) -> Iterator[Problem]:
        """The word nearest to a computed change, in the same sentence, that says the opposite of its sign."""
        words = _compiled(self.form.language)
        whole = passage.source.text[passage.start : passage.start + len(passage.text)]
        if words is None or "fig(" not in whole:
            return
        # the words of the author alone: a compound says nothing of a direction
        prose = words.neither.sub(lambda found: " " * len(found[0]), passage.text)
        for found in _FIGURE.finditer(whole):
            figure = self.dataset.derived.get(found[1])
            if figure is None or not figure.is_change or figure.number == 0:
                continue
            start, end = _sentence(prose, found.start())
            if nearest := _nearest(words, prose, start, end, found.start()):
                rises, word = nearest
                if rises != (figure.number > 0):
                    yield self._problem(passage, word, figure)

    def _problem(self, passage: Passage, word: re.Match[str], figure: DerivedFigure) -> Problem:
        sign = "positive" if figure.number > 0 else "negative"
        value = self.form.value(figure, words=False).replace("\u00a0", " ")
        message = f'"{word[0]}" stands beside "{figure.id}", which is {sign} ({value})'
        return Problem("direction-wrong", message, passage.source.at(passage.start + word.start()))


def _sentence(text: str, at: int) -> tuple[int, int]:
    """Where the sentence around a character begins and ends."""
    start = max((found.end() for found in _SENTENCE_END.finditer(text, 0, at)), default=0)
    found = _SENTENCE_END.search(text, at)
    return start, found.start() if found else len(text)


def _nearest(words: _Words, text: str, start: int, end: int, at: int) -> tuple[bool, re.Match[str]] | None:
    """The direction word nearest to a place, and whether it says that something rose."""
    found = [(True, item) for item in words.rising.finditer(text, start, end)]
    found += [(False, item) for item in words.falling.finditer(text, start, end)]
    return min(found, key=lambda pair: abs(pair[1].start() - at), default=None)
