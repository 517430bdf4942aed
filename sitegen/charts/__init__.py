"""From a fence in a body to a figure on the page: what is asked for, how it is drawn, and how it is told."""

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
