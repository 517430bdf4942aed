"""The finished files, read once for all checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from selectolax.lexbor import LexborHTMLParser

from ..addresses import Addresses
from ..located import SourceText
from ..model import Artifact, RenderedPage
from ..problems import Problem, Span

Attributes = Mapping[str, str | None]


@dataclass(frozen=True)
class Tag:
    name: str
    attributes: Attributes
    text: str


@dataclass(frozen=True)
class Document:
    """An HTML file: its address below the base path, its tags that refer or could act, and its anchors."""

    path: str
    url: str
    tags: tuple[Tag, ...]
    anchors: frozenset[str]
    source: SourceText | None

    def problem(self, code: str, message: str, needles: Sequence[str], hint: str = "") -> Problem:
        """A problem at the first of `needles` that stands in the page's source, else at the output file."""
        for needle in needles:
            if self.source and needle and needle in self.source.text:
                return Problem(code, message, self.source.find(needle), hint)
        where = f"{self.source.name} (by its template)" if self.source else self.path
        return Problem(code, message, Span(where), hint)


@dataclass(frozen=True)
class Output:
    """All files of a build. `urls` are the addresses a host answers at, below the base path."""

    base_path: str
    base_url: str
    documents: tuple[Document, ...]
    urls: Mapping[str, str]
    left_out: frozenset[str]
    """Addresses of pages that could not be rendered, for reasons told elsewhere."""

    @property
    def anchors(self) -> Mapping[str, frozenset[str]]:
        return {document.path: document.anchors for document in self.documents}


def read_output(artifacts: Sequence[Artifact], pages: Sequence[RenderedPage], addresses: Addresses) -> Output:
    """Parse every HTML file and list the addresses of every file."""
    sources = {rendered.page.source.name: rendered.page.source for rendered in pages}
    urls: dict[str, str] = {}
    for artifact in artifacts:
        url = "/" + quote(artifact.path)
        urls[url] = artifact.path
        if artifact.path.rpartition("/")[2] == "index.html":
            urls[url.removesuffix("index.html")] = artifact.path
    documents = tuple(
        _read(artifact, sources.get(artifact.origin)) for artifact in artifacts if artifact.path.endswith(".html")
    )
    settings, content = addresses.settings, addresses.content
    left_out = {page.url for page in content.pages} - set(urls)
    for key in content.unreadable_keys:
        left_out |= {
            addresses.home(language) + ("" if key == "index" else f"{key}/") for language in settings.languages
        }
    return Output(settings.base_path, settings.base_url, documents, urls, frozenset(left_out))


def _read(artifact: Artifact, source: SourceText | None) -> Document:
    tags, anchors = [], set()
    for node in LexborHTMLParser(artifact.content).css("*"):
        attributes = node.attributes
        if not attributes and node.tag not in ("script", "style"):
            continue
        if anchor := attributes.get("id") or (attributes.get("name") if node.tag == "a" else None):
            anchors.add(anchor)
        text = node.text() if node.tag in ("script", "style") else ""
        tags.append(Tag(node.tag or "", attributes, text))
    url = "/" + quote(artifact.path).removesuffix("index.html")
    return Document(artifact.path, url, tuple(tags), frozenset(anchors), source)
