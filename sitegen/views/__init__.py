"""What templates and the sandbox are given to look at. Names that begin with an underscore are out of their reach."""

from .data import figure_title
from .site import PageView, SiteView
from .tables import IndicatorView, TableView, cell_text, column_in_language
from .view import View

__all__ = [
    "IndicatorView",
    "PageView",
    "SiteView",
    "TableView",
    "View",
    "cell_text",
    "column_in_language",
    "figure_title",
]
