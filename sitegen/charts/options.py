"""Reads the options of a chart fence: texts, names, lists, choices, dates."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..language import FigureFormat
from ..model import Dataset, Reads, day_of
from ..problems import Problem, Span, did_you_mean
from ..text import LocatedMapping, SourceText

COMMON = ("id", "kind", "title", "subtitle", "note", "description")
FIGURES = ("indicator", "area", "period", "figures")
RenderText = Callable[[str, int], str]
"""Renders the Jinja2 in a text that begins at this line of the page's file."""


@dataclass(frozen=True)
class FencePlace:
    """Where a fence is; `first_line` is the line after its backticks.

    `taken` says where an earlier chart has the same id, if any; `reads` records what is looked up in the data.
    """

    source: SourceText
    first_line: int
    taken: Callable[[str], Span | None]
    reads: Reads


@dataclass
class FenceReader:
    """Reads the options of one fence and collects problems."""

    located: LocatedMapping
    place: FencePlace
    dataset: Dataset
    form: FigureFormat
    render: RenderText
    known: Sequence[str]
    """The options of all kinds."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def values(self) -> Mapping[str, Any]:
        return self.located.values

    @property
    def language(self) -> str:
        return self.form.language

    def problem(self, code: str, message: str, *path: str | int, hint: str = "") -> None:
        """Add a problem at a key of the fence, or at the fence if it doesn't have the key."""
        known = path and path[0] in self.values
        span = self.located.span(*path) if known else self.located.source.span(self.place.first_line)
        self.problems.append(Problem(code, message, span, hint))

    def missing(self, key: str, message: str, hint: str = "") -> None:
        """Add a problem for a missing key, unless it is misspelt or has a value of a wrong type, which is reported."""
        unknown = [other for other in self.values if other not in self.known]
        misspelt = any(did_you_mean(str(other), (key,)).startswith("did") for other in unknown)
        if not misspelt and not isinstance(self.values.get(key), int | float | list | dict):
            self.problem("chart-option", message, key, hint=hint)

    def text(self, key: str) -> str:
        """A text with its Jinja2 rendered; empty if missing."""
        return self.text_at(self.values.get(key), key)

    def text_at(self, value: Any, *path: str | int) -> str:
        """The text at a path of keys, whose value this is."""
        if value is None or value == "":
            return ""
        if not isinstance(value, str):
            plain = isinstance(value, int | float | datetime.date)
            hint = f'put it in quotes: {path[-1]}: "{value}"' if plain else ""
            self.problem("chart-option", f"`{path[-1]}` must be a text", *path, hint=hint)
            return ""
        return self.render(value, self.located.span(*path).line).strip()

    def names(self, key: str) -> Sequence[str]:
        """The value of an option that is a name or a list of names."""
        value: Any = self.values.get(key)
        values = value if isinstance(value, list) else [] if value in (None, "") else [value]
        if not all(isinstance(item, str) for item in values):
            self.problem("chart-option", f"`{key}` is a name, or a list of names", key)
            return []
        return values

    def name(self, key: str) -> str:
        """The value of an option that is one name."""
        names = self.names(key)
        if len(names) > 1:
            self.problem("chart-option", f"`{key}` is one name", key)
        return names[0] if names else ""

    def choice(self, key: str, choices: Sequence[Any]) -> Any:
        """The value of an option that is one of these; None if it is missing or wrong."""
        value = self.values.get(key)
        if value is None or any(value == choice and type(value) is type(choice) for choice in choices):
            return value
        hint = did_you_mean(str(value), map(str, choices)) or f"one of: {', '.join(map(str, choices))}"
        self.problem("chart-option", f'`{key}` can\'t be "{value}"', key, hint=hint)
        return None

    def flag(self, key: str, default: bool) -> bool:
        """The value of an option that is true or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.problem("chart-option", f"`{key}` is true or false", key)
            return default
        return value

    def items(self, key: str, needed: Sequence[str], further: Sequence[str] = ()) -> Sequence[tuple[int, Any]]:
        """The valid items of an option that is a list of mappings, or a single one, with their indexes."""
        value = self.values.get(key)
        values = [value] if isinstance(value, dict) else [] if value is None else value
        form = f"{{{', '.join(f'{name}: …' for name in needed)}}}"
        if not isinstance(values, list):
            self.problem("chart-option", f"`{key}` is a list", key, hint=f"each begins with “- ”: - {form}")
            return []
        good = []
        for place, item in enumerate(values):
            if not isinstance(item, dict):
                self.problem("chart-option", f"each of `{key}` has {' and '.join(needed)}", key, place, hint=form)
                continue
            for name in (name for name in item if name not in (*needed, *further)):
                hint = did_you_mean(str(name), (*needed, *further))
                self.problem("chart-option", f'unknown option "{name}"', key, place, str(name), hint=hint)
            missing = [name for name in needed if item.get(name) in (None, "")]
            for name in missing:
                self.problem("chart-option", f"it needs `{name}`", key, place)
            if not missing:
                good.append((place, item))
        return good

    def period(self, value: Any, *path: str | int) -> str:
        """An ISO 8601 period as text (YAML reads a year as a number, a day as a date); empty if it is none."""
        text = str(value)
        try:
            day_of(text)
        except ValueError:
            self.problem("chart-option", f'"{text}" is no date', *path, hint="e.g. 2024, 2024-12 or 2024-12-31")
            return ""
        return text
