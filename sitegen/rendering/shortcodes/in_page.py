"""The functions that bodies and templates call: those for texts, and `cell`, `source`, `link`, `table` …"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from markupsafe import Markup

from ...model import Figure, Indicator, Page, column_in_language
from ...problems import Problem, SiteError, Span, UnknownNameError, did_you_mean
from ...text import read_text
from ..template_problems import running_line, running_template
from ..views.site import SiteView
from ..views.tables import IndicatorView, TableView, cell_text
from .in_text import MISSING, TextShortcodes


class Shortcodes(TextShortcodes):
    """The functions for one page; with `text_only`, they return plain text."""

    def __init__(self, page: Page, site: SiteView, problems: list[Problem], text_only: bool = False) -> None:
        super().__init__(site._read, site._form, problems)
        self._page, self._site, self._read, self._text_only = page, site, site._read, text_only
        self.linked: dict[str, None] = {}
        """The figures with links to their pages, in the order they were first shown."""

    def functions(self) -> Mapping[str, Callable[..., object]]:
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
        url = self._read.local(self._read.figure_url(figure.id, self._page.language))
        return self._form.html(figure, text, url, popover=f"about-{figure.id}")

    def _dated(self, text: str) -> Markup | str:
        return text if self._text_only else Markup('<span class="nowrap">{}</span>').format(text)

    def cell(self, table: str, row: str, column: str) -> str:
        """One cell of a data table; `name` finds `name_<language>`."""
        found, cells = self._read.row(table, row) or (None, None)
        if found is None:
            self._report_unknown("table", table, self._read.all("table"))
            return ""
        if cells is None:
            self._report_unknown("row", row, found.keyed(), f' in table "{table}"')
            return ""
        if table in ("observations", "derived") and self._read.figure(row):
            self.figures[row] += 1
        try:
            index = column_in_language(found, column, self._page.language)
        except UnknownNameError as error:
            self._report("column-unknown", error.message, column, error.hint)
            return ""
        return cell_text(cells[index], found.columns[index].name, found.columns[index].type, self._form)

    def source(self, source: str, text: str = "") -> Markup | str:
        """A link to a document's entry in the list of sources."""
        document = self._site.data.source(source)
        if document is None:
            self._report_unknown("source", source, self._read.all("document"))
            return MISSING
        return self._anchor(document.anchor_url or document.url, text or document.title)

    def link(self, target: str, text: str = "") -> Markup | str:
        """A link to a page in this language by its key, with or without an anchor: `results#year-2022`."""
        key, mark, anchor = target.partition("#")
        if self._read.exists(self._page.language, key) == "draft":
            hint = "publish it too, or take the link out"
            self._report("page-unknown", f'the page "{key}" is a draft', target, hint)
            return MISSING
        try:
            page = self._site.find_page(key)
        except UnknownNameError as error:
            self._report("page-unknown", error.message, target, error.hint)
            return MISSING
        except SiteError:
            # the page was left out, which is reported elsewhere
            return MISSING
        return self._anchor(page.url + mark + anchor, text or page.title)

    def table(self, table: str, columns: Sequence[str] = ()) -> Markup | str:
        """A data table as HTML, with all or some of its columns."""
        found = self._read.table(table)
        if found is None:
            self._report_unknown("table", table, self._read.all("table"))
            return MISSING
        try:
            return table_html(self._site.data.table(found, columns))
        except UnknownNameError as error:
            self._report("column-unknown", error.message, error.name, error.hint)
            return MISSING

    def indicator(self, indicator: str) -> IndicatorView:
        """An indicator, with its `name`, `definition` and `unit_text`; empty ones if it is unknown."""
        found = self._site.data.indicator(indicator)
        if found is None:
            self._report_unknown("indicator", indicator, self._read.all("indicator"))
        return found or IndicatorView(Indicator(str(indicator), {}, "", "", {}, "", {}), self._form)

    def chart_ref(self, chart: str) -> Markup | str:
        """A link to a chart by its number: `Figure 3`; with its page's title if it is on another page."""
        placed = self._read.placed_chart(self._page.language, chart)
        if placed is None:
            known = self._read.placed_charts(self._page.language)
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

    def _span(self, needle: str) -> Span:
        """Where the page, from the line being rendered on, or the running template contains `needle`."""
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
    """A table in a scrolling region, with a class for numbers."""
    head = Markup("").join(Markup('<th scope="col"{}>{}</th>').format(_numeric(c.type), c.title) for c in view.columns)
    template = "<tr>{}</tr>".format("".join(f"<td{_numeric(column.type)}>{{}}</td>" for column in view.columns))
    rows = Markup("").join(Markup(template).format(*row) for row in view.rows)  # noqa: S704 -- our own markup
    return Markup(
        '<div class="table-scroll" tabindex="0" role="region" aria-label="{}"><table>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(view.title, head, rows)


def _numeric(kind: str) -> Markup:
    return Markup(' class="num"') if kind in ("number", "integer") else Markup("")
