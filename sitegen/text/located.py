"""Text files, and YAML and TOML documents with the place of every key."""

from __future__ import annotations

import errno
import math
import os
import re
import stat
import tomllib
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from html import unescape
from itertools import accumulate
from pathlib import Path
from typing import Any

import yaml

from ..problems import Problem, SiteError, Span, named, unprintable
from .toml_keys import DEEPEST, LONGEST_NUMBER, toml_keys
from .toml_keys import KeyPath as KeyPath

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# TOML doesn't guarantee larger integers, and many JSON readers reject them
_LARGEST = 2**63
_TAG = "tag:yaml.org,2002:"
_TAGS = frozenset(_TAG + name for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq"))
_CHECKED_TAGS = frozenset(_TAG + name for name in ("int", "float", "bool", "timestamp"))
_MERGE = _TAG + "merge"
_TOO_LARGE = "the number is too large: put it in quotes if it is a text"
# how many characters aliases may add to a document
_MOST_REPEATED = 100_000
_MOST_CHARACTERS_REPORTED = 20


def _is_portable(value: object) -> bool:
    """Whether other programs can read a value: false for infinite numbers and those over 64 bits."""
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or -_LARGEST <= value < _LARGEST


@dataclass(frozen=True)
class SourceText:
    """A text file: its path as shown in messages, and its text, with LF line ends and without BOM."""

    name: str
    text: str

    def span(self, line: int, column: int = 1) -> Span:
        """The place at a line and column, both from 1, with the line as excerpt."""
        starts, text = self._starts, self.text
        found = text[starts[line - 1] : starts[line] - 1] if 0 < line < len(starts) else ""
        return Span(self.name, line, column, _excerpt(found, column))

    def at(self, offset: int) -> Span:
        """The place at an offset."""
        return self.span(*self.place(offset))

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset."""
        line = bisect_right(self._starts, offset, hi=len(self._starts) - 1)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int) -> int:
        """The offset of the start of a line."""
        return self._starts[min(line, len(self._starts)) - 1]

    @cached_property
    def _starts(self) -> Sequence[int]:
        """The offset of each line, and of one past the end."""
        return list(accumulate((len(line) + 1 for line in self.text.split("\n")), initial=0))

    def find(self, needle: str, first_line: int = 1) -> Span:
        """The first place of `needle` at or below `first_line`; that line if it is not found."""
        offset = self.text.find(needle, self.offset(first_line))
        return self.span(first_line) if offset < 0 else self.at(offset)

    def find_meant(self, needle: str) -> Span | None:
        """The first line that contains `needle` as a browser reads it: ignoring case, with `&#9;` and such decoded."""
        meant = needle.strip().casefold()
        for number, line in enumerate(self.text.split("\n"), 1):
            if meant and meant in unescape(line).casefold():
                return self.span(number)
        return None

    def links(self, target: str) -> Sequence[int]:
        """The offsets of links to `target` in Markdown or HTML: `](target)`, `href="target"`, `link("target")` …"""
        return _links(self.text, target)

    def words(self, word: str, marks: Sequence[str]) -> list[Span]:
        """The places of a word or id directly following one of `marks`."""
        before = "|".join(re.escape(mark) for mark in marks)
        pattern = re.compile(rf"(?:{before})({re.escape(word)})(?![\w-])")
        return [self.at(found.start(1)) for found in pattern.finditer(self.text)]

    def find_link(self, target: str, first_line: int = 1) -> Span:
        """The first link to `target` at or below `first_line`, else the first place of its text."""
        links = self.links(target)
        index = bisect_left(links, self.offset(first_line))
        return self.at(links[index]) if index < len(links) else self.find(target, first_line)

    def find_word(self, word: str, first_line: int = 1) -> Span:
        """Like `find`, but for a whole word or id."""
        pattern = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
        found = pattern.search(self.text, self.offset(first_line)) or pattern.search(self.text)
        return self.at(found.start()) if found else self.find(word, first_line)


class UnreadText(SourceText):
    """A text file that is read on each access."""

    def __init__(self, name: str, load: Callable[[], str]) -> None:
        vars(self).update(name=name, _load=load)

    @property
    def text(self) -> str:
        load: Callable[[], str] = vars(self)["_load"]
        return load()


# cached: a page may have the same broken link many times
@lru_cache(maxsize=64)
def _links(text: str, target: str) -> Sequence[int]:
    definition = r"^[^\S\n]*+\[[^\]\n]++\]:\s*+<?"
    before = rf"""(?:\]\(\s*<?|(?:href|src|srcset|data|poster|action)\s*=\s*["']?|{definition}|<|\(["'])"""
    pattern = re.compile(rf"""{before}({re.escape(target)})(?=[\s)>"'])""", re.MULTILINE)
    return [found.start(1) for found in pattern.finditer(text)]


def _excerpt(line: str, column: int) -> str:
    """A line without indentation; if it is long, the part around the column."""
    text = line.strip()
    if len(text) <= 160:
        return text
    start = max(0, column - 1 - (len(line) - len(line.lstrip())) - 60)
    end = start + 150
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")


def read_text(path: Path, name: str) -> SourceText:
    """Read a UTF-8 file; drops a BOM and normalises to LF and NFC.

    Raises SiteError if the file can't be read or isn't UTF-8.
    """
    try:
        # don't wait for a pipe
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:  # noqa: PTH123
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(errno.EINVAL, "not a regular file")
            raw = file.read()
    except OSError as error:
        raise SiteError([Problem("file-unreadable", f"can't read the file: {error.strerror}", Span(name))]) from error
    return decode_text(raw, name)


def decode_text(raw: bytes, name: str) -> SourceText:
    """Decode a file's bytes; see `read_text`."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"not UTF-8: byte 0x{raw[error.start]:02x}"
        hint = "save the file as UTF-8" + (" (in a spreadsheet: “CSV UTF-8”)" if name.endswith(".csv") else "")
        raise SiteError([Problem("file-encoding", message, Span(name, line, column), hint)]) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    source = SourceText(name, unicodedata.normalize("NFC", text))
    if unprintable(source.text) is not None:
        raise SiteError(_unprintable_problems(source))
    return source


def _unprintable_problems(source: SourceText) -> Iterator[Problem]:
    """Problems for the first unprintable characters; without excerpts, which would contain them."""
    offset = unprintable(source.text)
    for _ in range(_MOST_CHARACTERS_REPORTED):
        if offset is None:
            return
        yield _unprintable_problem(Span(source.name, *source.place(offset)), source.text[offset])
        offset = unprintable(source.text, offset + 1)


def _unprintable_problem(span: Span, character: str) -> Problem:
    message = f"the character {named(character)} is not allowed in texts"
    return Problem("character-unprintable", message, span, "delete it: it is invisible")


@dataclass(frozen=True)
class LocatedMapping:
    """A YAML or TOML mapping with the place of each key by its path, e.g. `("params", "steps", 0, "title")`."""

    values: Mapping[str, Any]
    source: SourceText
    places: Mapping[KeyPath, tuple[int, int]] = field(default_factory=dict)

    def span(self, *path: str | int) -> Span:
        """The place of a key, or of the nearest key above it that has one; else the first line."""
        for length in range(len(path), 0, -1):
            place = self.places.get(path[:length])
            if place:
                return self.source.span(*place)
        return self.source.span(1)

    def line(self, key: str) -> int:
        """The line of a top-level key."""
        return self.places.get((key,), (1, 1))[0]


# line separators in YAML 1.1, and the BOM, which it rejects
_NOT_YAML = re.compile("[\u2028\u2029\ufeff]")
_TOO_DEEP = f"nested more than {DEEPEST} levels deep"


def load_yaml(text: str, source: SourceText, first_line: int = 1) -> LocatedMapping:
    """Read a YAML 1.1 mapping that begins at `first_line` of `source`. Impossible dates stay texts.

    Raises SiteError (`yaml-invalid`).
    """
    if found := _NOT_YAML.search(text):
        span = source.at(source.offset(first_line) + found.start())
        raise SiteError([_yaml_problem(span, f"the character {named(found[0])} is not allowed here", "")])
    loader = _Loader(text)
    try:
        _check_depth(text)
        node = loader.get_single_node()
        if node is None:
            return LocatedMapping({}, source)
        if not isinstance(node, yaml.MappingNode):
            raise SiteError([_yaml_problem(source.span(first_line), "expected `key: value` lines")])
        walk = _Walk(source, first_line, loader, "\\" in text)
        walk.visit(node)
        if walk.problems:
            raise SiteError(walk.problems)
        values = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        raise SiteError([_marked_problem(error, source, first_line)]) from error
    except yaml.YAMLError as error:
        raise SiteError([_yaml_problem(source.span(first_line), str(error).split("\n")[0])]) from error
    finally:
        loader.dispose()
    return LocatedMapping(values, source, walk.places)


def _check_depth(text: str) -> None:
    """Raises MarkedYAMLError if a text is nested so deeply that parsing would overflow the stack."""
    if sum(map(text.count, "[{-?:")) <= DEEPEST:
        # every level needs at least one of these characters
        return
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                mark: Any = event.start_mark
                raise yaml.composer.ComposerError(None, None, _TOO_DEEP, mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _marked_problem(error: yaml.MarkedYAMLError, source: SourceText, first_line: int) -> Problem:
    """A parser error as a problem, at the place where the mistake begins."""
    is_open = "quoted scalar" in (error.context or "") and error.context_mark is not None
    mark = error.context_mark if is_open else error.problem_mark or error.context_mark
    span = source.span(first_line + mark.line, mark.column + 1) if mark else source.span(first_line)
    if is_open:
        hint = "end the text with the quotation mark that it begins with"
        return _yaml_problem(span, "the quotation mark is never closed", hint)
    problem = error.problem or "not YAML"
    if span.excerpt and "\t" in source.text.split("\n")[span.line - 1][: span.column]:
        return _yaml_problem(span, problem, "indent with spaces: YAML doesn't allow tabs")
    is_syntax = problem != _TOO_DEEP and not isinstance(error, yaml.constructor.ConstructorError)
    return _yaml_problem(span, problem, _QUOTES if is_syntax else "")


_QUOTES = "quote values that contain “: ” or “#”, or begin with “{”, “[”, “*”, “&”, “!”, “%” or “@”"


def _yaml_problem(span: Span, message: str, hint: str = _QUOTES) -> Problem:
    return Problem("yaml-invalid", f"not YAML: {message}", span, hint)


@dataclass
class _Walk:
    """Records the place of each key and list item in a YAML tree, and turns every key into a string as written.

    Reports duplicate keys and unsupported values. `escapes`: whether texts may contain escaped characters.
    """

    source: SourceText
    first_line: int
    loader: Any
    escapes: bool
    places: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    above: list[yaml.Node] = field(default_factory=list)
    sizes: dict[int, tuple[int, int]] = field(default_factory=dict)

    def visit(self, node: yaml.Node, path: KeyPath = ()) -> tuple[int, int]:
        """The size in characters and the depth of a node, with aliases expanded."""
        if node.tag not in _TAGS:
            self.check_tag(node)
        if isinstance(node, yaml.ScalarNode):
            self.check_characters(node)
            if node.tag in _CHECKED_TAGS:
                self.check_value(node)
            return len(node.value) + 1, 0
        if node in self.above or not isinstance(node, yaml.CollectionNode):
            self.problem(node, f'"{path[-1]}" contains itself')
            return 0, 0
        if id(node) not in self.sizes:
            # an alias is not visited again: its contents have their place at the anchor
            size = depth = 0
            self.above.append(node)
            for key, place, child in self.children(node):
                self.places[*path, key] = place
                inside = self.visit(child, (*path, key))
                size, depth = size + inside[0] + len(str(key)), max(depth, inside[1])
            self.above.pop()
            self.sizes[id(node)] = size + 1, depth + 1
            self.check_size(node, size, depth)
        return self.sizes[id(node)]

    def check_size(self, node: yaml.Node, size: int, depth: int) -> None:
        """Raises SiteError if aliases make a node too deep or too large."""
        if depth >= DEEPEST:
            self.problem(node, _TOO_DEEP)
        elif size > len(self.source.text) + _MOST_REPEATED:
            self.problem(node, "the aliases repeat too much", f"at most {_MOST_REPEATED:,} characters may be repeated")
        else:
            return
        raise SiteError(self.problems)

    def check_tag(self, node: yaml.Node) -> None:
        if node.tag in (_MERGE, _TAG + "value"):
            # `=` and `<<` are special only as keys
            node.tag = _TAG + "str"
        else:
            name = str(node.tag).removeprefix(_TAG)
            self.problem(node, f"unknown tag `{name}`", "remove it: texts, numbers and dates need no tag")

    def check_value(self, node: yaml.ScalarNode) -> None:
        """Turn an impossible date into a text; report numbers that can't be read or printed."""
        try:
            # long numbers are slow to parse
            is_long = len(node.value) > LONGEST_NUMBER
            value = math.inf if is_long else _Loader.yaml_constructors[node.tag](self.loader, node)
        except (ValueError, LookupError, OverflowError, AttributeError):
            if node.tag == _TAG + "timestamp":
                node.tag = _TAG + "str"
            else:
                self.problem(node, f"“{node.value}” doesn't match its tag")
            return
        if not _is_portable(value):
            self.problem(node, _TOO_LARGE)

    def check_characters(self, node: yaml.ScalarNode) -> None:
        if self.escapes and (offset := unprintable(node.value)) is not None:
            span = self.source.span(*self.place(node))
            self.problems.append(_unprintable_problem(span, node.value[offset]))

    def problem(self, node: yaml.Node, message: str, hint: str = "") -> None:
        self.problems.append(_yaml_problem(self.source.span(*self.place(node)), message, hint))

    def children(self, node: yaml.CollectionNode) -> Iterator[tuple[str | int, tuple[int, int], yaml.Node]]:
        if isinstance(node, yaml.SequenceNode):
            yield from ((index, self.place(item), item) for index, item in enumerate(node.value))
            return
        keys = set()
        for index, (key_node, value_node) in enumerate(node.value):
            if not isinstance(key_node, yaml.ScalarNode):
                self.problem(key_node, "a key must be plain text")
                continue
            self.check_characters(key_node)
            key, place = key_node.value, self.place(key_node)
            if key in keys:
                span = self.source.span(*place)
                self.problems.append(Problem("key-duplicate", f'"{key}" is given twice', span, "delete one of them"))
            keys.add(key)
            if key_node.tag not in (_TAG + "str", _MERGE):
                text = yaml.ScalarNode(_TAG + "str", key, key_node.start_mark, key_node.end_mark)
                node.value[index] = (text, value_node)
            yield key, place, value_node

    def place(self, node: yaml.Node) -> tuple[int, int]:
        return self.first_line + node.start_mark.line, node.start_mark.column + 1


_FENCE = re.compile(r"---[ \t]*(?:\n|\Z)")
_CLOSING_FENCE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)


def front_matter(source: SourceText) -> tuple[LocatedMapping, int]:
    """A page's front matter, and the offset of its body. Raises SiteError if the front matter can't be read."""
    opening = _FENCE.match(source.text)
    if not opening:
        return LocatedMapping({}, source), 0
    closing = _CLOSING_FENCE.search(source.text, opening.end())
    if not closing:
        hint = "end the front matter with a line `---`"
        raise SiteError([Problem("front-matter-open", "the front matter is not closed", source.span(1), hint)])
    return load_yaml(source.text[opening.end() : closing.start()], source, first_line=2), closing.end() + 1


_TOML_PLACE = re.compile(r"at line (\d+), column (\d+)")


def load_toml(source: SourceText) -> LocatedMapping:
    """Read a TOML document. Raises SiteError (`toml-invalid`)."""
    keys = toml_keys(source.text)
    if keys.fault:
        message = f"can't read the TOML: {keys.fault.message}"
        raise SiteError([Problem("toml-invalid", message, source.at(keys.fault.offset))])
    try:
        values = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        found = _TOML_PLACE.search(str(error))
        line, column = (int(found[1]), int(found[2])) if found else (source.text.count("\n") + 1, 1)
        message = str(error).split(" (at ")[0]
        hint = 'put quotes around a text: key = "text"' if message == "Invalid value" else ""
        raise SiteError([Problem("toml-invalid", f"not TOML: {message}", source.span(line, column), hint)]) from error
    located = LocatedMapping(values, source, {path: source.place(offset) for path, offset in keys.offsets.items()})
    problems = list(_unfit_values(values, located))
    if problems:
        raise SiteError(problems)
    return located


def _unfit_values(value: object, located: LocatedMapping, path: KeyPath = ()) -> Iterator[Problem]:
    """Problems for numbers and texts that can't be printed."""
    if isinstance(value, dict):
        for key, item in value.items():
            if (offset := unprintable(key)) is not None:
                yield _unprintable_problem(located.span(*path, key), key[offset])
            yield from _unfit_values(item, located, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unfit_values(item, located, (*path, index))
    elif isinstance(value, str) and (offset := unprintable(value)) is not None:
        yield _unprintable_problem(located.span(*path), value[offset])
    elif not _is_portable(value):
        yield Problem("toml-invalid", _TOO_LARGE, located.span(*path))


def load_toml_if_there(path: Path, problems: list[Problem]) -> LocatedMapping | None:
    """A TOML file, or None if there is none or it can't be read; mistakes are added to `problems`."""
    if not path.is_file():
        return None
    try:
        return load_toml(read_text(path, path.as_posix()))
    except SiteError as error:
        problems += error.problems
        return None
