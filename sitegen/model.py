"""The types that flow through a build. No I/O here; every value is frozen and can be pickled.

Settings → Page → Body → RenderedPage → Artifact; beside it Dataset → Observation → figures and charts.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, Literal

from .located import LocatedMapping, SourceText

Text = Mapping[str, str]
"""A text in each language; the key "" holds one that serves all of them."""


def in_language(text: Text, language: str) -> str:
    """The text in a language, or the one for all languages, or an empty string."""
    return text.get(language) or text.get("", "")


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
class Content:
    """All that `content/` holds beside settings and data."""

    pages: tuple[Page, ...]
    resources: tuple[Resource, ...]
    held_back: tuple[Page, ...] = ()
    unreadable: frozenset[PurePosixPath] = frozenset()
    """Files of pages that were left out because something is wrong with them."""

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
    """A page's texts after Jinja2 and Markdown: `html` is safe to put in a template."""

    html: str
    title: str
    description: str
    headings: tuple[Heading, ...]
    figures: frozenset[str]
    whole: bool = True
    """False when a part could not be rendered, for a reason told."""
    written: Mapping[str, str] = field(default_factory=dict)
    """The links as the author wrote them, by what they became."""


@dataclass(frozen=True)
class RenderedPage:
    page: Page
    body: Body
    html: str


BY_BUILD = ""
"""The origin of what is made from the whole site, and of no one file."""


@dataclass(frozen=True)
class Artifact:
    """A file of the output: a path below `output/` and what it holds. `origin` is named when two claim a path."""

    path: str
    content: bytes
    origin: str


@dataclass(frozen=True)
class Column:
    """A column of a table, as the descriptor has it."""

    name: str
    title: Text
    type: str


@dataclass(frozen=True)
class Table:
    """A data table: `rows` hold the cells as text, one for each column; `lines` their line in the file."""

    name: str
    title: Text
    description: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    source: SourceText

    def column_index(self, name: str) -> int | None:
        """Where a column stands, or None."""
        return next((i for i, column in enumerate(self.columns) if column.name == name), None)

    def keyed(self) -> Mapping[str, tuple[str, ...]]:
        """The rows by their `id`, or by their first column where there is none."""
        index = self.column_index("id") or 0
        return {row[index]: row for row in self.rows}


@dataclass(frozen=True)
class Indicator:
    id: str
    name: Text
    unit: str
    unit_type: str
    unit_name: Text
    direction: str
    definition: Text


@dataclass(frozen=True)
class Area:
    id: str
    name: Text
    full_name: Text
    type: Text
    code: str
    parent: str
    tile_row: int | None
    tile_column: int | None


@dataclass(frozen=True)
class Document:
    """A source: where figures were taken from."""

    id: str
    title: Text
    publisher: Text
    date: str
    url: str
    accessed: str
    note: Text


@dataclass(frozen=True)
class Observation:
    """A published figure. `value` is the decimal text as published: its digits are its precision."""

    id: str
    indicator: Indicator
    area: Area
    period: str
    period_note: Text
    value: str
    qualifier: str
    status: str
    source: Document
    locator: Text
    note: Text
    line: int

    @property
    def day(self) -> int:
        """Where the period stands in time, as a day number: a day itself, the middle of a longer period."""
        first, _, last = self.period.partition("/")
        start = datetime.date.fromisoformat(first + {4: "-01-01", 7: "-01"}.get(len(first), ""))
        end = last or first
        finish = datetime.date.fromisoformat(end + {4: "-12-31", 7: "-28"}.get(len(end), ""))
        return (start.toordinal() + finish.toordinal()) // 2

    @property
    def number(self) -> Decimal:
        return Decimal(self.value)

    @property
    def decimals(self) -> int:
        """How many digits were published after the decimal point."""
        return len(self.value.partition(".")[2])


@dataclass(frozen=True)
class Dataset:
    """All tables of a site, and the figures in them. Empty when there is no `data/` folder."""

    observations: Mapping[str, Observation] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    areas: Mapping[str, Area] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    descriptor: Mapping[str, Any] = field(default_factory=dict)
    """The Data Package descriptor of all tables, the author's and the contract's."""
    left_out: frozenset[str] = frozenset()
    """Ids of rows that were left out because something is wrong with them."""
    readable: bool = True
    """False when a whole table could not be read."""

    def is_unknown(self, key: str, known: Mapping[str, object]) -> bool:
        """Whether a name is a mistake: neither known, nor lost by a mistake that is told elsewhere."""
        return key not in known and self.readable and key not in self.left_out


@dataclass(frozen=True)
class Series:
    """The observations that one line, or one pair of ends, of a chart joins."""

    name: str
    observations: tuple[Observation, ...]


@dataclass(frozen=True)
class ChartRequest:
    """What a chart fence asks for, checked against the data."""

    id: str
    kind: str
    title: str
    subtitle: str
    note: str
    series: tuple[Series, ...]
    line: int


@dataclass(frozen=True)
class Drawing:
    """A chart as SVG, at one of the widths it is drawn for ("wide", "narrow")."""

    width: str
    svg: str
