"""The tables of a site: read, validated by their Table Schema, and turned into typed figures."""

from .contract import KEY_PATTERN
from .dataset import load_dataset, with_cells
from .values import period_mistake

__all__ = ["KEY_PATTERN", "load_dataset", "period_mistake", "with_cells"]
