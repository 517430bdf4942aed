"""A site, its pages and what becomes of them: Settings → Page → Body → RenderedPage → Artifact."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Literal

from ..located import LocatedMapping, SourceText
from ..reads import Read
from .chart import ChartRequest
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
class Page:
    """One page in one language, before its body is rendered. `url` is below the base path: `/vi/results/`."""

    key: str
    language: str
    url: str
    title: str
    description: str
    layout: str
    area: str
    weight: int
    date: datetime.date | None
    lastmod: datetime.date | None
    draft: bool
    aliases: tuple[str, ...]
    params: Mapping[str, Any]
    body: str
    body_line: int
    front: LocatedMapping
    path: PurePosixPath
    translation_key: str
    figure: str = ""
    """The figure that a page without a file tells of."""
    chart: str = ""
    """The chart that a page without a file shows, to be embedded elsewhere."""
    theme: str = ""
    """`light` or `dark` for such a page that does not follow its reader's setting."""

    @property
    def source(self) -> SourceText:
        return self.front.source

    @property
    def output_path(self) -> str:
        """Where it is written, e.g. `vi/results/index.html`; a URL that ends in `.html` is a file of its own."""
        return self.url.lstrip("/") + ("" if self.url.endswith(".html") else "index.html")


@dataclass(frozen=True)
class Resource:
    """A file beside the pages (a picture, a PDF) that is published at its own path."""

    path: PurePosixPath
    content: bytes
    name: str
    """The path as people write it, e.g. `content/photo.jpg`."""


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


@dataclass(frozen=True)
class Content:
    """All that `content/` holds beside settings and data."""

    pages: tuple[Page, ...]
    resources: tuple[Resource, ...]
    held_back: tuple[Page, ...] = ()
    unreadable: frozenset[PurePosixPath] = frozenset()
    """Files of pages that were left out because something is wrong with them."""
    charts: tuple[PlacedChart, ...] = ()
    """The charts in the bodies of the pages."""
    outdated: frozenset[tuple[str, str]] = frozenset()
    """The language and key of each translation that is older than its original."""

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


@dataclass(frozen=True)
class PrintedText:
    """A title or description as it is printed, and how often it shows which figures."""

    text: str
    figures: Mapping[str, int]


@dataclass(frozen=True)
class RenderedPage:
    """A page as it will be read. `figures` counts the figures that its texts and charts show, by id;
    `shown` are these and all that its layout prints of itself.
    """

    page: Page
    body: Body
    html: str
    figures: Mapping[str, int]
    used: frozenset[str]
    shown: frozenset[str]
    reads: frozenset[Read] = frozenset()
    """All that was asked for while it was rendered."""


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
