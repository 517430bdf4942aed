"""What templates and the sandbox are given to look at. Names that begin with an underscore are out of their reach."""

from .data import IndicatorView, TableView, cell_text, column_in_language
from .site import PageView, SiteView

__all__ = ["IndicatorView", "PageView", "SiteView", "TableView", "cell_text", "column_in_language"]
