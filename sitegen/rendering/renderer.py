"""Bodies and templates → RenderedPage. Templates are trusted code of the site's owner; authors' texts are not."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from jinja2 import TemplateNotFound, TemplateSyntaxError
from markupsafe import Markup

from ..charts import ChartView, DrawnChart
from ..content import Addresses
from ..facts import Reader, Record
from ..language import FigureFormat
from ..model import Body, GeneratedPage, Page, PrintedText, RenderedPage, WrittenPage
from ..problems import Problem, SiteError, Span, UnknownNameError, did_you_mean
from ..processes import TimeLimitError, time_limit
from ..text import decode_text
from .compiled import CodeMemo
from .layouts import Templates, layout_environment
from .markup import AuthorTexts, MarkdownConverter, chart_place
from .sandbox import Sandbox
from .sandbox.budget import Budget
from .shortcodes.in_page import Shortcodes
from .views.site import PageView, SiteView

# `figure`, `figures`, `chart` and `404` are for generated pages
_NOT_LAYOUTS = ("base", "figure", "figures", "chart", "404")
# CPU time; 400 words take a millisecond
_SECONDS = 5.0
_CHARACTERS_A_SECOND = 100_000
_NO_FIGURES: Mapping[str, int] = MappingProxyType({})


def gathered(found: Iterable[tuple[str, Sequence[Problem]]], templates: Templates) -> Iterator[Problem]:
    """The problems of all pages; one in a template is reported once, with the pages in its hint."""
    paths = {path for path, _ in templates.values()}
    met: dict[Problem, list[str]] = {}
    for name, problems in found:
        for problem in problems:
            if problem.span.file in paths:
                met.setdefault(problem, []).append(name)
            else:
                yield problem
    for problem, pages in met.items():
        more = f", and {len(pages) - 1} more page{'s' * (len(pages) > 2)}" if len(pages) > 1 else ""
        yield replace(problem, hint=problem.hint or f"while rendering {pages[0]}{more}")


class _PrintedTexts(dict[tuple[str, str], tuple[PrintedText, PrintedText]]):
    """The printed title and description of each page by language and key, made on demand; kept if they hold Jinja2."""

    def __init__(self, pages: Mapping[tuple[str, str], Page], make: Callable[[Page], tuple[PrintedText, PrintedText]]):
        super().__init__()
        self._pages, self._make = pages, make

    def __missing__(self, name: tuple[str, str]) -> tuple[PrintedText, PrintedText]:
        made = self._make(self._pages[name])
        if _has_code(self._pages[name]):
            self[name] = made
        return made


@dataclass
class RenderedBody:
    """A page between its two steps: its body is rendered; its charts and its layout are not."""

    page: Page
    body: Body
    view: PageView
    html_codes: Shortcodes
    text_codes: Shortcodes
    author: AuthorTexts
    record: Record

    @property
    def problems(self) -> list[Problem]:
        return self.author.problems


@dataclass
class SiteRenderer:
    """Renders the pages of a site in all languages.

    `asset_paths` are the addresses of the files in `assets/`, `integrity` gives the hash of a script there, and
    `policy` is the content policy of the pages.
    """

    addresses: Addresses
    formats: Mapping[str, FigureFormat]
    templates: Templates
    asset_paths: Mapping[str, str]
    integrity: Callable[[str], str] = str
    policy: str = ""
    preview: bool = False
    codes: CodeMemo = field(default_factory=CodeMemo)

    def __post_init__(self) -> None:
        pages = self.addresses.pages
        self.in_titles: list[Problem] = []
        """What is wrong in the titles and descriptions of all pages."""
        texts = _PrintedTexts(pages, lambda page: self._texts(page, self.in_titles))
        self.reader = reader = Reader(
            self.addresses, self.formats, self.templates, self.asset_paths, self.policy, texts
        )
        self._environment = layout_environment(self.templates, self.integrity, reader, self.codes)
        self._sandbox = Sandbox(self.codes)
        self._converters = {language: MarkdownConverter(form, reader) for language, form in self.formats.items()}
        self._sites = {language: SiteView(reader, form) for language, form in self.formats.items()}
        # titles come first: any page may show those of others
        with_code = [page for page in pages.values() if _has_code(page)]
        with self._sandbox.granted(Budget.of_texts(len(with_code))):
            for page in with_code:
                _ = texts[page.name]

    def _texts(self, page: Page, problems: list[Problem]) -> tuple[PrintedText, PrintedText]:
        """A page's title and description as plain text; if they are wrong, as they were written."""
        if chart := _chart_of(page):
            # from a fence, whose page reports what is wrong with it
            placed = self.addresses.charts[page.language, chart]
            origin = self.addresses.pages[page.language, placed.page_key]
            return self._printed(page.title, placed.line, origin, []), PrintedText("", {})

        def printed(key: str, text: str) -> PrintedText:
            # finding the line reads the front matter
            line = page.span(key).line if "{" in text and isinstance(page, WrittenPage) else 1
            return self._printed(text, line, page, problems)

        return printed("title", page.title), printed("description", page.description)

    def _printed(self, text: str, line: int, page: Page, problems: list[Problem]) -> PrintedText:
        if "{" not in text:
            return PrintedText(text, _NO_FIGURES)
        shortcodes = Shortcodes(page, self._sites[page.language], problems, text_only=True)
        context = {**shortcodes.functions(), "t": self.formats[page.language].labels}
        with self._sandbox.granted(Budget.of_title()):
            printed = self._sandbox.render(text, page.source, line, context, problems)
        return PrintedText(text if printed is None else printed, shortcodes.figures)

    def body(self, page: Page) -> RenderedBody:
        """The first step: the page's body, without its charts."""
        site, problems = self._sites[page.language], list[Problem]()
        with self.reader.recorded(Record()) as record:
            self.reader.own(*page.name)
            labels = self.reader.form(page.language).labels
            html_codes = Shortcodes(page, site, problems)
            text_codes = Shortcodes(page, site, problems, text_only=True)
            view = PageView(page.key, site)
            shared = {"page": view, "site": site, "data": site.data, "pages": site.pages, "t": labels}
            in_html, in_text = {**shared, **html_codes.functions()}, {**shared, **text_codes.functions()}
            author = AuthorTexts(page, self._sandbox, self._converters[page.language], in_html, in_text, problems)
            body = Body("", page.title, page.description, (), (), isinstance(page, GeneratedPage), {})
            if isinstance(page, WrittenPage):
                with self._bounded(page, _SECONDS + len(page.body) / _CHARACTERS_A_SECOND, problems):
                    body = author.body(page)
        view.headings = body.headings
        return RenderedBody(page, body, view, html_codes, text_codes, author, record)

    def page(self, rendered: RenderedBody) -> tuple[RenderedPage | None, tuple[Problem, ...]]:
        """The second step: the page in its layout, or None if its template fails; and all that is wrong with it.

        Before this, the reader must know the charts and, for a figure's page, the pages that show the figure.
        """
        with self.reader.recorded(rendered.record):
            page = self._page(rendered)
        return page, tuple(rendered.problems)

    def _page(self, rendered: RenderedBody) -> RenderedPage | None:
        page, body, reader, record = rendered.page, rendered.body, self.reader, rendered.record
        site = self._sites[page.language]
        own_chart = _chart_of(page)
        ids = [own_chart] if own_chart else [request.id for request in body.charts]
        charts = [chart for key in ids if (chart := reader.drawn(page.language, key))]
        context = self._context(rendered, charts)
        if isinstance(page, GeneratedPage) and page.figure:
            context["observation"] = site.data.figure(page.figure)
            context["used_on"] = [site.find_page(key) for key in reader.uses(page.language, page.figure)]
        if own_chart and (placed := reader.placed_chart(page.language, own_chart)):
            context["origin"] = site.find_page(placed.page_key)
        # a chart that can't be drawn, which is reported, has no page
        html = None
        if context["chart"] or not own_chart:
            with self._bounded(page, _SECONDS, rendered.problems):
                html = self._template(rendered, context)
        if html is None:
            return None
        _, (title, description) = reader.own(*page.name) or (page, self._texts(page, []))
        figures = rendered.html_codes.figures + rendered.text_codes.figures
        figures.update(item.id for chart in charts for item in chart.request.figures)
        figures.update(title.figures)
        figures.update(description.figures)
        # the finished page has the HTML
        texts = replace(body, html="", title=title.text, description=description.text)
        used = frozenset(figures) | record.shown
        # `own` covers the page's own front matter
        reads = frozenset(read for read in record.reads if read[:3] != ("page", *page.name))
        return RenderedPage(page, texts, html, figures, used, used | record.named, reads)

    @contextmanager
    def _bounded(self, page: Page, seconds: float, problems: list[Problem]) -> Iterator[None]:
        """Cuts off and reports work that takes too long; all texts rendered inside share a budget."""
        try:
            with time_limit(seconds), self._sandbox.granted(Budget()):
                yield
        except TimeLimitError:
            span = page.source.span(page.body_line) if isinstance(page, WrittenPage) else Span(page.source.name)
            hint = "divide the page, and look for what is repeated or nested very often"
            problems.append(Problem("time-limit", "this page takes too long to render", span, hint))

    def _context(self, rendered: RenderedBody, charts: Sequence[DrawnChart]) -> dict[str, Any]:
        page, site = rendered.page, self._sites[rendered.page.language]
        views = [self._chart_view(chart, rendered) for chart in charts]
        content = rendered.body.html
        for number, request in enumerate(rendered.body.charts):
            shown = next((view for view in views if view.id == request.id), None)
            # once: an author who writes a placeholder gets no second chart
            content = content.replace(chart_place(number), self._chart_html(shown, rendered) if shown else "", 1)
        return {
            **rendered.author.in_html,
            "content": Markup(content),  # noqa: S704 -- Markdown made it; the policy check reads the page
            "preview": self.preview,
            "children": site.children,
            "charts": views,
            "chart": views[0] if _chart_of(page) and views else None,
            "find_page": lambda key: self._find_page(rendered, site, key),
            "shown_figures": lambda: [site.data.figure(key) for key in rendered.html_codes.linked],
            "_texts": rendered.author,
        }

    def _chart_view(self, chart: DrawnChart, rendered: RenderedBody) -> ChartView:
        language = rendered.page.language
        self.reader.placed_chart(language, chart.request.id)
        placed = self.addresses.charts[language, chart.request.id]
        return ChartView(chart, placed, self.addresses, self.formats[language], rendered.html_codes.source)

    def _chart_html(self, chart: ChartView, rendered: RenderedBody) -> str:
        context = {**rendered.author.in_html, "chart": chart}
        try:
            return self._environment.get_template("partials/chart.html").render(context)
        except Exception as error:
            # whatever a template raises is a problem of the site
            rendered.problems.append(self._template_problem(error, rendered.page))
        return ""

    @cached_property
    def _template_paths(self) -> Mapping[str, bytes]:
        return dict(self.templates.values())

    def _template(self, rendered: RenderedBody, context: Mapping[str, Any]) -> str | None:
        """The page in its layout; None, with a problem, if there is nothing to show."""
        page, problems, layouts = rendered.page, rendered.problems, self._layouts
        if isinstance(page, WrittenPage) and page.layout not in layouts:
            hint = did_you_mean(page.layout, layouts)
            span = page.span("layout")
            problems.append(Problem("layout-unknown", f'no layout "{page.layout}"', span, hint))
            return None
        try:
            return self._environment.get_template(f"{page.layout}.html").render(context)
        except SiteError as error:
            problems += error.problems
        except Exception as error:
            # whatever a template raises is a problem of the site, not of the generator
            problem = self._template_problem(error, page)
            if page.params:
                # wrong params make the template fail, far from the author's line
                hint = f"while rendering {page.source.name}: has its `params` what the layout asks for?"
                problem = replace(problem, hint=hint)
            problems.append(problem)
        return None

    @cached_property
    def _layouts(self) -> list[str]:
        names = (name.removesuffix(".html") for name in sorted(self.templates) if name.endswith(".html"))
        return [name for name in names if "/" not in name and name not in _NOT_LAYOUTS]

    def _template_problem(self, error: Exception, page: Page) -> Problem:
        """An error raised by a template, with its place."""
        if isinstance(error, UnicodeDecodeError):
            return self._not_utf8(error)
        frames = [
            frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in self._template_paths
        ]
        file, line = (frames[-1].filename, frames[-1].lineno or 0) if frames else ("", 0)
        message = str(error)
        if isinstance(error, TemplateSyntaxError):
            file, line = error.filename or "", error.lineno
        elif isinstance(error, TemplateNotFound):
            message = f'no template "{error.name}"'
        elif isinstance(error, KeyError):
            message = str(error.args[0])
        is_known = file in self._template_paths
        span = decode_text(self._template_paths[file], file).span(line) if is_known else Span(file or page.source.name)
        return Problem("template-error", message, span)

    def _not_utf8(self, error: UnicodeDecodeError) -> Problem:
        """The problem of the template that is not UTF-8; the error doesn't say which."""
        for path, content in sorted(self.templates.values()):
            try:
                decode_text(content, path)
            except SiteError as found:
                return found.problems[0]
        return Problem("file-encoding", str(error), Span("templates"))

    def _find_page(self, rendered: RenderedBody, site: SiteView, key: str) -> PageView:
        """The page that a template looks up; if the front matter names a missing one, report it and use this page."""
        try:
            return site.find_page(key)
        except UnknownNameError as error:
            source = rendered.page.source
            if not key or str(key) not in source.text:
                raise
            span = source.find_word(str(key))
            rendered.problems.append(Problem("page-unknown", error.message, span, error.hint))
        except SiteError:
            # the page was left out, which is reported elsewhere
            pass
        return rendered.view


def _has_code(page: Page) -> bool:
    return "{" in page.title or "{" in page.description


def _chart_of(page: Page) -> str:
    """The id of the chart that a generated page shows."""
    return page.chart if isinstance(page, GeneratedPage) else ""
