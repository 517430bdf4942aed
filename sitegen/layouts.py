"""Jinja2 for layouts: which templates and assets a page asks for, and the author's texts that they print."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, pass_context
from jinja2.runtime import Context

from .markup import BodyRenderer
from .model import Page
from .problems import Problem
from .reads import Reads


@dataclass(frozen=True)
class AuthorTexts:
    """Renders strings of a page's front matter when its template asks for it."""

    page: Page
    renderer: BodyRenderer
    in_html: Mapping[str, Any]
    in_text: Mapping[str, Any]
    problems: list[Problem]

    def line(self, text: str) -> int:
        """The line of the front matter that a string begins in; folded, it may go on below."""
        start = text.strip().split("\n", 1)[0][:40]
        while start and start not in self.page.source.text:
            start = start.rpartition(" ")[0]
        return self.page.source.find(start).line if start else 1

    def html(self, text: str, inline: bool) -> object:
        return self.renderer.fragment(text, self.line(text), self.page, self.in_html, self.problems, inline)

    def text(self, text: str) -> str:
        return self.renderer.text(text, self.line(text), self.page, self.in_text, self.problems)


@pass_context
def _md(context: Context, text: str) -> object:
    return context["_texts"].html(str(text), inline=False)


@pass_context
def _md_inline(context: Context, text: str) -> object:
    return context["_texts"].html(str(text), inline=True)


@pass_context
def _text(context: Context, text: str) -> str:
    return str(context["_texts"].text(str(text)))


class _Templates(Environment):
    """Jinja2 for layouts, which tells of every template that is asked for, by whichever way."""

    def __init__(self, reads: Reads, **given: Any) -> None:
        super().__init__(**given)
        self._reads = reads

    def get_template(self, name: Any, *given: Any, **named: Any) -> Template:
        self._reads.add("template", str(name))
        return super().get_template(name, *given, **named)

    def select_template(self, names: Any, *given: Any, **named: Any) -> Template:
        names = list(names)
        for name in names:
            self._reads.add("template", str(name))
        return super().select_template(names, *given, **named)


def layout_environment(templates: Sequence[Path], asset_url: Callable[[str], str], reads: Reads) -> Environment:
    """The environment of a site's layouts; `asset_url` gives the address of a file below `assets/`."""

    def asset(name: str) -> str:
        reads.add("asset", name)
        return asset_url(name)

    environment = _Templates(
        reads,
        loader=FileSystemLoader([folder.as_posix() for folder in templates]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.globals["asset"] = asset
    environment.filters.update({"md": _md, "md_inline": _md_inline, "text": _text})
    return environment
