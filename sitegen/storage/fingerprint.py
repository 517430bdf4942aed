"""The hash of code: other code may make other output."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path

_DECIDING = (".py", ".ttf", ".yaml")


@lru_cache
def code_digest(folder: Path) -> str:
    """The hash of a package's code, fonts and word lists, with their names."""
    content = hashlib.sha256()
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.endswith(_DECIDING):
                path = os.path.join(root, name)  # noqa: PTH118 -- a Path is slower, and this runs at each start
                with open(path, "rb") as file:  # noqa: PTH123
                    content.update(f"{path[len(str(folder)) :]}\0".encode() + file.read() + b"\0")
    return content.hexdigest()
