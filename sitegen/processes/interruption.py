"""How a process is ended: by Ctrl-C, SIGTERM or a closed terminal, or because the process that started it is gone."""

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
_ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else []))
# seconds; a preview needs less than one
_TO_TIDY_UP = 3.0
_PR_SET_PDEATHSIG = 1
INTERRUPTED = 128 + signal.SIGINT
"""The exit status after Ctrl-C."""


class Terminated(SystemExit):
    """SIGTERM or SIGHUP: the process is to end as it does at Ctrl-C, with the status that shells give it."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)


class _Ending:
    """The handler of the signals that end a process: the first counts, and then none for some seconds.

    What is tidied up is not to be interrupted in turn. Python loses what is raised while it removes values or copies
    the process, so that one which comes later counts again.
    """

    def __init__(self) -> None:
        self._counts_from = 0.0

    def __call__(self, number: int, frame: object) -> None:
        now = time.monotonic()
        if now >= self._counts_from:
            self._counts_from = now + _TO_TIDY_UP
            raise KeyboardInterrupt if number == signal.SIGINT else Terminated(number)


def end_tidily() -> None:
    """Let Ctrl-C, SIGTERM and a closed terminal raise: KeyboardInterrupt, or Terminated.

    One that is ignored, as `nohup` has it, stays so.
    """
    ending = _Ending()
    for number in _ENDINGS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, ending)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C, SIGTERM and SIGHUP wait until the end, where the system can have them wait.

    So they do in processes that are started meanwhile, until `end_with_parent`.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with_parent() -> None:
    """For a process that another one has started: leave Ctrl-C to that one, and end when it is gone, however it ended.

    Linux kills it: prctl(2), PR_SET_PDEATHSIG. Elsewhere a thread waits for a pipe to close whose other end only the
    parent holds.
    """
    import multiprocessing

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in _ENDINGS[1:]:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    if not _is_killed_with_parent():
        threading.Thread(target=_wait_for_end, args=(parent.sentinel,), daemon=True).start()
    elif os.getppid() != parent.pid:
        # it went before the system was told
        os._exit(1)
    with suppress(OSError):
        # where memory runs out, the system is to end this process, not the one that can tell of it: proc(5)
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")


def _is_killed_with_parent() -> bool:
    if sys.platform != "linux":
        return False
    # the command line needs neither this nor multiprocessing where there is nothing to do
    import ctypes

    try:
        return bool(ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False


def _wait_for_end(sentinel: Any) -> None:
    from multiprocessing.connection import wait

    wait([sentinel])
    os._exit(1)
