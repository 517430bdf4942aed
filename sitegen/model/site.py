"""A site, its pages and what becomes of them: Settings → Page → Body → RenderedPage → StoredPage → Artifact."""

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
    """What site.toml says, checked. `base_url` ends in a slash."""

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
    """Regular expressions of numerals that come from no figure, e.g. the numbers of laws."""
    keep: tuple[str, ...] = ()
    """Paths in the output that are not the site's, and stay there."""
    published: frozenset[str] = frozenset()
    """The endings (`.kml`) and paths of files that are published though their types are not known."""
    chart_seconds: float = 60.0
    """How long one chart may take."""
    languages_known: bool = True
    """False when `languages` holds a mistake, so that files of a further language are none."""

    @property
    def default_language(self) -> str:
        return self.languages[0]

    @property
    def base_path(self) -> str:
        """The path of the base URL, e.g. `/` or `/repo/`."""
        return "/" + self.base_url.split("://", 1)[1].partition("/")[2]


@dataclass(frozen=True)
class PlacedChart:
    """Where a chart stands: the page, its number there, and the line of the file that its fence's text begins at."""

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
    """The file; its text is read when somebody asks for it. Of a page without a file it is empty."""
    area: str = ""
    weight: int = 0
    date: datetime.date | None = None
    lastmod: datetime.date | None = None
    aliases: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> tuple[str, str]:
        """Its language and key, which no other page has."""
        return self.language, self.key

    @property
    def output_path(self) -> str:
        """Where it is written, e.g. `vi/results/index.html`; a URL that ends in `.html` is a file of its own."""
        return self.url.lstrip("/") + ("" if self.url.endswith(".html") else "index.html")


@dataclass(frozen=True, kw_only=True)
class WrittenPage(_Page):
    """A page that its author has written a file for."""

    file: str
    """The file's path below the content folder."""
    digest: str
    """The SHA-256 of the file."""
    translation_key: str
    draft: bool
    publish: datetime.date | None
    """The day from which it is no draft any more."""
    body_line: int
    """The line that the body begins at."""
    body_start: int
    """Where the body begins in the file's text."""
    has_charts: bool
    """Whether it asks for charts, be it rightly or not."""
    charts: tuple[PlacedChart, ...]
    """The charts in its body."""

    @property
    def body(self) -> str:
        """What stands below the front matter."""
        return self.source.text[self.body_start :]

    def span(self, *key: str | int) -> Span:
        """The place of a key of the front matter; the file's first line where there is none."""
        return front_matter(self.source)[0].span(*key)


@dataclass(frozen=True, kw_only=True)
class GeneratedPage(_Page):
    """A page that no file was written for: of a figure, of a chart, the list of figures, 404."""

    figure: str = ""
    """The figure that it tells of."""
    chart: str = ""
    """The chart that it shows, to be embedded elsewhere."""
    theme: str = ""
    """`light` or `dark` for a chart that does not follow its reader's setting."""

    @property
    def translation_key(self) -> str:
        return self.key


Page = WrittenPage | GeneratedPage


def has_charts(page: Page) -> bool:
    """Whether a page shows charts, or is the page of one."""
    return page.has_charts if isinstance(page, WrittenPage) else bool(page.chart)


@dataclass(frozen=True)
class Resource:
    """A file beside the pages (a picture, a PDF) that is published at its own path."""

    path: PurePosixPath
    name: str
    """The path as people write it, e.g. `content/photo.jpg`."""
    digest: str
    """The SHA-256 of what it holds."""
    size: int
    load: Callable[[], bytes]


@dataclass(frozen=True)
class Content:
    """All that `content/` holds beside settings and data."""

    written: tuple[WrittenPage, ...]
    resources: tuple[Resource, ...]
    held_back: tuple[WrittenPage, ...] = ()
    unreadable: frozenset[PurePosixPath] = frozenset()
    """Files of pages that were left out because something is wrong with them."""
    outdated: frozenset[tuple[str, str]] = frozenset()
    """The language and key of each translation that is older than its original."""

    generated: tuple[GeneratedPage, ...] = ()

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """All pages."""
        return self.written + self.generated

    @property
    def charts(self) -> Iterator[PlacedChart]:
        """The charts in the bodies of the pages."""
        return (chart for page in self.written for chart in page.charts)

    @property
    def unreadable_keys(self) -> frozenset[str]:
        """The keys that the pages left out would have, in any language."""
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
    """A page's texts after Jinja2 and Markdown: `html` is safe to put in a template, and empty once it is in one."""

    html: str
    title: str
    description: str
    headings: tuple[Heading, ...]
    charts: tuple[ChartRequest, ...]
    """Its charts, in their order; `html` has an empty element for each."""
    whole: bool = True
    """False when a part could not be rendered, for a reason told."""
    written: Mapping[str, str] = field(default_factory=dict)
    """The links as the author wrote them, by what they became."""


class PrintedText(NamedTuple):
    """A title or description as it is printed, and how often it shows which figures."""

    text: str
    figures: Mapping[str, int]


@dataclass(frozen=True)
class RenderedPage:
    """A page as it comes from its template, with all that is known of it then; see `StoredPage`."""

    page: Page
    body: Body
    html: str
    figures: Mapping[str, int]
    used: frozenset[str]
    shown: frozenset[str]
    reads: frozenset[Read]
    """All that was asked for while it was rendered."""


@dataclass(frozen=True)
class PageParts:
    """What is kept of a page's body: its headings, its charts, and the links as written, by what they became."""

    headings: tuple[Heading, ...]
    charts: tuple[ChartRequest, ...]
    written: Mapping[str, str]


class PageFile(Protocol):
    """The large parts of a page, which are read when they are asked for."""

    def html(self) -> bytes:
        """The page as it is written, UTF-8."""

    def parts(self) -> PageParts:
        """What is kept of its body."""


class StoredPage(NamedTuple):
    """A finished page. `figures` counts the figures that its texts and charts show, by id;
    `shown` are these and all that its layout prints of itself.
    """

    page: Page
    title: str
    description: str
    figures: Mapping[str, int]
    used: frozenset[str]
    shown: frozenset[str]
    is_whole: bool
    """False when a part could not be rendered, for a reason told."""
    digest: str
    """The SHA-256 of its HTML."""
    size: int
    """How many bytes that has."""
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
"""The origin of what is made from the whole site, and of no one file."""


@dataclass(frozen=True)
class Artifact:
    """A file of the output: a path below `output/` and what it holds. `origin` is named when two claim a path.

    `figures` are the ids of those it shows, where its own text does not name them.
    """

    path: str
    content: bytes
    origin: str
    figures: frozenset[str] = frozenset()

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of what it holds."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.content)


class KeptArtifact(Artifact):
    """A file of which the content is somewhere already, and is read when it is asked for."""

    def __init__(self, path: str, origin: str, digest: str, size: int, load: Callable[[], bytes]) -> None:
        vars(self).update(path=path, origin=origin, figures=frozenset(), digest=digest, size=size, load=load)

    @property
    def content(self) -> bytes:
        load: Callable[[], bytes] = vars(self)["load"]
        return load()
