"""Charts: from a fence in a body to a drawing with its description, table, and files to download.

`read_fence` checks a fence, `draw_charts` draws all charts of a site in worker processes or takes them from the cache,
and `ChartView` is what templates see. A kind of chart is one class in one module of `kinds`.
"""

from __future__ import annotations

from ..language import FigureFormat
from ..model import ChartRequest
from .functions import ChartFunctions
from .options import FencePlace, RenderText
from .production import Workshop
from .site_charts import Charts, draw_charts
from .table import file_rows
from .view import ChartView, DrawnChart


def read_fence(text: str, place: FencePlace, form: FigureFormat, render: RenderText) -> ChartRequest:
    """The chart that a fence asks for: see `fence.read_fence`."""
    # the kinds take a while to import, and only pages with charts need them
    from .fence import read_fence

    return read_fence(text, place, form, render)


__all__ = [
    "ChartFunctions",
    "ChartView",
    "Charts",
    "DrawnChart",
    "FencePlace",
    "Workshop",
    "draw_charts",
    "file_rows",
    "read_fence",
]
