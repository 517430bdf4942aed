"""What is held against the finished files before they are written: a function a check."""

from collections.abc import Callable, Iterator

from ..problems import Problem
from .links import broken_links
from .output import Output, read_output
from .policy import policy_violations

Check = Callable[[Output], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (broken_links, policy_violations)

__all__ = ["CHECKS", "Output", "read_output"]
