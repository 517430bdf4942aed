"""derived.toml and rules.toml → what they declare, every mistake in them told at its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from ...content import LONGEST_NAME
from ...model import Call, Expression, Operation, Settings, Statement, Text
from ...problems import Problem, Span, did_you_mean
from ...text import KeyedReader, LocatedMapping, SourceText, load_toml_if_there
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
    languages = settings.languages
    figures = [table.figure() for table in _tables(derived, DERIVED_KEYS, languages, problems)] if derived else []
    found = [table.rule() for table in _tables(rules, RULE_KEYS, languages, problems)] if rules else []
    kept = tuple(item for item in figures if item)
    lost = frozenset(derived.values if derived else ()) - {item.id for item in kept}
    good_rules = tuple(item for item in found if item)
    return Declarations(kept, good_rules, lost, derived.source if derived else None, rules.source if rules else None)


def expression_span(source: SourceText, place: Span, written: str, offset: int) -> Span:
    """Where in a file a character of an expression stands, which is written at or below `place`."""
    start = source.text.find(written, source.offset(place.line))
    return source.at(start + offset) if written and start >= 0 else place


def _tables(
    located: LocatedMapping, keys: Sequence[str], languages: tuple[str, ...], problems: list[Problem]
) -> Iterator[_Table]:
    """The tables of a file, each with the key of its heading; what is none, or has no id for its name, is told."""
    document = KeyedReader.of(located, problems, "calculation-key", "calculation-key", keys)
    for key, values in located.values.items():
        if not isinstance(values, dict):
            document.problem(f"`{key}` stands in no table", key, hint=f"[some-id]\n   {keys[0]} = …")
        elif not _ID.match(key) or len(key) > LONGEST_NAME:
            hint = f"small letters, digits and hyphens, at most {LONGEST_NAME} of them"
            document.problem(f"{quoted(key)} is no id", key, code="value-pattern", hint=hint)
        else:
            table = document.below(keys, key)
            table.check_keys()
            yield _Table(key, table, languages)


@dataclass(frozen=True)
class _Table:
    """One table of derived.toml or rules.toml."""

    key: str
    reader: KeyedReader
    languages: tuple[str, ...]

    def figure(self) -> DeclaredFigure | None:
        before = len(self.reader.problems)
        written = self.string("value", required=True)
        expression = self.parsed("value", written, parse_expression)
        declared = DeclaredFigure(
            id=self.key,
            written=written,
            expression=expression,  # type: ignore[arg-type]  # None is told, and the figure left out
            label=self.text("label", required=True),
            unit=self.string("unit"),
            rounding=self.rounding(),
            period=self.string("period"),
            period_note=self.text("period_note"),
            area=self.string("area"),
            note=self.text("note"),
            located=self.reader.located,
        )
        if declared.period and (mistake := period_mistake(declared.period)):
            self.reader.problem(mistake[1], "period", code=mistake[0], hint=mistake[2])
        return declared if len(self.reader.problems) == before and expression else None

    def rule(self) -> DeclaredRule | None:
        before = len(self.reader.problems)
        written = self.string("rule", required=True)
        statement = self.parsed("rule", written, parse_statement)
        title, explanation = self.text("title", required=True), self.text("explanation")
        if len(self.reader.problems) > before or statement is None:
            return None
        return DeclaredRule(self.key, written, statement, title, explanation, self.reader.located)

    def parsed(self, name: str, written: str, parse: Callable[[str], _Parsed]) -> _Parsed | None:
        if not written:
            return None
        try:
            return parse(written)
        except ExpressionError as error:
            span = expression_span(self.reader.located.source, self.reader.span(name), written, error.offset)
            self.reader.problems.append(Problem("calculation-syntax", error.message, span, error.hint))
            return None

    def string(self, name: str, required: bool = False) -> str:
        given = self.reader.values.get(name, "")
        if not isinstance(given, str):
            self.reader.problem(f"`{name}` must be a text", name, hint=f'{name} = "{given}"')
            return ""
        if required and not given.strip():
            self.reader.missing(name, f"`{name}` is missing", f'{name} = "…"')
        return given

    def rounding(self) -> Decimal | None:
        value = self.reader.values.get("rounding")
        if value is None:
            return None
        number = Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None
        if number is None or number <= 0 or not _is_power_of_ten(number):
            self.reader.problem("`rounding` is a power of ten", "rounding", hint="e.g. 0.1, 1, 1000")
            return None
        return number

    def text(self, name: str, required: bool = False) -> Text:
        value = self.reader.values.get(name)
        example = f"{name} = {{ {', '.join(f'{language} = …' for language in self.languages)} }}"
        if value is None and required:
            self.reader.missing(name, f"`{name}` is missing", example)
        if isinstance(value, str) and len(self.languages) == 1:
            return {self.languages[0]: value}
        texts = self.reader.texts(name, example)
        if texts is None:
            return {}
        for language in texts:
            if language not in self.languages:
                hint = did_you_mean(language, self.languages)
                self.reader.problem(f'no language "{language}"', name, language, hint=hint)
        for language in self.languages:
            if not texts.get(language, "").strip():
                self.reader.problem(f'`{name}` is missing in "{language}"', name, code="calculation-language")
        return texts


def _is_power_of_ten(number: Decimal) -> bool:
    """Whether a number is 1, 10, 0.1 … of a size that figures have."""
    return number.normalize().as_tuple().digits == (1,) and abs(number.adjusted()) <= _FURTHEST
