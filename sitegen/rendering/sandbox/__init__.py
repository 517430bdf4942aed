"""Jinja2 in authors' texts: bodies, front matter, charts, and the texts of the data.

They can read what they are given and call the site's functions. They can't read files, the clock or random numbers,
can't change anything, and have a budget of work and output.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.exceptions import SecurityError
from jinja2.utils import missing

from ...problems import Problem, named, unprintable
from ...processes import TimeLimitError, is_limited, time_limit
from ...text import SourceText
from ..compiled import CodeMemo
from ..template_problems import forbidden_problem, kind_of, running_line, text_problem, undefined_problem
from .budget import Budget
from .environment import SandboxEnvironment

_SECONDS = 3.0


@dataclass(frozen=True)
class _Running:
    """The text that is being rendered."""

    source: SourceText
    context: Mapping[str, Any]
    problems: list[Problem]
    told: set[tuple[int, str]] = field(default_factory=set)
    """The line and subject of each problem: a loop meets one many times."""

    def is_new(self, line: int, what: str) -> bool:
        is_new = (line, what) not in self.told
        self.told.add((line, what))
        return is_new


class Sandbox:
    """Renders authors' texts. One per process: compiling is slow, so the environment is shared."""

    def __init__(self, codes: CodeMemo | None = None) -> None:
        self._codes = codes or CodeMemo()
        self._budget: Budget | None = None
        self._running = _Running(SourceText("", ""), {}, [])
        # no autoescape: in Markdown `&` and `<` are the author's own; functions escape what they return
        self._environment = SandboxEnvironment(
            undefined=self._undefined_class(),
            finalize=self._printable,
            keep_trailing_newline=True,
            # `## Context {#context}` is a heading with an anchor, not a comment
            comment_start_string="{##",
            comment_end_string="##}",
        )

    @contextmanager
    def granted(self, budget: Budget) -> Iterator[None]:
        """Texts rendered inside share this budget; otherwise each has its own."""
        before, self._budget = self._budget, budget
        try:
            yield
        finally:
            self._budget = before

    def render(
        self, text: str, source: SourceText, first_line: int, context: Mapping[str, Any], problems: list[Problem]
    ) -> str | None:
        """The rendered text, or None if it is too broken. `first_line` is where it begins in `source`.

        Problems are added to `problems` rather than returned, so that a timeout loses none of them.
        """
        if "{" not in text:
            return text
        budget = self._budget or Budget()
        if budget.is_spent:
            # reported for the text that spent it
            return None
        # rendering nests: a text may ask for a page's title, which is a text too
        before, is_part = (self._running, self._environment.budget), is_limited()
        self._running, self._environment.budget = _Running(source, context, problems), budget
        try:
            with time_limit(_SECONDS):
                rendered = self._rendered(text, source, first_line, context)
            if isinstance(rendered, str):
                return rendered
            problems.append(rendered)
        except TimeLimitError:
            if is_part:
                # whoever set the outer limit reports it
                raise
            hint = "look for what is repeated very often"
            span = source.span(first_line)
            problems.append(Problem("time-limit", "this text takes too long to render", span, hint))
        finally:
            self._running, self._environment.budget = before
        return None

    def _rendered(self, text: str, source: SourceText, first_line: int, context: Mapping[str, Any]) -> str | Problem:
        # the blank lines make the lines of the compiled template those of the file
        padded = "\n" * (first_line - 1) + text
        try:
            code = self._codes.code(source.name, padded, lambda: self._compiled(padded, source.name))
            template = Template.from_code(self._environment, code, dict(self._environment.globals))
            return template.render(context)[first_line - 1 :]
        except Exception as error:
            # whatever an author's expression raises is a problem of the text, not of the generator
            return text_problem(error, source, text, first_line, context)

    def _compiled(self, text: str, name: str) -> CodeType:
        try:
            return self._environment.compile(text, filename=name)
        except SyntaxError as error:
            # Python nests loops 20 deep, and brackets 200
            raise RecursionError from error

    def _printable(self, value: object) -> object:
        """What `{{ value }}` prints; a page, function or list is reported, and prints nothing."""
        running = self._running
        if isinstance(value, str):
            self._environment.budget.spend(1, len(value))
            if (offset := unprintable(value)) is None:
                return value
            line = running_line(running.source.name)
            if running.is_new(line, value[offset]):
                message = f"this prints the character {named(value[offset])}, which can't stand in a text"
                running.problems.append(Problem("character-unprintable", message, running.source.find("{{", line)))
            return ""
        if value is None or isinstance(value, int | float | StrictUndefined):
            self._environment.budget.spend(1, 1)
            return "" if value is None else value
        line, kind = running_line(running.source.name), kind_of(value)
        if not running.is_new(line, kind):
            return ""
        name = next((name for name, known in running.context.items() if known is value or known == value), "")
        span = running.source.find_word(name, line) if name else running.source.find("{{", line)
        hints = {"function": f'call it: {name or "fig"}("…")', "page": "print one of its parts, e.g. page.title"}
        message = f"`{name}` is a {kind}, not a text" if name else f"this gives a {kind}, not a text"
        running.problems.append(Problem("template-error", message, span, hints.get(kind, "")))
        return ""

    def _report(self, undefined: StrictUndefined) -> None:
        """Report a name that is missing, or that the sandbox forbids."""
        running = self._running
        line, name = running_line(running.source.name), str(undefined._undefined_name)
        hint = undefined._undefined_hint
        if not running.is_new(line, f"{name} {hint}"):
            return
        if undefined._undefined_exception is SecurityError:
            running.problems.append(forbidden_problem(str(hint), name, line, running.source))
            return
        owner = None if undefined._undefined_obj is missing else undefined._undefined_obj
        message = undefined._undefined_message
        running.problems.append(undefined_problem(message, name, owner, line, running.source, running.context))

    def _undefined_class(self) -> type[StrictUndefined]:
        """An Undefined that is reported once and prints as nothing, so that one run reports them all."""
        report = self._report

        class Reported(StrictUndefined):
            __slots__ = ()

            def __str__(self) -> str:  # type: ignore[override]
                report(self)
                return ""

            def __getattr__(self, name: str) -> Reported:
                # the sandbox looks for these on whatever is called
                if name.startswith("__") or name in ("unsafe_callable", "alters_data"):
                    raise AttributeError(name)
                report(self)
                return self

            def __getitem__(self, name: object) -> Reported:  # type: ignore[override]
                report(self)
                return self

            def __call__(self, *arguments: object, **named: object) -> str:  # type: ignore[override]
                report(self)
                return ""

        return Reported


__all__ = ["Sandbox"]
