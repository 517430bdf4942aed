"""Figures, their sources and the rules about them, as templates see them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from markupsafe import Markup, escape

from ...data.calculation import RELATIONS, Part, expression_parts, range_text, unit_of_scale
from ...language import FigureFormat
from ...model import (
    SHARES,
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
from .dataset_description import dataset_description
from .tables import AreaView, Edition, IndicatorView, TableView

_View = TypeVar("_View")


class SourceView(View):
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
        self._edition.reads.add("sources-page", self._edition.language)
        url = self._edition.sources_url()
        return f"{url}#source-{self.id}" if url else ""

    @property
    def observations(self) -> Sequence[FigureView]:
        """The figures that were taken from it."""
        self._edition.reads.add("of-source", self.id)
        return self._data._views(self._data._dataset.figures_by_source.get(self.id, ()))


class FigureView(View):
    """A figure: an observation, or a derived one. What shows its value is recorded as a read of the page."""

    def __init__(self, figure: Figure, data: DataView) -> None:
        self._figure = figure
        self._data = data
        edition = data._edition
        form, addresses = edition.form, edition.addresses
        self.id = figure.id
        self.derived = isinstance(figure, DerivedFigure)
        self.period, self.time_order = figure.period, figure.time_order
        self.period_text = form.period_of(figure)
        self.qualifier = figure.qualifier
        self.status = figure.status
        self.status_text = form.status(figure)
        self.locator = in_language(figure.locator, edition.language) if isinstance(figure, Observation) else ""
        self.note = in_language(figure.note, edition.language)
        self.expression = figure.written if isinstance(figure, DerivedFigure) else ""
        self.url = addresses.local(addresses.figure(figure.id, edition.language))
        self.json_url = addresses.local(f"/figures/{figure.id}.json")
        self.csv_url = addresses.local(f"/figures/{figure.id}.csv")

    def _read(self) -> Figure:
        """The figure, its value being shown."""
        self._data._edition.shown.add(self.id)
        return self._figure

    @property
    def title(self) -> str:
        """What it is, where and when: `Loans, North, 2022`; the label of a derived figure says all."""
        return figure_title(self._figure, self._data._edition.form)

    @property
    def value(self) -> str:
        """The decimal text as published."""
        return self._read().value

    @property
    def value_text(self) -> str:
        """The figure in the language, its status not marked."""
        return self._data._edition.form.value(self._read())

    @property
    def value_with_unit(self) -> str:
        """The figure with its unit in words: `9,928 households`."""
        return self._data._edition.form.value(self._read(), unit=True)

    @property
    def told(self) -> str:
        """The figure with its unit as plain text, its status in words."""
        return self._data._edition.form.told(self._figure, self.value_with_unit)

    @property
    def html_with_unit(self) -> Markup:
        """The figure with its unit, leading to its page."""
        return self._data._edition.form.html(self._figure, self.value_with_unit, self.url)

    @property
    def html(self) -> Markup:
        """The figure, leading to its page."""
        return self._data._edition.form.html(self._figure, self.value_text, self.url)

    @property
    def marked_html(self) -> Markup:
        """The figure with its unit and its status marked, without a link."""
        return self._data._edition.form.marked(self._figure, self.value_with_unit)

    @property
    def indicator(self) -> IndicatorView:
        own = self._figure.indicator
        return self._data.indicator(own.id) or IndicatorView(own, self._data._edition)

    @property
    def area(self) -> AreaView:
        own = self._figure.area
        return self._data.area(own.id) or AreaView(own, self._data._edition)

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
        return self._data._calculation(figure.expression) if isinstance(figure, DerivedFigure) else Markup("")

    @property
    def range_text(self) -> str:
        """What it can be with the rounding of its inputs: `between 95.9% and 96.9%`; empty when it is exact."""
        figure = self._figure
        if not isinstance(figure, DerivedFigure) or figure.range.is_exact:
            return ""
        return range_text(figure.stated_range, figure.indicator, self._data._edition.form, figure.value)

    @property
    def computed_from(self) -> Sequence[FigureView]:
        inputs = self._figure.inputs if isinstance(self._figure, DerivedFigure) else ()
        return self._data._views(item.id for item in inputs)

    @property
    def computed_into(self) -> Sequence[FigureView]:
        """The derived figures that have it among their inputs."""
        self._data._reads.add("computed-into", self.id)
        return self._data._views(self._data._dataset.computed_into.get(self.id, ()))

    @property
    def rules(self) -> Sequence[RuleView]:
        """The rules it takes part in."""
        self._data._reads.add("rules-of", self.id)
        return [self._data._rule(judgement) for judgement in self._data._dataset.rules_by_figure.get(self.id, ())]


class RuleView(View):
    """A rule as it was judged. `explanation` is empty unless it is a known disagreement."""

    def __init__(self, judgement: Judgement, data: DataView) -> None:
        language = data._edition.language
        self._judgement, self._data = judgement, data
        self.id = judgement.id
        self.title = in_language(judgement.title, language)
        self.holds = judgement.holds
        self.explanation = in_language(judgement.explanation, language)

    @property
    def figures(self) -> Sequence[FigureView]:
        return self._data._views(self._judgement.figures)

    @property
    def calculation(self) -> Markup:
        """The statement, each figure leading to its page."""
        statement = self._judgement.statement
        sides = [self._data._calculation(side) for side in statement.sides]
        if isinstance(statement, Range):
            template = escape(self._data._edition.form.labels("calculation_within"))
            return template.format(value=sides[0], low=sides[1], high=sides[2])
        text = sides[0]
        for relation, side in zip(statement.relations, sides[1:], strict=True):
            text += Markup(" {} {}").format(RELATIONS[relation], side)
        return text

    @property
    def results(self) -> Sequence[Markup]:
        """What each side comes to that is no single figure or number: `9,928 ÷ 0.43%: between … and …`."""
        judgement, form = self._judgement, self._data._edition.form
        template = escape(form.labels("calculation_result"))
        return [
            template.format(calculation=self._data._calculation(side), result=_result_text(span, scale, form))
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
    """All tables of the site in one language."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._dataset, self._reads = edition.addresses.dataset, edition.reads

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
    def _figures(self) -> Mapping[str, FigureView]:
        return {key: FigureView(item, self) for key, item in self._dataset.figures.items()}

    @property
    def indicators(self) -> Iterable[IndicatorView]:
        return self._all("indicator", self._indicators)

    @property
    def areas(self) -> Iterable[AreaView]:
        return self._all("area", self._areas)

    @property
    def sources(self) -> Iterable[SourceView]:
        return self._all("document", self._sources)

    @property
    def figures(self) -> Sequence[FigureView]:
        """All figures: the observations in the order of their table, then the derived ones."""
        return self._all("figure", self._figures)

    @property
    def observations(self) -> Sequence[FigureView]:
        """The figures that were taken from a source."""
        return [figure for figure in self.figures if not figure.derived]

    def _all(self, kind: str, views: Mapping[str, _View]) -> list[_View]:
        """Every view of a kind, which reads their list and each of them."""
        self._reads.add("all", kind)
        for key in views:
            self._reads.add(kind, key)
        return list(views.values())

    def _views(self, keys: Iterable[str]) -> list[FigureView]:
        """The figures with these ids."""
        return [figure for key in keys if (figure := self.figure(key))]

    def figure(self, key: str) -> FigureView | None:
        """The figure with an id, or none."""
        self._reads.add("figure", key)
        return self._figures.get(key)

    def source(self, key: str) -> SourceView | None:
        """The document with an id, or none."""
        self._reads.add("document", key)
        return self._sources.get(key)

    @property
    def rules(self) -> Sequence[RuleView]:
        """Every rule as it was judged, in the order of the file."""
        self._reads.add("rules")
        return [self._rule(judgement) for judgement in self._dataset.judgements]

    def _rule(self, judgement: Judgement) -> RuleView:
        for key in judgement.figures:
            self._reads.add("figure", key)
        return RuleView(judgement, self)

    def _calculation(self, expression: Expression) -> Markup:
        """An expression, each figure leading to its page."""
        form = self._edition.form
        parts = expression_parts(expression, self._dataset.figures, form)
        return Markup("").join(self._part(part) for part in parts)

    def _part(self, part: Part) -> Markup | str:
        figure = None if isinstance(part, str) else self.figure(part.id)
        return figure.html if figure else str(part)

    def indicator(self, key: str) -> IndicatorView | None:
        """The indicator with an id, or none."""
        self._reads.add("indicator", key)
        return self._indicators.get(key)

    @property
    def jsonld(self) -> Markup:
        """The data as a schema.org Dataset, for a script element of that type; empty where there are none."""
        self._reads.add("dataset", self._edition.language)
        if not self._dataset.tables:
            return Markup("")
        described = dataset_description(self._edition.addresses, self._edition.language)
        text = json.dumps(described, ensure_ascii=False, indent=2, default=str)
        # `</script>` in a text would end the element
        return Markup(text.replace("<", "\\u003c"))  # noqa: S704 -- JSON, in which nothing can end a script

    @property
    def tables(self) -> Sequence[TableView]:
        """The figures first, then the tables they refer to, by name."""
        self._reads.add("all", "table")
        tables = sorted(self._dataset.tables.values(), key=lambda table: table.name != "observations")
        return [self.table(table) for table in tables]

    def table(self, table: Table, columns: Sequence[str] = ()) -> TableView:
        """A table with some of its columns, or all. Raises KeyError for a column that isn't there."""
        self._reads.add("table", table.name)
        return TableView(table, self._edition, columns)

    def area(self, key: str) -> AreaView | None:
        self._reads.add("area", key)
        return self._areas.get(key)
