"""Puts one folder in the place of another in one step, where the system can."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def swap_folders(fresh: Path, target: Path) -> None:
    """Exchange the two; without a `target`, only `fresh` moves. Raises OSError, and `target` is then as it was."""
    if not target.exists():
        fresh.rename(target)
    elif not _exchange(fresh, target):
        # no exchange in one step here: for a moment there is no output, and a failure puts the old one back
        old = fresh.with_name(f"{fresh.name}-old")
        target.rename(old)
        try:
            fresh.rename(target)
        except OSError:
            old.rename(target)
            raise
        old.rename(fresh)


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two folders atomically, where the system can (Linux: renameat2; macOS: renamex_np)."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            result = library.renamex_np(os.fsencode(first), os.fsencode(second), _RENAME_EXCHANGE)
        else:
            result = library.renameat2(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE)
    except (OSError, AttributeError, TypeError):
        return False
    return int(result) == 0
