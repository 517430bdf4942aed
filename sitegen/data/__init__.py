"""The data: CSV files and their descriptor → Dataset. Tables are held against the schema that sitegen
requires and the one that the site declares.
"""

from __future__ import annotations

from .dataset import load_dataset, with_cells
from .distinct_names import with_distinct_names

__all__ = ["load_dataset", "with_cells", "with_distinct_names"]
