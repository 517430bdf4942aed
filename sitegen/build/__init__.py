"""A build: gather everything, render, check, write. The conductor is the table of contents; what hasn't changed comes
from the store.
"""

from __future__ import annotations

from .building import build_site, build_to, made_of_site
from .conductor import BuiltSite
from .explanation import explained
from .inputs import read_inputs
from .session import BuildSession

__all__ = ["BuildSession", "BuiltSite", "build_site", "build_to", "explained", "made_of_site", "read_inputs"]
