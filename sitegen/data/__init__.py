"""The tables of a site: read, validated by their Table Schema, and turned into typed figures."""

from .dataset import load_dataset

__all__ = ["load_dataset"]
