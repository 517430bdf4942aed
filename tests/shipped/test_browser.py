"""The shipped site in a real browser: no policy violation, no console error, no overflow, at every width and scheme."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from sitegen.build import BuiltSite

from .test_crawl import served

pytestmark = pytest.mark.browser

WIDTHS = (320, 360, 768, 1440, 1920)
SKIPPED_LAYOUTS = ("figure",)
DRAWINGS_SHOWN = """
[...document.querySelectorAll("figure.chart")].map(figure =>
  [...figure.querySelectorAll(".chart-drawing")].filter(box => box.getBoundingClientRect().height > 40).length)
"""


@pytest.fixture(scope="module")
def address(shipped_folder: Path) -> Iterator[str]:
    """The shipped site on a server of its own."""
    with served(shipped_folder) as url:
        yield url


def urls(site: BuiltSite) -> list[str]:
    """The pages to look at: all but the figure pages, of which there are many alike, and one of those."""
    chosen = [item.page.url for item in site.pages if item.page.layout not in SKIPPED_LAYOUTS]
    figures = [item.page.url for item in site.pages if item.page.layout in SKIPPED_LAYOUTS]
    return [*chosen, figures[0], figures[-1]]


def watched(browser: Browser, width: int, scheme: str, complaints: list[str]) -> Page:
    """A page that writes down errors, warnings, policy violations and requests to other hosts."""
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page.on("console", lambda message: complaints.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("request", lambda request: complaints.append(request.url) if "//127.0.0.1" not in request.url else None)
    page.on(
        "response",
        lambda response: complaints.append(f"{response.status} {response.url}") if response.status >= 400 else None,
    )
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_and_nothing_complains(
    width: int, scheme: str, browser: Browser, address: str, shipped: BuiltSite
) -> None:
    """No sideways scrolling, no console message, no request to another host; one chart drawing shows, not both."""
    complaints: list[str] = []
    page = watched(browser, width, scheme, complaints)
    for url in urls(shipped):
        page.goto(address + url)
        excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if excess > 0:
            complaints.append(f"{url} is {excess} px too wide")
        shown = page.evaluate(DRAWINGS_SHOWN)
        if set(shown) - {1}:
            complaints.append(f"{url}: drawings shown a chart: {shown}")
    page.close()
    assert [] == complaints


def test_chart_type_is_legible_on_a_small_phone(browser: Browser, address: str) -> None:
    """At 320 px no text in a drawing is smaller than 10 px."""
    complaints: list[str] = []
    page = watched(browser, 320, "light", complaints)
    for url in ("/", "/vi/", "/results/", "/vi/results/", "/districts/ba-vi/", "/vi/districts/soc-son/"):
        page.goto(address + url)
        heights = page.evaluate(
            "[...document.querySelectorAll('.chart-drawing svg text')].map(text => text.getBoundingClientRect().height)"
            ".filter(height => height > 0)"
        )
        assert heights
        assert min(heights) >= 11
    page.close()


def test_drawings_follow_the_colour_scheme(browser: Browser, address: str) -> None:
    """One SVG serves both schemes: its text is dark on light and light on dark."""
    colours = []
    for scheme in ("light", "dark"):
        page = watched(browser, 1440, scheme, [])
        page.goto(address)
        script = "getComputedStyle([...document.querySelectorAll('.chart-wide svg text')].at(-1)).fill"
        numbers = [int(part) for part in page.evaluate(script).removeprefix("rgb(").rstrip(")").split(",")]
        colours.append(sum(numbers) / 3)
        page.close()
    assert colours[0] < 100 < 155 < colours[1]


def test_the_page_can_be_used_by_keyboard(browser: Browser, address: str) -> None:
    """The first stop is the way past the header, and it leads into the main part."""
    page = watched(browser, 1440, "light", [])
    page.goto(address)
    page.keyboard.press("Tab")
    assert "#main" == page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")
    assert "main" == page.evaluate("document.activeElement.id || location.hash.slice(1)")
    page.close()


def test_the_language_switch_leads_to_the_same_page(browser: Browser, address: str) -> None:
    """From an English page to its Vietnamese one and back."""
    page = watched(browser, 1440, "light", [])
    page.goto(f"{address}/districts/ba-vi/")
    page.click("text=Tiếng Việt")
    assert page.url.endswith("/vi/districts/ba-vi/")
    assert "vi" == page.evaluate("document.documentElement.lang")
    page.click("text=English")
    assert page.url.endswith(f"{address.rpartition(':')[2]}/districts/ba-vi/")
    page.close()
