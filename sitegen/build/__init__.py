"""A build: gather everything, render, check, write. The conductor is the table of contents; what is the same as before
is taken from the store.
"""

from __future__ import annotations

from .building import build_site, build_to, made_of_site
from .conductor import BuiltSite
from .explanation import explained
from .inputs import read_inputs
from .memo import BuildMemo

__all__ = ["BuildMemo", "BuiltSite", "build_site", "build_to", "explained", "made_of_site", "read_inputs"]
