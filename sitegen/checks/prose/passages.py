"""The prose of authors: the texts of pages, settings and data at their places, with all else replaced by blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from ...content import take_fences
from ...model import Content, Dataset, Settings, Text, WrittenPage
from ...text import SourceText
from .masks import blank, blanked, jinja_spans

_NODES: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CHART_TEXTS = ("title", "subtitle", "note", "description", "annotations", "breaks", "events")
_FRONT_TEXTS = ("title", "description", "params")
_DATA_TEXTS = ("note", "period_note", "definition", "description")
_IDENTIFIER = re.compile(r"[\w./#:-]*\Z")
_STRING = re.compile(
    r"""(?P<call>\b(?:literal|date)\(\s*)?(?P<quote>["'])(?P<text>(?:\\.|(?!(?P=quote)).)*)(?P=quote)"""
)
_READ_ATTRIBUTE = re.compile(r"""\b(?:alt|title|aria-label)\s*=\s*(["'])(.*?)\1""", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>", re.DOTALL)


@dataclass(frozen=True)
class Passage:
    """A text in one language, as long as in its source from `start` on, with blanks for what is no prose."""

    source: SourceText
    start: int
    text: str
    language: str
    area: str
    kind: str
    """Where it is: "body", "yaml", "toml", "csv" or "settings"; this decides how a figure is written into it."""


def passages(settings: Settings, content: Content, dataset: Dataset) -> Iterator[Passage]:
    """Every text of an author that readers see."""
    for page in content.written:
        yield from _of_page(page)
    yield from _of_settings(settings)
    yield from _of_tables(settings, dataset)
    yield from _of_declarations(dataset)


def _of_page(page: WrittenPage) -> Iterator[Passage]:
    source, body_start = page.source, page.source.offset(page.body_line)
    body = source.text[body_start:]
    for node in _scalars(source.text[:body_start], _FRONT_TEXTS):
        yield _of_node(node, source, 1, page)
    outside, fences = take_fences(body, page.body_line)
    lines = zip(body.split("\n"), outside.split("\n"), strict=True)
    kept = [line if line == other else " " * len(line) for line, other in lines]
    yield Passage(source, body_start, prose_of("\n".join(kept)), page.language, page.area, "body")
    for fence in fences:
        if fence.is_chart:
            for node in _scalars(fence.text, _CHART_TEXTS):
                yield _of_node(node, source, fence.first_line, page)


def _of_node(node: yaml.ScalarNode, source: SourceText, first_line: int, page: WrittenPage) -> Passage:
    start = source.offset(first_line + node.start_mark.line) + node.start_mark.column
    end = source.offset(first_line + node.end_mark.line) + node.end_mark.column
    return Passage(source, start, prose_of(source.text[start:end]), page.language, page.area, "yaml")


def _scalars(text: str, keys: Sequence[str]) -> Iterator[yaml.ScalarNode]:
    """The texts below some keys of a YAML mapping; none if it can't be read, which is reported elsewhere."""
    # front matter is the first document: `---` begins another one
    try:
        node = next(iter(yaml.compose_all(text, Loader=_NODES)), None)
    except yaml.YAMLError:
        return
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value in keys:
                yield from _texts(value)


def _texts(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        if node.tag == "tag:yaml.org,2002:str" and not _IDENTIFIER.match(node.value):
            yield node
    elif isinstance(node, yaml.CollectionNode):
        for item in node.value:
            yield from _texts(item[1] if isinstance(node, yaml.MappingNode) else item)


def _of_settings(settings: Settings) -> Iterator[Passage]:
    titles = (item.title for item in settings.navigation)
    for text in (settings.title, settings.description, settings.notice, *titles):
        yield from _of_text(text, settings.located.source, 1, "settings", settings.default_language)


def _of_tables(settings: Settings, dataset: Dataset) -> Iterator[Passage]:
    for table in dataset.tables.values():
        if table.source.name.endswith(".toml"):
            continue
        for index, column in enumerate(table.columns):
            stem, _, language = column.name.rpartition("_")
            if language not in settings.languages:
                stem, language = column.name, settings.default_language
            if column.type != "string" or stem not in _DATA_TEXTS:
                continue
            for row, line in zip(table.rows, table.lines, strict=True):
                if not _IDENTIFIER.match(row[index]):
                    # quotation marks are doubled in the file
                    yield from _found(table.source, row[index].replace('"', '""'), line, language, "csv")


def _of_declarations(dataset: Dataset) -> Iterator[Passage]:
    for figure in dataset.derived.values():
        for text in (figure.indicator.name, figure.note, figure.period_note):
            yield from _of_text(text, dataset.derived_source, figure.line, "toml")
    for rule in dataset.judgements:
        for text in (rule.title, rule.explanation):
            yield from _of_text(text, dataset.rules_source, rule.line, "toml")


def _of_text(text: Text, source: SourceText | None, line: int, kind: str, default: str = "") -> Iterator[Passage]:
    for language, value in text.items():
        if source:
            yield from _found(source, value, line, language or default, kind)


def _found(source: SourceText, value: str, line: int, language: str, kind: str) -> Iterator[Passage]:
    """A value where it is in its file; nothing if it is written in another way there."""
    first = source.offset(line)
    # in quotes first: unquoted, it may be a part of another text
    quoted = next((at + 1 for mark in "\"'" if (at := source.text.find(f"{mark}{value}{mark}", first)) >= 0), -1)
    start = quoted if quoted >= 0 else source.text.find(value, first)
    if value and start >= 0:
        yield Passage(source, start, prose_of(value), language, "", kind)


def prose_of(text: str) -> str:
    """A Markdown text with blanks for what is no prose; line ends stay."""
    parts, at = [], 0
    for start, end in jinja_spans(text):
        parts += [text[at:start], _strings_kept(text[start:end])]
        at = end
    return _TAG.sub(lambda found: _attributes_kept(found[0]), blanked("".join([*parts, text[at:]])))


def _strings_kept(expression: str) -> str:
    """An expression with blanks for all but its prose: texts that are no ids, keys, paths or literals."""
    kept = list(blank(expression))
    for found in _STRING.finditer(expression):
        if not found["call"] and not _IDENTIFIER.match(found["text"]):
            kept[found.start("text") : found.end("text")] = found["text"]
    return "".join(kept)


def _attributes_kept(tag: str) -> str:
    kept = list(blank(tag))
    for found in _READ_ATTRIBUTE.finditer(tag):
        kept[found.start(2) : found.end(2)] = found[2]
    return "".join(kept)
