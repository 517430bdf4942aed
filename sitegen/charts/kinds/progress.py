"""`progress`: values as bars with a mark at their targets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

from ...model import ChartData, ChartRequest
from ...text import Keys
from ..bars import BAR, bar_chart, bar_layers, bar_row, frame_of, labels_at_ends, lengths
from ..choice import matched
from ..description import Teller
from ..kind import ChartKind
from ..lazy_altair import alt
from ..options import FIGURES, NAMES, FenceReader
from ..plot import Row, layer, pixels
from ..ranking import reaches
from ..theme import GRID, INK, SERIES, Canvas


class Progress(ChartKind):
    """Each bar is labelled with value and target."""

    name = "progress"
    options: ClassVar[Keys] = {
        **FIGURES,
        "target": replace(
            NAMES,
            hint="a figure, or an indicator with figures for the same period",
            missing="a progress chart needs a `target`",
        ),
    }
    one_colour = True
    words = ("chart_progress",)

    def details(self, reader: FenceReader, request: ChartRequest) -> ChartRequest:
        return replace(request, targets=matched(reader, "target", request.drawn))

    def told(self, teller: Teller) -> Iterator[str]:
        for name, item in teller.named_figures():
            target = teller.request.targets.get(item.id)
            if target is None:
                yield teller.say("no_target", name=name, value=teller.value(item))
                continue
            reached = {True: "reached", False: "not_reached", None: "target"}[reaches(item, target)]
            yield teller.say(reached, name=name, value=teller.value(item), target=teller.value(target))

    def draw(self, data: ChartData, canvas: Canvas) -> dict[str, Any]:
        frame = frame_of(data, canvas)
        rows: dict[str, list[Row]] = {"bars": [], "tracks": [], "names": frame.names, "zero": frame.zero}
        for point in data.points:
            top = frame.tops[point.row]
            label = point.label
            if point.target is not None:
                label = data.words["chart_progress"].format(value=point.label, target=point.target_label)
                track = {"y": top - 4, "y2": top + BAR + 4, "top": top, "bottom": top + BAR}
                rows["tracks"].append({"value": point.target, **track})
            told = {"label": label, "label_at": max(point.value, point.target or 0.0, 0.0), "side": "right"}
            rows["bars"].append(bar_row(point, point.value, SERIES[0], top, **told))
        low = min([0.0, *(point.value for point in data.points)])
        x = lengths(low, max([0.0, *(row["label_at"] for row in rows["bars"])]))
        deep = {"y": pixels(alt.Y, "top"), "y2": alt.Y2(field="bottom")}
        track = layer("tracks").mark_bar(color=GRID).encode(x=x("value"), x2=alt.X2(datum=0), **deep)
        target = layer("tracks").mark_rule(color=INK, strokeWidth=3)
        target = target.encode(x=x("value"), y=pixels(alt.Y, "y"), y2=alt.Y2(field="y2"))
        layers = [track, *bar_layers(x), target, *labels_at_ends(rows, x)]
        return bar_chart(data, canvas, frame, layers, rows)
