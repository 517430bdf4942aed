"""A hash of what affects all pages: the generator's code, its libraries, some settings."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path

from ..model import Settings
from ..storage import BuildOptions, code_digest

LIBRARIES = (
    *("altair", "babel", "frictionless", "jinja2", "markdown", "markupsafe", "pyicu-wheels", "pyyaml", "regex"),
    *("selectolax", "vl-convert-python"),
)


def engine_key(options: BuildOptions, settings: Settings) -> str:
    """The hash, hexadecimal. Builds with different hashes share nothing in the store."""
    parts = {
        "code": code_digest(Path(__file__).parent.parent),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "content": options.content.as_posix(),
        "templates": [path.as_posix() for path in options.templates],
        "preview": options.preview,
        "base_url": settings.base_url,
        "languages": settings.languages,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:24]
