"""Unbound numerals written as figures into their sources, where exactly one figure fits."""

from __future__ import annotations

import csv
import io
import itertools
import tomllib
from collections.abc import Iterable, Iterator, Mapping

from ...language import NO_BREAK_SPACE, FigureFormat
from ...model import Figure
from ...problems import SiteError
from ...text import SourceText, load_yaml
from .numerals import Numeral

_OPTIONS = ("unit", "sign", "words", "capital", "magnitude")


def fixed_texts(numerals: Iterable[Numeral], forms: Mapping[str, FigureFormat]) -> Mapping[str, str]:
    """The new text of each file that changes, by the file's name. One that could not be read again stays as it is."""
    by_file: dict[str, tuple[SourceText, list[tuple[int, int, str]]]] = {}
    for numeral in numerals:
        if len(numeral.figures) == 1 and numeral.passage.kind != "settings":
            source = numeral.passage.source
            edits = by_file.setdefault(source.name, (source, []))[1]
            edits.append(_edit(numeral, numeral.figures[0], forms[numeral.passage.language]))
    return {name: text for name, (source, edits) in by_file.items() if (text := _applied(source, edits)) != source.text}


def _edit(numeral: Numeral, figure: Figure, form: FigureFormat) -> tuple[int, int, str]:
    """The place that becomes a call of `fig`, and the call: the longest printed form that stands there wins."""
    text = numeral.passage.source.text
    best = (numeral.start, numeral.end, _call(figure, numeral, {"unit": False, "words": False}))
    if form.number(figure.value) == form.value(figure):
        best = (numeral.start, numeral.end, _call(figure, numeral, {}))
    for options in _combinations(numeral.passage.kind):
        printed = form.value(figure, **options).replace(NO_BREAK_SPACE, " ")
        offset = printed.find(numeral.text.replace(NO_BREAK_SPACE, " "))
        start = numeral.start - offset
        if offset < 0 or start < numeral.passage.start:
            continue
        there = text[start : start + len(printed)].replace(NO_BREAK_SPACE, " ")
        if there == printed and len(printed) > best[1] - best[0]:
            best = (start, start + len(printed), _call(figure, numeral, options))
    return best


def _combinations(kind: str) -> Iterator[dict[str, bool]]:
    """The options of `fig`, those with fewest first; a cell of a table gets none, as a comma would divide it."""
    yield {}
    if kind != "csv":
        values = {"unit": True, "sign": True, "words": False, "capital": True, "magnitude": True}
        for size in (1, 2):
            for names in itertools.combinations(_OPTIONS, size):
                yield {name: values[name] for name in names}


def _call(figure: Figure, numeral: Numeral, options: Mapping[str, bool]) -> str:
    quote = "'" if numeral.passage.kind in ("csv", "toml") or _in_double_quotes(numeral) else '"'
    given = "".join(f", {name}={'true' if value else 'false'}" for name, value in options.items())
    return "{{ fig(" + quote + figure.id + quote + given + ") }}"


def _in_double_quotes(numeral: Numeral) -> bool:
    passage = numeral.passage
    return passage.kind == "yaml" and passage.source.text[passage.start] == '"'


def _applied(source: SourceText, edits: list[tuple[int, int, str]]) -> str:
    """The text with as many of the edits as leave it a file that can be read."""
    text = source.text
    # from the end on, so that places before stay what they are
    for start, end, call in sorted(edits, reverse=True):
        changed = text[:start] + call + text[end:]
        if _readable(source.name, changed, text):
            text = changed
    return text


def _readable(name: str, text: str, before: str) -> bool:
    if name.endswith(".csv"):
        return _shape(text) == _shape(before)
    if name.endswith(".toml"):
        try:
            tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            return False
        return True
    return _front_readable(name, text)


def _shape(text: str) -> list[int]:
    """How many cells each row of a CSV file has."""
    header = text.split("\n", 1)[0]
    return [len(row) for row in csv.reader(io.StringIO(text), delimiter=max(",;\t", key=header.count))]


def _front_readable(name: str, text: str) -> bool:
    """Whether the front matter of a page is still YAML in which every value is a text."""
    parts = text.split("---\n", 2)
    if len(parts) < 3 or parts[0].strip():
        return True
    try:
        values = load_yaml(parts[1], SourceText(name, text), 2).values
    except SiteError:
        return False
    return all(not isinstance(values.get(key), dict | list) for key in ("title", "description"))
