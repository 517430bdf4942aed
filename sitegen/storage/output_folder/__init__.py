"""The output folder: what stands in it, and how a finished site takes its place in one step. What sitegen did not write
stays, or nothing is done.
"""

from __future__ import annotations

from .contents import GENERATOR, MANIFEST, in_the_way, written_files
from .folder import check_output_folder, replace_output
from .own_folders import is_alive, real_folder
from .swap import recover

__all__ = [
    "GENERATOR",
    "MANIFEST",
    "check_output_folder",
    "in_the_way",
    "is_alive",
    "real_folder",
    "recover",
    "replace_output",
    "written_files",
]
