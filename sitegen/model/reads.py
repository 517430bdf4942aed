"""What a page reads while it is rendered, by name. These names are its dependencies: nothing else describes them."""

from __future__ import annotations

import hashlib

Read = tuple[str, ...]
"""The kind of a fact and its name, e.g. `("figure", "loans-2024")` or `("page", "en", "results", "title")`."""


def read_number(read: Read) -> int:
    """A number of 64 bits for a name: of a million names, two have the same with a chance of 1 in 37 million."""
    return int.from_bytes(hashlib.blake2b("\0".join(read).encode(), digest_size=8).digest())


# what is said of a page, or of the other languages of one, or of what is right below one
OF_PAGES = frozenset({"own", "page", "exists", "outdated", "translations", "children"})
_WORDS = {
    "own": "its own file or address",
    "page": "the {3} of the page {2} ({1})",
    "exists": "the page {2} ({1}), which has come or gone",
    "pages": "the list of all pages ({1})",
    "children": "the pages below {2} ({1})",
    "translations": "the languages of {1}",
    "outdated": "the original that {2} was translated from",
    "file": "the file {1}, which has come, gone or moved",
    "page-of-area": "the page about the area {2} ({1})",
    "sources-page": "the page of sources ({1})",
    "dated": "the feed, which has come or gone",
    "setting": "the setting {1}",
    "labels": "the words of the interface ({1})",
    "template": "the template {1}",
    "asset": "the file assets/{1}",
    "policy": "the scripts below assets/, which the content policy names",
    "figure": "the figure {1}",
    "indicator": "the indicator {1}",
    "area": "the area {1}",
    "document": "the source {1}",
    "all": "the list of every {1}",
    "of-source": "the figures from the source {1}",
    "computed-into": "what is computed from {1}",
    "rules": "the rules",
    "rules-of": "the rules that hold {1}",
    "choice": "the figures of {1}",
    "table": "the table {1}",
    "row": "the row {2} of the table {1}",
    "release": "the version of the data",
    "has-figures": "the figures, of which there are now some or none",
    "dataset": "the data as a whole",
    "placed-chart": "the place of the chart {2} ({1})",
    "drawn": "the chart {2} ({1})",
    "uses": "the pages that the figure {2} stands on ({1})",
}


def read_in_words(read: Read) -> str:
    """What a name stands for, as people call it: `the figure loans-2024`."""
    return _WORDS[read[0]].format(*read)


class Reads:
    """The names that were asked for since they were last taken; a look-up that fails is one, too."""

    def __init__(self) -> None:
        self._found: set[Read] = set()

    def add(self, *read: object) -> None:
        """Something was asked for. An author may ask for what is no text, `indicator(1)`, which is not there."""
        self._found.add(tuple(map(str, read)))

    def taken(self) -> frozenset[Read]:
        """All names since this was last called."""
        found = frozenset(self._found)
        self._found.clear()
        return found
