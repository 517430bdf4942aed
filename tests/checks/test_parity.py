"""The languages are equals: the same figures, charts, sections, links and pictures; translations that are too old."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from sitegen.build import build_site
from sitegen.commands.command_line import cli
from sitegen.problems.problem import Problem, SiteError

from ..conftest import ROOT, SITES, options

CHART = "```chart\nid: c-1\nkind: bar\ntitle: Loans\nfigures: [loans-2024]\n```\n"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the site in three languages."""
    return shutil.copytree(SITES / "three-languages", tmp_path / "content")


def write(content: Path, **bodies: str) -> None:
    """The page `about` in each language, by its body."""
    for language, body in bodies.items():
        text = f"---\ntitle: About\n---\n\n{body}\n"
        (content / f"about.{language}.md").write_text(text, encoding="utf-8")


def problems(content: Path, thorough: bool = True) -> list[Problem]:
    """What is wrong with a site, the words that are missing in French aside."""
    try:
        found = build_site(replace(options(content), thorough=thorough)).warnings
    except SiteError as error:
        found = error.problems
    return [problem for problem in found if problem.code != "labels-missing"]


@pytest.mark.parametrize(
    ("original", "other", "message"),
    [
        ('{{ fig("loans-2024") }}', "Nothing.", 'the figure "loans-2024" is shown never here, once in'),
        ('{{ fig("loans-2024") }}', '{{ fig("loans-2024") }} {{ fig("loans-2024") }}', "is shown twice here, once in"),
        (CHART, '{{ fig("loans-2024") }}', 'the chart "c-1" is shown never here, once in'),
        ("## A\n\n### B", "## A\n\n## B", "the sections differ: h2 h2 here, h2 h3 in"),
        ("[home](index.md)", "home", 'a link to "index" is shown once here, twice in'),
        (
            "[x](https://example.org/a)",
            "[x](https://example.org/b)",
            'a link to "https://example.org/a" is shown never',
        ),
        ("![a](room.svg)", "a", 'the picture "/room.svg" is shown never here, once in'),
    ],
)
def test_what_one_language_shows_the_others_show(content: Path, original: str, other: str, message: str) -> None:
    """Named at the translation, with both counts; only in a thorough run."""
    shutil.copy(SITES / "libraries" / "branches" / "north" / "room.svg", content / "room.svg")
    write(content, fr=original, en=other, vi=original)
    found = problems(content)
    assert {"parity"} == {problem.code for problem in found}
    assert message in "\n".join(problem.message for problem in found)
    assert {(content / "about.en.md").as_posix()} == {problem.span.file for problem in found}
    assert [] == problems(content, thorough=False)


@pytest.mark.parametrize(
    "body",
    [
        '{{ fig("loans-2024") }}',
        CHART,
        "## A {#a}\n\n[b](#a) [home](index.md#x)" + "\n\n## X {#x}",
        "![a](room.svg)",
        "Text.[^1]\n\n[^1]: Note.",
    ],
)
def test_equal_pages_are_left_alone(content: Path, body: str) -> None:
    """Whatever the language, a page is its key and a picture its name."""
    shutil.copy(SITES / "libraries" / "branches" / "north" / "room.svg", content / "room.svg")
    with (content / "index.fr.md").open("a", encoding="utf-8") as file:
        file.write("\n## X {#x}\n")
    for language in ("en", "vi"):
        with (content / f"index.{language}.md").open("a", encoding="utf-8") as file:
            file.write("\n## X {#x}\n")
    write(content, fr=body, en=body, vi=body)
    assert [] == problems(content)


def test_pictures_of_each_language_are_one(content: Path) -> None:
    """`room.en.svg` beside `room.fr.svg` is the same picture."""
    for language in ("fr", "en", "vi"):
        shutil.copy(SITES / "libraries" / "branches" / "north" / "room.svg", content / f"room.{language}.svg")
    write(content, **{language: f"![a](room.{language}.svg)" for language in ("fr", "en", "vi")})
    assert [] == problems(content)


@pytest.fixture
def check(content: Path) -> Callable[..., str]:
    """Runs `check` on the site, and gives what it prints."""

    def run(*arguments: str) -> str:
        command = ["check", "--content", content.as_posix(), *arguments]
        return CliRunner().invoke(cli, command, obj=ROOT).output

    return run


def test_a_translation_older_than_its_original_is_named(content: Path, check: Callable[..., str]) -> None:
    """Once accepted; a line broken elsewhere is no change. A build warns and the page says so, a check refuses."""
    write(content, fr="Du texte.", en="Some text.", vi="Một văn bản.")
    assert [] == problems(content)
    assert "4 translations accepted" in check("--accept-translation")
    write(content, fr="Du\ntexte.")
    assert [] == problems(content)
    write(content, fr="Un autre texte.")
    warnings = problems(content, thorough=False)
    assert [("translation-outdated", "warning")] * 2 == [(item.code, item.severity) for item in warnings]
    outdated = [item.severity for item in problems(content) if item.code == "translation-outdated"]
    assert ["error"] * 2 == outdated
    pages = {page.page.output_path: page.html for page in build_site(options(content)).pages}
    assert 'class="outdated"' in pages["en/about/index.html"]
    assert 'class="outdated"' not in pages["about/index.html"] + pages["en/index.html"]
    check("--accept-translation", "about")
    assert [] == problems(content)


def test_what_the_record_does_not_know_is_named(content: Path, check: Callable[..., str]) -> None:
    """A page that was never accepted, a file that is gone, a key that is no page's; the record is no page itself."""
    check("--accept-translation", "index")
    assert ["translation-unrecorded"] * 2 == [problem.code for problem in problems(content)]
    with (content / "translations.toml").open("a", encoding="utf-8") as file:
        file.write('"gone.en.md" = "0"\n')
    assert "translation-unknown" in [problem.code for problem in problems(content)]
    assert 'no translated page "abuot"' in check("--accept-translation", "abuot")
    assert not any("translations" in item.path for item in build_site(options(content)).artifacts)
