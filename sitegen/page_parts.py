"""The parts of a page as they are kept in a file: plain values, in which figures, areas and sources are named.

A page that is taken from an earlier build has read nothing that is another now, so its names stand for the same values.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from .cache import decoded
from .checks import Document
from .checks.output import Reference
from .model import Annotation, Body, ChartRequest, Dataset, Event, Heading, Series
from .problems import Problem


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
    html: str
    title: str
    description: str
    headings: tuple[Heading, ...]
    charts: tuple[_Chart, ...]
    whole: bool
    written: dict[str, str]
    path: str
    references: tuple[Reference, ...]
    anchors: tuple[str, ...]
    problems: tuple[Problem, ...]


def packed_parts(body: Body, document: Document) -> bytes:
    """A page's parts as they are kept."""
    return msgspec.msgpack.encode(
        _Parts(
            body.html,
            body.title,
            body.description,
            body.headings,
            tuple(map(_plain_chart, body.charts)),
            body.whole,
            dict(body.written),
            document.path,
            document.references,
            document.anchors,
            document.problems,
        )
    )


def unpacked_document(content: bytes) -> Document | None:
    """What the checks know of a page; None where the bytes are no page's parts."""
    parts: _Parts | None = decoded(content, _Parts)
    return Document(parts.path, parts.references, parts.anchors, parts.problems) if parts else None


def unpacked_body(content: bytes, dataset: Dataset) -> Body | None:
    """A page's texts, headings and charts; None where the bytes are no page's parts, or name what isn't in the data."""
    parts: _Parts | None = decoded(content, _Parts)
    if parts is None:
        return None
    try:
        charts = tuple(_chart(chart, dataset) for chart in parts.charts)
    except KeyError:
        return None
    return Body(parts.html, parts.title, parts.description, parts.headings, charts, parts.whole, parts.written)


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
    """The request again. Raises KeyError."""
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
