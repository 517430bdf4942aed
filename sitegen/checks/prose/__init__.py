"""Checks of prose against the figures: numerals that come from no figure, and words of direction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...language import FigureFormat
from ...model import Content, Dataset, Settings
from ...problems import Problem
from ...text import SLOW_HINT, AuthorPattern
from .directions import DirectionReader
from .fixing import fixed_texts
from .numerals import NumeralReader
from .passages import passages


def prose_problems(
    settings: Settings, content: Content, dataset: Dataset, formats: Mapping[str, FigureFormat]
) -> Iterator[Problem]:
    """Every numeral that comes from no figure, and every word of direction beside a change of the other sign.

    `dataset` has its texts as they were written. A site without figures has nothing to bind a numeral to.
    """
    if not dataset.figures:
        return
    literal = [AuthorPattern(pattern) for pattern in settings.literal_numerals]
    numerals = {language: NumeralReader(form, dataset, literal) for language, form in formats.items()}
    directions = {language: DirectionReader(form, dataset) for language, form in formats.items()}
    for passage in passages(settings, content, dataset):
        if passage.language in formats:
            yield from (numeral.problem() for numeral in numerals[passage.language].unbound(passage))
            yield from directions[passage.language].wrong(passage)
    for pattern in literal:
        if pattern.is_slow:
            span = settings.located.span("checks", "literal_numerals")
            yield Problem("settings-value", f'"{pattern.text}" takes too long', span, SLOW_HINT)


def fixed_sources(
    settings: Settings, content: Content, dataset: Dataset, formats: Mapping[str, FigureFormat]
) -> Mapping[str, str]:
    """The new text of each file with numerals that can be only one figure, by the file's name."""
    literal = [AuthorPattern(pattern) for pattern in settings.literal_numerals]
    readers = {language: NumeralReader(form, dataset, literal) for language, form in formats.items()}
    found = (passage for passage in passages(settings, content, dataset) if passage.language in formats)
    numerals = (numeral for passage in found for numeral in readers[passage.language].unbound(passage))
    return fixed_texts(numerals, formats) if dataset.figures else {}


__all__ = ["fixed_sources", "prose_problems"]
