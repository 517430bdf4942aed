"""The address of everything on a site: pages, resources, figures, charts."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import quote, unquote, urlsplit

from ..model import Content, Dataset, Page, PlacedChart, Settings, WrittenPage, page_key
from ..problems import did_you_mean
from .pages import language_prefix


class BrokenLinkError(Exception):
    """A link without a target: why, and a hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message, self.hint = message, hint


@dataclass(frozen=True)
class Addresses:
    """The addresses of one build."""

    settings: Settings
    content: Content
    dataset: Dataset

    @cached_property
    def pages(self) -> Mapping[tuple[str, str], Page]:
        """Pages by language and key."""
        return {(page.language, page.key): page for page in self.content.pages}

    @cached_property
    def by_language(self) -> Mapping[str, Sequence[Page]]:
        """The pages of each language, in order."""
        groups: dict[str, list[Page]] = {language: [] for language in self.settings.languages}
        for page in self.content.pages:
            groups[page.language].append(page)
        return groups

    @cached_property
    def _first_pages(self) -> Mapping[tuple[str, str, str], Page]:
        found: dict[tuple[str, str, str], Page] = {}
        for page in self.content.pages:
            found.setdefault((page.language, "layout", page.layout), page)
            if page.area:
                found.setdefault((page.language, "area", page.area), page)
        return found

    def first_page(self, language: str, name: Literal["layout", "area"], value: str) -> Page | None:
        """A language's first page with this layout, or about this area."""
        return self._first_pages.get((language, name, value))

    @cached_property
    def has_dated_pages(self) -> bool:
        """Whether any page has a date."""
        return any(page.date for page in self.content.pages)

    @cached_property
    def pages_by_url(self) -> Mapping[str, Page]:
        """Pages by site path."""
        return {page.url: page for page in self.content.pages}

    @cached_property
    def _pages_by_file(self) -> Mapping[str, WrittenPage]:
        return {page.file: page for page in (*self.content.written, *self.content.held_back)}

    @cached_property
    def translations(self) -> Mapping[str, Mapping[str, Page]]:
        """The translations of each page by language, by translation key."""
        groups: dict[str, dict[str, Page]] = {}
        for page in self.content.pages:
            groups.setdefault(page.translation_key, {})[page.language] = page
        return groups

    @cached_property
    def _resources(self) -> frozenset[PurePosixPath]:
        return frozenset(resource.path for resource in self.content.resources)

    def local(self, url: str) -> str:
        """A site path (`/vi/results/`) below the base path (`/repo/vi/results/`)."""
        return self.settings.base_path + url.lstrip("/")

    def absolute(self, url: str) -> str:
        """A site path as an absolute URL."""
        return self.settings.base_url + url.lstrip("/")

    def home(self, language: str) -> str:
        return language_prefix(language, self.settings)

    def figure(self, figure: str, language: str) -> str:
        """The site path of a figure's page, or of the list of figures if the id is empty."""
        return language_prefix(language, self.settings) + "figures/" + (f"{figure}/" if figure else "")

    @cached_property
    def charts(self) -> Mapping[tuple[str, str], PlacedChart]:
        """Charts by language and id; of duplicate ids, the first."""
        placed: dict[tuple[str, str], PlacedChart] = {}
        for chart in self.content.charts:
            placed.setdefault((chart.language, chart.id), chart)
        return placed

    def chart(self, chart: str, language: str, theme: str = "") -> str:
        """The site path of a chart's own page, in the reader's theme or in a fixed one."""
        path = f"charts/{chart}/" + (f"{theme}/" if theme else "")
        return language_prefix(language, self.settings) + path

    def chart_file(self, chart: str, language: str, ending: str) -> str:
        """The site path of a chart's file: `svg`, `png`, `csv`, `json` or `vega.json`."""
        return f"{language_prefix(language, self.settings)}charts/{chart}.{ending}"

    def link_target(self, target: str, page: Page, looked_for: Callable[[str], object]) -> str:
        """The `href` of a link written in a body.

        Paths to Markdown files (`../north/index.en.md`, or `index.md` for the page's language) and to other files of
        the content folder become their URLs; paths from the site's root get the base path. Anything else (`#anchor`,
        other hosts, `mailto:`) is unchanged. Raises BrokenLinkError for a missing file. `looked_for` is called with
        every file looked for.
        """
        try:
            parts = urlsplit(target)
        except ValueError as error:
            raise BrokenLinkError(f'"{target}" is not an address') from error
        if parts.scheme or parts.netloc or not parts.path:
            return target
        tail = (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
        path = unquote(parts.path)
        if path.startswith("/"):
            return self.local(parts.path) + tail
        file = PurePosixPath(posixpath.normpath(posixpath.join(posixpath.dirname(_file_of(page)), path)))
        candidates = (file, file.with_suffix(f".{page.language}.md")) if file.name else ()
        for candidate in candidates:
            looked_for(candidate.as_posix())
        if file.suffix == ".md":
            return self.local(self._page_url(candidates, page.language)) + tail
        if file in self._resources or file in self.content.unreadable:
            return self.local(quote(file.as_posix())) + tail
        if path.endswith("/") or not file.suffix:
            return self.local(posixpath.normpath(posixpath.join(page.url, parts.path)).rstrip("/") + "/") + tail
        raise BrokenLinkError(f'no file "{file}" in the content folder')

    def file(self, path: PurePosixPath) -> tuple[str, bool, bool, bool]:
        """What a link to a file finds: a page's URL, whether the page is a draft, whether the file is published as a
        resource, and whether it was left out because of a mistake reported elsewhere.
        """
        page = self._pages_by_file.get(path.as_posix())
        is_draft = page is not None and page.name not in self.pages
        return page.url if page else "", is_draft, path in self._resources, path in self.content.unreadable

    def _page_url(self, files: Sequence[PurePosixPath], language: str) -> str:
        """The URL of the first of these files that is a page, or would be if it had no mistakes."""
        for file in files:
            if file in self.content.unreadable:
                key = page_key(file, file.name.split(".")[0])
                return self.home(file.name.split(".")[-2]) + ("" if key == "index" else f"{key}/")
        for file in files:
            if found := self._pages_by_file.get(file.as_posix()):
                if found in self.content.held_back:
                    raise BrokenLinkError(f"{file} is a draft", "publish it too, or remove the link")
                return found.url
        hint = did_you_mean(files[0].as_posix(), self._page_names(language))
        raise BrokenLinkError(f'no page "{files[0]}" in the content folder', hint)

    def _page_names(self, language: str) -> list[str]:
        """The file names by which links may name a language's pages, with and without the language."""
        names = [file for file, page in self._pages_by_file.items() if page.language == language]
        return names + [name.replace(f".{language}.md", ".md") for name in names]


def _file_of(page: Page) -> str:
    """The path of a page's file; its key if it has none."""
    return page.file if isinstance(page, WrittenPage) else page.key
