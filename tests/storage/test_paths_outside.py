"""Links that leave their folder, pipes, sockets and devices: told by their paths, and never opened."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen.build import build_site
from sitegen.commands.check import accept_translations, fix_numerals
from sitegen.commands.new import create_page
from sitegen.problems.problem import Problem, SiteError, format_problems
from sitegen.storage.request import BuildOptions

from ..conftest import ROOT, TODAY
from .test_killed_builds import tree

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has neither pipes nor links for everybody")

WORDS = "top-secret = [this is no good file {{ of any kind }}\n"
PLACES = [
    *("site.toml", "index.en.md", "new.en.md", "data/derived.toml", "data/rules.toml", "data/observations.csv"),
    *("data/datapackage.yaml", "data/more.csv", "charts.py", "beside.py", "plan.pdf", "notes.txt", "translations.toml"),
    *("branches/index.en.md", "branches", "data", "sub/page.en.md"),
]
TEMPLATES = ["base.html", "layouts/page.html", "labels/en.toml", "assets/site.css", "assets/x.js", "assets", "labels"]


def link(path: Path, outside: Path) -> None:
    path.symlink_to(outside / "folder" if path.suffix == "" else outside / "secret")


def indirect(path: Path, outside: Path) -> None:
    (path.parent / "first").symlink_to(outside)
    path.symlink_to("first/folder" if path.suffix == "" else "first/secret")


def pipe(path: Path, outside: Path) -> None:
    os.mkfifo(path)


def unix_socket(path: Path, outside: Path) -> None:
    server = socket.socket(socket.AF_UNIX)
    before = Path.cwd()
    os.chdir(path.parent)
    server.bind(path.name)
    os.chdir(before)
    server.close()


def device(path: Path, outside: Path) -> None:
    path.symlink_to("/dev/zero")


KINDS = {"link": link, "indirect": indirect, "pipe": pipe, "socket": unix_socket, "device": device}


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """What nothing of a site may lead to."""
    folder = tmp_path / "outside"
    (folder / "folder").mkdir(parents=True)
    for path in (folder / "secret", folder / "folder" / "page.en.md", folder / "folder" / "en.toml"):
        path.write_text(WORDS)
    return folder


def replaced(path: Path, kind: str, outside: Path) -> None:
    """Put something in the place of a file or folder."""
    if path.exists():
        path.rename(outside / "was")
    path.parent.mkdir(exist_ok=True, parents=True)
    KINDS[kind](path, outside)


def told(content: Path, templates: Path = ROOT / "templates") -> tuple[Problem, ...]:
    """What a build says, and whatever else reads a site."""
    options = BuildOptions(content, (templates,), TODAY)
    found = []
    for action in (build_site, lambda given: list(fix_numerals(given)), lambda given: accept_translations(given, ())):
        with pytest.raises(SiteError) as caught:
            action(options)
        found.append(caught.value.problems)
        assert "top-secret" not in format_problems(caught.value.problems, "json")
    # the settings may be read before the rest
    assert found[0] == found[1] == found[2] or any(problem.span.file.endswith("site.toml") for problem in found[0])
    return found[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
def test_in_the_content(place: str, kind: str, site_copy: Callable[[str], Path], outside: Path) -> None:
    """By its path, whatever reads it; nothing else is said, since nothing else was read."""
    content = site_copy("libraries")
    path = content / place
    replaced(path, kind, outside)
    problems = told(content)
    assert path.as_posix() in [problem.span.file for problem in problems]
    assert {"path-outside", "path-special"} >= {problem.code for problem in problems}


@pytest.mark.parametrize("kind", ["link", "pipe"])
@pytest.mark.parametrize("place", TEMPLATES)
def test_in_the_templates(
    place: str, kind: str, site_copy: Callable[[str], Path], outside: Path, tmp_path: Path
) -> None:
    """Templates are code, and yet hold no secrets of the machine's."""
    templates = tmp_path / "templates"
    path = templates / place
    replaced(path, kind, outside)
    assert [path.as_posix()] == [problem.span.file for problem in told(site_copy("libraries"), templates)]


@pytest.mark.parametrize("place", ["site.toml"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_new_page(place: str, kind: str, site_copy: Callable[[str], Path], outside: Path) -> None:
    """It needs the settings."""
    content = site_copy("libraries")
    replaced(content / place, kind, outside)
    before = tree(outside)
    with pytest.raises(SiteError) as caught:
        create_page(content, "notes/new", "New", "")
    assert "top-secret" not in str(caught.value)
    assert before == tree(outside)


def test_links_within_the_folder_are_followed(site_copy: Callable[[str], Path]) -> None:
    """A site's own files may stand in several places."""
    content = site_copy("libraries")
    (content / "copy.en.md").symlink_to("branches/index.en.md")
    (content / "charts.py").write_text("")
    (content / "words").mkdir()
    (content / "words" / "sources.en.md").symlink_to("../sources.en.md")
    build_site(BuildOptions(content, (ROOT / "templates",), TODAY))


def test_a_text_that_is_far_too_large(site_copy: Callable[[str], Path]) -> None:
    """Told by its size, unread."""
    content = site_copy("libraries")
    names = ["big.en.md", "charts.py", "data/big.csv", "data/rules.toml", "site.toml"]
    for name in names:
        with (content / name).open("wb") as file:
            file.truncate(40 << 30)
    problems = told(content)
    assert [(content / name).as_posix() for name in names] == [problem.span.file for problem in problems]
    assert {"file-large"} == {problem.code for problem in problems}
