"""What is wrong with a site, as values: collected, sorted, printed with an excerpt and a hint.

SiteError          carries every problem of a run; the only exception that bad input raises
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Literal

from .characters import printable, printable_json

# likening texts takes the square of their length, and that for each of them
_LONGEST_NAME = 200
_MOST_LIKENED = 300
Severity = Literal["error", "warning"]
ProblemFormat = Literal["text", "json", "github"]


@dataclass(frozen=True, order=True)
class Span:
    """A place in a file: `file` as people write it, line and column from 1 (0: the whole file)."""

    file: str
    line: int = 0
    column: int = 0
    excerpt: str = ""

    def __str__(self) -> str:
        parts = [self.file, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(parts)


@dataclass(frozen=True)
class Problem:
    """One mistake: a stable code, where it is, what is wrong, and what to do."""

    code: str
    message: str
    span: Span
    hint: str = ""
    severity: Severity = "error"

    @property
    def sort_key(self) -> tuple[Span, str, str, str]:
        return (self.span, self.code, self.message, self.hint)


class SiteError(Exception):
    """Raised when a site can't be built; `problems` holds all that is known to be wrong."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda problem: problem.sort_key))
        super().__init__("\n".join(format_problem(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[SiteError], tuple[tuple[Problem, ...]]]:
        return (SiteError, (self.problems,))


class UnknownNameError(KeyError):
    """Something is asked for by a name that isn't there: `message` says so, `hint` what may have been meant."""

    def __init__(self, message: str, hint: str = "", name: str = "") -> None:
        super().__init__(f"{message}; {hint}" if hint else message)
        self.message, self.hint, self.name = message, hint, name


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether one of them keeps a site from being built."""
    return any(problem.severity == "error" for problem in problems)


def did_you_mean(name: str, known: Iterable[str], place: str = "") -> str:
    """A hint that names the closest known name (with where it stands, if given), or lists a few."""
    import difflib

    names = sorted({other for other in known if len(other) <= _LONGEST_NAME}) if len(name) <= _LONGEST_NAME else []
    close = difflib.get_close_matches(name, _likely(name, names), n=1, cutoff=0.6)
    if close:
        return f'did you mean "{close[0]}"?' + (f" ({place})" if place else "")
    if names and len(names) <= 12:
        return "known: " + ", ".join(names)
    return ""


def _likely(name: str, names: Sequence[str]) -> Sequence[str]:
    """The names that are worth likening with one: all, but of very many those of its length that begin or end alike."""
    if len(names) <= _MOST_LIKENED:
        return names
    ends = {name[:1], name[-1:]}
    likely = (other for other in names if abs(len(other) - len(name)) <= 3 and ends & {other[:1], other[-1:]})
    return list(islice(likely, _MOST_LIKENED))


def format_problem(problem: Problem) -> str:
    """The text form: `file:line:column: severity[code]: message`, then the excerpt, then the hint.

    However hostile what they quote, each is one line; a hint may be more, which stand further in.
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
    """A workflow command of GitHub Actions; its escapes are those of the Actions toolkit."""
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
    """All problems in order, in one of the three forms; no line at all when there are none (json: `[]`)."""
    ordered = sorted(set(problems), key=lambda problem: problem.sort_key)
    if form == "json":
        return printable_json(json.dumps([asdict(problem) for problem in ordered], ensure_ascii=False, indent=2))
    return "\n".join(map(_github if form == "github" else format_problem, ordered))
