"""A chart fence and the data → ChartRequest, or the mistakes in it, at the fence's own lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..content import CHART_ID, LONGEST_NAME
from ..language import FigureFormat
from ..model import Annotation, ChartRequest, Dataset, Figure, Series
from ..problems import SiteError, did_you_mean
from ..text import load_yaml
from .choice import chosen_figures, series_of
from .details import events, intervals, latest, table_rows, targets, tiles, time_notes
from .options import CHART_KINDS, FencePlace, FenceReader, RenderText
from .points import names_of
from .shape import check_shape

_SQUARES = (100, 1000, 10000)
_OVER_TIME = ("line", "slope", "small-multiples")
_ARRANGEMENTS = ("grouped", "stacked", "diverging")


def read_fence(text: str, place: FencePlace, dataset: Dataset, form: FigureFormat, render: RenderText) -> ChartRequest:
    """The chart that a fence asks for.

    Raises SiteError with every mistake in the fence, or with none when its data were lost by one told elsewhere.
    """
    reader = FenceReader(load_yaml(text, place.source, place.first_line), place, dataset, form, render)
    request = _request(reader)
    if reader.problems or not (request.series or request.events or request.kind == "python"):
        raise SiteError(reader.problems)
    return request


def _request(reader: FenceReader) -> ChartRequest:
    kind = reader.text("kind")
    reader.check_names(kind)
    identifier, title = reader.text("id"), reader.text("title")
    _check_id(reader, identifier)
    if not kind:
        reader.missing("kind", "a chart needs a `kind`", f"one of: {', '.join(sorted(CHART_KINDS))}")
    elif kind not in CHART_KINDS:
        reader.problem("chart-kind", f'no chart kind "{kind}"', "kind", hint=did_you_mean(kind, CHART_KINDS))
    if not title:
        reader.missing("title", "a chart needs a `title`")
    figures = [] if kind == "timeline" else list(chosen_figures(reader))
    if kind == "tile-map":
        figures = latest(reader, figures)
    if kind in _OVER_TIME:
        figures.sort(key=lambda item: item.time_order)
    series = series_of(figures, reader.language)
    request = ChartRequest(
        id=identifier,
        kind=kind,
        title=title,
        subtitle=reader.text("subtitle") or (_subtitle(figures, reader.form) if figures else ""),
        note=reader.text("note"),
        series=series,
        line=reader.place.first_line,
        remark=reader.text("description"),
        events=events(reader) if kind == "timeline" else (),
    )
    if kind in CHART_KINDS:
        request = _with_details(reader, request, figures)
    if figures and not reader.problems and not reader.dataset.left_out:
        check_shape(reader, request)
    return request


def _with_details(reader: FenceReader, request: ChartRequest, figures: Sequence[Figure]) -> ChartRequest:
    """The request with what only its kind asks for."""
    match request.kind:
        case "line" | "small-multiples" | "dot-range":
            notes = time_notes(reader, figures)
            return replace(
                request,
                intervals=intervals(reader, figures) if request.kind != "small-multiples" else {},
                annotations=notes,
                note=_with_breaks(request, notes, reader.form),
                from_zero=reader.flag("zero", request.kind != "dot-range"),
            )
        case "bar":
            arrangement = reader.choice("arrangement", _ARRANGEMENTS) or ""
            return replace(request, arrangement=arrangement, intervals=intervals(reader, figures))
        case "slope":
            # what lies between is not drawn, so it isn't in the table either
            ends = tuple(replace(item, figures=_ends(item.figures)) for item in request.series)
            return replace(request, series=ends, from_zero=reader.flag("zero", True))
        case "waffle":
            return replace(request, out_of=reader.choice("squares", _SQUARES) or 0)
        case "tile-map":
            return replace(request, tiles=tiles(reader, figures), series=_in_one(request.series))
        case "progress":
            return replace(request, targets=targets(reader, figures) if figures else {})
        case "python":
            if not reader.name("function"):
                hint = "the name of one in charts.py of the content folder"
                reader.missing("function", "a Python chart needs a `function`", hint)
            return replace(request, function=reader.name("function"), rows=table_rows(reader))
    return request


def _with_breaks(request: ChartRequest, notes: Sequence[Annotation], form: FigureFormat) -> str:
    """The note of a chart; that of small panels, which have no room for them, with the breaks in words."""
    breaks = [note for note in notes if note.is_break and request.kind == "small-multiples"]
    told = [form.labels("told_break", period=note.period, text=note.text.rstrip(".")) for note in breaks]
    return " ".join([*filter(None, [request.note]), *told])


def _check_id(reader: FenceReader, identifier: str) -> None:
    if not identifier:
        reader.missing("id", "a chart needs an `id` of small letters, digits and hyphens")
    elif not CHART_ID.match(identifier):
        message = "an `id` has small letters, digits and hyphens"
        message += f", at most {LONGEST_NAME} of them" if len(identifier) > LONGEST_NAME else ""
        reader.problem("chart-option", message, "id", hint="e.g. loans-by-year")
    elif first := reader.place.taken(identifier):
        here = first.file == reader.place.source.name
        where = f"line {first.line}" if here else f"{first.file}:{first.line}"
        reader.problem("id-duplicate", f'the chart id "{identifier}" is taken ({where})', "id")


def _ends(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """The first and the last of several figures in time."""
    ordered = sorted(figures, key=lambda item: item.time_order)
    return (ordered[0], ordered[-1]) if len(ordered) > 1 else tuple(ordered)


def _in_one(series: Sequence[Series]) -> tuple[Series, ...]:
    """The series of a map, which names its areas itself, as one."""
    figures = tuple(item for one in series for item in one.figures)
    return (Series(series[0].name, figures),) if series else ()


def _subtitle(figures: Sequence[Figure], form: FigureFormat) -> str:
    """What is shown, where, in which unit and when: `Loans, North, books, 2022 to 2024`."""
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
