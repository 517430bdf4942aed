"""Specifications made by functions of charts.py: their rows, and checks."""

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
_Wrong = tuple[str, str, str]
"""A problem's code, what the function does, and a hint."""


def own_rows(specs: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """The rows of data in a chart's wide specification, without duplicates."""
    rows: dict[str, Mapping[str, Any]] = {}
    for row in _rows(json.loads(specs[0])):
        rows.setdefault(json.dumps(row, sort_keys=True), row)
    return tuple(rows.values())


def with_days(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """A specification with the dates in its rows as ISO texts, instead of Altair's mappings."""
    for row in _rows(spec):
        row.update({key: _iso(value) for key, value in row.items() if isinstance(value, dict)})
    return spec


def with_labels(value: Any, expression: str) -> Any:
    """A specification with this expression for the labels of numeric axes and legends, unless they have their own or
    are hidden.
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
    """Reports loading from URLs, links, missing rows, unknown fields, and figures missing or drawn with other values.

    `span` is where the function begins.
    """
    for code, does, hint in _wrong(spec, request):
        yield Problem(code, f'"{request.function}" {does}', span, hint)


def _wrong(spec: Mapping[str, Any], request: ChartRequest) -> Iterator[_Wrong]:
    rows, transforms = _rows(spec), list(_found(spec, "transform"))
    urls = [data["url"] for data in _mappings(spec, "data") if isinstance(data.get("url"), str)]
    for url in dict.fromkeys(urls):
        yield "chart-network", f"loads data from {url}", NETWORK_HINT
    for url in dict.fromkeys(_picture_addresses(spec, rows)):
        hint = "embed the picture as a data: URL"
        yield "chart-network", f"loads a picture from {url}", hint
    if any(True for _ in _found(spec, "href")):
        yield "chart-link", "makes marks that are links", "put the link into the text next to the chart"
    for url in dict.fromkeys(_paint_addresses(spec)):
        yield "chart-network", f"loads paint from {url}", "use a colour"
    if not rows and not urls:
        yield "chart-data", "draws no rows of data", "e.g. alt.Data(values=chart.rows)"
    if rows and not transforms:
        # transforms can add fields
        yield from _unknown_fields(spec, rows)
    figures = {item.id: item for item in request.drawn}
    if rows and figures:
        if transforms:
            hint = "transform `chart.rows` in Python; put computed figures into data/derived.toml"
            yield "chart-value", "transforms the figures, and so might draw others", hint
        for text in _mappings(spec, "text"):
            if any(map(str.isdigit, str(text.get("value", "")))):
                yield "chart-value", f'writes "{text["value"]}", which is not a figure', "write the `label` of the rows"
        yield from _other_values(rows, request)


def _other_values(rows: Sequence[Mapping[str, Any]], request: ChartRequest) -> Iterator[_Wrong]:
    """The chart's table lists the figures of its fence, so the drawing must show exactly these."""
    drawn = [(row, row.get("id")) for row in rows if isinstance(row.get("id"), str)]
    missing = [item.id for item in request.drawn if item.id not in {identifier for _, identifier in drawn}]
    figures, wrong = {item.id: item for item in request.drawn}, 0
    for row, identifier in drawn:
        item = figures.get(str(identifier))
        if item and isinstance(row.get("value"), int | float) and row["value"] != float(item.number):
            does = f'draws {row["value"]} for "{item.id}", which is {item.value}'
            yield "chart-value", does, "draw the values of `chart.rows` unchanged"
            wrong += 1
    if missing and not wrong:
        shown = ", ".join(missing[:3]) + ("" if len(missing) <= 3 else f" and {len(missing) - 3} more")
        hint = "draw all `chart.rows`, with their `id`; without `indicator`, the function may draw any rows"
        yield "chart-value", f"does not draw {shown}", hint


def _unknown_fields(spec: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Iterator[_Wrong]:
    """Fields that an encoding names but no row has."""
    known = {key for row in rows for key in row}
    for encoding in _mappings(spec, "encoding"):
        for field in _found(list(encoding.values()), "field"):
            if isinstance(field, str) and field not in known and not set(field) & set(".[\\"):
                yield "chart-field", f'draws a field "{field}" that no row has', did_you_mean(field, known)


def _paint_addresses(value: Any) -> Iterator[str]:
    """Every `url(…)` used as a colour, except gradients within the drawing."""
    if isinstance(value, str) and value.strip().startswith("url(") and not value.strip().startswith("url(#"):
        yield value
    for item in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _paint_addresses(item)


def _picture_addresses(spec: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The URLs that image marks would load."""
    marks = [mark if isinstance(mark, Mapping) else {"type": mark} for mark in _found(spec, "mark")]
    pictures = [mark for mark in marks if mark.get("type") == "image"]
    if not pictures:
        return
    texts = [value for url in _mappings(spec, "url") for value in url.values()]
    texts += [mark.get("url") for mark in pictures]
    texts += [value for row in rows for value in row.values()]
    yield from (text for text in texts if isinstance(text, str) and text.startswith(_ADDRESSES))


def _rows(spec: Any) -> list[dict[str, Any]]:
    """All rows of data in a specification."""
    lists = [rows for datasets in _mappings(spec, "datasets") for rows in datasets.values()]
    lists += [data.get("values") for data in _mappings(spec, "data")]
    return [row for rows in lists if isinstance(rows, list) for row in rows if isinstance(row, dict)]


def _mappings(value: Any, name: str) -> Iterator[Mapping[str, Any]]:
    return (found for found in _found(value, name) if isinstance(found, Mapping))


def _found(value: Any, name: str) -> Iterator[Any]:
    """All values of a key, anywhere in a specification except its rows of data."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == name:
                yield item
            if key not in ("values", "datasets"):
                yield from _found(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _found(item, name)
