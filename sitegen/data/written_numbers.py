"""Says what a cell is that is no plain number, and what to write instead; of several readings, all are named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..language import word_groups, words
from .contract import MOST_DIGITS
from .marks import Affix, Kind, Parts, Role, affixes, error_words, listed, mark_meanings, plain_text
from .written_periods import looks_dated

# a longer cell is no mistyped number
_LONGEST = 60
# letters of an unknown mark
_LONGEST_MARK = 2
_NUMBER = re.compile(r"[0-9]++(?:[.,'’_٬٫ ][0-9]++)*+")
_POWER = re.compile(
    r"(?:([-+]?[0-9.,]++) ?(?:e|[x×*·⋅] ?10 ?\^)|10 ?\^) ?([-+]?[0-9]{1,3})\Z",
    re.IGNORECASE,
)
_RAISED_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_FRACTION = re.compile(r"(-?)(?:([0-9]++) )?([0-9]{1,3}) ?[/⁄∕] ?([0-9]{1,6})\Z")
_FRACTION_SIGN = re.compile(r"[¼-¾⅐-⅞↉]")
_TIME = re.compile(r"[0-9]{1,3}:[0-9]{2}(?::[0-9]{2})?(?: ?[ap]m)?\Z", re.IGNORECASE)
_SIGNS = ("+", "-", "△", "▲", "▼")


@dataclass(frozen=True)
class Written:
    """What a cell is, as the rest of a sentence after `"x" in column "y" `, and what to do."""

    what: str
    hint: str = ""


@dataclass(frozen=True)
class Asked:
    """What a column asks for: a `whole` number, or one with decimals; a `figure` is an observation's value."""

    whole: bool
    figure: bool

    @property
    def none(self) -> str:
        return f"is no {'whole number' if self.whole else 'number'}"

    @property
    def digits(self) -> str:
        return "digits only" if self.whole else "digits, with a point before the decimals"

    @property
    def nothing(self) -> str:
        if self.figure:
            return "a figure that is not known has no row"
        return "leave the cell empty when there is no number"

    @property
    def leave_out(self) -> str:
        return "leave the row out" if self.figure else "leave the cell empty"

    def column(self, name: str) -> str:
        """Where to put something else: only observations have a column for it."""
        if not self.figure:
            return "a column of its own"
        return "a note" if name == "note" else f'the column "{name}"'

    def fit(self, numbers: Sequence[str]) -> list[str]:
        """The numbers that this column takes."""
        found = (number for number in numbers if not (self.whole and "." in number))
        return [number for number in found if sum(map(str.isdigit, number)) <= MOST_DIGITS]

    def write(self, numbers: Sequence[str]) -> str:
        """`write 1.5`; empty if the column takes none of the numbers."""
        fit = self.fit(numbers)
        return f"write {' or '.join(fit)}" + (", whichever is meant" if len(fit) > 1 else "") if fit else ""


def written(cell: str, whole: bool, figure: bool) -> Written:
    """What a cell is that is no plain number: digits 0 to 9, with a point before the decimals."""
    asked = Asked(whole, figure)
    if len(cell) > _LONGEST:
        return Written(asked.none)
    if "\n" in cell:
        return Written(f"{asked.none}, but a text of several lines", "a cell holds one number")
    text = plain_text(cell)
    for told in _TELLERS:
        if found := told(cell, text, asked):
            return found
    if any(map(str.isnumeric, text)):
        return Written(asked.none, asked.digits)
    return Written(asked.none, asked.nothing if sum(map(str.isalpha, text)) <= _LONGEST_MARK else "")


def readings(text: str) -> list[str]:
    """The plain numbers that digits with separators may mean, the likeliest first."""
    parts, marks = re.split(r"[^0-9]", text), re.sub(r"[0-9]", "", text)
    if not marks:
        return [text]
    decimal = f"{''.join(parts[:-1])}.{parts[-1]}"
    if len(marks) == 1:
        grouped = _grouped(parts)
        if marks in ".٫":
            return [decimal, *grouped]
        return [*grouped, decimal] if marks == "," else grouped
    if len(set(marks)) == 1:
        return _grouped(parts)
    if marks[-1] in ".,٫" and len(set(marks[:-1])) == 1 and marks[-1] not in marks[:-1] and _grouped(parts[:-1]):
        return [decimal]
    return []


def _grouped(parts: Sequence[str]) -> list[str]:
    """The number of some groups of digits, if they are thousands, or the lakhs and crores of India."""
    first, *middle, last = parts
    thousands = 1 <= len(first) <= 3 and all(len(part) == 3 for part in middle)
    lakhs = 1 <= len(first) <= 2 and all(len(part) == 2 for part in middle)
    fits = len(last) == 3 and (thousands or lakhs) and not first.startswith("0")
    return ["".join(parts)] if fits else []


# -- each of these says what a cell is, or None


def _error(cell: str, text: str, asked: Asked) -> Written | None:
    if re.fullmatch(r"#{2,}+", text):
        what = "is what a spreadsheet shows of a column that is too narrow"
        return Written(what, "make the column wider in the spreadsheet, and save the table again")
    if (words := error_words(text)) is not None:
        what = "is a spreadsheet's error" + (f": {words}" if words else "")
        return Written(what, f"mend the formula, and save the table again; {asked.nothing}")
    if text.startswith("=") and not _NUMBER.fullmatch(text.strip("=\"' ")):
        return Written("is a formula of a spreadsheet", "save what it results in")
    return None


def _infinity(cell: str, text: str, asked: Asked) -> Written | None:
    if re.sub(r"\A[+-] ?", "", text.casefold().rstrip(".")) not in words("infinity"):
        return None
    return Written(f"{asked.none}, but an infinity", f"look for a division by zero; {asked.nothing}")


def _mark(cell: str, text: str, asked: Asked) -> Written | None:
    meanings = mark_meanings(text)
    if not meanings:
        return None
    kinds = {meaning.kind for meaning in meanings}
    hints = []
    if Kind.NONE in kinds:
        hints.append("write 0 if it stands for none" if len(kinds) > 1 else "write 0")
    if Kind.SMALL in kinds:
        hints.append("write 0 if the source rounds to it, and say so in a note")
    if kinds - {Kind.NONE, Kind.SMALL}:
        hints.append(asked.nothing)
    if Kind.HIDDEN in kinds:
        hints.append("say so in a note if readers must know")
    name = "flag" if kinds == {Kind.FLAG} else "mark"
    return Written(f"{asked.none}, but a {name} for {listed(each.words for each in meanings)}", "; ".join(hints))


def _plain(cell: str, text: str, asked: Asked) -> Written | None:
    """A number with an unusual sign, other digits or other separators."""
    found = _sole(re.sub(r"\A\+(?=[0-9])", "", text))
    if not found:
        return None
    first = found[0]
    if not asked.fit([first]):
        return Written(asked.none, asked.digits)
    if any(unicodedata.category(each) == "Cf" for each in cell):
        return Written(f"{asked.none}: it holds a character that is not seen", f"write {first}")
    if first in (text, text.replace("- ", "-")) or text[0] == "+":
        other = any(each.isdecimal() and not each.isascii() for each in cell)
        return Written(asked.none, f"write it with the digits 0 to 9: {first}" if other else f"write {first}")
    if "." in first and len(re.findall(r"[^0-9]", text.lstrip("- "))) == 1:
        return Written(asked.none, f"write the decimals after a point: {first}")
    return Written(asked.none, f"write it without separators: {first}")


def _wrapped(cell: str, text: str, asked: Asked) -> Written | None:
    """A number in quotation marks, after an equals sign, without a digit beside the point, or in brackets."""
    inner = text.strip("'\"“”‘’„«»`´= ")
    point = re.fullmatch(r"(-?)([0-9]*+)[.,]([0-9]*+)", inner)
    if point and bool(point[2]) != bool(point[3]):
        inner = point[1] + (f"0.{point[3]}" if point[3] else point[2])
    if inner != text and (number := _sole(inner)):
        return Written(asked.none, asked.write(number) or asked.digits)
    if (text[:1], text[-1:]) in (("(", ")"), ("[", "]"), ("{", "}")) and not set("()[]{}") & set(text[1:-1]):
        return _in_brackets(text[1:-1].strip(), asked)
    return None


def _sole(text: str) -> list[str]:
    """The readings of a text that is only a number."""
    sign = "-" if text[:1] == "-" else ""
    bare = text[len(sign) :].strip()
    return [sign + each for each in readings(bare)] if _NUMBER.fullmatch(bare) else []


def _in_brackets(inner: str, asked: Asked) -> Written | None:
    beside = _beside(inner)
    if not beside or beside.roles - {Role.PERCENT, Role.CURRENCY}:
        return None
    numbers = asked.fit(beside.numbers)
    if not numbers or numbers[0].startswith("-"):
        return Written("is a number in brackets", asked.write(numbers) or asked.digits)
    return Written("is a number in brackets, as some write what is below zero", _below_zero(numbers))


def _below_zero(numbers: Sequence[str]) -> str:
    bare = [each.removeprefix("-") for each in numbers]
    return f"write {' or '.join(f'-{each}' for each in bare)} if it is below zero, else {' or '.join(bare)}"


def _power(cell: str, text: str, asked: Asked) -> Written | None:
    base = text.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺")
    is_raised = base != text and base.endswith("10")
    found = _POWER.match(f"{base}^{text[len(base) :].translate(_RAISED_DIGITS)}" if is_raised else text)
    if not found:
        return None
    sign, mantissa = "-" if (found[1] or "")[:1] == "-" else "", (found[1] or "1").lstrip("+-").rstrip(".,")
    numbers = readings(mantissa) if _NUMBER.fullmatch(mantissa) else []
    hint = asked.write([sign + _scaled(each, int(found[2])) for each in numbers])
    if is_raised and not found[1] and hint:
        return Written("is a power of ten, or 10 with a mark for a note", f"{hint} if it is a power of ten, else 10")
    hint += ", with the digits that the source prints" if hint else asked.digits
    return Written("is in scientific notation", hint)


def _scaled(number: str, exponent: int) -> str:
    return format(Decimal(number).scaleb(exponent), "f")


def _date(cell: str, text: str, asked: Asked) -> Written | None:
    if looks_dated(text):
        return Written("is a date, which a spreadsheet may have made of a number", "write the number of the source")
    if _TIME.match(text):
        return Written("is a time of day, or a ratio", f"write it as one number: {asked.digits}")
    return None


def _fraction(cell: str, text: str, asked: Asked) -> Written | None:
    sign = _FRACTION_SIGN.search(text)
    if sign:
        text = f"{text[: sign.start()].strip()} {unicodedata.normalize('NFKC', sign[0])}{text[sign.end() :]}"
    found = _FRACTION.match(text.strip().replace("- ", "-"))
    if not found or not int(found[4]):
        return None
    exact = _quotient(int(found[3]) + int(found[2] or 0) * int(found[4]), int(found[4]))
    hint = asked.write([found[1] + exact] if exact else [])
    if hint and not sign and not found[2]:
        hint += " if it is neither a date nor two numbers"
    unending = "write it as a decimal number, with the digits that the source prints"
    return Written("is a fraction", hint or (asked.digits if asked.whole else unending))


def _quotient(above: int, below: int) -> str:
    """A fraction as a decimal number; empty if it has no end."""
    exact = (decimals for decimals in range(7) if above * 10**decimals % below == 0)
    return next((_scaled(str(above * 10**decimals // below), -decimals) for decimals in exact), "")


def _several(cell: str, text: str, asked: Asked) -> Written | None:
    """Two numbers: a range, a number and its margin, a part and the whole."""
    found = list(_NUMBER.finditer(text))
    if len(found) != 2:
        return None
    between = text[found[0].end() : found[1].start()]
    start = text[: found[0].start()].strip().casefold()
    if start in words("between_first") and between.strip() in words("between_then"):
        between = " to "
    # "5 to <10"
    between = re.sub(r" ?[<≤]\Z", " ", between)
    key = between.strip().casefold()
    kinds = {word: kind for kind, joining in word_groups("between").items() for word in joining} | {"|": "several"}
    joined = max((each for each in kinds if key.endswith(each)), key=len, default="")
    if not joined or (joined[0].isalpha() and not f" {between.casefold()}".endswith(f" {joined} ")):
        return None
    kind = kinds[joined]
    beside = {part[0].role for part in affixes(key.removesuffix(joined).strip(), is_behind=True)}
    if kind in ("part", "several") and beside - {Role.PERCENT, Role.CURRENCY, Role.NOTE}:
        return None
    numbers = [each[0] for each in map(readings, (found[0][0], found[1][0])) if len(each) == 1]
    named = " and ".join(numbers) if len(numbers) == 2 else "the numbers"
    apart = f"give {named} a {'row' if asked.figure else 'column'} each"
    if kind == "range":
        return Written("is a range", apart + (", of two indicators" if asked.figure else ""))
    if kind == "margin":
        hint = f"write {numbers[0]}, and the margin in a note" if numbers and asked.fit(numbers[:1]) else asked.digits
        return Written("is a number with a margin of error", hint)
    return Written("is a part and a whole" if kind == "part" else "is more than one number", apart)


# -- a number with something before or after it


@dataclass(frozen=True)
class _Beside:
    """A number's readings, and the pieces before and after it."""

    numbers: list[str]
    parts: list[Parts]
    has_unit: bool

    @property
    def roles(self) -> set[Role]:
        return {affix.role for part in self.parts for affix in part}


def _beside(text: str) -> _Beside | None:
    """The first number of a text and what is around it; None if there is none, or more than one."""
    found = _NUMBER.search(text)
    if not found:
        return None
    before, behind = text[: found.start()], text[found.end() :]
    is_glued = before[-1:].isalpha()
    brackets: list[Parts] = []
    if before[-1:] == "(" and behind[:1] == ")":
        before, behind = before[:-1], behind[1:]
        brackets = [(Affix(Role.BELOW_ZERO, "()", "brackets"),)]
    sign = before.rstrip()[-1:]
    if sign in _SIGNS and not before.rstrip()[-2:-1].isalpha():
        before = f"{before.rstrip()[:-1]} "
    first, last = list(affixes(before, is_behind=False)), list(affixes(behind, is_behind=True))
    glued = (first[-1:] if before[-1:].strip() else []) + (last[:1] if behind[:1].strip() else [])
    if any(map(_is_unknown, glued)) or any(map(_is_no_word, (*first, *last))) or (is_glued and " " in found[0]):
        return None
    if any(part[0].role == Role.CURRENCY for part in (*first, *last)):
        # "€1.2m" is no length
        last = [tuple(each for each in part if each.role == Role.MULTIPLE) or part for part in last]
    has_unit = any(part[0].role in (Role.PERCENT, Role.CURRENCY) for part in (*first, *last))
    has_unit |= any(part[0].role == Role.WORDS for part in last)
    minus = "-" if sign in _SIGNS[1:] else ""
    return _Beside([minus + each for each in readings(found[0])], [*first, *last, *brackets], has_unit)


def _is_no_word(part: Parts) -> bool:
    """Whether a piece is unknown and begins with no letter: `½`, `2nd`, `>`; but not `km2`."""
    return _is_unknown(part) and not part[0].text[0].isalpha()


def _is_unknown(part: Parts) -> bool:
    """Whether a piece is an unknown word; one without a blank before it may be a slip: `4o`."""
    return part[0].role == Role.WORDS and not part[0].says


def _with_affixes(cell: str, text: str, asked: Asked) -> Written | None:
    beside = _beside(text)
    if not beside or not beside.numbers:
        return None
    parts = sorted(beside.parts, key=lambda part: part[0].role)
    if not parts:
        return Written(asked.none, asked.write(beside.numbers) or asked.digits)
    hint = _number_hint(beside, asked)
    return Written(_named(parts), hint + _rest_hint(parts, hint, beside.has_unit, asked) if hint else asked.digits)


def _named(parts: Sequence[Parts]) -> str:
    """What a number is with these pieces, of which the first matters most."""
    part, affix = parts[0], parts[0][0]
    if {each.role for each in part} != {affix.role} or (len(part) > 1 and affix.role != Role.FLAG):
        said = [each.says for each in part]
        return f'is a number with "{affix.text}", which may stand for {listed(said, quotes=False)}'
    if affix.role == Role.FLAG:
        flags = [listed(flag.says for flag in each) for each in parts if each[0].role == Role.FLAG]
        return f"is a number with {'a flag' if len(flags) == 1 else 'flags'} for {' and '.join(flags)}"
    if affix.role == Role.BOUND and affix.says == "about":
        return 'is a rough number, "about"'
    return _NAMED[affix.role].format(says=affix.says, text=affix.text)


def _number_hint(beside: _Beside, asked: Asked) -> str:
    """Which number to write; empty if the column takes none of its readings."""
    fit = asked.fit(beside.numbers)
    if Role.MULTIPLE in beside.roles:
        return _multiple_hint(beside, asked)
    if Role.BELOW_ZERO in beside.roles:
        return _below_zero(fit) if fit else ""
    if fit and any(map(_is_hidden, beside.parts)):
        return f"{asked.write(fit)} if it may be published, else {asked.leave_out}"
    return asked.write(fit)


def _multiple_hint(beside: _Beside, asked: Asked) -> str:
    """What to write for `12 million`, or for `12 m`, which may mean other things."""

    def scaled(exponent: int) -> str:
        return " or ".join(asked.fit([_scaled(each, exponent) for each in beside.numbers]))

    multiples = [part for part in beside.parts if part[0].role == Role.MULTIPLE]
    fit = " or ".join(asked.fit(beside.numbers))
    if len(multiples) == 1 and len(multiples[0]) > 1:
        known = [affix for affix in multiples[0] if affix.role == Role.MULTIPLE]
        longs = ((affix, scaled(affix.exponent)) for affix in known)
        cases = [f'{long} if "{affix.text}" stands for {affix.says}' for affix, long in longs if long]
        if fit and len(known) < len(multiples[0]):
            cases.append(f"else {fit}" if cases else fit)
        return f"write {', '.join(cases)}" if cases else ""
    long = scaled(sum(part[0].exponent for part in multiples))
    if asked.figure and fit and len(multiples) == 1:
        hint = f"write {fit} if the indicator's unit is in {multiples[0][0].says}"
        return hint + (f", else {long}" if long else "")
    return f"write {long}" if long else ""


def _is_hidden(part: Parts) -> bool:
    """Whether a piece says that the number is confidential, and nothing else."""
    return all(each.is_hidden for each in part)


def _rest_hint(parts: Sequence[Parts], hint: str, has_unit: bool, asked: Asked) -> str:
    """Where to put what is beside a number; it follows the `hint` which number to write."""
    clauses: list[str] = []
    marks: list[str] = []
    for part in parts:
        affix = part[0]
        if affix.role == Role.BOUND:
            # only the first of ">~5": there is one qualifier
            clauses = clauses or [f'"{affix.says}" in {asked.column("qualifier")}']
        elif affix.role == Role.FLAG and len(part) == 1 and affix.status:
            clauses.append(f'"{affix.status}" in {asked.column("status")}')
        elif affix.role in (Role.FLAG, Role.NOTE) and not _is_hidden(part):
            marks.append(f'"{affix.text}"')
    if marks:
        stand = "stands" if len(marks) == 1 else "stand"
        clauses.append(f"what {' and '.join(marks)} {stand} for in {asked.column('note')}")
    rest = "".join(f"{'; ' if ',' in hint else ', '}and {clause}" for clause in dict.fromkeys(clauses))
    if asked.figure and has_unit and all(part[0].role != Role.MULTIPLE for part in parts):
        rest += f"{'; ' if ',' in hint or rest else ': '}the unit is the indicator's"
    return rest


_NAMED: Mapping[Role, str] = {
    Role.BOUND: 'is a bound, "{says}"',
    Role.PERCENT: "is a {says}",
    Role.MULTIPLE: "is a number in {says}",
    Role.CURRENCY: 'is a number with a currency, "{text}"',
    Role.BELOW_ZERO: "is a number with {says}, as some write what is below zero",
    Role.NOTE: 'is a number with a mark for a note, "{text}"',
    Role.WORDS: "is a number with words",
}
_Teller = Callable[[str, str, Asked], Written | None]
_TELLERS: tuple[_Teller, ...] = (
    *(_error, _infinity, _mark, _plain, _wrapped, _power, _date, _fraction, _several, _with_affixes),
)
