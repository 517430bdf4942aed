"""Work in other processes, and how a process ends: copies of this one for many items, workers that stay for charts,
signals, a limit to the time that a piece of work may take.
"""

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
