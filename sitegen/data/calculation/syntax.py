"""The language of derived.toml and rules.toml: numbers, figure ids, `+ - * /`, parentheses and a few functions.

    statement = sum ( relation sum )+ | sum "within" sum ".." sum
    sum       = product ( ("+" | "-") product )*
    product   = term ( ("*" | "/") term )*
    term      = number | id | function "(" sum ( "," sum )* ")" | "(" sum ")"

`17%` is 0.17. An id has hyphens (`north-loans-2024`), so a minus sign has blanks around it. There are no other names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from ...model import (
    Call,
    Comparison,
    Constant,
    Expression,
    Function,
    Operation,
    Range,
    Reference,
    Relation,
    Sign,
    Statement,
)
from ...problems import did_you_mean
from ..contract import MOST_DIGITS

_MANY = 10_000
# the fewest and the most arguments of each function
FUNCTIONS: Mapping[Function, tuple[int, int]] = {
    **{"sum": (1, _MANY), "min": (1, _MANY), "max": (1, _MANY), "abs": (1, 1)},
    **{"difference": (2, 2), "change": (2, 2), "share": (2, 2), "ratio": (2, 2)},
}
_DEEPEST = 50
_MOST_STEPS = 200
_TOKEN = re.compile(
    r"(?P<number>[0-9][0-9_]*(?:\.[0-9]+)?(?:%|(?![\w-]))|\.[0-9]+%?)|(?P<name>[a-z0-9]+(?:-[a-z0-9]+)*)"
    r"|(?P<sign>\.\.|<=|>=|[-+*/()<>=,−–×÷])|(?P<other>\S)"
)
_RELATIONS = ("=", "<", "<=", ">", ">=")
_TYPED = {"−": "-", "–": "-", "×": "*", "÷": "/"}


class ExpressionError(ValueError):
    """An expression that can't be read because of the character at `offset`."""

    def __init__(self, message: str, offset: int, hint: str = "") -> None:
        super().__init__(message, offset, hint)
        self.message, self.offset, self.hint = message, offset, hint


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    offset: int


def parse_expression(text: str) -> Expression:
    """The expression of a derived figure. Raises ExpressionError."""
    reader = _Reader(text)
    expression = reader.sum()
    reader.end()
    _check_depth(expression)
    return expression


def parse_statement(text: str) -> Statement:
    """The statement of a rule. Raises ExpressionError."""
    reader = _Reader(text)
    statement = reader.statement()
    reader.end()
    _check_depth(*statement.sides)
    return statement


def _check_depth(*expressions: Expression) -> None:
    """Raises ExpressionError for a calculation of very many nested steps."""
    waiting = [(expression, 0) for expression in expressions]
    while waiting:
        expression, depth = waiting.pop()
        if depth > _MOST_STEPS:
            message = f"a calculation of more than {_MOST_STEPS} steps"
            raise ExpressionError(message, 0, "add many figures with sum(a, b, …), or compute it in parts")
        match expression:
            case Operation(_, left, right):
                waiting += [(left, depth + 1), (right, depth + 1)]
            case Call(_, arguments):
                waiting += [(argument, depth + 1) for argument in arguments]


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def take(self, *texts: str) -> str:
        """The next sign, if it is one of these."""
        if self.token.kind == "sign" and self.token.text in texts:
            self.at += 1
            return self.tokens[self.at - 1].text
        return ""

    def expect(self, text: str) -> None:
        if not self.take(text):
            raise self.unexpected(f"“{text}” is missing")

    def unexpected(self, message: str) -> ExpressionError:
        found = f"before “{self.token.text}”" if self.token.text else "at the end"
        return ExpressionError(f"{message} {found}", self.token.offset)

    def end(self) -> None:
        if self.token.kind != "end":
            hint = "a rule belongs in rules.toml" if self.token.text in (*_RELATIONS, "within") else ""
            raise ExpressionError(f"“{self.token.text}” is not expected here", self.token.offset, hint)

    def statement(self) -> Statement:
        first = self.sum()
        if self.token.text == "within" and self.token.kind == "name":
            self.at += 1
            low = self.sum()
            self.expect("..")
            return Range(first, low, self.sum())
        sides, relations = [first], []
        while relation := self.take(*_RELATIONS):
            relations.append(cast(Relation, relation))
            sides.append(self.sum())
        if not relations:
            hint = "a rule is `a = b`, `a < b`, or `a within x..y`"
            raise ExpressionError("this says nothing that could be true or false", self.token.offset, hint)
        return Comparison(tuple(sides), tuple(relations))

    def sum(self) -> Expression:
        result = self.product()
        while sign := self.take("+", "-"):
            result = Operation(cast(Sign, sign), result, self.product())
        return result

    def product(self) -> Expression:
        result = self.term()
        while sign := self.take("*", "/"):
            result = Operation(cast(Sign, sign), result, self.term())
        return result

    def term(self) -> Expression:
        token = self.token
        if token.kind == "number":
            self.at += 1
            if sum(map(str.isdigit, token.text)) > MOST_DIGITS:
                raise ExpressionError(f"a number of more than {MOST_DIGITS} digits", token.offset)
            number = Decimal(token.text.rstrip("%").replace("_", ""))
            percent = token.text.endswith("%")
            return Constant(number.scaleb(-2) if percent else number, percent)
        if token.kind == "name":
            self.at += 1
            return self.call(token) if self.token.text == "(" else Reference(token.text)
        if self.take("("):
            result = self.nested()
            self.expect(")")
            return result
        raise self.unexpected("a figure or a number is missing")

    def nested(self) -> Expression:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ExpressionError("nested too deep", self.token.offset)
        result = self.sum()
        self.depth -= 1
        return result

    def call(self, name: _Token) -> Expression:
        if name.text not in FUNCTIONS:
            hint = did_you_mean(name.text, FUNCTIONS)
            raise ExpressionError(f'no function "{name.text}"', name.offset, hint)
        function = cast(Function, name.text)
        self.expect("(")
        arguments = [self.nested()]
        while self.take(","):
            arguments.append(self.nested())
        self.expect(")")
        fewest, most = FUNCTIONS[function]
        if not fewest <= len(arguments) <= most:
            raise ExpressionError(f"{function}() takes {fewest} figures, not {len(arguments)}", name.offset)
        return Call(function, tuple(arguments))


def _tokens(text: str) -> list[_Token]:
    tokens = []
    for found in _TOKEN.finditer(text.rstrip()):
        kind = str(found.lastgroup)
        written, start = found[kind], found.start(kind)
        if kind == "other":
            hint = "ids have small letters, digits and hyphens" if written.isalpha() or written in "_." else ""
            raise ExpressionError(f"“{written}” is no part of an expression", start, hint)
        tokens.append(_Token(kind, _TYPED.get(written, written), start))
    return [*tokens, _Token("end", "", len(text))]
