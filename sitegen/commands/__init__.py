"""The command line: one module a verb, what all verbs share, and the preview."""

from __future__ import annotations

from .command_line import main, run

__all__ = ["main", "run"]
