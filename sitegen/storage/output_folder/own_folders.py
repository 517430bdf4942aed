"""Folders that a build makes for itself, beside the output or in it; a mark file tells them from a user's."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ...problems import Problem, SiteError, Span
from ..paths import is_file, is_folder, remove

MARK = "made-by-sitegen"
_TEXT = "sitegen made this folder for itself. It may be deleted while no build is running.\n"
_LONGEST_WAIT = 60.0
_LOOK_AGAIN = 0.05


class BusyError(OSError):
    """Another build has been writing to the same place for too long."""


def real_folder(output: Path) -> Path:
    """The path of an output, links followed. Raises SiteError."""
    try:
        return output.resolve()
    except (OSError, RuntimeError) as error:
        # up to Python 3.12, circular links raise RuntimeError
        message = f"can't be found: {(isinstance(error, OSError) and error.strerror) or error}"
        problem = Problem("output-unwritable", message, Span(output.as_posix()), "choose another --output")
        raise SiteError([problem]) from error


def make_own(folder: Path) -> None:
    """Make a folder with the mark in it. Raises OSError."""
    folder.mkdir()
    (folder / MARK).write_text(_TEXT, encoding="utf-8")


def is_own(folder: Path) -> bool:
    """Whether a folder has the mark; a link to one doesn't count."""
    return is_folder(folder) and is_file(folder / MARK)


def remove_own(folder: Path) -> None:
    """Remove a folder that has the mark, or is empty; any other stays."""
    if is_own(folder):
        # the mark goes last, so that a killed build's leftovers stay recognisable
        for path in folder.iterdir():
            if path.name != MARK:
                remove(path)
        if [path.name for path in folder.iterdir()] == [MARK]:
            remove(folder / MARK)
    if is_folder(folder):
        with suppress(OSError):
            folder.rmdir()


def standby_of(target: Path) -> Path:
    """Where the previous site is kept."""
    return target.with_name(f".{target.name}-standby")


def work_folder(target: Path) -> Path:
    """A new name, beside the output, for this process to work in."""
    return target.with_name(f"{_prefix(target)}{os.getpid()}-{os.urandom(4).hex()}")


def leftovers(target: Path, is_locked: bool) -> Iterator[Path]:
    """Work folders (`.<output>-building-<process>-…`) of builds that were killed.

    A build uses one only while it holds the lock. Without locks, those of running processes are left alone.
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
    """Whether a process is running; True if the system doesn't say."""
    try:
        os.kill(process, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)
    return True


@contextmanager
def locked(folder: Path) -> Iterator[bool]:
    """Keep other builds from writing below a folder; False if the system has no such lock.

    The lock ends with the process. Raises BusyError if another build holds it for too long.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        yield False
        return
    try:
        yield _lock(descriptor)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:
        return False
    last = time.monotonic() + _LONGEST_WAIT
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > last:
                raise BusyError("another build is writing there") from None
            time.sleep(_LOOK_AGAIN)
        except OSError:
            # some network file systems have no locks
            return False
