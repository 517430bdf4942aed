"""What is computed from the figures: derived figures, and the rules that hold them against each other."""

from .calculate import calculate
from .declared import Declarations, DeclaredFigure, DeclaredRule, load_declarations
from .evaluation import figure_range
from .published import with_calculated_tables
from .words import RELATIONS, Part, expression_parts, range_text, unit_of_scale

__all__ = [
    "RELATIONS",
    "Declarations",
    "DeclaredFigure",
    "DeclaredRule",
    "Part",
    "calculate",
    "expression_parts",
    "figure_range",
    "load_declarations",
    "range_text",
    "unit_of_scale",
    "with_calculated_tables",
]
