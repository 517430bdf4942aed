"""Figures, their sources and the rules about them, as templates see them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property

from markupsafe import Markup, escape

from ..calculation import RELATIONS, Part, expression_parts, is_percent, number_text
from ..figures import FigureFormat
from ..model import (
    Constant,
    DerivedFigure,
    Document,
    Expression,
    Figure,
    Judgement,
    Observation,
    Range,
    Reference,
    Table,
    in_language,
)
from .dataset_description import dataset_description
from .tables import AreaView, Edition, IndicatorView, TableView


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
    def observations(self) -> Sequence[FigureView]:
        """The figures that were taken from it."""
        return self._data._by_source.get(self.id, [])


class FigureView:
    """A figure: an observation, or a derived one. What shows its value is recorded as a read of the page."""

    def __init__(self, figure: Figure, data: DataView) -> None:
        self._figure = figure
        self._data = data
        edition = data._edition
        form, addresses = edition.form, edition.addresses
        self.id = figure.id
        self.derived = isinstance(figure, DerivedFigure)
        self.period = figure.period
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
        known = self._data._indicators.get(self._figure.indicator.id)
        return known or IndicatorView(self._figure.indicator, self._data._edition)

    @property
    def area(self) -> AreaView:
        known = self._data._areas.get(self._figure.area.id)
        return known or AreaView(self._figure.area, self._data._edition)

    @property
    def source(self) -> SourceView:
        return self.sources[0]

    @property
    def sources(self) -> Sequence[SourceView]:
        """Its source; all those of its inputs when it is derived."""
        return [self._data._sources[document.id] for document in self._figure.documents]

    @property
    def calculation(self) -> Markup:
        """How it was computed, each figure leading to its page; empty for an observation."""
        figure = self._figure
        return self._data._calculation(figure.expression) if isinstance(figure, DerivedFigure) else Markup("")

    @property
    def range_text(self) -> str:
        """What it can be with the rounding of its inputs: `between 95.9% and 96.9%`; empty when it is exact."""
        figure = self._figure
        if not isinstance(figure, DerivedFigure) or (figure.low is not None and figure.low == figure.high):
            return ""
        percent = figure.indicator.unit_type == "percent"
        share = Fraction(1, 100) if percent else Fraction(1)
        low, high = (None if end is None else end * share for end in (figure.low, figure.high))
        return self._data._range(low, high, percent)

    @property
    def computed_from(self) -> Sequence[FigureView]:
        figure = self._figure
        inputs = figure.inputs if isinstance(figure, DerivedFigure) else ()
        return [self._data._figures[item.id] for item in inputs]

    @property
    def computed_into(self) -> Sequence[FigureView]:
        """The derived figures that have it among their inputs."""
        return self._data._computed_into.get(self.id, [])

    @property
    def rules(self) -> Sequence[RuleView]:
        """The rules it takes part in."""
        return self._data._rules_of.get(self.id, [])


class RuleView:
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
        return [self._data._figures[key] for key in self._judgement.figures]

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
        judgement, labels = self._judgement, self._data._edition.form.labels
        percent = is_percent(judgement, self._data._edition.addresses.dataset.figures)
        template = escape(labels("calculation_result"))
        return [
            template.format(
                calculation=self._data._calculation(side), result=self._data._range(low, high, percent, exact=True)
            )
            for side, (low, high) in zip(judgement.statement.sides, judgement.results, strict=True)
            if not isinstance(side, Constant | Reference)
        ]


def figure_title(figure: Figure, form: FigureFormat) -> str:
    """E.g. `Pupils at school, North, 31 December 2024`; of a derived figure, its label."""
    name = in_language(figure.indicator.name, form.language)
    if isinstance(figure, DerivedFigure):
        return name
    return ", ".join([name, in_language(figure.area.name, form.language), form.period_of(figure)])


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
    def _figures(self) -> Mapping[str, FigureView]:
        return {key: FigureView(item, self) for key, item in self._dataset.figures.items()}

    @cached_property
    def _by_source(self) -> Mapping[str, Sequence[FigureView]]:
        groups: dict[str, list[FigureView]] = {}
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
    def figures(self) -> Sequence[FigureView]:
        """All figures: the observations in the order of their table, then the derived ones."""
        return list(self._figures.values())

    @property
    def observations(self) -> Sequence[FigureView]:
        """The figures that were taken from a source."""
        return [figure for figure in self._figures.values() if not figure.derived]

    def figure(self, key: str) -> FigureView | None:
        """The figure with an id, or none."""
        return self._figures.get(key)

    @cached_property
    def rules(self) -> Sequence[RuleView]:
        """Every rule as it was judged, in the order of the file."""
        return [RuleView(judgement, self) for judgement in self._dataset.judgements]

    @cached_property
    def _rules_of(self) -> Mapping[str, Sequence[RuleView]]:
        groups: dict[str, list[RuleView]] = {}
        for rule in self.rules:
            for key in rule._judgement.figures:
                groups.setdefault(key, []).append(rule)
        return groups

    @cached_property
    def _computed_into(self) -> Mapping[str, Sequence[FigureView]]:
        groups: dict[str, list[FigureView]] = {}
        for figure in self._dataset.derived.values():
            for item in figure.inputs:
                groups.setdefault(item.id, []).append(self._figures[figure.id])
        return groups

    def _calculation(self, expression: Expression) -> Markup:
        """An expression, each figure leading to its page."""
        form = self._edition.form
        parts = expression_parts(expression, self._dataset.figures, form)
        return Markup("").join(self._part(part) for part in parts)

    def _part(self, part: Part) -> Markup | str:
        return part if isinstance(part, str) else self._figures[part.id].html

    def _range(self, low: Fraction | None, high: Fraction | None, percent: bool, exact: bool = False) -> str:
        """`between 2,282,299 and 2,336,000`; the number alone where there is but one."""
        form = self._edition.form
        first = "" if low is None else number_text(low, form, percent)
        last = "" if high is None else number_text(high, form, percent)
        if first == last and exact:
            return first
        if first and last:
            return form.labels("range_between", low=first, high=last)
        return form.labels("range_at_least", low=first) if first else form.labels("range_at_most", high=last)

    def indicator(self, key: str) -> IndicatorView | None:
        """The indicator with an id, or none."""
        return self._indicators.get(key)

    @property
    def jsonld(self) -> Markup:
        """The data as a schema.org Dataset, for a script element of that type; empty where there are none."""
        if not self._dataset.tables:
            return Markup("")
        described = dataset_description(self._edition.addresses, self._edition.language)
        text = json.dumps(described, ensure_ascii=False, indent=2, default=str)
        # `</script>` in a text would end the element
        return Markup(text.replace("<", "\\u003c"))  # noqa: S704 -- JSON, in which nothing can end a script

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
