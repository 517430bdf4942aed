"""The datatype of a column in CSV on the Web; it holds of every cell.

https://www.w3.org/TR/tabular-metadata/#datatypes , https://www.w3.org/TR/tabular-data-model/#parsing-cells
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from ..text import AuthorPattern, PatternError

_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?(?:Z|[+-][01][0-9]:[0-5][0-9])?"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
# for each type of Table Schema, that of the W3C and the form of its cells; other types are texts
_BASES = {
    "number": ("decimal", re.compile(r"-?[0-9]+(?:\.[0-9]+)?\Z")),
    "integer": ("integer", re.compile(r"-?[0-9]+\Z")),
    "date": ("date", re.compile(rf"{_DATE}\Z")),
    "datetime": ("datetime", re.compile(rf"{_DATE}T{_TIME}\Z")),
    "time": ("time", re.compile(rf"{_TIME}\Z")),
    "year": ("gYear", re.compile(r"[0-9]{4}\Z")),
    "yearmonth": ("gYearMonth", re.compile(r"[0-9]{4}-[0-9]{2}\Z")),
}
# bases in which differently written cells may mean the same
_VALUES: Mapping[str, Callable[[str], Hashable]] = {
    "decimal": Decimal,
    "integer": int,
    "boolean": lambda cell: cell in ("true", "1"),
    "datetime": datetime.datetime.fromisoformat,
    "time": datetime.time.fromisoformat,
}
_TRUE, _FALSE = ("true", "True", "TRUE", "1"), ("false", "False", "FALSE", "0")
_MOST_DIGITS = 100
# what means the same in Python and in ECMAScript, the standard's dialect; no back references, as readers may wrap the
# pattern in groups
_PORTABLE = re.compile(
    r"""(?:
        [^\\\[\](){}*+?]
      | \\(?:[dDwWsSbBtnrfv] | [^\sA-Za-z0-9] | x[0-9A-Fa-f]{2} | u[0-9A-Fa-f]{4})
      | \[\^?(?:[^\\\[\]&|~-] | -(?!-) | &(?!&) | \|(?!\|) | ~(?!~) | \\(?:[dDwWsStnrfv] | [^\sA-Za-z0-9]))++\]
      | \((?!\?) | \(\?[:=!] | \)
      | (?:[*+?] | \{[0-9]++(?:,[0-9]*+)?\})\??+(?!\+)
    )*+\Z""",
    re.VERBOSE,
)
# in Python, these match letters, digits and spaces of all scripts
_SHORTHAND = re.compile(r"\\[dDwWsSbB]")


@dataclass(frozen=True)
class Datatype:
    """A base, and what narrows it: length, range, format."""

    base: str
    narrower: Mapping[str, Any] = field(default_factory=dict)

    @property
    def described(self) -> str | Mapping[str, Any]:
        """As in the metadata."""
        return {"base": self.base, **self.narrower} if self.narrower else self.base

    def value(self, cell: str) -> Hashable:
        """What a cell means, to be compared with others of the same base."""
        if not cell or self.base not in _VALUES or "format" in self.narrower:
            return cell
        return _VALUES[self.base](cell)


def datatype(described: Mapping[str, Any], cells: Collection[str]) -> Datatype:
    """The datatype of a column, by its Table Schema field; narrow only as far as every cell can be read."""
    filled = set(cells) - {""}
    kind = described.get("type", "string")
    constraints = described.get("constraints", {})
    if kind == "boolean":
        return _boolean(described, filled)
    if kind == "string":
        return Datatype("string", {**_lengths(constraints, filled), **_pattern(constraints, filled)})
    base, written = _BASES.get(kind, ("string", None))
    if described.get("format", "default") != "default" or (written and not all(map(written.match, filled))):
        return Datatype("string")
    return Datatype(base, _range(constraints, base) if base in ("decimal", "integer") else {})


def _boolean(described: Mapping[str, Any], filled: Collection[str]) -> Datatype:
    """The W3C's own words for true and false need no format; a format has one other word for each."""
    false_words = [str(word) for word in described.get("falseValues", _FALSE)]
    true_words = [str(word) for word in described.get("trueValues", _TRUE) if str(word) not in false_words]
    false, true = ({word for word in words if word in filled} for words in (false_words, true_words))
    if len(false) + len(true) < len(filled):
        return Datatype("string")
    if true <= {"true", "1"} and false <= {"false", "0"}:
        return Datatype("boolean")
    # a word that is in no cell may be any
    pair = [*(true or true_words[:1]), *(false or false_words[:1])]
    if len(pair) == 2 and all(word and "|" not in word for word in pair):
        return Datatype("boolean", {"format": "|".join(pair)})
    return Datatype("string")


def _lengths(constraints: Mapping[str, Any], filled: Collection[str]) -> Mapping[str, int]:
    least, most = constraints.get("minLength"), constraints.get("maxLength")
    # texts with figures may have other lengths when rendered
    bounds: dict[str, int] = {}
    if least is not None and all(len(cell) >= least for cell in filled):
        bounds["minLength"] = least
    if most is not None and all(len(cell) <= most for cell in filled):
        bounds["maxLength"] = most
    return {} if len(bounds) == 2 and bounds["minLength"] > bounds["maxLength"] else bounds


def _range(constraints: Mapping[str, Any], base: str) -> Mapping[str, int | str]:
    found = {name: _bound(constraints.get(name), base == "integer") for name in ("minimum", "maximum")}
    bounds = {name: bound for name, bound in found.items() if bound is not None}
    is_empty = len(bounds) == 2 and Decimal(bounds["minimum"]) > Decimal(bounds["maximum"])
    return {} if is_empty else bounds


def _bound(value: object, whole: bool) -> int | str | None:
    """A number in digits, or None; as text if it may have decimals, which not all JSON readers keep."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS or (whole and number % 1):
        return None
    return f"{number.to_integral_value() if whole else number:f}"


def _pattern(constraints: Mapping[str, Any], filled: Collection[str]) -> Mapping[str, str]:
    """A pattern as the format of a text, if it means the same to every reader."""
    pattern = constraints.get("pattern")
    if not pattern or not _PORTABLE.match(pattern):
        return {}
    if _SHORTHAND.search(pattern) and not all(map(str.isascii, filled)):
        return {}
    try:
        matcher = AuthorPattern(pattern)
    except PatternError:
        return {}
    return {"format": pattern} if all(map(matcher.is_whole, filled)) and not matcher.is_slow else {}
