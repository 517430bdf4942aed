"""What a function of the site's charts.py may not do while it runs: reach the network, or read the content folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

NETWORK_HINT = "put the data into a table below data/, with its source"
_NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request")


class ForbiddenError(Exception):
    """Something that a function of charts.py may not do: the problem's code, message and hint."""


_FOLDER: ContextVar[Path | None] = ContextVar("_FOLDER", default=None)
"""The content folder of the function that is running; None while none is."""


@contextmanager
def guarded(content: Path) -> Iterator[None]:
    """Forbid what a function may not do, while it runs."""
    _install_guard()
    token, place = _FOLDER.set(content.resolve()), Path.cwd()
    try:
        yield
    finally:
        _FOLDER.reset(token)
        # a file that went elsewhere must not take the build with it
        os.chdir(place)


@cache
def _install_guard() -> None:
    # an audit hook stays for the life of the process: it does nothing but while a function runs
    sys.addaudithook(_audit)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    folder = _FOLDER.get()
    if folder is None:
        return
    if event in _NETWORK:
        raise ForbiddenError("chart-network", "a chart may not reach for the network", NETWORK_HINT)
    if event == "open" and isinstance(arguments[0], str | bytes | Path):
        path = Path(arguments[0].decode() if isinstance(arguments[0], bytes) else arguments[0]).resolve()
        if path.is_relative_to(folder) and path.suffix not in (".py", ".pyc"):
            name = path.relative_to(folder).as_posix()
            hint = "ask for a table of data/ by `table:` in the fence, and use `chart.table`"
            raise ForbiddenError("chart-file", f"a chart may not read {name} by itself", hint)


def forbidden_step(error: BaseException | None) -> ForbiddenError | None:
    """The forbidden step behind an error, which a library may have wrapped."""
    while error is not None:
        if isinstance(error, ForbiddenError):
            return error
        error = error.__cause__ or error.__context__
    return None
