"""The place of each key of a TOML document, which `tomllib` doesn't report; found in one pass.

Also rejects documents that are nested too deeply or that `tomllib` would take too long to parse.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field

KeyPath = tuple[str | int, ...]
DEEPEST = 50
"""The maximum nesting depth; sites need a few levels."""
LONGEST_NUMBER = 100
# unambiguous, so matching takes linear time
_TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\n]*+)
    | (?P<text>\"\"\"(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5}+|\\?\Z) | '''(?:[^']++|'(?!''))*+(?:'{3,5}+|\Z)
        | "(?:[^"\\\n]++|\\[^\n])*+"?+ | '[^'\n]*+'?+)
    | (?P<bare>[\w+:-]++)
    | (?P<sign>[\[\]{}=.,\n])
    """,
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(r"[+-]?[0-9]")


@dataclass(frozen=True)
class TomlFault:
    """Why a document is rejected, and at which offset."""

    offset: int
    message: str


@dataclass
class TomlKeys:
    """The offset of each key and array item by its path, in which items are numbers.

    A key's place is where it gets its value or header; that of a key written only before a dot is its first occurrence.
    All keys of `a.b.c` have the same place.
    """

    offsets: dict[KeyPath, int] = field(default_factory=dict)
    fault: TomlFault | None = None


@dataclass
class _Table:
    """An open inline table or array, or the document itself (opened by ""), with its path."""

    opened: str
    keys: KeyPath
    items: int = 0


def toml_keys(text: str) -> TomlKeys:
    """The keys of a document, up to its first fault; if it isn't TOML, whatever looks like keys."""
    return _Scan(text).keys()


class _Scan:
    """One pass over the tokens of a document."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found = TomlKeys()
        self.open: list[_Table] = [_Table("", ())]
        self.counts: dict[KeyPath, int] = {}
        self.key: list[str] = []
        self.start = 0
        self.in_value = False
        self.in_header = 0

    def keys(self) -> TomlKeys:
        for token in _TOKEN.finditer(self.text):
            if token.lastgroup != "comment":
                self.take(str(token.lastgroup), token[0], token.start())
            if len(self.open[-1].keys) + len(self.key) > DEEPEST:
                self.found.fault = TomlFault(token.start(), f"nested more than {DEEPEST} levels deep")
            if self.found.fault:
                break
        return self.found

    def take(self, kind: str, written: str, offset: int) -> None:
        if kind == "sign":
            self.sign(written, offset)
        elif self.in_value:
            self.item(offset)
            if kind == "bare" and len(written) > LONGEST_NUMBER and _NUMBER.match(written):
                self.found.fault = TomlFault(offset, f"a number of more than {LONGEST_NUMBER} digits")
        else:
            if not self.key:
                self.start = offset
            self.key.append(_plain(written) if kind == "text" else written)

    def sign(self, sign: str, offset: int) -> None:
        inside = self.open[-1]
        if sign == "\n":
            if len(self.open) == 1:
                self.key, self.in_value, self.in_header = [], False, 0
        elif sign == "=":
            if self.key:
                self.place((*inside.keys, *self.key), self.start)
            self.in_value = True
        elif sign == "[" and not self.in_value:
            self.in_header += 1
        elif sign == "]" and self.in_header:
            self.header()
        elif sign in "[{" and self.in_value:
            self.enter(sign, offset)
        elif sign in "]}" and len(self.open) > 1:
            self.open.pop()
            self.in_value = True
            self.key = []
        elif sign == "," and len(self.open) > 1:
            inside.items += 1
            self.in_value = inside.opened == "["
            self.key = []

    def enter(self, sign: str, offset: int) -> None:
        """Open an array or inline table, as a key's value or an array's item."""
        self.item(offset)
        inside = self.open[-1]
        keys: KeyPath = (*inside.keys, inside.items) if inside.opened == "[" else (*inside.keys, *self.key)
        self.open.append(_Table(sign, keys))
        self.key = []
        self.in_value = sign == "["

    def item(self, offset: int) -> None:
        """Record part of a value; an array item's place is that of its first part."""
        inside = self.open[-1]
        if inside.opened == "[":
            self.found.offsets.setdefault((*inside.keys, inside.items), offset)

    def header(self) -> None:
        """`[a.b]` or `[[a.b]]`, which the keys below belong to. An array's name in the path means its last table."""
        path: KeyPath = ()
        for key in self.key[:-1]:
            path = (*path, key)
            path = (*path, self.counts[path]) if path in self.counts else path
        path = (*path, *self.key[-1:])
        if self.in_header == 2:
            self.counts[path] = self.counts.get(path, -1) + 1
            path = (*path, self.counts[path])
        self.place(path, self.start)
        self.open[0] = _Table("", path)
        self.key, self.in_header = [], 0

    def place(self, path: KeyPath, offset: int) -> None:
        """Record a key, and its parents that have no place yet."""
        for length in range(1, len(path)):
            self.found.offsets.setdefault(path[:length], offset)
        self.found.offsets[path] = offset


def _plain(written: str) -> str:
    """A quoted key without its quotes and escapes."""
    if written[0] == '"' and "\\" in written:
        try:
            return next(iter(tomllib.loads(f"{written} = 0")))
        except tomllib.TOMLDecodeError:
            # invalid TOML, which `load_toml` reports
            pass
    return written[1:-1]
