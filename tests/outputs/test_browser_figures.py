"""The filter of the list of figures and the popovers of figures in prose, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ..shipped.test_browser import watched
from ..shipped.test_crawl import served

pytestmark = pytest.mark.browser

SHOWN = "[...document.querySelectorAll('#figures tbody tr')].filter(row => row.checkVisibility()).length"
OPEN = "[...document.querySelectorAll(':popover-open')].map(popover => popover.id)"


@pytest.fixture(scope="module")
def address(shipped_folder: Path) -> Iterator[str]:
    """The shipped site on a server of its own."""
    with served(shipped_folder) as url:
        yield url


@pytest.fixture
def complaints() -> list[str]:
    """What the browser has to say against a page."""
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    """A page of a phone's width that must not complain."""
    page = watched(browser, 360, "light", complaints)
    yield page
    page.close()
    assert [] == complaints


def test_typing_narrows_the_list_and_the_count_is_announced(page: Page, address: str) -> None:
    """Every word has to occur, in any order; the status element says how many are left of how many."""
    page.goto(f"{address}/figures/")
    total = page.evaluate(SHOWN)
    status = page.get_by_role("status")
    expect(status).to_have_text(f"{total} of {total}")
    field = page.get_by_role("searchbox", name="Filter the figures")
    field.fill("near-poor")
    some = page.evaluate(SHOWN)
    assert 0 < some < total
    field.fill("2025 near-poor")
    assert 0 < page.evaluate(SHOWN) < some
    expect(status).to_have_text(f"{page.evaluate(SHOWN)} of {total}")
    field.fill("no such words")
    expect(status).to_have_text(f"0 of {total}")
    field.fill("")
    assert total == page.evaluate(SHOWN)


def test_accents_and_separators_do_not_matter(page: Page, address: str) -> None:
    """`so ho ngheo` finds `Số hộ nghèo`, `dau` finds `đầu`, `3612` finds `3.612`."""
    page.goto(f"{address}/vi/figures/")
    field = page.get_by_role("searchbox")
    for bare, accented in (("so ho can ngheo", "Số hộ cận nghèo"), ("dau nam", "đầu năm"), ("3612", "3.612")):
        field.fill(bare)
        found = page.evaluate(SHOWN)
        assert found > 0
        field.fill(accented)
        assert found == page.evaluate(SHOWN)


def test_a_filtered_list_can_be_linked(page: Page, address: str) -> None:
    """The words are kept in the address, and an address with words opens the narrowed list; Enter leads nowhere."""
    page.goto(f"{address}/figures/")
    page.get_by_role("searchbox").fill("poverty rate")
    page.keyboard.press("Enter")
    some, url = page.evaluate(SHOWN), page.url
    assert url.endswith("/figures/?q=poverty+rate")
    page.goto("about:blank")
    page.goto(url)
    expect(page.get_by_role("searchbox")).to_have_value("poverty rate")
    assert some == page.evaluate(SHOWN)
    page.get_by_role("searchbox").fill("")
    assert page.url.endswith("/figures/")


def test_without_scripts_the_whole_list_is_there_and_no_filter(browser: Browser, address: str) -> None:
    """Nothing is offered that would not work."""
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{address}/figures/")
    expect(page.locator("form.filter")).to_be_hidden()
    expect(page.locator("#figures tbody tr").last).to_be_visible()
    page.close()


def test_a_figure_tells_of_itself_on_pointing_and_on_focus(page: Page, address: str) -> None:
    """The popover opens beside the figure, inside the window, and closes with Escape; where browsers know it."""
    page.goto(f"{address}/method/")
    if not page.evaluate("'interestForElement' in HTMLAnchorElement.prototype"):
        pytest.skip("this Chromium knows no interestfor")
    figure = page.locator("main a.fig[interestfor]").first
    name = figure.get_attribute("interestfor")
    assert [] == page.evaluate(OPEN)
    popover = page.locator(f"#{name}")
    figure.hover()
    expect(popover).to_be_visible()
    assert [name] == page.evaluate(OPEN)
    box, own = popover.bounding_box(), figure.bounding_box()
    assert box and own
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360
    assert box["y"] + box["height"] <= own["y"] or box["y"] >= own["y"] + own["height"]
    page.mouse.move(1, 1)
    expect(popover).to_be_hidden()
    figure.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(popover).to_be_visible()
    page.keyboard.press("Escape")
    expect(popover).to_be_hidden()


def test_popovers_are_not_printed(page: Page, address: str) -> None:
    """On paper there are none, and no filter."""
    page.goto(f"{address}/method/")
    page.emulate_media(media="print")
    shown = "[...document.querySelectorAll('[popover], .filter')].filter(item => item.checkVisibility()).length"
    assert 0 == page.evaluate(shown)
    page.goto(f"{address}/figures/")
    assert 0 == page.evaluate(shown)
