"""Authors' texts → HTML: take the fences out, render Jinja2, convert Markdown, resolve links."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
from ..model import Body, ChartRequest, Heading, Page, WrittenPage
from ..problems import Problem, SiteError, Span
from ..processes import TimeLimitError
from .author_html import without_forbidden
from .markdown_steps import body_markdown
from .sandbox import Sandbox

_MARK = re.compile(r"    |[\t>*+_~<\[(!-]|[0-9]\.")


def chart_place(number: int) -> str:
    """The placeholder of a body's n-th chart, counted from 0."""
    return f'<div data-chart="{number}"></div>'


class MarkdownConverter:
    """Markdown → HTML in one language. Setting Markdown up is slow: one converter serves all pages."""

    def __init__(self, form: FigureFormat, reader: Reader) -> None:
        self.form, self.reader = form, reader
        self._set_up()

    def _set_up(self) -> None:
        self.markdown = body_markdown(ascii_slug, self.form.labels("footnote_back"))
        self.links = _LinkTreeprocessor(self.markdown, self.form.labels, self.reader)
        self.markdown.treeprocessors.register(self.links, "sitegen_links", 0)

    def convert(self, source: str, page: Page, first_line: int, problems: list[Problem]) -> str:
        """The HTML of a text, without what authors may not write; nothing if it can't be converted."""
        self.links.begin(page, first_line, problems)
        try:
            html = self.markdown.reset().convert(source)
            # without raw HTML and attribute lists there is only Markdown's own HTML
            if self.markdown.htmlStash.rawHtmlBlocks or "{" in source:
                html, forbidden = without_forbidden(html)
                for each in forbidden:
                    code = "policy" if each.is_acting else "html-element"
                    problems.append(Problem(code, each.message, page.source.find(each.written, first_line), each.hint))
            return html
        except Exception as error:
            # Python-Markdown and its extensions fail on some unforeseen input
            span = page.source.span(first_line + _deepest_line(source))
            if isinstance(error, RecursionError):
                hint = "leave out some of the levels"
                problems.append(Problem("markdown-nesting", "nested too deep to be read", span, hint))
            else:
                message = f"this can't be converted ({type(error).__name__}: {str(error)[:100]})"
                problems.append(Problem("markdown-error", message, span))
            self._set_up()
            return ""
        except TimeLimitError:
            # interrupted, Markdown is in no state to go on
            self._set_up()
            raise


@dataclass(frozen=True)
class AuthorTexts:
    """Renders what the author of a page wrote: its body, and strings of its front matter.

    `in_html` is the context of texts that become HTML, `in_text` that of plain ones. `problems` gathers mistakes.
    """

    page: Page
    sandbox: Sandbox
    converter: MarkdownConverter
    in_html: Mapping[str, Any]
    in_text: Mapping[str, Any]
    problems: list[Problem]

    def text(self, text: str) -> str:
        """A string of the front matter as plain text; if it can't be rendered, as it was written."""
        rendered = self._rendered(text, self._line(text), self.in_text)
        return text if rendered is None else rendered

    def html(self, text: str, inline: bool) -> Markup:
        """A string of the front matter as HTML; `inline` drops the paragraph around it."""
        line = self._line(text)
        source = self._rendered(text, line, self.in_html) or ""
        result = self.converter.convert(source, self.page, line, self.problems)
        if inline and result.count("<p>") == 1:
            result = result.removeprefix("<p>").removesuffix("</p>")
        return Markup(result)  # noqa: S704 -- Markdown made it; the policy check reads the page

    def body(self, page: WrittenPage) -> Body:
        """The page's body, with `chart_place(n)` for its n-th chart; what is wrong in it is left out."""
        outside, fences = take_fences(page.body, page.body_line)
        self.problems.extend(misplaced_charts(fences, outside, page))
        charts = dict(self._charts(fences))
        rendered = self._rendered(outside, page.body_line, self.in_html)
        places = {number: chart_place(place) for place, number in enumerate(charts)}
        texts = [places.get(number, "") if fence.is_chart else fence.whole for number, fence in enumerate(fences)]
        source = put_back(rendered or "", texts)
        if source is None:
            span = page.source.span(fences[0].first_line - 1)
            self.problems.append(Problem("template-limit", "a loop repeats fenced blocks too often", span))
        html = self.converter.convert(source or "", page, page.body_line, self.problems)
        headings = tuple(_headings(self.converter.markdown.toc_tokens))  # type: ignore[attr-defined]
        whole = rendered is not None and len(charts) == sum(fence.is_chart for fence in fences)
        return Body(
            html, page.title, page.description, headings, tuple(charts.values()), whole, self.converter.links.written
        )

    def _line(self, text: str) -> int:
        """The line of the front matter on which a string begins; a folded one continues below."""
        start = text.strip().split("\n", 1)[0][:40]
        while start and start not in self.page.source.text:
            start = start.rpartition(" ")[0]
        return self.page.source.find(start).line if start else 1

    def _rendered(self, text: str, line: int, context: Mapping[str, Any]) -> str | None:
        return self.sandbox.render(text, self.page.source, line, context, self.problems)

    def _charts(self, fences: tuple[Fence, ...]) -> Iterator[tuple[int, ChartRequest]]:
        def render(value: str, line: int) -> str:
            return self._rendered(value, line, self.in_text) or ""

        for number, fence in enumerate(fences):
            if fence.is_chart and fence.closed:
                taken = partial(self._place_before, fence.first_line)
                place = FencePlace(self.page.source, fence.first_line, taken, self.converter.reader)
                try:
                    yield number, read_fence(fence.text, place, self.converter.form, render)
                except SiteError as error:
                    self.problems.extend(error.problems)

    def _place_before(self, line: int, identifier: str) -> Span | None:
        """Where a chart's id is already used; the first chart in the site has it."""
        reader, page = self.converter.reader, self.page
        first = reader.placed_chart(page.language, identifier)
        if first is None or (first.page_key, first.line) == (page.key, line):
            return None
        return reader.source_of_page(page.language, first.page_key).find_word(identifier, first.line)


def ascii_slug(text: str, separator: str) -> str:
    """A heading's anchor: `Bối cảnh đô thị` → `boi-canh-do-thi`."""
    folded = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    return slugify(plain, separator, unicode=True)


def _deepest_line(text: str) -> int:
    """The line, counted from 0, with the most marks: the nesting is probably there."""
    return max(enumerate(text.split("\n")), key=lambda each: len(_MARK.findall(each[1])))[0]


def _headings(tokens: list[dict[str, Any]]) -> Iterator[Heading]:
    for token in tokens:
        yield Heading(token["level"], token["id"], html.unescape(token["name"]))
        yield from _headings(token["children"])


class _LinkTreeprocessor(Treeprocessor):
    """Resolves links and pictures, translates admonition titles, and puts each table into a scrolling region."""

    def __init__(self, markdown: Markdown, labels: Labels, read: Reader) -> None:
        super().__init__(markdown)
        self._labels, self._read = labels, read
        self.written: dict[str, str] = {}

    def begin(self, page: Page, first_line: int, problems: list[Problem]) -> None:
        self._page, self._line, self._problems = page, first_line, problems
        self.written = {}

    def run(self, root: Element) -> None:
        for parent in list(root.iter()):
            for index, child in enumerate(parent):
                for name in ("href", "src") if child.attrib else ():
                    if target := child.get(name):
                        if resolved := self._resolve(target):
                            child.set(name, resolved)
                            self.written[resolved] = target
                        else:
                            # reported already: keep it from the check of the finished page
                            del child.attrib[name]
                if child.attrib and child.get("class") == "admonition-title":
                    self._name_admonition(parent, child)
                if child.tag == "table":
                    region = {"class": "table-scroll", "tabindex": "0", "role": "region"}
                    box = Element("div", {**region, "aria-label": self._labels("table_region")})
                    box.tail, child.tail = child.tail, None
                    box.append(child)
                    parent[index] = box

    def _name_admonition(self, box: Element, title: Element) -> None:
        """Translate the title that Python-Markdown gives `!!! note` if the author gives none."""
        kind = (box.get("class") or "").split()[-1]
        if title.text == kind.capitalize() and f"admonition_{kind}" in self._labels.texts:
            title.text = self._labels(f"admonition_{kind}")

    def _resolve(self, target: str) -> str | None:
        if "\x02" in target:
            # Python-Markdown's placeholder in `<name@example.org>`
            return target
        try:
            return self._read.link_target(html.unescape(target), self._page)
        except BrokenLinkError as error:
            span = self._page.source.find_link(html.unescape(target), self._line)
            self._problems.append(Problem("link-broken", error.message, span, error.hint))
            return None
