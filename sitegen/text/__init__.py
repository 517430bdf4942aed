"""Texts, YAML and TOML, with the place of every key: whoever reads them must be able to say where a mistake stands.
Patterns that authors write are matched here, too.
"""

from __future__ import annotations

from .author_patterns import SLOW_HINT, AuthorPattern, PatternError
from .keyed import (
    ANY,
    COUNT,
    DAY,
    FLAG,
    FURTHER,
    ITEMS,
    LIST,
    MAPPING,
    TEXT,
    TEXTS,
    WHOLE,
    Key,
    KeyedReader,
    Keys,
    closest,
    is_list_of,
    translated,
    where,
)
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
    "ANY",
    "COUNT",
    "DAY",
    "FLAG",
    "FURTHER",
    "ITEMS",
    "LIST",
    "MAPPING",
    "SLOW_HINT",
    "TEXT",
    "TEXTS",
    "WHOLE",
    "AuthorPattern",
    "Key",
    "KeyPath",
    "KeyedReader",
    "Keys",
    "LocatedMapping",
    "PatternError",
    "SourceText",
    "UnreadText",
    "closest",
    "decode_text",
    "front_matter",
    "is_list_of",
    "load_toml",
    "load_toml_if_there",
    "load_yaml",
    "read_text",
    "translated",
    "where",
]
