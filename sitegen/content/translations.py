"""Outdated translations: `content/translations.toml` records the hash of the original that each was made from.

The original is the page in the site's default language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..model import Content, Settings, WrittenPage
from ..problems import Problem, SiteError, Span, did_you_mean
from ..text import load_toml_if_there

RECORD = "translations.toml"
_HEADER = "# What each translation was made from; written by `check --accept-translation`.\n"


@dataclass(frozen=True)
class Translation:
    """A page and its original."""

    page: WrittenPage
    original: WrittenPage

    @property
    def hash(self) -> str:
        """The hash of the original's text, ignoring whitespace."""
        page = self.original
        params = json.dumps(page.params, sort_keys=True, ensure_ascii=False, default=str)
        text = "\n".join(" ".join(part.split()) for part in (page.title, page.description, params, page.body))
        return hashlib.sha256(text.encode()).hexdigest()


def translations(content: Content, settings: Settings) -> Iterator[Translation]:
    """Every page with an original in the default language."""
    originals = {page.translation_key: page for page in content.written if page.language == settings.default_language}
    for page in content.written:
        if page.language != settings.default_language and page.translation_key in originals:
            yield Translation(page, originals[page.translation_key])


def outdated_translations(
    root: Path, content: Content, settings: Settings, thorough: bool, problems: list[Problem]
) -> frozenset[tuple[str, str]]:
    """The language and key of each page whose original has changed since its translation was accepted.

    Each is a warning, or an error if `thorough`. Without a translations.toml, nothing is checked.
    """
    record = load_toml_if_there(root / RECORD, problems)
    if record is None:
        return frozenset()
    known = {item.page.file: item for item in translations(content, settings)}
    unreadable = {path.as_posix() for path in content.unreadable}
    held_back = {page.file for page in content.held_back}
    for path in set(record.values) - set(known) - unreadable - held_back:
        hint = did_you_mean(path, known)
        problems.append(Problem("translation-unknown", f'no translation "{path}"', record.span(path), hint, "warning"))
    outdated = set()
    for path, item in known.items():
        entry = record.values.get(path)
        hint = f"translate what changed, then: python build.py check --accept-translation {item.page.key}"
        if entry is None:
            message = f"there is no record of what this was translated from ({item.original.source.name})"
            problems.append(Problem("translation-unrecorded", message, item.page.source.span(1), hint, "warning"))
        elif entry != item.hash:
            message = f"{item.original.source.name} has changed since this was translated"
            severity: Literal["error", "warning"] = "error" if thorough else "warning"
            problems.append(Problem("translation-outdated", message, item.page.source.span(1), hint, severity))
            outdated.add((item.page.language, item.page.key))
    return frozenset(outdated)


def accepted_record(root: Path, content: Content, settings: Settings, keys: Sequence[str]) -> tuple[str, int]:
    """The text of translations.toml with the translations of these pages (none: all) accepted, and their number.

    Raises SiteError for a key without a translated page.
    """
    known = list(translations(content, settings))
    names = {item.page.key for item in known}
    if unknown := [key for key in keys if key not in names]:
        span = Span("--accept-translation")
        raise SiteError(
            [Problem("page-unknown", f'no translated page "{key}"', span, did_you_mean(key, names)) for key in unknown]
        )
    record = load_toml_if_there(root / RECORD, [])
    accepted = [item for item in known if not keys or item.page.key in keys]
    current = {item.page.file: item.hash for item in accepted}
    kept: Mapping[str, object] = record.values if record else {}
    paths = {item.page.file for item in known}
    merged = {**{path: str(value) for path, value in kept.items() if path in paths}, **current}
    lines = [f'"{path}" = "{value}"\n' for path, value in sorted(merged.items())]
    return _HEADER + "".join(lines), len(current)
