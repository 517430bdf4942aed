"""The places of TOML's keys: those where they are written, whatever the texts around them hold."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.text.toml_keys import KeyPath, toml_keys

BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
# what a reader of lines, or of quotation marks, takes for something else
ODD_LINES = (
    *("key = 1", "a.b = 2", "[table]", "[[table]]", "# x = 1", "]", "}, {", "", " ", "x", "é\t= 'y'"),
    *('"', '""', "'", "''", "\\", '\\"', "\\u0041", "'''", '"""', 'a = """', "b = '''", '"k" = "v" #'),
)
ODD_KEYS = (
    *("a", "b", "1979", "3", "-", "a-b", "_", "true", "inf", "1979-05-27", "", " ", "a b", "a.b", "ʎǝʞ", "😀"),
    *("a = 1", "[x]", "[[x]]", "#", '"', "'", "'''", '"""', "\\", "\\u0041", "tab\t", "line\nend", "0x1F", "é", "]"),
)
SCALARS = (
    *("1", "+1_000", "-0", "0xdead_beef", "3.14", "6.626e-34", "inf", "-nan", "true", "false", "[]", "{}"),
    *("1979-05-27", "1979-05-27 07:32:00", "1979-05-27T07:32:00.999-07:00", "07:32:00.5"),
)
TEXTS = st.lists(st.sampled_from(ODD_LINES), max_size=4).map("\n".join)
KEYS = st.sampled_from(ODD_KEYS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=3)


@dataclass(frozen=True)
class Plain:
    """A value as it is written."""

    written: str


def paths(value: object, above: KeyPath = ()) -> Iterator[KeyPath]:
    """The path of everything in a document."""
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*above, key)
        yield from paths(item, (*above, key))


def escaped(text: str, draw: st.DrawFn) -> str:
    """A text as a basic string has it; some characters are escaped that need not be."""

    def one(character: str) -> str:
        code = ord(character)
        needed = character in '"\\' or (character < " " and character != "\t") or code == 127
        if not needed and not draw(st.booleans()):
            return character
        short = json.dumps(character)[1:-1]
        if short[0] == "\\" and short[1] in 'btnfr"\\' and draw(st.booleans()):
            return short
        return f"\\u{code:04x}" if code < 0x10000 and draw(st.booleans()) else f"\\U{code:08X}"

    return "".join(map(one, text))


def written_key(key: str, draw: st.DrawFn) -> str:
    """A key, in one of the ways that it can be written."""
    ways = [f'"{escaped(key, draw)}"']
    if BARE.match(key):
        ways.append(key)
    if "'" not in key and all(each >= " " or each == "\t" for each in key) and "\x7f" not in key:
        ways.append(f"'{key}'")
    return draw(st.sampled_from(ways))


def written_text(text: str, draw: st.DrawFn) -> str:
    """A text, in one of the ways that it can be written."""
    lines = [line.replace("\\", "\\\\").replace('"""', '""\\"') for line in text.split("\n")]
    # a quotation mark at the end may stand before the three that close the text, but no more than two
    last = re.sub(r'"{3,}\Z', lambda found: '\\"' * len(found[0]), lines.pop())
    ends = [draw(st.sampled_from(["\n", "\\n", "\\\n  \n\\n"])) for _ in lines]
    long = "".join(line + end for line, end in zip(lines, ends, strict=True)) + last
    ways = [f'"{escaped(text, draw)}"', f'"""{long}"""', f'"""\n{long}"""']
    if "\n" not in text and "'" not in text:
        ways.append(f"'{text}'")
    if "'''" not in text and not text.endswith("'''"):
        ways.append(f"'''{text}'''")
    return draw(st.sampled_from(ways))


@dataclass
class Writer:
    """Writes a document, and notes where each key of it is given a value, and where it is first named."""

    draw: st.DrawFn
    text: str = ""
    given: dict[KeyPath, int] = field(default_factory=dict)
    named: dict[KeyPath, int] = field(default_factory=dict)
    inside: int = 0

    @property
    def places(self) -> dict[KeyPath, int]:
        return {**self.named, **self.given}

    def note(self, path: KeyPath) -> None:
        """What is written next is a key."""
        for length in range(1, len(path)):
            self.named.setdefault(path[:length], len(self.text))
        self.given[path] = len(self.text)

    def add(self, *choices: str) -> None:
        self.text += self.draw(st.sampled_from(choices))

    def blank(self) -> None:
        self.add("", " ", " \t ")

    def break_line(self) -> None:
        """Inside an array, lines may end, and comments stand."""
        self.add("", " ", "\n", " # k = 1 ]\n", "\n\t# '''\n", '# """\n\n')

    def end_line(self) -> None:
        self.add("\n", " # k = [1\n", '\n\n# a = """\n', "\n  # '''\n\t")

    def separate(self) -> None:
        """What stands between two keys of a table: a comma in an inline one, else the end of a line."""
        if self.inside:
            self.blank()
            self.text += ","
            self.blank()
        else:
            self.end_line()

    def keys(self, keys: KeyPath) -> None:
        for number, key in enumerate(keys):
            if number:
                self.blank()
                self.text += "."
                self.blank()
            self.text += written_key(str(key), self.draw)

    def assign(self, above: KeyPath, keys: KeyPath, value: object) -> None:
        """`a.b = value`, or a line for each key of a table."""
        if isinstance(value, dict) and value and self.draw(st.booleans()):
            for number, (key, item) in enumerate(value.items()):
                if number:
                    self.separate()
                self.assign(above, (*keys, key), item)
            return
        self.note((*above, *keys))
        self.keys(keys)
        self.blank()
        self.text += "="
        self.blank()
        self.value((*above, *keys), value)

    def value(self, path: KeyPath, value: object) -> None:
        if isinstance(value, str):
            self.text += written_text(value, self.draw)
        elif isinstance(value, Plain):
            self.text += value.written
        elif isinstance(value, list):
            self.array(path, value)
        elif isinstance(value, dict):
            self.inline_table(path, value)

    def inline_table(self, path: KeyPath, table: dict[str, object]) -> None:
        self.inside += 1
        self.text += "{"
        self.blank()
        for number, (key, item) in enumerate(table.items()):
            if number:
                self.separate()
            self.assign(path, (key,), item)
        self.blank()
        self.text += "}"
        self.inside -= 1

    def array(self, path: KeyPath, items: list[object]) -> None:
        self.text += "["
        for number, item in enumerate(items):
            self.break_line()
            self.note((*path, number))
            self.value((*path, number), item)
            self.break_line()
            if number < len(items) - 1:
                self.text += ","
            else:
                self.add("", ",")
        self.break_line()
        self.text += "]"

    def table(self, path: KeyPath, names: KeyPath, table: dict[str, Any]) -> None:
        """The keys of a table, then the tables in it that have headers; `names` are what the headers are made of."""
        headed = {key: value for key, value in table.items() if is_headed(value) and self.draw(st.booleans())}
        for key, value in table.items():
            if key not in headed:
                self.assign(path, (key,), value)
                self.end_line()
        for key, value in headed.items():
            self.headed((*path, key), (*names, key), value)

    def headed(self, path: KeyPath, names: KeyPath, value: Any) -> None:
        """`[[a.b]]` for each table of a list; `[a.b]` for one, perhaps only after what is in it has had its own."""
        if isinstance(value, list):
            for number, table in enumerate(value):
                self.header((*path, number), names, "[[", "]]")
                self.table((*path, number), names, table)
            return
        before = [key for key, item in value.items() if is_headed(item)] if self.draw(st.booleans()) else []
        for key in before:
            self.headed((*path, key), (*names, key), value[key])
        self.header(path, names, "[", "]")
        self.table(path, names, {key: item for key, item in value.items() if key not in before})

    def header(self, path: KeyPath, names: KeyPath, opening: str, closing: str) -> None:
        self.blank()
        self.text += opening
        self.blank()
        self.note(path)
        self.keys(names)
        self.blank()
        self.text += closing
        self.end_line()


def is_headed(value: object) -> bool:
    """Whether a value can be written below a header, or several."""
    is_list = isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)
    return isinstance(value, dict) or is_list


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[KeyPath, int]]:
    """A document, and the place of each path in it."""
    scalars = TEXTS | st.sampled_from(SCALARS).map(Plain)
    tables = st.recursive(
        st.dictionaries(KEYS, scalars, max_size=2),
        lambda inner: (
            st.dictionaries(KEYS, scalars | st.lists(inner | scalars, max_size=3) | inner, max_size=3)
            | st.dictionaries(KEYS, st.lists(inner, min_size=1, max_size=3) | inner, max_size=3)
        ),
        max_leaves=8,
    )
    writer = Writer(draw)
    writer.table((), (), draw(tables))
    return writer.text, writer.places


@given(documents())
@settings(max_examples=300, deadline=None)
def test_each_key_is_where_it_is_written(document: tuple[str, dict[KeyPath, int]]) -> None:
    """However it and the texts around it are written; and there are no other keys."""
    text, places = document
    found = toml_keys(text)
    assert found.fault is None
    assert places == found.offsets
    assert set(paths(tomllib.loads(text))) == set(found.offsets)


@given(documents())
@settings(max_examples=100, deadline=None)
def test_lines_may_end_as_on_windows(document: tuple[str, dict[KeyPath, int]]) -> None:
    """CRLF moves the keys, and is no part of them."""
    text, places = document
    moved = {path: offset + text.count("\n", 0, offset) for path, offset in places.items()}
    assert moved == toml_keys(text.replace("\n", "\r\n")).offsets


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('a = """\nkey = 1\n"""\nb = 1\n', {"a": 0, "b": 20}),
        ("a = '''\n[table]\nkey = 1\n'''\nb = 1\n", {"a": 0, "b": 28}),
        ('a = """"b = 1""""\nc = 1\n', {"a": 0, "c": 18}),
        ('a = """""b = 1"""""\nc = 1\n', {"a": 0, "c": 20}),
        ("a = '''''b = 1'''''\nc = 1\n", {"a": 0, "c": 20}),
        ('a = """\\"""\nb = 1\n"""\nc = 1\n', {"a": 0, "c": 22}),
        ('a = """\\\n b = 1 \\\n  """\nc = 1\n', {"a": 0, "c": 24}),
        ('a = "\\"" # "\nb = 1', {"a": 0, "b": 13}),
        ('a = "\\\\" # "\nb = 1', {"a": 0, "b": 13}),
        ("a = '\\' # '\nb = 1", {"a": 0, "b": 12}),
        ('"a\\u0041" = 1', {"aA": 0}),
        ('"\\"\\\\" = 1', {'"\\': 0}),
        ("'a\\u0041' = 1", {"a\\u0041": 0}),
        ("'\"' = 1", {'"': 0}),
        ('[ a . "b c" ]\nd = 1', {"a": 2, "a/b c": 2, "a/b c/d": 14}),
        ("[a.b]\n[a]\nc = 1", {"a": 7, "a/b": 1, "a/c": 10}),
        (
            "[[a]]\n[a.b]\n[[a.c]]\n[[a]]\n[[a.c]]\n[[a.c]]\n[a.c.d]",
            {
                **{"a": 2, "a/0": 2, "a/0/b": 7, "a/0/c": 14, "a/0/c/0": 14},
                **{"a/1": 22, "a/1/c": 28, "a/1/c/0": 28, "a/1/c/1": 36, "a/1/c/1/d": 43},
            },
        ),
        ("a.b = 1\na . c = 2", {"a": 0, "a/b": 0, "a/c": 8}),
        ("a = [1, 'b = 1', [2]]", {"a": 0, "a/0": 5, "a/1": 8, "a/2": 17, "a/2/0": 18}),
    ],
)
def test_the_places_of_what_is_easily_taken_for_something_else(text: str, wanted: dict[str, int]) -> None:
    """Each by itself, for whoever reads them."""
    assert wanted == {"/".join(map(str, path)): offset for path, offset in toml_keys(text).offsets.items()}
    assert len(list(paths(tomllib.loads(text)))) == len(wanted)


@pytest.mark.parametrize(
    "text", ['"a\\', '"a\\"', '"a\\q" = 1', '"\\', '"', "'", '"""\\', '"""a\\""" = 1', '"\\u00" = 1', "[", "]"]
)
def test_what_is_no_toml_ends_too(text: str) -> None:
    """Places are looked for before it is known whether it is TOML."""
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)
    assert toml_keys(text).fault is None
