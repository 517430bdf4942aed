"""The tables of a site: read, validated by their Table Schema, and turned into typed figures."""

from .contract import KEY_PATTERN
from .dataset import load_dataset, with_cells
from .values import MOST_DIGITS, period_mistake, quoted

__all__ = ["KEY_PATTERN", "MOST_DIGITS", "load_dataset", "period_mistake", "quoted", "with_cells"]
