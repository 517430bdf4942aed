"""What a page depends on, by name."""

from __future__ import annotations

Read = tuple[str, ...]
"""The name of a fact that a page has asked for: its kind, and which of that, e.g. `("figure", "loans-2024")`."""
