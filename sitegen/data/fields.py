"""Checks cells against a Table Schema field with frictionless, and words its findings as our own messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..content import LONGEST_NAME
from ..problems import did_you_mean
from ..text import AuthorPattern
from .contract import NO_RULE
from .declared import Descriptor
from .descriptor import FieldPlan
from .values import Mistake, date_mistake, number_mistake, period_mistake, quoted

CellCheck = Callable[[str], Mistake | None]

_LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
# types of the standard in plain words
_WORDS = {
    "boolean": "truth value",
    "datetime": "date with a time",
    "geojson": "GeoJSON",
    "geopoint": "pair of coordinates",
    "integer": "whole number",
    "string": "text",
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
# types that Python reads in the digits of any script
_OF_DIGITS = ("number", "integer", "year", "yearmonth", "date", "datetime", "time")


class FieldError(ValueError):
    """A field descriptor that frictionless can't use; the text says why."""


def cell_check(plan: FieldPlan, table: str, given_up: Callable[[str], None]) -> CellCheck:
    """The check of the cells of a table's column. Raises FieldError.

    `given_up` is called when an author's pattern takes too long; from then on it is not matched.
    """
    pattern, read = _author_pattern(plan), _reader(plan)
    values, name, kind = plan.values, plan.values["name"], plan.values["type"]
    is_date = table == "sources" and name in ("date", "accessed")
    is_figure = table == "observations" and name == "value"

    def pattern_mistake(cell: str) -> Mistake | None:
        if pattern is None or not cell or pattern.is_slow:
            return None
        holds = pattern.is_whole(cell)
        if pattern.is_slow:
            given_up(f'the pattern "{pattern.text}" takes too long')
        return None if holds else _constraint_mistake(cell, plan, {"pattern": ""})

    def written_mistake(cell: str) -> Mistake | None:
        if kind in ("number", "integer"):
            return number_mistake(cell, name, kind == "integer", is_figure)
        if name == "period":
            # printed as a period in any table
            return period_mistake(cell)
        return date_mistake(cell) if is_date else None

    def check(cell: str) -> Mistake | None:
        if name == "id" and len(cell) > LONGEST_NAME:
            # an id is the name of a folder
            return ("value-pattern", f"{quoted(cell)} is too long for an id", f"at most {LONGEST_NAME} characters")
        if cell and (mistake := written_mistake(cell)):
            return mistake
        if kind in _OF_DIGITS and not cell.isascii():
            return _type_mistake(cell, values)
        try:
            _, notes = read(cell)
        except Exception:  # for whatever reason, the cell can't be read
            return _type_mistake(cell, values)
        if not notes:
            return pattern_mistake(cell)
        return _type_mistake(cell, values) if "type" in notes else _constraint_mistake(cell, plan, notes)

    return check


def _author_pattern(plan: FieldPlan) -> AuthorPattern | None:
    """The pattern in the author's descriptor, unless it is the contract's."""
    pattern = plan.values.get("constraints", {}).get("pattern")
    is_contracts = plan.rule is not NO_RULE and pattern == plan.rule.pattern
    return None if pattern is None or is_contracts else AuthorPattern(pattern)


def _reader(plan: FieldPlan) -> Callable[[Any], tuple[Any, dict[str, str] | None]]:
    # frictionless takes 0.2 s to import: only a site with tables pays for it
    from frictionless import Field, FrictionlessException

    values = {key: value for key, value in plan.values.items() if key not in ("titles", "descriptions")}
    constraints = {key: value for key, value in values.pop("constraints", {}).items() if key != "unique"}
    if _author_pattern(plan):
        # the author's pattern is matched by an engine that can be stopped
        constraints["pattern"] = f"(?:{plan.rule.pattern or '.*'})"
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
    form: str = values.get("format", "default") if kind == "string" else "default"
    return form if form != "default" else _WORDS.get(kind, kind)


def _type_mistake(cell: str, values: Descriptor) -> Mistake:
    message = f'{quoted(cell)} in column "{values["name"]}" is no {_word(values)}'
    hint = "" if values.get("format", "default") != "default" else _HINTS.get(values["type"], "")
    return ("value-type", message, hint)


def _constraint_mistake(cell: str, plan: FieldPlan, notes: dict[str, str]) -> Mistake:
    """The mistake of a cell that breaks constraints; of several, the most serious."""
    name = plan.values["name"]
    constraint = next((key for key in ("required", "enum", "pattern") if key in notes), next(iter(notes)))
    rule = plan.values["constraints"].get(constraint)
    if constraint == "required":
        return ("value-missing", f'column "{name}" must not be empty', "")
    if constraint == "enum":
        return ("value-unknown", f"{quoted(cell)} is no {name}", did_you_mean(cell, map(str, rule)))
    if constraint == "pattern":
        hint = _PATTERN_HINTS[name] if plan.rule.pattern and name in _PATTERN_HINTS else f"the pattern is {rule}"
        return ("value-pattern", f'{quoted(cell)} is not written as column "{name}" asks', hint)
    return ("value-constraint", f'{quoted(cell)} in column "{name}" breaks {constraint} {rule}', "")
