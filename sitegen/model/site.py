"""A site, and its pages through all stages: Settings → Page → Body → RenderedPage → StoredPage → Artifact."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Literal, NamedTuple, Protocol

from ..problems import Span
from ..text import LocatedMapping, SourceText, front_matter
from .chart import ChartRequest
from .reads import Read
from .text import Text


@dataclass(frozen=True)
class NavigationItem:
    """A link to a page in the header or footer; `index` is its place in site.toml."""

    page: str
    title: Text
    group: Literal["nav", "footer"]
    index: int


@dataclass(frozen=True)
class Settings:
    """The checked contents of site.toml. `base_url` ends in a slash."""

    languages: tuple[str, ...]
    base_url: str
    title: Text
    description: Text
    notice: Text
    navigation: tuple[NavigationItem, ...]
    params: Mapping[str, Any]
    labels: Mapping[str, Mapping[str, str]]
    located: LocatedMapping
    literal_numerals: tuple[str, ...] = ()
    """Regular expressions for numerals that aren't figures, e.g. the numbers of laws."""
    keep: tuple[str, ...] = ()
    """Paths in the output that don't belong to the site, and are kept."""
    published: frozenset[str] = frozenset()
    """The extensions (`.kml`) and paths of files to publish although their type is unknown."""
    chart_seconds: float = 60.0
    """The time limit for one chart."""
    languages_known: bool = True
    """False if `languages` has a mistake, so that files in other languages aren't reported."""

    @property
    def default_language(self) -> str:
        return self.languages[0]

    @property
    def base_path(self) -> str:
        """The path of the base URL, e.g. `/` or `/repo/`."""
        return "/" + self.base_url.split("://", 1)[1].partition("/")[2]


@dataclass(frozen=True)
class PlacedChart:
    """Where a chart is: the page, its number there, and the line on which the fence's text begins."""

    id: str
    number: int
    language: str
    page_key: str
    title: str
    """As its author wrote it."""
    line: int


@dataclass(frozen=True, kw_only=True)
class _Page:
    """One page in one language, before it is rendered. `url` is below the base path: `/vi/results/`."""

    key: str
    language: str
    url: str
    title: str
    description: str
    layout: str
    source: SourceText
    """The file, read on demand; empty for a page without a file."""
    area: str = ""
    weight: int = 0
    date: datetime.date | None = None
    lastmod: datetime.date | None = None
    aliases: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> tuple[str, str]:
        """Its language and key, which identify it."""
        return self.language, self.key

    @property
    def output_path(self) -> str:
        """The path of its output file, e.g. `vi/results/index.html`; a URL may also end in `.html`."""
        return self.url.lstrip("/") + ("" if self.url.endswith(".html") else "index.html")


@dataclass(frozen=True, kw_only=True)
class WrittenPage(_Page):
    """A page with a file in the content folder."""

    file: str
    """The file's path below the content folder."""
    digest: str
    """The SHA-256 of the file."""
    translation_key: str
    draft: bool
    publish: datetime.date | None
    """The day from which it is published."""
    body_line: int
    """The line on which the body begins."""
    body_start: int
    """The offset of the body in the file's text."""
    has_charts: bool
    """Whether it has chart fences, valid or not."""
    charts: tuple[PlacedChart, ...]
    """The charts in its body."""

    @property
    def body(self) -> str:
        """The text below the front matter."""
        return self.source.text[self.body_start :]

    def span(self, *key: str | int) -> Span:
        """The place of a key in the front matter, or the file's first line."""
        return front_matter(self.source)[0].span(*key)


@dataclass(frozen=True, kw_only=True)
class GeneratedPage(_Page):
    """A page without a file: of a figure, of a chart, the list of figures, 404."""

    figure: str = ""
    """The figure that it is about."""
    chart: str = ""
    """The chart that it shows for embedding."""
    theme: str = ""
    """`light` or `dark` for a chart that ignores the reader's preference."""

    @property
    def translation_key(self) -> str:
        return self.key


Page = WrittenPage | GeneratedPage


def has_charts(page: Page) -> bool:
    """Whether a page shows charts, or is a chart's own page."""
    return page.has_charts if isinstance(page, WrittenPage) else bool(page.chart)


@dataclass(frozen=True)
class Resource:
    """A file other than a page (a picture, a PDF) that is published at its own path."""

    path: PurePosixPath
    name: str
    """The path as users write it, e.g. `content/photo.jpg`."""
    digest: str
    """The SHA-256 of its content."""
    size: int
    load: Callable[[], bytes]


@dataclass(frozen=True)
class Content:
    """Everything in `content/` except settings and data."""

    written: tuple[WrittenPage, ...]
    resources: tuple[Resource, ...]
    held_back: tuple[WrittenPage, ...] = ()
    unreadable: frozenset[PurePosixPath] = frozenset()
    """Files left out because of mistakes."""
    outdated: frozenset[tuple[str, str]] = frozenset()
    """The language and key of each outdated translation."""

    generated: tuple[GeneratedPage, ...] = ()

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """All pages."""
        return self.written + self.generated

    @property
    def charts(self) -> Iterator[PlacedChart]:
        """The charts in the pages' bodies."""
        return (chart for page in self.written for chart in page.charts)

    @property
    def unreadable_keys(self) -> frozenset[str]:
        """The keys of the pages left out, in any language."""
        return frozenset(page_key(path, path.name.split(".")[0]) for path in self.unreadable)


def page_key(path: PurePosixPath, stem: str) -> str:
    """A page's key: `branches/north/index` → `branches/north`; the home page is `index`."""
    parts = [*path.parent.parts, *([] if stem == "index" else [stem])]
    return "/".join(parts) or "index"


@dataclass(frozen=True)
class Heading:
    level: int
    id: str
    title: str


@dataclass(frozen=True)
class Body:
    """A page's texts after Jinja2 and Markdown: `html` is safe for templates, and emptied once it is in one."""

    html: str
    title: str
    description: str
    headings: tuple[Heading, ...]
    charts: tuple[ChartRequest, ...]
    """Its charts, in order; `html` has an empty element for each."""
    whole: bool = True
    """False if a part couldn't be rendered, which is reported."""
    written: Mapping[str, str] = field(default_factory=dict)
    """The links as the author wrote them, by their rendered form."""


class PrintedText(NamedTuple):
    """A title or description as printed, and how often each figure appears in it."""

    text: str
    figures: Mapping[str, int]


@dataclass(frozen=True)
class RenderedPage:
    """A page as rendered by its template, with what is known at that point; see `StoredPage`."""

    page: Page
    body: Body
    html: str
    figures: Mapping[str, int]
    used: frozenset[str]
    shown: frozenset[str]
    reads: frozenset[Read]
    """Every fact read while rendering it."""


@dataclass(frozen=True)
class PageParts:
    """What is kept of a page's body: headings, charts, and the links as written, by their rendered form."""

    headings: tuple[Heading, ...]
    charts: tuple[ChartRequest, ...]
    written: Mapping[str, str]


class PageFile(Protocol):
    """The large parts of a page, read on demand."""

    def html(self) -> bytes:
        """The page's HTML (UTF-8)."""

    def parts(self) -> PageParts:
        """The kept parts of its body."""


class StoredPage(NamedTuple):
    """A finished page. `figures` counts the figures in its texts and charts, by id; `shown` also has those that its
    layout adds.
    """

    page: Page
    title: str
    description: str
    figures: Mapping[str, int]
    used: frozenset[str]
    shown: frozenset[str]
    is_whole: bool
    """False if a part couldn't be rendered, which is reported."""
    digest: str
    """The SHA-256 of its HTML."""
    size: int
    """The size of its HTML in bytes."""
    id: int
    """Its number in the store."""
    file: PageFile

    @property
    def html(self) -> str:
        return self.file.html().decode()

    @property
    def parts(self) -> PageParts:
        return self.file.parts()


BY_BUILD = ""
"""The origin of files made from the whole site, not from one source file."""


@dataclass(frozen=True)
class Artifact:
    """An output file: its path below `output/` and its content. `origin` is reported if two files claim a path.

    `figures` are the ids of the figures it shows, if its text doesn't contain them.
    """

    path: str
    content: bytes
    origin: str
    figures: frozenset[str] = frozenset()

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of its content."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def size(self) -> int:
        """Its size in bytes."""
        return len(self.content)


class KeptArtifact(Artifact):
    """A file whose content is stored elsewhere, and is read on demand."""

    def __init__(self, path: str, origin: str, digest: str, size: int, load: Callable[[], bytes]) -> None:
        vars(self).update(path=path, origin=origin, figures=frozenset(), digest=digest, size=size, load=load)

    @property
    def content(self) -> bytes:
        load: Callable[[], bytes] = vars(self)["load"]
        return load()
