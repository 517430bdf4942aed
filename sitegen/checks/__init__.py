"""What is held against the finished files before they are written: a function a check."""

from collections.abc import Callable, Iterator

from ..problems import Problem
from .links import broken_links
from .output import Output, read_output
from .policy import policy_violations

Check = Callable[[Output], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (broken_links, policy_violations)


def run_checks(output: Output) -> Iterator[Problem]:
    """What every check finds; what a template repeats on every page is told of the first."""
    told: set[tuple[str, str]] = set()
    for check in CHECKS:
        for problem in check(output):
            key = (problem.code, problem.message)
            if problem.span.line or key not in told:
                told.add(key)
                yield problem


__all__ = ["CHECKS", "Output", "read_output", "run_checks"]
