"""What pages depend on: one table of the kinds of facts, and the reader through which everything is asked.

Each method of `Reader` that is marked `@fact` is a kind. Called, it records the name of the fact, e.g.
`("figure", "loans-2024")`, and returns the value; `digest` hashes what the same method finds now. Views, shortcodes,
layouts and charts have no other way to the site, so what a page has read is what it depends on.
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
"""What other pages may ask of a page."""
# a page's own file is known by its digest
_NOT_OWN = ("source", "body_line", "body_start", "charts")
_OWN = {
    kind: tuple(item.name for item in fields(kind) if item.name not in _NOT_OWN)
    for kind in (WrittenPage, GeneratedPage)
}
DataTable = Literal["figure", "indicator", "area", "document", "table"]
Texts = Mapping[tuple[str, str], tuple[PrintedText, PrintedText]]
"""The titles and descriptions of pages as they are printed, by language and key."""


class Scope(Enum):
    """What must have changed before a fact can be another one; as long as it has not, the fact is not looked at."""

    PAGE = auto()
    """The page that the name begins with (language, key), a translation of it, or a page right below it."""
    DATA = auto()
    """The data, the settings or the words of the interface."""
    ANY = auto()
    """Anything: such facts are always looked at."""
    LATE = auto()
    """The charts, or the pages that figures stand on, which are known once the bodies are rendered."""


@dataclass(frozen=True)
class FactKind(Generic[_P, _T]):
    """A kind of fact: how its value is found, what of the value counts, its words for `explain`, and its scope."""

    name: str
    words: str
    scope: Scope
    value: Callable[Concatenate[Any, _P], _T]
    counts: Callable[[Any], object]
    parts: tuple[str, ...]
    """The last words that names of this kind may have, where those are few."""

    def __get__(self, reader: DataReader, owner: object) -> Callable[_P, _T]:
        """The kind as a method of a reader, which records what it is asked."""
        kind, value = self.name, self.value

        def ask(*name: _P.args, **named: _P.kwargs) -> _T:
            # an author may ask for something that isn't a text, `indicator(1)`, and doesn't exist
            reader.record.reads.add((kind, *map(str, name)))
            return value(reader, *name, **named)

        # the next access finds it there: a page asks some 70 times
        vars(reader)[value.__name__] = ask
        return ask


def fact(
    words: str, scope: Scope, counts: Callable[[Any], object] = lambda value: value, parts: tuple[str, ...] = ()
) -> Callable[[Callable[Concatenate[Any, _P], _T]], FactKind[_P, _T]]:
    """Makes a method that finds a value a kind of fact, named like the method. It must ask for no other fact."""

    def kind(value: Callable[Concatenate[Any, _P], _T]) -> FactKind[_P, _T]:
        return FactKind(value.__name__.replace("_", "-"), words, scope, value, counts, parts)

    return kind


@dataclass
class Record:
    """What was asked for while something was rendered."""

    reads: set[Read] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    """The ids of the figures whose values were printed."""
    named: set[str] = field(default_factory=set)
    """The ids of the figures in titles and descriptions that were printed."""


def _with_inputs(figure: Figure | None) -> object:
    """A figure, and those that it was computed from, which are not listed among what it is."""
    return (figure, figure.inputs) if isinstance(figure, DerivedFigure) else figure


def _without_source(table: Table | None) -> object:
    return table and (table.title, table.description, table.columns, table.rows)


class DataReader:
    """Answers what is asked of the data, and records it."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self.record = Record()
        self._keyed: dict[str, Mapping[str, tuple[str, ...]]] = {}

    @contextmanager
    def recorded(self, record: Record) -> Iterator[Record]:
        """Record what is asked for below in a record."""
        before, self.record = self.record, record
        try:
            yield record
        finally:
            self.record = before

    def place_of(self, key: str) -> str:
        """Where a figure is written, for the hint of a mistake: `content/data/observations.csv:3`."""
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
        """A table, and the cells of a row of it; None where there is no such table."""
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
        """Whether a name may be missing because of a mistake that is told elsewhere."""
        return not self._dataset.readable or key in self._dataset.left_out

    @fact("whether anything was left out of the data", Scope.DATA)
    def has_lost(self) -> bool:
        """Whether figures may be missing because of a mistake that is told elsewhere."""
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

    @fact("the figures, of which there are now some or none", Scope.DATA)
    def has_figures(self) -> bool:
        return bool(self._dataset.figures)


class Reader(DataReader):
    """Answers what is asked of a site, and records it.

    `templates` are the paths and bytes of the templates by name, `asset_paths` the addresses of the files below
    `assets/`, `policy` is the content policy that pages name. Charts, and the pages that figures stand on, are given by
    `complete` as soon as they are known.
    """

    def __init__(
        self,
        addresses: Addresses,
        forms: Mapping[str, FigureFormat],
        templates: Mapping[str, tuple[str, bytes]],
        asset_paths: Mapping[str, str],
        policy: str,
        texts: Texts,
    ) -> None:
        super().__init__(addresses.dataset)
        self._addresses, self._forms, self._texts = addresses, forms, texts
        self._templates, self._asset_paths, self._policy = templates, asset_paths, policy
        self._charts: Mapping[tuple[str, str], Any] = {}
        self._uses: Mapping[str, Sequence[Page]] = {}
        self._below: dict[str, Mapping[str, Sequence[Page]]] = {}
        self._sorted: dict[tuple[str, str], Sequence[str]] = {}
        self._keys = {language: tuple(page.key for page in pages) for language, pages in addresses.by_language.items()}
        self._digests: dict[Read, bytes] = {}
        self._hash = ValueHash()
        # what is the same in all builds of an engine can be had without a record
        settings = addresses.settings
        self.languages, self.base_path, self.base_url = settings.languages, settings.base_path, settings.base_url
        self.local, self.absolute, self.home = addresses.local, addresses.absolute, addresses.home
        self.figure_url = addresses.figure

    def prepare(self) -> None:
        """Find what pages will ask for, so that processes which are copies of this one need not find it each."""
        _ = self._addresses.translations, self._addresses.has_dated_pages, self._first("", "layout", "")
        for language in self.languages:
            _ = self._children(language, "index")

    def complete(self, charts: Mapping[tuple[str, str], Any], uses: Mapping[str, Sequence[Page]]) -> None:
        """Take in the charts that were drawn (`DrawnChart`, by language and id), and on which pages figures stand."""
        self._charts, self._uses = charts, uses
        self._digests = {read: known for read, known in self._digests.items() if read[0] not in LATE}

    def digest(self, read: Read) -> bytes:
        """The hash (16 bytes) of what a name stands for now. Nothing is recorded."""
        known = self._digests.get(read)
        if known is None:
            kind = KINDS[read[0]]
            known = self._hash.of(kind.counts(kind.value(self, *read[1:])))
            # of very many pages, each is asked about once or twice
            if kind.scope is not Scope.PAGE:
                self._digests[read] = known
        return known

    @fact(
        "its own file or address",
        Scope.PAGE,
        counts=lambda own: own and ([getattr(own[0], name) for name in _OWN[type(own[0])]], own[1]),
    )
    def own(self, language: str, key: str) -> tuple[Page, tuple[PrintedText, PrintedText]] | None:
        """A page by itself, and its title and description as they are printed."""
        page = self._addresses.pages.get((language, key))
        return (page, self._texts[language, key]) if page else None

    @fact("the {3} of the page {2} ({1})", Scope.PAGE, parts=get_args(PagePart))
    def page(self, language: str, key: str, part: PagePart) -> Any:
        """A part of a page's front matter, its address or its theme; None where there is no such page."""
        page = self._addresses.pages.get((language, key))
        if page is None:
            return None
        if part in ("title", "description"):
            return self._texts[language, key][part == "description"]
        # drafts and themes are not known of all pages
        return getattr(page, part, False if part == "draft" else "")

    @fact("the page {2} ({1}), which has come or gone", Scope.PAGE)
    def exists(self, language: str, key: str) -> Literal["yes", "left out", "draft", ""]:
        """Whether there is a page; one with a mistake in its file is left out, which is told elsewhere."""
        content = self._addresses.content
        if (language, key) in self._addresses.pages:
            return "yes"
        if any(page.key == key for page in content.held_back):
            return "draft"
        return "left out" if key in content.unreadable_keys else ""

    @fact("the original that {2} was translated from", Scope.PAGE)
    def original(self, language: str, key: str) -> tuple[str, PrintedText] | None:
        """The address and title of the page that an outdated translation was made from; None of any other page."""
        if (language, key) not in self._addresses.content.outdated:
            return None
        default = self._addresses.settings.default_language
        page = self._addresses.translations[self._addresses.pages[language, key].translation_key][default]
        return page.url, self._texts[default, page.key][0]

    @fact("the languages of {2}", Scope.PAGE)
    def translations(self, language: str, key: str) -> Mapping[str, str]:
        """The address of a page in each language that it is there in."""
        page = self._addresses.pages.get((language, key))
        if isinstance(page, GeneratedPage) and (page.figure or page.key == "figures"):
            return {code: self._addresses.figure(page.figure, code) for code in self.languages}
        pages = self._addresses.translations[page.translation_key] if page else {}
        return {code: pages[code].url for code in self.languages if code in pages}

    def source_of_page(self, language: str, key: str) -> SourceText:
        """The file of a page, for the place of a mistake."""
        return self._addresses.pages[language, key].source

    @fact("the pages below {2} ({1})", Scope.PAGE)
    def children(self, language: str, key: str) -> Sequence[str]:
        """The keys of the pages right below one, by weight, then title."""
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
            self._sorted[language, key] = [page.key for page in sorted(pages, key=self._place_among)]
        return self._sorted[language, key]

    def _place_among(self, page: Page) -> tuple[int, bytes, str]:
        return page.weight, sort_key(self._texts[page.language, page.key][0].text, page.language), page.key

    @fact("the list of all pages ({1})", Scope.ANY)
    def pages(self, language: str) -> Sequence[str]:
        """The keys of all pages of a language."""
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

    @fact("the file {1}, which has come, gone or moved", Scope.ANY)
    def file(self, path: str) -> tuple[str, bool, bool, bool]:
        """What a link to a file of the content folder finds."""
        return self._addresses.file(PurePosixPath(path))

    def link_target(self, target: str, page: Page) -> str:
        """The `href` of a link in a body; see `Addresses.link_target`. Raises BrokenLinkError."""
        return self._addresses.link_target(target, page, self.file)

    @fact("the feed, which has come or gone", Scope.ANY)
    def has_dated_pages(self) -> bool:
        return self._addresses.has_dated_pages

    @fact("the setting {1}", Scope.ANY)
    def setting(self, name: str) -> Any:
        return getattr(self._addresses.settings, name)

    @fact("the words of the interface ({1})", Scope.ANY, counts=lambda form: form.labels.texts)
    def form(self, language: str) -> FigureFormat:
        """How figures are printed in a language, with the words of the interface."""
        return self._forms[language]

    @fact("the template {1}", Scope.ANY)
    def template(self, name: str) -> tuple[str, bytes] | None:
        """The path and the bytes of a template."""
        return self._templates.get(name)

    @fact("the file assets/{1}", Scope.ANY)
    def asset(self, name: str) -> str | None:
        """The address of a file below `assets/`, by the name it has there."""
        return self._asset_paths.get(name)

    @fact("the list of the files below assets/", Scope.ANY)
    def assets(self) -> Sequence[str]:
        return tuple(self._asset_paths)

    @fact("the scripts below assets/, which the content policy names", Scope.ANY)
    def policy(self) -> str:
        return self._policy

    @fact("the data as a whole", Scope.DATA)
    def data_description(self, language: str) -> Mapping[str, Any] | None:
        """The data as a schema.org Dataset, but for the address of the page about them; None where there are none."""
        return dataset_description(self._addresses, language) if self._dataset.tables else None

    @fact(
        "the place of the chart {2} ({1})",
        Scope.ANY,
        counts=lambda chart: chart and (chart.page_key, chart.number, chart.title),
    )
    def placed_chart(self, language: str, key: str) -> PlacedChart | None:
        """Where a chart stands. Its line does not count: that moves with any text above it, and nobody is shown it."""
        return self._addresses.charts.get((language, key))

    @fact("the list of all charts ({1})", Scope.ANY)
    def placed_charts(self, language: str) -> Sequence[str]:
        """The ids of all charts of a language."""
        return tuple(key for code, key in self._addresses.charts if code == language)

    @fact(
        "the chart {2} ({1})",
        Scope.LATE,
        counts=lambda chart: chart and (chart.request, chart.data, chart.rows, chart.description),
    )
    def drawn(self, language: str, key: str) -> Any:
        """A chart that was drawn (`DrawnChart`); None of any other."""
        return self._charts.get((language, key))

    @fact("the pages that the figure {2} stands on ({1})", Scope.LATE)
    def uses(self, language: str, key: str) -> Sequence[str]:
        """The keys of the pages that a figure stands on."""
        return [page.key for page in self._uses.get(key, ()) if page.language == language]


KINDS: Mapping[str, FactKind[..., Any]] = {
    kind.name: kind for part in (DataReader, Reader) for kind in vars(part).values() if isinstance(kind, FactKind)
}
"""Every kind of fact by its name."""
LATE = frozenset(name for name, kind in KINDS.items() if kind.scope is Scope.LATE)
OF_PAGES = frozenset(name for name, kind in KINDS.items() if kind.scope is Scope.PAGE)


def above(key: str) -> str:
    """The key of the page right above one: `branches` of `branches/north`."""
    return key.rpartition("/")[0] or "index"


def names_of_page(language: str, key: str) -> Iterator[Read]:
    """The names of all facts that are told of a page."""
    for name in OF_PAGES:
        parts = KINDS[name].parts
        yield from ((name, language, key, part) for part in parts) if parts else ((name, language, key),)


def read_number(read: Read) -> int:
    """A number of 64 bits for a name: of a million names, two have the same with a chance of 1 in 37 million."""
    return int.from_bytes(hashlib.blake2b("\0".join(read).encode(), digest_size=8).digest())


def read_in_words(read: Read) -> str:
    """What a name stands for, as people call it: `the figure loans-2024`."""
    return KINDS[read[0]].words.format(*read)
