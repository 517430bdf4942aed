"""Bodies and templates → RenderedPage. Templates are the site owner's own code; what goes into them is not."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from .addresses import Addresses
from .figures import FigureFormat
from .located import read_text
from .markup import BodyRenderer
from .model import Body, Page, RenderedPage
from .problems import Problem, SiteError, Span, did_you_mean
from .sandbox import Sandbox
from .shortcodes import Shortcodes
from .views import PageView, SiteView

_NOT_LAYOUTS = ("base",)


@dataclass
class SiteRenderer:
    """Renders the pages of a site in all its languages."""

    addresses: Addresses
    forms: Mapping[str, FigureFormat]
    templates: Sequence[Path]
    asset_url: Callable[[str], str]
    preview: bool = False
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sandbox = Sandbox()
        self._environment = _environment(self.templates, self.asset_url)
        self._bodies = {
            language: BodyRenderer(self.addresses, form, self._sandbox) for language, form in self.forms.items()
        }
        texts: dict[tuple[str, str], tuple[str, str]] = {}
        # titles come first: any page may show those of others
        self._sites = {
            language: SiteView(self.addresses, form, texts, self.preview) for language, form in self.forms.items()
        }
        for page in self.addresses.content.pages:
            texts[page.language, page.key] = self._texts(page)

    def _texts(self, page: Page) -> tuple[str, str]:
        """A page's title and description as plain text; when they are wrong, as they were written."""
        site = self._sites[page.language]
        shortcodes = Shortcodes(page, site, self.forms[page.language], text_only=True)
        context = {**shortcodes.functions(), "t": self.forms[page.language].labels}
        body = self._bodies[page.language]
        try:
            title, description = (
                body.text(text, page.front.span(key).line, page, context)
                for key, text in (("title", page.title), ("description", page.description))
            )
        except SiteError as error:
            self.problems += error.problems
            return page.title, page.description
        self.problems += shortcodes.problems
        return title, description

    def render(self, pages: Iterable[Page], used_on: Mapping[str, Sequence[Page]]) -> list[RenderedPage]:
        """The pages in order; what is wrong in any of them is added to `problems`, and that page left out.

        `used_on` says on which pages each figure stands, for the figures' own pages.
        """
        rendered = []
        for page in pages:
            try:
                rendered.append(self._render(page, used_on))
            except SiteError as error:
                self.problems += error.problems
        return rendered

    def _render(self, page: Page, used_on: Mapping[str, Sequence[Page]]) -> RenderedPage:
        form, site = self.forms[page.language], self._sites[page.language]
        shortcodes = Shortcodes(page, site, form)
        plain = Shortcodes(page, site, form, text_only=True)
        view = PageView(page, site, *site._texts[page.language, page.key])
        shared = {"page": view, "site": site, "data": site.data, "pages": site.pages, "t": form.labels}
        renderer = self._bodies[page.language]
        body = renderer.body(page, shortcodes, plain, {**shared, **shortcodes.functions()})
        view.headings = body.headings
        context = {
            **shared,
            **shortcodes.functions(),
            "content": Markup(body.html),  # noqa: S704 -- as above, the policy check reads the page
            "preview": self.preview,
            "children": site.children,
            "find_page": lambda key: _find_page(site, page, key),
            "_texts": _AuthorTexts(
                page, renderer, {**shared, **shortcodes.functions()}, {**shared, **plain.functions()}
            ),
        }
        if page.figure:
            context["observation"] = site.data._observations[page.figure]
            context["used_on"] = [
                site.find_page(user.key) for user in used_on.get(page.figure, ()) if user.language == page.language
            ]
        html = self._template(page, context)
        problems = [*shortcodes.problems, *plain.problems]
        if problems:
            raise SiteError(problems)
        figures = body.figures | shortcodes.figures | plain.figures
        return RenderedPage(page, Body(body.html, view.title, view.description, body.headings, figures), html)

    def _template(self, page: Page, context: Mapping[str, Any]) -> str:
        name = f"{page.layout}.html"
        try:
            template = self._environment.get_template(name)
        except TemplateNotFound as error:
            if error.name != name:
                raise SiteError([self._template_problem(error, page)]) from error
            hint = did_you_mean(page.layout, self._layouts())
            problem = Problem("layout-unknown", f'no layout "{page.layout}"', page.front.span("layout"), hint)
            raise SiteError([problem]) from error
        except TemplateSyntaxError as error:
            raise SiteError([self._template_problem(error, page)]) from error
        try:
            return template.render(context)
        except SiteError:
            raise
        except Exception as error:
            # a template is code: whatever it raises is a problem of the site, not of the generator
            raise SiteError([self._template_problem(error, page)]) from error

    def _layouts(self) -> list[str]:
        names = (name for name in self._environment.list_templates(extensions=["html"]) if "/" not in name)
        return [name.removesuffix(".html") for name in names if name.removesuffix(".html") not in _NOT_LAYOUTS]

    def _template_problem(self, error: Exception, page: Page) -> Problem:
        """Where in the templates an error arose; the page is in the hint, so that one mistake is told once."""
        folders = tuple(f"{folder.as_posix()}/" for folder in self.templates)
        file, line = "", 0
        if isinstance(error, TemplateSyntaxError):
            file, line = error.filename or "", error.lineno
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename.startswith(folders):
                file, line = frame.filename, frame.lineno or 0
        message = str(error.args[0]) if isinstance(error, KeyError) else str(error)
        span = (
            read_text(Path(file), file).span(line) if file and Path(file).is_file() else Span(file or page.source.name)
        )
        return Problem("template-error", message, span, f"while rendering {page.source.name}")


@dataclass(frozen=True)
class _AuthorTexts:
    """Renders strings of a page's front matter when its template asks for it."""

    page: Page
    renderer: BodyRenderer
    context: Mapping[str, Any]
    plain: Mapping[str, Any]

    def line(self, text: str) -> int:
        """The line of the front matter that a string begins in."""
        start = text.strip().split("\n", 1)[0][:32]
        return self.page.source.find(start).line if start else 1

    def html(self, text: str, inline: bool) -> object:
        return self.renderer.fragment(text, self.line(text), self.page, self.context, inline)

    def text(self, text: str) -> str:
        return self.renderer.text(text, self.line(text), self.page, self.plain)


def _find_page(site: SiteView, page: Page, key: str) -> PageView:
    """The page that a template looks up; a key that came from `page`'s front matter is a problem there."""
    try:
        return site.find_page(key)
    except KeyError as error:
        if not key or str(key) not in page.source.text:
            raise
        message, _, hint = str(error.args[0]).partition("; ")
        raise SiteError([Problem("page-unknown", message, page.source.find(str(key)), hint)]) from error


@pass_context
def _md(context: Context, text: str) -> object:
    return context["_texts"].html(str(text), inline=False)


@pass_context
def _md_inline(context: Context, text: str) -> object:
    return context["_texts"].html(str(text), inline=True)


@pass_context
def _text(context: Context, text: str) -> str:
    return str(context["_texts"].text(str(text)))


def _environment(templates: Sequence[Path], asset_url: Callable[[str], str]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader([folder.as_posix() for folder in templates]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.globals["asset"] = asset_url
    environment.filters.update({"md": _md, "md_inline": _md_inline, "text": _text})
    return environment
