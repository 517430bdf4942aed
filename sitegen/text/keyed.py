"""One reader of keyed data: site.toml, front matter, derived.toml, rules.toml, the fences of charts.

Whoever reads a document names the keys that it knows, and takes each as the type it has. What is wrong is gathered with
its place: unknown keys with the one that was probably meant, missing ones unless they are only misspelt, wrong types.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from ..problems import Problem, Span, did_you_mean
from .located import KeyPath, LocatedMapping

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class KeyedReader:
    """Takes the keys out of a mapping, or out of the table that stands at `path` in it.

    `code` is the code of a problem with a value, `key_code` that of one with a key; `known` are the keys that a mapping
    may have.
    """

    located: LocatedMapping
    problems: list[Problem]
    code: str
    key_code: str
    known: Sequence[str] = ()
    path: KeyPath = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls, located: LocatedMapping, problems: list[Problem], code: str, key_code: str, known: Sequence[str]
    ) -> KeyedReader:
        """The reader of a whole document."""
        return cls(located, problems, code, key_code, known, (), located.values)

    def below(self, known: Sequence[str], *path: str | int) -> KeyedReader:
        """The reader of a table in this one, which has these keys; of an empty one, where there is no such table."""
        value: Any = self.values
        for key in path:
            value = value[key] if isinstance(key, int) else value.get(key) if isinstance(value, Mapping) else None
        return replace(self, known=known, path=(*self.path, *path), values=value if isinstance(value, dict) else {})

    def span(self, *path: str | int) -> Span:
        """The place of a key, or of the nearest one above it."""
        return self.located.span(*self.path, *path)

    def problem(self, message: str, *path: str | int, code: str = "", hint: str = "") -> None:
        """Something wrong at a key."""
        self.problems.append(Problem(code or self.code, message, self.span(*path), hint))

    def check_keys(self, otherwise: str = "", known: Sequence[str] = (), *path: str | int) -> None:
        """Tell every key that is not known; `otherwise` is the hint where none is like it.

        `known` and `path` are for a mapping below this one.
        """
        names = known or self.known
        for key in self.below(names, *path).values if path else self.values:
            if key not in names:
                hint = did_you_mean(str(key), names) or otherwise
                self.problem(f'unknown key "{key}"', *path, str(key), code=self.key_code, hint=hint)

    def is_misspelt(self, key: str) -> bool:
        """Whether a key that isn't there is probably one of those that are not known, which are told."""
        unknown = (str(name) for name in self.values if name not in self.known)
        return any(did_you_mean(name, (key,)).startswith("did") for name in unknown)

    def missing(self, key: str, message: str, hint: str, code: str = "") -> None:
        """Tell a key that must be there; not one that is misspelt, which is told."""
        if not self.is_misspelt(key):
            span = self.span() if self.path else Span(self.located.source.name)
            self.problems.append(Problem(code or self.code, message, span, hint))

    def value(self, key: str, kind: type[_Value], wanted: str, default: _Value) -> _Value:
        """The value of a key, which `must be {wanted}`; the default where it isn't there, or is none."""
        value = self.values.get(key)
        if value is None:
            return default
        # True is an int to Python, but `weight: true` is a mistake
        if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
            return value
        written = self.span(key).excerpt.partition(":")[2].strip()
        quotable = kind is str and isinstance(value, int | float | datetime.date)
        self.problem(f"`{key}` must be {wanted}", key, hint=f'put it in quotes: {key}: "{written}"' if quotable else "")
        return default

    def checked(self, key: str, is_right: Callable[[Any], bool], message: str, hint: str, default: Any) -> Any:
        """The value of a key; the default where it isn't there, or is not right, which is told in these words."""
        value = self.values.get(key, default)
        if is_right(value):
            return value
        self.problem(message, key, hint=hint)
        return default

    def texts(self, key: str, example: str) -> Mapping[str, str] | None:
        """A table with a text a language; None where it isn't there, or something is wrong with it as a whole.

        `example` shows how it is written. The caller holds it against the languages.
        """
        value = self.values.get(key)
        if value is None:
            return None
        if not is_table_of_texts(value):
            self.problem(f"`{key}` has a text a language", key, hint=example)
            return None
        texts: Mapping[str, str] = value
        return texts


def is_list_of_texts(value: object) -> bool:
    """Whether a value is a list with nothing but texts in it."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def is_table_of_texts(value: object) -> bool:
    """Whether a value is a table with nothing but texts in it."""
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
