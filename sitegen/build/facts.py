"""What each name that a page may read stands for now: two builds in which it stands for the same print the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Literal

from ..charts import Charts
from ..content import Addresses
from ..language import FigureFormat
from ..model import OF_PAGES, Choice, Dataset, DerivedFigure, Figure, Page, Read, in_language
from ..rendering.views import Texts

LATE = ("drawn", "uses")
"""The kinds of names that stand for nothing yet while the bodies are rendered."""
# parts of a page that come with its source, or say where that is
_NOT_OWN = frozenset({"source", "file", "body_line", "body_start", "charts"})
_OWN = tuple(item.name for item in fields(Page) if item.name not in _NOT_OWN)


class Facts:
    """The facts of one build. `texts` are the titles and descriptions as they are printed, `children` the keys of the
    pages right below one, `templates` the paths and bytes of the templates by name; the charts, and `uses` (the pages
    that each figure stands on) are given when they are known.
    """

    def __init__(
        self,
        addresses: Addresses,
        forms: Mapping[str, FigureFormat],
        templates: Mapping[str, tuple[str, bytes]],
        asset_paths: Mapping[str, str],
        policy: str,
        texts: Texts,
        children: Callable[[str, str], Sequence[str]],
    ) -> None:
        self._addresses, self._forms, self._templates = addresses, forms, templates
        self._asset_paths, self._policy = asset_paths, policy
        self._texts, self._children = texts, children
        self._charts: Charts = {}
        self._uses: Mapping[str, Sequence[Page]] = {}
        self._digests: dict[Read, bytes] = {}

    def complete(self, charts: Charts, uses: Mapping[str, Sequence[Page]]) -> None:
        """Take in the charts that were drawn, and where each figure stands."""
        self._charts, self._uses = charts, uses
        self._digests = {read: known for read, known in self._digests.items() if read[0] not in LATE}

    def digest(self, read: Read) -> bytes:
        """The hash (16 bytes) of what a name stands for."""
        known = self._digests.get(read)
        if known is None:
            value = repr(self._kinds[read[0]](*read[1:]))
            known = hashlib.blake2b(value.encode(), digest_size=16).digest()
            # of very many pages, each is asked about once or twice
            if read[0] not in OF_PAGES:
                self._digests[read] = known
        return known

    @property
    def _dataset(self) -> Dataset:
        return self._addresses.dataset

    @cached_property
    def _kinds(self) -> Mapping[str, Callable[..., object]]:
        """How the value of each kind of name is found. Each is a value whose `repr` says all of it."""
        dataset, content, settings = self._dataset, self._addresses.content, self._addresses.settings
        return {
            "own": self._own,
            "page": self._page_part,
            "exists": lambda language, key: (language, key) in self._addresses.pages,
            "pages": lambda language: [page.key for page in content.pages if page.language == language],
            "children": self._children,
            "translations": lambda key: [
                (language, page.url) for language, page in self._addresses.translations.get(key, {}).items()
            ],
            "outdated": self._outdated,
            "file": lambda path: self._addresses.file(PurePosixPath(path)),
            "page-of-area": lambda language, area: self._page_with(language, "area", area),
            "sources-page": lambda language: self._page_with(language, "layout", "sources"),
            "dated": lambda: self._addresses.has_dated_pages,
            "setting": lambda name: getattr(settings, name),
            "labels": lambda language: sorted(self._forms[language].labels.texts.items()),
            "template": lambda name: self._templates.get(name),
            "asset": lambda name: self._asset_paths.get(name),
            "policy": lambda: self._policy,
            "figure": lambda key: _with_inputs(dataset.figures.get(key)),
            "indicator": lambda key: dataset.indicators.get(key),
            "area": lambda key: dataset.areas.get(key),
            "document": lambda key: dataset.documents.get(key),
            "all": self._all,
            "of-source": lambda key: dataset.figures_by_source.get(key, ()),
            "computed-into": lambda key: dataset.computed_into.get(key, ()),
            "rules": lambda: dataset.judgements,
            "rules-of": lambda key: dataset.rules_by_figure.get(key, ()),
            "choice": lambda text: [item.id for item in Choice.from_text(text).of(dataset)],
            "table": self._table,
            "row": lambda table, row: self._row(table, row),
            "release": lambda: dataset.descriptor.get("version"),
            "has-figures": lambda: bool(dataset.figures),
            "dataset": self._whole_dataset,
            "placed-chart": self._placed_chart,
            "drawn": self._drawn,
            "uses": lambda language, key: [page.key for page in self._uses.get(key, ()) if page.language == language],
        }

    def _own(self, language: str, key: str) -> object:
        """A page by itself: its file, where it is put, and its title and description as they are printed."""
        page = self._addresses.pages.get((language, key))
        return page and ([getattr(page, name) for name in _OWN], self._texts[language, key])

    def _page_part(self, language: str, key: str, name: str) -> object:
        page = self._addresses.pages.get((language, key))
        if page is None:
            return None
        if name in ("title", "description"):
            return self._texts[language, key][name == "description"]
        return getattr(page, name)

    def _outdated(self, language: str, key: str) -> object:
        if (language, key) not in self._addresses.content.outdated:
            return None
        page = self._addresses.pages[language, key]
        default = self._addresses.settings.default_language
        original = self._addresses.translations[page.translation_key][default]
        return original.url, self._texts[default, original.key][0]

    def _page_with(self, language: str, name: Literal["layout", "area"], value: str) -> object:
        page = self._addresses.first_page(language, name, value)
        return page and (page.key, page.url)

    def _all(self, kind: str) -> object:
        dataset = self._dataset
        known: Mapping[str, Mapping[str, Any]] = {
            "figure": dataset.figures,
            "indicator": dataset.indicators,
            "area": dataset.areas,
            "document": dataset.documents,
            "table": dataset.tables,
        }
        return list(known[kind])

    def _table(self, name: str) -> object:
        table = self._dataset.tables.get(name)
        return table and (table.title, table.description, table.columns, table.rows)

    def _row(self, name: str, row: str) -> object:
        table = self._dataset.tables.get(name)
        return table and (table.columns, table.keyed().get(row))

    def _whole_dataset(self, language: str) -> object:
        tables = [self._table(name) for name in self._dataset.tables]
        settings = self._addresses.settings
        texts = in_language(settings.title, language), in_language(settings.description, language)
        return tables, self._dataset.descriptor, texts, self._page_with(language, "layout", "data")

    def _placed_chart(self, language: str, key: str) -> object:
        """Where a chart stands, but for its line: that moves with any text above it, and nobody is shown it."""
        placed = self._addresses.charts.get((language, key))
        return placed and (placed.page_key, placed.number, placed.title)

    def _drawn(self, language: str, key: str) -> object:
        chart = self._charts.get((language, key))
        return chart and (chart.request, chart.data, chart.rows, chart.description)


def _with_inputs(figure: Figure | None) -> object:
    """A figure, and those that it was computed from: a derived figure's `repr` leaves them out."""
    return (figure, figure.inputs) if isinstance(figure, DerivedFigure) else figure
