"""An Altair chart → what a page shows of it: two SVGs and, for a view in the browser, a Vega specification.

Importing this imports vl-convert, and drawing anything but a chart of the site's own functions imports Altair.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..model import ChartData, Drawing
from .converter import vl_convert
from .made_spec import with_labels
from .svg import for_page, with_properties
from .theme import NARROW, WIDE, Canvas, config

VEGALITE = "6.4"


def draw(data: ChartData) -> Drawing:
    """A chart at both its widths; the same data give the same bytes on any machine.

    Raises ValueError, with Vega's own words, for a specification it can't draw.
    """
    wide, narrow = specification(data, WIDE), specification(data, NARROW)
    views = _compiled(wide), _compiled(narrow)
    return Drawing(
        wide=for_page(_svg(views[0], data), f"{data.id}-wide", WIDE.width),
        narrow=for_page(_svg(views[1], data), f"{data.id}-narrow", NARROW.width),
        spec=json.dumps(wide, ensure_ascii=False, indent=1),
        view=with_properties(views[0]),
        narrow_view=with_properties(views[1]),
    )


def specification(data: ChartData, canvas: Canvas) -> dict[str, Any]:
    """The Vega-Lite specification of a chart, complete: its rows and its configuration are in it."""
    if data.specs:
        spec = json.loads(data.specs[canvas.columns == 1])
        if data.rewritten_label:
            spec = with_labels(spec, data.rewritten_label)
        return {**spec, "config": _merged(config(data), spec.get("config", {})), "background": "transparent"}
    from altair import SCHEMA_URL
    from altair.utils.schemapi import debug_mode

    from .kinds import KINDS
    from .kinds.plot import plain

    # altair's own checks cost more than the drawing; the tests hold what the kinds make against the schema
    with debug_mode(False):
        plot = KINDS[data.kind](data, canvas)
        spec = plain(plot.chart)
    used = {name: list(rows) for name, rows in plot.datasets.items()}
    return {"$schema": SCHEMA_URL, **spec, "datasets": used, "config": config(data), "background": "transparent"}


def _merged(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Our configuration, with what a chart sets of its own over it."""
    result = dict(ours)
    for key, value in theirs.items():
        own = result.get(key)
        result[key] = _merged(own, value) if isinstance(own, Mapping) and isinstance(value, Mapping) else value
    return result


def _compiled(spec: dict[str, Any]) -> dict[str, Any]:
    vega: dict[str, Any] = vl_convert.vegalite_to_vega(_text(spec), vl_version=VEGALITE)
    return vega


def _svg(vega: dict[str, Any], data: ChartData) -> str:
    # everything a chart shows is in its specification; the kinds name no address, a function of the site might
    allowed: list[str] | None = [] if data.specs else None
    return str(vl_convert.vega_to_svg(_text(vega), allowed_base_urls=allowed))


def _text(spec: Mapping[str, Any]) -> str:
    """A specification in the form that vl-convert reads soonest."""
    return json.dumps(spec, ensure_ascii=False, separators=(",", ":"))
