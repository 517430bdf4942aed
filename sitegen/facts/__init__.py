"""What pages depend on: one table of the kinds of facts, and the reader through which pages ask for them.

The reader records what it is asked, and says later what that stands for.
"""

from __future__ import annotations

from .reader import (
    KINDS,
    LATE,
    OF_PAGES,
    DataReader,
    DataTable,
    PagePart,
    Reader,
    Record,
    Scope,
    above,
    names_of_page,
    read_in_words,
    read_number,
)

__all__ = [
    "KINDS",
    "LATE",
    "OF_PAGES",
    "DataReader",
    "DataTable",
    "PagePart",
    "Reader",
    "Record",
    "Scope",
    "above",
    "names_of_page",
    "read_in_words",
    "read_number",
]
