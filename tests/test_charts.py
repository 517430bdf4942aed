"""Charts: what is drawn, described and tabled is what the data say, to the digit."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from sitegen.charts import CHART_KINDS, FencePlace, read_fence
from sitegen.charts.drawing import draw
from sitegen.charts.figure import chart_html, describe
from sitegen.charts.kinds import KINDS, NARROW, WIDE, spread, wrap
from sitegen.data import load_dataset
from sitegen.figures import FigureFormat
from sitegen.labels import load_labels
from sitegen.located import SourceText
from sitegen.model import ChartRequest, Dataset
from sitegen.settings import load_settings

from .conftest import ROOT, SITES

FENCES = {
    "line": "id: a\nkind: line\ntitle: Loans\nindicator: loans\narea: [town, north]\n",
    "bar": "id: b\nkind: bar\ntitle: Satisfaction\nfigures: [town-satisfaction-2024]\n",
    "slope": "id: c\nkind: slope\ntitle: Loans\nindicator: loans\narea: [south, north, town]\n",
}


@pytest.fixture(scope="module")
def site() -> tuple[Dataset, FigureFormat]:
    """The data of the libraries, and how their language prints them."""
    content = SITES / "libraries"
    settings = load_settings(content, "", [])
    labels = load_labels([ROOT / "templates"], settings, [])
    return load_dataset(content, settings, []), FigureFormat("en", labels["en"])


def request_of(kind: str, site: tuple[Dataset, FigureFormat]) -> ChartRequest:
    """The chart of a kind's fence."""
    place = FencePlace(SourceText("index.en.md", FENCES[kind]), 1, {})
    return read_fence(FENCES[kind], place, *site, lambda text, line: text)


def rows(value: Any) -> list[dict[str, Any]]:
    """All rows of data in a Vega-Lite specification."""
    if isinstance(value, dict):
        own = value["values"] if isinstance(value.get("values"), list) else []
        return [row for row in own if isinstance(row, dict)] + [r for item in value.values() for r in rows(item)]
    return [row for item in value for row in rows(item)] if isinstance(value, list) else []


def test_each_kind_has_its_function() -> None:
    """The kinds that a fence may name are those that can be drawn."""
    assert set(CHART_KINDS) == set(KINDS) == set(FENCES)


@pytest.mark.parametrize("canvas", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("kind", CHART_KINDS)
def test_the_values_drawn_are_those_of_the_data(kind: str, canvas: Any, site: tuple[Dataset, FigureFormat]) -> None:
    """Every observation of the request is in the specification with its exact value, and no other."""
    request = request_of(kind, site)
    spec = KINDS[kind](request, site[1], canvas).to_dict(validate=False)
    drawn = {row["id"]: row["value"] for row in rows(spec) if "id" in row}
    asked = {item.id: float(item.value) for series in request.series for item in series.figures}
    assert asked == drawn
    assert asked


def test_a_slope_has_two_ends_and_no_more(site: tuple[Dataset, FigureFormat]) -> None:
    """Of three observations the middle one is neither drawn nor in the table; the author's order of areas is kept."""
    series = request_of("slope", site).series
    assert ["South", "North", "The town"] == [item.name for item in series]
    assert ["town-loans-2022", "town-loans-2024"] == [item.id for item in series[2].figures]


@pytest.mark.parametrize("kind", CHART_KINDS)
def test_a_drawing_is_named_described_lean_and_the_same_again(kind: str, site: tuple[Dataset, FigureFormat]) -> None:
    """role, title and desc are there; ids are unique; no font, size or inline style of its own; two draws are equal."""
    request = request_of(kind, site)
    first, second = (draw(request, site[1], "What it shows") for _ in range(2))
    assert first == second
    ids = []
    for drawing in first:
        root = ElementTree.fromstring(drawing.svg)  # noqa: S314 -- our own
        names = {element.tag.rpartition("}")[2]: element.text for element in root}
        assert "img" == root.get("role")
        assert (request.title, "What it shows") == (names["title"], names["desc"])
        assert root.get("width") is None
        assert not re.search(r"font-family|style=|<style|xlink", drawing.svg)
        ids += [element.get("id") for element in root.iter() if element.get("id")]
    assert len(set(ids)) == len(ids) == 4


@pytest.mark.parametrize("kind", CHART_KINDS)
def test_every_value_can_be_read_without_the_drawing(kind: str, site: tuple[Dataset, FigureFormat]) -> None:
    """The description and the table hold each value as the language prints it; the table leads to its page."""
    request = request_of(kind, site)
    html = str(chart_html(request, site[1], lambda figure: f"/figures/{figure}/", lambda source: source))
    told = describe(request, site[1])
    table = html.split("<table>")[1]
    for series in request.series:
        for item in series.figures:
            assert site[1].value(item) in told
            assert f'href="/figures/{item.id}/"' in table
            assert f'<data value="{item.value}">{site[1].value(item)}</data>' in table


def test_labels_are_moved_apart_and_wrapped() -> None:
    """Labels nearer than the gap move upwards, in their order; long ones break at blanks."""
    assert [0, 10, 20] == spread([0, 1, 2], 10)
    assert [20, 5] == spread([20, 5], 10)
    assert "end of\nthe year\n2024" == wrap("end of the year 2024", 9)
