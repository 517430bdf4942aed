"""The functions that bodies and templates call: those for texts, and `cell`, `source`, `link`, `table`, `chart_ref` …

A wrong argument is gathered as a problem with its place, and the page goes on, so that a run names every mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from markupsafe import Markup, escape

from ...language import FigureFormat
from ...model import Figure, Indicator, Page, column_in_language
from ...problems import Span, did_you_mean
from ...text import read_text
from ..template_problems import running_line, running_template
from ..views.site import SiteView
from ..views.tables import IndicatorView, TableView, cell_text
from .in_text import MISSING, TextShortcodes


class Shortcodes(TextShortcodes):
    """The functions for one page. `figures` counts the ids that were shown, `problems` gathers what was wrong."""

    def __init__(self, page: Page, site: SiteView, form: FigureFormat, text_only: bool = False) -> None:
        super().__init__(site._addresses.dataset, form, site._reads)
        self._page, self._site, self._text_only = page, site, text_only
        self.linked: dict[str, None] = {}
        """The figures that lead to their pages, in the order they were first shown."""

    def functions(self) -> Mapping[str, Callable[..., object]]:
        """What is put into the context of a body or template, by name."""
        return {
            **super().functions(),
            "cell": self.cell,
            "source": self.source,
            "link": self.link,
            "table": self.table,
            "indicator": self.indicator,
            "chart_ref": self.chart_ref,
        }

    def _shown(self, figure: Figure, text: str) -> Markup | str:
        if self._text_only:
            return super()._shown(figure, text)
        self.linked[figure.id] = None
        addresses = self._site._addresses
        url = addresses.local(addresses.figure(figure.id, self._page.language))
        return self._form.html(figure, text, url, popover=f"about-{figure.id}")

    def _dated(self, text: str) -> Markup | str:
        return text if self._text_only else Markup('<span class="nowrap">{}</span>').format(text)

    def cell(self, table: str, row: str, column: str) -> str:
        """One cell of a data table; `name` finds `name_<language>`."""
        self._reads.add("row", str(table), str(row))
        found = self._dataset.tables.get(table)
        if found is None:
            self._report_table(table)
            return ""
        cells = found.keyed().get(row)
        if cells is None and not self._dataset.is_unknown(row, found.keyed()):
            return ""
        if cells is None:
            hint = did_you_mean(row, found.keyed())
            self._report("row-unknown", f'no row "{row}" in table "{table}"', row, hint)
            return ""
        if row in self._dataset.figures and table in ("observations", "derived"):
            self.figures[row] += 1
        try:
            index = column_in_language(found, column, self._page.language)
        except KeyError as error:
            message, _, hint = str(error.args[0]).partition("; ")
            self._report("column-unknown", message, column, hint)
            return ""
        return cell_text(cells[index], found.columns[index].name, found.columns[index].type, self._form)

    def source(self, source: str, text: str = "") -> Markup | str:
        """A link to a document on the page that lists the sources."""
        document = self._site.data.source(source)
        if document is None:
            if not self._dataset.is_unknown(source, self._dataset.documents):
                return MISSING
            hint = did_you_mean(source, self._dataset.documents)
            self._report("source-unknown", f'no source "{source}"', source, hint)
            return MISSING
        return self._anchor(document.anchor_url or document.url, text or document.title)

    def link(self, target: str, text: str = "") -> Markup | str:
        """A link to a page of this language by its key, with or without an anchor: `results#year-2022`."""
        key, mark, anchor = target.partition("#")
        if any(page.key == key for page in self._site._addresses.content.held_back):
            hint = "publish it too, or take the link out"
            self._report("page-unknown", f'the page "{key}" is a draft', target, hint)
            return MISSING
        addresses = self._site._addresses
        if key in addresses.content.unreadable_keys and (self._page.language, key) not in addresses.pages:
            return MISSING
        try:
            page = self._site.find_page(key)
        except KeyError as error:
            message, _, hint = str(error.args[0]).partition("; ")
            self._report("page-unknown", message, target, hint)
            return MISSING
        return self._anchor(page.url + mark + anchor, text or page.title)

    def table(self, table: str, columns: Sequence[str] = ()) -> Markup | str:
        """A data table as HTML."""
        self._reads.add("table", str(table))
        found = self._dataset.tables.get(table)
        if found is None:
            self._report_table(table)
            return MISSING
        try:
            view = self._site.data.table(found, columns)
        except KeyError as error:
            message, _, hint = str(error.args[0]).partition("; ")
            self._report("column-unknown", message, message.split('"')[1], hint)
            return MISSING
        return table_html(view)

    def indicator(self, indicator: str) -> IndicatorView:
        """An indicator, with its `name`, `definition` and `unit_text`; one that isn't there has empty ones."""
        known = self._dataset.indicators
        if self._dataset.is_unknown(indicator, known):
            hint = did_you_mean(str(indicator), known)
            self._report("indicator-unknown", f'no indicator "{indicator}"', str(indicator), hint)
        nothing = IndicatorView(Indicator(str(indicator), {}, "", "", {}, "", {}), self._site.data._edition)
        return self._site.data.indicator(indicator) or nothing

    def chart_ref(self, chart: str) -> Markup | str:
        """The number of a chart, leading to it: `Figure 3`, or with its page where it stands on another one."""
        addresses = self._site._addresses
        self._reads.add("placed-chart", self._page.language, str(chart))
        placed = addresses.charts.get((self._page.language, chart))
        if placed is None:
            known = [key for language, key in addresses.charts if language == self._page.language]
            self._report("chart-unknown", f'no chart "{chart}"', chart, did_you_mean(str(chart), known))
            return MISSING
        if placed.page_key == self._page.key:
            return self._anchor(f"#chart-{chart}", self._form.labels("chart_reference", number=placed.number))
        page = self._site.find_page(placed.page_key)
        text = self._form.labels("chart_reference_elsewhere", number=placed.number, page=page.title)
        return self._anchor(f"{page.url}#chart-{chart}", text)

    def _anchor(self, url: str, text: str) -> Markup | str:
        if self._text_only or not url:
            return text
        return Markup('<a href="{}">{}</a>').format(url, text)

    def _report_table(self, table: str) -> None:
        tables = self._dataset.tables
        if self._dataset.is_unknown(table, tables):
            self._report("table-unknown", f'no table "{table}"', table, did_you_mean(table, tables))

    def _span(self, needle: str) -> Span:
        """Where the page names `needle`: from the line that is being rendered on; or the template that does."""
        source = self._page.source
        line = running_line(source.name)
        for spelling in (f'"{needle}"', f"'{needle}'"):
            found = source.find(spelling, line) if line else None
            if found and found.excerpt and spelling in found.excerpt:
                return source.span(found.line, found.column + 1)
        if line or needle in source.text:
            return source.find_word(needle, line or 1)
        file, line = running_template()
        return read_text(Path(file), file).find_word(needle, line) if file else source.span(1)


def table_html(view: TableView) -> Markup:
    """A table in a region that scrolls by itself, numbers set apart."""
    head = Markup("").join(Markup('<th scope="col"{}>{}</th>').format(_numeric(c.type), c.title) for c in view.columns)
    rows = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup("<td{}>{}</td>").format(_numeric(column.type), escape(cell))
                for column, cell in zip(view.columns, row, strict=True)
            )
        )
        for row in view.rows
    )
    return Markup(
        '<div class="table-scroll" tabindex="0" role="region" aria-label="{}"><table>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(view.title, head, rows)


def _numeric(kind: str) -> Markup:
    return Markup(' class="num"') if kind in ("number", "integer") else Markup("")
