"""Syntax trees: the expressions of derived figures, and the statements of rules."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Sign = Literal["+", "-", "*", "/"]
Function = Literal["sum", "difference", "change", "share", "ratio", "min", "max", "abs"]
Relation = Literal["=", "<", "<=", ">", ">="]


@dataclass(frozen=True)
class Constant:
    """A number as written in an expression; `2_200_000` is 2200000, `17%` is 0.17."""

    value: Decimal
    is_percent: bool = False


@dataclass(frozen=True)
class Reference:
    """A figure by its id."""

    figure: str


@dataclass(frozen=True)
class Operation:
    sign: Sign
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Call:
    function: Function
    arguments: tuple[Expression, ...]


Expression = Constant | Reference | Operation | Call


@dataclass(frozen=True)
class Comparison:
    """`a = b`, or a chain: `a > b >= c` has two relations."""

    sides: tuple[Expression, ...]
    relations: tuple[Relation, ...]


@dataclass(frozen=True)
class Range:
    """`a within low..high`."""

    value: Expression
    low: Expression
    high: Expression

    @property
    def sides(self) -> tuple[Expression, ...]:
        return (self.value, self.low, self.high)


Statement = Comparison | Range


def references(*expressions: Expression) -> tuple[str, ...]:
    """The ids named in expressions, without duplicates, in order."""
    found: dict[str, None] = {}
    for expression in expressions:
        match expression:
            case Reference(figure):
                found[figure] = None
            case Operation(_, left, right):
                found |= dict.fromkeys(references(left, right))
            case Call(_, arguments):
                found |= dict.fromkeys(references(*arguments))
    return tuple(found)
