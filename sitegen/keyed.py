"""One reader of keyed data: what is missing, unknown or of the wrong kind is told at its place.

A table of known keys (`Keys`) says what each key may hold; `KeyedReader.read` takes a mapping apart by it.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .located import LocatedMapping
from .problems import Problem, Span, did_you_mean

_LIKE_ENOUGH = 0.8


@dataclass(frozen=True)
class Key:
    """A known key.

    `read` gives the value as its type, and raises ValueError for one of another kind; `asked` is what a message says of
    that, after the key's name. `missing` is the message where a required key is not given, or blank. `keys` are those
    of the mapping that the key holds, or of each mapping in its list. `item_mistake` gives a message and a hint for an
    item of its list that is wrong, and is left out. `languages` are those in which its text must be given;
    `language_code` is the code of the message that one is missing.
    """

    read: Callable[[Any], Any]
    asked: str = ""
    hint: str = ""
    missing: str = ""
    missing_code: str = ""
    keys: Keys | None = None
    item_mistake: Callable[[Any], tuple[str, str] | None] | None = None
    languages: Sequence[str] = ()
    language_code: str = ""


Keys = Mapping[str, Key]
"""Known keys by their names. Under `FURTHER` unknown ones are kept, unless they look like a known one misspelt."""
FURTHER = "*"


def where(holds: Callable[[Any], bool]) -> Callable[[Any], Any]:
    """A `Key.read` that takes the values for which `holds` is true as they are."""

    def read(value: Any) -> Any:
        if not holds(value):
            raise ValueError(value)
        return value

    return read


def is_list_of(value: object, kind: type) -> bool:
    """Whether a value is a list of such items only."""
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


def is_texts(value: object) -> bool:
    """Whether a value is a mapping of texts, e.g. a text in each language."""
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _is_whole(value: object) -> bool:
    # True is an int to Python
    return isinstance(value, int) and not isinstance(value, bool)


def day(value: object) -> datetime.date:
    """A `Key.read` of a date, written as one or as a text."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, str):
        return datetime.date.fromisoformat(value)
    if not isinstance(value, datetime.date):
        raise ValueError(value)
    return value


ANY = Key(lambda value: value)
TEXT = Key(where(lambda value: isinstance(value, str)), "must be a text")
TEXTS = Key(where(is_texts), "has a text a language")
LIST = Key(where(lambda value: isinstance(value, list)), "must be a list")
ITEMS = Key(where(lambda value: is_list_of(value, dict)), "must be a list of mappings")
MAPPING = Key(where(lambda value: isinstance(value, dict)), "must be a mapping")
FLAG = Key(where(lambda value: isinstance(value, bool)), "must be true or false")
WHOLE = Key(where(_is_whole), "must be a whole number")
COUNT = Key(where(lambda value: _is_whole(value) and value >= 0), "must be a whole number")
DAY = Key(day, "must be a date", "e.g. 2024-12-31")


def translated(languages: Sequence[str], language_code: str, hint: str = "", alone: str | None = None) -> Key:
    """A key with a text in each language. One text by itself is that of the language `alone`, if given ("": of all)."""

    def read(value: object) -> Mapping[str, str]:
        if isinstance(value, str) and value and alone is not None:
            return {alone: value}
        text: Mapping[str, str] = TEXTS.read(value)
        return text

    return Key(read, TEXTS.asked, hint, languages=languages, language_code=language_code)


@dataclass(frozen=True)
class KeyedReader:
    """Reads the mappings of one document, and adds what is wrong with them to `problems`.

    `code` is that of a wrong value, `unknown` that of an unknown key, for which `unknown_hint` is given where no known
    key is like it. `whole` is the place of what is not in the document (default: its first line). `has_null`: null is a
    value, else a key with it counts as not given.
    """

    located: LocatedMapping
    problems: list[Problem]
    code: str
    unknown: str
    unknown_hint: str = ""
    whole: Span | None = None
    has_null: bool = False

    def problem(self, message: str, *path: str | int, code: str = "", hint: str = "") -> None:
        """Add what is wrong at a path."""
        self.problems.append(Problem(code or self.code, message, self.span(*path), hint))

    def span(self, *path: str | int) -> Span:
        """The place of a path, or of the nearest above it."""
        if self.whole and not (path and path[0] in self.located.values):
            return self.whole
        return self.located.span(*path)

    def read(self, values: Mapping[str, Any], keys: Keys, *path: str | int) -> dict[str, Any]:
        """The known keys of `values`, a mapping at `path`, with their values as their types; without what is wrong."""
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
        """What an unknown key may hold where further keys are kept; else it is told."""
        if FURTHER in keys and not difflib.get_close_matches(name, keys, n=1, cutoff=_LIKE_ENOUGH):
            return keys[FURTHER]
        known = [key for key in keys if key != FURTHER]
        hint = did_you_mean(name, known) or self.unknown_hint or f"known: {', '.join(sorted(known))}"
        self.problem(f'unknown key "{name}"', *path, name, code=self.unknown, hint=hint)
        return None

    def _inside(self, value: Any, key: Key, *path: str | int) -> Any:
        """A value at a path without what is wrong inside it."""
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
        """Tell which languages a text has that the site has not, and which it lacks; "" stands for all of them."""
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
        """How to write a text that was read as something else, else an example of the key."""
        is_plain = isinstance(value, int | float | datetime.date | datetime.time)
        written = re.search(rf"{re.escape(name)}(:|\s*=)\s*([^,#{{}}]+)", self.span(*path, name).excerpt)
        if key.asked == TEXT.asked and is_plain and written:
            return f'put it in quotes: {name}{written[1]} "{written[2].strip()}"'
        return key.hint


def closest(name: str, known: Iterable[str]) -> str:
    """A hint where one of the known names is like this one, else nothing."""
    hint = did_you_mean(name, known)
    return hint if hint.startswith("did") else ""


def is_misspelt(name: str, values: Mapping[str, Any], keys: Container[str]) -> bool:
    """Whether an unknown key is like `name`: it is told already."""
    return any(closest(other, (name,)) for other in values if other not in keys)


def _is_blank(value: object) -> bool:
    return value is None or value == {} or (isinstance(value, str) and not value.strip())
