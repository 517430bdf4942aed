"""What a language decides: the words of the interface, how figures, numbers and dates are written, and what names are
sorted by.
"""

from __future__ import annotations

from .collation import sort_key, sorting_filters
from .figure_format import MINUS, NO_BREAK_SPACE, STATUS_MARK, FigureFormat
from .labels import Labels, load_labels

__all__ = [
    "MINUS",
    "NO_BREAK_SPACE",
    "STATUS_MARK",
    "FigureFormat",
    "Labels",
    "load_labels",
    "sort_key",
    "sorting_filters",
]
