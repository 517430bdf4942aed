"""What is held against a finished site: its links, anchors and policy, and what its languages say.

A check is a function `Output -> Iterator[Problem]`, named in `CHECKS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..problems import Problem
from .cross_references import cross_reference_problems
from .links import broken_links, targets
from .output import Document, Origin, Output
from .parity import parity_problems
from .paths import duplicate_paths, kept_and_made
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


__all__ = [
    "CHECKS",
    "Check",
    "Document",
    "Origin",
    "Output",
    "cross_reference_problems",
    "duplicate_paths",
    "kept_and_made",
    "parity_problems",
    "read_document",
    "run_checks",
    "targets",
]
