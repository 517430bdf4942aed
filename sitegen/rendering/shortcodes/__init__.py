"""The functions that bodies, templates and the texts of the data call.

A wrong argument is gathered as a problem with its place, and the page goes on, so that a run names every mistake.
"""

from __future__ import annotations
