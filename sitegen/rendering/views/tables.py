"""Indicators, areas and tables as templates and bodies see them: plain texts in one language, numbers in its form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ...content import Addresses
from ...language import FigureFormat
from ...model import Area, Indicator, Reads, Table, View, column_in_language, in_language


@dataclass(frozen=True)
class Edition:
    """A site in one language: what the views of its data need to know of it."""

    addresses: Addresses
    form: FigureFormat
    page_of_area: Callable[[str], Any]
    sources_url: Callable[[], str]
    shown: set[str]
    """The ids of the figures whose value was asked for since it was last cleared: before each page."""
    reads: Reads

    @property
    def language(self) -> str:
        return self.form.language


class IndicatorView(View):
    def __init__(self, indicator: Indicator, edition: Edition) -> None:
        self.id = indicator.id
        self.name = in_language(indicator.name, edition.language)
        self.definition = in_language(indicator.definition, edition.language)
        self.direction = indicator.direction
        self.unit_text = edition.form.unit_name(indicator)


class AreaView(View):
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
        self._edition.reads.add("page-of-area", self._edition.language, self.id)
        return self._edition.page_of_area(self.id)


@dataclass(frozen=True)
class ColumnView:
    name: str
    title: str
    type: str


# tables whose rows are figures: to print one is to show them
_OF_FIGURES = ("observations", "derived")


class TableView(View):
    """A data table with its cells as a reader of the language expects them."""

    def __init__(self, table: Table, edition: Edition, columns: Sequence[str] = ()) -> None:
        form = edition.form
        self.name = table.name
        self.title = in_language(table.title, edition.language)
        self.description = in_language(table.description, edition.language)
        self.csv_url = edition.addresses.local(f"/data/spreadsheet/{table.name}.csv")
        self.machine_csv_url = edition.addresses.local(f"/data/{table.name}.csv")
        self.json_url = edition.addresses.local(f"/data/{table.name}.json")
        chosen = [column_in_language(table, name, edition.language) for name in columns] or list(
            range(len(table.columns))
        )
        picked = [table.columns[index] for index in chosen]
        self.columns = [ColumnView(c.name, in_language(c.title, edition.language), c.type) for c in picked]
        self._shown = edition.shown
        self._figures = list(table.keyed()) if table.name in _OF_FIGURES else []
        self._rows = [
            [cell_text(row[index], table.columns[index].name, table.columns[index].type, form) for index in chosen]
            for row in table.rows
        ]

    @property
    def rows(self) -> Sequence[Sequence[str]]:
        """Its cells as text, row by row."""
        self._shown.update(self._figures)
        return self._rows


def cell_text(cell: str, column: str, kind: str, form: FigureFormat) -> str:
    """A cell as text: numbers with the language's separators, periods and dates in its words."""
    if not cell:
        return ""
    if kind in ("number", "integer"):
        return form.number(cell)
    if column == "period" or kind in ("date", "yearmonth"):
        return form.period(cell)
    return cell
