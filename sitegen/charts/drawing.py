"""ChartData → Drawing: two SVGs, the Vega-Lite specification, and Vega for interactive views.

Importing this module imports Altair and vl-convert.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from altair.utils.schemapi import debug_mode

from ..model import ChartData, Drawing
from .converter import vl_convert
from .kinds import CHART_KINDS
from .svg import for_page, with_properties
from .theme import NARROW, WIDE, Canvas, config

VEGALITE = "6.4"


def draw(data: ChartData) -> Drawing:
    """Draw a chart at both widths; the same data give the same bytes on any machine.

    Raises ValueError, with Vega's message, for a specification that can't be drawn.
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
    """The complete Vega-Lite specification of a chart, rows and configuration included."""
    # Altair's validation costs more than the drawing; the tests validate what the kinds make
    with debug_mode(False):
        spec = CHART_KINDS[data.kind].draw(data, canvas)
    return {**spec, "config": _merged(config(data.language), spec.get("config", {})), "background": "transparent"}


def _merged(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Our configuration, overridden by what the chart sets itself."""
    result = dict(ours)
    for key, value in theirs.items():
        own = result.get(key)
        result[key] = _merged(own, value) if isinstance(own, Mapping) and isinstance(value, Mapping) else value
    return result


def _compiled(spec: dict[str, Any]) -> dict[str, Any]:
    vega: dict[str, Any] = vl_convert.vegalite_to_vega(_text(spec), vl_version=VEGALITE)
    return vega


def _svg(vega: dict[str, Any], data: ChartData) -> str:
    # specifications contain all their data, but those made by a site's function might still load something
    allowed: list[str] | None = [] if data.specs else None
    return str(vl_convert.vega_to_svg(_text(vega), allowed_base_urls=allowed))


def _text(spec: Mapping[str, Any]) -> str:
    """A specification as compact JSON, which vl-convert parses fastest."""
    return json.dumps(spec, ensure_ascii=False, separators=(",", ":"))
