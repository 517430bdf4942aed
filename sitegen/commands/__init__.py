"""The command line: one module a verb."""

from __future__ import annotations

from .cli import main

__all__ = ["main"]
