"""What a page reads while it is rendered, by name. These names are its dependencies: nothing else describes them."""

from __future__ import annotations

Read = tuple[str, ...]
"""The kind of a fact and its name, e.g. `("figure", "loans-2024")` or `("page", "en", "results", "title")`."""


class Reads:
    """The names that were asked for since they were last taken; a look-up that fails is one, too."""

    def __init__(self) -> None:
        self._found: set[Read] = set()

    def add(self, *read: str) -> None:
        """Something was asked for."""
        self._found.add(read)

    def taken(self) -> frozenset[Read]:
        """All names since this was last called."""
        found = frozenset(self._found)
        self._found.clear()
        return found
