"""Jinja2 in bodies and front matter: a sandbox without files, attributes that begin with an underscore, or writes."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .located import SourceText
from .problems import Problem, SiteError, did_you_mean


class Sandbox:
    """Renders an author's text. One per process: compiling is the dear part, the environment is shared."""

    def __init__(self) -> None:
        # bodies are Markdown, in which `&` and `<` are the author's own; what functions return is escaped by them
        self._environment = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined,
            keep_trailing_newline=True,
            # `## Context {#context}` is a heading with an anchor, not the beginning of a comment
            comment_start_string="{##",
            comment_end_string="##}",
        )
        self._environment.globals.clear()
        self._environment.globals["range"] = _short_range

    def render(self, text: str, source: SourceText, first_line: int, context: Mapping[str, Any]) -> str:
        """The text with its expressions worked out. `first_line` is where it begins in `source`.

        Raises SiteError with the line of the mistake.
        """
        if "{" not in text:
            return text
        # the blank lines make the lines of the compiled template those of the file
        padded = "\n" * (first_line - 1) + text
        try:
            code = self._environment.compile(padded, filename=source.name)
            template = Template.from_code(self._environment, code, dict(self._environment.globals))
            return template.render(context)[first_line - 1 :]
        except TemplateSyntaxError as error:
            raise SiteError([Problem("template-syntax", error.message or "", source.span(error.lineno))]) from error
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
            raise SiteError([_problem(error, source, first_line, context)]) from error


def _short_range(*arguments: int) -> range:
    numbers = range(*arguments)
    if len(numbers) > 10_000:
        raise ValueError("a range of more than 10,000 numbers")
    return numbers


def _problem(error: Exception, source: SourceText, first_line: int, context: Mapping[str, Any]) -> Problem:
    lines = [frame.lineno or 0 for frame in traceback.extract_tb(error.__traceback__) if frame.filename == source.name]
    span = source.span(lines[-1] if lines else first_line)
    if isinstance(error, SecurityError):
        return Problem("template-forbidden", str(error), span, "bodies may read values and call the site's functions")
    if isinstance(error, UndefinedError):
        name = str(error).partition("'")[2].partition("'")[0]
        return Problem("template-undefined", str(error), span, did_you_mean(name, context))
    return Problem("template-error", f"{type(error).__name__}: {error}", span)
