"""The tables of a site: read, validated by their Table Schema, and turned into typed figures."""

from .contract import KEY_PATTERN
from .dataset import load_dataset, with_cells
from .units import known_unit_type, per_how_many
from .values import MOST_DIGITS, period_mistake, quoted, two_readings

__all__ = [
    "KEY_PATTERN",
    "MOST_DIGITS",
    "known_unit_type",
    "load_dataset",
    "per_how_many",
    "period_mistake",
    "quoted",
    "two_readings",
    "with_cells",
]
