"""Indicators, areas and tables as templates and bodies see them: plain texts in one language, numbers in its form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...facts import Reader
from ...language import FigureFormat
from ...model import Indicator, Table, View, column_in_language, in_language


class IndicatorView(View):
    def __init__(self, indicator: Indicator, form: FigureFormat) -> None:
        self.id = indicator.id
        self.name = in_language(indicator.name, form.language)
        self.definition = in_language(indicator.definition, form.language)
        self.direction = indicator.direction
        self.unit_text = form.unit_name(indicator)


@dataclass(frozen=True)
class ColumnView:
    name: str
    title: str
    type: str


# tables whose rows are figures, which are shown with the table
_OF_FIGURES = ("observations", "derived")


class TableView(View):
    """A data table with its cells in the form of the language."""

    def __init__(self, table: Table, read: Reader, form: FigureFormat, columns: Sequence[str] = ()) -> None:
        language = form.language
        self.name = table.name
        self.title = in_language(table.title, language)
        self.description = in_language(table.description, language)
        self.csv_url = read.local(f"/data/spreadsheet/{table.name}.csv")
        self.machine_csv_url = read.local(f"/data/{table.name}.csv")
        self.json_url = read.local(f"/data/{table.name}.json")
        chosen = [column_in_language(table, name, language) for name in columns] or list(range(len(table.columns)))
        picked = [table.columns[index] for index in chosen]
        self.columns = [ColumnView(c.name, in_language(c.title, language), c.type) for c in picked]
        self._read = read
        self._figures = list(table.keyed()) if table.name in _OF_FIGURES else []
        self._rows = [
            [cell_text(row[index], table.columns[index].name, table.columns[index].type, form) for index in chosen]
            for row in table.rows
        ]

    @property
    def rows(self) -> Sequence[Sequence[str]]:
        self._read.record.shown.update(self._figures)
        return self._rows


def cell_text(cell: str, column: str, kind: str, form: FigureFormat) -> str:
    """A cell as text: numbers with the language's separators, dates and periods in its words."""
    if not cell:
        return ""
    if kind in ("number", "integer"):
        return form.number(cell)
    if column == "period" or kind in ("date", "yearmonth"):
        return form.period(cell)
    return cell
