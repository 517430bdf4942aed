"""Exchanges the finished site with the old one in one step, and moves what is kept from the old one to the new one.

Kept files can be reached by their paths all the time: the new site first has links to them, which are exchanged for the
files once the new site is in place. A note lists what is being moved, so that the next run can finish after a kill.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ...processes import uninterrupted
from .own_folders import is_own, leftovers, locked, remove_own

SITE = "site"
"""The site's folder in a build's work folder."""
_ON_THE_WAY = "on-the-way"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


class StrandedError(OSError):
    """Kept files are stuck beside the output, since something else has taken their place."""


def can_exchange(work: Path) -> bool:
    """Whether the file system of `work` can exchange folders."""
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
    """Whether a folder is or contains a mount point, as far as the system says."""
    if os.path.ismount(folder):
        return True
    try:
        lines = Path("/proc/self/mountinfo").read_bytes().splitlines()
    except OSError:
        return False
    # spaces, tabs, line feeds and backslashes are written as \040, \011, \012, \134
    places = [re.sub(rb"\\([0-7]{3})", lambda code: bytes([int(code[1], 8)]), line.split()[4]) for line in lines]
    root = os.fsencode(folder)
    return any(place == root or place.startswith(root + b"/") for place in places)


@dataclass(frozen=True)
class _Kept:
    """A kept path: its place in the output (`home`), and in the site beside it (`away`)."""

    home: Path
    away: Path

    @property
    def link(self) -> str:
        """The text of a link at `home` to `away`."""
        return os.path.relpath(self.away, self.home.parent)

    def is_link(self, place: Path) -> bool:
        """Whether the link is at `place`, which is `home` or `away`."""
        try:
            return place.readlink() == Path(self.link)
        except OSError:
            return False

    @property
    def is_on_the_way(self) -> bool:
        return self.is_link(self.home) or (os.path.lexists(self.away) and not self.is_link(self.away))


def _kept_at(work: Path, target: Path, paths: Sequence[str]) -> list[_Kept]:
    return [_Kept(target / path, work / SITE / path) for path in paths]


def swap_folders(work: Path, target: Path, paths: Sequence[str] = ()) -> bool:
    """Exchange the site in `work` with the one at `target`, in which these paths are kept.

    Returns False if that can't be done. `target` is then unchanged, as after an OSError.
    """
    fresh = work / SITE
    if not os.path.lexists(target):
        fresh.rename(target)
        return True
    kept = _kept_at(work, target, paths)
    with uninterrupted():
        try:
            if kept:
                (work / _ON_THE_WAY).write_text(json.dumps(paths), encoding="utf-8")
            for each in kept:
                each.away.parent.mkdir(parents=True, exist_ok=True)
                each.away.symlink_to(each.link)
            if not _exchange(fresh, target):
                return False
            if all(_exchange(each.home, each.away) for each in kept):
                return True
            # undo
            for each in kept:
                if each.is_link(each.away):
                    _exchange(each.home, each.away)
            _exchange(fresh, target)
            if any(each.is_on_the_way for each in kept):
                raise StrandedError(None, f"{', '.join(paths)} could not be brought back from {fresh}: move it by hand")
            return False
        finally:
            if kept and not any(each.is_on_the_way for each in kept):
                _unlink(work, kept)


def _unlink(work: Path, kept: Sequence[_Kept]) -> None:
    """Remove the links and the note, once everything is in its place."""
    for each in kept:
        if each.is_link(each.away):
            each.away.unlink()
    (work / _ON_THE_WAY).unlink(missing_ok=True)


def recover(target: Path) -> None:
    """Finish what a killed build left half done, and remove its folders. Raises OSError.

    For commands that don't write to the output.
    """
    if next(leftovers(target, is_locked=True), None) is not None:
        with locked(target.parent) as is_locked:
            clear_leftovers(target, is_locked)


def clear_leftovers(target: Path, is_locked: bool) -> None:
    """The same, with the lock on the output's parent folder held."""
    for folder in list(leftovers(target, is_locked)):
        if is_own(folder):
            _bring_home(folder, target)
        remove_own(folder)


def remove_work(work: Path) -> None:
    """Remove a work folder, unless kept files are still in it."""
    if not (work / _ON_THE_WAY).exists():
        remove_own(work)


def _bring_home(work: Path, target: Path) -> None:
    """Move kept files back to the output. Raises StrandedError if something else has taken their place."""
    try:
        paths = json.loads((work / _ON_THE_WAY).read_bytes())
    except FileNotFoundError:
        return
    except ValueError:
        # killed while writing the note: nothing was moved yet
        paths = []
    kept = _kept_at(work, target, paths)
    for each in kept:
        home, away = each.home, each.away
        if not os.path.lexists(away) or each.is_link(away):
            continue
        if each.is_link(home):
            if _exchange(home, away):
                continue
            home.unlink()
        if os.path.lexists(home):
            raise StrandedError(None, f"{home} was made anew; a killed build left the earlier one at {away}: keep one")
        home.parent.mkdir(parents=True, exist_ok=True)
        away.rename(home)
    _unlink(work, kept)


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two names atomically, if the system can (Linux: renameat2; macOS: renamex_np)."""
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
