"""Words of direction (rose, fell), checked against the sign of the computed change beside them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ...language import NO_BREAK_SPACE, FigureFormat, alternatives, words
from ...model import Dataset
from ...problems import Problem
from .passages import Passage

_FIGURE = re.compile(r"""\bfig\(\s*["']([\w-]+)["']""")
_SENTENCE_END = re.compile(r"[.!?:;](?=\s)|\n\s*\n|\n\s*[-*|]")


@dataclass(frozen=True)
class _Words:
    """A language's words of falling and of rising, and compounds in which these mean neither."""

    falling: re.Pattern[str]
    rising: re.Pattern[str]
    neither: re.Pattern[str]


@cache
def _compiled(language: str) -> _Words | None:
    lists = [words("directions", kind, language=language.split("-")[0]) for kind in ("falling", "rising", "neither")]
    patterns = [re.compile(rf"(?<!\w)(?:{alternatives(some)})(?!\w)", re.IGNORECASE) for some in lists]
    return _Words(*patterns) if lists[0] and lists[1] else None


class _Sentences:
    """A text by its sentences, and the direction words in it: `(at, whether it says that something rose, word)`."""

    def __init__(self, text: str, known: _Words) -> None:
        ends = [found.span() for found in _SENTENCE_END.finditer(text)]
        self._ends, self._starts = [start for start, _ in ends] + [len(text)], [0] + [end for _, end in ends]
        found = [(item.start(), True, item) for item in known.rising.finditer(text)]
        found += [(item.start(), False, item) for item in known.falling.finditer(text)]
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
    """Reads the passages of one language; languages without a list of words are not checked."""

    form: FigureFormat
    dataset: Dataset

    def wrong(self, passage: Passage) -> Iterator[Problem]:
        """The word nearest to a computed change, in the same sentence, that says the opposite of its sign."""
        known = _compiled(self.form.language)
        whole = passage.source.text[passage.start : passage.start + len(passage.text)]
        if known is None or "fig(" not in whole:
            return
        # compounds say nothing of a direction
        prose = known.neither.sub(lambda found: " " * len(found[0]), passage.text)
        text = _Sentences(prose, known)
        for found in _FIGURE.finditer(whole):
            figure = self.dataset.derived.get(found[1])
            if figure is None or not figure.is_change or figure.number == 0:
                continue
            rises, word = text.nearest(found.start()) or (None, None)
            if word and rises != (figure.number > 0):
                sign = "positive" if figure.number > 0 else "negative"
                value = self.form.value(figure, words=False).replace(NO_BREAK_SPACE, " ")
                message = f'"{word[0]}" stands beside "{figure.id}", which is {sign} ({value})'
                yield Problem("direction-wrong", message, passage.source.at(passage.start + word.start()))
