"""What the checks are given: the tags of a document, what is known of it, and all files of a build."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from urllib.parse import quote, unquote

from ..content import Addresses
from ..model import Artifact, StoredPage
from ..problems import Problem, Span
from ..text import SourceText


@dataclass(frozen=True)
class Tag:
    name: str
    attributes: Mapping[str, str | None]
    text: str = ""
    """What a script holds."""

    def targets(self, names: Mapping[str, Sequence[str]]) -> Iterator[str]:
        """The addresses in those attributes that `names` lists for this element, and in its `srcset`."""
        for name in names.get(self.name, ()):
            if value := self.attributes.get(name):
                yield value.strip()
        for candidate in (self.attributes.get("srcset") or "").split(","):
            if candidate.strip():
                yield candidate.split()[0]


class Link(NamedTuple):
    """A link or a picture, as the finished page has it."""

    target: str
    is_picture: bool


@dataclass(frozen=True)
class Origin:
    """Where an HTML file comes from, so that a problem can name the line that its author wrote."""

    path: str
    source: SourceText | None = None
    written: Mapping[str, str] = field(default_factory=dict)
    """The links as the author wrote them, by what they became."""

    def problem(self, code: str, message: str, spellings: Sequence[str], hint: str = "") -> Problem:
        """A problem at what may be spelt in these ways in the page's source."""
        return Problem(code, message, self.span(spellings), hint)

    def span(self, spellings: Sequence[str] = (), occurrence: int = 0) -> Span:
        """The place of a link to one of `spellings` (`occurrence` counts them from 0), else of one of them as a text.

        If the source has none of them, the page's template must have made it.
        """
        if self.source is None:
            return Span(self.path)
        for spelling in spellings:
            if places := self.source.links(spelling):
                return self.source.at(places[min(occurrence, len(places) - 1)])
        for spelling in spellings:
            if spelling and spelling in self.source.text:
                return self.source.find(spelling)
        for spelling in spellings:
            if place := self.source.find_meant(spelling):
                return place
        return Span(f"{self.source.name} (by its template)")


@dataclass(frozen=True)
class HtmlDocument:
    """What the checks know of an HTML file; `problems` are those that no other file has to do with."""

    path: str
    links: tuple[Link, ...]
    anchors: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def url(self) -> str:
        """Its address below the base path."""
        return "/" + quote(self.path).removesuffix("index.html")


@dataclass(frozen=True)
class FinishedOutput:
    """All files of a build. What only locates mistakes is computed once there is one."""

    base_path: str
    paths: frozenset[str]
    targets: frozenset[str]
    """Every address on its own host that a document links to, with its anchor: `/repo/vi/results/#loans`."""
    is_doubtful: bool
    """Whether a document has a link that is no address, or leads to an anchor that it lacks itself."""
    found: Sequence[Problem]
    """The problems of the single documents."""
    load: Callable[[], Sequence[HtmlDocument]]
    anchors_of: Callable[[str], frozenset[str] | None]
    """The anchors of an HTML file, by its path."""
    pages: Sequence[StoredPage]
    addresses: Addresses
    style_sheets: tuple[Artifact, ...]

    @cached_property
    def documents(self) -> Sequence[HtmlDocument]:
        return self.load()

    @cached_property
    def origins(self) -> Mapping[str, Origin]:
        """The origins of the pages, by the paths of their documents."""
        return {
            path: Origin(path, item.page.source, item.parts.written)
            for item in self.pages
            if (path := unquote(item.page.output_path))
        }

    @cached_property
    def urls(self) -> Mapping[str, str]:
        """The files by their addresses below the base path."""
        urls: dict[str, str] = {}
        for path in sorted(self.paths):
            url = "/" + quote(path)
            urls.setdefault(url, path)
            if path.rpartition("/")[2] == "index.html":
                urls[url.removesuffix("index.html")] = path
        return urls

    @cached_property
    def partial(self) -> frozenset[str]:
        """Files of pages that lack a part, for reasons reported elsewhere."""
        return frozenset(unquote(item.page.output_path) for item in self.pages if not item.is_whole)

    @cached_property
    def drafts(self) -> Mapping[str, str]:
        """Addresses of drafts, with their files."""
        return {page.url: page.file for page in self.addresses.content.held_back}

    def is_left_out(self, url: str) -> bool:
        """Whether an address would exist but for a mistake that is reported elsewhere."""
        of_data = any(part in url for part in ("/figures/", "/data/"))
        return url in self._left_out or (of_data and not self.addresses.dataset.readable)

    def is_anchor_left_out(self, anchor: str) -> bool:
        """Whether an anchor belongs to a row that was left out."""
        dataset = self.addresses.dataset
        return not dataset.readable or any(anchor == key or anchor.endswith(f"-{key}") for key in dataset.left_out)

    @cached_property
    def anchors(self) -> Mapping[str, frozenset[str]]:
        """The anchors of each HTML file, by its path."""
        return {document.path: frozenset(document.anchors) for document in self.documents}

    @cached_property
    def _left_out(self) -> frozenset[str]:
        """Home pages, pages and figures that are missing because something is wrong with them."""
        addresses, content = self.addresses, self.addresses.content
        found = {page.url for page in content.pages}
        for language in addresses.settings.languages:
            home = addresses.home(language)
            found |= {home, *(f"{home}{key}/" for key in content.unreadable_keys - {"index"})}
            found |= {addresses.figure(key, language) for key in addresses.dataset.left_out}
        found |= {f"/figures/{key}.{kind}" for key in addresses.dataset.left_out for kind in ("csv", "json")}
        return frozenset(found - set(self.urls))
