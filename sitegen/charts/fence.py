"""A chart fence → ChartRequest, or problems at the lines of the fence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from ..content import CHART_ID, LONGEST_NAME
from ..language import FigureFormat
from ..model import ChartRequest, Figure
from ..problems import SiteError, did_you_mean
from ..text import Key, KeyedReader, Keys, load_yaml, where
from .choice import chosen_figures, series_of
from .kind import ChartKind
from .kinds import CHART_KINDS
from .options import COMMON, FencePlace, FenceReader, RenderText
from .points import names_of


def read_fence(text: str, place: FencePlace, form: FigureFormat, render: RenderText) -> ChartRequest:
    """The chart that a fence requests.

    Raises SiteError with every problem in the fence; without any if data are missing because of problems elsewhere.
    """
    located = load_yaml(text, place.source, place.first_line)
    name, whole = located.values.get("kind"), place.source.span(place.first_line)
    keys = _keys(name if name in tuple(CHART_KINDS) else "")
    keyed = KeyedReader(located, [], "chart-option", "chart-option", whole=whole)
    reader = FenceReader(place, form, render, keyed, keys, keyed.read(located.values, keys))
    request = _request(reader)
    kind = CHART_KINDS.get(request.kind)
    if reader.problems or (not request.series and not request.events and (kind is None or kind.needs_figures)):
        raise SiteError(reader.problems)
    return request


@cache
def _keys(name: str) -> Keys:
    """The options of a kind, with those of other kinds refused; for an unknown kind, the options of all."""
    kind = CHART_KINDS.get(name)
    keys = {**COMMON, "kind": replace(COMMON["kind"], hint=f"one of: {', '.join(sorted(CHART_KINDS))}")}
    for other in CHART_KINDS.values():
        for option, key in other.options.items():
            owners = ", ".join(each.name for each in CHART_KINDS.values() if option in each.options)
            message, hint = "is not an option of this chart kind", f"it is an option of {owners}"
            refused = Key(where(lambda _: False), message, hint, is_offered=False)
            keys[option] = refused if kind else replace(key, missing="")
    return {**keys, **kind.options} if kind else keys


def _request(reader: FenceReader) -> ChartRequest:
    name, identifier = reader.name("kind"), reader.text("id")
    kind = CHART_KINDS.get(name)
    if identifier:
        _check_id(reader, identifier)
    if name and kind is None:
        reader.problem("chart-kind", f'no chart kind "{name}"', "kind", hint=did_you_mean(name, CHART_KINDS))
    figures = kind.figures(reader) if kind else chosen_figures(reader)
    request = ChartRequest(
        id=identifier,
        kind=name,
        title=reader.text("title"),
        subtitle=reader.text("subtitle") or (_subtitle(figures, reader.form) if figures else ""),
        note=reader.text("note"),
        series=series_of(figures, reader.language),
        line=reader.place.first_line,
        remark=reader.text("description"),
    )
    if kind:
        request = kind.details(reader, request)
        if figures and not reader.problems and not reader.read.has_lost():
            _check_figures(kind, reader, request)
    return request


def _check_id(reader: FenceReader, identifier: str) -> None:
    if not CHART_ID.match(identifier):
        message = "an `id` consists of lowercase letters, digits and hyphens"
        message += f", at most {LONGEST_NAME} of them" if len(identifier) > LONGEST_NAME else ""
        reader.problem("chart-option", message, "id", hint="e.g. loans-by-year")
    elif first := reader.place.taken(identifier):
        here = first.file == reader.place.source.name
        line = f"line {first.line}" if here else f"{first.file}:{first.line}"
        reader.problem("id-duplicate", f'the chart id "{identifier}" is taken ({line})', "id")


def _subtitle(figures: Sequence[Figure], form: FigureFormat) -> str:
    """What, where, in which unit and when: `Loans, North, books, 2022 to 2024`."""
    names = list(names_of(figures, "indicator", form).values())
    areas = list(names_of(figures, "area", form).values())
    parts = [*(names if len(names) == 1 else ()), *(areas if len(areas) == 1 else ())]
    unit = form.unit_name(figures[0].indicator)
    says_unit = unit.casefold() in map(str.casefold, names)
    what = form.labels("unit_of", indicator=", ".join(parts), unit=unit) if parts and not says_unit else ""
    what = what or ", ".join(parts) or unit[:1].upper() + unit[1:]
    ordered = sorted(figures, key=lambda item: item.time_order)
    periods = list(dict.fromkeys(form.period_of(item, short=True) for item in (ordered[0], ordered[-1])))
    when = form.labels("chart_from_to", first=periods[0], last=periods[1]) if len(periods) > 1 else periods[0]
    return f"{what}; {when}"


def _check_figures(kind: ChartKind, reader: FenceReader, request: ChartRequest) -> None:
    """Report why the figures of a request can't be drawn as its kind."""
    if any(not item.number.is_finite() for item in request.figures):
        reader.problem("chart-data", "a value that isn't a number can't be drawn", "kind")
        return
    units = {item.indicator.unit for item in request.figures}
    if len(units) > 1 and kind.one_unit:
        message = f"a chart can't show several units: {', '.join(sorted(units))}"
        reader.problem("chart-units", message, "indicator", hint="make a chart for each unit")
    if kind.over_time:
        _check_times(reader, request)
    most, what = kind.most
    count = len(request.drawn if what == "figures" else request.series)
    if most and count > most:
        message = f"{count} {what} are too many for a {kind.name} chart (at most {most})"
        reader.problem("chart-data", message, "kind", hint=kind.instead)
    if kind.has_names and not reader.problems:
        _check_names(kind, reader, request)
    for misfit in kind.check(request):
        reader.problem("chart-data", misfit.message, misfit.key, hint=misfit.hint)


def _check_times(reader: FenceReader, request: ChartRequest) -> None:
    """Report series with fewer than two points in time, or several values for one."""
    for one in request.series:
        days = Counter(figure.day for figure in one.figures)
        ordered = sorted(one.figures, key=lambda item: item.time_order)
        # a period that ends after another but has an earlier middle: the line would go back in time
        within = next(((last, first) for first, last in pairwise(ordered) if last.day < first.day), None)
        if len(days) < 2:
            message = f'a {request.kind} chart needs at least two points in time; "{one.name}" has one'
            reader.problem("chart-data", message, "kind", hint="use `kind: bar`, or add observations")
        elif max(days.values()) > 1:
            twice = [figure for figure in one.figures if days[figure.day] > 1]
            message = f'"{one.name}" has several values for one time: {", ".join(figure.id for figure in twice)}'
            reader.problem("chart-data", message, "kind", hint="choose with `figures`")
        elif within:
            message = f'"{one.name}" has a value for {within[0].period}, and one for {within[1].period} within it'
            reader.problem("chart-data", message, "kind", hint="choose with `period`, or `figures`")


def _check_names(kind: ChartKind, reader: FenceReader, request: ChartRequest) -> None:
    """Report series and categories with the same name, and figures at the same position."""
    series, categories, places = kind.arrange(request, reader.form)
    for names in (series, categories):
        if twice := [name for name, count in Counter(names).items() if count > 1]:
            message = f'two parts of this chart are called "{twice[0]}"'
            hint = "choose figures whose names, areas or times differ, or rename them"
            reader.problem("chart-names", message, "kind", hint=hint)
            return
    taken: dict[tuple[int, int], str] = {}
    for identifier, place in places.items() if not kind.over_time else ():
        if taken.setdefault(place, identifier) != identifier:
            message = f'"{taken[place]}" and "{identifier}" have the same indicator, area and period'
            reader.problem("chart-data", message, "kind", hint="choose one of them with `figures`")
            return
