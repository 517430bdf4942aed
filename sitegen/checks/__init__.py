"""What is held against a finished site: its links, anchors and policy, and what its languages say.

A check is a function `FinishedOutput -> Iterator[Problem]`, named in `CHECKS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from ..problems import Problem
from .cross_references import cross_reference_problems
from .links import broken_links, targets
from .output import FinishedOutput, HtmlDocument, Origin
from .parity import parity_problems
from .paths import duplicate_paths, kept_and_made
from .policy import style_sheet_violations
from .reading import read_document

Check = Callable[[FinishedOutput], Iterator[Problem]]
CHECKS: tuple[Check, ...] = (broken_links, style_sheet_violations)


def run_checks(output: FinishedOutput) -> Iterator[Problem]:
    """The problems of each document, and those of every check; what a template repeats is reported once."""
    reported: set[tuple[str, str]] = set()
    for problem in chain(output.found, *(check(output) for check in CHECKS)):
        key = (problem.code, problem.message)
        if problem.span.line or key not in reported:
            reported.add(key)
            yield problem


__all__ = [
    "CHECKS",
    "Check",
    "FinishedOutput",
    "HtmlDocument",
    "Origin",
    "cross_reference_problems",
    "duplicate_paths",
    "kept_and_made",
    "parity_problems",
    "read_document",
    "run_checks",
    "targets",
]
