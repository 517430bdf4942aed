"""Markdown bodies → HTML: fences taken out, Jinja2 worked out, Markdown converted, links led to their pages."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.toc import slugify
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

from ..charts import FencePlace, read_fence
from ..content import BrokenLinkError, Fence, misplaced_charts, put_back, take_fences
from ..facts import Reader
from ..language import FigureFormat, Labels
from ..model import Body, ChartRequest, Dataset, Heading, Page, WrittenPage
from ..problems import Problem, SiteError, Span
from ..processes import TimeLimitError
from .author_html import without_forbidden
from .markdown_steps import body_markdown
from .sandbox import Sandbox
from .shortcodes.in_page import Shortcodes

_MARK = re.compile(r"    |[\t>*+_~<\[(!-]|[0-9]\.")


def chart_place(number: int) -> str:
    """What stands in a body for its chart of a number, counted from 0."""
    return f'<div data-chart="{number}"></div>'


class BodyRenderer:
    """Renders the bodies of one language. Markdown's own set-up is dear: one instance serves all pages."""

    def __init__(self, dataset: Dataset, form: FigureFormat, sandbox: Sandbox, read: Reader) -> None:
        self._dataset, self._form, self._sandbox, self._read = dataset, form, sandbox, read
        self._begin_anew()

    def _begin_anew(self) -> None:
        """Set Markdown up; one that was interrupted is in no state to go on."""
        self._markdown = body_markdown(ascii_slug, self._form.labels("footnote_back"))
        self._links = _LinkTreeprocessor(self._markdown, self._form.labels, self._read)
        self._markdown.treeprocessors.register(self._links, "sitegen_links", 0)

    def text(self, text: str, line: int, page: Page, context: Mapping[str, Any], problems: list[Problem]) -> str:
        """Jinja2 in a text that is to stay plain; as it was written when nothing can be made of it."""
        rendered = self._sandbox.render(text, page.source, line, context, problems)
        return text if rendered is None else rendered

    def fragment(
        self, text: str, line: int, page: Page, context: Mapping[str, Any], problems: list[Problem], inline: bool
    ) -> Markup:
        """An author's string from the front matter as HTML; `inline` drops the paragraph around it."""
        source = self._sandbox.render(text, page.source, line, context, problems) or ""
        result = self._convert(source, page, line, problems)
        if inline and result.count("<p>") == 1:
            result = result.removeprefix("<p>").removesuffix("</p>")
        return Markup(result)  # noqa: S704 -- Markdown made it; the policy check reads the page

    def body(self, page: WrittenPage, text: Shortcodes, context: Mapping[str, Any], problems: list[Problem]) -> Body:
        """A page's body, in which `chart_place(n)` stands for its n-th chart.

        `text` are the shortcodes for plain text, e.g. in a chart's title. What is wrong in it is added to `problems`;
        the rest is rendered all the same.
        """
        outside, fences = take_fences(page.body, page.body_line)
        problems += misplaced_charts(fences, outside, page)
        charts = dict(self._charts(fences, page, {**context, **text.functions()}, problems))
        rendered = self._sandbox.render(outside, page.source, page.body_line, context, problems)
        places = {number: chart_place(place) for place, number in enumerate(charts)}
        texts = [places.get(number, "") if fence.is_chart else fence.whole for number, fence in enumerate(fences)]
        source = put_back(rendered or "", texts)
        if source is None:
            span = page.source.span(fences[0].first_line - 1)
            problems.append(Problem("template-limit", "a loop repeats fenced blocks too often", span))
        converted = self._convert(source or "", page, page.body_line, problems)
        headings = tuple(_headings(self._markdown.toc_tokens))  # type: ignore[attr-defined]
        whole = rendered is not None and len(charts) == sum(fence.is_chart for fence in fences)
        requests = tuple(charts.values())
        return Body(converted, page.title, page.description, headings, requests, whole, dict(self._links.written))

    def _charts(
        self, fences: tuple[Fence, ...], page: WrittenPage, context: Mapping[str, Any], problems: list[Problem]
    ) -> Iterator[tuple[int, ChartRequest]]:
        def render(value: str, line: int) -> str:
            return self._sandbox.render(value, page.source, line, context, problems) or ""

        for number, fence in enumerate(fences):
            if fence.is_chart and fence.closed:
                taken = partial(self._place_before, page, fence.first_line)
                place = FencePlace(page.source, fence.first_line, taken, self._read)
                try:
                    yield number, read_fence(fence.text, place, self._dataset, self._form, render)
                except SiteError as error:
                    problems += error.problems

    def _place_before(self, page: Page, line: int, identifier: str) -> Span | None:
        """Where a chart has an id, if that isn't the chart of this line: ids are the first one's."""
        first = self._read.placed_chart(page.language, identifier)
        if first is None or (first.page_key, first.line) == (page.key, line):
            return None
        return self._read.source_of_page(page.language, first.page_key).find_word(identifier, first.line)

    def _convert(self, source: str, page: Page, first_line: int, problems: list[Problem]) -> str:
        self._links.begin(page, first_line, problems)
        try:
            html = self._markdown.reset().convert(source)
            # without raw HTML and lists of attributes there is nothing but Markdown's own
            if self._markdown.htmlStash.rawHtmlBlocks or "{" in source:
                html = self._harmless(html, page, first_line, problems)
            return html
        except Exception as error:
            # Python-Markdown and its extensions fail where they were not written for what they are given
            line = first_line + _deepest_line(source)
            if isinstance(error, RecursionError):
                message, hint = "nested too deep to be read", "leave out some of the levels"
                problems.append(Problem("markdown-nesting", message, page.source.span(line), hint))
            else:
                message = f"this can't be converted ({type(error).__name__}: {str(error)[:100]})"
                problems.append(Problem("markdown-error", message, page.source.span(line)))
            self._begin_anew()
            return ""
        except TimeLimitError:
            self._begin_anew()
            raise

    def _harmless(self, html: str, page: Page, first_line: int, problems: list[Problem]) -> str:
        """The HTML of a text without what it may not have, which is told."""
        html, forbidden = without_forbidden(html)
        for each in forbidden:
            code = "policy" if each.is_acting else "html-element"
            problems.append(Problem(code, each.message, page.source.find(each.written, first_line), each.hint))
        return html


def ascii_slug(text: str, separator: str) -> str:
    """A heading's anchor: `Bối cảnh đô thị` → `boi-canh-do-thi`."""
    folded = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    return slugify(plain, separator, unicode=True)


def _deepest_line(text: str) -> int:
    """The line, counted from 0, that has the most marks: there the nesting is, if nobody says where."""
    return max(enumerate(text.split("\n")), key=lambda each: len(_MARK.findall(each[1])))[0]


def _headings(tokens: list[dict[str, Any]]) -> Iterator[Heading]:
    for token in tokens:
        yield Heading(token["level"], token["id"], html.unescape(token["name"]))
        yield from _headings(token["children"])


class _LinkTreeprocessor(Treeprocessor):
    """Leads links and pictures to where they will be, names notes, and puts each table into a region that scrolls."""

    def __init__(self, markdown: Markdown, labels: Labels, read: Reader) -> None:
        super().__init__(markdown)
        self._labels, self._read = labels, read
        self.written: dict[str, str] = {}

    def begin(self, page: Page, first_line: int, problems: list[Problem]) -> None:
        """What the next conversion is of."""
        self._page, self._line, self._problems = page, first_line, problems
        self.written = {}

    def run(self, root: Element) -> None:
        for parent in list(root.iter()):
            for index, child in enumerate(list(parent)):
                for name in ("href", "src"):
                    target = child.get(name)
                    resolved = self._resolve(target) if target else None
                    if target and resolved:
                        child.set(name, resolved)
                        self.written[resolved] = target
                    elif target:
                        # told here; the check of the finished page needn't tell it again
                        del child.attrib[name]
                if child.get("class") == "admonition-title":
                    self._name_admonition(parent, child)
                if child.tag == "table":
                    region = {
                        "class": "table-scroll",
                        "tabindex": "0",
                        "role": "region",
                        "aria-label": self._labels("table_region"),
                    }
                    box = Element("div", region)
                    box.tail, child.tail = child.tail, None
                    box.append(child)
                    parent[index] = box

    def _name_admonition(self, box: Element, title: Element) -> None:
        """`!!! note` without a title of its own is called so in English; the label says it in the page's language."""
        kind = (box.get("class") or "").split()[-1]
        if title.text == kind.capitalize() and f"admonition_{kind}" in self._labels.texts:
            title.text = self._labels(f"admonition_{kind}")

    def _resolve(self, target: str) -> str | None:
        if "\x02" in target:
            # Python-Markdown's own marks, in the address of `<name@example.org>`
            return target
        try:
            return self._read.link_target(html.unescape(target), self._page)
        except BrokenLinkError as error:
            span = self._page.source.find_link(html.unescape(target), self._line)
            self._problems.append(Problem("link-broken", error.message, span, error.hint))
            return None
