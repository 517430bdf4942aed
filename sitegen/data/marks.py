"""What offices, programs and spreadsheets write where a number is asked, as tables: marks, errors, flags, words.

Signs of Eurostat, the UN and its regions, OECD, the UK's Analysis Function, Statistics Canada, the US Census Bureau,
Destatis, INSEE and Vietnam's statistics office. Many have several readings, which differ between the offices.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, IntEnum
from itertools import combinations


class Kind(Enum):
    """What is to be done with a mark."""

    NONE = "zero was counted"
    SMALL = "a number that rounds to zero"
    ABSENT = "there is no number"
    HIDDEN = "there is one that is not published"
    FLAG = "it says something of a number"


@dataclass(frozen=True)
class Meaning:
    """A reading of a mark; `status` is what says the same in the column of that name."""

    words: str
    kind: Kind
    status: str = ""


# each reading with its marks; those in capitals have it only so. "[x]" is looked for before "x"
_MEANINGS: tuple[tuple[Meaning, str], ...] = (
    (
        Meaning("none", Kind.NONE),
        "- | -- | --- | nil | none | zero | [w] | néant | keine | ninguno | không | không phát sinh",
    ),
    (
        Meaning("rounds to zero", Kind.SMALL),
        "low | [low] | Z | (z) | 0n | 0s | 0~ | -0- | ε | neg | neg. | negl. | negligible",
    ),
    (
        Meaning("not available", Kind.ABSENT),
        ": | :: | . | .. | ... | - | -- | --- | _ | __ | ___ | n/a | n.a. | n.a | na | n a | (na) | N | nd | n.d. | n.d"
        " | n/d | s/d | s.d. | k.a. | k. a. | k.a | k/a | b.d. | н/д | н.д. | [x] | m | o | l | ? | ?? | ???"
        " | unknown | not known | not available | unavailable | no data | no figure | no information"
        " | missing | non disponible | nicht verfügbar | keine angabe | keine angaben | unbekannt"
        " | inconnu | sin datos | sin dato | sem dados"
        " | нет данных | brak danych | 不明 | không có | không có số liệu | không rõ | chưa rõ | ko có",
    ),
    (
        Meaning("not yet available", Kind.ABSENT),
        "tbc | tbd | tba | t.b.c. | t.b.d. | n.y.a. | nya | pending | to follow | not yet available | chưa có"
        " | chưa có số liệu | chưa công bố | đang cập nhật | folgt | en attente | pendiente",
    ),
    (
        Meaning("no value", Kind.ABSENT),
        r"nan | <na> | nat | null | none | (null) | \n | undefined | void | blank | (blank) | empty | (empty) | (leer)"
        " | (vide) | (en blanco) | nv | error | err | [] | () | {}",
    ),
    (
        Meaning("not applicable", Kind.ABSENT),
        "x | (x) | xx | z | Z | [z] | . | .. | ... | - | n/a | n.a. | n.a | na | n/ap | n.ap. | m | :z | ///"
        " | not applicable | sans objet | s.o. | entfällt | no aplica | no procede | không áp dụng",
    ),
    (
        Meaning("confidential", Kind.HIDDEN),
        "c | [c] | x | xx | s | (s) | [s] | d | (d) | q | . | * | ** | *** | # | @c | :c | np | n.p. | ss | conf"
        " | conf. | confidential | suppressed | [suppressed] | supp. | withheld | redacted | hidden | disclosive"
        " | secret | geheim | vertraulich | confidentiel | bảo mật | mật",
    ),
    (Meaning("too unreliable to be published", Kind.HIDDEN), "F | / | * | ** | :u | unreliable | không đủ tin cậy"),
    (
        Meaning("provisional", Kind.FLAG, "provisional"),
        "p | prov | prov. | pr | provisional | prelim | prelim. | preliminary | provisoire | vorläufig | sơ bộ",
    ),
    (
        Meaning("revised", Kind.FLAG, "revised"),
        "r | rev | rev. | revised | révisé | revidiert | điều chỉnh | đã điều chỉnh",
    ),
    (
        Meaning("estimated", Kind.FLAG),
        "e | E | s | est | est. | estimate | estimated | estimé | geschätzt | ước | ước tính | ước thực hiện",
    ),
    (Meaning("use with caution", Kind.FLAG), "E | caution | use with caution"),
    (Meaning("forecast", Kind.FLAG), "f | forecast | proj | proj. | projected | projection | dự báo"),
    (Meaning("imputed", Kind.FLAG), "[i] | (i) | imputed"),
    (Meaning("low reliability", Kind.FLAG), "u | low reliability"),
    (Meaning("not significant", Kind.FLAG), "n | ns | n.s. | not significant"),
    (Meaning("break in series", Kind.FLAG), "b | break | break in series"),
    (Meaning("a note", Kind.FLAG), "note | [note] | footnote | fn"),
    (Meaning("definition differs", Kind.FLAG), "d | definition differs"),
)

# Excel's, LibreOffice's and Google's, and what they are called in other languages
_ERRORS: Mapping[str, str] = {
    "it divides by zero": "#div/0! #div/0 #¡div/0! #deel/0! #dziel/0! #дел/0! err:532",
    "it found no value": "#n/a #n/a! #nv #n/d #n/d! #nd #nb #н/д err:32767",
    "it refers to a cell that is gone": "#ref! #bezug! #¡ref! #rif! #verw! #adr! #ссылка! err:524",
    "it calculates with a text, or with another value of the wrong kind": (
        "#value! #wert! #valeur! #¡valor! #valor! #valore! #waarde! #arg! #знач! err:519"
    ),
    "it names a function or cells that are not known": "#name? #nom? #¿nombre? #nome? #naam? #nazwa? #имя? err:525",
    "its result is no number that can be shown": "#num! #zahl! #nombre! #¡num! #núm! #getal! #liczba! #число! err:503",
    "it names ranges without a common cell": "#null! #nul! #¡nulo! #nulo! #nullo! #leeg! #zero! #пусто! err:521",
    "its results find no room": "#spill! #überlauf! #propagation! #¡desbordamiento! #espansione! #перенос!",
    "it can't be calculated": "#calc! #kalk! #¡calc! #вычисл! #error! #python! #unknown! err:523",
    "what it reads can't be reached": "#getting_data #busy! #connect! #blocked! #external! #timeout! #loading!",
    "it asks for a field that is not there": "#field! #feld! #champ! #campo!",
    "it reads a value that it may not have": "err:502",
    "it refers to itself": "err:522",
    "it can't be read as a formula": "err:501 err:504 err:505 err:508 err:509 err:510 err:511 err:512",
}
_SOME_ERROR = re.compile(
    r"#[¡¿]?+[^\W\d][\w/]{1,20}+ ?[!?]\Z|(?:err|erreur|error|errore|erro|fehler|fout) ?: ?([0-9]{3})\Z"
)
_TOO_NARROW = re.compile(r"#{2,}+\Z")

INFINITIES = frozenset(
    sign + word for sign in ("", "+", "-", "+ ", "- ") for word in ("∞", "inf", "infinity", "infinite", "vô cực")
)


class Role(IntEnum):
    """What stands beside a number, what matters most first."""

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
    """A text before or behind a number, and what it may say: a qualifier, `meanings`, how many digits it stands for."""

    role: Role
    text: str
    says: str = ""
    meanings: tuple[Meaning, ...] = ()
    exponent: int = 0

    @property
    def meanings_in_words(self) -> list[str]:
        return [meaning.words for meaning in self.meanings]


_BOUNDS_BEFORE: Mapping[str, str] = {
    "more-than": "> | over | more than | above | greater than | larger than | exceeding | exceeds | hơn | trên"
    " | nhiều hơn | lớn hơn | cao hơn | vượt | plus de | über | mehr als | más de | mais de | oltre | свыше | более",
    "less-than": "< | under | less than | fewer than | below | lower than | smaller than | dưới | ít hơn | nhỏ hơn"
    " | thấp hơn | chưa đến | chưa tới | moins de | unter | weniger als | menos de | meno di | менее",
    "at-least": "≥ | ⩾ | ≧ | >= | => | > = | at least | no less than | not less than | no fewer than | not fewer than"
    " | from | min | min. | minimum | ít nhất | tối thiểu | không dưới | không ít hơn | từ | au moins | mindestens"
    " | al menos | не менее",
    "at-most": "≤ | ⩽ | ≦ | <= | =< | < = | at most | no more than | not more than | up to | not exceeding | max | max."
    " | maximum | nhiều nhất | tối đa | không quá | không vượt quá | đến | tới | au plus | höchstens | bis zu | hasta"
    " | не более",
    "about": "~ | ≈ | ≃ | ≅ | ≒ | ∼ | ～ | c | c. | ca | ca. | circa | about | around | approx | approx."
    " | approximately | roughly | some | nearly | almost | close to | khoảng | xấp xỉ | chừng | gần | độ | ước chừng"
    " | environ | env. | etwa | rund | ungefähr | unos | cerca de | около",
}
_BOUNDS_BEHIND: Mapping[str, str] = {
    "at-least": "+ | or more | and more | or over | and over | or above | and above | or higher | or greater | and up"
    " | at least | plus | trở lên | et plus | und mehr | o más | и более",
    "at-most": "or less | and less | or fewer | and fewer | or under | and under | or below | and below | or lower"
    " | at most | trở xuống | et moins | und weniger | o menos | и менее",
    "about": "approx | approx. | approximately | or so | circa | roughly | environ",
}
_PERCENT = (
    "% | ٪ | ﹪ | per cent | percent | pct | pct. | p.c. | percentage points | percentage point | % points | pp | p.p."
    " | phần trăm | điểm phần trăm | điểm % | prozent | pour cent | por ciento | por cento | procent | процентов"
)
_PER_MILLE = "‰ | per mille | per mil | permille | phần nghìn | phần ngàn | promille | pour mille"
# a power of ten, what is counted in it, and how it is written
_MULTIPLES: tuple[tuple[int, str, str], ...] = (
    (2, "hundreds", "hundred | hundreds | trăm"),
    (3, "thousands", "k | thousand | thousands | thou | thou. | thsd | thsd. | ths | tsd | tsd. | '000 | 000s | nghìn"),
    (3, "thousands", "ngàn | mil | mille | mila | тыс | тыс. | ribu | 千"),
    (4, "ten thousands", "万 | 萬 | vạn"),
    (5, "lakhs", "lakh | lakhs | lac | lacs"),
    (6, "millions", "million | millions | m | M | mn | mln | mio | mio. | mill | mill. | mil | triệu | tr | tr."),
    (6, "millions", "millón | millones | milhões | milioni | millionen | млн | млн. | juta | 百万"),
    (7, "crores", "crore | crores | cr"),
    (8, "hundred millions", "亿 | 億"),
    (9, "billions", "billion | billions | bn | b | bil | bil. | milliard | milliards | milliarde | milliarden | mrd"),
    (9, "billions", "mrd. | mia | mia. | md | tỷ | tỉ | miliardi | млрд | млрд. | mil millones"),
    (12, "trillions", "trillion | trillions | tn | trn | t | nghìn tỷ | ngàn tỷ | nghìn tỉ"),
)
_CURRENCIES = (
    "vnd | vnđ | đ | đồng | usd | us$ | a$ | c$ | r$ | eur | euro | euros | gbp | dollar | dollars | đô la | pounds"
    " | jpy | yen | cny | rmb | inr | rs | rs. | chf | fr. | kr | kr. | sek | nok | dkk | pln | zł | czk | kč | huf"
    " | thb | baht | idr | rp | rp. | myr | rm | php | sgd | krw | aud | cad | nzd | brl | mxn | zar | rub | try | lak"
    " | khr"
)
# units that stand there without a blank; some are letters that may be something else
_UNITS = "m t g h d s kg mg kt mt km cm mm ha kwh mwh gwh twh ml hl min km/h m2 m3 km2 m² m³ km² °c °f °"
# flags of Eurostat, which stand there without a blank: `12 bep`
_TOGETHER = frozenset("".join(each) for length in (2, 3) for each in combinations("bdepru", length))
_NOTES = "* ** *** **** † ‡ § ¶ # ## ? ?? ! a) b) c)"
_DASHES = "‐‑‒–—―−⁃⸺⸻﹘﹣－"
_BRACKETS: Mapping[str, str] = {"(": ")", "[": "]", "{": "}"}


def _split(text: str) -> list[str]:
    return [each.strip() for each in text.split(" | ")]


def _meanings() -> dict[str, tuple[Meaning, ...]]:
    found: dict[str, tuple[Meaning, ...]] = {}
    for meaning, marks in _MEANINGS:
        for mark in _split(marks):
            found[mark] = (*found.get(mark, ()), meaning)
    return found


def _affixes(bounds: Mapping[str, str], is_behind: bool) -> dict[str, tuple[Affix, ...]]:
    """All that stands on one side of a number, each with its readings."""
    found: dict[str, tuple[Affix, ...]] = {}

    def add(text: str, affix: Affix) -> None:
        found[text] = (*found.get(text, ()), affix)

    for qualifier, texts in bounds.items():
        for text in _split(texts):
            add(text, Affix(Role.BOUND, text, qualifier))
    for says, texts in (("percentage", _PERCENT), ("number per thousand", _PER_MILLE)):
        for text in _split(texts):
            add(text, Affix(Role.PERCENT, text, says))
    for exponent, says, texts in _MULTIPLES if is_behind else ():
        for text in _split(texts):
            add(text, Affix(Role.MULTIPLE, text, says, exponent=exponent))
    for text in _split(_CURRENCIES):
        add(text, Affix(Role.CURRENCY, text))
    for text in _NOTES.split():
        add(text, Affix(Role.NOTE, text))
    for text, meanings in _MARKS.items():
        # before a number, "c" and "x" are other things
        kinds = (Kind.FLAG, Kind.HIDDEN) if is_behind else (Kind.FLAG,)
        said = tuple(meaning for meaning in meanings if meaning.kind in kinds)
        if said and text[0].isalpha():
            add(text, Affix(Role.FLAG, text, meanings=said))
    for text in _UNITS.split() if is_behind else ():
        add(text, Affix(Role.WORDS, text, "a unit"))
    return found


_MARKS = _meanings()
_ERROR_WORDS = {key: words for words, keys in _ERRORS.items() for key in keys.split()}
BEFORE = _affixes(_BOUNDS_BEFORE, is_behind=False)
BEHIND = {**_affixes(_BOUNDS_BEHIND, is_behind=True), "-": (Affix(Role.BELOW_ZERO, "-", "a minus sign behind it"),)}
_LONGEST = max(map(len, (*BEFORE, *BEHIND)))


def mark_meanings(text: str) -> tuple[Meaning, ...]:
    """What a cell may mean that is a mark and no number; nothing where it is none.

    In the text every dash is "-", and every blank a space, as `plain_text` writes them.
    """
    text = text.replace("…", "...").replace("⋯", "...")
    if len(set(text)) == 1:
        text = text[:3]
    folded = text.casefold()
    inner = folded[1:-1].strip() if len(text) > 2 and _BRACKETS.get(text[0]) == text[-1] else folded
    # "[note 1]"
    numbered = inner.rstrip("0123456789 ") if inner.startswith(("note", "footnote", "fn")) else inner
    for key in (text, folded, folded.replace(" ", ""), inner, inner.rstrip("."), numbered):
        if key in _MARKS:
            return _MARKS[key]
    return ()


def error_words(text: str) -> str | None:
    """What is wrong in a spreadsheet where this is shown, as far as is known; None for what is no error of one."""
    key = text.casefold().replace(" ", "")
    found = _SOME_ERROR.match(text.casefold())
    if found and found[1]:
        key = f"err:{found[1]}"
    cut = [f"#{key}"] if key[-1:] in ("!", "?") else [f"{key}!", f"{key}?"] if key[:1] == "#" else []
    return next((_ERROR_WORDS[each] for each in (key, *cut) if each in _ERROR_WORDS), "" if found else None)


def is_too_narrow(text: str) -> bool:
    """Whether it is what a spreadsheet shows in a column that is too narrow: `####`."""
    return bool(_TOO_NARROW.match(text))


def plain_text(cell: str) -> str:
    """A cell with the digits 0 to 9, one kind of dash and of blank, and no character that takes no room."""
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


def affixes(text: str, table: Mapping[str, tuple[Affix, ...]]) -> Iterator[tuple[Affix, ...]]:
    """What stands beside a number, piece by piece, each with its readings; `table` is `BEFORE` or `BEHIND`."""
    rest = text.strip(" ,;")
    while rest:
        piece, found = (
            _bracketed(rest, table)
            or _raised(rest, table)
            or _known(rest, table)
            or _first_of_several(rest, table)
            or _word(rest)
        )
        yield found
        rest = rest[len(piece) :].lstrip(" ,;")


def _bracketed(text: str, table: Mapping[str, tuple[Affix, ...]]) -> tuple[str, tuple[Affix, ...]] | None:
    """A text in brackets at the beginning: a flag, a unit, or a note. `[note 1]`"""
    end = text.find(_BRACKETS[text[0]]) if text[0] in _BRACKETS else -1
    if end < 0:
        return None
    inner = text[1:end].strip()
    known = _looked_up(inner, table)
    flags = tuple(each for each in known if each.role == Role.FLAG)
    return text[: end + 1], flags or known or (Affix(Role.NOTE, text[: end + 1]),)


def _raised(text: str, table: Mapping[str, tuple[Affix, ...]]) -> tuple[str, tuple[Affix, ...]] | None:
    """Raised letters and digits at the beginning: a flag, or the number of a note. `ᵖ`, `¹`"""
    length = 0
    while length < len(text) and unicodedata.decomposition(text[length]).startswith("<super>"):
        length += 1
    if not length:
        return None
    base = unicodedata.normalize("NFKC", text[:length])
    return text[:length], _looked_up(base, table) or (Affix(Role.NOTE, text[:length]),)


def _known(text: str, table: Mapping[str, tuple[Affix, ...]]) -> tuple[str, tuple[Affix, ...]] | None:
    """The longest text of the table at the beginning, if it does not end within a word."""
    if unicodedata.category(text[0]) == "Sc":
        return text[0], (Affix(Role.CURRENCY, text[0]),)
    for length in range(min(len(text), _LONGEST), 0, -1):
        ends_word = length == len(text) or not (text[length - 1].isalnum() and text[length].isalnum())
        if ends_word and (found := _looked_up(text[:length], table)):
            return text[:length], tuple(replace(each, text=text[:length]) for each in found)
    return None


def _first_of_several(text: str, table: Mapping[str, tuple[Affix, ...]]) -> tuple[str, tuple[Affix, ...]] | None:
    """The first of some flags that are written without a blank."""
    letters = text.partition(" ")[0].casefold()
    if letters not in _TOGETHER:
        return None
    return letters[0], tuple(each for each in table[letters[0]] if each.role == Role.FLAG)


def _looked_up(text: str, table: Mapping[str, tuple[Affix, ...]]) -> tuple[Affix, ...]:
    return table.get(text) or table.get(text.casefold()) or ()


def _word(text: str) -> tuple[str, tuple[Affix, ...]]:
    """Whatever stands there up to a blank or a bracket."""
    end = next((at for at, character in enumerate(text) if at and character in " ([{"), len(text))
    return text[:end], (Affix(Role.WORDS, text[:end]),)


def listed(words: Iterable[str], quotes: bool = True) -> str:
    """Texts as alternatives: `"none", "not available" or "not applicable"`."""
    *others, last = [f'"{each}"' if quotes else each for each in words]
    return f"{', '.join(others)} or {last}" if others else last
