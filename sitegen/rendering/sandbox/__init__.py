"""Jinja2 in authors' texts: bodies, front matter, charts, and the texts of the data.

They can read what they are given and call the site's functions. They reach no file, no clock and no chance, change
nothing, and have a budget of work and of text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.utils import missing

from ...problems import Problem, named, unprintable
from ...processes import TimeLimitError, is_limited, time_limit
from ...text import SourceText
from ..compiled import CodeMemo
from ..template_problems import (
    compiling_line,
    forbidden_problem,
    kind_of,
    limit_problem,
    longest_tag_line,
    raised_line,
    running_line,
    runtime_problem,
    syntax_problem,
    undefined_problem,
    value_problem,
)
from .budget import Budget, LimitError, NoTextError
from .environment import SandboxEnvironment

_SECONDS = 3.0


@dataclass(frozen=True)
class _Running:
    """A text that is being rendered."""

    source: SourceText
    context: Mapping[str, Any]
    problems: list[Problem]
    told: set[tuple[int, str]] = field(default_factory=set)
    """The line of each problem with what it is about: a loop meets one many times."""

    def is_new(self, line: int, what: str) -> bool:
        is_new = (line, what) not in self.told
        self.told.add((line, what))
        return is_new


class Sandbox:
    """Renders an author's text. One per process: compiling is the dear part, the environment is shared."""

    def __init__(self, codes: CodeMemo | None = None) -> None:
        self._codes = codes or CodeMemo()
        self._budget: Budget | None = None
        self._running = _Running(SourceText("", ""), {}, [])
        # bodies are Markdown, in which `&` and `<` are the author's own; what functions return is escaped by them
        self._environment = SandboxEnvironment(
            undefined=self._undefined_class(),
            finalize=self._printable,
            keep_trailing_newline=True,
            # `## Context {#context}` is a heading with an anchor, not the beginning of a comment
            comment_start_string="{##",
            comment_end_string="##}",
        )

    @contextmanager
    def granted(self, budget: Budget) -> Iterator[None]:
        """What is rendered below shares a budget. Without one, each text has one of its own."""
        before, self._budget = self._budget, budget
        try:
            yield
        finally:
            self._budget = before

    def render(
        self, text: str, source: SourceText, first_line: int, context: Mapping[str, Any], problems: list[Problem]
    ) -> str | None:
        """The text with its expressions worked out. `first_line` is where it begins in `source`.

        What is wrong is added to `problems`; None when nothing could be made of the text.
        """
        if "{" not in text:
            return text
        budget = self._budget or Budget()
        if budget.is_spent:
            # which was told at the text that spent it
            return None
        # a text may ask for the title of a page, which is one too
        before, is_part = (self._running, self._environment.budget), is_limited()
        self._running, self._environment.budget = _Running(source, context, problems), budget
        try:
            with time_limit(_SECONDS):
                return self._rendered(text, source, first_line, context, problems)
        except TimeLimitError:
            if is_part:
                # of work that has a limit as a whole, which is told of that
                raise
            hint = "look for what is repeated very often"
            span = source.span(first_line)
            problems.append(Problem("time-limit", "this text takes too long to work out", span, hint))
            return None
        finally:
            self._running, self._environment.budget = before

    def _rendered(
        self, text: str, source: SourceText, first_line: int, context: Mapping[str, Any], problems: list[Problem]
    ) -> str | None:
        # the blank lines make the lines of the compiled template those of the file
        padded = "\n" * (first_line - 1) + text
        try:
            code = self._codes.code(source.name, padded, lambda: self._compiled(padded, source.name))
            template = Template.from_code(self._environment, code, dict(self._environment.globals))
            return template.render(context)[first_line - 1 :]
        except TemplateSyntaxError as error:
            problems.append(syntax_problem(error, source, text, first_line))
        except UndefinedError as error:
            line = raised_line(error, source.name) or first_line
            name = str(error).partition("'")[2].partition("'")[0]
            problems.append(undefined_problem(str(error), name, None, line, source, context))
        except (LimitError, RecursionError) as error:
            line = raised_line(error, source.name) or compiling_line(error) or first_line + longest_tag_line(text)
            problems.append(limit_problem(error, line, source))
        except NoTextError as error:
            problems.append(value_problem(error, raised_line(error, source.name) or first_line, source))
        except Exception as error:
            # whatever an author's expression raises is a problem of the text, not of the generator
            line = raised_line(error, source.name) or compiling_line(error) or first_line
            problems.append(runtime_problem(error, line, source, context))
        return None

    def _compiled(self, text: str, name: str) -> CodeType:
        """A text as code. Raises TemplateSyntaxError, and RecursionError where it is nested too deep."""
        try:
            return self._environment.compile(text, filename=name)
        except SyntaxError as error:
            # Python nests loops 20 deep, and brackets 200
            raise RecursionError from error

    def _printable(self, value: object) -> object:
        """What may be printed is printed; a page, a function or a list is told, and left out."""
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
        message = f"`{name}` is no text but a {kind}" if name else f"this gives no text but a {kind}"
        running.problems.append(Problem("template-error", message, span, hints.get(kind, "")))
        return ""

    def _tell(self, undefined: StrictUndefined) -> None:
        """Gather a name that isn't there, or that the sandbox forbids."""
        running = self._running
        line, name = running_line(running.source.name), str(undefined._undefined_name)
        hint = undefined._undefined_hint
        if not running.is_new(line, f"{name} {hint}"):
            return
        if undefined._undefined_exception is SecurityError:
            running.problems.append(forbidden_problem(str(hint), name, line, running.source))
            return
        owner = undefined._undefined_obj
        known = None if owner is missing else owner
        message = undefined._undefined_message
        running.problems.append(undefined_problem(message, name, known, line, running.source, running.context))

    def _undefined_class(self) -> type[StrictUndefined]:
        """An Undefined that says so once and prints as nothing, so that a run names all of them."""
        tell = self._tell

        class Told(StrictUndefined):
            """What stands for a missing name."""

            __slots__ = ()

            def __str__(self) -> str:  # type: ignore[override]
                tell(self)
                return ""

            def __getattr__(self, name: str) -> Told:
                # the sandbox asks each thing that is called whether it may be
                if name.startswith("__") or name in ("unsafe_callable", "alters_data"):
                    raise AttributeError(name)
                tell(self)
                return self

            def __getitem__(self, name: object) -> Told:  # type: ignore[override]
                tell(self)
                return self

            def __call__(self, *arguments: object, **named: object) -> str:  # type: ignore[override]
                tell(self)
                return ""

        return Told


__all__ = ["Sandbox"]
