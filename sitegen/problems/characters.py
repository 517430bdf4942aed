"""Characters that no text of a site may hold: they are unprintable, and break XML and terminals.

Messages quote authors' text, so they escape these and other invisible characters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# direction marks and overrides: fine in Arabic or Hebrew prose, not in names
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@cache
def _unprintable() -> re.Pattern[str]:
    # C0 except tab and line feed, DEL, C1, lone surrogates, noncharacters; compiled lazily, as it takes milliseconds
    planes = "".join(f"{chr(plane * 0x10000)}-{chr(plane * 0x10000 + 0xFFFD)}" for plane in range(1, 17))
    return re.compile(f"[^\t\n -~\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd{planes}]")


def unprintable(text: str, start: int = 0) -> int | None:
    """The offset of the first unprintable character at or after `start`, or None."""
    # fast path for nearly every text
    if text.replace("\n", "").replace("\t", "").isprintable():
        return None
    found = _unprintable().search(text, start)
    return found.start() if found else None


def unfit_in_name(name: str) -> str:
    """The first unprintable character, direction mark or line break in a name, or ""."""
    if name.isascii() and name.isprintable():
        return ""
    found = _unprintable().search(name) or _TURNING.search(name) or re.search("[\t\n]", name)
    return found[0] if found else ""


def named(character: str) -> str:
    """How messages name a character: `U+0008`."""
    return f"U+{ord(character):04X}"


# controls, formats (direction, zero width), surrogates, unassigned, line and paragraph separators:
# https://www.unicode.org/reports/tr44/#General_Category_Values
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Cn", "Zl", "Zp"))
# GitHub's and Azure's runners take log lines with a leading `::`, or with `##[`, for commands
_COMMAND = re.compile(r"^(\s*+):(?=:)|#(?=#\[)")


def printable(text: str) -> str:
    r"""A text as one line, safe for terminals and logs: `\x1b[2J`, `a\nb`, `\u202e`."""
    if not text.isprintable():
        text = "".join(_escaped(each) if _is_unseen(each) and each != "\t" else each for each in text)
    if "::" in text or "##[" in text:
        text = _COMMAND.sub(lambda found: (found[1] or "") + _escaped(found[0][-1]), text)
    return text


def printable_lines(text: str) -> str:
    """`printable` for each line of a text."""
    return "\n".join(map(printable, text.split("\n")))


def printable_json(text: str) -> str:
    """JSON with invisible characters escaped."""
    if not text.isprintable():
        text = "".join(
            "".join(f"\\u{unit:04x}" for unit in _utf16(each)) if _is_unseen(each) and each not in "\t\n" else each
            for each in text
        )
    # no line of JSON begins with a string, so `::` is harmless
    return text.replace("##[", "#\\u0023[")


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN


def _escaped(character: str) -> str:
    # as Python writes it
    if character == "\n":
        return "\\n"
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _utf16(character: str) -> memoryview:
    return memoryview(character.encode("utf-16-le", "surrogatepass")).cast("H")
