"""Text files and the YAML and TOML in them, with the place of every key kept for messages."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .problems import Problem, SiteError, Span

_BaseLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BaseLoader):  # type: ignore[misc]
    """YAML 1.1 as PyYAML reads it, but that a date which is on no calendar stays the text it is."""

    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> Any:
        """A date or time, or the text of one that can't be."""
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError:
            return node.value


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_yaml_timestamp)
KeyPath = tuple[str | int, ...]


@dataclass(frozen=True)
class SourceText:
    """A text file as read: `name` is the path printed in messages, `text` has LF line ends and no BOM."""

    name: str
    text: str

    def span(self, line: int, column: int = 1) -> Span:
        """The place of a line and column (both from 1), with the line as excerpt."""
        lines = self.text.split("\n")
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        return Span(self.name, line, column, _excerpt(text, column))

    def at(self, offset: int) -> Span:
        """The place of a character of the text, counted from 0."""
        line = self.text.count("\n", 0, offset) + 1
        return self.span(line, offset - self.text.rfind("\n", 0, offset))

    def offset(self, line: int) -> int:
        """Where a line begins."""
        return sum(len(text) + 1 for text in self.text.split("\n")[: line - 1])

    def find(self, needle: str, first_line: int = 1) -> Span:
        """The first place of `needle` at or below `first_line`; that line when it is not there."""
        offset = self.text.find(needle, self.offset(first_line))
        return self.span(first_line) if offset < 0 else self.at(offset)

    def links(self, target: str) -> list[Span]:
        """Every place where Markdown or HTML links to `target`: `](target)`, `href="target"`, `link("target")` …"""
        before = r"""(?:\]\(\s*<?|(?:href|src|srcset|data|poster|action)\s*=\s*["']|^\s*\[[^\]]+\]:\s*<?|<|\(["'])"""
        pattern = re.compile(rf"""{before}({re.escape(target)})(?=[\s)>"'])""", re.MULTILINE)
        return [self.at(found.start(1)) for found in pattern.finditer(self.text)]

    def words(self, word: str, marks: Sequence[str]) -> list[Span]:
        """Every place of a word or id right behind one of `marks`."""
        before = "|".join(re.escape(mark) for mark in marks)
        pattern = re.compile(rf"(?:{before})({re.escape(word)})(?![\w-])")
        return [self.at(found.start(1)) for found in pattern.finditer(self.text)]

    def find_link(self, target: str, first_line: int = 1) -> Span:
        """The first link to `target` at or below `first_line`, else the first place of its text."""
        links = [span for span in self.links(target) if span.line >= first_line]
        return links[0] if links else self.find(target, first_line)

    def find_word(self, word: str, first_line: int = 1) -> Span:
        """Like `find`, but not inside a longer word or id."""
        pattern = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
        found = pattern.search(self.text, self.offset(first_line)) or pattern.search(self.text)
        return self.at(found.start()) if found else self.find(word, first_line)


def _excerpt(line: str, column: int) -> str:
    """A line without its indentation; of a long one, what stands around the column."""
    text = line.strip()
    if len(text) <= 160:
        return text
    start = max(0, column - 1 - (len(line) - len(line.lstrip())) - 60)
    end = start + 150
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")


def read_text(path: Path, name: str) -> SourceText:
    """Read a UTF-8 file (BOM, CRLF and decomposed Unicode are accepted and normalised to NFC and LF).

    Raises SiteError when the file can't be read or is not UTF-8.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SiteError([Problem("file-unreadable", f"can't read the file: {error.strerror}", Span(name))]) from error
    return decode_text(raw, name)


def decode_text(raw: bytes, name: str) -> SourceText:
    """The text of a file's bytes; see `read_text`."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"not UTF-8: byte 0x{raw[error.start]:02x}"
        hint = "save the file as UTF-8" + (" (in a spreadsheet: “CSV UTF-8”)" if name.endswith(".csv") else "")
        raise SiteError([Problem("file-encoding", message, Span(name, line, column), hint)]) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return SourceText(name, unicodedata.normalize("NFC", text))


@dataclass(frozen=True)
class LocatedMapping:
    """A YAML or TOML mapping with the place of each key, by its path, e.g. `("params", "steps", 0, "title")`."""

    values: Mapping[str, Any]
    source: SourceText
    places: Mapping[KeyPath, tuple[int, int]] = field(default_factory=dict)

    def span(self, *path: str | int) -> Span:
        """The place of a key, or of the nearest one above it that is known."""
        for length in range(len(path), 0, -1):
            place = self.places.get(path[:length])
            if place:
                return self.source.span(*place)
        return self.source.span(1)

    def line(self, key: str) -> int:
        """The line of a key at the top."""
        return self.places.get((key,), (1, 1))[0]


def load_yaml(text: str, source: SourceText, first_line: int = 1) -> LocatedMapping:
    """Read a YAML mapping that begins at `first_line` of `source`. Raises SiteError (`yaml-invalid`)."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return LocatedMapping({}, source)
        if not isinstance(node, yaml.MappingNode):
            raise SiteError([_yaml_problem(source, first_line, 1, "expected `key: value` lines")])
        walk = _Walk(source, first_line)
        walk.visit(node)
        if walk.problems:
            raise SiteError(walk.problems)
        values = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        raise SiteError([_marked_problem(error, source, first_line)]) from error
    except (yaml.YAMLError, ValueError, LookupError, TypeError, AttributeError) as error:
        # PyYAML's constructors stumble over e.g. an `!!int` of nothing
        raise SiteError([_yaml_problem(source, first_line, 1, str(error).split("\n")[0])]) from error
    except RecursionError as error:
        raise SiteError([_yaml_problem(source, first_line, 1, "nested too deep")]) from error
    finally:
        loader.dispose()
    if not isinstance(values, dict):
        raise SiteError([_yaml_problem(source, first_line, 1, "expected `key: value` lines")])
    return LocatedMapping(values, source, walk.places)


def _marked_problem(error: yaml.MarkedYAMLError, source: SourceText, first_line: int) -> Problem:
    """What the parser could not read, where it began to go wrong."""
    mark = error.problem_mark or error.context_mark
    line, column = (first_line + mark.line, mark.column + 1) if mark else (first_line, 1)
    problem = error.problem or "not YAML"
    if "quoted scalar" in (error.context or "") and error.context_mark:
        line, column = first_line + error.context_mark.line, error.context_mark.column + 1
        hint = "end the text with the quotation mark it begins with"
        return _yaml_problem(source, line, column, "the quotation mark is never closed", hint)
    if source.span(line, column).excerpt and "\t" in source.text.split("\n")[line - 1][:column]:
        return _yaml_problem(source, line, column, problem, "indent with spaces: YAML knows no tabs")
    return _yaml_problem(source, line, column, problem)


def _yaml_problem(source: SourceText, line: int, column: int, message: str, hint: str = "") -> Problem:
    hint = (
        hint or "put quotes around a value that holds “: ” or “#”, or begins with “{”, “[”, “*”, “&”, “!”, “%” or “@”"
    )
    return Problem("yaml-invalid", f"not YAML: {message}", source.span(line, column), hint)


@dataclass
class _Walk:
    """Records the place of each key and list item of a YAML tree; a key given twice is a problem."""

    source: SourceText
    first_line: int
    places: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    above: list[yaml.Node] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def visit(self, node: yaml.Node, path: KeyPath = ()) -> None:
        if not isinstance(node, yaml.CollectionNode):
            return
        if node in self.above:
            message = f'"{path[-1]}" holds itself'
            self.problems.append(_yaml_problem(self.source, *self.place(node), message))
        elif id(node) not in self.seen:
            # an alias is not visited again: what it holds stands at its anchor
            self.seen.add(id(node))
            self.above.append(node)
            for key, place, child in self.children(node):
                self.places[*path, key] = place
                self.visit(child, (*path, key))
            self.above.pop()

    def children(self, node: yaml.CollectionNode) -> Iterator[tuple[str | int, tuple[int, int], yaml.Node]]:
        if isinstance(node, yaml.SequenceNode):
            yield from ((index, self.place(item), item) for index, item in enumerate(node.value))
            return
        keys = set()
        for key_node, value_node in node.value:
            key, place = str(key_node.value), self.place(key_node)
            if key in keys:
                span = self.source.span(*place)
                self.problems.append(Problem("key-duplicate", f'"{key}" is given twice', span, "keep one of them"))
            keys.add(key)
            yield key, place, value_node

    def place(self, node: yaml.Node) -> tuple[int, int]:
        return self.first_line + node.start_mark.line, node.start_mark.column + 1


_FENCE = re.compile(r"---[ \t]*(?:\n|\Z)")
_CLOSING_FENCE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)


def front_matter(source: SourceText) -> tuple[LocatedMapping, int]:
    """A page's front matter, and where its body begins in the text. Raises SiteError where it can't be read."""
    opening = _FENCE.match(source.text)
    if not opening:
        return LocatedMapping({}, source), 0
    closing = _CLOSING_FENCE.search(source.text, opening.end())
    if not closing:
        hint = "end the front matter with a line `---`"
        raise SiteError([Problem("front-matter-open", "front matter is not closed", source.span(1), hint)])
    return load_yaml(source.text[opening.end() : closing.start()], source, first_line=2), closing.end() + 1


_TOML_PLACE = re.compile(r"at line (\d+), column (\d+)")
_TOML_TABLE = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]")
_TOML_KEY = re.compile(r"^\s*([\w\-.\"']+)\s*=")


def load_toml(source: SourceText) -> LocatedMapping:
    """Read a TOML document. Raises SiteError (`toml-invalid`)."""
    try:
        values = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        found = _TOML_PLACE.search(str(error))
        line, column = (int(found[1]), int(found[2])) if found else (source.text.count("\n") + 1, 1)
        message = str(error).split(" (at ")[0]
        hint = 'put quotes around a text: key = "text"' if message == "Invalid value" else ""
        raise SiteError([Problem("toml-invalid", f"not TOML: {message}", source.span(line, column), hint)]) from error
    return LocatedMapping(values, source, _toml_places(source.text))


def load_toml_if_there(path: Path, problems: list[Problem]) -> LocatedMapping | None:
    """A TOML file that may be missing; None too when it can't be read, which is added to `problems`."""
    if not path.is_file():
        return None
    try:
        return load_toml(read_text(path, path.as_posix()))
    except SiteError as error:
        problems += error.problems
        return None


def _toml_places(text: str) -> dict[KeyPath, tuple[int, int]]:
    """The place of each table header and `key =` line of a valid document, by its path."""
    places: dict[KeyPath, tuple[int, int]] = {}
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _TOML_TABLE.match(line):
            path: KeyPath = tuple(part.strip(" \"'") for part in header[2].split("."))
            column = header.start(2) + 1
            for length in range(1, len(path) + 1):
                places.setdefault(path[:length], (number, column))
            if header[1] == "[[":
                counts[path] = counts.get(path, -1) + 1
                path = (*path, counts[path])
                places[path] = (number, column)
            table = path
        elif key := _TOML_KEY.match(line):
            path = (*table, *(part.strip("\"'") for part in key[1].split(".")))
            places.setdefault(path, (number, key.start(1) + 1))
    return places
