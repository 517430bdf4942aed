"""What the checks are given: the tags of a document, what is kept of it, and all files of a build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote, unquote

from ..addresses import Addresses
from ..located import SourceText
from ..model import Artifact, RenderedPage
from ..problems import Problem, Span

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
                return places[min(occurrence, len(places) - 1)]
        for needle in needles:
            if needle and needle in self.source.text:
                return self.source.find(needle)
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
    """All files of a build. `urls` are the addresses a host answers at, below the base path."""

    base_path: str
    documents: tuple[Document, ...]
    origins: Mapping[str, Origin]
    """Where the documents that are pages come from, by their paths."""
    urls: Mapping[str, str]
    left_out: frozenset[str]
    """Addresses of what could not be made, for reasons told elsewhere."""
    partial: frozenset[str]
    """Files of pages of which a part is missing, for reasons told elsewhere."""
    drafts: Mapping[str, str]
    """Addresses of drafts, with their files."""
    style_sheets: tuple[Artifact, ...]
    lost: frozenset[str]
    """Ids of rows that were left out; their anchors are not there either."""
    data_readable: bool

    def is_left_out(self, url: str) -> bool:
        """Whether an address would be there, but for a mistake that is told elsewhere."""
        of_data = any(part in url for part in ("/figures/", "/data/"))
        return url in self.left_out or (of_data and not self.data_readable)

    def is_anchor_left_out(self, anchor: str) -> bool:
        """Whether an anchor belongs to a row that was left out."""
        return not self.data_readable or any(anchor == key or anchor.endswith(f"-{key}") for key in self.lost)

    @property
    def anchors(self) -> Mapping[str, frozenset[str]]:
        """The anchors of each HTML file, by its path."""
        return {document.path: frozenset(document.anchors) for document in self.documents}


def read_output(
    artifacts: Sequence[Artifact], documents: Sequence[Document], pages: Sequence[RenderedPage], addresses: Addresses
) -> Output:
    """The addresses of every file, and the documents with where they come from."""
    origins = {
        path: Origin(path, item.page.source, item.body.written)
        for item in pages
        if (path := unquote(item.page.output_path))
    }
    urls: dict[str, str] = {}
    for artifact in artifacts:
        url = "/" + quote(artifact.path)
        urls.setdefault(url, artifact.path)
        if artifact.path.rpartition("/")[2] == "index.html":
            urls[url.removesuffix("index.html")] = artifact.path
    settings, content = addresses.settings, addresses.content
    return Output(
        settings.base_path,
        tuple(documents),
        origins,
        urls,
        _left_out(addresses, urls),
        frozenset(unquote(item.page.output_path) for item in pages if not item.body.whole),
        {page.url: page.path.as_posix() for page in content.held_back},
        tuple(artifact for artifact in artifacts if artifact.path.endswith(".css")),
        addresses.dataset.left_out,
        addresses.dataset.readable,
    )


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
