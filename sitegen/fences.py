"""Fenced blocks of a body: taken out of it line for line, and the charts among them with their place and number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .located import SourceText, load_yaml
from .model import Page, PlacedChart
from .problems import Problem, SiteError
from .site_paths import LONGEST_NAME

_OPENING = re.compile(r"^ {0,3}(?P<ticks>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*)$")
_INSET_CHART = re.compile(r"^(?: {4,}|\t| *[>*+-] *| *\d+\. *)+(?:`{3,}|~{3,})[ \t]*chart\b", re.IGNORECASE)
CHART_ID = re.compile(rf"(?=[a-z0-9-]{{1,{LONGEST_NAME}}}\Z)[a-z0-9]+(?:-[a-z0-9]+)*\Z")
PLACE = "\u2063fence{}\u2063"
"""What stands in a body for the fence of a number."""


@dataclass(frozen=True)
class Fence:
    """A fenced block of a body: its text without the fence itself, and the line that text begins at."""

    info: str
    text: str
    first_line: int
    whole: str
    closed: bool

    @property
    def is_chart(self) -> bool:
        return self.info.lower() == "chart"


def take_fences(body: str, first_line: int) -> tuple[str, tuple[Fence, ...]]:
    """A body with a token in place of each fenced block, line for line, and the blocks.

    A fence that is not closed runs to the end of the body, as in CommonMark.
    """
    kept: list[str] = []
    fences: list[Fence] = []
    lines = body.split("\n")
    at = 0
    while at < len(lines):
        opening = _OPENING.match(lines[at])
        if not opening:
            kept.append(lines[at])
            at += 1
            continue
        closing = re.compile(rf"^ {{0,3}}{re.escape(opening['ticks'])}{opening['ticks'][0]}*[ \t]*$")
        end = next((n for n in range(at + 1, len(lines)) if closing.match(lines[n])), len(lines))
        info = opening["info"].strip()
        text = "\n".join(lines[at + 1 : end])
        whole = "\n".join([*lines[at:end], opening["ticks"]])
        fences.append(Fence(info, text, first_line + at + 1, whole, end < len(lines)))
        kept += [PLACE.format(len(fences) - 1), *([""] * (min(end, len(lines) - 1) - at))]
        at = end + 1
    return "\n".join(kept), tuple(fences)


def misplaced_charts(fences: tuple[Fence, ...], outside: str, page: Page) -> Iterator[Problem]:
    """Charts that would be shown as code: not closed, not alone behind the backticks, or not at the line's start."""
    for fence in fences:
        span = page.source.span(fence.first_line - 1)
        if fence.is_chart and not fence.closed:
            yield Problem("chart-open", "the chart is not closed", span, "end it with a line ```")
        elif not fence.is_chart and fence.info.lower().startswith("chart"):
            yield Problem(
                "chart-fence", f'"{fence.info}" is no fence of a chart', span, "write ```chart alone on the line"
            )
    for number, line in enumerate(outside.split("\n"), start=page.body_line):
        if _INSET_CHART.match(line):
            span = page.source.span(number)
            yield Problem(
                "chart-fence", "a chart inside a list, quote or note", span, "begin its fence at the line's start"
            )


def placed_charts(body: str, first_line: int, language: str, key: str) -> tuple[bool, tuple[PlacedChart, ...]]:
    """Whether a page asks for charts, be it rightly or not; and each that has a good id, numbered from 1.

    One that can't be read counts too.
    """
    if "chart" not in body.lower():
        return False, ()
    fences = [fence for fence in take_fences(body, first_line)[1] if fence.is_chart]
    placed = []
    for number, fence in enumerate((fence for fence in fences if fence.closed), start=1):
        values = _values(fence.text)
        identifier = values.get("id")
        if isinstance(identifier, str) and CHART_ID.match(identifier):
            title = str(values.get("title", ""))
            placed.append(PlacedChart(identifier, number, language, key, title, fence.first_line))
    return bool(fences), tuple(placed)


def _values(text: str) -> Mapping[str, Any]:
    """What a fence says; nothing where it can't be read, which is told when its page is rendered."""
    try:
        return load_yaml(text, SourceText("", text)).values
    except SiteError:
        return {}
