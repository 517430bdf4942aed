"""Words of natural languages: a file per language in `words/`, and `signs.yaml` for signs of all languages.

To add a language, add its file; any key may be left out. A value is a list of words, separated by " | ". Files are
read on first use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "words"
# makes only strings, lists and mappings
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@cache
def _files() -> Mapping[str, Any]:
    return {
        path.stem: yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 -- see _LOADER
        for path in sorted(_FOLDER.glob("*.yaml"))
    }


def languages() -> Iterable[str]:
    """The names of the files: `en`, `vi`, … and `signs`."""
    return _files().keys()


@cache
def words(*keys: str, language: str = "") -> tuple[str, ...]:
    """The words under a path of keys, `words("marks", "none")`, of one language or of all files, without duplicates."""
    found: dict[str, None] = {}
    for values in [_files().get(language, {})] if language else _files().values():
        for key in keys:
            values = values.get(key, {})
        found |= dict.fromkeys(values.split(" | ") if values else ())
    return tuple(found)


def word_groups(key: str) -> dict[str, tuple[str, ...]]:
    """The words of all files under each key of a mapping: `{"2": ("hundred", "trăm"), "3": …}`."""
    return {name: words(key, name) for values in _files().values() for name in values.get(key, {})}


def alternatives(some: Iterable[str]) -> str:
    """A regular expression that matches any of these words, longest first; a final `*` stands for any more letters."""
    return "|".join(re.escape(word).replace(r"\*", r"\w*") for word in sorted(some, key=len, reverse=True))
