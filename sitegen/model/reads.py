"""What a page depends on, by name."""

from __future__ import annotations

from typing import Protocol

Read = tuple[str, ...]
"""The name of a fact that a page has asked for: its kind, and which of that, e.g. `("figure", "loans-2024")`."""


class Reads(Protocol):
    """What charts tell of what they look up, until they ask the reader itself."""

    def add(self, kind: str, *name: object) -> None:
        """Something was looked up: its kind and name."""
