"""The output folder: what is in it, and how a finished site replaces it in one step, with others' files left alone."""

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
