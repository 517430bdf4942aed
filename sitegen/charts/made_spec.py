"""What a function of charts.py has made: the rows in its specification, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..model import ChartRequest
from ..problems import Problem, Span, did_you_mean
from .guard import NETWORK_HINT

_DAY = frozenset({"year", "month", "date"})
_TIME = frozenset({"hours", "minutes", "seconds", "milliseconds", "utc"})
_ADDRESSES = ("http://", "https://", "//", "ftp://")


def own_rows(specs: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """The rows of data in a chart's wide specification, each once."""
    rows: dict[str, Mapping[str, Any]] = {}
    for values in _values(json.loads(specs[0])) if specs else ():
        for row in values:
            if isinstance(row, dict):
                rows.setdefault(json.dumps(row, sort_keys=True), row)
    return tuple(rows.values())


def with_days(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """A specification in whose rows a day is ISO text, as in the data, and not the mapping that Altair makes of it."""
    for values in _values(spec):
        for row in values:
            if isinstance(row, dict):
                row.update({key: _iso(value) for key, value in row.items() if isinstance(value, dict)})
    return spec


def with_labels(value: Any, expression: str) -> Any:
    """A specification whose axes and legends of numbers have their labels from an expression, but for those that have
    one of their own, or none at all.
    """
    if isinstance(value, list):
        return [with_labels(item, expression) for item in value]
    if not isinstance(value, Mapping):
        return value
    made = {key: item if key in ("data", "datasets") else with_labels(item, expression) for key, item in value.items()}
    for name, channel in made["encoding"].items() if isinstance(made.get("encoding"), dict) else ():
        guide = "axis" if name in ("x", "y") else "legend"
        if isinstance(channel, dict) and channel.get("type") == "quantitative" and channel.get(guide, {}) is not None:
            channel[guide] = {"labelExpr": expression, **channel.get(guide, {})}
    return made


def _iso(value: Mapping[str, Any]) -> Any:
    """`{"year": 2024, "month": 1, "date": 2}` → `2024-01-02`; anything else as it is."""
    if not value.keys() >= _DAY or value.keys() - _DAY - _TIME:
        return value
    day = f"{value['year']:04}-{value['month']:02}-{value['date']:02}"
    clock = [value.get(part, 0) for part in ("hours", "minutes", "seconds")]
    return day + ("T" + ":".join(f"{part:02}" for part in clock) if value.keys() & _TIME else "")


def spec_problems(spec: Mapping[str, Any], request: ChartRequest, span: Span) -> Iterator[Problem]:
    """Data or pictures from an address, no rows, fields that no row has, and figures that are drawn otherwise or not
    at all. `span` is where the function begins.
    """
    name = request.function
    for url in dict.fromkeys(_urls(spec)):
        yield Problem("chart-network", f'"{name}" takes data from an address, {url}', span, NETWORK_HINT)
    rows = [row for values in _values(spec) for row in values if isinstance(row, dict)]
    for url in dict.fromkeys(_picture_addresses(spec, rows)):
        hint = "give the picture as a data: address"
        yield Problem("chart-network", f'"{name}" shows a picture from an address, {url}', span, hint)
    if any(True for _ in _found(spec, "href")):
        yield Problem(
            "chart-link", f'"{name}" makes marks that are links', span, "put the link into the text beside it"
        )
    for url in dict.fromkeys(_paint_addresses(spec)):
        hint = "give a colour"
        yield Problem("chart-network", f'"{name}" paints with what stands at an address, {url}', span, hint)
    if not rows and not any(True for _ in _urls(spec)):
        yield Problem("chart-data", f'"{name}" draws no rows of data', span, "e.g. alt.Data(values=chart.rows)")
    if rows:
        yield from _unknown_fields(spec, rows, name, span)
        yield from _other_values(spec, rows, request, span)


def _paint_addresses(value: Any) -> Iterator[str]:
    """`url(…)` for a colour, that of a gradient in the drawing itself excepted."""
    if isinstance(value, str) and value.strip().startswith("url(") and not value.strip().startswith("url(#"):
        yield value
    for item in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _paint_addresses(item)


def _other_values(
    spec: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], request: ChartRequest, span: Span
) -> Iterator[Problem]:
    """The table beside a drawing holds the figures that its fence asks for: the drawing must draw these."""
    figures = {item.id: item for one in request.series for item in one.figures}
    if figures and any(True for _ in _found(spec, "transform")):
        message = f'"{request.function}" transforms the figures, so that others could be drawn'
        hint = "work on `chart.rows` in Python; what is computed from figures belongs into data/derived.toml"
        yield Problem("chart-value", message, span, hint)
    for text in _found(spec, "text"):
        if figures and isinstance(text, Mapping) and any(map(str.isdigit, str(text.get("value", "")))):
            message = f'"{request.function}" writes "{text["value"]}", which is no figure'
            yield Problem("chart-value", message, span, "write the `label` of the rows")
    drawn, wrong = set(), 0
    for row in rows:
        identifier = row.get("id")
        item = figures.get(identifier) if isinstance(identifier, str) else None
        if item is None:
            continue
        drawn.add(item.id)
        if isinstance(row.get("value"), int | float) and row["value"] != float(item.number):
            message = f'"{request.function}" draws {row["value"]} for "{item.id}", which is {item.value}'
            yield Problem("chart-value", message, span, "draw the values of `chart.rows` as they are")
            wrong += 1
    missing = [identifier for identifier in figures if identifier not in drawn]
    if missing and not wrong:
        shown = ", ".join(missing[:3]) + ("" if len(missing) <= 3 else f" and {len(missing) - 3} more")
        hint = "draw all `chart.rows`, with their `id`; a fence without `indicator` leaves the rows to the function"
        yield Problem("chart-value", f'"{request.function}" does not draw {shown}', span, hint)


def _unknown_fields(
    spec: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], name: str, span: Span
) -> Iterator[Problem]:
    """Fields that an encoding names and no row has; where rows are transformed, that can't be known."""
    if any(True for _ in _found(spec, "transform")):
        return
    known = {key for row in rows for key in row}
    for encoding in _found(spec, "encoding"):
        channels = encoding.values() if isinstance(encoding, Mapping) else ()
        for channel in channels:
            for field in _found(channel, "field"):
                if isinstance(field, str) and field not in known and not set(field) & set(".[\\"):
                    message = f'"{name}" draws a field "{field}" that no row has'
                    yield Problem("chart-field", message, span, did_you_mean(field, known))


def _values(value: Any) -> Iterator[Sequence[Any]]:
    """Every list of rows in a specification."""
    for datasets in _found(value, "datasets"):
        if isinstance(datasets, Mapping):
            yield from (rows for rows in datasets.values() if isinstance(rows, list))
    for data in _found(value, "data"):
        if isinstance(data, Mapping) and isinstance(data.get("values"), list):
            yield data["values"]


def _urls(spec: Any) -> Iterator[str]:
    """The addresses that data would be read from."""
    for data in _found(spec, "data"):
        if isinstance(data, Mapping) and isinstance(data.get("url"), str):
            yield data["url"]


def _picture_addresses(spec: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The addresses on other hosts that marks of pictures would be read from."""
    marks = list(_found(spec, "mark"))
    pictures = [
        mark for mark in marks if mark == "image" or (isinstance(mark, Mapping) and mark.get("type") == "image")
    ]
    if not pictures:
        return
    texts = [value for url in _found(spec, "url") if isinstance(url, Mapping) for value in url.values()]
    texts += [mark.get("url") for mark in pictures if isinstance(mark, Mapping)]
    texts += [value for row in rows for value in row.values()]
    yield from (text for text in texts if isinstance(text, str) and text.startswith(_ADDRESSES))


def _found(value: Any, name: str) -> Iterator[Any]:
    """What stands under a name anywhere in a specification, but not within rows of data."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == name:
                yield item
            if key not in ("values", "datasets"):
                yield from _found(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _found(item, name)
