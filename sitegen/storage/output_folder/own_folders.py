"""Folders that a build makes for itself, beside the output or in it. A mark tells them from a user's of such a name."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ...problems import Problem, SiteError, Span

MARK = "made-by-sitegen"
_TEXT = "sitegen made this folder for itself. It may be deleted while no build is running.\n"
_LONGEST_WAIT = 60.0
_LOOK_AGAIN = 0.05


class BusyError(OSError):
    """Another build has been writing to the same place for too long."""


def real_folder(output: Path) -> Path:
    """Where an output is, links followed. Raises SiteError."""
    try:
        return output.resolve()
    except (OSError, RuntimeError) as error:
        # up to Python 3.12 links that lead in a circle raise RuntimeError
        message = f"can't be found: {(isinstance(error, OSError) and error.strerror) or error}"
        problem = Problem("output-unwritable", message, Span(output.as_posix()), "choose another --output")
        raise SiteError([problem]) from error


def make_own(folder: Path) -> None:
    """Make a folder with the mark in it. Raises OSError."""
    folder.mkdir()
    (folder / MARK).write_text(_TEXT, encoding="utf-8")


def is_own(folder: Path) -> bool:
    """Whether a folder has the mark; a link to one doesn't count."""
    mark = folder / MARK
    return folder.is_dir() and not folder.is_symlink() and mark.is_file() and not mark.is_symlink()


def remove_own(folder: Path) -> None:
    """Remove a folder that a build has made for itself, or an empty one; any other stays."""
    if is_own(folder):
        # the mark goes last: what is left after a kill is still known
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != MARK:
                with suppress(OSError):
                    path.unlink()
        if [path.name for path in folder.iterdir()] == [MARK]:
            with suppress(OSError):
                (folder / MARK).unlink()
    if folder.is_dir() and not folder.is_symlink():
        with suppress(OSError):
            folder.rmdir()


def standby_of(target: Path) -> Path:
    """Where the site before is kept."""
    return target.with_name(f".{target.name}-standby")


def work_folder(target: Path) -> Path:
    """A new name for the folder that a build of this process works in, beside the output."""
    return target.with_name(f"{_prefix(target)}{os.getpid()}-{os.urandom(4).hex()}")


def leftovers(target: Path, is_locked: bool) -> Iterator[Path]:
    """Folders of builds that were killed: `.output-building-<process>-…`.

    A build works in one only while it has the lock of the folder around it. Where there are no locks, one whose process
    still runs is left alone.
    """
    prefix = _prefix(target)
    with suppress(OSError):
        for folder in sorted(path for path in target.parent.iterdir() if path.name.startswith(prefix)):
            process = folder.name.removeprefix(prefix).partition("-")[0]
            if process.isdigit() and ((is_locked and is_own(folder)) or not is_alive(int(process))):
                yield folder


def _prefix(target: Path) -> str:
    return f".{target.name}-building-"


def is_alive(process: int) -> bool:
    """Whether there is a process with a number; where the system doesn't say, there is."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@contextmanager
def locked(folder: Path) -> Iterator[bool]:
    """Keep other builds from writing below a folder; False where the system has no such lock.

    The lock goes with the process. Raises BusyError when another build has it for too long.
    """
    try:
        import fcntl
    except ImportError:
        yield False
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        yield False
        return
    try:
        last = time.monotonic() + _LONGEST_WAIT
        is_locked = True
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > last:
                    raise BusyError("another build is writing there") from None
                time.sleep(_LOOK_AGAIN)
            except OSError:
                # some network file systems have no locks
                is_locked = False
                break
        yield is_locked
    finally:
        os.close(descriptor)
