"""What charts tell of what they look up, until they ask `Reader` itself."""

from __future__ import annotations

from typing import Protocol


class Reads(Protocol):
    def add(self, kind: str, *name: object) -> None:
        """Something was looked up: its kind and name."""
