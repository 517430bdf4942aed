"""What templates and the sandbox are given to look at. Names that begin with an underscore are out of their reach."""

from .data import figure_title
from .dataset_description import dataset_description, description_problems
from .site import PageView, SiteView, Texts
from .tables import IndicatorView, TableView, cell_text

__all__ = [
    "IndicatorView",
    "PageView",
    "SiteView",
    "TableView",
    "Texts",
    "cell_text",
    "dataset_description",
    "description_problems",
    "figure_title",
]
