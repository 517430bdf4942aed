"""Replaces unbound numerals in their sources by calls of `fig`, where exactly one figure fits."""

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

_OPTIONS = (("unit", True), ("sign", True), ("words", False), ("capital", True), ("magnitude", True))


def fixed_texts(numerals: Iterable[Numeral], formats: Mapping[str, FigureFormat]) -> Mapping[str, str]:
    """The new text of each file that changes, by the file's name; edits that would make it unreadable are left out."""
    by_file: dict[str, tuple[SourceText, list[tuple[int, int, str]]]] = {}
    for numeral in numerals:
        if len(numeral.figures) == 1 and numeral.passage.kind != "settings":
            source = numeral.passage.source
            edits = by_file.setdefault(source.name, (source, []))[1]
            edits.append(_edit(numeral, numeral.figures[0], formats[numeral.passage.language]))
    return {name: text for name, (source, edits) in by_file.items() if (text := _applied(source, edits)) != source.text}


def _edit(numeral: Numeral, figure: Figure, form: FigureFormat) -> tuple[int, int, str]:
    """The place that becomes a call of `fig`, and the call: the longest printed form found there wins."""
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
        for size in (1, 2):
            yield from map(dict, itertools.combinations(_OPTIONS, size))


def _call(figure: Figure, numeral: Numeral, options: Mapping[str, bool]) -> str:
    passage = numeral.passage
    in_double_quotes = passage.kind == "yaml" and passage.source.text[passage.start] == '"'
    quote = "'" if passage.kind in ("csv", "toml") or in_double_quotes else '"'
    given = "".join(f", {name}={'true' if value else 'false'}" for name, value in options.items())
    return "{{ fig(" + quote + figure.id + quote + given + ") }}"


def _applied(source: SourceText, edits: list[tuple[int, int, str]]) -> str:
    """The text with all edits that leave the file readable."""
    text = source.text
    # from the end, so that earlier offsets stay valid
    for start, end, call in sorted(edits, reverse=True):
        changed = text[:start] + call + text[end:]
        if _readable(source.name, changed, text):
            text = changed
    return text


def _readable(name: str, text: str, before: str) -> bool:
    if name.endswith(".csv"):
        return _shape(text) == _shape(before)
    try:
        if name.endswith(".toml"):
            tomllib.loads(text)
            return True
        parts = text.split("---\n", 2)
        if len(parts) < 3 or parts[0].strip():
            return True
        values = load_yaml(parts[1], SourceText(name, text), 2).values
    except (tomllib.TOMLDecodeError, SiteError):
        return False
    # a call of `fig` may have become a mapping of YAML
    return all(not isinstance(values.get(key), dict | list) for key in ("title", "description"))


def _shape(text: str) -> list[int]:
    """The number of cells in each row of a CSV file."""
    header = text.split("\n", 1)[0]
    return [len(row) for row in csv.reader(io.StringIO(text), delimiter=max(",;\t", key=header.count))]
