"""Work that takes too long is interrupted, wherever it is."""

from __future__ import annotations

import re
import time
from contextlib import suppress

import pytest

from sitegen.processes.time_limit import TimeLimitError, time_limit


def test_endless_work_is_interrupted() -> None:
    """A loop in Python, one that passes over errors, and a regular expression that backtracks without end."""
    with pytest.raises(TimeLimitError), time_limit(0.1):
        while True:
            pass
    with pytest.raises(TimeLimitError), time_limit(0.1):
        while True:
            with suppress(Exception):
                sum(range(100))
    with pytest.raises(TimeLimitError), time_limit(0.1):
        re.match(r"(a|a)*b", "a" * 60)


def test_work_that_ends_is_left_alone() -> None:
    """No interruption comes after the work, and sleeping uses no time."""
    with time_limit(0.1):
        time.sleep(0.2)
    ends = time.process_time() + 0.3
    while time.process_time() < ends:
        pass


def test_the_outermost_limit_counts() -> None:
    """Work in many small parts, each with a limit of its own, is under the limit of the whole."""
    with pytest.raises(TimeLimitError), time_limit(0.2):
        while True:
            with time_limit(10):
                sum(range(10_000))
