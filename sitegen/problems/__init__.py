"""Problems as values with a code, a place and a hint; printing of problems and progress."""

from __future__ import annotations

from .characters import named, printable, printable_json, printable_lines, unfit_in_name, unprintable
from .problem import (
    Problem,
    ProblemFormat,
    SiteError,
    Span,
    UnknownNameError,
    did_you_mean,
    format_problems,
    has_errors,
)
from .progress import CHART, SILENT, Bar, Profile, Progress, Several
from .terminal import prepare_streams, print_result, say, say_lines

__all__ = [
    "CHART",
    "SILENT",
    "Bar",
    "Problem",
    "ProblemFormat",
    "Profile",
    "Progress",
    "Several",
    "SiteError",
    "Span",
    "UnknownNameError",
    "did_you_mean",
    "format_problems",
    "has_errors",
    "named",
    "prepare_streams",
    "print_result",
    "printable",
    "printable_json",
    "printable_lines",
    "say",
    "say_lines",
    "unfit_in_name",
    "unprintable",
]
