"""Figures computed from others, and rules that must hold: read, worked out exactly, as intervals, and put in words."""

from __future__ import annotations

from .computing import calculate
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
