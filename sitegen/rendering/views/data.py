"""Figures, their sources and the rules about them, as templates see them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from markupsafe import Markup, escape

from ...data.calculation import RELATIONS, Part, expression_parts, range_text, unit_of_scale
from ...facts import DataTable, Reader
from ...language import FigureFormat
from ...model import (
    SHARES,
    Area,
    Constant,
    DerivedFigure,
    Document,
    Expression,
    Figure,
    Interval,
    Judgement,
    Observation,
    Range,
    Reference,
    Table,
    View,
    in_language,
)
from .tables import IndicatorView, TableView

_View = TypeVar("_View")


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_Item = TypeVar("_Item", bound=_Named)


class AreaView(View):
    def __init__(self, area: Area, data: DataView) -> None:
        language = data._form.language
        self._data = data
        self.id = area.id
        self.name = in_language(area.name, language)
        self.full_name = in_language(area.full_name, language)
        self.type = in_language(area.type, language)
        self.code = area.code
        self.parent = area.parent
        self.tile_row = area.tile_row
        self.tile_col = area.tile_column

    @property
    def page(self) -> Any:
        """The page whose front matter names this area, if there is one."""
        key = self._data._read.page_of_area(self._data._form.language, self.id)
        return self._data._page(key) if key else None


class SourceView(View):
    def __init__(self, document: Document, data: DataView) -> None:
        form = data._form
        self._data = data
        self.id = document.id
        self.title = in_language(document.title, form.language)
        self.publisher = in_language(document.publisher, form.language)
        self.note = in_language(document.note, form.language)
        self.url = document.url
        self.date, self.accessed = document.date, document.accessed
        self.date_text = form.date(document.date) if document.date else ""
        self.accessed_text = form.date(document.accessed) if document.accessed else ""

    @property
    def anchor_url(self) -> str:
        """Its entry on the page with the layout `sources`; empty when no page has that layout."""
        key = self._data._read.sources_page(self._data._form.language)
        return f"{self._data._page(key).url}#source-{self.id}" if key else ""

    @property
    def observations(self) -> Sequence[FigureView]:
        """The figures that were taken from it."""
        return self._data._views(self._data._read.of_source(self.id))


class FigureView(View):
    """A figure: an observation, or a derived one. What shows its value is recorded as a read of the page."""

    def __init__(self, figure: Figure, data: DataView) -> None:
        self._figure = figure
        self._data = data
        form, read = data._form, data._read
        self.id = figure.id
        self.derived = isinstance(figure, DerivedFigure)
        self.period, self.time_order = figure.period, figure.time_order
        self.period_text = form.period_of(figure)
        self.qualifier = figure.qualifier
        self.status = figure.status
        self.status_text = form.status(figure)
        self.locator = in_language(figure.locator, form.language) if isinstance(figure, Observation) else ""
        self.note = in_language(figure.note, form.language)
        self.expression = figure.written if isinstance(figure, DerivedFigure) else ""
        self.url = read.local(read.figure_url(figure.id, form.language))
        self.json_url = read.local(f"/figures/{figure.id}.json")
        self.csv_url = read.local(f"/figures/{figure.id}.csv")

    def _printed(self) -> Figure:
        """The figure, its value being shown."""
        self._data._read.record.shown.add(self.id)
        return self._figure

    @property
    def title(self) -> str:
        """What it is, where and when: `Loans, North, 2022`; the label of a derived figure says all."""
        return figure_title(self._figure, self._data._form)

    @property
    def value(self) -> str:
        """The decimal text as published."""
        return self._printed().value

    @property
    def value_text(self) -> str:
        """The figure in the language, its status not marked."""
        return self._data._form.value(self._printed())

    @property
    def value_with_unit(self) -> str:
        """The figure with its unit in words: `9,928 households`."""
        return self._data._form.value(self._printed(), unit=True)

    @property
    def told(self) -> str:
        """The figure with its unit as plain text, its status in words."""
        return self._data._form.told(self._figure, self.value_with_unit)

    @property
    def html_with_unit(self) -> Markup:
        """The figure with its unit, leading to its page."""
        return self._data._form.html(self._figure, self.value_with_unit, self.url)

    @property
    def html(self) -> Markup:
        """The figure, leading to its page."""
        return self._data._form.html(self._figure, self.value_text, self.url)

    @property
    def marked_html(self) -> Markup:
        """The figure with its unit and its status marked, without a link."""
        return self._data._form.marked(self._figure, self.value_with_unit)

    @property
    def indicator(self) -> IndicatorView:
        own = self._figure.indicator
        return self._data.indicator(own.id) or IndicatorView(own, self._data._form)

    @property
    def area(self) -> AreaView:
        own = self._figure.area
        return self._data.area(own.id) or AreaView(own, self._data)

    @property
    def source(self) -> SourceView:
        return self.sources[0]

    @property
    def sources(self) -> Sequence[SourceView]:
        """Its source; all those of its inputs when it is derived."""
        return [source for document in self._figure.documents if (source := self._data.source(document.id))]

    @property
    def calculation(self) -> Markup:
        """How it was computed, each figure leading to its page; empty for an observation."""
        figure = self._figure
        if not isinstance(figure, DerivedFigure):
            return Markup("")
        return self._data._calculation(figure.expression, (item.id for item in figure.inputs))

    @property
    def range_text(self) -> str:
        """What it can be with the rounding of its inputs: `between 95.9% and 96.9%`; empty when it is exact."""
        figure = self._figure
        if not isinstance(figure, DerivedFigure) or figure.range.is_exact:
            return ""
        return range_text(figure.stated_range, figure.indicator, self._data._form, figure.value)

    @property
    def computed_from(self) -> Sequence[FigureView]:
        inputs = self._figure.inputs if isinstance(self._figure, DerivedFigure) else ()
        return self._data._views(item.id for item in inputs)

    @property
    def computed_into(self) -> Sequence[FigureView]:
        """The derived figures that have it among their inputs."""
        return self._data._views(self._data._read.computed_into(self.id))

    @property
    def rules(self) -> Sequence[RuleView]:
        """The rules it takes part in."""
        return [RuleView(judgement, self._data) for judgement in self._data._read.rules_of(self.id)]


class RuleView(View):
    """A rule as it was judged. `explanation` is empty unless it is a known disagreement."""

    def __init__(self, judgement: Judgement, data: DataView) -> None:
        language = data._form.language
        self._judgement, self._data = judgement, data
        self.id = judgement.id
        self.title = in_language(judgement.title, language)
        self.holds = judgement.holds
        self.explanation = in_language(judgement.explanation, language)

    @property
    def figures(self) -> Sequence[FigureView]:
        return self._data._views(self._judgement.figures)

    def _side(self, side: Expression) -> Markup:
        return self._data._calculation(side, self._judgement.figures)

    @property
    def calculation(self) -> Markup:
        """The statement, each figure leading to its page."""
        statement = self._judgement.statement
        sides = [self._side(side) for side in statement.sides]
        if isinstance(statement, Range):
            template = escape(self._data._form.labels("calculation_within"))
            return template.format(value=sides[0], low=sides[1], high=sides[2])
        text = sides[0]
        for relation, side in zip(statement.relations, sides[1:], strict=True):
            text += Markup(" {} {}").format(RELATIONS[relation], side)
        return text

    @property
    def results(self) -> Sequence[Markup]:
        """What each side comes to that is no single figure or number: `9,928 ÷ 0.43%: between … and …`."""
        judgement, form = self._judgement, self._data._form
        template = escape(form.labels("calculation_result"))
        return [
            template.format(calculation=self._side(side), result=_result_text(span, scale, form))
            for side, span, scale in zip(judgement.statement.sides, judgement.results, judgement.scales, strict=True)
            if not isinstance(side, Constant | Reference)
        ]


def _result_text(span: Interval, scale: str, form: FigureFormat) -> str:
    """What a side of a rule comes to; shares, which are computed as such, in the unit that they are printed in."""
    hundred = Interval.exactly(100 if scale in SHARES else 1)
    return range_text(span * hundred, unit_of_scale(scale), form, exact=True)


def figure_title(figure: Figure, form: FigureFormat) -> str:
    """E.g. `Pupils at school, North, 31 December 2024`; of a derived figure, its label."""
    name = in_language(figure.indicator.name, form.language)
    if isinstance(figure, DerivedFigure):
        return name
    return ", ".join([name, in_language(figure.area.name, form.language), form.period_of(figure)])


class DataView(View):
    """All tables of the site in one language. `page` gives the view of the page with a key."""

    def __init__(self, read: Reader, form: FigureFormat, page: Callable[[str], Any]) -> None:
        self._read, self._form, self._page = read, form, page
        self._indicators: dict[str, IndicatorView] = {}
        self._areas: dict[str, AreaView] = {}
        self._sources: dict[str, SourceView] = {}
        self._figures: dict[str, FigureView] = {}

    def figure(self, key: str) -> FigureView | None:
        """The figure with an id, or none."""
        return _view_of(self._read.figure(key), self._figures, lambda item: FigureView(item, self))

    def source(self, key: str) -> SourceView | None:
        """The document with an id, or none."""
        return _view_of(self._read.document(key), self._sources, lambda item: SourceView(item, self))

    def indicator(self, key: str) -> IndicatorView | None:
        """The indicator with an id, or none."""
        return _view_of(self._read.indicator(key), self._indicators, lambda item: IndicatorView(item, self._form))

    def area(self, key: str) -> AreaView | None:
        """The area with an id, or none."""
        return _view_of(self._read.area(key), self._areas, lambda item: AreaView(item, self))

    @property
    def indicators(self) -> Iterable[IndicatorView]:
        return self._every("indicator", self.indicator)

    @property
    def areas(self) -> Iterable[AreaView]:
        return self._every("area", self.area)

    @property
    def sources(self) -> Iterable[SourceView]:
        return self._every("document", self.source)

    @property
    def figures(self) -> Sequence[FigureView]:
        """All figures: the observations in the order of their table, then the derived ones."""
        return self._every("figure", self.figure)

    @property
    def observations(self) -> Sequence[FigureView]:
        """The figures that were taken from a source."""
        return [figure for figure in self.figures if not figure.derived]

    def _every(self, kind: DataTable, view: Callable[[str], _View | None]) -> list[_View]:
        return [found for key in self._read.all(kind) if (found := view(key))]

    def _views(self, keys: Iterable[str]) -> list[FigureView]:
        """The figures with these ids."""
        return [figure for key in keys if (figure := self.figure(key))]

    @property
    def rules(self) -> Sequence[RuleView]:
        """Every rule as it was judged, in the order of the file."""
        return [RuleView(judgement, self) for judgement in self._read.rules()]

    def _calculation(self, expression: Expression, keys: Iterable[str]) -> Markup:
        """An expression of the figures with these ids, each leading to its page."""
        figures = {key: figure for key in keys if (figure := self._read.figure(key))}
        return Markup("").join(self._part(part) for part in expression_parts(expression, figures, self._form))

    def _part(self, part: Part) -> Markup | str:
        figure = None if isinstance(part, str) else self.figure(part.id)
        return figure.html if figure else str(part)

    @property
    def jsonld(self) -> Markup:
        """The data as a schema.org Dataset, for a script element of that type; empty where there are none."""
        described = self._read.data_description(self._form.language)
        if described is None:
            return Markup("")
        if key := self._read.data_page(self._form.language):
            described = {**described, "url": self._page(key).canonical}
        text = json.dumps(described, ensure_ascii=False, indent=2, default=str)
        # `</script>` in a text would end the element
        return Markup(text.replace("<", "\\u003c"))  # noqa: S704 -- JSON, in which nothing can end a script

    @property
    def tables(self) -> Sequence[TableView]:
        """The figures first, then the tables they refer to, by name."""
        names = sorted(self._read.all("table"), key=lambda name: name != "observations")
        return [self.table(table) for name in names if (table := self._read.table(name))]

    def table(self, table: Table, columns: Sequence[str] = ()) -> TableView:
        """A table with some of its columns, or all. Raises UnknownNameError for a column that isn't there."""
        return TableView(table, self._read, self._form, columns)


def _view_of(item: _Item | None, views: dict[str, _View], make: Callable[[_Item], _View]) -> _View | None:
    """The view of an item, which is made once; none where there is no item."""
    if item is None:
        return None
    if item.id not in views:
        views[item.id] = make(item)
    return views[item.id]
