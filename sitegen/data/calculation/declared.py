"""derived.toml and rules.toml → what they declare, every mistake in them told at its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from ...content import LONGEST_NAME
from ...model import Call, Expression, Operation, Settings, Statement, Text
from ...problems import Problem, Span, did_you_mean
from ...text import LocatedMapping, SourceText, load_toml_if_there
from ..contract import KEY_PATTERN
from ..values import period_mistake, quoted
from .syntax import ExpressionError, parse_expression, parse_statement

DERIVED_KEYS = ("value", "label", "unit", "rounding", "period", "period_note", "area", "note")
RULE_KEYS = ("rule", "title", "explanation")
_ID = re.compile(KEY_PATTERN + r"\Z")
# the power of ten of the coarsest rounding, and of the finest
_FURTHEST = 15
_Parsed = TypeVar("_Parsed")


@dataclass(frozen=True)
class DeclaredFigure:
    """A table of derived.toml. Empty texts stand for what it leaves out; `rounding` is a power of ten."""

    id: str
    written: str
    expression: Expression
    label: Text
    unit: str
    rounding: Decimal | None
    period: str
    period_note: Text
    area: str
    note: Text
    located: LocatedMapping

    @property
    def line(self) -> int:
        return self.located.line(self.id)

    @property
    def is_share(self) -> bool:
        """Whether it is a percentage by itself."""
        return isinstance(self.expression, Call) and self.expression.function in ("change", "share")

    @property
    def is_ratio(self) -> bool:
        """Whether it is a plain number by itself: one thing divided by another."""
        match self.expression:
            case Call(function="ratio") | Operation(sign="/"):
                return True
        return False


@dataclass(frozen=True)
class DeclaredRule:
    """A table of rules.toml. One with an explanation is a known disagreement."""

    id: str
    written: str
    statement: Statement
    title: Text
    explanation: Text
    located: LocatedMapping

    @property
    def line(self) -> int:
        return self.located.line(self.id)


@dataclass(frozen=True)
class Declarations:
    """What both files declare. `lost` are the ids of figures that something is wrong with."""

    figures: tuple[DeclaredFigure, ...] = ()
    rules: tuple[DeclaredRule, ...] = ()
    lost: frozenset[str] = frozenset()
    derived_source: SourceText | None = None
    rules_source: SourceText | None = None


def load_declarations(content: Path, settings: Settings, problems: list[Problem]) -> Declarations:
    """Read `content/data/derived.toml` and `rules.toml`; either may be missing. Mistakes are added to `problems`."""
    derived = load_toml_if_there(content / "data" / "derived.toml", problems)
    rules = load_toml_if_there(content / "data" / "rules.toml", problems)
    figures = _Tables(derived, settings.languages, problems).figures() if derived else []
    found = tuple(_Tables(rules, settings.languages, problems).rules()) if rules else ()
    kept = tuple(item for item in figures if item)
    lost = frozenset(derived.values if derived else ()) - {item.id for item in kept}
    return Declarations(kept, found, lost, derived.source if derived else None, rules.source if rules else None)


def expression_span(source: SourceText, place: Span, written: str, offset: int) -> Span:
    """Where in a file a character of an expression stands, which is written at or below `place`."""
    start = source.text.find(written, source.offset(place.line))
    return source.at(start + offset) if written and start >= 0 else place


@dataclass
class _Tables:
    """Takes the tables out of one file and gathers what is wrong with them."""

    located: LocatedMapping
    languages: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)

    def figures(self) -> list[DeclaredFigure]:
        return [figure for key, values in self.tables(DERIVED_KEYS) if (figure := self.figure(key, values))]

    def rules(self) -> list[DeclaredRule]:
        return [rule for key, values in self.tables(RULE_KEYS) if (rule := self.rule(key, values))]

    def tables(self, keys: tuple[str, ...]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for key, values in self.located.values.items():
            if not isinstance(values, dict):
                hint = f"[some-id]\n   {keys[0]} = …"
                self.problem("calculation-key", f"`{key}` stands in no table", key, hint=hint)
                continue
            if not _ID.match(key) or len(key) > LONGEST_NAME:
                hint = f"small letters, digits and hyphens, at most {LONGEST_NAME} of them"
                self.problem("value-pattern", f"{quoted(key)} is no id", key, hint=hint)
                continue
            for name in values:
                if name not in keys:
                    self.problem("calculation-key", f'unknown key "{name}"', key, name, hint=did_you_mean(name, keys))
            yield key, values

    def problem(self, code: str, message: str, *path: str, hint: str = "") -> None:
        self.problems.append(Problem(code, message, self.located.span(*path), hint))

    def figure(self, key: str, values: Mapping[str, Any]) -> DeclaredFigure | None:
        before = len(self.problems)
        written = self.string(key, "value", values, required=True)
        expression = self.parsed(key, "value", written, parse_expression)
        declared = DeclaredFigure(
            id=key,
            written=written,
            expression=expression,  # type: ignore[arg-type]  # None is told, and the figure left out
            label=self.text(key, "label", values, required=True),
            unit=self.string(key, "unit", values),
            rounding=self.rounding(key, values),
            period=self.string(key, "period", values),
            period_note=self.text(key, "period_note", values),
            area=self.string(key, "area", values),
            note=self.text(key, "note", values),
            located=self.located,
        )
        if declared.period and (mistake := period_mistake(declared.period)):
            self.problem(mistake[0], mistake[1], key, "period", hint=mistake[2])
        return declared if len(self.problems) == before and expression else None

    def rule(self, key: str, values: Mapping[str, Any]) -> DeclaredRule | None:
        before = len(self.problems)
        written = self.string(key, "rule", values, required=True)
        statement = self.parsed(key, "rule", written, parse_statement)
        title = self.text(key, "title", values, required=True)
        explanation = self.text(key, "explanation", values)
        if len(self.problems) > before or statement is None:
            return None
        return DeclaredRule(key, written, statement, title, explanation, self.located)

    def parsed(self, key: str, name: str, written: str, parse: Callable[[str], _Parsed]) -> _Parsed | None:
        if not written:
            return None
        try:
            return parse(written)
        except ExpressionError as error:
            span = expression_span(self.located.source, self.located.span(key, name), written, error.offset)
            self.problems.append(Problem("calculation-syntax", error.message, span, error.hint))
            return None

    def missing(self, key: str, name: str, hint: str) -> None:
        """A key that must be there; not told of one that is misspelt, which is told."""
        unknown = [other for other in self.located.values[key] if other not in (*DERIVED_KEYS, *RULE_KEYS)]
        if not any(did_you_mean(other, (name,)).startswith("did") for other in unknown):
            self.problem("calculation-key", f"`{name}` is missing", key, hint=hint)

    def string(self, key: str, name: str, values: Mapping[str, Any], required: bool = False) -> str:
        value = values.get(name, "")
        if not isinstance(value, str):
            self.problem("calculation-key", f"`{name}` must be a text", key, name, hint=f'{name} = "{value}"')
            return ""
        if required and not value.strip():
            self.missing(key, name, f'{name} = "…"')
        return value

    def rounding(self, key: str, values: Mapping[str, Any]) -> Decimal | None:
        value = values.get("rounding")
        if value is None:
            return None
        number = Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None
        if number is None or number <= 0 or not _is_power_of_ten(number):
            self.problem("calculation-key", "`rounding` is a power of ten", key, "rounding", hint="e.g. 0.1, 1, 1000")
            return None
        return number

    def text(self, key: str, name: str, values: Mapping[str, Any], required: bool = False) -> Text:
        value = values.get(name)
        example = f"{name} = {{ {', '.join(f'{language} = …' for language in self.languages)} }}"
        if value is None:
            if required:
                self.missing(key, name, example)
            return {}
        if isinstance(value, str) and len(self.languages) == 1:
            return {self.languages[0]: value}
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            self.problem("calculation-key", f"`{name}` has a text a language", key, name, hint=example)
            return {}
        for language in value:
            if language not in self.languages:
                hint = did_you_mean(language, self.languages)
                self.problem("calculation-key", f'no language "{language}"', key, name, language, hint=hint)
        for language in self.languages:
            if not value.get(language, "").strip():
                self.problem("calculation-language", f'`{name}` is missing in "{language}"', key, name)
        return value


def _is_power_of_ten(number: Decimal) -> bool:
    """Whether a number is 1, 10, 0.1 … of a size that figures have."""
    return number.normalize().as_tuple().digits == (1,) and abs(number.adjusted()) <= _FURTHEST
