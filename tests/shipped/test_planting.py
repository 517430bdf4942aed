"""A wrong numeral planted anywhere in the authors' words is named; the words as they are hold none."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from sitegen.checks.prose import prose_problems
from sitegen.content.pages import load_content
from sitegen.content.settings import load_settings
from sitegen.data.calculation.computing import calculate
from sitegen.data.calculation.declared import load_declarations
from sitegen.data.dataset import load_dataset
from sitegen.language.figure_format import FigureFormat
from sitegen.language.labels import load_labels
from sitegen.model.data import Dataset
from sitegen.model.site import Content, Settings
from sitegen.problems.problem import Problem
from sitegen.storage.source_tree import SourceTree

from ..conftest import ROOT, SITES, TODAY

CONTENTS = {"shipped": ROOT / "content", "libraries": SITES / "libraries", "three-languages": SITES / "three-languages"}
# numbers that no figure has and that are no year, in the form of each language
WRONG = {"en": ("8,613", "47.3%"), "vi": ("8.613", "47,3%"), "fr": ("8\u202f613", "47,3\u00a0%")}


@dataclass(frozen=True)
class Read:
    """A site's sources."""

    settings: Settings
    content: Content
    dataset: Dataset
    formats: Mapping[str, FigureFormat]


def read(content: Path) -> Read:
    """What the check of the words is given."""
    problems: list[Problem] = []
    settings = load_settings(content, "", problems)
    labels = load_labels((ROOT / "templates",), settings, problems)
    dataset = calculate(
        load_declarations(content, settings, problems), load_dataset(content, settings, problems), problems
    )
    pages = load_content(SourceTree.of(content), settings, TODAY, False, problems)
    assert [] == [problem for problem in problems if problem.severity == "error"]
    return Read(settings, pages, dataset, {key: FigureFormat(key, labels[key]) for key in settings.languages})


def found(content: Path) -> list[Problem]:
    """What is named in a site."""
    site = read(content)
    return list(prose_problems(site.settings, site.content, site.dataset, site.formats))


@dataclass(frozen=True)
class Spot:
    """A place between two words of a file, in a language."""

    path: Path
    line: int
    column: int
    language: str


def spots(content: Path) -> Iterator[Spot]:
    """At the beginning, the middle and the end of the words of each line that a reader reads."""
    for path in sorted(content.rglob("*.md")):
        language = path.name.split(".")[-2]
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
            if number in _prose_lines(path):
                yield from (Spot(path, number, column, language) for column in _columns(line))


def _prose_lines(path: Path) -> set[int]:
    """The lines of a page that hold words: paragraphs, lists, tables, headings, and the values of texts."""
    lines = path.read_text(encoding="utf-8").split("\n")
    front_end = lines.index("---", 1) + 1
    kept: set[int] = set()
    fence = ""
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if number > front_end and text.startswith("```"):
            fence = "" if fence else text
            continue
        in_yaml = number <= front_end or fence == "```chart"
        value = re.sub(r"^(?:- )?[\w-]+:(?: |$)", "", re.sub(r"^- ", "", text))
        words = len(re.findall(r"[^\W\d_]{2,}", re.sub(r"\{\{.*?\}\}", "", value)))
        key = re.match(r"(?:- )?([\w-]+):", text)
        if in_yaml and (words < 2 or (key and key[1] not in _TEXT_KEYS) or "figures: [" in text):
            continue
        if words >= 2 and not (fence and not in_yaml) and text != "---":
            kept.add(number)
    return kept


_TEXT_KEYS = (
    "title",
    "description",
    "summary",
    "caption",
    "note",
    "text",
    "who",
    "money",
    "lead",
    "statement",
    "subtitle",
)


def _columns(line: str) -> list[int]:
    """Blanks between two plain words, the first, the middle and the last, outside of braces, brackets and code."""
    hidden = re.sub(
        r"\{\{.*?(?:\}\}|$)|`[^`]*`|\]\([^)]*\)|\{#[^}]*\}|^.*?\}\}(?!.*\{\{)|<[^>]*>", lambda f: "\0" * len(f[0]), line
    )
    places = [item.end() for item in re.finditer(r"(?<=[^\W\d_]) (?=[^\W\d_]{2,})", hidden)]
    return sorted({places[0], places[len(places) // 2], places[-1]}) if places else []


def planted(spot: Spot, wrong: str) -> str:
    """The file with a numeral at the place."""
    lines = spot.path.read_text(encoding="utf-8").split("\n")
    line = lines[spot.line - 1]
    lines[spot.line - 1] = f"{line[: spot.column]}{wrong} {line[spot.column :]}"
    return "\n".join(lines)


@pytest.mark.parametrize("name", CONTENTS)
def test_the_words_as_they_are_hold_no_numeral_of_their_own(name: str) -> None:
    """No false alarm."""
    assert [] == found(CONTENTS[name])


@pytest.mark.parametrize("name", CONTENTS)
def test_every_planted_numeral_is_named(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In paragraphs, lists, tables, headings, titles, descriptions, captions and charts, of every page and language."""
    content = shutil.copytree(CONTENTS[name], tmp_path / "content")
    missed, tried = [], 0
    # one numeral a line and run: the lines of a file are many, and each run reads the whole site
    by_round: dict[int, list[tuple[Spot, str]]] = {}
    for index, spot in enumerate(spots(content)):
        by_round.setdefault(index % 3, []).append((spot, WRONG[spot.language][index % 2]))
    for places in by_round.values():
        originals = {spot.path: spot.path.read_text(encoding="utf-8") for spot, _ in places}
        for spot, wrong in places:
            if _line(spot) == originals[spot.path].split("\n")[spot.line - 1]:
                spot.path.write_text(planted(spot, wrong), encoding="utf-8")
        named = {(problem.span.file, problem.span.line) for problem in found(content)}
        for spot, wrong in places:
            tried += 1
            if (spot.path.as_posix(), spot.line) not in named:
                missed.append(f"{spot.path.relative_to(content)}:{spot.line}: {wrong}: {_line(spot)[:100]}")
        for path, text in originals.items():
            path.write_text(text, encoding="utf-8")
    with capsys.disabled():
        print(f"\n{name}: planted {tried}, named {tried - len(missed)}: {(tried - len(missed)) / tried:.0%}")  # noqa: T201 -- the share is a result
    assert "" == "\n".join(map(str, missed))


def _line(spot: Spot) -> str:
    return spot.path.read_text(encoding="utf-8").split("\n")[spot.line - 1]


def test_a_numeral_planted_in_the_data_is_named(tmp_path: Path) -> None:
    """In every note and definition of the tables, in every label, title and explanation of the calculations."""
    content = shutil.copytree(CONTENTS["shipped"], tmp_path / "content")
    missed = []
    for name in ("observations", "indicators", "sources"):
        path = content / "data" / f"{name}.csv"
        original = path.read_text(encoding="utf-8")
        rows = list(csv.DictReader(io.StringIO(original)))
        for column in [key for key in rows[0] if re.match(r"(?:note|definition)_", key)]:
            wrong = WRONG[column.rpartition("_")[2]][0]
            changed = [{**row, column: f"{row[column]} {wrong} x." if row[column] else ""} for row in rows]
            text = io.StringIO()
            writer = csv.DictWriter(text, rows[0].keys())
            writer.writeheader()
            writer.writerows(changed)
            path.write_text(text.getvalue(), encoding="utf-8")
            lines = {problem.span.line for problem in found(content) if problem.span.file == path.as_posix()}
            expected = {number for number, row in enumerate(rows, start=2) if row[column]}
            missed += [(name, column, line) for line in expected - lines]
        path.write_text(original, encoding="utf-8")
    for name in ("derived", "rules"):
        path = content / "data" / f"{name}.toml"
        original = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r'" \}$', ' 8.613 x" }', original, flags=re.MULTILINE), encoding="utf-8")
        expected = {n for n, line in enumerate(original.split("\n"), start=1) if line.endswith('" }')}
        lines = {problem.span.line for problem in found(content) if problem.span.file == path.as_posix()}
        missed += [(name, "vi", line) for line in expected - lines]
    assert "" == "\n".join(map(str, missed))


def test_a_numeral_in_the_settings_is_named(tmp_path: Path) -> None:
    """In the site's title, description and notice."""
    content = shutil.copytree(CONTENTS["three-languages"], tmp_path / "content")
    path = content / "site.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'^(en = ".*)"$', r'\1 8,613"', text, flags=re.MULTILINE), encoding="utf-8")
    assert path.as_posix() in {problem.span.file for problem in found(content)}
