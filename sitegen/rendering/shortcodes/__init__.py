"""The functions that bodies, templates and the texts of the data call.

A wrong argument is reported with its place, and rendering goes on, so that one run reports every mistake.
"""

from __future__ import annotations
