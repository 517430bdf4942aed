"""`timeline`: events down a line, further apart if there is more time between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from ...model import ChartData, ChartRequest, Event, Figure, Table, column_in_language, first_day
from ...problems import UnknownNameError, did_you_mean
from ...text import TEXT, Keys
from ..choice import known_table
from ..description import MOST_LISTED, Teller, capital
from ..kind import ChartKind
from ..lazy_altair import alt
from ..lettering import lines_of, wrapped
from ..options import NAME, PERIOD, FenceReader, items, needed
from ..plot import LINES, Row, at, layer, layered, marked, texts, vega_lite
from ..theme import INK, LINE, MUTED, SERIES, SURFACE, Canvas

# default names for the columns of events
_DATE_COLUMNS, _TEXT_COLUMNS = ("date", "period"), ("text", "title", "name", "event")


class Timeline(ChartKind):
    """Shows the events in the fence or in a data table, not figures."""

    name = "timeline"
    options: ClassVar[Keys] = {
        "events": items(date=needed(PERIOD, "date"), text=needed(TEXT, "text"), source=TEXT),
        "table": NAME,
        "date": NAME,
        "text": NAME,
    }

    def figures(self, reader: FenceReader) -> list[Figure]:
        return []

    def details(self, reader: FenceReader, request: ChartRequest) -> ChartRequest:
        table, inline = reader.name("table"), reader.values.get("events")
        if table and inline is not None:
            reader.problem("chart-option", "give either `table` or `events`", "events")
            return request
        if not table and inline is None:
            reader.missing("a timeline needs `events`, or a `table` of them", "events", "table")
            return request
        found = list(_of_table(reader) if table else _inline(reader))
        if not found and not reader.problems:
            reader.problem("chart-data", "the timeline has no events", "table" if table else "events")
        return replace(request, events=tuple(sorted(found, key=lambda event: (event.day, event.date))))

    def sentences(self, teller: Teller) -> Iterator[str]:
        events = teller.data.events
        period = " – ".join(dict.fromkeys((events[0][0], events[-1][0])))
        yield teller.say("timeline", events=teller.counted("events", len(events)), period=period)
        if len(events) > MOST_LISTED:
            yield teller.say("table", values=teller.counted("events", len(events)))
            return
        for date, _, text in events:
            yield f"{capital(date)}: {text if text.endswith(('?', '!', '…')) else text.rstrip('.') + '.'}"

    def draw(self, data: ChartData, canvas: Canvas) -> dict[str, Any]:
        left = 18.0
        words = [wrapped(text, canvas.width - left - 16) for _, _, text in data.events]
        days = [day for _, day, _ in data.events]
        span = (max(days) - min(days)) or 1
        rows: dict[str, list[Row]] = {"dots": [], "dates": [], "texts": []}
        y = 8.0
        for number, (date, day, _) in enumerate(data.events):
            if number:
                share = (day - days[number - 1]) / span
                y += LINE * (lines_of(words[number - 1]) + 1) + 14 + min(60.0 * share * len(days) / 2, 60.0)
            rows["dots"].append({"x": 6.0, "y": y, "mark": f"row {number}"})
            rows["dates"].append({"x": left, "y": y, "text": date})
            rows["texts"].append({"x": left, "y": y + LINE, "text": words[number]})
        rows["line"] = [{"x": 6.0, "y": rows["dots"][0]["y"], "y2": y}]
        look = {"shape": "circle", "size": 90, "filled": True, "opacity": 1, "stroke": SURFACE, "strokeWidth": 1.5}
        layers = [
            layer("line").mark_rule(color=MUTED, strokeWidth=2).encode(**at(), y2=alt.Y2(field="y2")),
            layer("dots").mark_point(fill=SERIES[0], **look).encode(**at(), **marked()),
            texts("dates", "text", at(), align="left", fontWeight=600, color=SERIES[0]),
            texts("texts", "text", at(), align="left", color=INK, **LINES),
        ]
        height = y + LINE * lines_of(words[-1]) + LINE
        return vega_lite(layered(layers, width=canvas.width - 10, height=height), rows)


def _inline(reader: FenceReader) -> Iterator[Event]:
    for place, item in reader.items("events"):
        period, source = item["date"], item.get("source", "")
        text = reader.rendered(item["text"], "events", place, "text")
        document = reader.read.document(source)
        if source and document is None and not reader.read.lost(source):
            hint = did_you_mean(source, reader.read.all("document"))
            reader.problem("source-unknown", f'no source "{source}"', "events", place, "source", hint=hint)
        if text:
            yield Event(period, first_day(period), text, document)


def _of_table(reader: FenceReader) -> Iterator[Event]:
    table = known_table(reader)
    if table is None:
        return
    date, text = _column(reader, table, "date", _DATE_COLUMNS), _column(reader, table, "text", _TEXT_COLUMNS)
    source = table.column_index("source")
    if date is None or text is None:
        return
    for row in table.rows:
        if row[date] and row[text]:
            document = None if source is None else reader.read.document(row[source])
            try:
                yield Event(row[date], first_day(row[date]), row[text], document)
            except ValueError:
                message = f'"{row[date]}" in the column "{table.columns[date].name}" is not a date'
                reader.problem("chart-data", message, "table", hint="e.g. 2024-12-31")


def _column(reader: FenceReader, table: Table, key: str, usual: Sequence[str]) -> int | None:
    """The index of the column that an option names, or of one with a usual name."""
    for name in [reader.name(key)] if reader.name(key) else usual:
        try:
            return column_in_language(table, name, reader.language)
        except UnknownNameError as error:
            message, hint = error.message, error.hint
    if reader.name(key):
        reader.problem("column-unknown", message, key, hint=hint)
    else:
        message = f'which column of "{table.name}" is the {key}?'
        reader.problem("chart-option", message, "table", hint=f"name it: {key}: …")
    return None
