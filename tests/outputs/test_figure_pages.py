"""The page of each figure, the list of all, the method page, and the marks and popovers of figures anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from sitegen.build import BuiltSite, build_site

from ..conftest import options

DERIVED = """
[town-change]
value = "change(town-loans-2022, town-loans-2024)"
label = "Change in the town's loans, 2022–2024"
note = "Loans, not readers."
[branches-loans]
value = "sum(north-loans-2024, south-loans-2024)"
label = "Loans of both branches, 2024"
[readers-share]
value = "town-loans-2023 * town-satisfaction-2024"
label = "Loans to satisfied readers"
unit = "loan"
"""
RULES = """
[growth]
rule = "town-loans-2024 > town-loans-2022"
title = "Loans grow"
[parts]
rule = "north-loans-2024 + south-loans-2024 = town-loans-2024"
title = "The branches add up to the town"
[parts-2022]
rule = "north-loans-2022 + south-loans-2022 = town-loans-2024"
title = "The branches of 2022 add up to the town of 2024"
explanation = "The years differ."
"""
AREAS = "id,name,tile_row,tile_col\ntown,The town,1,1\nnorth,North,1,2\nsouth,South,2,1\n"
PACKAGE = "name: libraries\nversion: 1.2.0\nresources: []\n"
Site = Mapping[str, LexborHTMLParser]


def pages(built: BuiltSite) -> Site:
    """The parsed HTML files of a site, by path."""
    return {
        item.path: LexborHTMLParser(item.content.decode()) for item in built.artifacts if item.path.endswith(".html")
    }


def text(page: LexborHTMLParser, selector: str) -> str:
    """The words of the first element a selector finds, single blanks between them."""
    node = page.css_first(selector)
    assert node, selector
    return " ".join(node.text().split())


def texts(page: LexborHTMLParser, selector: str) -> list[str]:
    """The words of every element a selector finds."""
    return [" ".join(node.text().split()) for node in page.css(selector)]


def targets(page: LexborHTMLParser, selector: str) -> list[str | None]:
    """Where the links below the elements a selector finds lead."""
    return [node.attributes["href"] for node in page.css(f"{selector} a")]


@pytest.fixture
def libraries(site_copy: Callable[[str], Path]) -> Site:
    """The libraries with derived figures, rules, a map and a release."""
    content = site_copy("libraries")
    for name, written in (
        ("derived.toml", DERIVED),
        ("rules.toml", RULES),
        ("areas.csv", AREAS),
        ("datapackage.yaml", PACKAGE),
    ):
        (content / "data" / name).write_text(written, encoding="utf-8")
    home = content / "index.en.md"
    home.write_text(home.read_text() + '\nLoans changed by {{ fig("town-change") }}.\n')
    north = content / "branches" / "north" / "index.en.md"
    north.write_text(north.read_text().replace("after: north-loans-2024", "after: town-loans-2024"))
    return pages(build_site(options(content)))


def test_an_observation_says_where_it_comes_from(libraries: Site) -> None:
    """Value with unit and mark, the status in words, definition, area, period, source with locator, use."""
    page = libraries["figures/town-loans-2024/index.html"]
    assert "14,207 loans†" == text(page, ".specimen .big")
    assert "14207" == page.css(".specimen data")[0].attributes["value"]
    assert ["† Provisional: the value may still be changed by whoever published it."] == texts(page, ".flags li")
    facts = dict(zip(texts(page, ".facts dt"), texts(page, ".facts dd"), strict=True))
    assert "Books lent in a year." == facts["Definition"]
    assert ("The town", "2024", "table 1") == (facts["Area"], facts["Period"], facts["Place in the source"])
    assert "Library survey Town hall · 15 January 2025" == facts["Source"]
    assert "/sources/#source-survey" in targets(page, ".facts")
    assert facts["Used on"].startswith("Town libraries lent 14,207")
    assert {"/figures/town-loans-2024.csv", "/figures/town-loans-2024.json"} <= set(targets(page, ".facts"))


def test_a_bound_is_explained_as_the_source_gives_it_or_as_computed(libraries: Site) -> None:
    """`more than` is said in words with what it means; a computed approximation says that it is computed."""
    bound = libraries["figures/north-budget-2024/index.html"]
    assert "more than 1.2 million crowns" == text(bound, ".specimen .big")
    assert texts(bound, ".flags li")[0].startswith("A lower bound: the source says")
    computed = libraries["figures/readers-share/index.html"]
    assert texts(computed, ".flags li")[-1].startswith("An approximate value: the figures it is computed from")


def test_a_computed_figure_shows_its_calculation(libraries: Site) -> None:
    """Its label, the calculation with its result and range, the inputs with links, their sources; no indicator."""
    page = libraries["figures/readers-share/index.html"]
    assert "Loans to satisfied readers" == text(page, "h1")
    facts = dict(zip(texts(page, ".facts dt"), texts(page, ".facts dd"), strict=True))
    assert text(page, ".facts .calculation").startswith("13,115† × 87.50% = about 11,")
    assert "With the rounding of its inputs: between 11,47" in facts["Computed from"]
    assert ["Loans, The town, 2023 13,115 loans†", "Satisfied readers, The town, 31 December 2024 87.50%"] == texts(
        page, ".facts .figure-list li"
    )
    assert ["/figures/town-loans-2023/", "/figures/town-satisfaction-2024/"] == targets(page, ".facts .figure-list")
    assert {"Indicator", "Definition", "Place in the source"}.isdisjoint(facts)
    assert facts["Source"].startswith("Library survey")


def test_an_exact_figure_without_a_common_area_has_no_range_and_no_area(libraries: Site) -> None:
    """A sum of counts is exact; figures of two areas have none in common."""
    page = libraries["figures/branches-loans/index.html"]
    assert "Area" not in texts(page, ".facts dt")
    change = libraries["figures/town-change/index.html"]
    assert [] == change.css(".fact-note")
    assert "Loans, not readers." in texts(change, ".flags li")
    assert "The town" == dict(zip(texts(change, ".facts dt"), texts(change, ".facts dd"), strict=True))["Area"]


def test_an_observation_names_what_is_computed_from_it_and_held_against_it(libraries: Site) -> None:
    """The derived figures it goes into, and its rules: first the known disagreements, with their explanation."""
    page = libraries["figures/town-loans-2024/index.html"]
    facts = dict(zip(texts(page, ".facts dt"), texts(page, ".facts dd"), strict=True))
    assert facts["Figures computed from it"].startswith("Change in the town's loans, 2022–2024")
    assert [
        "The branches of 2022 add up to the town of 2024",
        "Loans grow",
        "The branches add up to the town",
    ] == texts(page, ".rule-title")
    assert "4,010 + 8,030 = 14,207†" == text(page, ".rule-open .calculation")
    assert ["4,010 + 8,030 is 12,040"] == texts(page, ".rule-open .rule-results li")
    assert "Known disagreement. The years differ." == text(page, ".rule-open .rule-verdict")
    assert [] == libraries["figures/north-budget-2024/index.html"].css(".rule, #rules")


def test_a_citation_has_all_that_a_reader_must_name(libraries: Site) -> None:
    """Title, value with its status in words, source, site, release, address, and a blank for the day."""
    observed = text(libraries["figures/town-loans-2024/index.html"], ".citation")
    assert (
        "Loans, The town, 2024: 14,207 loans (provisional). Source: Town hall, Library survey, table 1. "
        "Town libraries, release 1.2.0. https://libraries.example/figures/town-loans-2024/ (accessed on ____________)."
    ) == observed
    computed = text(libraries["figures/town-change/index.html"], ".citation")
    assert "Computed from figures of: Town hall, Library survey. Town libraries, release 1.2.0." in computed


def test_without_a_release_the_citation_names_the_site_alone(site_copy: Callable[[str], Path]) -> None:
    """No descriptor, no version: no empty `release`."""
    site = pages(build_site(options(site_copy("libraries"))))
    citation = text(site["figures/north-loans-2022/index.html"], ".citation")
    assert "Town libraries. https://libraries.example/" in citation


def test_the_list_is_one_table_of_all_figures(libraries: Site) -> None:
    """One row a figure, derived ones too, with value, period, status and source; the filter waits for its script."""
    page = libraries["figures/index.html"]
    assert ["Figure", "Value", "Area", "Period", "Status", "Source"] == texts(page, "#figures thead th")
    rows = [texts(page, f"#figures tbody tr:nth-child({place}) > *") for place in (2, 10)]
    assert ["Loans", "13,115 loans†", "The town", "2023", "revised", "Library survey"] == rows[0]
    assert ["Change in the town's loans, 2022–2024", "The town", "computed from other figures"] == [
        rows[1][place] for place in (0, 2, 5)
    ]
    assert 12 == len(page.css("#figures tbody tr"))
    assert "hidden" in page.css("form.filter")[0].attributes
    assert "filter" == page.css("form.filter label")[0].attributes["for"]
    script = page.css("script")[0].attributes["src"] or ""
    assert script.startswith("/assets/figures.")


def test_the_method_page_shows_what_the_figures_were_held_against(libraries: Site) -> None:
    """Known disagreements in full; those that hold behind a summary with their number, each with its calculation."""
    page = libraries["sources/index.html"]
    section = 'section[aria-labelledby="rules"]'
    assert "What the figures were held against" == text(page, "h2#rules")
    assert ["The branches of 2022 add up to the town of 2024"] == texts(page, f"{section} h4")
    assert "Known disagreement. The years differ." == text(page, f"{section} .rule-verdict")
    assert "What agrees (2)" == text(page, f"{section} summary")
    assert ["Loans grow", "The branches add up to the town"] == texts(page, ".rules-kept p:first-child")
    assert ["14,207† > 12,040", "6,120 + about 8,087 = 14,207†"] == texts(page, ".rules-kept .calculation")


def test_nothing_is_said_of_rules_where_there_are_none(site_copy: Callable[[str], Path]) -> None:
    """No heading, no empty list."""
    content = site_copy("libraries")
    for name in ("rules.toml", "derived.toml"):
        (content / "data" / name).unlink(missing_ok=True)
    site = pages(build_site(options(content)))
    assert [] == [path for path, page in site.items() if page.css("#rules, .rule, .rules-kept")]


def test_a_status_is_marked_and_explained_wherever_a_value_stands(libraries: Site) -> None:
    """Headline figures, before and after, tiles and their key, comparison, tables: a mark, and below what it means."""
    meaning = "† Provisional: the value may still be changed by whoever published it."
    for path, value in (
        ("index.html", ".headline .big"),
        ("branches/north/index.html", ".change-after .big"),
        ("branches/index.html", ".tile-value"),
        ("branches/index.html", ".tile-key li"),
        ("branches/index.html", 'section[aria-labelledby="comparison"] td:last-child .fig'),
    ):
        assert [item for item in texts(libraries[path], value) if "14,207†" in item], (path, value)
        assert meaning in texts(libraries[path], ".status-legend li")
    several = texts(libraries["sources/index.html"], ".taken .status-legend li")
    assert ["† 14,207 loans – Provisional", "† 13,115 loans – Revised"] == [line.partition(":")[0] for line in several]


def check_popovers(page: LexborHTMLParser) -> int:
    """Hold every figure of a text against its popover; return how many there are."""
    ids = Counter(node.attributes["id"] for node in page.css("[id]"))
    assert [] == [key for key, number in ids.items() if number > 1]
    wanted = {node.attributes["interestfor"] for node in page.css("[interestfor]")}
    assert wanted == {node.attributes["id"] for node in page.css("[popover]")}
    assert [] == page.css("[popover] a, main [popover]")
    return len(wanted)


def test_each_figure_of_a_text_has_one_popover(libraries: Site) -> None:
    """What it is, its value marked, its source or calculation; after all else, with nothing in it to stop at."""
    assert 3 == check_popovers(libraries["index.html"])
    observed = text(libraries["index.html"], "#about-town-loans-2024")
    assert (
        "Loans, The town, 2024 14,207 loans† Provisional: the value may still be changed by whoever published it. "
        "Library survey, table 1"
    ) == observed
    computed = text(libraries["index.html"], "#about-town-change")
    assert "computed from other figures: (14,207† − 12,040) ÷ 12,040 Loans, not readers." in computed


@pytest.mark.parametrize("prefix", ["", "vi/"])
def test_the_shipped_figures_have_it_all_in_both_languages(prefix: str, shipped: BuiltSite) -> None:
    """Every figure page has a value, facts and a citation with its own address; every popover its figure."""
    site = pages(shipped)
    folders = [path for path in site if path.startswith(f"{prefix}figures/") and path.count("/") > 1 + len(prefix) // 3]
    assert len(site[f"{prefix}figures/index.html"].css("#figures tbody tr")) == len(folders)
    for path in folders:
        citation = text(site[path], ".citation")
        assert f"https://program-08.example/{path.removesuffix('index.html')} (" in citation
        assert text(site[path], ".specimen .big") and texts(site[path], ".facts dd")
        assert "()" not in citation and ", ," not in citation and "{" not in text(site[path], "main")
    for path, page in site.items():
        if not prefix or path.startswith(prefix):
            check_popovers(page)
