"""The shipped site: every figure of the report stands on it in both languages with its source, and none is altered."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from html.parser import HTMLParser

import pytest

from sitegen.build import BuiltSite

from ..conftest import ROOT

FACTS = list(csv.DictReader((ROOT / "tests" / "shipped" / "facts.csv").read_text(encoding="utf-8").splitlines()))
OBSERVATIONS = {
    row["id"]: row
    for row in csv.DictReader((ROOT / "content" / "data" / "observations.csv").read_text(encoding="utf-8").splitlines())
}
LANGUAGES = ("en", "vi")


def own_pages(site: BuiltSite, language: str) -> dict[str, str]:
    """The HTML of the pages that authors wrote, by key: no figure pages, no lists of all figures."""
    return {
        item.page.key: item.html
        for item in site.pages
        if item.page.language == language and item.page.layout not in ("figure", "figures", "404", "data")
    }


@pytest.mark.parametrize("fact", FACTS, ids=[f"{fact['fact']}-{fact['id']}" for fact in FACTS])
def test_each_fact_is_in_the_data_as_published(fact: dict[str, str]) -> None:
    """Value, qualifier and period are those of the report; the digits are the same."""
    if fact["table"] == "observations":
        row = OBSERVATIONS[fact["id"]]
        assert (fact["value"], fact["qualifier"]) == (row["value"], row["qualifier"])
        assert row["source"]
        assert row["locator_en"] and row["locator_vi"]
    else:
        text = (ROOT / "content" / "data" / "programmes.csv").read_text(encoding="utf-8")
        rows = {row["id"]: row for row in csv.DictReader(text.splitlines())}
        assert fact["value"] == rows[fact["id"]]["period"]
        assert rows[fact["id"]]["source"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_fact_stands_on_a_page_with_a_way_to_its_source(language: str, shipped: BuiltSite) -> None:
    """Each figure is linked from a page that an author wrote, and its own page names the source."""
    prefix = "/" if language == "en" else "/vi/"
    html = "".join(own_pages(shipped, language).values())
    missing = [
        fact["fact"]
        for fact in FACTS
        if fact["table"] == "observations" and f'href="{prefix}figures/{fact["id"]}/"' not in html
    ]
    assert [] == missing
    pages = {item.page.key: item.html for item in shipped.pages if item.page.language == language}
    for fact in FACTS:
        if fact["table"] == "observations":
            source = OBSERVATIONS[fact["id"]]["source"]
            assert f"#source-{source}" in pages[f"figures/{fact['id']}"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_periods_of_the_programmes_are_told(language: str, shipped: BuiltSite) -> None:
    """2021–2025, 2022–2025 and 2020–2025 each stand where their programme is named."""
    html = "".join(own_pages(shipped, language).values())
    for fact in FACTS:
        if fact["table"] == "programmes":
            assert fact["value"].replace("/", "–") in html


def test_both_languages_show_the_same_figures_sections_and_charts(shipped: BuiltSite) -> None:
    """Page by page: the same figures as often, the same anchors, the same charts."""

    def shape(html: str) -> tuple[Counter[str], list[str]]:
        figures = Counter(re.findall(r'href="(?:/vi)?/figures/([a-z0-9-]+)/"', html))
        return figures, re.findall(r'<(?:h2|h3|figure)[^>]* id="([^"]+)"', html)

    english, vietnamese = own_pages(shipped, "en"), own_pages(shipped, "vi")
    assert english.keys() == vietnamese.keys()
    assert {key: shape(html) for key, html in english.items()} == {key: shape(html) for key, html in vietnamese.items()}


class Text(HTMLParser):
    """The text of a page outside scripts and drawings."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        """Keep a piece of text."""
        self.parts.append(data)


def text_of(html: str) -> str:
    """All text of a page."""
    parser = Text()
    parser.feed(html)
    return " ".join(parser.parts)


def test_what_must_never_be_published_is_not(shipped: BuiltSite) -> None:
    """No figure computed from the report where its README forbids it: chained stocks, unit costs, the 182%."""
    forbidden = (
        *("2,030", "2.030", "678 h", "2,188", "2.188", "1,478", "1.478", "1,444", "1.444"),
        *("282%", "82%", "62.2", "62,2", "35.5 million", "35,5 triệu", "40 million VND", "40 triệu"),
        *(
            "10.59",
            "10,59",
            "2,308,837",
            "2.308.837",
        ),
    )
    for item in shipped.pages:
        # a rule's own calculation says how far two figures are apart
        text = text_of(re.sub(r'<ul class="rule-results".*?</ul>', "", item.html, flags=re.DOTALL))
        found = [word for word in forbidden if re.search(rf"(?<![\d.,]){re.escape(word)}(?![\d])", text)]
        assert [] == found, item.page.key


def test_bounds_are_told_as_bounds_wherever_they_are_printed(shipped: BuiltSite) -> None:
    """1,100, 44 billion and 2.8 billion never stand without “more than” or its sign."""
    words = {"en": ("more than", "≥"), "vi": ("hơn", "≥")}
    for item in shipped.pages:
        text = text_of(item.html).replace("\u00a0", " ")
        for value in ("1,100", "1.100", "44 billion", "44 tỷ", "2.8 billion", "2,8 tỷ"):
            for found in re.finditer(rf"(?<![\d.,]){re.escape(value)}", text):
                before = text[max(0, found.start() - 16) : found.start()].lower()
                assert any(word in before for word in words[item.page.language]), (item.page.key, before + value)


def test_the_percentage_of_the_target_is_only_quoted(shipped: BuiltSite) -> None:
    """In text, 182% stands only in the words of the article: “exceeding 182%”; what stands beside it prints values."""
    for language in LANGUAGES:
        quoted = 0
        for key, html in own_pages(shipped, language).items():
            beside = r'<details class="taken">.*?</details>|<div popover=.*?</div>'
            prose = re.sub(beside, "", html, flags=re.DOTALL)
            text = re.sub(r"\s+", " ", text_of(prose))
            for found in re.finditer(re.escape("182%"), text):
                quoted += 1
                assert "exceeding" in text[max(0, found.start() - 12) : found.start()], (language, key)
        assert quoted


def test_units_without_figures_are_said_to_have_no_data(shipped: BuiltSite) -> None:
    """All units are on the map; those without content say “no data” and are no links."""
    for language, word in (("en", "no data"), ("vi", "không có số liệu")):
        html = own_pages(shipped, language)["districts"]
        tiles = html.split("comparison")[0]
        areas = list(csv.DictReader((ROOT / "content" / "data" / "areas.csv").read_text(encoding="utf-8").splitlines()))
        names = [row[f"name_{language}"] for row in areas if row["tile_row"]]
        assert 30 == len(names)
        assert [] == [name for name in names if name not in tiles]
        assert tiles.lower().count(word) >= 28


def test_each_page_says_that_the_site_is_not_official(shipped: BuiltSite) -> None:
    """The notice stands in the footer of every page, in its language."""
    notices = {"en": "not an official site", "vi": "không phải là trang thông tin chính thức"}
    assert [] == [item.page.url for item in shipped.pages if notices[item.page.language] not in item.html]


def test_all_text_is_composed_unicode() -> None:
    """Content is stored in NFC, so that a search for a word finds it."""
    files = [path for path in (ROOT / "content").rglob("*") if path.suffix in (".md", ".csv", ".toml", ".yaml")]
    assert [] == [path.name for path in files if not unicodedata.is_normalized("NFC", path.read_text(encoding="utf-8"))]
