"""Words that say where something went, held against the sign of the computed change beside them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...language import FigureFormat
from ...model import Dataset, DerivedFigure
from ...problems import Problem
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


class _Sentences:
    """A text by its sentences, and the direction words in it: `(at, whether it says that something rose, word)`."""

    def __init__(self, text: str, words: _Words) -> None:
        ends = [found.span() for found in _SENTENCE_END.finditer(text)]
        self._ends, self._starts = [start for start, _ in ends] + [len(text)], [0] + [end for _, end in ends]
        found = [(item.start(), True, item) for item in words.rising.finditer(text)]
        found += [(item.start(), False, item) for item in words.falling.finditer(text)]
        self._words = sorted(found, key=lambda each: each[:2])
        self._places = [at for at, _, _ in self._words]

    def nearest(self, at: int) -> tuple[bool, re.Match[str]] | None:
        """The word nearest to a place in the sentence around it, and whether it says that something rose."""
        sentence = bisect_right(self._starts, at) - 1
        start, end = self._starts[sentence], self._ends[sentence]
        next_word = bisect_left(self._places, at)
        near = (self._words[n] for n in (next_word - 1, next_word) if 0 <= n < len(self._words))
        inside = [(abs(place - at), rises, word) for place, rises, word in near if start <= place < end]
        return min(inside, key=lambda each: each[0])[1:] if inside else None


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
        text = _Sentences(prose, words)
        for found in _FIGURE.finditer(whole):
            figure = self.dataset.derived.get(found[1])
            if figure is None or not figure.is_change or figure.number == 0:
                continue
            if nearest := text.nearest(found.start()):
                rises, word = nearest
                if rises != (figure.number > 0):
                    yield self._problem(passage, word, figure)

    def _problem(self, passage: Passage, word: re.Match[str], figure: DerivedFigure) -> Problem:
        sign = "positive" if figure.number > 0 else "negative"
        value = self.form.value(figure, words=False).replace("\u00a0", " ")
        message = f'"{word[0]}" stands beside "{figure.id}", which is {sign} ({value})'
        return Problem("direction-wrong", message, passage.source.at(passage.start + word.start()))
