"""How long it takes from saving a file to the browser showing it: `python -m tests.bench.preview`.

A copy of the shipped site, and one with as many pages as `--pages` says, each in a real `serve` with a real Chromium: a
text, a figure of the data, a template and a style sheet are saved `--runs` times. The bars are for the medians.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.commands.previewing import Preview, connected, previewed, until
from tests.conftest import CHROMIUM, ROOT

BAR, BAR_LARGE = 150, 250
# the page says, at the first frame in which it shows it, which run's text or colour it shows
_WATCH = """
(() => {
  let last = "";
  const look = () => {
    const shown = document.body && (%s);
    if (shown && shown !== last) { last = shown; console.log("shown " + shown + " " + Date.now()); }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""
_IN_TEXT = "(document.body.textContent.match(/%s/) ?? [])[1]"
_IN_COLOUR = "(getComputedStyle(document.body).outlineColor.match(/rgb\\(1, 2, (\\d+)\\)/) ?? [])[1]"


@dataclass(frozen=True)
class Change:
    """A kind of change: the page that is open, the file that is saved with a run's number in it, and how that shows."""

    name: str
    page: str
    file: Path
    text: Callable[[str, int], str]
    """The file's text in a run, from its text before all runs."""
    shown: str


def changes(content: Path, templates: Path, page: str) -> Sequence[Change]:
    """A change of each kind, in a copy of the shipped site."""
    figure = re.compile(r"^(ba-vi-houses-2022-2024,.*?,)397,", re.MULTILINE)
    return (
        Change(
            "text",
            f"/{page}/",
            content / page / "index.en.md",
            lambda text, run: f"{text}\n\nMark-{run}.\n",
            _IN_TEXT % r"Mark-(\d+)",
        ),
        Change(
            "data cell",
            "/districts/ba-vi/",
            content / "data" / "observations.csv",
            lambda text, run: figure.sub(rf"\g<1>7{run:03},", text),
            _IN_TEXT % r"\b7,(\d\d\d)\b",
        ),
        Change(
            "template",
            f"/{page}/",
            templates / "partials" / "site-footer.html",
            lambda text, run: text.replace("</footer>", f"<p>Mark-{run}.</p></footer>"),
            _IN_TEXT % r"Mark-(\d+)",
        ),
        Change(
            "style sheet",
            f"/{page}/",
            templates / "assets" / "site.css",
            lambda text, run: f"{text}\nbody {{ outline: 0 solid rgb(1 2 {run}) }}\n",
            _IN_COLOUR,
        ),
    )


def grow(content: Path, pages: int) -> None:
    """Add pages in both languages until the site has about so many."""
    there = 206
    for number in range((pages - there) // 2):
        folder = content / "notes" / f"note-{number:04}"
        folder.mkdir(parents=True)
        for language in ("en", "vi"):
            sections = "\n\n".join(
                f"## Section {letter}\n\n" + "Some words of a text that is neither short nor long. " * 12
                for letter in "ABCDEF"
            )
            figure = '{{ fig("hanoi-near-poor-households-2024") }}'
            (folder / f"index.{language}.md").write_text(
                f"---\ntitle: A note of the number {number}\n---\n\n{figure}.\n\n{sections}\n", encoding="utf-8"
            )
    for language in ("en", "vi"):
        (content / "notes" / f"index.{language}.md").write_text(
            "---\ntitle: Notes\nlayout: listing\n---\n\nAll of them.\n", encoding="utf-8"
        )


def measured(preview: Preview, browser: Browser, change: Change, runs: int) -> Iterator[tuple[float, float]]:
    """The milliseconds from each save to the browser showing it, and those of the build in them."""
    before = change.file.read_text(encoding="utf-8")
    shown: dict[str, float] = {}
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(_WATCH % change.shown)
    page = context.new_page()

    def hear(text: str) -> None:
        if text.startswith("shown "):
            _, run, moment = text.split()
            shown.setdefault(run, float(moment))

    page.on("console", lambda message: hear(message.text))
    page.goto(preview.url + change.page)
    connected(page)
    for run in range(101, 101 + runs):
        time.sleep(0.3)
        text, builds = change.text(before, run), len(preview.builds())
        saved = time.time() * 1000
        change.file.write_text(text, encoding="utf-8")
        end = time.monotonic() + 60
        while str(run) not in shown and time.monotonic() < end:
            # the page notes the moment by itself; asking it all the time would take the processor from it
            page.wait_for_timeout(40)
        until(lambda builds=builds: len(preview.builds()) > builds, "the build's line")  # type: ignore[misc]
        build = float(preview.builds()[-1].rpartition(" in ")[2].removesuffix(" s")) * 1000
        yield shown[str(run)] - saved, build
    context.close()
    preview.built(lambda: change.file.write_text(before, encoding="utf-8"))


def measure(name: str, folder: Path, page: str, bar: int, pages: int, runs: int) -> None:
    """Print the rows of one site."""
    content, templates = folder / "content", folder / "templates"
    shutil.copytree(ROOT / "content", content)
    shutil.copytree(ROOT / "templates", templates)
    if pages:
        grow(content, pages)
    with previewed(folder, content, templates) as preview, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for change in changes(content, templates, page):
            found = list(measured(preview, browser, change, runs))
            times, builds = ([pair[number] for pair in found] for number in (0, 1))
            median, build = statistics.median(times), statistics.median(builds)
            cells = (
                f"{name}: {change.name}",
                f"{median:.0f}",
                f"{min(times):.0f}–{max(times):.0f}",
                f"{build:.0f}",
                f"{median - build:.0f}",
                str(bar),
                "yes" if median <= bar else "no",
            )
            print(f"| {' | '.join(cells)} |", flush=True)  # noqa: T201
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=20)
    arguments = parser.parse_args()
    print("| site: change | median ms | range | of it the build | the rest | bar | kept |")  # noqa: T201
    print("| --- | --: | --: | --: | --: | --: | --- |")  # noqa: T201
    with tempfile.TemporaryDirectory() as name:
        for site, page, bar, pages in (
            ("shipped", "method", BAR, 0),
            (f"{arguments.pages:,} pages", "notes/note-0001", BAR_LARGE, arguments.pages),
        ):
            folder = Path(name) / str(pages)
            folder.mkdir()
            measure(site, folder, page, bar, pages, arguments.runs)


if __name__ == "__main__":
    main()
