"""A CPU time limit for work that depends on what an author wrote.

Known superlinear steps are written so as to be bounded. This is the safety net: anything else that takes far too long
becomes a problem with a place instead of a build that hangs.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# repeats the signal in case the exception is lost, e.g. in a finaliser
_INTERVAL = 0.5


class TimeLimitError(BaseException):
    """Work has used up its time. A BaseException, so that no library's `except Exception` swallows it."""


def is_limited() -> bool:
    """Whether the current work has a time limit."""
    return signal.getsignal(signal.SIGPROF) is _interrupt if hasattr(signal, "setitimer") else False


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeLimitError in the block once it has used so many seconds of CPU time.

    Nested limits are ignored: the outer one applies. There is no limit on Windows, which has no such timer, or outside
    the main thread.
    """
    has_timer = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not has_timer or signal.getsignal(signal.SIGPROF) is _interrupt:
        yield
        return
    before = signal.signal(signal.SIGPROF, _interrupt)
    signal.setitimer(signal.ITIMER_PROF, seconds, _INTERVAL)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _interrupt(number: int, frame: object) -> None:
    raise TimeLimitError
