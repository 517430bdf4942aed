"""The characters that no text of a site may hold: they can't be printed, and XML and terminals take them ill."""

from __future__ import annotations

import re

# C0 but tab and line feed, DEL, C1, lone surrogates, and what Unicode says will never be a character
_PLANES = "".join(f"{chr(plane * 0x10000)}-{chr(plane * 0x10000 + 0xFFFD)}" for plane in range(1, 17))
_UNPRINTABLE = re.compile(f"[^\t\n -~\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd{_PLANES}]")
# what turns the direction of the text around it: fit for prose in Arabic or Hebrew, not for a name
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def unprintable(text: str, start: int = 0) -> int | None:
    """Where the first character at or behind `start` stands that no text may hold; None where there is none."""
    found = _UNPRINTABLE.search(text, start)
    return found.start() if found else None


def unfit_in_name(name: str) -> str:
    """The first character that a name may not hold: one that can't be printed, or turns the direction; else nothing."""
    found = _UNPRINTABLE.search(name) or _TURNING.search(name) or re.search("[\t\n]", name)
    return found[0] if found else ""


def named(character: str) -> str:
    """A character as it is shown in a message: `U+0008`."""
    return f"U+{ord(character):04X}"
