"""Checks cells against a Table Schema field with frictionless, and puts what it finds in our own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..content import LONGEST_NAME
from ..problems import did_you_mean
from ..text import AuthorPattern
from .declared import Descriptor
from .descriptor import FieldPlan
from .values import Mistake, date_mistake, number_mistake, period_mistake, quoted

CellCheck = Callable[[str], Mistake | None]

_LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
# the standard's types in plain words
_WORDS = {
    "boolean": "truth value",
    "datetime": "date with a time",
    "geojson": "GeoJSON",
    "geopoint": "pair of coordinates",
    "integer": "whole number",
    "yearmonth": "month",
}
_HINTS = {
    "boolean": "true or false",
    "date": "e.g. 2024-12-31",
    "datetime": "e.g. 2024-12-31T09:30:00",
    "time": "e.g. 09:30:00",
    "year": "e.g. 2024",
    "yearmonth": "e.g. 2024-12",
}
_PATTERN_HINTS = {
    "id": "small letters, digits and hyphens, e.g. school-meals-2024",
    "url": "it begins with https://",
}
# Python reads these in the digits of any script
_OF_DIGITS = ("number", "integer", "year", "yearmonth", "date", "datetime", "time")


class FieldError(ValueError):
    """A field descriptor that frictionless can't use; its text says why."""


def cell_check(plan: FieldPlan, table: str, given_up: Callable[[str], None]) -> CellCheck:
    """The check of the cells of a table's column. Raises FieldError.

    `given_up` is called when an author's pattern takes too long; it is not matched any more.
    """
    pattern = _author_pattern(plan)
    read = _reader(plan)
    values, name = plan.values, plan.values["name"]
    kind = values["type"]
    dated = table == "sources" and name in ("date", "accessed")
    figure, named = table == "observations" and name == "value", name == "id"

    def pattern_mistake(cell: str) -> Mistake | None:
        if pattern is None or not cell or pattern.is_slow:
            return None
        holds = pattern.is_whole(cell)
        if pattern.is_slow:
            given_up(f'the pattern "{pattern.text}" takes too long')
        return None if holds else _constraint_mistake(cell, plan, {"pattern": ""})

    def check(cell: str) -> Mistake | None:
        if named and len(cell) > LONGEST_NAME:
            # an id is the name of a folder
            return ("value-pattern", f"{quoted(cell)} is too long for an id", f"at most {LONGEST_NAME} characters")
        if cell and kind in ("number", "integer"):
            if mistake := number_mistake(cell, name, kind == "integer", figure):
                return mistake
        elif cell and name == "period":
            # in any table it is printed as a period
            if mistake := period_mistake(cell):
                return mistake
        elif cell and dated and (mistake := date_mistake(cell)):
            return mistake
        if kind in _OF_DIGITS and not cell.isascii():
            return _type_mistake(cell, values)
        try:
            _, notes = read(cell)
        except Exception:  # whatever the reason, the cell can't be read
            return _type_mistake(cell, values)
        if not notes:
            return pattern_mistake(cell)
        return _type_mistake(cell, values) if "type" in notes else _constraint_mistake(cell, plan, notes)

    return check


def _author_pattern(plan: FieldPlan) -> AuthorPattern | None:
    """The pattern of a column in the author's descriptor, unless it is the contract's."""
    pattern = plan.values.get("constraints", {}).get("pattern")
    if pattern is None or (plan.rule and pattern == plan.rule.pattern):
        return None
    return AuthorPattern(pattern)


def _reader(plan: FieldPlan) -> Callable[[Any], tuple[Any, dict[str, str] | None]]:
    # frictionless takes 0.2 s to import: only a site with tables pays for it
    from frictionless import Field, FrictionlessException

    values = {key: value for key, value in plan.values.items() if key not in ("titles", "descriptions")}
    constraints = {key: value for key, value in values.pop("constraints", {}).items() if key != "unique"}
    if _author_pattern(plan):
        # the author's own is matched by an engine that can be stopped
        constraints["pattern"] = f"(?:{plan.rule.pattern})" if plan.rule and plan.rule.pattern else ".*"
    try:
        field = Field.from_descriptor({**values, "constraints": constraints})
        read_value = field.create_value_reader()
        for name in _LIMITS:
            if name in constraints and read_value(constraints[name]) is None:
                raise FieldError(f"`{name}` {constraints[name]} is no {_word(values)}")
        for item in constraints.get("enum", []):
            if read_value(item) is None:
                raise FieldError(f"{item!r} in `enum` is no {_word(values)}")
        found: Callable[[Any], tuple[Any, dict[str, str] | None]] = field.create_cell_reader()
        found("")
    except FrictionlessException as error:
        raise FieldError("; ".join(reason.note for reason in error.reasons) or error.error.note) from error
    except FieldError:
        raise
    except Exception as error:  # from libraries that frictionless uses
        raise FieldError(str(error) or type(error).__name__) from error
    return found


def _word(values: Descriptor) -> str:
    kind: str = values["type"]
    if kind == "string":
        form: str = values.get("format", "default")
        return "text" if form == "default" else form
    return _WORDS.get(kind, kind)


def _type_mistake(cell: str, values: Descriptor) -> Mistake:
    message = f'{quoted(cell)} in column "{values["name"]}" is no {_word(values)}'
    hint = "" if values.get("format", "default") != "default" else _HINTS.get(values["type"], "")
    return ("value-type", message, hint)


def _constraint_mistake(cell: str, plan: FieldPlan, notes: dict[str, str]) -> Mistake:
    """The mistake of a cell that breaks constraints; the gravest one."""
    name = plan.values["name"]
    constraint = next((key for key in ("required", "enum", "pattern") if key in notes), next(iter(notes)))
    rule = plan.values["constraints"].get(constraint)
    if constraint == "required":
        return ("value-missing", f'column "{name}" must not be empty', "")
    if constraint == "enum":
        return ("value-unknown", f"{quoted(cell)} is no {name}", did_you_mean(cell, map(str, rule)))
    if constraint == "pattern":
        by_contract = plan.rule is not None and plan.rule.pattern and name in _PATTERN_HINTS
        hint = _PATTERN_HINTS[name] if by_contract else f"the pattern is {rule}"
        return ("value-pattern", f'{quoted(cell)} is not written as column "{name}" asks', hint)
    return ("value-constraint", f'{quoted(cell)} in column "{name}" breaks {constraint} {rule}', "")
