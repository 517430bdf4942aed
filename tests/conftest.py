"""What many tests need: the repository, the shipped site built once, and a way to build any other."""

from __future__ import annotations

import datetime
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet
from playwright.sync_api import Browser, sync_playwright

from sitegen.build import BuiltSite, build_site
from sitegen.storage.output_folder.folder import replace_output
from sitegen.storage.request import BuildOptions

ROOT = Path(__file__).resolve().parent.parent
SITES = ROOT / "tests" / "sites"
BAD = ROOT / "tests" / "bad"
CHROMIUM = shutil.which("chromium")
TODAY = datetime.date(2026, 1, 1)
# charts that one test has had drawn are there for the others
CACHE = Path(tempfile.mkdtemp(prefix="sitegen-tests-"))


def pytest_sessionfinish() -> None:
    """Called by pytest in each of its processes."""
    shutil.rmtree(CACHE, ignore_errors=True)


def mostly_slow(cases: Iterable[str], most: int = 3) -> list[ParameterSet]:
    """The cases of a test, of which all but the first few are for .ci/run."""
    return [pytest.param(case, marks=[pytest.mark.slow] if number >= most else []) for number, case in enumerate(cases)]


def options(content: Path, base_url: str = "", drafts: bool = False, strict: bool = False) -> BuildOptions:
    """The options of a build with the shipped templates, on a fixed day."""
    templates = (ROOT / "templates",)
    return BuildOptions(content, templates, TODAY, base_url=base_url, drafts=drafts, strict=strict, cache=CACHE)


@pytest.fixture(scope="session")
def shipped() -> BuiltSite:
    """The site in content/, in memory."""
    # its pages are read for a long time, while others are built in the same process
    return build_site(replace(options(ROOT / "content"), cache=CACHE / "shipped"))


@pytest.fixture(scope="session")
def shipped_folder(shipped: BuiltSite, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site in content/, on disk."""
    folder = tmp_path_factory.mktemp("shipped") / "output"
    replace_output(folder, shipped.artifacts)
    return folder


@pytest.fixture
def site_copy(tmp_path: Path) -> Callable[[str], Path]:
    """Copies a site of tests/sites/, to be changed by the test."""

    def copy(name: str) -> Path:
        return shutil.copytree(SITES / name, tmp_path / name)

    return copy


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    assert CHROMIUM, "Chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        # root, as in CI, has no sandbox of Chromium's
        arguments = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield chromium
        chromium.close()
