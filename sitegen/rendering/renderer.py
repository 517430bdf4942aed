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

from ..charts import Charts, ChartView, DrawnChart
from ..content import Addresses
from ..language import FigureFormat
from ..model import Body, Page, PrintedText, Read, Reads, RenderedPage
from ..problems import Problem, SiteError, Span, did_you_mean
from ..processes import TimeLimitError, time_limit
from ..text import decode_text
from .compiled import CodeMemo
from .layouts import AuthorTexts, Templates, layout_environment
from .markup import BodyRenderer, chart_place
from .sandbox import Sandbox
from .sandbox.budget import Budget
from .shortcodes.in_page import Shortcodes
from .views.site import PageView, SiteView, Texts

# `figure`, `figures`, `chart` and `404` are for the pages that no file was written for.
_NOT_LAYOUTS = ("base", "figure", "figures", "chart", "404")


# of CPU time; far more than any page needs: 400 words take a millisecond
_SECONDS = 5.0
_CHARACTERS_A_SECOND = 100_000
_NO_FIGURES: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True)
class PageProblems:
    """What was found wrong while a page was rendered: with it, and with the templates, which may be met on many."""

    own: tuple[Problem, ...] = ()
    in_templates: tuple[Problem, ...] = ()

    @property
    def all(self) -> tuple[Problem, ...]:
        return self.own + self.in_templates

    def __add__(self, other: PageProblems) -> PageProblems:
        return PageProblems(self.own + other.own, self.in_templates + other.in_templates)


NO_PROBLEMS = PageProblems()


def gathered(found: Iterable[tuple[str, PageProblems]]) -> Iterator[Problem]:
    """The problems of all pages, each with its name; a mistake in a template once, with the pages in the hint."""
    met: dict[Problem, list[str]] = {}
    for name, problems in found:
        yield from problems.own
        for problem in problems.in_templates:
            met.setdefault(problem, []).append(name)
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
    shown: set[str]
    named: set[str]
    reads: frozenset[Read]

    def charts(self, drawn: Charts) -> list[DrawnChart]:
        """The charts that the page shows: those of its body, or the one that it is the page of."""
        ids = [self.page.chart] if self.page.chart else [request.id for request in self.body.charts]
        return [drawn[self.page.language, key] for key in ids if (self.page.language, key) in drawn]


@dataclass
class SiteRenderer:
    """Renders the pages of a site in all its languages; what is wrong is gathered, and the rest goes on."""

    addresses: Addresses
    forms: Mapping[str, FigureFormat]
    templates: Templates
    asset_url: Callable[[str], str]
    integrity: Callable[[str], str] = str
    """The hash of a script by its name below `assets/`."""
    policy: str = ""
    """The content policy that pages name."""
    preview: bool = False
    codes: CodeMemo = field(default_factory=CodeMemo)

    def __post_init__(self) -> None:
        self._problems: list[Problem] = []
        self._in_templates: list[Problem] = []
        self._reads = Reads()
        self._environment = layout_environment(self.templates, self.asset_url, self.integrity, self._reads, self.codes)
        self._sandbox = sandbox = Sandbox(self.codes)
        self._bodies = {
            language: BodyRenderer(self.addresses, form, sandbox, self._reads) for language, form in self.forms.items()
        }
        self.texts: Texts = PrintedTexts(self.addresses.pages, self._texts)
        # titles come first: any page may show those of others
        self._sites = {
            language: SiteView(self.addresses, form, self.texts, self._reads, self.policy)
            for language, form in self.forms.items()
        }
        worked_out = [page for page in self.addresses.content.pages if "{" in page.title or "{" in page.description]
        with sandbox.granted(Budget.of_texts(len(worked_out))):
            for page in worked_out:
                _ = self.texts[page.language, page.key]

    def prepare(self) -> None:
        """Find what pages will ask for, so that processes which are copies of this one need not find it each."""
        addresses = self.addresses
        _ = addresses.translations, addresses.has_dated_pages, addresses.first_page("", "layout", "")
        for site in self._sites.values():
            _ = site._below

    def taken(self) -> PageProblems:
        """What was found since this was last asked: in the titles of all pages at first, then page by page."""
        found = PageProblems(tuple(self._problems), tuple(self._in_templates))
        self._problems.clear()
        self._in_templates.clear()
        return found

    def _texts(self, page: Page) -> tuple[PrintedText, PrintedText]:
        """A page's title and description as plain text; when they are wrong, as they were written."""
        if page.chart:
            # the texts of a fence, which its own page has told what is wrong with
            placed = self.addresses.charts[page.language, page.chart]
            origin = self.addresses.pages[page.language, placed.page_key]
            return self._printed_at(page.title, placed.line, origin, []), PrintedText("", {})
        return self._printed("title", page.title, page), self._printed("description", page.description, page)

    def _printed(self, key: str, text: str, page: Page) -> PrintedText:
        # front matter is read for the place of a text in which something may be wrong
        line = page.span(key).line if "{" in text and page.is_written else 1
        return self._printed_at(text, line, page, self._problems)

    def _printed_at(self, text: str, line: int, page: Page, problems: list[Problem]) -> PrintedText:
        if "{" not in text:
            return PrintedText(text, _NO_FIGURES)
        shortcodes = Shortcodes(page, self._sites[page.language], self.forms[page.language], text_only=True)
        context = {**shortcodes.functions(), "t": self.forms[page.language].labels}
        with self._sandbox.granted(Budget.of_title()):
            printed = self._bodies[page.language].text(text, line, page, context, problems)
        problems += shortcodes.problems
        return PrintedText(printed, shortcodes.figures)

    def body(self, page: Page) -> RenderedBody:
        """A page with its body; its charts are yet to be drawn."""
        form, site = self.forms[page.language], self._sites[page.language]
        site._shown.clear()
        site._named.clear()
        self._reads.taken()
        self._reads.add("own", page.language, page.key)
        self._reads.add("labels", page.language)
        html_codes, text_codes = Shortcodes(page, site, form), Shortcodes(page, site, form, text_only=True)
        view = PageView(page, site, *site._texts[page.language, page.key])
        shared = {"page": view, "site": site, "data": site.data, "pages": site.pages, "t": form.labels}
        in_html, in_text = {**shared, **html_codes.functions()}, {**shared, **text_codes.functions()}
        renderer = self._bodies[page.language]
        body = Body("", page.title, page.description, (), (), False, {})
        with self._bounded(page, _SECONDS + len(page.body) / _CHARACTERS_A_SECOND):
            body = renderer.body(page, text_codes, in_html, self._problems)
        view.headings = body.headings
        author = AuthorTexts(page, renderer, in_html, in_text, self._problems)
        shown, named = set(site._shown), set(site._named)
        return RenderedBody(page, body, view, html_codes, text_codes, author, shown, named, self._reads.taken())

    def page(
        self, rendered: RenderedBody, charts: Charts, used_on: Mapping[str, Sequence[Page]]
    ) -> RenderedPage | None:
        """The page in its layout; None when its template could make nothing of it.

        `used_on` says on which pages each figure stands, for the figures' own pages.
        """
        page, body, view = rendered.page, rendered.body, rendered.view
        site = self._sites[page.language]
        site._shown.clear()
        site._named.clear()
        self._reads.taken()
        context = self._context(rendered, charts)
        if page.figure:
            self._reads.add("uses", page.language, page.figure)
            users = [user for user in used_on.get(page.figure, ()) if user.language == page.language]
            context["observation"] = site.data.figure(page.figure)
            context["used_on"] = [site.find_page(user.key) for user in users]
        if page.chart:
            self._reads.add("placed-chart", page.language, page.chart)
            context["origin"] = site.find_page(self.addresses.charts[page.language, page.chart].page_key)
        # a chart that can't be drawn has no page, which is told
        html = None
        if context["chart"] or not page.chart:
            with self._bounded(page, _SECONDS):
                html = self._template(page, context)
        for problem in (*rendered.html_codes.problems, *rendered.text_codes.problems):
            self._add(problem)
        if html is None:
            return None
        figures = rendered.html_codes.figures + rendered.text_codes.figures
        shown = [item.id for chart in rendered.charts(charts) for item in chart.request.figures]
        for part in (shown, view._title.figures, view._description.figures):
            figures.update(part)
        # the finished page has it
        texts = replace(body, html="", title=view.title, description=view.description)
        used = frozenset(figures) | site._shown | rendered.shown
        reads = rendered.reads | self._reads.taken()
        own = ("page", page.language, page.key)
        # a page's own front matter stands for what `own` does
        reads = frozenset(read for read in reads if read[:3] != own)
        return RenderedPage(page, texts, html, figures, used, used | site._named | rendered.named, reads)

    @contextmanager
    def _bounded(self, page: Page, seconds: float) -> Iterator[None]:
        """Cuts off work on a page that takes too long, and tells it; what is rendered in it shares a budget."""
        try:
            with time_limit(seconds), self._sandbox.granted(Budget()):
                yield
        except TimeLimitError:
            span = page.source.span(page.body_line) if page.is_written else Span(page.source.name)
            hint = "divide the page, and look for what is repeated or nested very often"
            self._problems.append(Problem("time-limit", "this page takes too long to render", span, hint))

    def _context(self, rendered: RenderedBody, charts: Charts) -> dict[str, Any]:
        """What a page's layout is given."""
        page, site = rendered.page, self._sites[rendered.page.language]
        views = [self._chart_view(chart, rendered) for chart in rendered.charts(charts)]
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
            "chart": views[0] if page.chart and views else None,
            "find_page": lambda key: self._find_page(rendered.view, page, key),
            "shown_figures": lambda: [site.data.figure(key) for key in rendered.html_codes.linked],
            "_texts": rendered.author,
        }

    def _chart_view(self, chart: DrawnChart, rendered: RenderedBody) -> ChartView:
        language = rendered.page.language
        self._reads.add("placed-chart", language, chart.request.id)
        self._reads.add("drawn", language, chart.request.id)
        placed = self.addresses.charts[language, chart.request.id]
        return ChartView(chart, placed, self.addresses, self.forms[language], rendered.html_codes.source)

    def _chart_html(self, chart: ChartView, rendered: RenderedBody) -> str:
        """A chart where it stands in a body."""
        context = {**rendered.author.in_html, "chart": chart}
        try:
            return self._environment.get_template("partials/chart.html").render(context)
        except Exception as error:
            # as with a layout: whatever it raises is a problem of the template
            self._add(self._template_problem(error, rendered.page))
        return ""

    def _add(self, problem: Problem) -> None:
        """Gather a problem; one whose place is in a template apart."""
        if problem.span.file in self._template_paths:
            self._in_templates.append(problem)
        else:
            self._problems.append(problem)

    @cached_property
    def _template_paths(self) -> Mapping[str, bytes]:
        return dict(self.templates.values())

    def child_keys(self, language: str, key: str) -> Sequence[str]:
        """The keys of the pages right below one, in their order."""
        return self._sites[language]._child_keys(key)

    def _template(self, page: Page, context: Mapping[str, Any]) -> str | None:
        """The page in its layout; None when something is wrong that leaves nothing to show."""
        layouts = self._layouts
        own = page.layout if page.is_written else ""
        if own and own not in layouts:
            hint = did_you_mean(page.layout, layouts)
            span = page.span("layout")
            self._problems.append(Problem("layout-unknown", f'no layout "{page.layout}"', span, hint))
            return None
        try:
            return self._environment.get_template(f"{page.layout}.html").render(context)
        except SiteError as error:
            for problem in error.problems:
                self._add(problem)
        except Exception as error:
            # a template is code: whatever it raises is a problem of the site, not of the generator
            problem = self._template_problem(error, page)
            if page.params:
                # a layout that is given what it doesn't ask for stumbles inside, far from the author's line
                hint = f"while rendering {page.source.name}: has its `params` what the layout asks for?"
                problem = replace(problem, hint=hint)
            self._add(problem)
        return None

    @cached_property
    def _layouts(self) -> list[str]:
        """The layouts that a page may ask for."""
        names = (name for name in self._environment.list_templates(extensions=["html"]) if "/" not in name)
        return [name.removesuffix(".html") for name in names if name.removesuffix(".html") not in _NOT_LAYOUTS]

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

    def _find_page(self, view: PageView, page: Page, key: str) -> PageView:
        """The page that a template looks up; where a front matter names none, that is told, and `view` stands in."""
        try:
            return view._site.find_page(key)
        except KeyError as error:
            if not key or str(key) not in page.source.text:
                raise
            message, _, hint = str(error.args[0]).partition("; ")
            span = page.source.find_word(str(key))
            self._problems.append(Problem("page-unknown", message, span, hint))
        except SiteError:
            # the page was left out, which is told
            return view
        return view
