"""Reads derived.toml and rules.toml; every mistake is reported with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from ...content import LONGEST_NAME
from ...model import Expression, Settings, Statement, Text
from ...problems import Problem
from ...text import TEXT, Key, KeyedReader, Keys, LocatedMapping, SourceText, load_toml_if_there, translated
from ..contract import KEY_PATTERN
from ..values import period_mistake, quoted
from .syntax import ExpressionError, parse_expression, parse_statement

_ID = re.compile(KEY_PATTERN + r"\Z")
# the exponents of roundings go from -15 to 15
_FURTHEST = 15
_Parsed = TypeVar("_Parsed")


def _text_key(name: str, languages: Sequence[str], required: bool = False) -> Key:
    """A key with a text in each language; one text is enough for a site with one language."""
    example = f"{name} = {{ {', '.join(f'{language} = …' for language in languages)} }}"
    alone = languages[0] if len(languages) == 1 else None
    key = translated(languages, "calculation-language", example, alone)
    return replace(key, missing=f"`{name}` is missing" if required else "")


def _derived_keys(languages: Sequence[str]) -> Keys:
    return {
        "value": replace(TEXT, hint='value = "…"', missing="`value` is missing"),
        "label": _text_key("label", languages, required=True),
        "unit": TEXT,
        "rounding": Key(_rounding, "is a power of ten", "e.g. 0.1, 1, 1000"),
        "period": TEXT,
        "period_note": _text_key("period_note", languages),
        "area": TEXT,
        "note": _text_key("note", languages),
    }


def _rule_keys(languages: Sequence[str]) -> Keys:
    return {
        "rule": replace(TEXT, hint='rule = "…"', missing="`rule` is missing"),
        "title": _text_key("title", languages, required=True),
        "explanation": _text_key("explanation", languages),
    }


@dataclass(frozen=True)
class DeclaredFigure:
    """A table of derived.toml. `written` is its `value`; `rounding` is a power of ten."""

    id: str
    written: str
    expression: Expression
    located: LocatedMapping
    label: Text
    unit: str = ""
    rounding: Decimal | None = None
    period: str = ""
    period_note: Text = field(default_factory=dict)
    area: str = ""
    note: Text = field(default_factory=dict)

    @property
    def line(self) -> int:
        return self.located.line(self.id)


@dataclass(frozen=True)
class DeclaredRule:
    """A table of rules.toml. One with an explanation is a known disagreement."""

    id: str
    written: str
    statement: Statement
    located: LocatedMapping
    title: Text
    explanation: Text = field(default_factory=dict)

    @property
    def line(self) -> int:
        return self.located.line(self.id)


@dataclass(frozen=True)
class Declarations:
    """The content of both files. `lost` are the ids of figures with a mistake."""

    figures: tuple[DeclaredFigure, ...] = ()
    rules: tuple[DeclaredRule, ...] = ()
    lost: frozenset[str] = frozenset()
    derived_source: SourceText | None = None
    rules_source: SourceText | None = None


def load_declarations(content: Path, settings: Settings, problems: list[Problem]) -> Declarations:
    """Read `content/data/derived.toml` and `rules.toml`; either may be missing. Mistakes are added to `problems`."""
    languages = settings.languages
    figures: list[DeclaredFigure] = []
    rules: list[DeclaredRule] = []
    if derived := load_toml_if_there(content / "data" / "derived.toml", problems):
        for key, values, expression in _tables(derived, _derived_keys(languages), "value", parse_expression, problems):
            figures.append(DeclaredFigure(key, values.pop("value"), expression, derived, **values))
    if ruled := load_toml_if_there(content / "data" / "rules.toml", problems):
        for key, values, statement in _tables(ruled, _rule_keys(languages), "rule", parse_statement, problems):
            rules.append(DeclaredRule(key, values.pop("rule"), statement, ruled, **values))
    lost = frozenset(derived.values if derived else ()) - {item.id for item in figures}
    derived_source, rules_source = (located.source if located else None for located in (derived, ruled))
    return Declarations(tuple(figures), tuple(rules), lost, derived_source, rules_source)


def _tables(
    located: LocatedMapping, keys: Keys, main: str, parse: Callable[[str], _Parsed], problems: list[Problem]
) -> Iterator[tuple[str, dict[str, Any], _Parsed]]:
    """Each table without a mistake: its id, its values, and that of the key `main` parsed."""
    reader = KeyedReader(located, problems, "calculation-key", "calculation-key")
    for key, table in located.values.items():
        before = len(problems)
        if not isinstance(table, dict):
            reader.problem(f"`{key}` stands in no table", key, hint=f"[some-id]\n   {main} = …")
            continue
        if not _ID.match(key) or len(key) > LONGEST_NAME:
            hint = f"small letters, digits and hyphens, at most {LONGEST_NAME} of them"
            reader.problem(f"{quoted(key)} is no id", key, code="value-pattern", hint=hint)
            continue
        values = reader.read(table, keys, key)
        if (period := values.get("period")) and (mistake := period_mistake(period)):
            code, message, hint = mistake
            reader.problem(message, key, "period", code=code, hint=hint)
        written = values.get(main, "")
        try:
            parsed = parse(written) if written.strip() else None
        except ExpressionError as error:
            place = reader.span(key, main)
            start = located.source.text.find(written, located.source.offset(place.line))
            place = located.source.at(start + error.offset) if start >= 0 else place
            problems.append(Problem("calculation-syntax", error.message, place, error.hint))
            continue
        if parsed and len(problems) == before:
            yield key, values, parsed


def _rounding(value: object) -> Decimal:
    """A power of ten of a sensible size: 1, 10, 0.1 …"""
    number = Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else Decimal(0)
    if number.normalize().as_tuple()[:2] != (0, (1,)) or abs(number.adjusted()) > _FURTHEST:
        raise ValueError(value)
    return number
