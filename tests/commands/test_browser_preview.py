"""The preview in a real browser: what is reloaded, what is not, and where the reader stands after it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from ..conftest import ROOT
from .previewing import Preview, connected, previewed

pytestmark = pytest.mark.browser
LONG = "---\ntitle: Long\n---\n\n" + "\n\n".join(f"Paragraph {number} of many words." for number in range(200)) + "\n"
MARK = "window.mark = 'not reloaded'"
FIRST = "[...document.querySelectorAll('p')].find(p => p.getBoundingClientRect().top > 0).textContent"
# how far below the window's top the words of a paragraph are
TOP = "words => [...document.querySelectorAll('p')].find(p => p.textContent === words).getBoundingClientRect().top"


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A copy of the templates, to be changed by the test."""
    return shutil.copytree(ROOT / "templates", tmp_path / "templates")


@contextmanager
def opened(browser: Browser, preview: Preview, path: str) -> Iterator[Page]:
    """A page that is connected. Whatever it complains of, but for the status of the problem page, is a failure."""
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": 1000, "height": 600})
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(preview.url + path)
    connected(page)
    yield page
    page.close()
    assert [] == [text for text in complaints if "status of 500" not in text and "status of 404" not in text]


def replaced(path: Path, old: str, new: str) -> None:
    """Save a file with other words in it."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_text_template_and_data_show_by_themselves(
    browser: Browser, site_copy: Callable[[str], Path], templates: Path, tmp_path: Path
) -> None:
    """Each reloads the page; another page's text does not; an address that had no page shows one once it is there."""
    content = site_copy("libraries")
    with previewed(tmp_path, content, templates) as preview, opened(browser, preview, "/") as page:
        replaced(content / "index.en.md", "The town lent", "The whole town lent")
        page.wait_for_selector("text=The whole town lent")
        replaced(templates / "partials" / "site-footer.html", "</footer>", "<p>A new foot.</p></footer>")
        page.wait_for_selector("text=A new foot.")
        replaced(
            content / "data" / "observations.csv",
            "budget,north,2024,1.2,",
            "budget,north,2024,1.7,",
        )
        page.wait_for_selector("text=more than 1.7")

        connected(page)
        page.evaluate(MARK)
        before = preview.builds()
        preview.built(lambda: replaced(content / "branches" / "north" / "index.en.md", "---\n\n", "---\n\nNorthern. "))
        assert before != preview.builds()
        page.wait_for_timeout(300)
        assert page.evaluate("window.mark") == "not reloaded"

        page.goto(f"{preview.url}/coming/")
        connected(page)
        (content / "coming.en.md").write_text("---\ntitle: Coming\n---\n\nIt has come.\n")
        page.wait_for_selector("text=It has come.")


def test_a_style_sheet_is_swapped_without_a_reload(
    browser: Browser, site_copy: Callable[[str], Path], templates: Path, tmp_path: Path
) -> None:
    """The page, what stands in its fields and where the reader stands stay; each of many saves shows at the end."""
    content, sheet = site_copy("plain"), templates / "assets" / "site.css"
    (content / "long.en.md").write_text(LONG)
    colour = "getComputedStyle(document.body).outlineColor"
    with previewed(tmp_path, content, templates) as preview, opened(browser, preview, "/long/") as page:
        page.evaluate("document.querySelector('main').append(document.createElement('input'))")
        page.evaluate("document.querySelector('main input').value = 'typed'")
        page.evaluate("scrollTo({top: 2000, behavior: 'instant'})")
        page.evaluate(MARK)
        before = sheet.read_text()
        for number in (1, 2):
            sheet.write_text(f"{before}\nbody {{ outline: 0 solid rgb(1 2 {number}) }}\n")
            page.wait_for_function(f"() => {colour} === 'rgb(1, 2, {number})'")
        for number in range(3, 20):
            sheet.write_text(f"{before}\nbody {{ outline: 0 solid rgb(1 2 {number}) }}\n")
            page.wait_for_timeout(30)
        page.wait_for_function(f"() => {colour} === 'rgb(1, 2, 19)'")
        page.wait_for_function("() => document.querySelectorAll('link[rel=stylesheet][href*=site]').length === 1")
        sheet.write_text(before)
        page.wait_for_function(f"() => {colour} !== 'rgb(1, 2, 19)'")
        assert ["not reloaded", "typed", 2000] == [
            page.evaluate("window.mark"),
            page.input_value("main input"),
            page.evaluate("scrollY"),
        ]


def test_a_reload_keeps_the_readers_place(browser: Browser, site_copy: Callable[[str], Path], tmp_path: Path) -> None:
    """In the middle of a long page: as far down as before, or at the same words where the text above has grown."""
    content = site_copy("plain")
    long = content / "long.en.md"
    long.write_text(LONG)
    with previewed(tmp_path, content) as preview, opened(browser, preview, "/long/") as page:
        page.evaluate("scrollTo({top: 3000, behavior: 'instant'})")
        replaced(long, "Paragraph 199 of many", "Paragraph 199 of very many")
        page.wait_for_selector("text=Paragraph 199 of very many", state="attached")
        page.wait_for_function("() => document.readyState === 'complete' && history.scrollRestoration === 'auto'")
        assert 3000 == page.evaluate("scrollY")

        connected(page)
        words = page.evaluate(
            "[...document.querySelectorAll('p')].find(p => p.getBoundingClientRect().top > 0).textContent"
        )
        top = page.evaluate(TOP, words)
        replaced(long, "Paragraph 0 of many words.", "\n\n".join(["Paragraph 0 has grown."] * 20))
        page.wait_for_selector("text=Paragraph 0 has grown.", state="attached")
        page.wait_for_function("() => document.readyState === 'complete' && history.scrollRestoration === 'auto'")
        assert page.evaluate("scrollY") > 3500
        assert abs(page.evaluate(TOP, words) - top) <= 1


def test_a_mistake_shows_and_the_page_comes_back(
    browser: Browser, site_copy: Callable[[str], Path], tmp_path: Path
) -> None:
    """The problem page takes its place at a save and gives it back; the reader stands where they stood."""
    content = site_copy("plain")
    long = content / "long.en.md"
    long.write_text(LONG)
    with previewed(tmp_path, content) as preview, opened(browser, preview, "/long/") as page:
        page.evaluate("scrollTo({top: 3000, behavior: 'instant'})")
        replaced(long, "Paragraph 7 ", "{{ nonsense }} [away](away.en.md) ")
        page.wait_for_selector("text=template-undefined")
        for shown in ("long.en.md:19:4", "line 19, column 4", "'nonsense' is undefined", "{{ nonsense }} [away]"):
            assert shown in page.inner_text("main")
        connected(page)
        # one mistake less is another page of problems
        replaced(long, "{{ nonsense }}", "mended")
        page.wait_for_selector("text=link-broken")
        connected(page)
        replaced(long, "[away](away.en.md)", "mended")
        page.wait_for_selector("text=mended mended", state="attached")
        page.wait_for_function("() => document.readyState === 'complete' && history.scrollRestoration === 'auto'")
        assert abs(page.evaluate("scrollY") - 3000) <= 1


def test_the_last_of_many_saves_shows(browser: Browser, site_copy: Callable[[str], Path], tmp_path: Path) -> None:
    """Also of those that come while the page is being loaded and hears nothing."""
    content = site_copy("plain")
    home = content / "index.en.md"
    with previewed(tmp_path, content) as preview, opened(browser, preview, "/") as page:
        for pause in (10, 60, 150):
            for number in range(15):
                home.write_text(f"---\ntitle: Notes\n---\n\nSave {pause}-{number}.\n")
                page.wait_for_timeout(pause)
            page.wait_for_selector(f"text=Save {pause}-14.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_problem_page_can_be_read(
    scheme: str, width: int, browser: Browser, site_copy: Callable[[str], Path], tmp_path: Path
) -> None:
    """On a narrow screen nothing is wider than it; text has at least 4.5 times its ground's light, or the reverse."""
    content = site_copy("plain")
    (content / "notes" / "second.en.md").write_text("---\ntitle: Second\n---\n\n" + "a" * 150 + " {{ nonsense }}\n")
    (content / "notes" / "first.en.md").write_text("---\ntitle: First\ntitel: First\n---\n\n[away](away.en.md)\n")
    with previewed(tmp_path, content) as preview:
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(preview.url)
        page.wait_for_selector("text=template-undefined")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(_CONTRASTS) >= 4.5
        page.screenshot(path=tmp_path / "problems.png", full_page=True)
        page.close()


_CONTRASTS = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map((part) => part / 255).map(
      (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    return colour === "rgba(0, 0, 0, 0)" ? ground(element.parentElement) : colour;
  };
  return Math.min(...[...document.querySelectorAll("main *")].filter((element) => element.innerText).map((element) => {
    const [low, high] = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  }));
}"""
