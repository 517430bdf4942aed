"""What may be in a cell besides or instead of a plain number: marks, errors, flags, units, words.

The marks and words themselves are in `language/words/`; statistical offices differ in what they mean by a mark.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, IntEnum
from functools import cache
from itertools import combinations

from ..language import word_groups, words

Parts = tuple["Affix", ...]
"""A piece of text beside a number, as each thing that it may mean."""


class Kind(Enum):
    """What a mark says of the number."""

    NONE = "zero was counted"
    SMALL = "a number that rounds to zero"
    ABSENT = "there is no number"
    HIDDEN = "there is one that is not published"
    FLAG = "it says something of a number"


@dataclass(frozen=True)
class Meaning:
    """What a mark may mean."""

    words: str
    kind: Kind

    @property
    def status(self) -> str:
        """The same in the column `status`."""
        return self.words if self.words in ("provisional", "revised") else ""


_MEANINGS = {
    Kind.NONE: ("none",),
    Kind.SMALL: ("rounds to zero",),
    Kind.ABSENT: ("not available", "not yet available", "no value", "not applicable"),
    Kind.HIDDEN: ("confidential", "too unreliable to be published"),
    Kind.FLAG: (
        *("provisional", "revised", "estimated", "use with caution", "forecast", "imputed", "low reliability"),
        *("not significant", "break in series", "a note", "definition differs"),
    ),
}
# powers of ten
_MULTIPLES = {
    **{2: "hundreds", 3: "thousands", 4: "ten thousands", 5: "lakhs", 6: "millions", 7: "crores"},
    **{8: "hundred millions", 9: "billions", 12: "trillions"},
}
_BOUNDS = ("more-than", "less-than", "at-least", "at-most", "about")
_SOME_ERROR = re.compile(
    r"#[¡¿]?+[^\W\d][\w/]{1,20}+ ?[!?]\Z|(?:err|erreur|error|errore|erro|fehler|fout) ?: ?([0-9]{3})\Z"
)
_DASHES = "‐‑‒–—―−⁃⸺⸻﹘﹣－"
_BRACKETS = {"(": ")", "[": "]", "{": "}"}


class Role(IntEnum):
    """What is beside a number; what matters most comes first."""

    BOUND = 1
    BELOW_ZERO = 2
    PERCENT = 3
    MULTIPLE = 4
    CURRENCY = 5
    FLAG = 6
    NOTE = 7
    WORDS = 8


@dataclass(frozen=True)
class Affix:
    """A text before or after a number with one thing that it may mean: a qualifier, a status, a power of ten."""

    role: Role
    text: str
    says: str = ""
    status: str = ""
    is_hidden: bool = False
    exponent: int = 0


@cache
def _marks() -> Mapping[str, tuple[Meaning, ...]]:
    found: dict[str, tuple[Meaning, ...]] = {}
    for kind, meanings in _MEANINGS.items():
        for meaning in meanings:
            for mark in words("marks", meaning):
                found[mark] = (*found.get(mark, ()), Meaning(meaning, kind))
    return found


@cache
def _affixes(is_behind: bool) -> Mapping[str, Parts]:
    """All known texts on one side of a number."""
    found: dict[str, Parts] = {}

    def add(texts: Iterable[str], role: Role, says: str = "", exponent: int = 0) -> None:
        for text in texts:
            found[text] = (*found.get(text, ()), Affix(role, text, says, exponent=exponent))

    for qualifier in _BOUNDS:
        add(words("bounds_behind" if is_behind else "bounds_before", qualifier), Role.BOUND, qualifier)
    add(dict.fromkeys((*words("percent"), *words("percentage_points"))), Role.PERCENT, "percentage")
    add(words("per", "1000"), Role.PERCENT, "number per thousand")
    if is_behind:
        for exponent, says in _MULTIPLES.items():
            add(words("multiples", str(exponent)), Role.MULTIPLE, says, exponent)
    add(words("currencies"), Role.CURRENCY)
    add(words("note_marks"), Role.NOTE)
    # before a number, "c" and "x" are other things
    kinds = (Kind.FLAG, Kind.HIDDEN) if is_behind else (Kind.FLAG,)
    for text, meanings in _marks().items():
        said = [Affix(Role.FLAG, text, m.words, m.status, m.kind == Kind.HIDDEN) for m in meanings if m.kind in kinds]
        if said and text[0].isalpha():
            found[text] = (*found.get(text, ()), *said)
    if is_behind:
        add(words("units"), Role.WORDS, "a unit")
        found["-"] = (Affix(Role.BELOW_ZERO, "-", "a minus sign behind it"),)
    return found


@cache
def _longest() -> int:
    return max(map(len, (*_affixes(False), *_affixes(True))))


@cache
def _flags_together() -> frozenset[str]:
    letters = words("flag_letters")[0]
    return frozenset("".join(each) for length in (2, 3) for each in combinations(letters, length))


def mark_meanings(text: str) -> tuple[Meaning, ...]:
    """What a cell (as `plain_text` gives it) may mean if it is a mark; nothing if it is none."""
    text = text.replace("…", "...").replace("⋯", "...")
    if len(set(text)) == 1:
        text = text[:3]
    folded = text.casefold()
    inner = folded[1:-1].strip() if len(text) > 2 and _BRACKETS.get(text[0]) == text[-1] else folded
    # "[note 1]"
    numbered = inner.rstrip("0123456789 ") if inner.startswith(("note", "footnote", "fn")) else inner
    keys = (text, folded, folded.replace(" ", ""), inner, inner.rstrip("."), numbered)
    return next((_marks()[key] for key in keys if key in _marks()), ())


def error_words(text: str) -> str | None:
    """The meaning of a spreadsheet's error, "" if it is not known; None for a text that is none."""
    key = text.casefold().replace(" ", "")
    found = _SOME_ERROR.match(text.casefold())
    if found and found[1]:
        key = f"err:{found[1]}"
    keys = {key, f"#{key}"} if key[-1:] in ("!", "?") else {key, f"{key}!", f"{key}?"} if key[:1] == "#" else {key}
    known = (said for said, errors in word_groups("spreadsheet_errors").items() if not keys.isdisjoint(errors))
    return next(known, "" if found else None)


def plain_text(cell: str) -> str:
    """A cell with the digits 0 to 9, one kind of dash and of blank, and no invisible characters."""
    return " ".join("".join(map(_plain_character, cell)).split())


def _plain_character(character: str) -> str:
    if character.isascii():
        return character
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if character in _DASHES:
        return "-"
    if unicodedata.category(character) == "Cf":
        return ""
    wide = unicodedata.decomposition(character).startswith("<wide>")
    return unicodedata.normalize("NFKC", character) if wide else character


def affixes(text: str, is_behind: bool) -> Iterator[Parts]:
    """What is before or after a number, piece by piece."""
    rest = text.strip(" ,;")
    while rest:
        piece, found = _first(rest, _affixes(is_behind))
        yield found
        rest = rest[len(piece) :].lstrip(" ,;")


def _first(text: str, table: Mapping[str, Parts]) -> tuple[str, Parts]:
    """The first piece of a text, and what it may mean."""
    end = text.find(_BRACKETS[text[0]]) + 1 if text[0] in _BRACKETS else 0
    if end:
        # a flag, a unit, or a note: "[note 1]"
        known = _looked_up(text[1 : end - 1].strip(), table)
        flags = tuple(each for each in known if each.role == Role.FLAG)
        return text[:end], flags or known or (Affix(Role.NOTE, text[:end]),)
    raised = next(
        (at for at, each in enumerate(text) if not unicodedata.decomposition(each).startswith("<super>")), len(text)
    )
    if raised:
        # a flag, or the number of a note: "ᵖ", "¹"
        piece = text[:raised]
        return piece, _looked_up(unicodedata.normalize("NFKC", piece), table) or (Affix(Role.NOTE, piece),)
    if unicodedata.category(text[0]) == "Sc":
        return text[0], (Affix(Role.CURRENCY, text[0]),)
    # the longest known text that does not end within a word
    for length in range(min(len(text), _longest()), 0, -1):
        ends_word = length == len(text) or not (text[length - 1].isalnum() and text[length].isalnum())
        if ends_word and (found := _looked_up(text[:length], table)):
            return text[:length], tuple(replace(each, text=text[:length]) for each in found)
    letters = text.partition(" ")[0].casefold()
    if letters in _flags_together():
        return letters[0], tuple(each for each in table[letters[0]] if each.role == Role.FLAG)
    # anything up to a blank or a bracket
    piece = text[:1] + re.split(r"[ (\[{]", text[1:], maxsplit=1)[0]
    return piece, (Affix(Role.WORDS, piece),)


def _looked_up(text: str, table: Mapping[str, Parts]) -> Parts:
    return table.get(text) or table.get(text.casefold()) or ()


def listed(some: Iterable[str], quotes: bool = True) -> str:
    """Texts as alternatives: `"none", "not available" or "not applicable"`."""
    *others, last = [f'"{each}"' if quotes else each for each in some]
    return f"{', '.join(others)} or {last}" if others else last
