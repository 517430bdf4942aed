"""Markdown bodies → HTML: fences taken out, Jinja2 worked out, Markdown converted, links led to their pages."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.toc import slugify
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

from .addresses import Addresses, BrokenLinkError
from .charts import chart_html, read_fence
from .figures import FigureFormat
from .model import Body, ChartRequest, Heading, Page
from .problems import Problem, SiteError
from .sandbox import Sandbox
from .shortcodes import Shortcodes

_OPENING = re.compile(r"^ {0,3}(?P<ticks>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*)$")
_PLACE = "\u2063fence{}\u2063"
_EXTENSIONS = ("abbr", "admonition", "attr_list", "def_list", "fenced_code", "footnotes", "sane_lists", "tables", "toc")


@dataclass(frozen=True)
class Fence:
    """A fenced block of a body: its text without the fence itself, and the line that text begins at."""

    info: str
    text: str
    first_line: int
    whole: str


class BodyRenderer:
    """Renders the bodies of one language. Markdown's own set-up is dear: one instance serves all pages."""

    def __init__(self, addresses: Addresses, form: FigureFormat, sandbox: Sandbox) -> None:
        self._addresses, self._form, self._sandbox = addresses, form, sandbox
        self._markdown = Markdown(
            extensions=list(_EXTENSIONS),
            extension_configs={
                "toc": {"slugify": ascii_slug},
                # the strict content policy forbids style attributes
                "tables": {"use_align_attribute": True},
                "footnotes": {"BACKLINK_TITLE": form.labels("footnote_back")},
            },
            output_format="html",
        )
        self._links = _LinkTreeprocessor(self._markdown, form.labels("table_region"))
        self._markdown.treeprocessors.register(self._links, "sitegen_links", 0)

    def text(self, text: str, line: int, page: Page, context: Mapping[str, Any]) -> str:
        """Jinja2 in a text that is to stay plain."""
        return self._sandbox.render(text, page.source, line, context)

    def fragment(self, text: str, line: int, page: Page, context: Mapping[str, Any], inline: bool = False) -> Markup:
        """An author's string from the front matter as HTML; `inline` drops the paragraph around it."""
        source = self._sandbox.render(text, page.source, line, context)
        problems: list[Problem] = []
        result = self._convert(source, page, line, problems)
        if problems:
            raise SiteError(problems)
        if inline and result.count("<p>") == 1:
            result = result.removeprefix("<p>").removesuffix("</p>")
        return Markup(result)  # noqa: S704 -- Markdown made it; the policy check reads the page

    def body(self, page: Page, shortcodes: Shortcodes, text: Shortcodes, context: Mapping[str, Any]) -> Body:
        """A page's body. `text` are the shortcodes for plain text, e.g. in a chart's title.

        Raises SiteError with everything that is wrong in it.
        """
        problems: list[Problem] = []
        try:
            outside, fences = take_fences(page.body, page.body_line)
            charts = dict(self._charts(fences, page, {**context, **text.functions()}, problems))
            source = self._sandbox.render(outside, page.source, page.body_line, context)
        except SiteError as error:
            problems += error.problems
            source, fences, charts = "", (), {}
        for number, fence in enumerate(fences):
            replacement = f'<div data-chart="{number}"></div>' if fence.info == "chart" else fence.whole
            source = source.replace(_PLACE.format(number), replacement)
        converted = self._convert(source, page, page.body_line, problems)
        problems += [*shortcodes.problems, *text.problems]
        if problems:
            raise SiteError(problems)
        for number, request in charts.items():
            drawn = chart_html(request, self._form, self._figure_url, shortcodes.source)
            converted = converted.replace(f'<div data-chart="{number}"></div>', drawn)
        charted = {item.id for request in charts.values() for series in request.series for item in series.observations}
        headings = tuple(_headings(self._markdown.toc_tokens))  # type: ignore[attr-defined]
        return Body(converted, page.title, page.description, headings, frozenset(shortcodes.figures | charted))

    def _figure_url(self, figure: str) -> str:
        return self._addresses.local(self._addresses.figure(figure, self._form.language))

    def _charts(
        self, fences: tuple[Fence, ...], page: Page, context: Mapping[str, Any], problems: list[Problem]
    ) -> Iterator[tuple[int, ChartRequest]]:
        seen: dict[str, int] = {}
        for number, fence in enumerate(fences):
            if fence.info != "chart":
                continue
            try:
                request = read_fence(
                    fence.text,
                    fence.first_line,
                    page.source,
                    self._addresses.dataset,
                    self._form,
                    lambda value, line: self._sandbox.render(value, page.source, line, context),
                )
            except SiteError as error:
                problems += error.problems
                continue
            first = seen.setdefault(request.id, fence.first_line)
            if first != fence.first_line:
                message = f'the chart id "{request.id}" is taken (line {first})'
                problems.append(Problem("id-duplicate", message, page.source.span(fence.first_line)))
            yield number, request

    def _convert(self, source: str, page: Page, first_line: int, problems: list[Problem]) -> str:
        self._links.begin(page, self._addresses, first_line, problems)
        return self._markdown.reset().convert(source)


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
        fences.append(Fence(info, text, first_line + at + 1, whole))
        kept += [_PLACE.format(len(fences) - 1), *([""] * (min(end, len(lines) - 1) - at))]
        at = end + 1
    return "\n".join(kept), tuple(fences)


def ascii_slug(text: str, separator: str) -> str:
    """A heading's anchor: `Bối cảnh đô thị` → `boi-canh-do-thi`."""
    folded = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    return slugify(plain, separator, unicode=True)


def _headings(tokens: list[dict[str, Any]]) -> Iterator[Heading]:
    for token in tokens:
        yield Heading(token["level"], token["id"], html.unescape(token["name"]))
        yield from _headings(token["children"])


class _LinkTreeprocessor(Treeprocessor):
    """Leads links and pictures to where they will be, and puts each table into a region that scrolls."""

    def __init__(self, markdown: Markdown, table_label: str) -> None:
        super().__init__(markdown)
        self._table_label = table_label

    def begin(self, page: Page, addresses: Addresses, first_line: int, problems: list[Problem]) -> None:
        """What the next conversion is of."""
        self._page, self._addresses, self._line, self._problems = page, addresses, first_line, problems

    def run(self, root: Element) -> None:
        for parent in list(root.iter()):
            for index, child in enumerate(list(parent)):
                for name in ("href", "src"):
                    if target := child.get(name):
                        child.set(name, self._resolve(target))
                if child.tag == "table":
                    region = {
                        "class": "table-scroll",
                        "tabindex": "0",
                        "role": "region",
                        "aria-label": self._table_label,
                    }
                    box = Element("div", region)
                    box.tail, child.tail = child.tail, None
                    box.append(child)
                    parent[index] = box

    def _resolve(self, target: str) -> str:
        try:
            return self._addresses.link_target(html.unescape(target), self._page)
        except BrokenLinkError as error:
            span = self._page.source.find(target, self._line)
            self._problems.append(Problem("link-broken", error.message, span, error.hint))
            return target
