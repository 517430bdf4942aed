"""How a process ends: by Ctrl-C, SIGTERM or a closed terminal, or because its parent is gone."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

# SIGHUP: the terminal was closed; Windows has none
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else []))
# seconds; a preview needs less than one
_CLEANUP_TIME = 3.0
_PR_SET_PDEATHSIG = 1
INTERRUPTED = 128 + signal.SIGINT
"""The exit status after Ctrl-C."""


class Terminated(SystemExit):
    """SIGTERM or SIGHUP: end as on Ctrl-C, with the exit status that shells use."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)


class _SignalHandler:
    """Raises on the first signal, then ignores further ones for some seconds, so that cleanup isn't interrupted.

    Later signals count again, since Python drops exceptions raised in finalisers or while it forks.
    """

    def __init__(self) -> None:
        self._ignored_until = 0.0

    def __call__(self, number: int, frame: object) -> None:
        now = time.monotonic()
        if now >= self._ignored_until:
            self._ignored_until = now + _CLEANUP_TIME
            raise KeyboardInterrupt if number == signal.SIGINT else Terminated(number)


def end_tidily() -> None:
    """Make Ctrl-C, SIGTERM and SIGHUP raise KeyboardInterrupt or Terminated.

    Ignored signals stay ignored, as under `nohup`.
    """
    handler = _SignalHandler()
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold back Ctrl-C, SIGTERM and SIGHUP, where the system supports it.

    Processes started meanwhile inherit this, until `end_with_parent`.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with_parent() -> None:
    """In a child process: leave Ctrl-C to the parent, and end when the parent is gone, however it ended.

    Linux kills the child: prctl(2), PR_SET_PDEATHSIG. Elsewhere a thread waits for a pipe of the parent to close.
    """
    import multiprocessing

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in _SIGNALS[1:]:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    if not _is_killed_with_parent():
        threading.Thread(target=_exit_with_parent, args=(parent.sentinel,), daemon=True).start()
    elif os.getppid() != parent.pid:
        # the parent ended before prctl took effect
        os._exit(1)
    with suppress(OSError):
        # if memory runs out, the kernel should kill this process, not the parent that reports it: proc(5)
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")


def _is_killed_with_parent() -> bool:
    if sys.platform != "linux":
        return False
    # imported lazily: a build with nothing to do needs neither this nor multiprocessing
    import ctypes

    try:
        return bool(ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False


def _exit_with_parent(sentinel: Any) -> None:
    from multiprocessing.connection import wait

    wait([sentinel])
    os._exit(1)
