"""Exchanges the finished site with the old one in one step, and hands what is kept from the old one to the new one.

Whatever is kept can be reached by its path all the time: the new site has links to it in the old one, which are
exchanged for the things themselves once the new site is in its place. A note beside them says what is on its way, by
which the next run puts right what a kill has left half done.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ...processes import uninterrupted
from .own_folders import is_own, leftovers, locked, remove_own

SITE = "site"
"""The folder of the site in the folder that a build works in."""
_ON_THE_WAY = "on-the-way"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


class StrandedError(OSError):
    """What is to be kept is still beside the output, since something else has taken its place there."""


def can_exchange(work: Path) -> bool:
    """Whether folders can be exchanged in one step where `work` is."""
    first, second = work / "first", work / "second"
    try:
        first.mkdir()
        second.mkdir()
        return _exchange(first, second)
    except OSError:
        return False
    finally:
        for folder in (first, second):
            with suppress(OSError):
                folder.rmdir()


def has_mounts(folder: Path) -> bool:
    """Whether a folder is a mount point or has one in it, as far as the system says."""
    if os.path.ismount(folder):
        return True
    try:
        lines = Path("/proc/self/mountinfo").read_bytes().splitlines()
    except OSError:
        return False
    # blanks, tabs, line feeds and backslashes are written as \040, \011, \012, \134
    places = [re.sub(rb"\\([0-7]{3})", lambda code: bytes([int(code[1], 8)]), line.split()[4]) for line in lines]
    root = os.fsencode(folder)
    return any(place == root or place.startswith(root + b"/") for place in places)


def swap_folders(work: Path, target: Path, kept: Sequence[str] = ()) -> bool:
    """Exchange the site in `work` with the one at `target`, in which the paths in `kept` stay.

    Returns False where they can't be exchanged. `target` is then as it was; after an OSError too.
    """
    fresh = work / SITE
    if not os.path.lexists(target):
        fresh.rename(target)
        return True
    with uninterrupted():
        try:
            if kept:
                _link(work, target, kept)
            if not _exchange(fresh, target):
                return False
            if all(_exchange(target / path, fresh / path) for path in kept):
                return True
            _take_back(work, target, kept)
            if _is_on_the_way(work, target, kept):
                raise StrandedError(None, f"{', '.join(kept)} could not be brought back from {fresh}: move it by hand")
            return False
        finally:
            if kept and not _is_on_the_way(work, target, kept):
                _unlink(work, target, kept)


def _link(work: Path, target: Path, kept: Sequence[str]) -> None:
    (work / _ON_THE_WAY).write_text(json.dumps(kept), encoding="utf-8")
    for path in kept:
        link = work / SITE / path
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(_link_text(work, target, path))


def _link_text(work: Path, target: Path, path: str) -> str:
    """What a link at `target` says to lead to the same path in the folder beside it."""
    return os.path.relpath(work / SITE / path, (target / path).parent)


def _is_link(place: Path, work: Path, target: Path, path: str) -> bool:
    try:
        return place.readlink() == Path(_link_text(work, target, path))
    except OSError:
        return False


def _is_on_the_way(work: Path, target: Path, kept: Sequence[str]) -> bool:
    """Whether anything that is kept is not at its place."""
    return any(
        _is_link(target / path, work, target, path)
        or (os.path.lexists(work / SITE / path) and not _is_link(work / SITE / path, work, target, path))
        for path in kept
    )


def _take_back(work: Path, target: Path, kept: Sequence[str]) -> None:
    """Undo an exchange of which the second part has failed."""
    fresh = work / SITE
    for path in kept:
        if _is_link(fresh / path, work, target, path):
            _exchange(target / path, fresh / path)
    _exchange(fresh, target)


def _unlink(work: Path, target: Path, kept: Sequence[str]) -> None:
    """Remove the links, and the note with them, once nothing is on the way."""
    for path in kept:
        if _is_link(work / SITE / path, work, target, path):
            (work / SITE / path).unlink()
    (work / _ON_THE_WAY).unlink(missing_ok=True)


def recover(target: Path) -> None:
    """Put what a killed build has left half done right, and remove its folders. Raises OSError.

    For the verbs that don't write to the output.
    """
    if next(leftovers(target, is_locked=True), None) is not None:
        with locked(target.parent) as is_locked:
            clear_leftovers(target, is_locked)


def clear_leftovers(target: Path, is_locked: bool) -> None:
    """The same, under the lock of the folder around the output."""
    for folder in list(leftovers(target, is_locked)):
        if is_own(folder):
            _bring_home(folder, target)
        remove_own(folder)


def remove_work(work: Path) -> None:
    """Remove the folder that a build worked in, unless something that is kept is still in it."""
    if not (work / _ON_THE_WAY).exists():
        remove_own(work)


def _bring_home(work: Path, target: Path) -> None:
    """Bring what is kept back to the output. Raises StrandedError when something else is at its place there."""
    try:
        kept = json.loads((work / _ON_THE_WAY).read_bytes())
    except FileNotFoundError:
        return
    except ValueError:
        # the note was being written: nothing was on its way yet
        kept = []
    for path in kept:
        home, away = target / path, work / SITE / path
        if not os.path.lexists(away) or _is_link(away, work, target, path):
            continue
        if _is_link(home, work, target, path):
            if _exchange(home, away):
                continue
            home.unlink()
        if os.path.lexists(home):
            raise StrandedError(None, f"{home} was made anew; a killed build left the earlier one at {away}: keep one")
        home.parent.mkdir(parents=True, exist_ok=True)
        away.rename(home)
    _unlink(work, target, kept)


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two names atomically, where the system can (Linux: renameat2; macOS: renamex_np)."""
    try:
        import ctypes

        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            result = library.renamex_np(os.fsencode(first), os.fsencode(second), _RENAME_EXCHANGE)
        else:
            result = library.renameat2(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE)
    except (OSError, AttributeError, TypeError):
        return False
    return int(result) == 0
