"""What Jinja2 has to say of an author's text or a template, as problems with their place and plain words."""

from __future__ import annotations

import inspect
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError

from ..problems import Problem, Span, UnknownNameError, did_you_mean
from ..text import SourceText

_TAG = re.compile(r"\{%-?\s*(end)?(for|if|set|macro|filter|call|block|with|raw|autoescape)\b[^%]*?(=)?[^%]*%\}")
_BAD_CHARACTER = re.compile(r"unexpected char '(.)' at \d+")
_BAD_ARGUMENT = re.compile(r"\b(\w++)\(\) got an unexpected keyword argument '(\w+)'")
_CLOSING = {"{{": "}}", "{%": "%}"}
_LONGEST_MESSAGE = 300
_FORBIDDEN_HINT = "bodies may read values and call the site's functions"


def _running() -> Iterator[tuple[str, int]]:
    """The template files that are being rendered now, the innermost first, each with its line."""
    frame = sys._getframe(1)
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            yield str(template.filename), int(template.get_corresponding_lineno(frame.f_lineno))
        frame = frame.f_back  # type: ignore[assignment]


def running_line(name: str) -> int:
    """The line of the template file `name` that is being rendered now; 0 when none of it is."""
    return next((line for file, line in _running() if file == name), 0)


def running_template() -> tuple[str, int]:
    """The innermost template file that is being rendered now, and its line; an empty name when there is none."""
    return next(_running(), ("", 0))


def raised_line(error: BaseException, name: str) -> int:
    """The innermost line of the template file `name` that an error passed through; 0 when it did not."""
    lines = [frame.lineno or 0 for frame in traceback.extract_tb(error.__traceback__) if frame.filename == name]
    return lines[-1] if lines else 0


def compiling_line(error: BaseException) -> int:
    """The line of an author's text that Jinja2 was reading or compiling when an error arose; 0 where nobody says.

    Its parser and compiler say the line of the mistakes that they look for only, and not of what is nested too deep.
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


def longest_tag_line(text: str) -> int:
    """The line, counted from 0, at which the longest `{{ … }}` or `{% … %}` of a text begins."""
    longest, line, begin = 0, 0, 0
    while (begin := text.find("{", begin)) >= 0:
        closing = _CLOSING.get(text[begin : begin + 2])
        end = text.find(closing, begin) if closing else begin
        end = len(text) if end < 0 else end
        if closing and end - begin > longest:
            longest, line = end - begin, text.count("\n", 0, begin)
        begin = end + 1
    return line


def syntax_problem(error: TemplateSyntaxError, source: SourceText, text: str, first_line: int) -> Problem:
    """A mistake in the grammar of an author's text, which begins at `first_line` of `source`."""
    message = error.message or "not Jinja2"
    if found := _BAD_CHARACTER.search(message):
        quote = found[1] in "“”„«»‘’"
        hint = 'use straight quotes: "' if quote else ""
        span = source.find(found[1], error.lineno)
        return Problem("template-syntax", f"unexpected character {found[1]}", span, hint)
    offset, opening = _unclosed_expression(text)
    if opening:
        closing = "}}" if opening == "{{" else "%}"
        span = source.at(source.offset(first_line) + offset)
        return Problem("template-syntax", f"the `{opening}` is never closed", span, f"end it with {closing}")
    if "looking for the following tags" in message or "unexpected end" in message.lower():
        offset, tag = _unclosed_tag(text)
        if tag:
            span = source.at(source.offset(first_line) + offset)
            hint = f"end it with {{% end{tag} %}}"
            return Problem("template-syntax", f"the `{{% {tag} %}}` is never closed", span, hint)
    return Problem("template-syntax", message, source.span(error.lineno))


def _unclosed_expression(text: str) -> tuple[int, str]:
    """Where a `{{` or `{%` stands that no `}}` or `%}` closes before the next one opens, and which."""
    for opening, closing in (("{{", "}}"), ("{%", "%}")):
        at = text.find(opening)
        while at >= 0:
            end, after = text.find(closing, at), text.find(opening, at + 2)
            if end < 0 or 0 <= after < end:
                return at, opening
            at = after
    return 0, ""


def _unclosed_tag(text: str) -> tuple[int, str]:
    """Where the innermost block tag stands that no end tag closes, and its name."""
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
    """A name that isn't there: a variable, or (with `owner`) a part of a value."""
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


def _shortened(message: str) -> str:
    """A message that may quote a whole value."""
    return message if len(message) <= _LONGEST_MESSAGE else message[:_LONGEST_MESSAGE] + " …"


def runtime_problem(error: Exception, line: int, source: SourceText, context: Mapping[str, Any]) -> Problem:
    """An error that arose while an author's text was worked out."""
    message = _shortened(str(error))
    if isinstance(error, SecurityError):
        name = message.partition("'")[2].partition("'")[0]
        return forbidden_problem(message, name, line, source)
    if isinstance(error, UnknownNameError):
        return Problem("template-error", error.message, _first_of(source, line, "{"), error.hint)
    if found := _BAD_ARGUMENT.search(message):
        hint = _argument_hint(context.get(found[1]), found[2])
        message = f"{found[1]}() got an unexpected keyword argument '{found[2]}'"
        return Problem("template-error", message, _first_of(source, line, f"{found[1]}("), hint)
    return Problem("template-error", f"{type(error).__name__}: {message}", _first_of(source, line, "{"))


def limit_problem(error: Exception, line: int, source: SourceText) -> Problem:
    """A text that needs too much work, makes too much text, or is nested too deep."""
    is_deep = isinstance(error, RecursionError)
    message = "this is nested too deep, or calls itself without end" if is_deep else str(error)
    hint = "loop over less, or leave it to a template in templates/"
    return Problem("template-limit", message, _first_of(source, line, "{"), hint)


def value_problem(error: Exception, line: int, source: SourceText) -> Problem:
    """A value that can't stand where it is put, by an error that says so in plain words."""
    return Problem("template-error", str(error), _first_of(source, line, "{"), "print one of its parts")


def _argument_hint(function: object, argument: str) -> str:
    if not callable(function):
        return ""
    known: Callable[..., object] = function
    return did_you_mean(argument, inspect.signature(known).parameters)


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
