"""Progress of a build: a progress bar on a terminal, and a profile of where the time went."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TextIO

from .characters import printable

CHART = "chart "
"""Prefix for names of charts; pages are named by their URLs."""
_DELAY = 1.0
_REFRESH_INTERVAL = 0.1
_WIDTH = 24
_SLOWEST = 10


class Progress:
    """Receives the progress of a build, and ignores it. An exception from a method aborts the build cleanly."""

    def stage(self, name: str, total: int = 0) -> None:
        """A stage begins, which ends the one before; `total` is its number of items, if known."""

    def done(self, item: str, seconds: float = 0.0) -> None:
        """An item of the stage is done: a page by its URL, a chart as `chart <id>`."""

    def end(self) -> None:
        """The build has ended, successfully or not."""


SILENT = Progress()


class Several(Progress):
    """Passes progress on to several receivers."""

    def __init__(self, others: Sequence[Progress]) -> None:
        self._others = others

    def stage(self, name: str, total: int = 0) -> None:
        for other in self._others:
            other.stage(name, total)

    def done(self, item: str, seconds: float = 0.0) -> None:
        for other in self._others:
            other.done(item, seconds)

    def end(self) -> None:
        for other in self._others:
            other.end()


class Bar(Progress):
    """A progress line on a terminal: `rendering pages  [######      ]  512/2048  /en/results/`.

    Appears after a second, updates at most ten times a second, and is erased at the end.
    """

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal
        self._next = time.monotonic() + _DELAY
        self._name, self._total, self._done, self._is_shown = "", 0, 0, False

    def stage(self, name: str, total: int = 0) -> None:
        self._name, self._total, self._done = name, total, 0
        self._draw("")

    def done(self, item: str, seconds: float = 0.0) -> None:
        self._done += 1
        self._draw(item)

    def end(self) -> None:
        if self._is_shown:
            self._write("\r\x1b[K")
        self._is_shown, self._next = False, float("inf")

    def _draw(self, item: str) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next, self._is_shown = now + _REFRESH_INTERVAL, True
        parts = [self._name]
        if self._total:
            full = min(self._done, self._total) * _WIDTH // self._total
            parts += [f"[{'#' * full}{' ' * (_WIDTH - full)}]", f"{self._done}/{self._total}"]
        line = printable("  ".join([*parts, item]))
        # a line that the terminal wraps can't be overwritten
        self._write(f"\r\x1b[K{line[: shutil.get_terminal_size().columns - 1]}")

    def _write(self, text: str) -> None:
        # a closed terminal must not end the build
        with suppress(OSError):
            self._terminal.write(text)
            self._terminal.flush()


@dataclass
class Profile(Progress):
    """Records how long each stage and each item took."""

    stages: dict[str, float] = field(default_factory=dict)
    items: dict[str, float] = field(default_factory=dict)
    _name: str = "starting"
    _began: float = field(default_factory=time.perf_counter)

    def stage(self, name: str, total: int = 0) -> None:
        now = time.perf_counter()
        self.stages[self._name] = self.stages.get(self._name, 0.0) + now - self._began
        self._name, self._began = name, now

    def done(self, item: str, seconds: float = 0.0) -> None:
        self.items[item] = self.items.get(item, 0.0) + seconds

    def end(self) -> None:
        self.stage("")

    def text(self) -> str:
        """Seconds per stage, and the slowest pages and charts; items may have run in parallel."""
        lines = ["seconds by stage:", *(f"{seconds:9.3f}  {name}" for name, seconds in self.stages.items())]
        charts = {name: seconds for name, seconds in self.items.items() if name.startswith(CHART)}
        pages = {name: seconds for name, seconds in self.items.items() if name not in charts}
        for what, items in (("slowest pages", pages), ("slowest charts", charts)):
            slowest = sorted(items.items(), key=lambda item: (-item[1], item[0]))[:_SLOWEST]
            if slowest:
                lines += [f"{what}:", *(f"{seconds:9.3f}  {name.removeprefix(CHART)}" for name, seconds in slowest)]
        return "\n".join(lines)
