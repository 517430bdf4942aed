"""An end to work whose length is decided by what an author wrote.

What is known to grow faster than its input is written so that it can't. This is the net below: whatever else takes far
too long is interrupted, and becomes a problem with its place instead of a build that hangs.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# an interruption that is lost, e.g. in a finaliser, comes again
_AGAIN = 0.5


class TimeLimitError(BaseException):
    """Work has used up its time. No `except Exception` of a library takes it for an error of its own."""


def is_limited() -> bool:
    """Whether the work that is going on has a limit."""
    return signal.getsignal(signal.SIGPROF) is _interrupt if hasattr(signal, "setitimer") else False


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises TimeLimitError in the work below once it has used so many seconds of this process's CPU time.

    Work within such work is under the limit of the whole. There is no limit where the system has no timer for it
    (Windows), and in threads other than the main one.
    """
    has_timer = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not has_timer or signal.getsignal(signal.SIGPROF) is _interrupt:
        yield
        return
    before = signal.signal(signal.SIGPROF, _interrupt)
    signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _interrupt(number: int, frame: object) -> None:
    raise TimeLimitError
