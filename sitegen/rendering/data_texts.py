"""Figures in the texts of the data: `{{ fig('id') }}` in notes, definitions, labels, titles and explanations.

They are rendered before any page, so that pages, charts and downloads have the same words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from ..data import with_cells
from ..data.calculation import Declarations, DeclaredFigure, DeclaredRule
from ..facts import DataReader
from ..language import FigureFormat
from ..model import Dataset, Table
from ..problems import Problem, Span
from ..text import SourceText
from .sandbox import Sandbox
from .sandbox.budget import Budget
from .shortcodes.in_text import TextShortcodes

_Declared = TypeVar("_Declared", DeclaredFigure, DeclaredRule)


def bind_data_texts(
    declarations: Declarations, dataset: Dataset, formats: Mapping[str, FigureFormat], problems: list[Problem]
) -> tuple[Declarations, Dataset]:
    """The declarations and the dataset with their texts rendered, each in its column's or key's language.

    `dataset` already has the derived figures. Mistakes are added to `problems`.
    """
    binder = _Binder(dataset, formats, problems)
    tables = {name: binder.table(table) for name, table in dataset.tables.items()}
    changed = {name: table for name, table in tables.items() if table is not dataset.tables[name]}
    figures = tuple(binder.declaration(item, "label", "note") for item in declarations.figures)
    rules = tuple(binder.declaration(item, "title", "explanation") for item in declarations.rules)
    bound = with_cells(dataset, changed) if changed else dataset
    return replace(declarations, figures=figures, rules=rules), bound


class _Codes(TextShortcodes):
    """The shortcodes for a text at a line of a data file."""

    source: SourceText
    line: int

    def _span(self, needle: str) -> Span:
        return self.source.find_word(needle, self.line)


@dataclass
class _Binder:
    dataset: Dataset
    formats: Mapping[str, FigureFormat]
    problems: list[Problem]

    def __post_init__(self) -> None:
        self._sandbox = Sandbox()
        self._codes = {
            language: _Codes(DataReader(self.dataset), form, self.problems) for language, form in self.formats.items()
        }

    def table(self, table: Table) -> Table:
        """The table with its cells rendered; the same object if there is nothing to render."""
        if not any("{{" in cell or "{%" in cell for row in table.rows for cell in row):
            return table
        languages = [self._language(column.name) for column in table.columns]
        with self._sandbox.granted(Budget.of_texts(len(table.rows))):
            numbered = zip(table.rows, table.lines, strict=True)
            return replace(table, rows=tuple(self._row(row, languages, table, line) for row, line in numbered))

    def declaration(self, item: _Declared, *names: str) -> _Declared:
        """A declared figure or rule with these of its texts rendered."""
        source, line = item.located.source, item.line
        texts: dict[str, Any] = {
            name: {
                language: self._render(text, language, source, line) for language, text in getattr(item, name).items()
            }
            for name in names
        }
        return replace(item, **texts)

    def _language(self, column: str) -> str:
        """The language of a column such as `note_en`; without a suffix, that of a site with only one."""
        suffix = column.rpartition("_")[2]
        return suffix if suffix in self.formats else next(iter(self.formats)) if len(self.formats) == 1 else ""

    def _row(self, row: Sequence[str], languages: Sequence[str], table: Table, line: int) -> tuple[str, ...]:
        return tuple(
            self._render(cell, language, table.source, line) if language else self._kept(cell, index, table, line)
            for index, (cell, language) in enumerate(zip(row, languages, strict=True))
        )

    def _kept(self, cell: str, index: int, table: Table, line: int) -> str:
        """A cell for all languages, as it is; report one that shows a figure, as it has no language to print it in."""
        if "{{" in cell:
            name = table.columns[index].name
            message = f'a text for all languages can\'t show a figure (column "{name}")'
            span = table.source.find("{{", line)
            hint = "give each language a column: " + ", ".join(f"{name}_{language}" for language in self.formats)
            self.problems.append(Problem("text-language", message, span, hint))
        return cell

    def _render(self, text: str, language: str, source: SourceText, line: int) -> str:
        if "{{" not in text and "{%" not in text:
            return text
        codes = self._codes[language]
        codes.source, codes.line = source, line
        rendered = self._sandbox.render(text, source, line, codes.functions(), self.problems)
        return text if rendered is None else rendered
