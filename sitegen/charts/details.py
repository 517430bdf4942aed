"""What some kinds ask for beside figures: intervals, targets, remarks and breaks in time, events, tiles, a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..model import Annotation, Area, Document, Event, Figure, Table, column_in_language, day_of, first_day, last_day
from ..problems import did_you_mean
from .choice import matched
from .options import FenceReader

# each is a line of text above the values
_MOST_NOTES = 4
# what a column of events is called where the fence doesn't say
_DATE_COLUMNS, _TEXT_COLUMNS = ("date", "period"), ("text", "title", "name", "event")


def intervals(reader: FenceReader, figures: Sequence[Figure]) -> Mapping[str, tuple[Figure, Figure]]:
    """The lower and the upper end of each figure's interval, by its id; those that have both."""
    lows, highs = matched(reader, "low", figures), matched(reader, "high", figures)
    given = [key for key in ("low", "high") if reader.names(key)]
    if len(given) == 1:
        missing = "high" if given == ["low"] else "low"
        reader.problem("chart-option", f"an interval needs `{missing}` too", given[0])
    ends = {key: (lows[key], highs[key]) for key in lows if key in highs}
    for item in figures:
        low, high = ends.get(item.id, (item, item))
        if not low.number <= item.number <= high.number:
            ends_text = f'"{low.id}" ({low.value}) and "{high.id}" ({high.value})'
            message = f'"{item.id}" ({item.value}) does not lie between {ends_text}'
            reader.problem("chart-data", message, "low")
    return ends


def targets(reader: FenceReader, figures: Sequence[Figure]) -> Mapping[str, Figure]:
    """What each figure is to reach, by its id."""
    found = matched(reader, "target", figures)
    if not reader.names("target"):
        reader.missing(
            "target", "a progress chart needs a `target`", "a figure, or an indicator with figures of the same time"
        )
    return found


def time_notes(reader: FenceReader, figures: Sequence[Figure]) -> tuple[Annotation, ...]:
    """The remarks and the breaks of a time axis, in their order; they must lie within the time of the figures."""
    found = []
    days = [item.day for item in figures]
    for key in ("annotations", "breaks"):
        for place, item in reader.items(key, ("at", "text")):
            period = reader.period(item["at"], key, place, "at")
            text = reader.text_at(item["text"], key, place, "text")
            if period and days and not _lies_within(period, days, key == "breaks"):
                where = "between the first and the last value" if key == "breaks" else "within the time of the values"
                hint = "take it out, or draw more figures"
                reader.problem("chart-option", f"{period} does not lie {where}", key, place, "at", hint=hint)
            elif period and text:
                found.append(Annotation(day_of(period), reader.form.period(period), text, key == "breaks"))
    if len(found) > _MOST_NOTES:
        message = f"{len(found)} remarks are too many for one drawing ({_MOST_NOTES})"
        reader.problem("chart-option", message, "annotations" if "annotations" in reader.values else "breaks")
    return tuple(sorted(found, key=lambda note: note.day))


def _lies_within(period: str, days: Sequence[int], is_break: bool) -> bool:
    """Whether a period touches the time of the figures; a break, whether there are figures on both sides of it."""
    first, last = min(days), max(days)
    if is_break:
        return first < day_of(period) <= last
    return first_day(period) <= last and first <= last_day(period)


def events(reader: FenceReader) -> tuple[Event, ...]:
    """The events of a timeline, in their order in time: those of a table, or those in the fence."""
    table, inline = reader.name("table"), reader.values.get("events")
    if table and inline is not None:
        reader.problem("chart-option", "give either `table` or `events`", "events")
        return ()
    if not table and inline is None:
        reader.missing("events", "a timeline needs `events`, or a `table` of them")
        return ()
    before = len(reader.problems)
    found = list(_of_table(reader, table) if table else _inline(reader))
    if not found and len(reader.problems) == before:
        reader.problem("chart-data", "a timeline without events", "table" if table else "events")
    return tuple(sorted(found, key=lambda event: (event.day, event.date)))


def _inline(reader: FenceReader) -> Iterator[Event]:
    for place, item in reader.items("events", ("date", "text"), ("source",)):
        period = reader.period(item["date"], "events", place, "date")
        text = reader.text_at(item["text"], "events", place, "text")
        reader.place.reads.add("document", str(item.get("source", "")))
        document = reader.dataset.documents.get(str(item.get("source", "")))
        if item.get("source") and document is None and reader.dataset.is_unknown(str(item["source"]), {}):
            hint = did_you_mean(str(item["source"]), reader.dataset.documents)
            reader.problem("source-unknown", f'no source "{item["source"]}"', "events", place, "source", hint=hint)
        if period and text:
            yield Event(period, first_day(period), text, document)


def _of_table(reader: FenceReader, name: str) -> Iterator[Event]:
    table = known_table(reader, name)
    if table is None:
        return
    columns = [_column(reader, table, "date", _DATE_COLUMNS), _column(reader, table, "text", _TEXT_COLUMNS)]
    source = table.column_index("source")
    date, text = columns
    if date is None or text is None:
        return
    for row in table.rows:
        if row[date] and row[text]:
            document: Document | None = None
            if source is not None:
                reader.place.reads.add("document", row[source])
                document = reader.dataset.documents.get(row[source])
            try:
                day = first_day(row[date])
            except ValueError:
                message = f'"{row[date]}" in the column "{table.columns[date].name}" is no date'
                reader.problem("chart-data", message, "table", hint="e.g. 2024-12-31")
                continue
            yield Event(row[date], day, row[text], document)


def known_table(reader: FenceReader, name: str) -> Table | None:
    """A table of the data by its name; None when there is none, which is told."""
    reader.place.reads.add("table", name)
    table = reader.dataset.tables.get(name)
    if table is None and reader.dataset.is_unknown(name, reader.dataset.tables):
        hint = did_you_mean(name, reader.dataset.tables)
        reader.problem("table-unknown", f'no table "{name}"', "table", hint=hint)
    return table


def _column(reader: FenceReader, table: Table, key: str, usual: Sequence[str]) -> int | None:
    """The place of the column that an option names, or of the one that is usually called so."""
    for name in [reader.name(key)] if reader.name(key) else usual:
        try:
            return column_in_language(table, name, reader.language)
        except KeyError as error:
            message, _, hint = str(error.args[0]).partition("; ")
    if reader.name(key):
        reader.problem("column-unknown", message, key, hint=hint)
    else:
        message = f'which column of "{table.name}" is the {key}?'
        reader.problem("chart-option", message, "table", hint=f"name it: {key}: …")
    return None


def tiles(reader: FenceReader, figures: Sequence[Figure]) -> tuple[Area, ...]:
    """The areas that have a tile, of those that the fence names where it names any; every figure's area must."""
    named = reader.names("area") or tuple(reader.dataset.areas)
    if reader.names("figures"):
        named = [item.area.id for item in figures]
    reader.place.reads.add("all", "area")
    for name in named:
        reader.place.reads.add("area", name)
    areas = tuple(
        area for area in reader.dataset.areas.values() if area.id in named and area.tile_row and area.tile_column
    )
    for area in {item.area.id: item.area for item in figures}.values():
        if not (area.tile_row and area.tile_column):
            hint = "give it tile_row and tile_col in areas.csv, or name the areas that are drawn"
            reader.problem("chart-data", f'the area "{area.id}" has no tile', "area", hint=hint)
    return areas


def latest(reader: FenceReader, figures: Sequence[Figure]) -> list[Figure]:
    """The last figure of each area, in the order of the areas; all must be of one indicator."""
    if len({item.indicator.id for item in figures}) > 1:
        reader.problem("chart-data", "a map shows one indicator", "indicator", hint="make a map for each")
    last: dict[str, Figure] = {}
    for item in figures:
        known = last.get(item.area.id)
        if known and (known.indicator.id, known.time_order) == (item.indicator.id, item.time_order):
            message = f'"{known.id}" and "{item.id}" are of the same indicator, area and period'
            reader.problem("chart-data", message, "kind", hint="choose one of them with `figures`")
        if known is None or item.time_order >= known.time_order:
            last[item.area.id] = item
    return list(last.values())


def table_rows(reader: FenceReader) -> tuple[Mapping[str, str], ...]:
    """The rows of the table that a Python chart asks for, by the names of their columns."""
    name = reader.name("table")
    table = known_table(reader, name) if name else None
    if table is None:
        return ()
    names = [column.name for column in table.columns]
    return tuple(dict(zip(names, row, strict=True)) for row in table.rows)
