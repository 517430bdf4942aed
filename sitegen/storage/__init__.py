"""What is on disk: the files that a build reads, the store that it leaves for the next one, and the output folder."""

from __future__ import annotations

from .request import BuildOptions, BuildRequest, Outcome
from .source_tree import InputFiles, SourceTree, code_digest, keep_by_folder, readable_problem, templates_hash
from .store import ENGINE, PageGoneError, PageRecord, Store, StoreDamagedError, StoreUnwritableError, check_cache_folder

__all__ = [
    "ENGINE",
    "BuildOptions",
    "BuildRequest",
    "InputFiles",
    "Outcome",
    "PageGoneError",
    "PageRecord",
    "SourceTree",
    "Store",
    "StoreDamagedError",
    "StoreUnwritableError",
    "check_cache_folder",
    "code_digest",
    "keep_by_folder",
    "readable_problem",
    "templates_hash",
]
