"""Periods: which is the later one, what several span; the latest value is the same wherever one is shown."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.build import build_site
from sitegen.language.figure_format import FigureFormat
from sitegen.language.labels import Labels
from sitegen.model.period import first_day, last_day, span_of, time_order

from ..conftest import options
from .test_distinct_names import SITE


@pytest.mark.parametrize(
    "periods",
    [
        ("2023", "2024-03-31", "2024"),
        ("2024-01-01", "2024-01", "2024-06", "2024-12-31", "2024-12", "2024", "2022/2024", "2025-01-01"),
        ("2023-12", "2024-01-31", "2024-01", "2024-02-28", "2024-02-29", "2024-02"),
        ("2024-04-29", "2024-04-30", "2024-04"),
        ("2024-01/2024-03", "2024-04-01", "2024"),
    ],
)
def test_the_later_of_two_periods_is_the_one_that_ends_later_or_is_longer(periods: Sequence[str]) -> None:
    """By the last day; of those that end on one day the longer one, which holds the other."""
    for turned in (reversed(periods), sorted(periods), sorted(periods, reverse=True)):
        assert list(periods) == sorted(turned, key=time_order)


@pytest.mark.parametrize(
    ("periods", "span"),
    [
        ((), ""),
        (("2024",), "2024"),
        (("2023", "2024", "2024-03-31"), "2023/2024"),
        (("2024-03-31", "2024"), "2024"),
        (("2024-12-31", "2022"), "2022/2024-12-31"),
        (("2022/2024", "2023"), "2022/2024"),
        (("2022-05", "2022-05-01", "2022-05-31"), "2022-05"),
        (("2021-12-31", "2024-02-29", "2024-02"), "2021-12-31/2024-02"),
        (("2025", "2024-05/2025-06"), "2024-05/2025"),
    ],
)
def test_what_several_periods_span(periods: Sequence[str], span: str) -> None:
    """From the first day of the first to the last day of the last, in the words of these two."""
    assert span == span_of(periods)


DAYS = st.dates(datetime.date(1990, 1, 1), datetime.date(2050, 12, 31)).map(str)
PERIODS = st.builds(lambda day, length: day[:length], DAYS, st.sampled_from((4, 7, 10)))


@given(st.lists(PERIODS, min_size=1, max_size=8))
def test_a_span_holds_all_of_its_periods(periods: list[str]) -> None:
    """No day of any lies outside, and it is no longer than it must be."""
    span = span_of(periods)
    assert first_day(span) == min(map(first_day, periods))
    assert last_day(span) == max(map(last_day, periods))


def test_the_last_day_of_a_month_is_that_of_the_calendar() -> None:
    """Of February too."""
    ends = [last_day(f"{month}") - first_day(f"{month}") + 1 for month in ("2023-02", "2024-02", "2024-04", "2024-12")]
    assert [28, 29, 30, 31] == ends


def test_an_interval_of_one_month_is_printed_as_the_month() -> None:
    """So is one can write November 2010 where 2010-11 could be taken for two years."""
    form = FigureFormat("en", Labels("en", {"month_long": "MMMM y", "date_long": "d MMMM y"}))
    assert "November 2010" == form.period("2010-11/2010-11")
    assert "November 2010–December 2010" == form.period("2010-11/2010-12")


def test_the_latest_value_is_the_same_everywhere(tmp_path: Path) -> None:
    """Of 2023, 2024 and the first quarter of 2024 it is that of 2024: in the table, in both maps, in the metadata."""
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "site.toml").write_text(SITE, encoding="utf-8")
    fence = "```chart\nid: map\nkind: tile-map\ntitle: Map\nindicator: loans\n```\n"
    areas = "---\ntitle: Areas\ndescription: Areas\nlayout: areas\nparams: {compare: [loans]}\n---\n"
    (tmp_path / "index.en.md").write_text(f"---\ntitle: Home\ndescription: Home\n---\n{fence}", encoding="utf-8")
    (tmp_path / "areas.en.md").write_text(areas, encoding="utf-8")
    (data / "areas.csv").write_text("id,name,tile_row,tile_col\nx,Ex,1,1\n", encoding="utf-8")
    (data / "indicators.csv").write_text("id,name,unit\nloans,Loans,book\n", encoding="utf-8")
    (data / "sources.csv").write_text("id,title\ns,Report\n", encoding="utf-8")
    rows = "a,loans,x,2024,300,s\nb,loans,x,2024-03-31,40,s\nc,loans,x,2023,90,s\n"
    table = f"id,indicator,area,period,value,source\n{rows}"
    (data / "observations.csv").write_text(table, encoding="utf-8")
    site = build_site(options(tmp_path))
    files = {artifact.path: artifact.content.decode(errors="replace") for artifact in site.artifacts}
    assert [300.0] == [point.value for point in site.charts["en", "map"].data.points]
    page = files["areas/index.html"]
    assert page.count('<data value="300">') >= 1 and '<data value="40">' not in page
    assert "2023/2024" == json.loads(files["data/dataset.jsonld"])["temporalCoverage"]
