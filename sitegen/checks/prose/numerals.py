"""The numerals of a passage that come from no figure, and the figures that they may be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...language import MINUS, NO_BREAK_SPACE, FigureFormat
from ...model import Dataset, Figure, in_language
from ...problems import Problem
from ...text import AuthorPattern
from .allowed import Allowed
from .passages import Passage

# 1,424 · 0,43 · 12 345 with a no-break space; nothing that is joined to letters
_NUMERAL = re.compile(r"(?<![\w/])(?<![0-9][.,])[0-9]+(?:[.,\u00a0\u202f][0-9]+)*")
_PERCENT = re.compile(r"[\s\u00a0\u202f]*%")
_MOST_NAMED = 3


@dataclass(frozen=True)
class Numeral:
    """A numeral at its offset in a source, and the figures that it may be."""

    passage: Passage
    start: int
    text: str
    figures: tuple[Figure, ...]

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def problem(self) -> Problem:
        calls = ", ".join(f'{{{{ fig("{figure.id}") }}}}' for figure in self.figures[:_MOST_NAMED])
        hint = "one of: " + calls if len(self.figures) > 1 else calls
        if not hint:
            literal = f'{{{{ literal("{self.text}") }}}}'
            hint = 'bind it to a figure with {{ fig("…") }}, or mark it as no figure: ' + literal
        span = self.passage.source.at(self.start)
        return Problem("numeral-unbound", f'"{self.text}" comes from no figure', span, hint)


@dataclass(frozen=True)
class NumeralReader:
    """Reads the passages of one language."""

    form: FigureFormat
    dataset: Dataset
    literal: Sequence[AuthorPattern]

    @cached_property
    def _allowed(self) -> Allowed:
        return Allowed(self.form, self.dataset, self.literal)

    @cached_property
    def _by_number(self) -> Mapping[str, Sequence[Figure]]:
        """The figures by their digits as this language prints them."""
        groups: dict[str, list[Figure]] = {}
        for figure in self.dataset.figures.values():
            groups.setdefault(self.form.number(figure.value.lstrip("-")), []).append(figure)
        return groups

    def unbound(self, passage: Passage) -> Iterator[Numeral]:
        """The numerals that come from no figure and are not allowed without one."""
        numerals = list(_NUMERAL.finditer(passage.text))
        allowed = list(self._allowed.spans(passage.text)) if numerals else []
        for found in numerals:
            if not any(start < found.end() and found.start() < end for start, end in allowed):
                figures = self._figures(found, passage)
                yield Numeral(passage, passage.start + found.start(), found[0], figures)

    def _figures(self, found: re.Match[str], passage: Passage) -> tuple[Figure, ...]:
        """The figures with these digits that fit best with the text around them."""
        text = passage.text
        percent = bool(_PERCENT.match(text, found.end()))
        start, end = text.rfind("\n\n", 0, found.start()) + 1, text.find("\n\n", found.start())
        paragraph = text[start : end if end >= 0 else len(text)]
        after = text[found.end() : found.end() + 60].lstrip()
        negative = text[max(0, found.start() - 1) : found.start()] in ("-", MINUS)
        fits: list[Callable[[Figure], bool]] = [
            lambda figure: (figure.indicator.unit_type == "percent") == percent,
            lambda figure: figure.value.startswith("-") == negative,
            lambda figure: after.startswith(tuple(filter(None, self.form.unit_forms(figure.indicator).split("|")))),
            lambda figure: bool(passage.area) and figure.area.id == passage.area,
            lambda figure: in_language(figure.area.name, self.form.language) in paragraph,
        ]
        figures = self._qualified(list(self._by_number.get(found[0], ())), found, text)
        for fit in fits:
            figures = [figure for figure in figures if fit(figure)] or figures
        return tuple(figures)

    def _qualified(self, figures: list[Figure], found: re.Match[str], text: str) -> list[Figure]:
        """The figures whose words (`more than`, `about`) are before the numeral, else those without words."""
        worded = [figure for figure in figures if figure.qualifier and self._words_before(figure, found, text)]
        return worded or [figure for figure in figures if not figure.qualifier] or figures

    def _words_before(self, figure: Figure, found: re.Match[str], text: str) -> bool:
        printed = self.form.value(figure, unit=False)
        before = printed[: printed.find(found[0])].replace(NO_BREAK_SPACE, " ")
        there = text[: found.start()].replace(NO_BREAK_SPACE, " ").replace("\n", " ")
        return bool(before) and there.lower().endswith(before.lower())
