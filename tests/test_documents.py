"""The documents are true: every file, command, option, module and function they name exists."""

from __future__ import annotations

import re
import tomllib
import unicodedata

import pytest
from click.testing import CliRunner

from sitegen.charts.kinds import CHART_KINDS
from sitegen.charts.options import COMMON
from sitegen.commands import build
from sitegen.commands.command_line import VERBS, cli
from sitegen.content.pages import FRONT_MATTER_KEYS
from sitegen.content.settings import site_keys
from sitegen.data.contract import CORE_TABLES
from sitegen.rendering.shortcodes.in_page import Shortcodes
from sitegen.rendering.shortcodes.in_text import TextShortcodes

from .conftest import ROOT

DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
PATH = re.compile(r"`((?:[\w.\-]+/)+[\w.\-]*|[\w\-]+\.(?:md|py|toml|txt|csv|yaml))`")
# Places that a reader makes, and names used as examples or made by a build.
NOT_HERE = {
    *(
        "path/name.<language>.md",
        "districts/thach-that",
        "photo.jpg",
        "output/build-manifest.json",
        "templates/NAME.html",
    ),
    *("charts.py", "content/charts.py", "light/", "dark/", ".well-known/"),
    *("index.en.md", "index.vi.md", "index.md", ".venv/bin/python", "2022/2024"),
}


def text(name: str) -> str:
    """A document's text."""
    return (ROOT / name).read_text(encoding="utf-8")


def words(document: str) -> set[str]:
    """The words of a document that stand in code: in backquotes, or in a block of it."""
    fences = re.findall(r"^ *```.*?^ *```", document, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^ *```.*?^ *```", "", document, flags=re.MULTILINE | re.DOTALL))
    return set(re.findall(r"[\w<>-]+", "\n".join((*fences, *spans))))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_named_exists(name: str) -> None:
    """A path in backquotes is a file or folder of the repository, of content/data/, or of sitegen/."""
    folders = (ROOT, ROOT / "content", ROOT / "content" / "data", ROOT / "sitegen")
    named = {path for path in PATH.findall(text(name)) if path not in NOT_HERE}
    assert [] == sorted(path for path in named if not any((folder / path).exists() for folder in folders))


def test_every_verb_and_option_exists() -> None:
    """What the README calls, the command line knows."""
    readme = text("README.md")
    verbs = set(re.findall(r"python build\.py ([a-z]+)", readme))
    assert verbs <= set(VERBS)
    helps = "".join(CliRunner().invoke(cli, [verb, "--help"]).output for verb in VERBS)
    options = set(re.findall(r"`(--[a-z-]+)", readme)) | set(re.findall(r"build\.py .*?(--[a-z-]+)", readme))
    assert [] == sorted(option for option in options if option not in helps)


def test_every_option_of_build_is_told() -> None:
    """The README leaves no option of `build` out."""
    readme = text("README.md")
    options = [name for parameter in build.command.params for name in parameter.opts]
    assert [] == [option for option in options if option not in readme and len(option) > 2]


def test_every_key_is_told() -> None:
    """Front matter, settings, fence options, chart kinds, shortcodes and columns: each stands in the README."""
    readme = text("README.md")
    columns = [column.rstrip("*") for column in CORE_TABLES["observations"]]
    functions = (TextShortcodes.functions, Shortcodes.functions)
    shortcodes = {name for function in functions for name in function.__code__.co_names} - {
        "figure_value",
        "functions",
        "super",
    }
    names = [
        *FRONT_MATTER_KEYS,
        *site_keys(["en"]),
        *COMMON,
        *{name for kind in CHART_KINDS.values() for name in kind.options},
        *CHART_KINDS,
        *columns,
        *shortcodes,
    ]
    assert [] == sorted(set(names) - words(readme))
    assert "id" not in words("an idea, `idea`\n\n```\nideas\n```\n")


def test_every_layout_told_has_a_template() -> None:
    """The layouts of the README are those in templates/, but for the ones that only generated pages have."""
    row = next(line for line in text("README.md").splitlines() if line.startswith("| `layout` |"))
    told = set(re.findall(r"`([a-z-]+)`", row)) - {"layout"}
    there = {path.stem for path in (ROOT / "templates").glob("*.html")}
    assert there - {"base", "figure", "figures", "chart", "404"} == told


def test_the_workflows_run_the_readmes_commands() -> None:
    """The test command stands in the README, in CI's workflow, and is what .ci/run looks for."""
    command = re.findall(r"^python3 -m venv .*-m pytest$", text("README.md"), re.MULTILINE)
    assert len(command) == 1
    assert command[0] in text(".github/workflows/test.yml")
    assert "-m pytest$" in text(".ci/run")


def test_every_library_has_its_reason() -> None:
    """Each dependency in pyproject.toml is named in ARCHITECTURE.md's table."""
    names = re.findall(r'^    "([a-z\-]+)[>=]', text("pyproject.toml"), re.MULTILINE)
    table = text("ARCHITECTURE.md").split("## Libraries")[1].lower().replace("pyyaml", "pyyaml yaml")
    told = [name for name in names if name in table or name.removeprefix("types-") in table]
    assert names == told


def test_requirements_are_pinned_with_hashes_and_name_no_index() -> None:
    """Every line is a version with its hashes; no address of a registry."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        pinned = text(name)
        entries = [line for line in pinned.splitlines() if line and not line.startswith(" ")]
        assert all("==" in line for line in entries)
        assert "://" not in pinned
        assert pinned.count("--hash=sha256:") >= len(entries)


def test_the_interface_says_the_same_in_both_languages() -> None:
    """Each label is there in English and in Vietnamese, with the same placeholders, in composed Unicode."""
    english, vietnamese = (tomllib.loads(text(f"templates/labels/{language}.toml")) for language in ("en", "vi"))
    assert english.keys() == vietnamese.keys()
    braces = re.compile(r"\{\w*\}")
    assert {key: set(braces.findall(value)) for key, value in english.items()} == {
        key: set(braces.findall(value)) for key, value in vietnamese.items()
    }
    assert unicodedata.is_normalized("NFC", "".join(vietnamese.values()))
