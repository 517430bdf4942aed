"""The data: CSV files and their descriptor → Dataset. Tables are held against the schema that sitegen
requires and the one that the site declares.
"""

from __future__ import annotations

from .dataset import load_dataset, with_cells
from .dataset_description import dataset_description, description_problems
from .distinct_names import with_distinct_names

__all__ = ["dataset_description", "description_problems", "load_dataset", "with_cells", "with_distinct_names"]
