"""The hash of code: what it makes may differ as soon as it does."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path


@lru_cache
def code_digest(folder: Path) -> str:
    """The hash of a package's code and fonts, with their names: what it makes may differ as soon as they do."""
    content = hashlib.sha256()
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.ttf")]):
        content.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()
