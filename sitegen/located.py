"""Text files and the YAML and TOML in them, with the place of every key kept for messages."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .problems import Problem, SiteError, Span

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
KeyPath = tuple[str | int, ...]


@dataclass(frozen=True)
class SourceText:
    """A text file as read: `name` is the path printed in messages, `text` has LF line ends and no BOM."""

    name: str
    text: str

    def span(self, line: int, column: int = 1) -> Span:
        """The place of a line and column (both from 1), with the line as excerpt."""
        lines = self.text.split("\n")
        excerpt = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        return Span(self.name, line, column, excerpt[:160])

    def find(self, needle: str, first_line: int = 1) -> Span:
        """The first place of `needle` at or below `first_line`; the first line when it is not there."""
        offset = sum(len(line) + 1 for line in self.text.split("\n")[: first_line - 1])
        at = self.text.find(needle, offset)
        if at < 0:
            return self.span(first_line)
        line = self.text.count("\n", 0, at) + 1
        return self.span(line, at - self.text.rfind("\n", 0, at))


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
        hint = "save the file as UTF-8 (in a spreadsheet: “CSV UTF-8”)"
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


def load_yaml(text: str, source: SourceText, first_line: int = 1) -> LocatedMapping:
    """Read a YAML mapping that begins at `first_line` of `source`. Raises SiteError (`yaml-invalid`)."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return LocatedMapping({}, source)
        if not isinstance(node, yaml.MappingNode):
            raise SiteError([_yaml_problem(source, first_line, 1, "expected `key: value` lines")])
        places: dict[KeyPath, tuple[int, int]] = {}
        problems = list(_walk(node, (), first_line, places, source))
        if problems:
            raise SiteError(problems)
        values = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (first_line + mark.line, mark.column + 1) if mark else (first_line, 1)
        raise SiteError([_yaml_problem(source, line, column, error.problem or "not YAML")]) from error
    except (yaml.YAMLError, ValueError) as error:
        # e.g. a control character, or `date: 2024-13-45`, which PyYAML tries to make a date of
        raise SiteError([_yaml_problem(source, first_line, 1, str(error).split("\n")[0])]) from error
    finally:
        loader.dispose()
    return LocatedMapping(values, source, places)


def _yaml_problem(source: SourceText, line: int, column: int, message: str) -> Problem:
    hint = "put quotes around a value that holds “: ” or “#”, or begins with “{”, “[”, “*”, “&”, “!”, “%” or “@”"
    return Problem("yaml-invalid", f"not YAML: {message}", source.span(line, column), hint)


def _walk(
    node: yaml.Node, path: KeyPath, first_line: int, places: dict[KeyPath, tuple[int, int]], source: SourceText
) -> Iterator[Problem]:
    """Record the place of each key and list item below `node`; a key given twice is a problem."""
    if isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            key = (*path, str(key_node.value))
            place = (first_line + key_node.start_mark.line, key_node.start_mark.column + 1)
            if key in places:
                yield Problem("key-duplicate", f'"{key[-1]}" is given twice', source.span(*place), "keep one of them")
            places[key] = place
            yield from _walk(value_node, key, first_line, places, source)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            places[(*path, index)] = (first_line + item.start_mark.line, item.start_mark.column + 1)
            yield from _walk(item, (*path, index), first_line, places, source)


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
        raise SiteError([Problem("toml-invalid", f"not TOML: {message}", source.span(line, column))]) from error
    return LocatedMapping(values, source, _toml_places(source.text))


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
