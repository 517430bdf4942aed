"""Charts: from a fence in a body to a drawing with its description, table, and files to download.

`read_fence` checks a fence, `draw_charts` draws all charts of a site in worker processes or takes them from the cache,
and `ChartView` is what templates see. A kind of chart is one class in one module of `kinds`.
"""

from __future__ import annotations

from .fence import read_fence
from .functions import ChartFunctions
from .options import FencePlace
from .production import Workshop
from .site_charts import Charts, draw_charts
from .table import file_rows
from .view import ChartView, DrawnChart

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
