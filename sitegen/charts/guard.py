"""Keeps functions of the site's charts.py from the network, other programs and the content folder's files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

NETWORK_HINT = "put the data into a table in data/, with its source"
_NETWORK = (
    *("socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind", "socket.getaddrinfo"),
    *("socket.gethostbyname", "urllib.Request"),
)
_PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty")


class ForbiddenError(Exception):
    """A function of charts.py did something forbidden. The arguments are the problem's code, message and hint."""


@dataclass(frozen=True)
class _Watch:
    """A running function's content folder, and what it was refused."""

    folder: Path
    refused: list[ForbiddenError] = field(default_factory=list)

    def refuse(self, code: str, message: str, hint: str) -> None:
        error = ForbiddenError(code, message, hint)
        self.refused.append(error)
        raise error


_RUNNING: Final[list[_Watch]] = []
"""The running functions. Global, so that the audit hook also covers threads that a function starts."""


@contextmanager
def guarded(content: Path) -> Iterator[None]:
    """Run a function under guard; what it prints goes to stderr.

    Raises ForbiddenError at the end if anything was refused, even if the function caught the error.
    """
    _install_guard()
    watch, place = _Watch(content.resolve()), Path.cwd()
    _RUNNING.append(watch)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        _RUNNING.remove(watch)
        # in case the function changed the working directory
        os.chdir(place)
    if watch.refused:
        raise watch.refused[0]


@cache
def _install_guard() -> None:
    # audit hooks can't be removed; this one does nothing unless a function is running
    sys.addaudithook(_audit)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if not _RUNNING:
        return
    watch = _RUNNING[-1]
    if event in _NETWORK:
        watch.refuse("chart-network", "a chart may not access the network", NETWORK_HINT)
    if event in _PROGRAMS:
        watch.refuse("chart-program", "a chart may not start another program", "make the chart in Python only")
    if event == "open" and isinstance(arguments[0], str | bytes | Path):
        path = Path(arguments[0].decode() if isinstance(arguments[0], bytes) else arguments[0]).resolve()
        if path.is_relative_to(watch.folder) and path.suffix not in (".py", ".pyc"):
            name = path.relative_to(watch.folder).as_posix()
            hint = "name a table of data/ with `table:` in the fence, and use `chart.table`"
            watch.refuse("chart-file", f"a chart may not read {name} itself", hint)


def forbidden_step(error: BaseException | None) -> ForbiddenError | None:
    """The ForbiddenError behind an error, in case a library wrapped it."""
    while error is not None:
        if isinstance(error, ForbiddenError):
            return error
        error = error.__cause__ or error.__context__
    return None
