"""Texts, YAML and TOML, with the place of every key: whoever reads them must be able to say where a mistake stands.
Patterns that authors write are matched here, too.
"""

from __future__ import annotations

from .author_patterns import SLOW_HINT, AuthorPattern, PatternError
from .located import (
    KeyPath,
    LocatedMapping,
    SourceText,
    UnreadText,
    decode_text,
    front_matter,
    load_toml,
    load_toml_if_there,
    load_yaml,
    read_text,
)

__all__ = [
    "SLOW_HINT",
    "AuthorPattern",
    "KeyPath",
    "LocatedMapping",
    "PatternError",
    "SourceText",
    "UnreadText",
    "decode_text",
    "front_matter",
    "load_toml",
    "load_toml_if_there",
    "load_yaml",
    "read_text",
]
