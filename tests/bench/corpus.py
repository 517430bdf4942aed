"""The same pages for sitegen and for other generators, to time one against the other.

    python -m tests.bench.corpus sitegen|hugo|mkdocs|pelican|eleventy PAGES FOLDER

Each page has front matter, about 400 words below five headings, a list, bold, italic and links, and one table of 8 x 4.
Page i is in section i % 30; a section has a list of its pages where the generator makes one. A page's text depends on
its number alone.
"""

from __future__ import annotations

import datetime
import random
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.bench.measuring import put_away

SECTIONS = 30
_WORDS = re.findall(
    r"\w+",
    "the of and to in a is that for it as was with be by on not but at are this have from or an they which one "
    "were all there would their we when who will no more if out so up said what its about than into them can only "
    "other time new some could these two may first then do any like now over such our most made after also did "
    "many before must through years where way district council budget enrolment attendance hospital survey "
    "indicator quarter report population housing transport energy income household median estimate revenue "
    "service region measure public water school work power state",
)
_TAGS = ("budget", "health", "schools", "transport", "housing", "energy", "water", "jobs", "culture", "parks", "waste")
_SETTINGS = """languages = ["en"]
base_url = "https://example.org/"
[title]
en = "Reports"
[description]
en = "A corpus"
"""


def sentence(chance: random.Random, length: int = 0) -> str:
    """Words that begin with a capital and end with a point; 9 to 19 of them where no length is given."""
    words = chance.choices(_WORDS, k=length or chance.randint(9, 19))
    return " ".join(words).capitalize() + "."


def paragraph(chance: random.Random, sentences: int) -> str:
    """Sentences, of which some have a bold or italic word or a link."""
    out = []
    for _ in range(sentences):
        words = sentence(chance).split(" ")
        kind = chance.random()
        if kind < 0.25:
            words[2] = f"**{words[2]}**"
        elif kind < 0.4:
            words[3] = f"*{words[3]}*"
        elif kind < 0.55:
            words[1] = f"[{words[1]}](https://example.org/{words[1]}/{chance.randint(1, 999)})"
        out.append(" ".join(words))
    return " ".join(out)


def body(chance: random.Random) -> str:
    """The Markdown of a page."""
    lines = ["## Summary", "", paragraph(chance, 4), "", paragraph(chance, 4), "", "### Findings", ""]
    lines += [f"- {sentence(chance, 8)}" for _ in range(5)]
    lines += ["", "## Detail", "", paragraph(chance, 5), "", paragraph(chance, 5), "", "### Table", ""]
    lines += ["| Indicator | 2023 | 2024 | Change |", "| --- | ---: | ---: | ---: |"]
    for _ in range(8):
        before, after = chance.randint(100, 99999), chance.randint(100, 99999)
        name = " ".join(chance.choices(_WORDS, k=2)).capitalize()
        lines.append(f"| {name} | {before} | {after} | {100 * (after - before) / before:.1f}% |")
    return "\n".join([*lines, "", "## Outlook", "", paragraph(chance, 5), ""])


def page(number: int, generator: str = "sitegen") -> str:
    """A page's file."""
    chance = random.Random(7_000_021 + number)  # noqa: S311 -- the same text each time is what is wanted
    day = datetime.date(2024, 1, 1) + datetime.timedelta(days=number % 700)
    tags = ", ".join(chance.sample(_TAGS, 3))
    section = section_name(number)
    title, description = f"Report {number} for {section}", sentence(chance, 12)
    if generator == "pelican":
        front = [f"Title: {title}", f"Date: {day}", f"Slug: page-{number:05d}", f"Summary: {description}", "", ""]
        return "\n".join([*front, body(chance)])
    front = [f'title: "{title}"', f'description: "{description}"', f"date: {day}"]
    front += ["params:", f"  district: {section}", f"  tags: [{tags}]"]
    return "\n".join(["---", *front, "---", "", body(chance)])


def section_name(number: int) -> str:
    """The folder of a page."""
    return f"district-{number % SECTIONS:02d}"


def page_path(number: int, generator: str = "sitegen") -> str:
    """A page's path below the content folder."""
    return f"{section_name(number)}/page-{number:05d}{'.en' if generator == 'sitegen' else ''}.md"


def _index(title: str, generator: str) -> str:
    layout = "layout: listing\n" if generator == "sitegen" else ""
    return f"---\ntitle: {title}\n{layout}---\n"


# the file that stands for a folder, where there is one
_INDEXES: Mapping[str, str] = {
    "sitegen": "index.en.md",
    "hugo": "_index.md",
    "mkdocs": "index.md",
    "eleventy": "index.md",
}


def write_corpus(generator: str, count: int, folder: Path) -> None:
    """Write `count` pages into a folder that is made anew."""
    put_away(folder)
    for number in range(SECTIONS):
        (folder / section_name(number)).mkdir(parents=True)
    if generator in _INDEXES:
        name = _INDEXES[generator]
        (folder / name).write_text(_index("Home", generator), encoding="utf-8")
        for number in range(SECTIONS):
            text = _index(f"District {number:02d}", generator)
            (folder / section_name(number) / name).write_text(text, encoding="utf-8")
    if generator == "sitegen":
        (folder / "site.toml").write_text(_SETTINGS, encoding="utf-8")
    for number in range(count):
        (folder / page_path(number, generator)).write_text(page(number, generator), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 4 or not sys.argv[2].isdigit():
        sys.exit(__doc__)
    write_corpus(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
