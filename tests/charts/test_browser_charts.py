"""Charts in a real browser, under the site's content policy: by keyboard, for assistive technology, without a shift."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page

from sitegen.build import BuiltSite, build_site
from sitegen.storage.output_folder.folder import replace_output

from ..conftest import SITES, options
from ..shipped.test_browser import watched
from ..shipped.test_crawl import served

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
# more than any page has stops
MOST_STOPS = 3000
STOP = """() => {
  const element = document.activeElement;
  const figure = element.closest("figure.chart");
  if (!figure) return null;
  const pressed = element.ariaPressed === "true";
  if (element.matches(".chart-explore")) return {kind: "button", id: figure.id, pressed};
  return element.matches(".chart-drawing") ? {kind: "drawing", id: figure.id} : null;
}"""
TOLD = """() => {
  const figure = document.activeElement.closest("figure.chart");
  const tip = document.activeElement.querySelector(".chart-tip");
  return {
    tip: tip.hidden ? "" : tip.textContent,
    status: figure.querySelector("[role=status]").textContent,
    row: figure.querySelector("tbody tr").textContent,
  };
}"""
SHIFTS = """
window.shifts = 0;
new PerformanceObserver(list => list.getEntries().forEach(entry => { window.shifts += entry.value; }))
  .observe({type: "layout-shift", buffered: true});
"""
# pairs of texts of one drawing that lie over each other by more than the room around their letters
OVERLAPS = """[...document.querySelectorAll(".chart-drawing svg")].flatMap(svg => {
  const texts = [...svg.querySelectorAll("text")]
    .map(text => ({words: text.textContent, box: text.getBoundingClientRect()}))
    .filter(({words, box}) => words.trim() && box.width);
  const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 5;
  return texts.flatMap((one, place) => texts.slice(place + 1)
    .filter(other => over(one.box, other.box)).map(other => `${one.words} | ${other.words}`));
})"""


@pytest.fixture(scope="module")
def gallery() -> BuiltSite:
    """The page with a chart of each kind."""
    return build_site(options(SITES / "gallery"))


@pytest.fixture(scope="module")
def addresses(
    gallery: BuiltSite, shipped_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The gallery and the shipped site, each on a server of its own."""
    folder = tmp_path_factory.mktemp("gallery") / "output"
    replace_output(folder, gallery.artifacts)
    with served(folder) as one, served(shipped_folder) as other:
        yield {"gallery": one, "shipped": other}


def pages_with_charts(site: BuiltSite) -> list[str]:
    """The pages that have charts, and the own page of the first chart of each language, in every theme."""
    written = [item.page.url for item in site.pages if item.parts.charts]
    first = {item.page.language: item.parts.charts[0].id for item in reversed(site.pages) if item.parts.charts}
    own = [
        f"{'' if language == 'en' else f'/{language}'}/charts/{chart}/{theme}"
        for language, chart in first.items()
        for theme in ("", "light/", "dark/")
    ]
    return [*written, *own]


def axe_complaints(page: Page) -> list[str]:
    """What axe finds, all its rules asked."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE})
    answer = session.send(
        "Runtime.evaluate",
        {"expression": "axe.run().then(found => found.violations)", "awaitPromise": True, "returnByValue": True},
    )
    violations: list[dict[str, Any]] = answer["result"]["value"]
    return [f"{item['id']}: {node['html'][:200]}" for item in violations for node in item["nodes"]]


def explore_by_keyboard(page: Page) -> set[str]:
    """Go from stop to stop by Tab; walk through each drawing's values, and press each chart's button."""
    pressed: set[str] = set()
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        stop = page.evaluate(STOP)
        if stop and stop["kind"] == "drawing":
            page.keyboard.press("ArrowRight")
            told = page.evaluate(TOLD)
            assert told["tip"], stop
            words = [part for part in re.split(r"[;,:]\s*", told["status"]) if part]
            row = re.sub(r"\s+", "", told["row"])
            assert any(re.sub(r"\s+", "", word) in row for word in words), (stop, told)
            page.keyboard.press("Escape")
        elif stop and not stop["pressed"]:
            page.keyboard.press("Enter")
            page.wait_for_selector(f"#{stop['id']} .chart-explore[aria-pressed=true]", timeout=10_000)
            pressed.add(stop["id"])
            # the reader is led to the view; the next stop is the button again
    return pressed


@SCHEMES
@pytest.mark.parametrize("name", ["gallery", "shipped"])
def test_every_chart_answers_to_the_keyboard(
    name: str, scheme: str, browser: Browser, addresses: dict[str, str], request: pytest.FixtureRequest
) -> None:
    """Every chart is made interactive by keys alone: nothing complains, no other host is asked, axe finds nothing."""
    site: BuiltSite = request.getfixturevalue(name)
    complaints: list[str] = []
    page = watched(browser, 1280, scheme, complaints)
    for url in pages_with_charts(site):
        page.goto(addresses[name] + url)
        page.wait_for_selector(".chart-explore:enabled")
        complaints += [f"{url}: {text}" for text in axe_complaints(page)]
        asked = set(page.evaluate("[...document.querySelectorAll('figure.chart')].map(figure => figure.id)"))
        assert asked == explore_by_keyboard(page), url
        views = page.evaluate("document.querySelectorAll('.chart-wide .chart-view svg').length")
        assert len(asked) == views, url
        complaints += [f"{url}, explored: {text}" for text in axe_complaints(page)]
    page.close()
    assert [] == complaints


@pytest.mark.parametrize("width", [320, 1440])
def test_a_narrow_view_works_too(width: int, browser: Browser, addresses: dict[str, str]) -> None:
    """The view that takes a drawing's place has the same size, and goes again at a second press."""
    complaints: list[str] = []
    page = watched(browser, width, "light", complaints)
    page.goto(f"{addresses['gallery']}/vi/")
    page.wait_for_selector(".chart-explore:enabled")
    sizes = "[...document.querySelectorAll('figure.chart')].map(figure => figure.getBoundingClientRect().height)"
    before = page.evaluate(sizes)
    for button in page.query_selector_all(".chart-explore"):
        button.press("Enter")
        button.wait_for_element_state("enabled")
    assert page.query_selector_all(".chart-explore[aria-pressed=true]")
    after = page.evaluate(sizes)
    assert [] == [(one, other) for one, other in zip(before, after, strict=True) if abs(one - other) > 0.5]
    for button in page.query_selector_all(".chart-explore"):
        button.press("Enter")
    assert 0 == len(page.query_selector_all(".chart-view"))
    page.close()
    assert [] == complaints


@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_moves_while_a_page_loads(width: int, browser: Browser, addresses: dict[str, str]) -> None:
    """No layout shift, from the first byte to the last script."""
    for name, url in (("gallery", "/"), ("gallery", "/vi/"), ("shipped", "/"), ("shipped", "/vi/results/")):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.add_init_script(SHIFTS)
        page.goto(addresses[name] + url)
        page.wait_for_selector(".chart-explore:enabled")
        page.wait_for_timeout(200)
        assert 0 == page.evaluate("window.shifts"), (name, url)
        page.close()


@pytest.mark.parametrize("width", [320, 1440])
def test_the_type_of_every_kind_is_legible(width: int, browser: Browser, addresses: dict[str, str]) -> None:
    """No text of a drawing is smaller than 10 px, and none lies over another."""
    for url in ("/", "/vi/"):
        page = watched(browser, width, "light", [])
        page.goto(addresses["gallery"] + url)
        heights = page.evaluate(
            "[...document.querySelectorAll('.chart-drawing svg text')].map(text => text.getBoundingClientRect().height)"
            ".filter(height => height > 0)"
        )
        assert len(heights) > 100
        assert min(heights) >= 11
        assert [] == page.evaluate(OVERLAPS)
        page.close()


def test_a_status_is_told_in_words(browser: Browser, addresses: dict[str, str]) -> None:
    """At the arrow keys a provisional value is called so: a dagger means nothing to who listens."""
    page = watched(browser, 1280, "light", [])
    page.goto(addresses["gallery"])
    page.wait_for_selector(".chart-explore:enabled")
    page.locator("#chart-line .chart-wide .chart-drawing, #chart-line .chart-drawing").first.focus()
    page.keyboard.press("End")
    told = page.locator("#chart-line [role=status]").inner_text()
    assert "provisional" in told
    assert "†" not in told
    page.close()


def test_a_page_is_whole_without_a_script(browser: Browser, addresses: dict[str, str], gallery: BuiltSite) -> None:
    """With JavaScript off, the drawing, the description and the table of every chart can be seen."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(addresses["gallery"])
    for chart in (item for (language, _), item in gallery.charts.items() if language == "en"):
        figure = page.locator(f"#chart-{chart.request.id}")
        assert figure.locator(".chart-wide svg").is_visible()
        assert not figure.locator(".chart-description").is_visible()
        figure.locator("summary").click()
        assert chart.description == figure.locator(".chart-description").inner_text()
        assert figure.locator("tbody tr").count() >= len(chart.rows or chart.data.points)
        assert figure.locator("tbody tr").first.is_visible()
    context.close()
