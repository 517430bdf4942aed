"""derived.toml and rules.toml → what they declare; every mistake is reported with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from ...content import LONGEST_NAME
from ...model import Call, Expression, Operation, Settings, Statement, Text
from ...problems import Problem, Span
from ...text import TEXT, Key, KeyedReader, Keys, LocatedMapping, SourceText, load_toml_if_there, translated
from ..contract import KEY_PATTERN
from ..values import period_mistake, quoted
from .syntax import ExpressionError, parse_expression, parse_statement

_ID = re.compile(KEY_PATTERN + r"\Z")
# the exponents of roundings go from -15 to 15
_FURTHEST = 15
_Parsed = TypeVar("_Parsed")


def _text_key(name: str, languages: Sequence[str], required: bool = False) -> Key:
    """A key with a text in each language, or one text on a site with one language."""
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
    located: LocatedMapping
    title: Text
    explanation: Text = field(default_factory=dict)

    @property
    def line(self) -> int:
        return self.located.line(self.id)


@dataclass(frozen=True)
class Declarations:
    """What both files declare. `lost` are the ids of figures with a mistake."""

    figures: tuple[DeclaredFigure, ...] = ()
    rules: tuple[DeclaredRule, ...] = ()
    lost: frozenset[str] = frozenset()
    derived_source: SourceText | None = None
    rules_source: SourceText | None = None


def load_declarations(content: Path, settings: Settings, problems: list[Problem]) -> Declarations:
    """Read `content/data/derived.toml` and `rules.toml`; either may be missing. Mistakes are added to `problems`."""
    derived, rules = (load_toml_if_there(content / "data" / name, problems) for name in ("derived.toml", "rules.toml"))

    def tables(located: LocatedMapping) -> _Tables:
        return _Tables(KeyedReader(located, problems, "calculation-key", "calculation-key"), settings.languages)

    figures = tuple(tables(derived).figures()) if derived else ()
    found = tuple(tables(rules).rules()) if rules else ()
    lost = frozenset(derived.values if derived else ()) - {item.id for item in figures}
    return Declarations(figures, found, lost, derived.source if derived else None, rules.source if rules else None)


def expression_span(source: SourceText, place: Span, written: str, offset: int) -> Span:
    """The place in a file of a character of an expression, which is written at or below `place`."""
    start = source.text.find(written, source.offset(place.line))
    return source.at(start + offset) if written and start >= 0 else place


@dataclass(frozen=True)
class _Tables:
    """Reads the tables of one file; mistakes are added to the reader's problems."""

    reader: KeyedReader
    languages: tuple[str, ...]

    def figures(self) -> Iterator[DeclaredFigure]:
        """The figures of derived.toml without a mistake."""
        for key, values, parsed in self._tables(_derived_keys(self.languages), "value", parse_expression):
            yield DeclaredFigure(key, values.pop("value"), parsed, self.reader.located, **values)

    def rules(self) -> Iterator[DeclaredRule]:
        """The rules of rules.toml without a mistake."""
        for key, values, parsed in self._tables(_rule_keys(self.languages), "rule", parse_statement):
            yield DeclaredRule(key, values.pop("rule"), parsed, self.reader.located, **values)

    def _tables(
        self, keys: Keys, main: str, parse: Callable[[str], _Parsed]
    ) -> Iterator[tuple[str, dict[str, Any], _Parsed]]:
        """Each table without a mistake: its id, its values, and that of the key `main` parsed."""
        reader, problems = self.reader, self.reader.problems
        for key, table in reader.located.values.items():
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
                reader.problem(mistake[1], key, "period", code=mistake[0], hint=mistake[2])
            written = values.get(main, "")
            try:
                parsed = parse(written) if written.strip() else None
            except ExpressionError as error:
                span = expression_span(reader.located.source, reader.span(key, main), written, error.offset)
                problems.append(Problem("calculation-syntax", error.message, span, error.hint))
                continue
            if parsed and len(problems) == before:
                yield key, values, parsed


def _rounding(value: object) -> Decimal:
    """A power of ten of a size that figures have: 1, 10, 0.1 …"""
    number = Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else Decimal(0)
    if number.normalize().as_tuple()[:2] != (0, (1,)) or abs(number.adjusted()) > _FURTHEST:
        raise ValueError(value)
    return number
