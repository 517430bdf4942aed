"""From a fence in a body to a figure on the page: what is asked for, how it is drawn, and how it is told."""

from .fence import CHART_KINDS, FencePlace, read_fence
from .figure import chart_html

__all__ = ["CHART_KINDS", "FencePlace", "chart_html", "read_fence"]
