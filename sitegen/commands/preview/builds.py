"""Builds, one at a time, each for all changes since the one before; a change during a build overtakes it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from ...problems import Problem, SiteError, Span
from ...processes import uninterrupted
from ...storage import BuildOptions
from .worker import Failed, Outcome, work

# all in seconds. A half-written file looks like a mistake: problems are held back this long in case more is written
_HALF_WRITTEN = 0.05
# this many changes at once are a checkout, not a save: wait until none has come for a while
_MANY = 20
_WHILE = 0.1
# somebody who saves all the time should see something, too: after overtaking builds for this long, or for this many
# times the length of the last build, let one finish
_PATIENCE = 2.0
_PATIENCE_BUILDS = 3
# an overtaken build stops at its next page or stage; its process is killed if it doesn't (an endless loop in charts.py)
_STUBBORN = 10.0


@dataclass(frozen=True)
class Finished:
    """A build that has ended: what had changed since the last one not overtaken, the outcome, and its seconds."""

    changed: frozenset[str]
    outcome: Outcome
    seconds: float
    is_overtaken: bool
    """Whether something changed before it ended: it may have read a half-written file, and the next build is due."""


class _ChangedPaths:
    """Paths added by one thread and taken by another. `woken` is ready to read while there are any."""

    def __init__(self) -> None:
        self.woken, self._wake = multiprocessing.Pipe(duplex=False)
        self._lock = threading.Lock()
        self._paths: set[str] = set()
        self._is_awake = False

    def add(self, paths: Iterable[str]) -> None:
        with self._lock:
            self._paths.update(paths)
            if not self._is_awake:
                self._is_awake = True
                self._wake.send_bytes(b"!")

    def take(self) -> frozenset[str]:
        with self._lock:
            if self._is_awake:
                self.woken.recv_bytes()
                self._is_awake = False
            taken, self._paths = frozenset(self._paths), set()
            return taken


@dataclass
class Builds:
    """A thread that builds the site, and again after each `changed`, until `close`.

    `options` is called before each build and may raise SiteError; `show` is called with each build that has ended.
    """

    options: Callable[[], BuildOptions]
    show: Callable[[Finished], None]
    _changes: _ChangedPaths = field(default_factory=_ChangedPaths)
    _thread: threading.Thread | None = None
    _worker: _Worker | None = None
    _closing: bool = False
    _last: float = 0.0
    """Seconds that the last build took."""

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="builds")
        self._thread.start()

    def changed(self, paths: Iterable[str]) -> None:
        """Build again: these paths have changed."""
        self._changes.add(paths)

    def close(self) -> None:
        """End the build, the thread and the process, if they have started."""
        self._closing = True
        if self._thread is None:
            return
        self._changes.add(())
        self._thread.join(0.5)
        if self._worker:
            # wakes the thread, if it still waits for the process
            self._worker.kill()
        self._thread.join()
        if self._worker:
            self._worker.end()

    def _run(self) -> None:
        changed: frozenset[str] = frozenset()
        begun = time.monotonic()
        while not self._closing:
            while len(changed) > _MANY and time.monotonic() - begun < _PATIENCE and wait([self._changes.woken], _WHILE):
                changed |= self._changes.take()
            started = time.monotonic()
            is_patient = started - begun < max(_PATIENCE, _PATIENCE_BUILDS * self._last)
            outcome = self._built(0.0 if is_patient else _STUBBORN)
            seconds = time.monotonic() - started
            more = wait([self._changes.woken], _HALF_WRITTEN if isinstance(outcome, Failed) else 0)
            is_overtaken = outcome is None or (is_patient and bool(more))
            if outcome is not None and not self._closing:
                self.show(Finished(changed, outcome, seconds, is_overtaken))
            if not is_overtaken:
                self._last = seconds
                changed = frozenset()
                wait([self._changes.woken])
                begun = time.monotonic()
            changed |= self._changes.take()

    def _built(self, grace: float) -> Outcome | None:
        """The outcome of a build that starts now; None if overtaken, which it can be only after `grace` seconds."""
        try:
            options = self.options()
        except SiteError as error:
            return Failed(error.problems)
        if self._worker and not self._worker.is_alive():
            self._worker.end()
            self._worker = None
        if self._worker is None:
            self._worker = _Worker()
        try:
            return self._worker.build(options, self._changes.woken, grace)
        except TimeoutError:
            self._worker.end()
            self._worker = None
            return None
        except (EOFError, OSError):
            status = self._worker.end()
            self._worker = None
            message = f"the process that builds has died (exit status {status})"
            hint = "is the memory used up? the next save starts a new one"
            return Failed((Problem("process-died", message, Span("build"), hint),))


class _Worker:
    """The process that builds, and our end of its connection."""

    def __init__(self) -> None:
        # a fresh interpreter: this process has threads, which don't survive a fork
        context = multiprocessing.get_context("spawn")
        self._connection, other = context.Pipe()
        self._process: SpawnProcess = context.Process(target=work, args=(other,), name="build")
        with uninterrupted():
            self._process.start()
        other.close()

    def build(self, options: BuildOptions, woken: Connection, grace: float) -> Outcome | None:
        """The outcome of a build; None if a change overtook it after its first `grace` seconds.

        Raises EOFError or OSError if the process has died, TimeoutError if it doesn't stop.
        """
        self._connection.send(options)
        if not self._connection.poll(grace) and self._connection not in wait([self._connection, woken]):
            self._connection.send("overtaken")
            if not self._connection.poll(_STUBBORN):
                raise TimeoutError
        outcome: Outcome | None = self._connection.recv()
        return outcome

    def is_alive(self) -> bool:
        return self._process.is_alive()

    def kill(self) -> None:
        """Kill the process and all the processes that it started."""
        process = self._process.pid
        if hasattr(os, "killpg") and process:
            # the process leads its own session: see `work`
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process, signal.SIGKILL)
        self._process.kill()

    def end(self) -> int | None:
        """Let the process end, or kill it soon after. Returns its exit status."""
        self._connection.close()
        self._process.join(0.2)
        self.kill()
        self._process.join()
        return self._process.exitcode
