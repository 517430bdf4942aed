"""Reads YAML and TOML mappings by tables of known keys; missing, unknown and wrong keys are reported with their place.

A table (`Keys`) says what each key may hold; `KeyedReader.read` checks a mapping against it and converts its values.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..problems import Problem, Span, did_you_mean
from .located import LocatedMapping

# similarity above which an unknown key counts as misspelt, if further keys are allowed
_ALIKE = 0.8


@dataclass(frozen=True)
class Key:
    """A known key."""

    read: Callable[[Any], Any]
    """Converts the value; raises ValueError if it is of another kind."""
    asked: str = ""
    """The message for such a value, following the key's name: `must be a text`."""
    hint: str = ""
    """A hint for a wrong or missing value, usually an example."""
    missing: str = ""
    """The message if the key is missing or blank; empty if the key is optional."""
    missing_code: str = ""
    keys: Keys | None = None
    """The keys of the mapping under this key, or of each mapping in its list."""
    item_mistake: Callable[[Any], tuple[str, str] | None] | None = None
    """A message and hint for a bad item of its list, which is dropped; None for a good one."""
    languages: Sequence[str] = ()
    """The languages that its text must be given in."""
    language_code: str = ""
    """The problem code for a missing language."""
    choices: Sequence[object] = ()
    """The allowed values, for hints."""
    is_offered: bool = True
    """Whether hints for unknown keys may suggest it."""


Keys = Mapping[str, Key]
"""Known keys by name."""
FURTHER = "*"
"""The entry in a table for unknown keys, which are then allowed unless they look like a misspelt known key."""


def where(holds: Callable[[Any], bool]) -> Callable[[Any], Any]:
    """A `Key.read` that accepts the values for which `holds` is true, unchanged."""

    def read(value: Any) -> Any:
        if not holds(value):
            raise ValueError(value)
        return value

    return read


def is_list_of(value: object, kind: type) -> bool:
    """Whether a value is a list whose items all have this type."""
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


def is_texts(value: object) -> bool:
    """Whether a value is a mapping of texts, e.g. a text in each language."""
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _is_whole(value: object) -> bool:
    # bool is a subclass of int
    return isinstance(value, int) and not isinstance(value, bool)


def day(value: object) -> datetime.date:
    """A `Key.read` for dates, also as text."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, str):
        return datetime.date.fromisoformat(value)
    if not isinstance(value, datetime.date):
        raise ValueError(value)
    return value


ANY = Key(lambda value: value)
TEXT = Key(where(lambda value: isinstance(value, str)), "must be a text")
TEXTS = Key(where(is_texts), "must have a text for each language")
LIST = Key(where(lambda value: isinstance(value, list)), "must be a list")
ITEMS = Key(where(lambda value: is_list_of(value, dict)), "must be a list of mappings")
MAPPING = Key(where(lambda value: isinstance(value, dict)), "must be a mapping")
FLAG = Key(where(lambda value: isinstance(value, bool)), "must be true or false")
WHOLE = Key(where(_is_whole), "must be a whole number")
COUNT = Key(where(lambda value: _is_whole(value) and value >= 0), "must be a whole number")
DAY = Key(day, "must be a date", "e.g. 2024-12-31")


def translated(languages: Sequence[str], language_code: str, hint: str = "", alone: str | None = None) -> Key:
    """A key with a text in each language. A single text counts for the language `alone` ("": all), if that is given."""

    def read(value: object) -> Mapping[str, str]:
        if isinstance(value, str) and value and alone is not None:
            return {alone: value}
        text: Mapping[str, str] = TEXTS.read(value)
        return text

    return Key(read, TEXTS.asked, hint, languages=languages, language_code=language_code)


@dataclass(frozen=True)
class KeyedReader:
    """Reads the mappings of one document, adding mistakes to `problems`."""

    located: LocatedMapping
    problems: list[Problem]
    code: str
    """The problem code for wrong values."""
    unknown: str
    """The problem code for unknown keys."""
    unknown_hint: str = ""
    """The hint for an unknown key that resembles no known one (default: list the known keys)."""
    whole: Span | None = None
    """The place to report missing keys at (default: the first line)."""
    has_null: bool = False
    """Whether null is a value; otherwise a null key counts as missing."""

    def problem(self, message: str, *path: str | int, code: str = "", hint: str = "") -> None:
        """Report a problem at a path."""
        self.problems.append(Problem(code or self.code, message, self.span(*path), hint))

    def span(self, *path: str | int) -> Span:
        """The place of a path, or of the nearest key above it."""
        if self.whole and not (path and path[0] in self.located.values):
            return self.whole
        return self.located.span(*path)

    def read(self, values: Mapping[str, Any], keys: Keys, *path: str | int) -> dict[str, Any]:
        """The converted values of `values`, the mapping at `path`; wrong ones are dropped."""
        found: dict[str, Any] = {}
        wrong = set()
        for name, value in values.items():
            key = keys.get(name) or self._further(name, keys, *path)
            if key is None or (value is None and not self.has_null):
                continue
            try:
                found[name] = self._inside(key.read(value), key, *path, name)
            except ValueError:
                wrong.add(name)
                self.problem(f"`{name}` {key.asked}", *path, name, hint=self._hint(name, value, key, *path))
            else:
                self._check_languages(name, found[name], key, *path, name)
        for name, key in keys.items():
            if key.missing and name not in wrong and _is_blank(found.get(name)) and not is_misspelt(name, values, keys):
                self.problem(key.missing, *path, name, code=key.missing_code, hint=key.hint)
        return found

    def _further(self, name: str, keys: Keys, *path: str | int) -> Key | None:
        """The `Key` for an unknown key, if allowed; others are reported."""
        if FURTHER in keys and not difflib.get_close_matches(name, keys, n=1, cutoff=_ALIKE):
            return keys[FURTHER]
        known = [other for other, key in keys.items() if key.is_offered and other != FURTHER]
        hint = did_you_mean(name, known) or self.unknown_hint or f"known: {', '.join(sorted(known))}"
        self.problem(f'unknown key "{name}"', *path, name, code=self.unknown, hint=hint)
        return None

    def _inside(self, value: Any, key: Key, *path: str | int) -> Any:
        """A value with its own keys and items checked, without the wrong ones."""
        if key.item_mistake is not None:
            mistakes = [key.item_mistake(item) for item in value]
            for message, hint in filter(None, mistakes):
                self.problem(message, *path, hint=hint)
            return [item for item, mistake in zip(value, mistakes, strict=True) if not mistake]
        if key.keys is None:
            return value
        if isinstance(value, list):
            return [self.read(item, key.keys, *path, index) for index, item in enumerate(value)]
        return self.read(value, key.keys, *path)

    def _check_languages(self, name: str, text: Any, key: Key, *path: str | int) -> None:
        """Report unknown and missing languages of a text; "" stands for all."""
        if not (text and key.languages):
            return
        for language in text:
            if language and language not in key.languages:
                hint = did_you_mean(language, key.languages)
                self.problem(f'no language "{language}"', *path, language, code=self.unknown, hint=hint)
        for language in key.languages if "" not in text else ():
            if not text.get(language, "").strip():
                self.problem(f'`{name}` is missing in "{language}"', *path, code=key.language_code)

    def _hint(self, name: str, value: object, key: Key, *path: str | int) -> str:
        """The closest choice, or how to quote a text that YAML reads as a number or date; else the key's hint."""
        if key.choices:
            return closest(str(value), map(str, key.choices))
        is_plain = isinstance(value, int | float | datetime.date | datetime.time)
        written = re.search(rf"(?<![\w-]){re.escape(name)}(:|\s*=)\s*([^,#{{}}]+)", self.span(*path, name).excerpt)
        if key.asked == TEXT.asked and is_plain and written:
            return f'put it in quotes: {name}{written[1]} "{written[2].strip()}"'
        return key.hint


def closest(name: str, known: Iterable[str]) -> str:
    """A hint with the closest known name, or an empty string."""
    hint = did_you_mean(name, known)
    return hint if hint.startswith("did") else ""


def is_misspelt(name: str, values: Mapping[str, Any], keys: Container[str]) -> bool:
    """Whether an unknown key, already reported, looks like a misspelt `name`."""
    return any(closest(other, (name,)) for other in values if other not in keys)


def _is_blank(value: object) -> bool:
    return value is None or value == {} or (isinstance(value, str) and not value.strip())
