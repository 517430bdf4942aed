"""`python`: a chart that a function of the site's charts.py makes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

from ...language import FigureFormat
from ...model import ChartData, ChartRequest
from ...text import Keys
from ..choice import known_table
from ..description import MOST_LISTED, Teller
from ..kind import ChartKind
from ..made_spec import with_labels
from ..options import FIGURES, NAME, FenceReader
from ..table import chart_table
from ..theme import Canvas


class Python(ChartKind):
    """The function gets the fence's figures, the rows of a table, or neither."""

    name = "python"
    options: ClassVar[Keys] = {
        **FIGURES,
        "function": replace(
            NAME,
            hint="the name of a function in charts.py of the content folder",
            missing="a Python chart needs a `function`",
        ),
        "table": NAME,
    }
    has_names = False
    one_unit = False
    needs_figures = False

    def details(self, reader: FenceReader, request: ChartRequest) -> ChartRequest:
        table = known_table(reader)
        names = [column.name for column in table.columns] if table else []
        rows = tuple(dict(zip(names, row, strict=True)) for row in table.rows) if table else ()
        return replace(request, function=reader.name("function"), rows=rows)

    def sentences(self, teller: Teller) -> Iterator[str]:
        """If the function draws its own rows: how many, with which columns, and in full if they are few."""
        rows = teller.rows
        if not rows:
            yield from super().sentences(teller)
            return
        names = dict.fromkeys(name for row in rows for name in row)
        columns = teller.listed([teller.say("quoted", name=name) for name in names])
        yield teller.say("rows_of", kind=teller.say("python"), rows=teller.counted("rows", len(rows)), columns=columns)
        if len(rows) <= MOST_LISTED:
            cells = chart_table(teller.request, rows, teller.form, str).rows
            yield teller.say("rows_listed", rows="; ".join(" ".join(cell for cell in row if cell) for row in cells))

    def draw(self, data: ChartData, canvas: Canvas) -> dict[str, Any]:
        spec: dict[str, Any] = json.loads(data.specs[not canvas.is_wide])
        label = FigureFormat.plain(data.language).rewritten_label
        return with_labels(spec, label) if label else spec
