"""What is no prose in a Markdown text: found in one pass each, so that no text of marks alone takes long."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

Span = tuple[int, int]
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


def jinja_spans(text: str) -> Iterator[Span]:
    """Where expressions, statements and comments of Jinja2 stand."""
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


def _without(text: str, spans: Iterator[Span]) -> str:
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], blank(text[start:end])]
        at = end
    return "".join([*parts, text[at:]]) if parts else text


def _delimited(text: str, closings: Mapping[str, str]) -> Iterator[Span]:
    """From each opening to the first closing behind it; an opening that nothing closes is passed over."""
    opening = re.compile("|".join(map(re.escape, closings)))
    open_ended: set[str] = set()
    at = 0
    while found := opening.search(text, at):
        mark = found[0]
        end = -1 if mark in open_ended else text.find(closings[mark], found.end())
        if end < 0:
            # nothing further on is closed either: it need not be looked for again
            open_ended.add(mark)
            at = found.end()
        else:
            at = end + len(closings[mark])
            yield found.start(), at


def _code(text: str) -> Iterator[Span]:
    """Code within lines: from backticks to the next ones of the same number."""
    runs = [found.span() for found in _TICKS.finditer(text)]
    following: dict[int, int] = {}
    closing = [0] * len(runs)
    for number in range(len(runs) - 1, -1, -1):
        length = runs[number][1] - runs[number][0]
        closing[number] = following.get(length, 0)
        following[length] = number
    number = 0
    while number < len(runs):
        last = closing[number]
        if last:
            yield runs[number][0], runs[last][1]
        number = last + 1 if last else number + 1
