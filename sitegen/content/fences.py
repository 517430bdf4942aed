"""Fenced blocks: extracted from a body without moving its lines; and the charts among them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..model import PlacedChart, WrittenPage
from ..problems import Problem, SiteError
from ..text import SourceText, load_yaml
from .site_paths import LONGEST_NAME

_OPENING = re.compile(r" {0,3}(?P<ticks>`{3,}+|~{3,}+)[ \t]*+(?P<info>[^`\n]*+)\Z")
# list and quote markers at the start of a line, before a fence
_INSET = re.compile(r"(?:[ \t>*+-]|[0-9]++\.)++")
_CHART_FENCE = re.compile(r"(?:`{3,}+|~{3,}+)[ \t]*+chart\b", re.IGNORECASE)
CHART_ID = re.compile(rf"(?=[a-z0-9-]{{1,{LONGEST_NAME}}}\Z)[a-z0-9]+(?:-[a-z0-9]+)*\Z")
PLACE = "\u2063fence{}\u2063"
"""The placeholder of a fence in a body, with its number."""
_PLACES = re.compile(PLACE.format("([0-9]{1,6})"))
_MOST_PUT_BACK = 1_000_000


@dataclass(frozen=True)
class Fence:
    """A fenced block of a body: its text without the fence, and the line on which the text begins."""

    info: str
    text: str
    first_line: int
    whole: str
    closed: bool

    @property
    def is_chart(self) -> bool:
        return self.info.lower() == "chart"


def take_fences(body: str, first_line: int) -> tuple[str, tuple[Fence, ...]]:
    """A body with a placeholder for each fenced block, its line numbers unchanged; and the blocks.

    An unclosed fence runs to the end of the body, as in CommonMark.
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
        end = next((n for n in range(at + 1, len(lines)) if _closes(lines[n], opening["ticks"])), len(lines))
        info = opening["info"].strip()
        text = "\n".join(lines[at + 1 : end])
        whole = "\n".join([*lines[at:end], opening["ticks"]])
        fences.append(Fence(info, text, first_line + at + 1, whole, end < len(lines)))
        kept += [PLACE.format(len(fences) - 1), *([""] * (min(end, len(lines) - 1) - at))]
        at = end + 1
    return "\n".join(kept), tuple(fences)


def put_back(body: str, texts: Sequence[str]) -> str | None:
    """A body with its placeholders replaced by texts; None if a loop around fences makes it far too long."""
    room = len(body) + sum(map(len, texts)) + _MOST_PUT_BACK
    parts, at = [], 0
    for found in _PLACES.finditer(body):
        text = texts[int(found[1])] if int(found[1]) < len(texts) else ""
        parts += [body[at : found.start()], text]
        at = found.end()
        room -= len(text)
        if room < 0:
            return None
    return "".join([*parts, body[at:]])


def _closes(line: str, ticks: str) -> bool:
    """Whether a line closes the fence opened by `ticks`: at least as many of them, and nothing else."""
    if ticks not in line:
        return False
    marks = line.strip(" \t")
    return not marks.strip(ticks[0]) and line.find(ticks[0]) < 4 and "\t" not in line[:3].rstrip(ticks[0])


def _is_inset_chart(line: str) -> bool:
    """Whether a line opens a chart fence in a list, quote or note, where it would be shown as code."""
    before = _INSET.match(line)
    if before is None or (len(before[0]) <= 3 and not before[0].strip(" ")):
        return False
    return _CHART_FENCE.match(line, before.end()) is not None


def misplaced_charts(fences: tuple[Fence, ...], outside: str, page: WrittenPage) -> Iterator[Problem]:
    """Charts that would be shown as code: unclosed, indented, or with text after `chart`."""
    inset = "a chart inside a list, quote or note"
    for fence in fences:
        span = page.source.span(fence.first_line - 1)
        if fence.is_chart and not fence.closed:
            yield Problem("chart-open", "the chart is not closed", span, "end it with a line ```")
        elif not fence.is_chart and fence.info.lower().startswith("chart"):
            message = f'"{fence.info}" does not open a chart'
            yield Problem("chart-fence", message, span, "write ```chart on a line of its own")
    for number, line in enumerate(outside.split("\n"), start=page.body_line):
        if _is_inset_chart(line):
            yield Problem(
                "chart-fence", inset, page.source.span(number), "start its fence at the beginning of the line"
            )


def placed_charts(body: str, first_line: int, language: str, key: str) -> tuple[bool, tuple[PlacedChart, ...]]:
    """Whether a page has chart fences, and the charts with valid ids, numbered from 1.

    Unreadable charts are numbered too.
    """
    if "chart" not in body.lower():
        return False, ()
    fences = [fence for fence in take_fences(body, first_line)[1] if fence.is_chart]
    placed = []
    for number, fence in enumerate((fence for fence in fences if fence.closed), start=1):
        try:
            values = load_yaml(fence.text, SourceText("", fence.text)).values
        except SiteError:
            # reported when the page is rendered
            continue
        identifier = values.get("id")
        if isinstance(identifier, str) and CHART_ID.match(identifier):
            title = str(values.get("title", ""))
            placed.append(PlacedChart(identifier, number, language, key, title, fence.first_line))
    return bool(fences), tuple(placed)
