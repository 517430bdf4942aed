"""Dependencies of pages: the kinds of facts, and the reader that pages get facts from.

The reader records what is read, and can look up the same facts again later.
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
