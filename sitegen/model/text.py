"""Texts in several languages."""

from __future__ import annotations

from collections.abc import Mapping

Text = Mapping[str, str]
"""A text in each language; the key "" holds a text for all languages."""


def in_language(text: Text, language: str) -> str:
    """The text in a language, or that for all languages, or an empty string."""
    return text.get(language) or text.get("", "")
