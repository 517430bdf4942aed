"""The process that builds: the preview keeps serving meanwhile, and survives crashes in charts.py."""

from __future__ import annotations

import importlib
import os
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

from ...build import BuildSession, BuiltSite, made_of_site
from ...model import Artifact
from ...problems import Problem, Progress, SiteError, Span
from ...processes import end_with_parent
from ...storage import BuildOptions

# seconds between checks for having been overtaken: a check takes some 10 µs, a page less than 1 ms
_LOOK_AGAIN = 0.005


@dataclass(frozen=True)
class Built:
    """A good build: the files that are new or changed since the good build before, and those that are gone."""

    changed: Mapping[str, bytes]
    removed: frozenset[str]
    first: bool
    """Whether this is the process's first good build: all files are new."""
    pages: int
    rendered: int
    warnings: tuple[Problem, ...]


@dataclass(frozen=True)
class Failed:
    """A failed build; `details` is the traceback if the fault is ours."""

    problems: tuple[Problem, ...]
    details: str = ""


Outcome = Built | Failed
Files = dict[str, tuple[str, bytes]]
"""The files of a site by path, each with its SHA-256 digest."""


class Overtaken(BaseException):
    """Ends a build because something has changed since it began. No Exception, so that nothing swallows it."""


def work(connection: Connection) -> None:
    """Build whenever options are sent, until the other end is closed. Sends an Outcome each time, None if overtaken.

    Anything sent during a build overtakes it.
    """
    end_with_parent()
    if hasattr(os, "setsid"):
        # the preview kills this process with its whole session
        os.setsid()
    files: Files = {}
    session = BuildSession()
    with suppress(EOFError, OSError):
        while True:
            asked = connection.recv()
            if isinstance(asked, BuildOptions):
                connection.send(_outcome(asked, _Overtakable(connection), files, session))


class _Overtakable(Progress):
    """Ends the build as soon as something is sent, or the preview has gone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._next = 0.0

    def stage(self, name: str, total: int = 0) -> None:
        self._look()

    def done(self, item: str, seconds: float = 0.0) -> None:
        self._look()

    def _look(self) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _LOOK_AGAIN
            if self._connection.poll():
                raise Overtaken


def _outcome(options: BuildOptions, progress: Progress, files: Files, session: BuildSession) -> Outcome | None:
    """The outcome of a build. `files` are those of the last good build, and are replaced by this one's."""
    # find modules that are new beside charts.py
    importlib.invalidate_caches()
    try:
        return made_of_site(options, lambda site: _built(site, files), progress, session=session)
    except Overtaken:
        return None
    except SiteError as error:
        return Failed(error.problems)
    except Exception as error:
        last = traceback.format_exception_only(error)[-1].strip()
        hint = "this is a bug in sitegen, not in your site; the traceback is in the terminal"
        return Failed((Problem("unexpected-error", last, Span("build"), hint),), traceback.format_exc())


def _built(site: BuiltSite, files: Files) -> Built:
    # unchanged files needn't be read again
    now = {
        artifact.path: old if (old := files.get(artifact.path)) and old[0] == artifact.digest else _read(artifact)
        for artifact in site.artifacts
    }
    changed = {path: item[1] for path, item in now.items() if files.get(path) is not item}
    built = Built(
        changed=changed,
        removed=frozenset(files.keys() - now.keys()),
        first=not files,
        pages=len(site.pages),
        rendered=len(site.rendered),
        warnings=site.warnings,
    )
    files.clear()
    files.update(now)
    return built


def _read(artifact: Artifact) -> tuple[str, bytes]:
    return artifact.digest, artifact.content
