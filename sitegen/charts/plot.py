"""The building blocks of all drawings: layers, channels, marks for points, and the legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..model import ChartData, Point
from .lazy_altair import alt
from .lettering import width_of
from .theme import LINE, SURFACE, Canvas, colour_of

Row = dict[str, Any]
# an outline that keeps text legible in front of lines
HALO: Mapping[str, Any] = {"stroke": SURFACE, "strokeWidth": 4, "strokeJoin": "round"}
# for texts of several lines
LINES: Mapping[str, Any] = {"lineBreak": "\n", "lineHeight": LINE}
_SHAPES: Mapping[str, str] = {
    "more-than": "triangle-up",
    "at-least": "triangle-up",
    "less-than": "triangle-down",
    "at-most": "triangle-down",
    "about": "diamond",
}


def vega_lite(chart: Any, rows: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    """The Vega-Lite specification of an Altair chart and the rows that its layers name."""
    datasets = {name: list(found) for name, found in rows.items()}
    return {"$schema": alt.SCHEMA_URL, **plain(chart), "datasets": datasets}


def plain(value: Any) -> Any:
    """The same as Altair's `to_dict(validate=False)`, in a third of the time.

    Altair looks for arrays, dates and shorthands (`value:Q`) in every value; the kinds use none of these.
    """
    if isinstance(value, alt.SchemaBase):
        return plain(value._args[0] if value._args else value._kwds)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items() if item is not alt.Undefined and key != "shorthand"}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def layer(name: str) -> Any:
    """A layer that draws the rows of this name; Altair would copy the rows themselves at every step."""
    return alt.Chart(alt.NamedData(name))


def layered(layers: Sequence[Any], width: float, height: float, **properties: Any) -> Any:
    """Layers on top of each other, on shared scales. `alt.layer` does the same, but takes longer than the drawing."""
    units = [alt.UnitSpec(data=item.data, mark=item.mark, encoding=item.encoding) for item in layers]
    return alt.LayerSpec(layer=units, width=width, height=height, **properties)


def pixels(channel: Any, field: str) -> Any:
    """A channel in px of the drawing, from a field of the row."""
    return channel(field=field, type="quantitative", scale=None, axis=None)


def exact(channel: Any, field: str) -> Any:
    """A channel whose field holds the colour, shape or text itself."""
    return channel(field=field, type="nominal", scale=None, legend=None)


def at(x: str = "x", y: str = "y") -> dict[str, Any]:
    """The channels of a point in px of the drawing."""
    return {"x": pixels(alt.X, x), "y": pixels(alt.Y, y)}


def box() -> dict[str, Any]:
    """The channels of a rectangle in px of the drawing."""
    return {**at(), "x2": alt.X2(field="x2"), "y2": alt.Y2(field="y2")}


def marked() -> dict[str, Any]:
    """The channel with a mark's row in the chart's table; `for_page` turns it into `data-row`."""
    return {"description": alt.Description(field="mark", type="nominal")}


def texts(name: str, field: str, channels: Mapping[str, Any], **mark: Any) -> Any:
    """A layer of texts, from a field of its rows."""
    return layer(name).mark_text(**mark).encode(text=alt.Text(field=field, type="nominal"), **channels)


def dot(point: Point) -> Row:
    """The row of a point: hollow if its value is provisional, a triangle pointing in a bound's open direction."""
    colour = colour_of(point.series)
    return {
        "id": point.id,
        "mark": f"row {point.row}",
        "value": point.value,
        "day": point.day,
        "period": point.period,
        "label": point.label,
        "colour": colour,
        "fill": SURFACE if point.status else colour,
        "edge": colour if point.status else SURFACE,
        "shape": _SHAPES.get(point.bound, "circle"),
    }


def dots(name: str, **channels: Any) -> Any:
    """A layer of points, from the rows that `dot` makes."""
    mark = layer(name).mark_point(size=78, opacity=1, strokeWidth=1.75)
    colours = {"fill": exact(alt.Fill, "fill"), "stroke": exact(alt.Stroke, "edge")}
    return mark.encode(shape=exact(alt.Shape, "shape"), **colours, **marked(), **channels)


def legend(data: ChartData, canvas: Canvas, rows: dict[str, Any]) -> list[Any]:
    """The legend of the series above the drawing: a layer of invisible points, whose rows are added to `rows`."""
    rows["key"] = [{"name": name} for name in data.series]
    across = sum(width_of(name) + 36 for name in data.series) < canvas.width
    place = {"orient": "top", "direction": "horizontal" if across else "vertical", "offset": 10}
    names = alt.Legend(title=None, symbolType="circle", labelLimit=canvas.width - 30, **place)
    scale = alt.Scale(domain=list(data.series), range=[colour_of(place) for place in range(len(data.series))])
    points = layer("key").mark_point(filled=True, opacity=0)
    return [points.encode(color=alt.Color(field="name", type="nominal", scale=scale, legend=names))]
