"""Dependencies of pages: the kinds of facts, and the reader that all facts are read through.

Each method of `Reader` marked `@fact` is a kind of fact. A call records the fact's name, e.g.
`("figure", "loans-2024")`, and returns its value; `digest` hashes its current value. Views, shortcodes, layouts and
charts have no other access to the site, so a page depends on exactly what it has read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from enum import Enum, auto
from pathlib import PurePosixPath
from typing import Any, Concatenate, Generic, Literal, ParamSpec, TypeVar, get_args

from ..content import Addresses
from ..data import dataset_description
from ..language import FigureFormat, sort_key
from ..model import (
    Area,
    Choice,
    Dataset,
    DerivedFigure,
    Document,
    Figure,
    GeneratedPage,
    Indicator,
    Judgement,
    Observation,
    Page,
    PlacedChart,
    PrintedText,
    Read,
    Table,
    WrittenPage,
)
from ..text import SourceText
from .value_hash import ValueHash

_P = ParamSpec("_P")
_T = TypeVar("_T")
PagePart = Literal[
    "title", "description", "url", "layout", "area", "weight", "date", "lastmod", "draft", "params", "theme"
]
"""What other pages may read of a page."""
# the file's digest stands for these
_NOT_OWN = ("source", "body_line", "body_start", "charts")
_OWN = {
    kind: tuple(item.name for item in fields(kind) if item.name not in _NOT_OWN)
    for kind in (WrittenPage, GeneratedPage)
}
DataTable = Literal["figure", "indicator", "area", "document", "table"]
Texts = Mapping[tuple[str, str], tuple[PrintedText, PrintedText]]
"""The titles and descriptions of pages as printed, by language and key."""


class Scope(Enum):
    """What a fact can depend on; unless that has changed, the fact isn't checked."""

    PAGE = auto()
    """The page in the fact's name (language, key), its translations, and the pages directly below it."""
    DATA = auto()
    """The data, the settings and the interface labels."""
    ANY = auto()
    """Anything: such facts are always checked."""
    LATE = auto()
    """The charts, or the pages that show a figure, which are known once the bodies are rendered."""


@dataclass(frozen=True)
class FactKind(Generic[_P, _T]):
    """A kind of fact: how its value is found, which part of it counts, its words for `explain`, and its scope."""

    name: str
    words: str
    scope: Scope
    value: Callable[Concatenate[Any, _P], _T]
    counts: Callable[[Any], object]
    parts: tuple[str, ...]
    """The possible last parts of names of this kind, if they are few."""

    def __get__(self, reader: DataReader, owner: object) -> Callable[_P, _T]:
        """The kind as a method of a reader, which records the fact's name."""
        kind, value = self.name, self.value

        def ask(*name: _P.args, **named: _P.kwargs) -> _T:
            # authors may pass other types, `indicator(1)`
            reader.record.reads.add((kind, *map(str, name)))
            return value(reader, *name, **named)

        # the next access finds it there: a page asks some 70 times
        vars(reader)[value.__name__] = ask
        return ask


def fact(
    words: str, scope: Scope, counts: Callable[[Any], object] = lambda value: value, parts: tuple[str, ...] = ()
) -> Callable[[Callable[Concatenate[Any, _P], _T]], FactKind[_P, _T]]:
    """Makes a method a kind of fact with the method's name. The method must not read other facts."""

    def kind(value: Callable[Concatenate[Any, _P], _T]) -> FactKind[_P, _T]:
        return FactKind(value.__name__.replace("_", "-"), words, scope, value, counts, parts)

    return kind


@dataclass
class Record:
    """What was read while something was rendered."""

    reads: set[Read] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    """The ids of figures whose values were printed."""
    named: set[str] = field(default_factory=set)
    """The ids of figures in printed titles and descriptions."""


def _with_inputs(figure: Figure | None) -> object:
    """A figure with the inputs it was computed from, which `ValueHash` would leave out."""
    return (figure, figure.inputs) if isinstance(figure, DerivedFigure) else figure


def _without_source(table: Table | None) -> object:
    return table and (table.title, table.description, table.columns, table.rows)


class DataReader:
    """Reads facts of the data, and records them."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self.record = Record()
        self._keyed: dict[str, Mapping[str, tuple[str, ...]]] = {}

    @contextmanager
    def recorded(self, record: Record) -> Iterator[Record]:
        """Record what is read in the block."""
        before, self.record = self.record, record
        try:
            yield record
        finally:
            self.record = before

    def place_of(self, key: str) -> str:
        """Where a figure is defined, for hints: `content/data/observations.csv:3`."""
        figure = self._dataset.figures[key]
        return f"{self._dataset.source_of(figure).name}:{figure.line}"

    @fact("the figure {1}", Scope.DATA, counts=_with_inputs)
    def figure(self, key: str) -> Figure | None:
        return self._dataset.figures.get(key)

    @fact("the indicator {1}", Scope.DATA)
    def indicator(self, key: str) -> Indicator | None:
        return self._dataset.indicators.get(key)

    @fact("the area {1}", Scope.DATA)
    def area(self, key: str) -> Area | None:
        return self._dataset.areas.get(key)

    @fact("the source {1}", Scope.DATA)
    def document(self, key: str) -> Document | None:
        return self._dataset.documents.get(key)

    @fact("the table {1}", Scope.DATA, counts=_without_source)
    def table(self, key: str) -> Table | None:
        return self._dataset.tables.get(key)

    @fact("the row {2} of the table {1}", Scope.DATA, counts=lambda found: found and (found[0].columns, found[1]))
    def row(self, table: str, key: str) -> tuple[Table, tuple[str, ...] | None] | None:
        """A table and the cells of one of its rows; None if there is no such table."""
        found = self._dataset.tables.get(table)
        if found is None:
            return None
        if table not in self._keyed:
            self._keyed[table] = found.keyed()
        return found, self._keyed[table].get(key)

    @fact("the list of every {1}", Scope.DATA)
    def all(self, kind: DataTable) -> Sequence[str]:
        """The ids of all figures, indicators, areas or documents, or the names of all tables."""
        return tuple(getattr(self._dataset, f"{kind}s"))

    @fact("whether {1} was left out of the data", Scope.DATA)
    def lost(self, key: str) -> bool:
        """Whether a name may be missing because of a mistake reported elsewhere."""
        return not self._dataset.readable or key in self._dataset.left_out

    @fact("whether anything was left out of the data", Scope.DATA)
    def has_lost(self) -> bool:
        """Whether figures may be missing because of a mistake reported elsewhere."""
        return not self._dataset.readable or bool(self._dataset.left_out)

    @fact("the figures from the source {1}", Scope.DATA)
    def of_source(self, key: str) -> Sequence[str]:
        return self._dataset.figures_by_source.get(key, ())

    @fact("what is computed from {1}", Scope.DATA)
    def computed_into(self, key: str) -> Sequence[str]:
        return self._dataset.computed_into.get(key, ())

    @fact("the rules", Scope.DATA)
    def rules(self) -> Sequence[Judgement]:
        return self._dataset.judgements

    @fact("the rules that hold {1}", Scope.DATA)
    def rules_of(self, key: str) -> Sequence[Judgement]:
        return self._dataset.rules_by_figure.get(key, ())

    @fact("the figures of {1}", Scope.DATA, counts=lambda found: [item.id for item in found])
    def choice(self, text: str) -> Sequence[Observation]:
        """The observations of a choice, by its text (`Choice.text`)."""
        return Choice.from_text(text).of(self._dataset)

    @fact("the version of the data", Scope.DATA)
    def release(self) -> object:
        return self._dataset.descriptor.get("version", "")

    @fact("whether there are figures", Scope.DATA)
    def has_figures(self) -> bool:
        return bool(self._dataset.figures)


class Reader(DataReader):
    """Reads facts of a site, and records them.

    `templates` are the paths and bytes of the templates by name, `asset_paths` the addresses of files in `assets/`,
    `policy` is the content policy of the pages. `complete` adds the charts, and the pages that show each figure.
    """

    def __init__(
        self,
        addresses: Addresses,
        formats: Mapping[str, FigureFormat],
        templates: Mapping[str, tuple[str, bytes]],
        asset_paths: Mapping[str, str],
        policy: str,
        texts: Texts,
    ) -> None:
        super().__init__(addresses.dataset)
        self._addresses, self._formats, self._texts = addresses, formats, texts
        self._templates, self._asset_paths, self._policy = templates, asset_paths, policy
        self._charts: Mapping[tuple[str, str], Any] = {}
        self._uses: Mapping[str, Sequence[Page]] = {}
        self._below: dict[str, Mapping[str, Sequence[Page]]] = {}
        self._sorted: dict[tuple[str, str], Sequence[str]] = {}
        self._keys = {language: tuple(page.key for page in pages) for language, pages in addresses.by_language.items()}
        self._digests: dict[Read, bytes] = {}
        self._hash = ValueHash()
        # the same in all builds of an engine, so not recorded
        settings = addresses.settings
        self.languages, self.base_path, self.base_url = settings.languages, settings.base_path, settings.base_url
        self.local, self.absolute, self.home = addresses.local, addresses.absolute, addresses.home
        self.figure_url = addresses.figure

    def prepare(self) -> None:
        """Fill caches before forking, so that processes share them."""
        _ = self._addresses.translations, self._addresses.has_dated_pages, self._first("", "layout", "")
        for language in self.languages:
            _ = self._children(language, "index")

    def complete(self, charts: Mapping[tuple[str, str], Any], uses: Mapping[str, Sequence[Page]]) -> None:
        """Add the drawn charts (`DrawnChart`, by language and id) and the pages that show each figure."""
        self._charts, self._uses = charts, uses
        self._digests = {read: known for read, known in self._digests.items() if read[0] not in LATE}

    def digest(self, read: Read) -> bytes:
        """The hash (16 bytes) of a fact's current value. Nothing is recorded."""
        known = self._digests.get(read)
        if known is None:
            kind = KINDS[read[0]]
            known = self._hash.of(kind.counts(kind.value(self, *read[1:])))
            # not worth caching: each page is checked once or twice
            if kind.scope is not Scope.PAGE:
                self._digests[read] = known
        return known

    @fact(
        "its own file or address",
        Scope.PAGE,
        counts=lambda own: own and ([getattr(own[0], name) for name in _OWN[type(own[0])]], own[1]),
    )
    def own(self, language: str, key: str) -> tuple[Page, tuple[PrintedText, PrintedText]] | None:
        """A page, and its title and description as printed."""
        page = self._addresses.pages.get((language, key))
        return (page, self._texts[language, key]) if page else None

    @fact("the {3} of the page {2} ({1})", Scope.PAGE, parts=get_args(PagePart))
    def page(self, language: str, key: str, part: PagePart) -> Any:
        """Part of a page's front matter, its address or theme; None if there is no such page."""
        page = self._addresses.pages.get((language, key))
        if page is None:
            return None
        if part in ("title", "description"):
            return self._texts[language, key][part == "description"]
        # not all pages can be drafts or have themes
        return getattr(page, part, False if part == "draft" else "")

    @fact("whether the page {2} ({1}) exists", Scope.PAGE)
    def exists(self, language: str, key: str) -> Literal["yes", "left out", "draft", ""]:
        """Whether a page exists; it is left out if its file has a mistake, which is reported elsewhere."""
        content = self._addresses.content
        if (language, key) in self._addresses.pages:
            return "yes"
        if any(page.key == key for page in content.held_back):
            return "draft"
        return "left out" if key in content.unreadable_keys else ""

    @fact("the original of the translation {2}", Scope.PAGE)
    def original(self, language: str, key: str) -> tuple[str, PrintedText] | None:
        """The address and title of an outdated translation's original; None for other pages."""
        if (language, key) not in self._addresses.content.outdated:
            return None
        default = self._addresses.settings.default_language
        page = self._addresses.translations[self._addresses.pages[language, key].translation_key][default]
        return page.url, self._texts[default, page.key][0]

    @fact("the languages of {2}", Scope.PAGE)
    def translations(self, language: str, key: str) -> Mapping[str, str]:
        """The address of a page in each of its languages."""
        page = self._addresses.pages.get((language, key))
        if isinstance(page, GeneratedPage) and (page.figure or page.key == "figures"):
            return {code: self._addresses.figure(page.figure, code) for code in self.languages}
        pages = self._addresses.translations[page.translation_key] if page else {}
        return {code: pages[code].url for code in self.languages if code in pages}

    def source_of_page(self, language: str, key: str) -> SourceText:
        """A page's file, for the place of a mistake."""
        return self._addresses.pages[language, key].source

    @fact("the pages below {2} ({1})", Scope.PAGE)
    def children(self, language: str, key: str) -> Sequence[str]:
        """The keys of the pages directly below a page, by weight, then title."""
        return self._children(language, key)

    def _children(self, language: str, key: str) -> Sequence[str]:
        if language not in self._below:
            groups: dict[str, list[Page]] = {}
            for page in self._addresses.by_language.get(language, ()):
                if page.key not in ("index", "404"):
                    groups.setdefault(above(page.key), []).append(page)
            self._below[language] = groups
        if (language, key) not in self._sorted:
            pages = self._below[language].get(key, ())
            self._sorted[language, key] = [page.key for page in sorted(pages, key=self._sort_key)]
        return self._sorted[language, key]

    def _sort_key(self, page: Page) -> tuple[int, bytes, str]:
        return page.weight, sort_key(self._texts[page.language, page.key][0].text, page.language), page.key

    @fact("the list of all pages ({1})", Scope.ANY)
    def pages(self, language: str) -> Sequence[str]:
        """The keys of all pages in a language."""
        return self._keys[language]

    @fact("the page about the area {2} ({1})", Scope.ANY)
    def page_of_area(self, language: str, area: str) -> str | None:
        """The key of the first page about an area."""
        return self._first(language, "area", area)

    @fact("the page of sources ({1})", Scope.ANY)
    def sources_page(self, language: str) -> str | None:
        """The key of the first page that lists the sources."""
        return self._first(language, "layout", "sources")

    @fact("the page of the data ({1})", Scope.ANY)
    def data_page(self, language: str) -> str | None:
        """The key of the first page that lists the data."""
        return self._first(language, "layout", "data")

    def _first(self, language: str, name: Literal["layout", "area"], value: str) -> str | None:
        page = self._addresses.first_page(language, name, value)
        return page.key if page else None

    @fact("the address of the file {1}", Scope.ANY)
    def file(self, path: str) -> tuple[str, bool, bool, bool]:
        """What a link to a file of the content folder finds; see `Addresses.file`."""
        return self._addresses.file(PurePosixPath(path))

    def link_target(self, target: str, page: Page) -> str:
        """The `href` of a link in a body; see `Addresses.link_target`. Raises BrokenLinkError."""
        return self._addresses.link_target(target, page, self.file)

    @fact("whether there is a feed", Scope.ANY)
    def has_dated_pages(self) -> bool:
        return self._addresses.has_dated_pages

    @fact("the setting {1}", Scope.ANY)
    def setting(self, name: str) -> Any:
        return getattr(self._addresses.settings, name)

    @fact("the interface labels ({1})", Scope.ANY, counts=lambda form: form.labels.texts)
    def form(self, language: str) -> FigureFormat:
        """The figure format of a language, with its interface labels."""
        return self._formats[language]

    @fact("the template {1}", Scope.ANY)
    def template(self, name: str) -> tuple[str, bytes] | None:
        """The path and the bytes of a template."""
        return self._templates.get(name)

    @fact("the file assets/{1}", Scope.ANY)
    def asset(self, name: str) -> str | None:
        """The address of a file in `assets/`, by its name there."""
        return self._asset_paths.get(name)

    @fact("the list of files in assets/", Scope.ANY)
    def assets(self) -> Sequence[str]:
        return tuple(self._asset_paths)

    @fact("the scripts in assets/, which the content policy lists", Scope.ANY)
    def policy(self) -> str:
        return self._policy

    @fact("the data as a whole", Scope.DATA)
    def data_description(self, language: str) -> Mapping[str, Any] | None:
        """The data as a schema.org Dataset, without the address of their page; None if there are none."""
        return dataset_description(self._addresses, language) if self._dataset.tables else None

    @fact(
        "the place of the chart {2} ({1})",
        Scope.ANY,
        counts=lambda chart: chart and (chart.page_key, chart.number, chart.title),
    )
    def placed_chart(self, language: str, key: str) -> PlacedChart | None:
        """Where a chart is. Its line doesn't count: any edit above moves it, and pages don't show it."""
        return self._addresses.charts.get((language, key))

    @fact("the list of all charts ({1})", Scope.ANY)
    def placed_charts(self, language: str) -> Sequence[str]:
        """The ids of all charts in a language."""
        return tuple(key for code, key in self._addresses.charts if code == language)

    @fact(
        "the chart {2} ({1})",
        Scope.LATE,
        counts=lambda chart: chart and (chart.request, chart.data, chart.rows, chart.description),
    )
    def drawn(self, language: str, key: str) -> Any:
        """A drawn chart (`DrawnChart`), or None."""
        return self._charts.get((language, key))

    @fact("the pages that show the figure {2} ({1})", Scope.LATE)
    def uses(self, language: str, key: str) -> Sequence[str]:
        """The keys of the pages that show a figure."""
        return [page.key for page in self._uses.get(key, ()) if page.language == language]


KINDS: Mapping[str, FactKind[..., Any]] = {
    kind.name: kind for part in (DataReader, Reader) for kind in vars(part).values() if isinstance(kind, FactKind)
}
"""The kinds of facts by name."""
LATE = frozenset(name for name, kind in KINDS.items() if kind.scope is Scope.LATE)
OF_PAGES = frozenset(name for name, kind in KINDS.items() if kind.scope is Scope.PAGE)


def above(key: str) -> str:
    """The key of the page directly above: `branches/north` → `branches`."""
    return key.rpartition("/")[0] or "index"


def names_of_page(language: str, key: str) -> Iterator[Read]:
    """The names of all facts about a page."""
    for name in OF_PAGES:
        parts = KINDS[name].parts
        yield from ((name, language, key, part) for part in parts) if parts else ((name, language, key),)


def read_number(read: Read) -> int:
    """A 64-bit hash of a name; a million names have a collision with a probability of 1 in 37 million."""
    return int.from_bytes(hashlib.blake2b("\0".join(read).encode(), digest_size=8).digest())


def read_in_words(read: Read) -> str:
    """A fact's name in words: `the figure loans-2024`."""
    return KINDS[read[0]].words.format(*read)
