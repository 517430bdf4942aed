"""Altair, imported at its first use: that takes 0.25 s, which a build that draws nothing does not spend."""

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
