"""What is held against the finished files before they are written.

`read_document` judges each HTML file by itself; each function of CHECKS judges all files together.
"""

from collections.abc import Callable, Iterator

from ..problems import Problem
from .links import broken_links, targets
from .output import Document, Origin, Output
from .policy import style_sheet_violations
from .reading import read_document

Check = Callable[[Output], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (broken_links, style_sheet_violations)


def run_checks(output: Output) -> Iterator[Problem]:
    """What is wrong with each document, and what every check finds; what a template repeats is told once."""
    told: set[tuple[str, str]] = set()
    for problem in _found(output):
        key = (problem.code, problem.message)
        if problem.span.line or key not in told:
            told.add(key)
            yield problem


def _found(output: Output) -> Iterator[Problem]:
    yield from output.found
    for check in CHECKS:
        yield from check(output)


__all__ = ["CHECKS", "Document", "Origin", "Output", "read_document", "run_checks", "targets"]
