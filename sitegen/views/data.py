"""The data as templates and bodies see them: plain texts in one language, numbers in its form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from ..addresses import Addresses
from ..figures import FigureFormat
from ..model import Area, Document, Indicator, Observation, Table, in_language
from ..problems import did_you_mean


@dataclass(frozen=True)
class Edition:
    """A site in one language: what the views of its data need to know of it."""

    addresses: Addresses
    form: FigureFormat
    page_of_area: Callable[[str], Any]
    sources_url: Callable[[], str]

    @property
    def language(self) -> str:
        return self.form.language


class IndicatorView:
    def __init__(self, indicator: Indicator, edition: Edition) -> None:
        self.id = indicator.id
        self.name = in_language(indicator.name, edition.language)
        self.definition = in_language(indicator.definition, edition.language)
        self.direction = indicator.direction
        # the plural form that stands last is CLDR's `other`
        self.unit_text = in_language(indicator.unit_name, edition.language).split("|")[-1] or indicator.unit


class AreaView:
    def __init__(self, area: Area, edition: Edition) -> None:
        self._edition = edition
        self.id = area.id
        self.name = in_language(area.name, edition.language)
        self.full_name = in_language(area.full_name, edition.language)
        self.type = in_language(area.type, edition.language)
        self.code = area.code
        self.parent = area.parent
        self.tile_row = area.tile_row
        self.tile_col = area.tile_column

    @property
    def page(self) -> Any:
        """The page whose front matter names this area, if there is one."""
        return self._edition.page_of_area(self.id)


class SourceView:
    def __init__(self, document: Document, data: DataView) -> None:
        self._data = data
        edition = data._edition
        self._edition, form = edition, edition.form
        self.id = document.id
        self.title = in_language(document.title, edition.language)
        self.publisher = in_language(document.publisher, edition.language)
        self.note = in_language(document.note, edition.language)
        self.url = document.url
        self.date, self.accessed = document.date, document.accessed
        self.date_text = form.date(document.date) if document.date else ""
        self.accessed_text = form.date(document.accessed) if document.accessed else ""

    @property
    def anchor_url(self) -> str:
        """Its entry on the page with the layout `sources`; empty when no page has that layout."""
        url = self._edition.sources_url()
        return f"{url}#source-{self.id}" if url else ""

    @property
    def observations(self) -> Sequence[ObservationView]:
        return self._data._by_source.get(self.id, [])


class ObservationView:
    def __init__(self, observation: Observation, data: DataView) -> None:
        self._observation = observation
        self._data = data
        edition = data._edition
        form, addresses = edition.form, edition.addresses
        self.id = observation.id
        self.period = observation.period
        self.period_text = form.period_of(observation)
        self.value = observation.value
        self.value_text = form.value(observation)
        self.qualifier = observation.qualifier
        self.status = observation.status
        self.locator = in_language(observation.locator, edition.language)
        self.note = in_language(observation.note, edition.language)
        self.url = addresses.local(addresses.figure(observation.id, edition.language))
        self.json_url = addresses.local(f"/figures/{observation.id}.json")
        self.csv_url = addresses.local(f"/figures/{observation.id}.csv")

    @property
    def indicator(self) -> IndicatorView:
        return self._data._indicators[self._observation.indicator.id]

    @property
    def area(self) -> AreaView:
        return self._data._areas[self._observation.area.id]

    @property
    def source(self) -> SourceView:
        return self._data._sources[self._observation.source.id]

    @property
    def value_with_unit(self) -> str:
        """The figure with its unit in words: `9,928 households`."""
        return self._data._edition.form.value(self._observation, unit=True)

    @property
    def html_with_unit(self) -> Markup:
        """The figure with its unit, leading to its page."""
        return self._data._edition.form.html(self._observation, self.value_with_unit, self.url)

    @property
    def html(self) -> Markup:
        """The figure, leading to its page."""
        return self._data._edition.form.html(self._observation, self.value_text, self.url)


@dataclass(frozen=True)
class ColumnView:
    name: str
    title: str
    type: str


class TableView:
    """A data table with its cells as a reader of the language expects them."""

    def __init__(self, table: Table, edition: Edition, columns: Sequence[str] = ()) -> None:
        form = edition.form
        self.name = table.name
        self.title = in_language(table.title, edition.language)
        self.description = in_language(table.description, edition.language)
        self.csv_url = edition.addresses.local(f"/data/{table.name}.csv")
        self.json_url = edition.addresses.local(f"/data/{table.name}.json")
        chosen = [column_in_language(table, name, edition.language) for name in columns] or list(
            range(len(table.columns))
        )
        picked = [table.columns[index] for index in chosen]
        self.columns = [ColumnView(c.name, in_language(c.title, edition.language), c.type) for c in picked]
        self.rows = [
            [cell_text(row[index], table.columns[index].name, table.columns[index].type, form) for index in chosen]
            for row in table.rows
        ]


def column_in_language(table: Table, name: str, language: str) -> int:
    """The column called `name_<language>`, or `name`. Raises KeyError when there is neither."""
    for spelling in (name, f"{name}_{language}"):
        index = table.column_index(spelling)
        if index is not None:
            return index
    hint = did_you_mean(name, (column.name for column in table.columns))
    raise KeyError(f'no column "{name}" in table "{table.name}"' + (f"; {hint}" if hint else ""))


def cell_text(cell: str, column: str, kind: str, form: FigureFormat) -> str:
    """A cell as text: numbers with the language's separators, periods and dates in its words."""
    if not cell:
        return ""
    if kind in ("number", "integer"):
        return form.number(cell)
    if column == "period" or kind in ("date", "yearmonth"):
        return form.period(cell)
    return cell


class DataView:
    """All tables of the site in one language."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._dataset = edition.addresses.dataset

    @cached_property
    def _indicators(self) -> Mapping[str, IndicatorView]:
        return {key: IndicatorView(item, self._edition) for key, item in self._dataset.indicators.items()}

    @cached_property
    def _areas(self) -> Mapping[str, AreaView]:
        return {key: AreaView(item, self._edition) for key, item in self._dataset.areas.items()}

    @cached_property
    def _sources(self) -> Mapping[str, SourceView]:
        return {key: SourceView(item, self) for key, item in self._dataset.documents.items()}

    @cached_property
    def _observations(self) -> Mapping[str, ObservationView]:
        return {key: ObservationView(item, self) for key, item in self._dataset.observations.items()}

    @cached_property
    def _by_source(self) -> Mapping[str, Sequence[ObservationView]]:
        groups: dict[str, list[ObservationView]] = {}
        for observation in self.observations:
            groups.setdefault(observation.source.id, []).append(observation)
        return groups

    @property
    def indicators(self) -> Iterable[IndicatorView]:
        return list(self._indicators.values())

    @property
    def areas(self) -> Iterable[AreaView]:
        return list(self._areas.values())

    @property
    def sources(self) -> Iterable[SourceView]:
        return list(self._sources.values())

    @property
    def observations(self) -> Sequence[ObservationView]:
        return list(self._observations.values())

    def indicator(self, key: str) -> IndicatorView | None:
        """The indicator with an id, or none."""
        return self._indicators.get(key)

    def observation(self, key: str) -> ObservationView | None:
        """The figure with an id, or none."""
        return self._observations.get(key)

    @cached_property
    def tables(self) -> Sequence[TableView]:
        """The figures first, then the tables they refer to, by name."""
        tables = sorted(self._dataset.tables.values(), key=lambda table: table.name != "observations")
        return [TableView(table, self._edition) for table in tables]

    def table(self, table: Table, columns: Sequence[str] = ()) -> TableView:
        """A table with some of its columns, or all. Raises KeyError for a column that isn't there."""
        return TableView(table, self._edition, columns)

    def area(self, key: str) -> AreaView | None:
        return self._areas.get(key)
