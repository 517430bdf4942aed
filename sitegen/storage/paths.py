"""Files and folders, with symbolic links not followed."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path


def is_folder(path: Path) -> bool:
    """Whether there is a folder, not a link to one."""
    return path.is_dir() and not path.is_symlink()


def is_file(path: Path) -> bool:
    """Whether there is a regular file, not a link to one."""
    return path.is_file() and not path.is_symlink()


def remove(path: Path) -> None:
    """Remove a file, a link, or a folder with all in it, as far as the system allows."""
    with suppress(OSError):
        if is_folder(path):
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def path_hash(path: Path) -> str:
    """A short hash of a path, by which a store knows a folder."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:24]
