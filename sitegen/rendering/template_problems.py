"""Jinja2's errors in authors' texts as problems, with their place and in plain words."""

from __future__ import annotations

import inspect
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import TemplateSyntaxError, UndefinedError, nodes
from jinja2.exceptions import SecurityError

from ..problems import Problem, Span, UnknownNameError, did_you_mean
from ..text import SourceText

_TAG = re.compile(r"\{%-?\s*(end)?(for|if|set|macro|filter|call|block|with|raw|autoescape)\b[^%]*?(=)?[^%]*%\}")
_BAD_CHARACTER = re.compile(r"unexpected char '(.)' at \d+")
_BAD_ARGUMENT = re.compile(r"\b(\w++)\(\) got an unexpected keyword argument '(\w+)'")
_CLOSING = {"{{": "}}", "{%": "%}"}
_LONGEST_MESSAGE = 300
_FORBIDDEN_HINT = "bodies may read values and call the site's functions"


class LimitError(Exception):
    """An author's text needs more work, or makes more text, than any page should."""


class NoTextError(Exception):
    """A page, a function or some other value that is no text is joined, formatted or passed to a function."""


def _running() -> Iterator[tuple[str, int]]:
    """The template files being rendered, innermost first, each with its line."""
    frame = sys._getframe(1)
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            yield str(template.filename), int(template.get_corresponding_lineno(frame.f_lineno))
        frame = frame.f_back  # type: ignore[assignment]


def running_line(name: str) -> int:
    """The line of the template file `name` that is being rendered, or 0."""
    return next((line for file, line in _running() if file == name), 0)


def running_template() -> tuple[str, int]:
    """The innermost template file being rendered, and its line; `("", 0)` if there is none."""
    return next(_running(), ("", 0))


def text_problem(
    error: Exception, source: SourceText, text: str, first_line: int, context: Mapping[str, Any]
) -> Problem:
    """What went wrong when a text was compiled or rendered; `text` begins at `first_line` of `source`."""
    if isinstance(error, TemplateSyntaxError):
        return _syntax_problem(error, source, text, first_line)
    line = _raised_line(error, source.name) or _compiling_line(error)
    if isinstance(error, LimitError | RecursionError):
        span = _first_of(source, line or first_line + _longest_tag_line(text), "{")
        is_deep = isinstance(error, RecursionError)
        message = "this is nested too deep, or calls itself without end" if is_deep else str(error)
        hint = "loop over less, or leave it to a template in templates/"
        return Problem("template-limit", message, span, hint)
    line = line or first_line
    if isinstance(error, UndefinedError):
        return undefined_problem(str(error), _quoted(str(error)), None, line, source, context)
    if isinstance(error, NoTextError):
        return Problem("template-error", str(error), _first_of(source, line, "{"), "print one of its parts")
    return _runtime_problem(error, line, source, context)


def _raised_line(error: BaseException, name: str) -> int:
    """The innermost line of the template file `name` in an error's traceback, or 0."""
    lines = [frame.lineno or 0 for frame in traceback.extract_tb(error.__traceback__) if frame.filename == name]
    return lines[-1] if lines else 0


def _compiling_line(error: BaseException) -> int:
    """The line that Jinja2 was parsing or compiling when an error arose, or 0 if unknown.

    Its own errors know their line; a RecursionError doesn't.
    """
    line = 0
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if not frame.f_globals.get("__name__", "").startswith("jinja2."):
            continue
        known = frame.f_locals
        stream = getattr(known.get("self"), "stream", None)
        node = known.get("node")
        # the template as a whole begins at line 1
        found = known.get("lineno") or (0 if isinstance(node, nodes.Template) else getattr(node, "lineno", 0))
        found = found or getattr(getattr(stream, "current", None), "lineno", 0)
        line = found if isinstance(found, int) and found else line
    return line


def _longest_tag_line(text: str) -> int:
    """Where the longest `{{ … }}` or `{% … %}` of a text begins: its line, counted from 0."""
    longest, line, begin = 0, 0, 0
    while (begin := text.find("{", begin)) >= 0:
        closing = _CLOSING.get(text[begin : begin + 2])
        end = text.find(closing, begin) if closing else begin
        end = len(text) if end < 0 else end
        if closing and end - begin > longest:
            longest, line = end - begin, text.count("\n", 0, begin)
        begin = end + 1
    return line


def _syntax_problem(error: TemplateSyntaxError, source: SourceText, text: str, first_line: int) -> Problem:
    """A syntax error; `text` begins at `first_line` of `source`."""
    message = error.message or "not Jinja2"
    if found := _BAD_CHARACTER.search(message):
        hint = 'use straight quotes: "' if found[1] in "“”„«»‘’" else ""
        return Problem("template-syntax", f"unexpected character {found[1]}", source.find(found[1], error.lineno), hint)
    offset, opening = _unclosed_expression(text)
    if opening:
        span = source.at(source.offset(first_line) + offset)
        return Problem("template-syntax", f"the `{opening}` is never closed", span, f"end it with {_CLOSING[opening]}")
    if "looking for the following tags" in message or "unexpected end" in message.lower():
        offset, tag = _unclosed_tag(text)
        if tag:
            span = source.at(source.offset(first_line) + offset)
            hint = f"end it with {{% end{tag} %}}"
            return Problem("template-syntax", f"the `{{% {tag} %}}` is never closed", span, hint)
    return Problem("template-syntax", message, source.span(error.lineno))


def _unclosed_expression(text: str) -> tuple[int, str]:
    """The offset and the bracket of a `{{` or `{%` that isn't closed before the next one opens; `(0, "")` if none."""
    for opening, closing in _CLOSING.items():
        at = text.find(opening)
        while at >= 0:
            end, after = text.find(closing, at), text.find(opening, at + 2)
            if end < 0 or 0 <= after < end:
                return at, opening
            at = after
    return 0, ""


def _unclosed_tag(text: str) -> tuple[int, str]:
    """The offset and name of the innermost block tag without an end tag; `(0, "")` if none."""
    stack: list[tuple[int, str]] = []
    for tag in _TAG.finditer(text):
        if tag[1] and stack and stack[-1][1] == tag[2]:
            stack.pop()
        elif not tag[1] and not (tag[2] == "set" and tag[3]):
            stack.append((tag.start(), tag[2]))
    return stack[-1] if stack else (0, "")


def undefined_problem(
    message: str, name: str, owner: object, span_line: int, source: SourceText, known: Mapping[str, Any]
) -> Problem:
    """A missing variable, or (with `owner`) a missing attribute."""
    span = source.find_word(name, span_line)
    if owner is not None:
        parts = [part for part in dir(owner) if not part.startswith("_")] if not isinstance(owner, Mapping) else owner
        return Problem("template-undefined", f'"{kind_of(owner)}" has no "{name}"', span, did_you_mean(name, parts))
    line = source.text.split("\n")[span.line - 1] if span.line else ""
    if found := re.search(rf"\b(\w+)\(\s*({re.escape(name)}-[\w-]*)", line):
        hint = f'put the id in quotes: {found[1]}("{found[2]}")'
    else:
        hint = did_you_mean(name, known)
    return Problem("template-undefined", message, span, hint)


def forbidden_problem(message: str, name: str, line: int, source: SourceText) -> Problem:
    """An attribute or call that the sandbox forbids."""
    return Problem("template-forbidden", message, source.find_word(name, line), _FORBIDDEN_HINT)


def _quoted(message: str) -> str:
    """The first name in single quotes in a message of Jinja2's."""
    return message.partition("'")[2].partition("'")[0]


def _runtime_problem(error: Exception, line: int, source: SourceText, context: Mapping[str, Any]) -> Problem:
    """Any other error, raised while a text was rendered."""
    message = str(error)
    if len(message) > _LONGEST_MESSAGE:
        # it may quote a whole value
        message = message[:_LONGEST_MESSAGE] + " …"
    if isinstance(error, SecurityError):
        return forbidden_problem(message, _quoted(message), line, source)
    if isinstance(error, UnknownNameError):
        return Problem("template-error", error.message, _first_of(source, line, "{"), error.hint)
    if found := _BAD_ARGUMENT.search(message):
        function = context.get(found[1])
        hint = did_you_mean(found[2], inspect.signature(function).parameters) if callable(function) else ""
        message = f"{found[1]}() got an unexpected keyword argument '{found[2]}'"
        return Problem("template-error", message, _first_of(source, line, f"{found[1]}("), hint)
    return Problem("template-error", f"{type(error).__name__}: {message}", _first_of(source, line, "{"))


def _first_of(source: SourceText, line: int, needle: str) -> Span:
    """The first `needle` in a line, or the line."""
    span = source.find(needle, line)
    return span if span.line == line else source.span(line)


def kind_of(value: object) -> str:
    """What people call a value: a `PageView` is a page."""
    if callable(value):
        return "function"
    if isinstance(value, Mapping):
        return "mapping"
    return type(value).__name__.removesuffix("View").lower()
