"""What templates and the sandbox are given to look at. Names that begin with an underscore are out of their reach."""

from __future__ import annotations

from .dataset_description import dataset_description, description_problems
from .site import Texts

__all__ = ["Texts", "dataset_description", "description_problems"]
