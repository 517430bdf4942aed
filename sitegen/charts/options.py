"""The options that a chart fence has, and how each is read: text, name, list, number, date. Mistakes are gathered."""

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
# What each kind asks for beside these; a kind is whatever has an entry here.
KIND_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "line": (*FIGURES, "low", "high", "zero", "breaks", "annotations"),
    "bar": (*FIGURES, "arrangement", "low", "high"),
    "slope": (*FIGURES, "zero"),
    "dot-range": (*FIGURES, "low", "high", "zero"),
    "waffle": (*FIGURES, "squares"),
    "small-multiples": (*FIGURES, "zero", "breaks"),
    "timeline": ("events", "table", "date", "text"),
    "tile-map": FIGURES,
    "progress": (*FIGURES, "target"),
    "python": (*FIGURES, "function", "table"),
}
CHART_KINDS = tuple(KIND_OPTIONS)
_ALL = tuple(dict.fromkeys((*COMMON, *(option for options in KIND_OPTIONS.values() for option in options))))
RenderText = Callable[[str, int], str]
"""Works out the Jinja2 in a text that begins at a line of the page's file."""


@dataclass(frozen=True)
class FencePlace:
    """Where a fence stands: the line below its backticks.

    `taken` says where a chart before it has an id; `reads` are told what is asked of the data.
    """

    source: SourceText
    first_line: int
    taken: Callable[[str], Span | None]
    reads: Reads


@dataclass
class FenceReader:
    """Reads the options of one fence; what is wrong is gathered in `problems`."""

    located: LocatedMapping
    place: FencePlace
    dataset: Dataset
    form: FigureFormat
    render: RenderText
    problems: list[Problem] = field(default_factory=list)

    @property
    def values(self) -> Mapping[str, Any]:
        return self.located.values

    @property
    def language(self) -> str:
        return self.form.language

    def problem(self, code: str, message: str, *path: str | int, hint: str = "") -> None:
        """Something wrong at a key of the fence, or at the fence itself where the key isn't there."""
        known = path and path[0] in self.values
        span = self.located.span(*path) if known else self.located.source.span(self.place.first_line)
        self.problems.append(Problem(code, message, span, hint))

    def check_names(self, kind: str) -> None:
        """Tell every option that the kind does not know."""
        known = (*COMMON, *KIND_OPTIONS[kind]) if kind in KIND_OPTIONS else _ALL
        for key in self.values:
            owners = [name for name, options in KIND_OPTIONS.items() if key in options]
            if key not in known and owners:
                of = f"it is one of {', '.join(owners)}"
                self.problem("chart-option", f'a {kind} chart has no option "{key}"', key, hint=of)
            elif key not in known:
                self.problem("chart-option", f'unknown option "{key}"', key, hint=did_you_mean(str(key), known))

    def missing(self, key: str, message: str, hint: str = "") -> None:
        """Something that a chart needs; not told of a key that is misspelt or has a wrong value, which is told."""
        unknown = [other for other in self.values if other not in _ALL]
        misspelt = any(did_you_mean(str(other), (key,)).startswith("did") for other in unknown)
        if not misspelt and not isinstance(self.values.get(key), int | float | list | dict):
            self.problem("chart-option", message, key, hint=hint)

    def text(self, key: str) -> str:
        """A text with its Jinja2 worked out; empty when it isn't there."""
        return self.text_at(self.values.get(key), key)

    def text_at(self, value: Any, *path: str | int) -> str:
        """A value as a text; `path` says where it stands."""
        if value is None or value == "":
            return ""
        if not isinstance(value, str):
            plain = isinstance(value, int | float | datetime.date)
            hint = f'put it in quotes: {path[-1]}: "{value}"' if plain else ""
            self.problem("chart-option", f"`{path[-1]}` must be a text", *path, hint=hint)
            return ""
        return self.render(value, self.located.span(*path).line).strip()

    def names(self, key: str) -> Sequence[str]:
        """An option that is a name or a list of names."""
        value: Any = self.values.get(key)
        values = value if isinstance(value, list) else [] if value in (None, "") else [value]
        if not all(isinstance(item, str) for item in values):
            self.problem("chart-option", f"`{key}` is a name, or a list of names", key)
            return []
        return values

    def name(self, key: str) -> str:
        """An option that is one name."""
        names = self.names(key)
        if len(names) > 1:
            self.problem("chart-option", f"`{key}` is one name", key)
        return names[0] if names else ""

    def choice(self, key: str, choices: Sequence[Any]) -> Any:
        """An option that is one of a few; None when it isn't there, or is none of them."""
        value = self.values.get(key)
        if value is None or any(value == choice and type(value) is type(choice) for choice in choices):
            return value
        hint = did_you_mean(str(value), map(str, choices)) or f"one of: {', '.join(map(str, choices))}"
        self.problem("chart-option", f'`{key}` can\'t be "{value}"', key, hint=hint)
        return None

    def flag(self, key: str, default: bool) -> bool:
        """An option that is true or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.problem("chart-option", f"`{key}` is true or false", key)
            return default
        return value

    def items(self, key: str, needed: Sequence[str], further: Sequence[str] = ()) -> Sequence[tuple[int, Any]]:
        """An option that is a list of mappings; those that are well-formed, with their places."""
        value = self.values.get(key)
        if value is None:
            return []
        values = [value] if isinstance(value, dict) else value
        form = ", ".join(f"{name}: …" for name in needed)
        if not isinstance(values, list):
            self.problem("chart-option", f"`{key}` is a list", key, hint=f"each begins with “- ”: - {{{form}}}")
            return []
        return [(place, item) for place, item in enumerate(values) if self._item(key, place, item, needed, further)]

    def _item(self, key: str, place: int, item: Any, needed: Sequence[str], further: Sequence[str]) -> bool:
        if not isinstance(item, dict):
            form = ", ".join(f"{name}: …" for name in needed)
            self.problem("chart-option", f"each of `{key}` has {' and '.join(needed)}", key, place, hint=f"{{{form}}}")
            return False
        good = True
        for name in item:
            if name not in (*needed, *further):
                hint = did_you_mean(str(name), (*needed, *further))
                self.problem("chart-option", f'unknown option "{name}"', key, place, str(name), hint=hint)
        for name in needed:
            if item.get(name) in (None, ""):
                self.problem("chart-option", f"it needs `{name}`", key, place)
                good = False
        return good

    def period(self, value: Any, *path: str | int) -> str:
        """An ISO 8601 period as YAML has it (a year is a number, a day a date) as text; empty when it is none."""
        text = str(value)
        try:
            day_of(text)
        except ValueError:
            self.problem("chart-option", f'"{text}" is no date', *path, hint="e.g. 2024, 2024-12 or 2024-12-31")
            return ""
        return text
