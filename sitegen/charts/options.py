"""The options of chart fences: their types, and the reader that a kind gets for its fence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..facts import DataReader
from ..language import FigureFormat
from ..model import day_of
from ..problems import Problem, Span
from ..text import TEXT, Key, KeyedReader, Keys, SourceText, is_list_of, is_misspelt, where

RenderText = Callable[[str, int], str]
"""Renders the Jinja2 in a text that begins on this line of the page's file."""


def _names(value: object) -> Sequence[str]:
    values = value if isinstance(value, list) else [] if value == "" else [value]
    return list(where(lambda items: is_list_of(items, str))(values))


def _name(value: object) -> str:
    names = _names(value)
    if len(names) > 1:
        raise ValueError(value)
    return names[0] if names else ""


def _period(value: object) -> str:
    # YAML parses years as numbers, and days as dates
    day_of(str(value))
    return str(value)


def _periods(value: object) -> Sequence[str]:
    return list(map(_period, value if isinstance(value, list) else [value]))


def _mappings(value: object) -> Sequence[Any]:
    items = value if isinstance(value, list) else [value]
    return list(where(lambda values: is_list_of(values, dict))(items))


_DATE = "must be a date", "e.g. 2024, 2024-12 or 2024-12-31"
NAME = Key(_name, "must be a name")
NAMES = Key(_names, "must be a name, or a list of names")
PERIOD = Key(_period, *_DATE)
FIGURES: Keys = {"indicator": NAMES, "area": NAMES, "period": Key(_periods, *_DATE), "figures": NAMES}
"""The options of kinds that draw figures."""
COMMON: Keys = {
    "id": Key(
        TEXT.read, TEXT.asked, "e.g. loans-by-year", "a chart needs an `id` of lowercase letters, digits and hyphens"
    ),
    "kind": Key(TEXT.read, TEXT.asked, missing="a chart needs a `kind`"),
    "title": Key(TEXT.read, TEXT.asked, missing="a chart needs a `title`"),
    "subtitle": TEXT,
    "note": TEXT,
    "description": TEXT,
}
"""The options of all charts."""


def one_of(*choices: str | int) -> Key:
    """An option with one of these values."""
    is_choice = where(lambda value: any(value == choice and type(value) is type(choice) for choice in choices))
    return Key(is_choice, "must be one of: " + ", ".join(map(str, choices)), choices=choices)


def items(**keys: Key) -> Key:
    """An option that is a mapping or a list of mappings; keys with a `missing` message are required."""
    form = ", ".join(f"{name}: …" for name, key in keys.items() if key.missing)
    return Key(_mappings, "must be a list of mappings", f"start each with “- ”: - {{{form}}}", keys=keys)


def needed(key: Key, name: str) -> Key:
    """A required key of list items."""
    return Key(key.read, key.asked, key.hint, f"`{name}` is missing")


@dataclass(frozen=True)
class FencePlace:
    """Where a fence is; `first_line` is the line after its backticks.

    `taken` returns where an earlier chart has the same id, if any; `read` reads the data.
    """

    source: SourceText
    first_line: int
    taken: Callable[[str], Span | None]
    read: DataReader


@dataclass(frozen=True)
class FenceReader:
    """The options of one fence, and access to everything its kind needs. Collects problems."""

    place: FencePlace
    form: FigureFormat
    render: RenderText
    keyed: KeyedReader
    keys: Keys
    values: Mapping[str, Any]
    """The converted options; wrong ones are left out."""

    @property
    def problems(self) -> list[Problem]:
        return self.keyed.problems

    @property
    def language(self) -> str:
        return self.form.language

    @property
    def read(self) -> DataReader:
        return self.place.read

    def problem(self, code: str, message: str, *path: str | int, hint: str = "") -> None:
        """Add a problem at a key of the fence, or at the fence if it doesn't have the key."""
        self.keyed.problem(message, *path, code=code, hint=hint)

    def missing(self, message: str, *keys: str, code: str = "chart-option") -> None:
        """Add a problem if none of these keys is given, unless one is misspelt, which is reported already."""
        given = self.keyed.located.values
        if all(given.get(key) in (None, "") and not is_misspelt(key, given, self.keys) for key in keys):
            self.problem(code, message, keys[0])

    def is_wrong(self, *keys: str) -> bool:
        """Whether one of these keys has a wrong value, which is reported already."""
        given = self.keyed.located.values
        return any(given.get(key) is not None and key not in self.values for key in keys)

    def text(self, key: str) -> str:
        """A text with its Jinja2 rendered; empty if missing."""
        written = self.values.get(key, "")
        text = self.rendered(written, key)
        if written.strip() and not text and self.keys[key].missing:
            self.problem("chart-option", self.keys[key].missing, key)
        return text

    def rendered(self, text: str, *path: str | int) -> str:
        """The text at a path of keys with its Jinja2 rendered."""
        return self.render(text, self.keyed.span(*path).line).strip() if text else ""

    def names(self, key: str) -> Sequence[str]:
        """The value of an option that is a name or a list of names."""
        names: Sequence[str] = self.values.get(key, ())
        return names

    def name(self, key: str) -> str:
        """The value of an option that is one name."""
        name: str = self.values.get(key, "")
        return name

    def items(self, key: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """The items of an option that is a list of mappings, with their indexes, except incomplete ones."""
        keys = self.keys[key].keys or {}
        for index, item in enumerate(self.values.get(key, ())):
            if all(item.get(name) for name in keys if keys[name].missing):
                yield index, item
