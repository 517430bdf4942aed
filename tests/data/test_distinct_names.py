"""What differs looks different: equal names of areas, indicators, times and computed figures, wherever they stand."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.build import BuiltSite, build_site
from sitegen.data.distinct_names import with_distinct_names
from sitegen.language.figure_format import FigureFormat
from sitegen.model.data import Area, Column, Dataset, Table
from sitegen.model.text import in_language
from sitegen.problems.problem import Problem, SiteError
from sitegen.text.located import SourceText

from ..conftest import options
from ..language.figure_factory import figure

DESCRIPTION = "Loans and visits of the libraries, as their yearly reports have them."
SITE = f'title = "T"\ndescription = "{DESCRIPTION}"\nlanguages = ["en"]\nbase_url = "https://example.org/"\n'
SOURCES = "id,title,url\ns,Report,https://example.org/r\n"
INDICATORS = (
    "id,name,unit,unit_type,unit_en\nloans,Loans,book,count,book|books\nvisits,Visits,visit,count,visit|visits\n"
)
AREAS = "id,name,parent\nhanoi,Hà Nội,\nha-dong,Hà Đông,hanoi\nx1,Thanh Xuân,hanoi\nx2,Thanh Xuân,ha-dong\n"
HEADER = "id,indicator,area,period,period_note,value,source\n"


def built(folder: Path, rows: str, body: str = "", **tables: str) -> BuiltSite:
    """A site of one page with these observations. Raises SiteError with what is wrong."""
    data = folder / "data"
    data.mkdir(parents=True)
    (folder / "site.toml").write_text(SITE, encoding="utf-8")
    (folder / "index.en.md").write_text(f"---\ntitle: Home\ndescription: Home\n---\n{body}\n", encoding="utf-8")
    texts = {"indicators": INDICATORS, "areas": AREAS, "sources": SOURCES, "observations": HEADER + rows, **tables}
    for name, text in texts.items():
        suffix = "toml" if name == "derived" else "csv"
        (data / f"{name}.{suffix}").write_text(text, encoding="utf-8")
    return build_site(options(folder))


def problems(folder: Path, rows: str, body: str = "", **tables: str) -> list[str]:
    """The messages of a site that can't be built."""
    with pytest.raises(SiteError) as raised:
        built(folder, rows, body, **tables)
    return [f"{problem.code}: {problem.message}" for problem in raised.value.problems]


def pages(site: BuiltSite) -> Mapping[str, str]:
    """The HTML files of a site, by path."""
    return {each.path: each.content.decode() for each in site.artifacts if each.path.endswith(".html")}


def chart(kind: str, **given: str) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in given.items())
    return f"```chart\nid: c\nkind: {kind}\ntitle: A chart\n{lines}```\n"


ROWS = "a,loans,x1,2024,,120,s\nb,loans,x2,2024,,310,s\nc,loans,x1,2023,,100,s\nd,loans,x2,2023,,300,s\n"


@pytest.mark.parametrize(
    "fence",
    [
        chart("bar", indicator="loans", period="2024"),
        chart("bar", indicator="loans", arrangement="grouped"),
        chart("bar", indicator="loans", arrangement="stacked"),
        chart("bar", indicator="loans", arrangement="diverging"),
        chart("dot-range", indicator="loans"),
        chart("line", indicator="loans"),
        chart("slope", indicator="loans"),
        chart("small-multiples", indicator="loans"),
    ],
)
def test_two_areas_of_one_name_are_two_in_every_chart(tmp_path: Path, fence: str) -> None:
    """In its drawing, its words and its table each says where it lies; no value is lost, none added up."""
    site = built(tmp_path / "content", ROWS, fence)
    drawn = site.charts["en", "c"]
    figures = [item for series in drawn.request.series for item in series.figures]
    places = {(point.series, point.category, point.period) for point in drawn.data.points}
    assert len(figures) == len(places) == len(drawn.data.points)
    for name in ("Thanh Xuân (Hà Nội)", "Thanh Xuân (Hà Đông)"):
        assert any(name in each for each in (*drawn.data.series, *drawn.data.categories))
        assert name in drawn.description
        assert name in site.pages[0].html


def test_two_indicators_of_one_name_do_not_add_up(tmp_path: Path) -> None:
    """Their units tell them apart; where these are the same, the two are told."""
    indicators = "id,name,unit,unit_type,unit_en\nloans,Loans,book,count,books\nvisits,Loans,film,count,films\n"
    rows = "a,loans,x1,2024,,120,s\nb,visits,x1,2024,,310,s\nc,loans,x1,2023,,1,s\nd,visits,x1,2023,,2,s\n"
    site = built(tmp_path / "a", rows, indicators=indicators)
    html = pages(site)
    assert "Loans (books)" in html["figures/a/index.html"] and "Loans (films)" in html["figures/b/index.html"]
    same = indicators.replace("film,count,films", "book,count,books")
    message = 'name-duplicate: 2 indicators are called "Loans": loans, visits'
    assert [message] == problems(tmp_path / "b", rows, indicators=same)


@pytest.mark.parametrize(
    ("areas", "names"),
    [
        ("id,name,full_name\nx1,Hoà Bình,Hoà Bình city\nx2,Hoà Bình,Hoà Bình province\n", ("city", "province")),
        ("id,name,type\nx1,An,ward\nx2,An,commune\n", ("An (ward)", "An (commune)")),
        ("id,name,code\nx1,An,00123\nx2,An,00456\n", ("An (00123)", "An (00456)")),
        ("id,name,parent\nx1,An,\nx2,An,x1\np,P,\n", ()),
        ("id,name,parent\np,P,\nx1,An,p\nx2,An,\n", ("An (P)",)),
        ("id,name,parent\np1,P,q\np2,P,r\nq,Q,\nr,R,\nx1,An,p1\nx2,An,p2\n", ("An (P, Q)", "An (P, R)")),
        ("id,name\nx1,Thanh Xu\u00e2n\nx2,Thanh Xua\u0302n\n", ()),
        ("id,name\nx1,Thanh  Xuân\nx2,Thanh Xuân\n", ()),
        ("id,name\nx1,Thanh \u200bXuân\nx2,Thanh Xuân\n", ()),
    ],
)
def test_an_area_is_told_apart_by_what_there_is(tmp_path: Path, areas: str, names: tuple[str, ...]) -> None:
    """What it lies in, its full name, its type, its code; where there is nothing, the two are a problem."""
    rows = "a,loans,x1,2024,,120,s\nb,loans,x2,2024,,310,s\n"
    body = chart("bar", indicator="loans")
    if not names:
        assert ["name-duplicate"] == [each.partition(":")[0] for each in problems(tmp_path, rows, body, areas=areas)]
        return
    site = built(tmp_path, rows, body, areas=areas)
    assert all(any(name in category for category in site.charts["en", "c"].data.categories) for name in names)


def test_names_that_no_figure_has_are_nobody_s_business(tmp_path: Path) -> None:
    """A list of all communes may have two of a name."""
    areas = "id,name\nx1,One\nx2,Two\ny1,Same\ny2,Same\n"
    assert not built(tmp_path, ROWS, areas=areas).warnings


@pytest.mark.parametrize("arrangement", ["grouped", "stacked"])
def test_two_times_that_a_source_puts_in_the_same_words_are_two(tmp_path: Path, arrangement: str) -> None:
    """`mid-year` of 2022 and of 2023: the year is added, here and wherever the time is said."""
    rows = "".join(
        f"{indicator}-{year},{indicator},x1,{year}-06-30,mid-year,{value},s\n"
        for indicator, value in (("loans", 120), ("visits", 310))
        for year in (2022, 2023)
    )
    indicators = INDICATORS.replace("visit,count,visit|visits", "book,count,book|books")
    body = chart("bar", indicator="[loans, visits]", arrangement=arrangement) + '\n{{ period("loans-2022") }}\n'
    site = built(tmp_path, rows, body, indicators=indicators)
    assert site.charts["en", "c"].data.categories == ("mid-year (2022)", "mid-year (2023)")
    html = pages(site)
    assert "mid-year (2022)" in html["index.html"] and "mid-year (2023)" in html["figures/loans-2023/index.html"]


def test_two_times_of_one_year_are_told_apart_by_the_day(tmp_path: Path) -> None:
    """A year that both have tells nothing; nor does a note that is another's date."""
    rows = "a,loans,x1,2024-03-31,latest count,1,s\nb,loans,x1,2024-06-30,latest count,2,s\n"
    rows += "c,loans,x1,2023,,3,s\nd,loans,x1,2023-12-31,2023,4,s\n"
    body = "".join(f'\n- {{{{ period("{key}") }}}}' for key in "abcd")
    html = built(tmp_path, rows, body).pages[0].html
    for words in ("latest count (31 March 2024)", "latest count (30 June 2024)", "2023 (31 December 2023)"):
        assert words in html


def test_a_period_in_several_words_is_one_category(tmp_path: Path) -> None:
    """Two sources that call one time differently: it is named by itself, not by the words of one of them."""
    rows = "a,loans,x1,2024,now,1,s\nb,visits,x1,2024,currently,2,s\n"
    rows += "c,loans,x1,2023,,3,s\nd,visits,x1,2023,,4,s\n"
    indicators = INDICATORS.replace("visit,count,visit|visits", "book,count,book|books")
    body = chart("bar", indicator="[loans, visits]", arrangement="grouped")
    assert built(tmp_path, rows, body, indicators=indicators).charts["en", "c"].data.categories == ("2023", "2024")


DERIVED = '[one]\nvalue = "a + c"\nlabel = "Change"\n[two]\nvalue = "{two}"\nlabel = "Change"\n'


def test_computed_figures_of_one_label_are_told_apart(tmp_path: Path) -> None:
    """By their area, or their time; where both are the same, they are a problem."""
    site = built(tmp_path / "a", ROWS, derived=DERIVED.format(two="b + d"))
    html = pages(site)
    assert "Change (Thanh Xuân (Hà Nội))" in html["figures/one/index.html"]
    built(tmp_path / "b", ROWS, derived=DERIVED.format(two="a + a"))
    message = 'name-duplicate: 2 computed figures are called "Change": one, two'
    assert [message] == problems(tmp_path / "c", ROWS, derived=DERIVED.format(two="c - a"))


def test_two_figures_at_one_place_of_a_chart_are_told(tmp_path: Path) -> None:
    """Of the same indicator, area and period one would hide the other, or be added to it."""
    rows = f"{ROWS}e,loans,x1,2024,,5,s\n"
    message = 'chart-data: "a" and "e" have the same indicator, area and period'
    for arrangement in ("grouped", "stacked"):
        body = chart("bar", indicator="loans", arrangement=arrangement)
        assert [message] == problems(tmp_path / arrangement, rows, body)
    areas = "id,name,tile_row,tile_col\nx1,One,1,1\nx2,Two,1,2\n"
    assert [message] == problems(tmp_path / "map", rows, chart("tile-map", indicator="loans"), areas=areas)


def test_two_sources_of_one_title_are_told_apart(tmp_path: Path) -> None:
    """By their publishers or their dates, below a chart too; where both are the same, they stay as they are."""
    sources = "id,title,publisher,date\ns,Report,Office,2023\nt,Report,Office,2024\n"
    rows = "a,loans,x1,2024,,120,s\nb,loans,x2,2024,,310,t\n"
    site = built(tmp_path / "a", rows, chart("bar", indicator="loans"), sources=sources)
    html = pages(site)
    assert "Report (2023)" in html["index.html"] and "Report (2024)" in html["figures/b/index.html"]
    same = sources.replace("2023", "2024")
    assert "Report (" not in pages(built(tmp_path / "b", rows, sources=same))["figures/b/index.html"]


def test_two_names_of_one_language_only(tmp_path: Path) -> None:
    """An Phú and Ân Phú are one name in English, and stay as they are in Vietnamese."""
    folder = tmp_path / "content"
    rows: Mapping[str, str] = {
        "areas": "id,name_en,name_vi,parent\np,Ha Noi,Hà Nội,\nq,Hue,Huế,\nx1,An Phu,An Phú,p\nx2,An Phu,Ân Phú,q\n",
        "indicators": "id,name_en,name_vi,unit\nloans,Loans,Lượt mượn,book\n",
        "sources": "id,title_en,title_vi\ns,Report,Báo cáo\n",
        "observations": "id,indicator,area,period,value,source\na,loans,x1,2024,1,s\nb,loans,x2,2024,2,s\n",
    }
    (folder / "data").mkdir(parents=True)
    site = SITE.replace('["en"]', '["en", "vi"]').replace('"T"', '{en = "T", vi = "T"}')
    (folder / "site.toml").write_text(site.replace(f'"{DESCRIPTION}"', '{en = "D", vi = "D"}'), encoding="utf-8")
    for language in ("en", "vi"):
        (folder / f"index.{language}.md").write_text("---\ntitle: A\ndescription: A\n---\n", encoding="utf-8")
    for name, text in rows.items():
        (folder / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
    html = pages(build_site(options(folder)))
    assert "An Phu (Hue)" in html["figures/b/index.html"]
    assert "Ân Phú" in html["vi/figures/b/index.html"] and "(Huế)" not in html["vi/figures/b/index.html"]


NAMES = st.sampled_from(["An", "Bình", "B\u0069\u0300nh", "An (P)", "Long"])


@given(
    st.lists(
        st.tuples(
            NAMES, st.sampled_from(["", *"abcd"]), st.sampled_from(["", "ward", "P"]), st.sampled_from(["", "7"])
        ),
        min_size=2,
        max_size=4,
    )
)
def test_whatever_areas_are_called_they_differ_or_are_told(rows: list[tuple[str, str, str, str]]) -> None:
    """Also where what tells one apart is the name of another."""
    areas = {
        key: Area(key, {"": name}, {"": name}, {"": kind}, code, parent, None, None)
        for key, (name, parent, kind, code) in zip("abcd", rows, strict=False)
    }
    figures = {key: replace(figure("1", key), area=area) for key, area in areas.items()}
    source = SourceText("areas.csv", "id\n" + "\n".join(areas))
    table = Table("areas", {}, {}, (Column("id", {}, "string"),), tuple((k,) for k in areas), (2, 3, 4, 5), source)
    problems: list[Problem] = []
    dataset = Dataset(observations=figures, areas=areas, tables={"areas": table})
    distinct = with_distinct_names(dataset, {"en": FigureFormat.plain("en")}, problems)
    names = [unicodedata.normalize("NFC", in_language(area.name, "en")) for area in distinct.areas.values()]
    assert len(set(names)) == len(names)
    assert all(item.area == distinct.areas[item.area.id] for item in distinct.observations.values())
    assert all(problem.code == "name-duplicate" for problem in problems)
