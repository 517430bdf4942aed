"""Worker processes: forked copies for many items, persistent workers for charts; signals and time limits."""

from __future__ import annotations

from .interruption import INTERRUPTED, Terminated, end_tidily, end_with_parent, uninterrupted
from .pool import Lost, Workers, in_copies, processes_for
from .time_limit import TimeLimitError, is_limited, time_limit

__all__ = [
    "INTERRUPTED",
    "Lost",
    "Terminated",
    "TimeLimitError",
    "Workers",
    "end_tidily",
    "end_with_parent",
    "in_copies",
    "is_limited",
    "processes_for",
    "time_limit",
    "uninterrupted",
]
