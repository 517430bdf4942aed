"""The names of facts that pages depend on."""

from __future__ import annotations

Read = tuple[str, ...]
"""The name of a fact that a page has read: its kind and its key, e.g. `("figure", "loans-2024")`."""
