"""Everything that depends on the language: interface words, formats of figures, numbers and dates, collation."""

from __future__ import annotations

from .collation import sort_key, sorting_filters
from .figure_format import MINUS, NO_BREAK_SPACE, STATUS_MARK, FigureFormat
from .labels import Labels, load_labels
from .words import alternatives, languages, word_groups, words

__all__ = [
    "MINUS",
    "NO_BREAK_SPACE",
    "STATUS_MARK",
    "FigureFormat",
    "Labels",
    "alternatives",
    "languages",
    "load_labels",
    "sort_key",
    "sorting_filters",
    "word_groups",
    "words",
]
