"""Masks what is no prose in a Markdown text; every pass takes linear time, whatever the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

Extent = tuple[int, int]
"""From one character of a text to before another."""
_JINJA = {"{{": "}}", "{%": "%}", "{##": "##}"}
_COMMENT = {"<!--": "-->"}
_TICKS = re.compile("`++")
# attributes, addresses of links, definitions of links, notes, bare addresses, numbers of items and headings
_MARKS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"\{:?\s*+[#.][^{}\n]*+\}",
        r"(?<=\])\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*",
        r"^[^\S\n]*+\[[^\]\n]++\]:\s*+\S++",
        r"\[\^[^\[\]\n]++\]:?",
        r"\b(?:https?|mailto|ftp)://?[^\s<>)\]]++",
        r"^[^\S\n]*+(?:(?:[-*+>]|\d{1,3}[.)])[^\S\n]++)*\d{1,3}[.)]\s",
        r"^[^\S\n]*+#++[^\S\n]++\d++(?:\.\d++)*+\.?\s",
    )
)


def jinja_spans(text: str) -> Iterator[Extent]:
    """Expressions, statements and comments of Jinja2."""
    return _delimited(text, _JINJA)


def blanked(text: str) -> str:
    """A text with blanks in place of its comments, code, addresses and numbers of items; line ends stay."""
    text = _without(text, _delimited(text, _COMMENT))
    text = _without(text, _code(text))
    for pattern in _MARKS:
        text = _without(text, (found.span() for found in pattern.finditer(text)))
    return text


def blank(text: str) -> str:
    """As many blanks; line ends stay."""
    return re.sub(r"[^\n]", " ", text)


def _without(text: str, spans: Iterator[Extent]) -> str:
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], blank(text[start:end])]
        at = end
    return "".join([*parts, text[at:]]) if parts else text


def _delimited(text: str, closings: Mapping[str, str]) -> Iterator[Extent]:
    """From each opening to the first closing after it; an opening without one is skipped."""
    opening = re.compile("|".join(map(re.escape, closings)))
    open_ended: set[str] = set()
    at = 0
    while found := opening.search(text, at):
        mark = found[0]
        end = -1 if mark in open_ended else text.find(closings[mark], found.end())
        if end < 0:
            # there is no closing further on, either
            open_ended.add(mark)
            at = found.end()
        else:
            at = end + len(closings[mark])
            yield found.start(), at


def _code(text: str) -> Iterator[Extent]:
    """Code within lines: from some backticks to the next that are as many."""
    runs = [found.span() for found in _TICKS.finditer(text)]
    following: dict[int, Extent] = {}
    closings: list[Extent | None] = []
    for start, end in reversed(runs):
        closings.append(following.get(end - start))
        following[end - start] = (start, end)
    done = 0
    for (start, _), closing in zip(runs, reversed(closings), strict=True):
        if closing and start >= done:
            done = closing[1]
            yield start, done
