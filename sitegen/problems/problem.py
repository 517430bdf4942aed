"""Problems as values: collected, sorted, and printed with an excerpt and a hint.

Bad input raises no exception but SiteError, which carries every problem of a run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Literal

from .characters import printable, printable_json

# comparing two names takes quadratic time
_LONGEST_NAME = 200
_MOST_COMPARED = 300
Severity = Literal["error", "warning"]
ProblemFormat = Literal["text", "json", "github"]


@dataclass(frozen=True, order=True)
class Span:
    """A place in a file: its path as users write it, line and column from 1 (0: the whole file)."""

    file: str
    line: int = 0
    column: int = 0
    excerpt: str = ""

    def __str__(self) -> str:
        parts = [self.file, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(parts)


@dataclass(frozen=True)
class Problem:
    """A mistake: a stable code, a message, a place, and a hint on how to fix it."""

    code: str
    message: str
    span: Span
    hint: str = ""
    severity: Severity = "error"

    @property
    def sort_key(self) -> tuple[Span, str, str, str]:
        return (self.span, self.code, self.message, self.hint)


class SiteError(Exception):
    """Raised when a site can't be built; `problems` holds everything known to be wrong."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda problem: problem.sort_key))
        super().__init__("\n".join(format_problem(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[SiteError], tuple[tuple[Problem, ...]]]:
        return (SiteError, (self.problems,))


class UnknownNameError(KeyError):
    """A name that doesn't exist; `hint` suggests what may have been meant."""

    def __init__(self, message: str, hint: str = "", name: str = "") -> None:
        super().__init__(f"{message}; {hint}" if hint else message)
        self.message, self.hint, self.name = message, hint, name


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of them prevents a build."""
    return any(problem.severity == "error" for problem in problems)


def did_you_mean(name: str, known: Iterable[str], place: str = "") -> str:
    """A hint: the closest known name (with its `place`, if given), or the known names if there are few."""
    import difflib

    names = sorted({other for other in known if len(other) <= _LONGEST_NAME}) if len(name) <= _LONGEST_NAME else []
    close = difflib.get_close_matches(name, _candidates(name, names), n=1, cutoff=0.6)
    if close:
        return f'did you mean "{close[0]}"?' + (f" ({place})" if place else "")
    if names and len(names) <= 12:
        return "known: " + ", ".join(names)
    return ""


def _candidates(name: str, names: Sequence[str]) -> Sequence[str]:
    """The names to compare: all of them; if there are very many, those of similar length that begin or end alike."""
    if len(names) <= _MOST_COMPARED:
        return names
    ends = {name[:1], name[-1:]}
    similar = (other for other in names if abs(len(other) - len(name)) <= 3 and ends & {other[:1], other[-1:]})
    return list(islice(similar, _MOST_COMPARED))


def format_problem(problem: Problem) -> str:
    """The text form: `file:line:column: severity[code]: message`, then the excerpt, then the hint.

    Each part is one line, whatever it quotes; further lines of a hint are indented.
    """
    lines = [printable(f"{problem.span}: {problem.severity}[{problem.code}]: {problem.message}")]
    if problem.span.excerpt:
        lines.append(printable(f"   | {problem.span.excerpt}"))
    if problem.hint:
        first, *others = problem.hint.split("\n")
        lines += [
            printable(f"   hint: {first}"),
            *(printable(line if line.startswith(" ") else f"   {line}") for line in others),
        ]
    return "\n".join(lines)


def _github(problem: Problem) -> str:
    """A GitHub Actions workflow command, escaped as the Actions toolkit does."""
    place = {"file": problem.span.file, "line": problem.span.line, "col": problem.span.column}
    pairs = [f"{name}={_escape(str(value))}" for name, value in place.items() if value]
    pairs.append(f"title={_escape(problem.code)}")
    hint = "\n".join(map(printable, f"hint: {problem.hint}".split("\n"))) if problem.hint else ""
    text = printable(problem.message) + (f"\n{hint}" if hint else "")
    message = text.replace("%", "%25").replace("\n", "%0A")
    return f"::{problem.severity} {','.join(pairs)}::{message}"


def _escape(value: str) -> str:
    value = printable(value)
    for character, code in (("%", "%25"), (":", "%3A"), (",", "%2C")):
        value = value.replace(character, code)
    return value


def format_problems(problems: Iterable[Problem], form: ProblemFormat) -> str:
    """All problems, sorted, in one of the three formats; empty if there are none (json: `[]`)."""
    ordered = sorted(set(problems), key=lambda problem: problem.sort_key)
    if form == "json":
        return printable_json(json.dumps([asdict(problem) for problem in ordered], ensure_ascii=False, indent=2))
    return "\n".join(map(_github if form == "github" else format_problem, ordered))
