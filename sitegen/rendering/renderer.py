"""Bodies and templates → RenderedPage. Templates are the site owner's own code; what goes into them is not."""

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
from .layouts import AuthorTexts, Templates, layout_environment
from .markup import BodyRenderer, chart_place
from .sandbox import Sandbox
from .sandbox.budget import Budget
from .shortcodes.in_page import Shortcodes
from .views.site import PageView, SiteView

# `figure`, `figures`, `chart` and `404` are for the pages that no file was written for.
_NOT_LAYOUTS = ("base", "figure", "figures", "chart", "404")


# of CPU time; far more than any page needs: 400 words take a millisecond
_SECONDS = 5.0
_CHARACTERS_A_SECOND = 100_000
_NO_FIGURES: Mapping[str, int] = MappingProxyType({})


def gathered(found: Iterable[tuple[str, Sequence[Problem]]], templates: Templates) -> Iterator[Problem]:
    """The problems of all pages, each with its name; a mistake in a template once, with the pages in the hint."""
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


class PrintedTexts(dict[tuple[str, str], tuple[PrintedText, PrintedText]]):
    """The titles and descriptions of pages as they are printed, by language and key; made when they are asked for."""

    def __init__(self, pages: Mapping[tuple[str, str], Page], make: Callable[[Page], tuple[PrintedText, PrintedText]]):
        super().__init__()
        self._pages, self._make = pages, make

    def __missing__(self, name: tuple[str, str]) -> tuple[PrintedText, PrintedText]:
        page = self._pages[name]
        made = self._make(page)
        if "{" in page.title or "{" in page.description:
            self[name] = made
        return made


@dataclass
class RenderedBody:
    """A page between its two steps: its body is there, its charts are yet to be drawn, and its layout to be filled."""

    page: Page
    body: Body
    view: PageView
    html_codes: Shortcodes
    text_codes: Shortcodes
    author: AuthorTexts
    record: Record
    problems: list[Problem]


@dataclass
class SiteRenderer:
    """Renders the pages of a site in all its languages; what is wrong with one is told with it, and the rest goes on.

    `asset_paths` are the addresses of the files below `assets/`, `integrity` gives the hash of a script there, and
    `policy` is the content policy that pages name.
    """

    addresses: Addresses
    forms: Mapping[str, FigureFormat]
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
        texts = PrintedTexts(pages, lambda page: self._texts(page, self.in_titles))
        self.reader = reader = Reader(self.addresses, self.forms, self.templates, self.asset_paths, self.policy, texts)
        self._environment = layout_environment(self.templates, self.integrity, reader, self.codes)
        self._sandbox = sandbox = Sandbox(self.codes)
        self._bodies = {
            language: BodyRenderer(self.addresses.dataset, form, sandbox, reader)
            for language, form in self.forms.items()
        }
        self._sites = {language: SiteView(reader, form) for language, form in self.forms.items()}
        # titles come first: any page may show those of others
        worked_out = [page for page in pages.values() if "{" in page.title or "{" in page.description]
        with sandbox.granted(Budget.of_texts(len(worked_out))):
            for page in worked_out:
                _ = texts[page.name]

    def _texts(self, page: Page, problems: list[Problem]) -> tuple[PrintedText, PrintedText]:
        """A page's title and description as plain text; when they are wrong, as they were written."""
        if chart := _chart_of(page):
            # the texts of a fence, which its own page has told what is wrong with
            placed = self.addresses.charts[page.language, chart]
            origin = self.addresses.pages[page.language, placed.page_key]
            return self._printed(page.title, placed.line, origin, []), PrintedText("", {})
        # front matter is read for the place of a text in which something may be wrong

        def printed(key: str, text: str) -> PrintedText:
            line = page.span(key).line if "{" in text and isinstance(page, WrittenPage) else 1
            return self._printed(text, line, page, problems)

        return printed("title", page.title), printed("description", page.description)

    def _printed(self, text: str, line: int, page: Page, problems: list[Problem]) -> PrintedText:
        if "{" not in text:
            return PrintedText(text, _NO_FIGURES)
        form = self.forms[page.language]
        shortcodes = Shortcodes(page, self._sites[page.language], form, problems, text_only=True)
        context = {**shortcodes.functions(), "t": form.labels}
        with self._sandbox.granted(Budget.of_title()):
            printed = self._bodies[page.language].text(text, line, page, context, problems)
        return PrintedText(printed, shortcodes.figures)

    def body(self, page: Page) -> RenderedBody:
        """A page with its body; its charts are yet to be drawn."""
        site, renderer, problems = self._sites[page.language], self._bodies[page.language], list[Problem]()
        with self.reader.recorded(Record()) as record:
            self.reader.own(*page.name)
            form = self.reader.form(page.language)
            html_codes = Shortcodes(page, site, form, problems)
            text_codes = Shortcodes(page, site, form, problems, text_only=True)
            view = PageView(page.key, site)
            shared = {"page": view, "site": site, "data": site.data, "pages": site.pages, "t": form.labels}
            in_html, in_text = {**shared, **html_codes.functions()}, {**shared, **text_codes.functions()}
            body = Body("", page.title, page.description, (), (), isinstance(page, GeneratedPage), {})
            if isinstance(page, WrittenPage):
                with self._bounded(page, _SECONDS + len(page.body) / _CHARACTERS_A_SECOND, problems):
                    body = renderer.body(page, text_codes, in_html, problems)
        view.headings = body.headings
        author = AuthorTexts(page, renderer, in_html, in_text, problems)
        return RenderedBody(page, body, view, html_codes, text_codes, author, record, problems)

    def page(self, rendered: RenderedBody) -> tuple[RenderedPage | None, tuple[Problem, ...]]:
        """The page in its layout, and all that is wrong with it; None when its template could make nothing of it.

        The reader has to know the charts before, and for the page of a figure the pages that it stands on.
        """
        with self.reader.recorded(rendered.record):
            page = self._page(rendered)
        return page, tuple(rendered.problems)

    def _page(self, rendered: RenderedBody) -> RenderedPage | None:
        page, body, reader, record = rendered.page, rendered.body, self.reader, rendered.record
        site = self._sites[page.language]
        own_chart = _chart_of(page)
        ids = [own_chart] if own_chart else [request.id for request in body.charts]
        charts: list[DrawnChart] = [chart for key in ids if (chart := reader.drawn(page.language, key))]
        context = self._context(rendered, charts)
        if isinstance(page, GeneratedPage) and page.figure:
            context["observation"] = site.data.figure(page.figure)
            context["used_on"] = [site.find_page(key) for key in reader.uses(page.language, page.figure)]
        if own_chart and (placed := reader.placed_chart(page.language, own_chart)):
            context["origin"] = site.find_page(placed.page_key)
        # a chart that can't be drawn has no page, which is told
        html = None
        if context["chart"] or not own_chart:
            with self._bounded(page, _SECONDS, rendered.problems):
                html = self._template(rendered, context)
        if html is None:
            return None
        _, (title, description) = reader.own(*page.name) or (page, self._texts(page, []))
        figures = rendered.html_codes.figures + rendered.text_codes.figures
        for part in (
            [item.id for chart in charts for item in chart.request.figures],
            title.figures,
            description.figures,
        ):
            figures.update(part)
        # the finished page has the HTML
        texts = replace(body, html="", title=title.text, description=description.text)
        used = frozenset(figures) | record.shown
        # a page's own front matter stands for what `own` does
        reads = frozenset(read for read in record.reads if read[:3] != ("page", *page.name))
        return RenderedPage(page, texts, html, figures, used, used | record.named, reads)

    @contextmanager
    def _bounded(self, page: Page, seconds: float, problems: list[Problem]) -> Iterator[None]:
        """Cuts off work on a page that takes too long, and tells it; what is rendered in it shares a budget."""
        try:
            with time_limit(seconds), self._sandbox.granted(Budget()):
                yield
        except TimeLimitError:
            span = page.source.span(page.body_line) if isinstance(page, WrittenPage) else Span(page.source.name)
            hint = "divide the page, and look for what is repeated or nested very often"
            problems.append(Problem("time-limit", "this page takes too long to render", span, hint))

    def _context(self, rendered: RenderedBody, charts: Sequence[DrawnChart]) -> dict[str, Any]:
        """What a page's layout is given."""
        page, site = rendered.page, self._sites[rendered.page.language]
        views = [self._chart_view(chart, rendered) for chart in charts]
        content = rendered.body.html
        for number, request in enumerate(rendered.body.charts):
            shown = next((view for view in views if view.id == request.id), None)
            # once: whoever writes the place of a chart himself gets no second one
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
        return ChartView(chart, placed, self.addresses, self.forms[language], rendered.html_codes.source)

    def _chart_html(self, chart: ChartView, rendered: RenderedBody) -> str:
        """A chart where it stands in a body."""
        context = {**rendered.author.in_html, "chart": chart}
        try:
            return self._environment.get_template("partials/chart.html").render(context)
        except Exception as error:
            # as with a layout: whatever it raises is a problem of the template
            rendered.problems.append(self._template_problem(error, rendered.page))
        return ""

    @cached_property
    def _template_paths(self) -> Mapping[str, bytes]:
        return dict(self.templates.values())

    def _template(self, rendered: RenderedBody, context: Mapping[str, Any]) -> str | None:
        """The page in its layout; None when something is wrong that leaves nothing to show."""
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
            # a template is code: whatever it raises is a problem of the site, not of the generator
            problem = self._template_problem(error, page)
            if page.params:
                # a layout that is given what it doesn't ask for stumbles inside, far from the author's line
                hint = f"while rendering {page.source.name}: has its `params` what the layout asks for?"
                problem = replace(problem, hint=hint)
            problems.append(problem)
        return None

    @cached_property
    def _layouts(self) -> list[str]:
        """The layouts that a page may ask for."""
        names = (name.removesuffix(".html") for name in sorted(self.templates) if name.endswith(".html"))
        return [name for name in names if "/" not in name and name not in _NOT_LAYOUTS]

    def _template_problem(self, error: Exception, page: Page) -> Problem:
        """Where in the templates an error arose."""
        file, line = "", 0
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename in self._template_paths:
                file, line = frame.filename, frame.lineno or 0
        message = str(error.args[0]) if isinstance(error, KeyError) else str(error)
        if isinstance(error, TemplateSyntaxError):
            file, line = error.filename or "", error.lineno
        if isinstance(error, TemplateNotFound):
            message = f'no template "{error.name}"'
        if isinstance(error, UnicodeDecodeError):
            return self._not_utf8(error)
        if file in self._template_paths:
            span = decode_text(self._template_paths[file], file).span(line)
        else:
            span = Span(file or page.source.name)
        return Problem("template-error", message, span)

    def _not_utf8(self, error: UnicodeDecodeError) -> Problem:
        """The template file that holds the bytes which could not be read."""
        for path, content in sorted(self.templates.values()):
            try:
                decode_text(content, path)
            except SiteError as found:
                return found.problems[0]
        return Problem("file-encoding", str(error), Span("templates"))

    def _find_page(self, rendered: RenderedBody, site: SiteView, key: str) -> PageView:
        """The page that a template looks up; where a front matter names none, that is told, and its own stands in."""
        try:
            return site.find_page(key)
        except UnknownNameError as error:
            source = rendered.page.source
            if not key or str(key) not in source.text:
                raise
            span = source.find_word(str(key))
            rendered.problems.append(Problem("page-unknown", error.message, span, error.hint))
        except SiteError:
            # the page was left out, which is told
            pass
        return rendered.view


def _chart_of(page: Page) -> str:
    """The chart that a page is the page of."""
    return page.chart if isinstance(page, GeneratedPage) else ""
