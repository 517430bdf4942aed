"""Jinja2 in bodies and front matter: a sandbox without files, attributes that begin with an underscore, or writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from .located import SourceText
from .memo import CodeMemo
from .problems import Problem
from .template_problems import (
    forbidden_problem,
    kind_of,
    raised_line,
    running_line,
    runtime_problem,
    syntax_problem,
    undefined_problem,
)

_LARGEST = 10_000


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox, in which no multiplication makes more than a page could hold."""

    intercepted_binops: ClassVar[frozenset[str]] = frozenset(["*", "**"])  # type: ignore[misc]

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Multiply or raise to a power, if the result is small."""
        sizes = [len(value) if isinstance(value, str | list | tuple) else 1 for value in (left, right)]
        numbers = [abs(value) for value in (left, right) if isinstance(value, int | float)]
        repeated = operator == "*" and any(isinstance(value, str | list | tuple) for value in (left, right))
        if repeated and numbers and max(sizes) * max(numbers) > _LARGEST:
            raise SecurityError(f"a text repeated {max(numbers)} times")
        if operator == "**" and numbers and max(numbers) > 100:
            raise SecurityError(f"a power of {max(numbers)}")
        return super().call_binop(context, operator, left, right)


class Sandbox:
    """Renders an author's text. One per process: compiling is the dear part, the environment is shared."""

    def __init__(self, codes: CodeMemo | None = None) -> None:
        self._codes = codes or CodeMemo()
        self._source = SourceText("", "")
        self._context: Mapping[str, Any] = {}
        self._problems: list[Problem] = []
        # bodies are Markdown, in which `&` and `<` are the author's own; what functions return is escaped by them
        self._environment = _Environment(
            undefined=self._undefined_class(),
            finalize=self._printable,
            keep_trailing_newline=True,
            # `## Context {#context}` is a heading with an anchor, not the beginning of a comment
            comment_start_string="{##",
            comment_end_string="##}",
        )
        self._environment.globals.clear()
        self._environment.globals["range"] = _short_range

    def render(
        self, text: str, source: SourceText, first_line: int, context: Mapping[str, Any], problems: list[Problem]
    ) -> str | None:
        """The text with its expressions worked out. `first_line` is where it begins in `source`.

        What is wrong is added to `problems`; None when nothing could be made of the text.
        """
        if "{" not in text:
            return text
        self._source, self._context, self._problems = source, context, problems
        # the blank lines make the lines of the compiled template those of the file
        padded = "\n" * (first_line - 1) + text
        try:
            code = self._codes.code(
                source.name, padded, lambda: self._environment.compile(padded, filename=source.name)
            )
            template = Template.from_code(self._environment, code, dict(self._environment.globals))
            return template.render(context)[first_line - 1 :]
        except TemplateSyntaxError as error:
            problems.append(syntax_problem(error, source, text, first_line))
        except UndefinedError as error:
            line = raised_line(error, source.name) or first_line
            name = str(error).partition("'")[2].partition("'")[0]
            problems.append(undefined_problem(str(error), name, None, line, source, context))
        except Exception as error:
            # whatever an author's expression raises is a problem of the text, not of the generator
            line = raised_line(error, source.name) or first_line
            problems.append(runtime_problem(error, line, source, context))
        return None

    def _printable(self, value: object) -> object:
        """What may be printed is printed; a page, a function or a list is told, and left out."""
        if value is None or isinstance(value, str | int | float | StrictUndefined):
            return "" if value is None else value
        line, kind = running_line(self._source.name), kind_of(value)
        name = next((name for name, known in self._context.items() if known is value or known == value), "")
        span = self._source.find_word(name, line) if name else self._source.find("{{", line)
        hints = {"function": f'call it: {name or "fig"}("…")', "page": "print one of its parts, e.g. page.title"}
        message = f"`{name}` is no text but a {kind}" if name else f"this gives no text but a {kind}"
        self._problems.append(Problem("template-error", message, span, hints.get(kind, "")))
        return ""

    def _tell(self, undefined: StrictUndefined) -> None:
        """Gather a name that isn't there, or that the sandbox forbids."""
        line, name = running_line(self._source.name), str(undefined._undefined_name)
        hint = undefined._undefined_hint
        if undefined._undefined_exception is SecurityError:
            self._problems.append(forbidden_problem(str(hint), name, line, self._source))
            return
        owner = undefined._undefined_obj
        known = None if owner is missing else owner
        message = undefined._undefined_message
        self._problems.append(undefined_problem(message, name, known, line, self._source, self._context))

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


def _short_range(*arguments: int) -> range:
    numbers = range(*arguments)
    if len(numbers) > _LARGEST:
        raise ValueError(f"a range of more than {_LARGEST:,} numbers")
    return numbers
