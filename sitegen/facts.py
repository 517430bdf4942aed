"""What each name that a page may read stands for now: two builds in which it stands for the same print the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from .addresses import Addresses
from .charts import Charts
from .figures import FigureFormat
from .model import Choice, Dataset, Page, PrintedText, in_language
from .reads import Read
from .views import child_keys

LATE = ("drawn", "uses")
"""The kinds of names that stand for nothing yet while the bodies are rendered."""
# parts of a page that come with its source, or say where that is
_NOT_OWN = frozenset({"front", "path", "body_line"})


class Facts:
    """The facts of one build. `texts` are the titles and descriptions as they are printed; `charts` and `uses` (the
    pages that each figure stands on) may still be unknown, and so is then whatever read them.
    """

    def __init__(
        self,
        addresses: Addresses,
        forms: Mapping[str, FigureFormat],
        templates: Sequence[Path],
        asset_paths: Mapping[str, str],
        texts: Mapping[tuple[str, str], tuple[PrintedText, PrintedText]],
        charts: Charts,
        uses: Mapping[str, Sequence[Page]],
        read_templates: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> None:
        self._addresses, self._forms, self._templates = addresses, forms, templates
        # read before any page is rendered: a template that is saved meanwhile makes its pages anew next time
        self._template_bytes = _template_bytes(templates) if read_templates is None else read_templates
        self._asset_paths, self._texts, self._charts, self._uses = asset_paths, texts, charts, uses
        self._digests: dict[Read, str] = {}

    def completed(self, charts: Charts, uses: Mapping[str, Sequence[Page]]) -> Facts:
        """The same facts, once the charts are drawn, and once it is known where each figure stands."""
        facts = Facts(
            self._addresses,
            self._forms,
            self._templates,
            self._asset_paths,
            self._texts,
            charts,
            uses,
            self._template_bytes,
        )
        facts._digests.update({read: known for read, known in self._digests.items() if read[0] not in LATE})
        return facts

    def digest(self, read: Read) -> str:
        """The hash of what a name stands for."""
        known = self._digests.get(read)
        if known is None:
            value = repr(self._kinds[read[0]](*read[1:]))
            known = self._digests[read] = hashlib.blake2b(value.encode(), digest_size=16).hexdigest()
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
            "children": lambda language, key: self._children[language].get(key, ()),
            "translations": lambda key: [
                (language, page.url) for language, page in self._addresses.translations.get(key, {}).items()
            ],
            "outdated": self._outdated,
            "file": lambda path: self._addresses.file(PurePosixPath(path)),
            "page-of-area": lambda language, area: self._page_with(language, "area", area),
            "sources-page": lambda language: self._page_with(language, "layout", "sources"),
            "dated": lambda: any(page.date for page in content.pages),
            "setting": lambda name: getattr(settings, name),
            "labels": lambda language: sorted(self._forms[language].labels.texts.items()),
            "template": lambda name: self._template_bytes.get(name),
            "asset": lambda name: self._asset_paths.get(name),
            "figure": lambda key: dataset.figures.get(key),
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
        """A page by itself: its source, and where it is put."""
        page = self._addresses.pages.get((language, key))
        if page is None:
            return None
        return page.source.text, [getattr(page, item.name) for item in fields(page) if item.name not in _NOT_OWN]

    def _page_part(self, language: str, key: str, name: str) -> object:
        page = self._addresses.pages.get((language, key))
        if page is None:
            return None
        if name in ("title", "description"):
            return self._texts[language, key][name == "description"]
        return getattr(page, name)

    @cached_property
    def _children(self) -> Mapping[str, Mapping[str, Sequence[str]]]:
        """The keys of the pages right below each page, by language."""
        pages, languages = self._addresses.content.pages, self._addresses.settings.languages
        return {
            language: child_keys((page for page in pages if page.language == language), self._texts)
            for language in languages
        }

    def _outdated(self, language: str, key: str) -> object:
        if (language, key) not in self._addresses.content.outdated:
            return None
        page = self._addresses.pages[language, key]
        default = self._addresses.settings.default_language
        original = self._addresses.translations[page.translation_key][default]
        return original.url, self._texts[default, original.key][0]

    def _page_with(self, language: str, name: str, value: str) -> object:
        pages = self._addresses.content.pages
        found = (page for page in pages if page.language == language and getattr(page, name) == value)
        return next(((page.key, page.url) for page in found), None)

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


def _template_bytes(folders: Sequence[Path]) -> Mapping[str, tuple[str, bytes]]:
    """Every template by its name, with its path; that of an earlier folder wins."""
    found: dict[str, tuple[str, bytes]] = {}
    for folder in reversed(folders):
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and not name.startswith("assets/"):
                found[name] = path.as_posix(), path.read_bytes()
    return found
