"""Texts in several languages."""

from __future__ import annotations

from collections.abc import Mapping

Text = Mapping[str, str]
"""A text in each language; the key "" holds one that serves all of them."""


def in_language(text: Text, language: str) -> str:
    """The text in a language, or the one for all languages, or an empty string."""
    return text.get(language) or text.get("", "")
