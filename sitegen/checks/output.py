"""What the checks are given: the tags of a document, what is kept of it, and all files of a build."""

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

Attributes = Mapping[str, str | None]


@dataclass(frozen=True)
class Tag:
    name: str
    attributes: Attributes
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


class Reference(NamedTuple):
    """A link, or a picture, as the finished page has it."""

    target: str
    is_picture: bool


@dataclass(frozen=True)
class Origin:
    """Where an HTML file comes from, so that what is wrong with it can be told at its author's line."""

    path: str
    source: SourceText | None = None
    written: Mapping[str, str] = field(default_factory=dict)
    """The links as the author wrote them, by what they became."""

    def problem(
        self, code: str, message: str, targets: Sequence[str] = (), needles: Sequence[str] = (), hint: str = ""
    ) -> Problem:
        """A problem at the first link to one of `targets`, or the first of `needles`, in the page's source.

        When there is neither, the page's template must have made it.
        """
        return Problem(code, message, self.span(targets, needles), hint)

    def span(self, targets: Sequence[str] = (), needles: Sequence[str] = (), occurrence: int = 0) -> Span:
        """The place in the page's source; `occurrence` counts the links to the same target from 0."""
        if self.source is None:
            return Span(self.path)
        for target in targets:
            if places := self.source.links(target):
                return self.source.at(places[min(occurrence, len(places) - 1)])
        for needle in needles:
            if needle and needle in self.source.text:
                return self.source.find(needle)
        for needle in needles:
            if place := self.source.find_meant(needle):
                return place
        return Span(f"{self.source.name} (by its template)")


@dataclass(frozen=True)
class Document:
    """What the checks know of an HTML file: what it refers to, its anchors, and what is wrong with it by itself."""

    path: str
    references: tuple[Reference, ...]
    anchors: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def url(self) -> str:
        """Its address below the base path."""
        return "/" + quote(self.path).removesuffix("index.html")


@dataclass(frozen=True)
class Output:
    """All files of a build. What only tells where a mistake is gets looked up as soon as there is one."""

    base_path: str
    paths: frozenset[str]
    """Those of all files."""
    targets: frozenset[str]
    """Every address below the host that a document refers to, with its anchor: `/repo/vi/results/#loans`."""
    is_doubtful: bool
    """Whether a document refers to what can be no such address, or to an anchor that it doesn't have itself."""
    found: Sequence[Problem]
    """What is wrong with each document by itself."""
    load: Callable[[], Sequence[Document]]
    anchors_of: Callable[[str], frozenset[str] | None]
    """The anchors of an HTML file, by its path."""
    pages: Sequence[StoredPage]
    addresses: Addresses
    style_sheets: tuple[Artifact, ...]

    @cached_property
    def documents(self) -> Sequence[Document]:
        return self.load()

    @cached_property
    def origins(self) -> Mapping[str, Origin]:
        """Where the documents that are pages come from, by their paths."""
        return {
            path: Origin(path, item.page.source, item.parts.written)
            for item in self.pages
            if (path := unquote(item.page.output_path))
        }

    @cached_property
    def urls(self) -> Mapping[str, str]:
        """The files by the addresses that a host answers at, below the base path."""
        urls: dict[str, str] = {}
        for path in sorted(self.paths):
            url = "/" + quote(path)
            urls.setdefault(url, path)
            if path.rpartition("/")[2] == "index.html":
                urls[url.removesuffix("index.html")] = path
        return urls

    @cached_property
    def partial(self) -> frozenset[str]:
        """Files of pages of which a part is missing, for reasons told elsewhere."""
        return frozenset(unquote(item.page.output_path) for item in self.pages if not item.is_whole)

    @cached_property
    def drafts(self) -> Mapping[str, str]:
        """Addresses of drafts, with their files."""
        return {page.url: page.file for page in self.addresses.content.held_back}

    @cached_property
    def _left_out(self) -> frozenset[str]:
        return _left_out(self.addresses, self.urls)

    def is_left_out(self, url: str) -> bool:
        """Whether an address would be there, but for a mistake that is told elsewhere."""
        of_data = any(part in url for part in ("/figures/", "/data/"))
        return url in self._left_out or (of_data and not self.addresses.dataset.readable)

    def is_anchor_left_out(self, anchor: str) -> bool:
        """Whether an anchor belongs to a row that was left out, which has none then."""
        dataset = self.addresses.dataset
        return not dataset.readable or any(anchor == key or anchor.endswith(f"-{key}") for key in dataset.left_out)

    @cached_property
    def anchors(self) -> Mapping[str, frozenset[str]]:
        """The anchors of each HTML file, by its path."""
        return {document.path: frozenset(document.anchors) for document in self.documents}


def _left_out(addresses: Addresses, urls: Mapping[str, str]) -> frozenset[str]:
    """Home pages, pages and figures that are not there because something is wrong with them."""
    content, dataset, languages = addresses.content, addresses.dataset, addresses.settings.languages
    found = {addresses.home(language) for language in languages} | {page.url for page in content.pages}
    for key in content.unreadable_keys - {"index"}:
        found |= {f"{addresses.home(language)}{key}/" for language in languages}
    for figure in dataset.left_out:
        found |= {addresses.figure(figure, language) for language in languages}
        found |= {f"/figures/{figure}.csv", f"/figures/{figure}.json"}
    return frozenset(found - set(urls))
