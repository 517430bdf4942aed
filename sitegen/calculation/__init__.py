"""What is computed from the figures: derived figures, and the rules that hold them against each other."""

from .calculate import calculate
from .declared import Declarations, load_declarations
from .published import with_calculated_tables
from .words import RELATIONS, Part, expression_parts, is_percent, range_text

__all__ = [
    "RELATIONS",
    "Declarations",
    "Part",
    "calculate",
    "expression_parts",
    "is_percent",
    "load_declarations",
    "range_text",
    "with_calculated_tables",
]
