"""Altair, imported on first use: it takes 0.25 s, and most builds draw nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt
else:

    class _Altair:
        def __getattr__(self, name: str) -> Any:
            import altair

            value = getattr(altair, name)
            setattr(self, name, value)
            return value

    alt = _Altair()

__all__ = ["alt"]
