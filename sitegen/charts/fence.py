"""A chart fence and the data → ChartRequest, or the mistakes in it, at the fence's own lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..figures import FigureFormat
from ..located import LocatedMapping, SourceText, load_yaml
from ..model import ChartRequest, Dataset, Observation, Series, in_language
from ..problems import Problem, SiteError, did_you_mean

FENCE_KEYS = ("id", "kind", "title", "subtitle", "indicator", "area", "figures", "note")
CHART_KINDS = ("line", "bar", "slope")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
RenderText = Callable[[str, int], str]
"""Works out the Jinja2 in a text that begins at a line of the page's file."""


def read_fence(
    text: str, first_line: int, source: SourceText, dataset: Dataset, form: FigureFormat, render: RenderText
) -> ChartRequest:
    """The chart that a fence asks for. `first_line` is the line below the opening backticks.

    Raises SiteError with every mistake in the fence.
    """
    fence = _Fence(load_yaml(text, source, first_line), first_line, dataset, form, render)
    request = fence.request()
    if fence.problems or not request.series:
        # without a problem of its own, the chart lost its data to one that is told elsewhere
        raise SiteError(fence.problems)
    return request


@dataclass
class _Fence:
    located: LocatedMapping
    line: int
    dataset: Dataset
    form: FigureFormat
    render: RenderText
    problems: list[Problem] = field(default_factory=list)

    def request(self) -> ChartRequest:
        for key in self.located.values:
            if key not in FENCE_KEYS:
                self.problem("chart-option", f'unknown option "{key}"', key, did_you_mean(str(key), FENCE_KEYS))
        identifier, kind = self.text("id"), self.text("kind")
        if not _ID.match(identifier):
            self.problem("chart-option", "a chart needs an `id` of small letters, digits and hyphens", "id")
        if kind not in CHART_KINDS:
            self.problem("chart-kind", f'no chart kind "{kind}"', "kind", did_you_mean(kind, CHART_KINDS))
        if not self.located.values.get("title"):
            self.problem("chart-option", "a chart needs a `title`", "title")
        observations = self.observations()
        series = self.series(observations)
        if observations and not self.problems:
            self.check_shape(kind, series)
        return ChartRequest(
            id=identifier,
            kind=kind,
            title=self.text("title"),
            subtitle=self.text("subtitle") or (self.subtitle(observations) if observations else ""),
            note=self.text("note"),
            series=series,
            language=self.form.language,
            place=self.located.source,
            line=self.line,
        )

    def problem(self, code: str, message: str, key: str = "", hint: str = "") -> None:
        span = self.located.span(key) if key in self.located.values else self.located.source.span(self.line)
        self.problems.append(Problem(code, message, span, hint))

    def text(self, key: str) -> str:
        value = self.located.values.get(key, "")
        if not isinstance(value, str):
            self.problem("chart-option", f"`{key}` must be a text", key, f'put it in quotes: {key}: "{value}"')
            return ""
        return self.render(value, self.located.span(key).line).strip()

    def names(self, key: str) -> Sequence[str]:
        """An option that is a name or a list of names."""
        value: Any = self.located.values.get(key, [])
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str) for item in values):
            self.problem("chart-option", f"`{key}` is a name, or a list of names", key)
            return []
        return values

    def observations(self) -> Sequence[Observation]:
        figures, indicators, areas = self.names("figures"), self.names("indicator"), self.names("area")
        before = len(self.problems)
        self.check_names("figures", figures, self.dataset.observations, "figure-unknown", "figure")
        self.check_names("indicator", indicators, self.dataset.indicators, "indicator-unknown", "indicator")
        self.check_names("area", areas, self.dataset.areas, "area-unknown", "area")
        if figures and (indicators or areas):
            self.problem("chart-option", "give either `figures`, or `indicator` and `area`", "figures")
        if len(self.problems) > before:
            return []
        if figures:
            return [self.dataset.observations[figure] for figure in figures if figure in self.dataset.observations]
        found = [
            observation
            for observation in self.dataset.observations.values()
            if observation.indicator.id in indicators and (not areas or observation.area.id in areas)
        ]
        if not found and self.dataset.readable and not self.dataset.left_out:
            hint = "" if indicators else "name an `indicator`, or list `figures`"
            self.problem("chart-data", "there are no data for this chart", "indicator", hint)
        return sorted(found, key=lambda observation: observation.period)

    def check_names(self, key: str, names: Sequence[str], known: Any, code: str, what: str) -> None:
        for index, name in enumerate(names):
            if self.dataset.is_unknown(name, known):
                is_list = isinstance(self.located.values.get(key), list)
                span = self.located.span(key, index) if is_list else self.located.span(key)
                self.problems.append(Problem(code, f'no {what} "{name}"', span, did_you_mean(name, known)))

    def series(self, observations: Sequence[Observation]) -> tuple[Series, ...]:
        """A series for each area and indicator, called after that of the two which differs."""
        groups: dict[tuple[str, str], list[Observation]] = {}
        for observation in observations:
            groups.setdefault((observation.indicator.id, observation.area.id), []).append(observation)
        several_indicators = len({indicator for indicator, _ in groups}) > 1
        several_areas = len({area for _, area in groups}) > 1
        return tuple(
            Series(self.series_name(items[0], several_indicators, several_areas), tuple(items))
            for items in groups.values()
        )

    def series_name(self, observation: Observation, several_indicators: bool, several_areas: bool) -> str:
        language = self.form.language
        area = in_language(observation.area.name, language)
        indicator = in_language(observation.indicator.name, language)
        if several_areas:
            return f"{area}, {indicator}" if several_indicators else area
        return indicator

    def check_shape(self, kind: str, series: Sequence[Series]) -> None:
        observations = [observation for item in series for observation in item.observations]
        units = {observation.indicator.unit for observation in observations}
        if len(units) > 1:
            message = f"one chart can't show several units: {', '.join(sorted(units))}"
            self.problem("chart-units", message, "indicator", "make a chart for each unit")
        if kind in ("line", "slope"):
            for item in series:
                if len({observation.period for observation in item.observations}) < 2:
                    message = f'a {kind} chart needs two points in time or more; "{item.name}" has one'
                    self.problem("chart-data", message, "kind", "use `kind: bar`, or more observations")

    def subtitle(self, observations: Sequence[Observation]) -> str:
        """What is shown, its unit and where: `Loans, North, books`."""
        language = self.form.language
        names = dict.fromkeys(in_language(item.indicator.name, language) for item in observations)
        areas = dict.fromkeys(in_language(item.area.name, language) for item in observations)
        parts = [*(names if len(names) == 1 else ()), *(areas if len(areas) == 1 else ())]
        indicator = observations[0].indicator
        unit = in_language(indicator.unit_name, language).split("|")[-1] or indicator.unit
        return self.form.labels("unit_of", indicator=", ".join(parts), unit=unit) if parts else unit
