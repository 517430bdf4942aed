"""Figures, their sources and the rules about them, as templates see them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

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
    Text,
    View,
    in_language,
)
from .tables import IndicatorView, TableView

_View = TypeVar("_View", bound=View)
_Item = TypeVar("_Item")


class _DataPart(View):
    """A view with access to the others of its language."""

    def __init__(self, data: DataView) -> None:
        self._data, self._form, self._read = data, data._form, data._read

    def _text(self, text: Text) -> str:
        return in_language(text, self._form.language)


class AreaView(_DataPart):
    def __init__(self, area: Area, data: DataView) -> None:
        super().__init__(data)
        self.id = area.id
        self.name, self.full_name = self._text(area.name), self._text(area.full_name)
        self.type = self._text(area.type)
        self.code, self.parent = area.code, area.parent
        self.tile_row, self.tile_col = area.tile_row, area.tile_column

    @property
    def page(self) -> Any:
        """The page whose front matter names this area, if there is one."""
        key = self._read.page_of_area(self._form.language, self.id)
        return self._data._page(key) if key else None


class SourceView(_DataPart):
    def __init__(self, document: Document, data: DataView) -> None:
        super().__init__(data)
        self.id, self.url = document.id, document.url
        self.title, self.publisher = self._text(document.title), self._text(document.publisher)
        self.note = self._text(document.note)
        self.date, self.accessed = document.date, document.accessed
        self.date_text = self._form.date(document.date) if document.date else ""
        self.accessed_text = self._form.date(document.accessed) if document.accessed else ""

    @property
    def anchor_url(self) -> str:
        """Its entry on the page with the layout `sources`; empty if there is no such page."""
        key = self._read.sources_page(self._form.language)
        return f"{self._data._page(key).url}#source-{self.id}" if key else ""

    @property
    def observations(self) -> Sequence[FigureView]:
        return self._data._views(self._read.of_source(self.id))


class FigureView(_DataPart):
    """An observation or a derived figure. Showing its value is recorded as a read of the page."""

    def __init__(self, figure: Figure, data: DataView) -> None:
        super().__init__(data)
        self._figure = figure
        form, read = self._form, self._read
        self.id = figure.id
        self.derived = isinstance(figure, DerivedFigure)
        self.period, self.time_order = figure.period, figure.time_order
        self.period_text = form.period_of(figure)
        self.qualifier = figure.qualifier
        self.status, self.status_text = figure.status, form.status(figure)
        self.locator = self._text(figure.locator) if isinstance(figure, Observation) else ""
        self.note = self._text(figure.note)
        self.expression = figure.written if isinstance(figure, DerivedFigure) else ""
        self.url = read.local(read.figure_url(figure.id, form.language))
        self.json_url = read.local(f"/figures/{figure.id}.json")
        self.csv_url = read.local(f"/figures/{figure.id}.csv")

    def _shown(self) -> Figure:
        """The figure; its value is recorded as shown."""
        self._read.record.shown.add(self.id)
        return self._figure

    @property
    def title(self) -> str:
        """`Loans, North, 2022`; of a derived figure, its label."""
        return figure_title(self._figure, self._form)

    @property
    def value(self) -> str:
        """The decimal text as published."""
        return self._shown().value

    @property
    def value_text(self) -> str:
        """The value in the language, without its status."""
        return self._form.value(self._shown())

    @property
    def value_with_unit(self) -> str:
        """`9,928 households`"""
        return self._form.value(self._shown(), unit=True)

    @property
    def told(self) -> str:
        """Value, unit and status as plain text."""
        return self._form.told(self._figure, self.value_with_unit)

    @property
    def html_with_unit(self) -> Markup:
        """Value and unit, linked to the figure's page."""
        return self._form.html(self._figure, self.value_with_unit, self.url)

    @property
    def html(self) -> Markup:
        """The value, linked to the figure's page."""
        return self._form.html(self._figure, self.value_text, self.url)

    @property
    def marked_html(self) -> Markup:
        """Value, unit and status mark, without a link."""
        return self._form.marked(self._figure, self.value_with_unit)

    @property
    def indicator(self) -> IndicatorView:
        own = self._figure.indicator
        return self._data.indicator(own.id) or IndicatorView(own, self._form)

    @property
    def area(self) -> AreaView:
        own = self._figure.area
        return self._data.area(own.id) or AreaView(own, self._data)

    @property
    def source(self) -> SourceView:
        return self.sources[0]

    @property
    def sources(self) -> Sequence[SourceView]:
        """Its source; of a derived figure, those of its inputs."""
        return [source for document in self._figure.documents if (source := self._data.source(document.id))]

    @property
    def calculation(self) -> Markup:
        """How it was computed, each figure linked to its page; empty for an observation."""
        figure = self._figure
        if not isinstance(figure, DerivedFigure):
            return Markup("")
        return self._data._calculation(figure.expression, (item.id for item in figure.inputs))

    @property
    def range_text(self) -> str:
        """What it can be, given the rounding of its inputs: `between 95.9% and 96.9%`; empty when it is exact."""
        figure = self._figure
        if not isinstance(figure, DerivedFigure) or figure.range.is_exact:
            return ""
        return range_text(figure.stated_range, figure.indicator, self._form, figure.value)

    @property
    def computed_from(self) -> Sequence[FigureView]:
        inputs = self._figure.inputs if isinstance(self._figure, DerivedFigure) else ()
        return self._data._views(item.id for item in inputs)

    @property
    def computed_into(self) -> Sequence[FigureView]:
        return self._data._views(self._read.computed_into(self.id))

    @property
    def rules(self) -> Sequence[RuleView]:
        """The rules it takes part in."""
        return [RuleView(judgement, self._data) for judgement in self._read.rules_of(self.id)]


class RuleView(_DataPart):
    """A rule and its result. `explanation` is empty unless it is a known disagreement."""

    def __init__(self, judgement: Judgement, data: DataView) -> None:
        super().__init__(data)
        self._judgement = judgement
        self.id, self.holds = judgement.id, judgement.holds
        self.title, self.explanation = self._text(judgement.title), self._text(judgement.explanation)

    @property
    def figures(self) -> Sequence[FigureView]:
        return self._data._views(self._judgement.figures)

    def _side(self, side: Expression) -> Markup:
        return self._data._calculation(side, self._judgement.figures)

    @property
    def calculation(self) -> Markup:
        """The statement, each figure linked to its page."""
        statement = self._judgement.statement
        sides = [self._side(side) for side in statement.sides]
        if isinstance(statement, Range):
            template = escape(self._form.labels("calculation_within"))
            return template.format(value=sides[0], low=sides[1], high=sides[2])
        text = sides[0]
        for relation, side in zip(statement.relations, sides[1:], strict=True):
            text += Markup(" {} {}").format(RELATIONS[relation], side)
        return text

    @property
    def results(self) -> Sequence[Markup]:
        """The result of each side that is a calculation: `9,928 ÷ 0.43%: between … and …`."""
        judgement = self._judgement
        template = escape(self._form.labels("calculation_result"))
        return [
            template.format(calculation=self._side(side), result=_result_text(span, scale, self._form))
            for side, span, scale in zip(judgement.statement.sides, judgement.results, judgement.scales, strict=True)
            if not isinstance(side, Constant | Reference)
        ]


def _result_text(span: Interval, scale: str, form: FigureFormat) -> str:
    """The result of one side of a rule; shares are computed as fractions but printed as %."""
    hundred = Interval.exactly(100 if scale in SHARES else 1)
    return range_text(span * hundred, unit_of_scale(scale), form, exact=True)


def figure_title(figure: Figure, form: FigureFormat) -> str:
    """E.g. `Pupils at school, North, 31 December 2024`; of a derived figure, its label."""
    name = in_language(figure.indicator.name, form.language)
    if isinstance(figure, DerivedFigure):
        return name
    return ", ".join([name, in_language(figure.area.name, form.language), form.period_of(figure)])


class DataView(View):
    """All tables of the site in one language. `page` gives the view of a page by its key."""

    def __init__(self, read: Reader, form: FigureFormat, page: Callable[[str], Any]) -> None:
        self._read, self._form, self._page = read, form, page
        self._made: dict[tuple[str, str], Any] = {}

    def figure(self, key: str) -> FigureView | None:
        return self._view("figure", key, self._read.figure(key), lambda item: FigureView(item, self))

    def source(self, key: str) -> SourceView | None:
        return self._view("source", key, self._read.document(key), lambda item: SourceView(item, self))

    def indicator(self, key: str) -> IndicatorView | None:
        return self._view("indicator", key, self._read.indicator(key), lambda item: IndicatorView(item, self._form))

    def area(self, key: str) -> AreaView | None:
        return self._view("area", key, self._read.area(key), lambda item: AreaView(item, self))

    def _view(self, kind: str, key: str, item: _Item | None, make: Callable[[_Item], _View]) -> _View | None:
        """The view of an item, made once."""
        if item is None:
            return None
        view: _View | None = self._made.get((kind, key))
        if view is None:
            view = self._made[kind, key] = make(item)
        return view

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
        """The observations in the order of their table, then the derived figures."""
        return self._every("figure", self.figure)

    @property
    def observations(self) -> Sequence[FigureView]:
        return [figure for figure in self.figures if not figure.derived]

    def _every(self, kind: DataTable, view: Callable[[str], _View | None]) -> list[_View]:
        return [found for key in self._read.all(kind) if (found := view(key))]

    def _views(self, keys: Iterable[str]) -> list[FigureView]:
        return [figure for key in keys if (figure := self.figure(key))]

    @property
    def rules(self) -> Sequence[RuleView]:
        """In the order of the file."""
        return [RuleView(judgement, self) for judgement in self._read.rules()]

    def _calculation(self, expression: Expression, keys: Iterable[str]) -> Markup:
        """An expression of these figures, each linked to its page."""
        figures = {key: figure for key in keys if (figure := self._read.figure(key))}
        return Markup("").join(self._part(part) for part in expression_parts(expression, figures, self._form))

    def _part(self, part: Part) -> Markup | str:
        figure = None if isinstance(part, str) else self.figure(part.id)
        return figure.html if figure else str(part)

    @property
    def jsonld(self) -> Markup:
        """The data as a schema.org Dataset, for a script element; empty without data."""
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
        """The observations first, then the other tables in their order."""
        names = sorted(self._read.all("table"), key=lambda name: name != "observations")
        return [self.table(table) for name in names if (table := self._read.table(name))]

    def table(self, table: Table, columns: Sequence[str] = ()) -> TableView:
        """A table with all or some of its columns. Raises UnknownNameError for an unknown column."""
        return TableView(table, self._read, self._form, columns)
