"""A chart fence and the data → ChartRequest, or the mistakes in it, at the fence's own lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..figures import FigureFormat
from ..located import LocatedMapping, SourceText, load_yaml
from ..model import ChartRequest, Dataset, Figure, Series, in_language
from ..problems import Problem, SiteError, did_you_mean

FENCE_KEYS = ("id", "kind", "title", "subtitle", "indicator", "area", "figures", "note")
CHART_KINDS = ("line", "bar", "slope")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
RenderText = Callable[[str, int], str]
"""Works out the Jinja2 in a text that begins at a line of the page's file."""


@dataclass(frozen=True)
class FencePlace:
    """Where a fence stands: the line below its backticks, and the chart ids above it with their lines."""

    source: SourceText
    first_line: int
    taken: dict[str, int]


def read_fence(text: str, place: FencePlace, dataset: Dataset, form: FigureFormat, render: RenderText) -> ChartRequest:
    """The chart that a fence asks for; its id is added to `place.taken`.

    Raises SiteError with every mistake in the fence, or with none when its data were lost by one told elsewhere.
    """
    fence = _Fence(load_yaml(text, place.source, place.first_line), place, dataset, form, render)
    request = fence.request()
    if fence.problems or not request.series:
        raise SiteError(fence.problems)
    return request


@dataclass
class _Fence:
    located: LocatedMapping
    place: FencePlace
    dataset: Dataset
    form: FigureFormat
    render: RenderText
    problems: list[Problem] = field(default_factory=list)

    def request(self) -> ChartRequest:
        for key in self.unknown():
            self.problem("chart-option", f'unknown option "{key}"', key, did_you_mean(str(key), FENCE_KEYS))
        identifier, kind, title = self.text("id"), self.text("kind"), self.text("title")
        self.check_id(identifier)
        if not kind:
            self.missing("kind", "a chart needs a `kind`", f"one of: {', '.join(sorted(CHART_KINDS))}")
        elif kind not in CHART_KINDS:
            self.problem("chart-kind", f'no chart kind "{kind}"', "kind", did_you_mean(kind, CHART_KINDS))
        if not title:
            self.missing("title", "a chart needs a `title`")
        observations = self.observations()
        series = self.series(observations)
        if observations and not self.problems and not self.dataset.left_out:
            self.check_shape(kind, series)
        if kind == "slope":
            # what lies between is not drawn, so it isn't in the table either
            series = tuple(replace(item, figures=_ends(item.figures)) for item in series)
        return ChartRequest(
            id=identifier,
            kind=kind,
            title=title,
            subtitle=self.text("subtitle") or (self.subtitle(observations) if observations else ""),
            note=self.text("note"),
            series=series,
            line=self.place.first_line,
        )

    def check_id(self, identifier: str) -> None:
        if not identifier:
            self.missing("id", "a chart needs an `id` of small letters, digits and hyphens")
        elif not _ID.match(identifier):
            self.problem("chart-option", "an `id` has small letters, digits and hyphens", "id", "e.g. loans-by-year")
        elif identifier in self.place.taken:
            first = self.place.taken[identifier]
            self.problem("id-duplicate", f'the chart id "{identifier}" is taken (line {first})', "id")
        else:
            self.place.taken[identifier] = self.located.span("id").line

    def missing(self, key: str, message: str, hint: str = "") -> None:
        """Something that a chart needs; not told of a key that is misspelt or has a wrong value, which is told."""
        misspelt = any(did_you_mean(str(other), (key,)).startswith("did") for other in self.unknown())
        if not misspelt and not isinstance(self.located.values.get(key), int | float | list | dict):
            self.problem("chart-option", message, key, hint)

    def unknown(self) -> list[Any]:
        return [key for key in self.located.values if key not in FENCE_KEYS]

    def problem(self, code: str, message: str, key: str = "", hint: str = "") -> None:
        span = self.located.span(key) if key in self.located.values else self.located.source.span(self.place.first_line)
        self.problems.append(Problem(code, message, span, hint))

    def text(self, key: str) -> str:
        value = self.located.values.get(key) or ""
        if not isinstance(value, str):
            hint = f'put it in quotes: {key}: "{value}"' if isinstance(value, int | float) else ""
            self.problem("chart-option", f"`{key}` must be a text", key, hint)
            return ""
        return self.render(value, self.located.span(key).line).strip()

    def names(self, key: str) -> Sequence[str]:
        """An option that is a name or a list of names."""
        value: Any = self.located.values.get(key) or []
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str) for item in values):
            self.problem("chart-option", f"`{key}` is a name, or a list of names", key)
            return []
        return values

    def observations(self) -> Sequence[Figure]:
        before = len(self.problems)
        figures, indicators, areas = self.names("figures"), self.names("indicator"), self.names("area")
        self.check_names("figures", figures, self.dataset.figures, "figure-unknown", "figure")
        self.check_names("indicator", indicators, self.dataset.indicators, "indicator-unknown", "indicator")
        self.check_names("area", areas, self.dataset.areas, "area-unknown", "area")
        if not figures and not indicators:
            if len(self.problems) == before:
                self.missing("indicator", "a chart needs an `indicator`, or `figures`")
            return []
        if figures and (indicators or areas):
            self.problem("chart-option", "give either `figures`, or `indicator` and `area`", "figures")
        if len(self.problems) > before:
            return []
        if figures:
            return [self.dataset.figures[figure] for figure in figures if figure in self.dataset.figures]
        found = [
            observation
            for observation in self.dataset.observations.values()
            if observation.indicator.id in indicators and (not areas or observation.area.id in areas)
        ]
        if not found and self.dataset.readable and not self.dataset.left_out:
            hint = "see which observations have this indicator and area"
            self.problem("chart-data", "there are no data for this chart", "indicator", hint)
        order = {name: place for place, name in enumerate([*indicators, *areas])}
        return sorted(found, key=lambda item: (order[item.indicator.id], order.get(item.area.id, 0), item.day))

    def check_names(self, key: str, names: Sequence[str], known: Any, code: str, what: str) -> None:
        for index, name in enumerate(names):
            if self.dataset.is_unknown(name, known):
                is_list = isinstance(self.located.values.get(key), list)
                span = self.located.span(key, index) if is_list else self.located.span(key)
                self.problems.append(Problem(code, f'no {what} "{name}"', span, did_you_mean(name, known)))

    def series(self, observations: Sequence[Figure]) -> tuple[Series, ...]:
        """A series for each area and indicator, called after that of the two which differs."""
        groups: dict[tuple[str, str], list[Figure]] = {}
        for observation in observations:
            groups.setdefault((observation.indicator.id, observation.area.id), []).append(observation)
        several_indicators = len({indicator for indicator, _ in groups}) > 1
        several_areas = len({area for _, area in groups}) > 1
        return tuple(
            Series(self.series_name(items[0], several_indicators, several_areas), tuple(items))
            for items in groups.values()
        )

    def series_name(self, observation: Figure, several_indicators: bool, several_areas: bool) -> str:
        language = self.form.language
        area = in_language(observation.area.name, language)
        indicator = in_language(observation.indicator.name, language)
        if several_areas:
            return f"{area}, {indicator}" if several_indicators else area
        return indicator

    def check_shape(self, kind: str, series: Sequence[Series]) -> None:
        observations = [observation for item in series for observation in item.figures]
        units = {observation.indicator.unit for observation in observations}
        if len(units) > 1:
            message = f"one chart can't show several units: {', '.join(sorted(units))}"
            self.problem("chart-units", message, "indicator", "make a chart for each unit")
        if kind in ("line", "slope"):
            for item in series:
                if len({observation.period for observation in item.figures}) < 2:
                    message = f'a {kind} chart needs two points in time or more; "{item.name}" has one'
                    self.problem("chart-data", message, "kind", "use `kind: bar`, or more observations")

    def subtitle(self, observations: Sequence[Figure]) -> str:
        """What is shown, its unit and where: `Loans, North, books`."""
        language = self.form.language
        names = dict.fromkeys(in_language(item.indicator.name, language) for item in observations)
        areas = dict.fromkeys(in_language(item.area.name, language) for item in observations)
        parts = [*(names if len(names) == 1 else ()), *(areas if len(areas) == 1 else ())]
        indicator = observations[0].indicator
        unit = in_language(indicator.unit_name, language).split("|")[-1] or indicator.unit
        return self.form.labels("unit_of", indicator=", ".join(parts), unit=unit) if parts else unit


def _ends(observations: Sequence[Figure]) -> tuple[Figure, ...]:
    """The first and the last of several observations."""
    ordered = sorted(observations, key=lambda item: item.day)
    return (ordered[0], ordered[-1]) if len(ordered) > 1 else tuple(ordered)
