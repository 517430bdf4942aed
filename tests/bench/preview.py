"""How long it takes from saving a file to the browser showing it: `python -m tests.bench.preview`.

A copy of the shipped site, and one of 1,000 pages (`--pages`), each in a real `serve` with a real Chromium: a text, a
figure of the data, a template and a style sheet are saved `--runs` times. The bars are for the median: 150 ms for the
shipped site, 250 ms for the other.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import ROOT
from tests.serving import Preview, served

BARS = {"shipped": 150, "large": 250}
# a page says when it shows a text (`show`) or a colour (`style`): both look at each frame
_TEXT = "word => document.body && document.body.innerText.includes(word)"
_COLOUR = "colour => document.body && getComputedStyle(document.body).outlineColor === colour"


@dataclass(frozen=True)
class Kind:
    """A kind of change: what is saved at each run, and what the browser then shows."""

    name: str
    file: Path
    save: Callable[[str, int], str]
    """From the file's text as it was to that of a run."""
    shown: str
    expected: Callable[[int], str]


def large_site(folder: Path, pages: int) -> Path:
    """A site of so many pages, a figure in each of some."""
    content = folder / "content"
    shutil.copytree(ROOT / "content" / "data", content / "data")
    for page in (content / "data").glob("*.md"):
        page.unlink()
    settings = (ROOT / "content" / "site.toml").read_text(encoding="utf-8")
    (content / "site.toml").write_text(settings, encoding="utf-8")
    return content
