"""The parts of a page as stored: plain values, with ids in place of figures, areas and sources.

A page is reused only if nothing it read has changed, so the ids still stand for the same values.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from ..checks import HtmlDocument
from ..model import Annotation, Body, ChartRequest, Dataset, Event, Heading, PageParts, Series


class _Event(NamedTuple):
    date: str
    day: int
    text: str
    document: str


class _Chart(NamedTuple):
    """A ChartRequest with ids in place of figures and areas."""

    id: str
    kind: str
    title: str
    subtitle: str
    note: str
    series: tuple[tuple[str, tuple[str, ...]], ...]
    line: int
    remark: str
    arrangement: str
    from_zero: bool
    intervals: dict[str, tuple[str, str]]
    targets: dict[str, str]
    annotations: tuple[Annotation, ...]
    events: tuple[_Event, ...]
    tiles: tuple[str, ...]
    out_of: int
    function: str
    rows: tuple[dict[str, str], ...]


class _Parts(NamedTuple):
    headings: tuple[Heading, ...]
    charts: tuple[_Chart, ...]
    written: dict[str, str]
    document: HtmlDocument


def packed_parts(body: Body, document: HtmlDocument) -> bytes:
    """The stored form of a page's parts: JSON."""
    charts = tuple(map(_plain_chart, body.charts))
    return msgspec.json.encode(_Parts(body.headings, charts, dict(body.written), document))


def unpacked_parts(content: bytes, dataset: Dataset) -> tuple[PageParts, HtmlDocument] | None:
    """A page's parts, and what the checks know of it; None for invalid bytes or unknown ids."""
    try:
        parts = msgspec.json.decode(content, type=_Parts)
        charts = tuple(_chart(chart, dataset) for chart in parts.charts)
    except (msgspec.MsgspecError, ValueError, RecursionError, KeyError):
        return None
    return PageParts(parts.headings, charts, parts.written), parts.document


def _plain_chart(request: ChartRequest) -> _Chart:
    return _Chart(
        request.id,
        request.kind,
        request.title,
        request.subtitle,
        request.note,
        tuple((series.name, _ids(series.figures)) for series in request.series),
        request.line,
        request.remark,
        request.arrangement,
        request.from_zero,
        {key: (low.id, high.id) for key, (low, high) in request.intervals.items()},
        {key: target.id for key, target in request.targets.items()},
        request.annotations,
        tuple(
            _Event(each.date, each.day, each.text, each.document.id if each.document else "") for each in request.events
        ),
        _ids(request.tiles),
        request.out_of,
        request.function,
        tuple(map(dict, request.rows)),
    )


def _ids(items: Iterable[object]) -> tuple[str, ...]:
    return tuple(str(getattr(item, "id")) for item in items)  # noqa: B009 -- figures and areas alike


def _chart(plain: _Chart, dataset: Dataset) -> ChartRequest:
    """The original request. Raises KeyError for unknown ids."""
    figures, documents = dataset.figures, dataset.documents
    return ChartRequest(
        plain.id,
        plain.kind,
        plain.title,
        plain.subtitle,
        plain.note,
        tuple(Series(name, tuple(figures[key] for key in keys)) for name, keys in plain.series),
        plain.line,
        plain.remark,
        plain.arrangement,
        plain.from_zero,
        {key: (figures[low], figures[high]) for key, (low, high) in plain.intervals.items()},
        {key: figures[target] for key, target in plain.targets.items()},
        plain.annotations,
        tuple(
            Event(each.date, each.day, each.text, documents[each.document] if each.document else None)
            for each in plain.events
        ),
        tuple(dataset.areas[key] for key in plain.tiles),
        plain.out_of,
        plain.function,
        plain.rows,
    )
