"""Charts: what is drawn, described and tabled is what the data say, to the digit; the gallery has each kind."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import altair as alt
import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from selectolax.lexbor import LexborHTMLParser, LexborNode

from sitegen.build import BuiltSite, build_site
from sitegen.charts import kinds, plot
from sitegen.charts.drawing import draw, specification
from sitegen.charts.kinds import CHART_KINDS
from sitegen.charts.kinds.waffle import filled_cells
from sitegen.charts.lettering import spread, wrap
from sitegen.charts.picture import packed
from sitegen.charts.plot import plain
from sitegen.charts.production import Workshop
from sitegen.charts.theme import CSS_COLOURS, NARROW, WIDE, Canvas
from sitegen.charts.view import DrawnChart
from sitegen.content.fences import take_fences
from sitegen.content.settings import load_settings
from sitegen.language.figure_format import FigureFormat
from sitegen.language.labels import load_labels
from sitegen.model import GeneratedPage
from sitegen.model.chart import ChartData, Point
from sitegen.outputs.policy import integrity
from sitegen.storage.store import Store

from ..conftest import ROOT, SITES, options

GALLERY = SITES / "gallery"
GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = ("en", "vi")
CANVASES = pytest.mark.parametrize("canvas", [WIDE, NARROW], ids=["wide", "narrow"])


@pytest.fixture(scope="module")
def gallery() -> BuiltSite:
    """The page with a chart of each kind."""
    return build_site(options(GALLERY))


@pytest.fixture(scope="module")
def forms() -> dict[str, FigureFormat]:
    """How the gallery's languages print figures."""
    labels = load_labels([ROOT / "templates"], load_settings(GALLERY, "", []), [])
    return {language: FigureFormat(language, labels[language]) for language in LANGUAGES}


def charts_of(site: BuiltSite, language: str = "") -> list[DrawnChart]:
    return [chart for (code, _), chart in site.charts.items() if language in ("", code)]


def files(site: BuiltSite) -> dict[str, bytes]:
    return {artifact.path: artifact.content for artifact in site.artifacts}


def figures_on(site: BuiltSite) -> Iterator[tuple[DrawnChart, LexborNode, str]]:
    """Each chart of a site's pages with its element, and its language."""
    for rendered in site.pages:
        document = LexborHTMLParser(rendered.html)
        for request in rendered.parts.charts:
            element = document.css_first(f"figure#chart-{request.id}")
            assert element is not None
            yield site.charts[rendered.page.language, request.id], element, rendered.page.language


def text_of(element: LexborNode, selector: str) -> str:
    found = element.css_first(selector)
    return found.text() if found else ""


def rows(value: Any) -> list[dict[str, Any]]:
    """All rows of data in a Vega-Lite specification."""
    if isinstance(value, dict):
        named = [row for found in value.get("datasets", {}).values() for row in found]
        own = value["values"] if isinstance(value.get("values"), list) else []
        inside = [row for key, item in value.items() if key != "datasets" for row in rows(item)]
        return [*named, *(row for row in own if isinstance(row, dict)), *inside]
    return [row for item in value for row in rows(item)] if isinstance(value, list) else []


# -- the gallery


def test_the_gallery_has_each_kind_with_its_fence() -> None:
    """Every kind is there, bars in every arrangement; below each chart stands the very fence that asks for it."""
    for language in LANGUAGES:
        _, fences = take_fences((GALLERY / f"index.{language}.md").read_text(encoding="utf-8"), 1)
        assert [fence.text for fence in fences[::2]] == [fence.text for fence in fences[1::2]]
        assert all(fence.is_chart for fence in fences[::2])
        shown = " ".join(fence.text for fence in fences)
        assert set(CHART_KINDS) == set(re.findall(r"^kind: (.+)$", shown, re.MULTILINE))
        assert {"grouped", "stacked", "diverging"} == set(re.findall(r"^arrangement: (.+)$", shown, re.MULTILINE))


def test_each_kind_is_a_module_and_each_module_a_kind() -> None:
    """Whoever looks for a kind finds all of it in the module that is called so; no other module names a kind."""
    modules = {path.stem.replace("_", "-") for path in Path(kinds.__file__).parent.glob("[!_]*.py")}
    assert set(CHART_KINDS) == modules
    assert all(
        type(kind).__module__ == f"{kinds.__name__}.{name.replace('-', '_')}" for name, kind in CHART_KINDS.items()
    )
    quoted = re.compile("|".join(f'"{name}"' for name in {*CHART_KINDS} - {"python", "line"}))
    others = [path for path in (ROOT / "sitegen").rglob("*.py") if path.parent.name != "kinds"]
    assert [] == [path.name for path in others if quoted.search(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_descriptions_are_as_they_were_read(gallery: BuiltSite, language: str) -> None:
    """A description of each kind, word for word. Anew: UPDATE_EXPECTED=1, and read them aloud."""
    told = "".join(f"{chart.request.id}\n{chart.description}\n\n" for chart in charts_of(gallery, language))
    expected = GOLDEN / f"descriptions.{language}.txt"
    if os.environ.get("UPDATE_EXPECTED") == "1" and not os.environ.get("CI"):
        expected.write_text(told, encoding="utf-8")
    assert expected.read_text(encoding="utf-8") == told, "if it reads well: run with UPDATE_EXPECTED=1"


# -- without a script


@pytest.mark.parametrize("name", ["gallery", "shipped"])
def test_every_value_can_be_read_without_a_script(name: str, request: pytest.FixtureRequest) -> None:
    """Each value that the data have is in the chart's table; in its drawing and its words while these are few."""
    site: BuiltSite = request.getfixturevalue(name)
    forms = {item.page.language: item.page.language for item in site.pages}
    found = 0
    for chart, element, language in figures_on(site):
        table = element.css_first("table")
        assert table is not None
        assert language in forms
        cells = {data.attributes["value"]: data.text() for data in table.css("data")}
        for item in chart.request.figures:
            assert item.value in cells, (chart.request.id, item.id)
            assert f"/figures/{item.id}/" in (table.html or "")
            found += 1
        labels = [point.label for point in chart.data.points]
        few = len(labels) <= 4 and chart.request.kind != "python"
        for drawing in element.css("svg"):
            texts = " ".join(text.text() for text in drawing.css("text"))
            missing = [label for label in labels if label not in texts]
            assert not (missing and few), (chart.request.id, missing)
            assert chart.description == text_of(drawing, "desc")
        if len(labels) <= 12:
            words = chart.description
            shown = [label.strip("†").split("\u00a0")[-1] for label in labels]
            assert [] == [label for label in shown if label not in words], chart.request.id
    assert found > 10


def test_rows_and_events_can_be_read_too(gallery: BuiltSite) -> None:
    """What is no figure stands in the table: the rows of a function, the events of a timeline."""
    seen = set()
    for chart, element, language in figures_on(gallery):
        text = re.sub(r"\s+", " ", text_of(element, "table"))
        for row in chart.rows:
            assert row["branch"] in text
            assert ("31,5" if language == "vi" else "31.5") in text
            seen.add("rows")
        for event in chart.request.events:
            assert event.text in text
            seen.add("events")
    assert {"rows", "events"} == seen


def test_a_figure_has_all_its_parts(gallery: BuiltSite) -> None:
    """Title, number, subtitle with unit and period, two drawings, details, source, marks, the way to its own page."""
    for chart, element, language in figures_on(gallery):
        text = element.text()
        assert chart.request.title in text
        assert chart.request.subtitle in text
        assert ["wide", "narrow"] == [
            svg.attributes["aria-labelledby"].rpartition("-title")[0].rpartition("-")[2]  # type: ignore[union-attr]
            for svg in element.css("svg[role=img]")
        ]
        assert chart.description in text_of(element, "details")
        assert all(document.title[language] in text for document in chart.request.documents)
        if any(item.status for item in chart.request.figures):
            assert "†" in text
        link = element.css_first(".chart-actions a")
        assert link is not None
        prefix = "/vi" if language == "vi" else ""
        assert f"{prefix}/charts/{chart.request.id}/" == link.attributes["href"]
    subtitle = gallery.charts["en", "bar"].request.subtitle
    assert "Fees for late returns, million VND; 2024" == subtitle


def test_a_reference_leads_to_its_chart(gallery: BuiltSite, site_copy: Any) -> None:
    """`chart_ref` gives the number on the page; from another page it names that page too."""
    html = next(item.html for item in gallery.pages if item.page.url == "/vi/")
    assert '<a href="#chart-line">Hình 1</a>' in html
    assert '<a href="#chart-bar-stacked">Hình 6</a>' in html
    content = site_copy("gallery")
    for language in LANGUAGES:
        text = '---\ntitle: More\n---\n{{ chart_ref("slope") }}\n'
        (content / f"more.{language}.md").write_text(text)
    built = build_site(options(content))
    html = next(item.html for item in built.pages if item.page.url == "/more/")
    assert '<a href="/#chart-slope">Figure 8 on the page “Every kind of chart”</a>' in html


# -- drawings


@CANVASES
def test_the_values_drawn_are_those_of_the_data(gallery: BuiltSite, canvas: Canvas) -> None:
    """Every figure of each chart is in its specification with its exact value, and no other is."""
    for chart in charts_of(gallery):
        drawn = {row["id"]: row["value"] for row in rows(specification(chart.data, canvas)) if "id" in row}
        asked = {item.id: float(item.value) for series in chart.request.series for item in series.figures}
        if chart.request.arrangement == "diverging" and len(chart.data.series) == 2:
            drawn = {key: abs(value) for key, value in drawn.items()}
        assert asked == drawn, chart.request.id


@CANVASES
def test_the_specifications_are_valid(gallery: BuiltSite, canvas: Canvas) -> None:
    """What the kinds make is Vega-Lite, by its schema, which is not looked at when they are drawn."""
    for chart in charts_of(gallery, "en"):
        spec = specification(chart.data, canvas)
        assert spec["$schema"] == alt.SCHEMA_URL
        alt.Chart.from_dict(spec, validate=True)


@CANVASES
def test_the_specifications_are_those_that_altair_writes(
    gallery: BuiltSite, canvas: Canvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The short way from the parts of a kind's chart to JSON ends where Altair's own does."""
    written: list[Any] = []

    def recorded(value: Any) -> Any:
        written.append(value)
        return plain(value)

    monkeypatch.setattr(plot, "plain", recorded)
    for chart in charts_of(gallery, "en"):
        if not chart.data.specs:
            written.clear()
            CHART_KINDS[chart.data.kind].draw(chart.data, canvas)
            whole = written[0]
            assert whole.to_dict(validate=False) == plain(whole), chart.request.id


def test_a_drawing_is_lean_safe_to_repeat_and_the_same_again(gallery: BuiltSite) -> None:
    """No font, style or id of its own twice; numbers with one decimal; two draws are equal, in one process or two."""
    ids: list[str] = []
    for chart in charts_of(gallery, "en"):
        for svg in (chart.drawing.wide, chart.drawing.narrow):
            root = ElementTree.fromstring(svg)  # noqa: S314 -- our own
            ids += [element.get("id", "") for element in root.iter() if element.get("id")]
            attributes = {name for element in root.iter() for name in element.attrib}
            assert not attributes & {"style", "font-family", "class", "role", "aria-label"}
            assert {"width", "height"}.isdisjoint(root.attrib)
            assert [] == re.findall(r"\d\.\d{2,}", re.sub(r">[^<]*<", "><", svg))
            assert len(svg) < 20_000
    assert len(ids) == len(set(ids))
    some = [chart.data for chart in charts_of(gallery)]
    here = [draw(data) for data in some]
    there = Workshop(Store(None), jobs=2).drawings(some)
    assert here == there


def test_every_chart_of_a_page_has_ids_of_its_own(gallery: BuiltSite, shipped: BuiltSite) -> None:
    """No id stands twice in a page, whatever it shows."""
    for site in (gallery, shipped):
        for rendered in site.pages:
            ids = re.findall(r'\sid="([^"]+)"', rendered.html)
            assert len(ids) == len(set(ids)), rendered.page.url


def test_colours_are_custom_properties(gallery: BuiltSite) -> None:
    """No colour of a drawing of ours stands for itself, so that dark mode reaches all; the style sheets know each."""
    sheets = [(ROOT / f"templates/assets/{name}.css").read_text() for name in ("site", "dark")]
    for name in CSS_COLOURS.values():
        aliased = name in ("--chart-ink", "--chart-muted", "--chart-surface")
        assert all(f"{name}:" in sheet for sheet in sheets[: 1 if aliased else 2]), name
    for chart in charts_of(gallery, "en"):
        for svg in (chart.drawing.wide, chart.drawing.narrow):
            bare = re.sub(r"var\(--[\w-]+, #[0-9a-f]{6}\)", "", svg)
            assert [] == re.findall(r'(?:fill|stroke)="(?!none|transparent)[^"]+"', bare), chart.request.id
        assert not set(re.findall(r"#[0-9a-f]{6}", re.sub(r"var\([^)]*\)", "", chart.drawing.view))) & set(
            list(CSS_COLOURS)[:4]
        )


# -- to take away


def test_a_chart_can_be_taken_away(gallery: BuiltSite) -> None:
    """SVG and PNG with title and source, the values as CSV, the specification; the embed codes of its own page."""
    built = files(gallery)
    for chart in charts_of(gallery, "vi"):
        base = f"vi/charts/{chart.request.id}"
        svg = built[f"{base}.svg"].decode()
        texts = " ".join(element.text or "" for element in ElementTree.fromstring(svg).iter())  # noqa: S314
        assert chart.request.title.split()[0] in texts
        assert "var(" not in svg
        assert not chart.request.documents or "Nguồn" in texts
        width, height = struct.unpack(">II", built[f"{base}.png"][16:24])
        assert (chart.picture.width * 2, chart.picture.height * 2) == (width, height)
        assert len(built[f"{base}.png"]) < 250_000
        spec = json.loads(built[f"{base}.json"])
        assert "vega-lite" in spec["$schema"]
        assert "url" not in json.dumps({key: value for key, value in spec.items() if key != "$schema"})
        table = list(csv.reader(io.StringIO(built[f"{base}.csv"].decode("utf-8-sig"))))
        values = [item.value for series in chart.request.series for item in series.figures]
        if values:
            assert values == [row[table[0].index("value")] for row in table[1:]]
        page = built[f"{base}/index.html"].decode()
        for theme in ("", "light/", "dark/"):
            address = f"https://gallery.example/{base}/{theme}"
            assert f"&lt;iframe src=&#34;{address}&#34;" in page
        assert 'data-theme="dark"' in built[f"{base}/dark/index.html"].decode()
        assert len(page.encode()) < 60_000


def test_a_picture_is_packed_without_a_loss() -> None:
    """The pixels of a packed PNG are those that were drawn."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><circle cx="90" cy="90" r="70"/></svg>'
    png = vl_convert.svg_to_png(svg)
    small = packed(png)
    assert len(small) < len(png)
    assert png[:33] == small[:33]

    def pixels(picture: bytes) -> bytes:
        data, place = b"", 8
        while place < len(picture):
            length, kind = struct.unpack_from(">I4s", picture, place)
            content = picture[place + 8 : place + 8 + length]
            assert zlib.crc32(kind + content) == struct.unpack_from(">I", picture, place + 8 + length)[0]
            data += content if kind == b"IDAT" else b""
            place += length + 12
        return zlib.decompress(data)

    assert pixels(png) == pixels(small)


def test_pages_show_their_first_chart_to_others(gallery: BuiltSite, shipped: BuiltSite) -> None:
    """The Open Graph picture of a page is that of its first chart, by its whole address; a page without has none."""
    html = next(item.html for item in gallery.pages if item.page.url == "/")
    assert '<meta property="og:image" content="https://gallery.example/charts/line.png">' in html
    bare = next(item.html for item in shipped.pages if item.page.key == "glossary")
    assert "og:image" not in bare


def test_the_policy_is_one(gallery: BuiltSite) -> None:
    """Every page and `_headers` say the same policy; nothing unsafe is in it, and each script is named by its hash."""
    built = files(gallery)
    policy = re.search(r"^  Content-Security-Policy: (default-src .*)$", built["_headers"].decode(), re.MULTILINE)
    assert policy
    assert "unsafe" not in policy[1]
    sources = set(re.search(r"script-src ([^;]*);", policy[1])[1].split())  # type: ignore[index]
    scripts = {f"'{integrity(content)}'" for path, content in built.items() if path.endswith(".js")}
    assert sources == scripts
    pages = {path: content.decode() for path, content in built.items() if path.endswith(".html")}
    assert [] == [path for path, html in pages.items() if str(escape(policy[1])) not in html]


def test_only_charts_may_be_framed(shipped: BuiltSite) -> None:
    """Each page but those of charts is below just one rule with `frame-ancestors`; a chart's is below none."""
    rules = re.findall(r"^(/.*)\n  Content-Security-Policy: frame-ancestors 'self'$", host_rules(shipped), re.MULTILINE)
    for page in shipped.pages:
        matching = [rule for rule in rules if fnmatchcase(page.page.url, rule)]
        is_chart = isinstance(page.page, GeneratedPage) and bool(page.page.chart)
        assert is_chart != bool(matching), page.page.url
        assert len(matching) <= 1


def host_rules(site: BuiltSite) -> str:
    """What hosts are told of headers."""
    return files(site)["_headers"].decode()


def test_a_page_with_four_charts_is_light(site_copy: Any) -> None:
    """At most 60 kB compressed of HTML, style sheets and scripts, whichever four kinds these are."""
    content = site_copy("gallery")
    for language in LANGUAGES:
        _, fences = take_fences((content / f"index.{language}.md").read_text(encoding="utf-8"), 1)
        charts = [fence.text for fence in fences if fence.is_chart]
        for first in range(0, len(charts), 4):
            body = "\n\n".join(f"```chart\n{chart}\n```" for chart in charts[first : first + 4])
            (content / f"page-{first}.{language}.md").write_text(f"---\ntitle: Four\n---\n{body}\n", encoding="utf-8")
        (content / f"index.{language}.md").write_text("---\ntitle: Home\n---\n", encoding="utf-8")
    site = build_site(options(content))
    built = files(site)
    pages = [item for item in site.pages if len(item.parts.charts) == 4]
    assert len(pages) == 8
    for rendered in pages:
        document = LexborHTMLParser(rendered.html)
        links = [node.attributes["href"] for node in document.css("link[rel=stylesheet]")]
        links += [node.attributes["src"] for node in document.css("script[src]")]
        assert len(links) >= 3
        loaded = [rendered.html.encode(), *(built[(link or "").removeprefix("/")] for link in links)]
        assert sum(len(gzip.compress(part)) for part in loaded) <= 60_000, rendered.page.url


def test_the_sites_vega_is_that_of_the_drawings() -> None:
    """The copy of Vega that pages load is of the version that vl-convert draws with."""
    text = (ROOT / "templates/assets/vega/vega.min.js").read_text(encoding="utf-8")
    assert f't.version="{vl_convert.get_vega_version()}"' in text


# -- speed, and what was drawn before


def test_what_was_drawn_before_is_not_drawn_again(tmp_path: Path) -> None:
    """A second build imports neither Altair nor vl-convert, and gives the same bytes; a damaged entry is redrawn."""
    cache = tmp_path / "cache"
    first = [item.content for item in build_site(replace(options(GALLERY), cache=cache)).artifacts]
    code = (
        "import sys, hashlib, datetime, pathlib\n"
        "from sitegen.storage.request import BuildOptions\n"
        "from sitegen.build import build_site\n"
        f"site = build_site(BuildOptions(pathlib.Path({str(GALLERY)!r}), (pathlib.Path({str(ROOT / 'templates')!r}),),"
        f" datetime.date(2026, 1, 1), cache=pathlib.Path({str(cache)!r})))\n"
        "print([name for name in ('altair', 'vl_convert') if name in sys.modules])\n"
        "print(hashlib.sha256(b''.join(item.content for item in site.artifacts)).hexdigest())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    imported, digest = done.stdout.splitlines()
    assert "[]" == imported
    assert digest == hashlib.sha256(b"".join(first)).hexdigest()
    for path in cache.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-1] + b"?")
    again = build_site(replace(options(GALLERY), cache=cache))
    assert first == [item.content for item in again.artifacts]


def test_the_readmes_function_draws(site_copy: Any) -> None:
    """The example of a function in README.md does what it is there to show."""
    example = (ROOT / "README.md").read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    content = site_copy("gallery")
    (content / "charts.py").write_text(example, encoding="utf-8")
    fence = "```chart\nid: new\nkind: python\ntitle: New\nfunction: near_poor\nindicator: loans\nperiod: 2024\n```\n"
    for language in LANGUAGES:
        (content / f"index.{language}.md").write_text(f"---\ntitle: Home\n---\n{fence}", encoding="utf-8")
    chart = build_site(options(content)).charts["en", "new"]
    assert "North" in chart.drawing.wide
    assert "North" in chart.drawing.narrow


PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5E"
    "rkJggg=="
)
FURTHER = f'''
import datetime

import altair as alt

def clipped(chart):
    bars = alt.Chart(alt.Data(values=chart.rows)).mark_bar(clip=True)
    return bars.encode(x=alt.X("value:Q", scale=alt.Scale(domain=[0, 6000])), y="area:N").interactive()

def pictures(chart):
    rows = [{{**row, "picture": "{PIXEL}"}} for row in chart.rows]
    return alt.Chart(alt.Data(values=rows)).mark_image(width=20, height=20).encode(url="picture:N", x="value:Q")

def days():
    import beside
    return alt.Chart(alt.Data(values=[{{"day": datetime.date(2024, 1, beside.DAY), "count": 3}}])).mark_bar().encode(
        x="day:T", y="count:Q"
    )
'''


def test_any_chart_of_altairs_is_drawn_whole(site_copy: Any) -> None:
    """Clipped marks, pictures, days, a module beside the file: nothing of a drawing is lost on its way to a page."""
    content = site_copy("gallery")
    (content / "charts.py").write_text(FURTHER, encoding="utf-8")
    (content / "beside.py").write_text("DAY = 2\n", encoding="utf-8")
    figures = "indicator: loans\narea: [north, south]\nperiod: 2024\n"
    fences = "\n".join(
        f"```chart\nid: {name}\nkind: python\ntitle: New\nfunction: {name}\n{more}```\n"
        for name, more in (("clipped", figures), ("pictures", figures), ("days", ""))
    )
    for language in LANGUAGES:
        (content / f"index.{language}.md").write_text(f"---\ntitle: Home\n---\n{fences}", encoding="utf-8")
    charts = build_site(options(content)).charts
    assert re.search(
        r'<clipPath id="clipped-wide-[^"]+"[^>]*><rect[^>]* width="[1-9]', charts["en", "clipped"].drawing.wide
    )
    assert f'href="{PIXEL}"' in charts["en", "pictures"].drawing.wide
    assert 'width="20"' in charts["en", "pictures"].drawing.wide
    assert "2024-01-02" in charts["en", "days"].description


def with_values(values: list[float]) -> ChartData:
    points = tuple(
        Point(
            row,
            f"p-{row}",
            row % 2,
            0,
            str(2020 + row // 2),
            "",
            737000 + 365 * (row // 2),
            "",
            "",
            value,
            f"{value:,.0f}",
        )
        for row, value in enumerate(values)
    )
    return ChartData(
        "values", "line", "en", "Values", ("North", "South"), ("",), points, words={"before": "", "after": ""}
    )


@pytest.mark.parametrize("kind", ["line", "slope"])
@pytest.mark.parametrize(
    "values", [[0, 0, 0, 0], [12_345_678_901, 5, 22_345_678_901, 12_000_000_000_000], [-3, -2, -1, 0]]
)
@CANVASES
def test_time_runs_forward_whatever_the_values_are(kind: str, values: list[float], canvas: Canvas) -> None:
    """Labels take room from the plot, but never all of it; values that are all alike are drawn."""
    spec = specification(replace(with_values(values), kind=kind), canvas)
    assert spec["width"] >= canvas.width * 0.4
    assert "<svg" in draw(replace(with_values(values), kind=kind)).narrow


BREAKS = "breaks:\n  - {at: 2022, text: New count}\n  - {at: 2024, text: Another one}\n"


def test_breaks_are_told_apart(site_copy: Any) -> None:
    """What comes after which of two breaks; and small panels, in which no text fits, have theirs in the note."""
    content = site_copy("gallery")
    fences = "\n".join(
        f"```chart\nid: {kind}\nkind: {kind}\ntitle: Loans\nindicator: loans\narea: {area}\n{BREAKS}```\n"
        for kind, area in (("line", "north"), ("small-multiples", "[north, south]"))
    )
    for language in LANGUAGES:
        (content / f"index.{language}.md").write_text(f"---\ntitle: Home\n---\n{fences}", encoding="utf-8")
    charts = build_site(options(content)).charts
    told = charts["en", "line"].description
    assert "After the break at 2022, it falls from 4,400 (2022) to 4,395 (2023)." in told
    assert "After the break at 2024, there is one value, 5,210 (2024)." in told
    assert "Sau mốc gián đoạn 2024," in charts["vi", "line"].description
    assert charts["en", "small-multiples"].request.note.startswith("The series breaks at 2022 (New count)")


def test_a_changed_function_is_drawn_anew(site_copy: Any, tmp_path: Path) -> None:
    """Another text of charts.py, or of a module beside it, is another chart, whatever the cache holds."""
    content = site_copy("gallery")
    cached = replace(options(content), cache=tmp_path / "cache")
    before = build_site(cached).charts["en", "python-rows"]
    path = content / "charts.py"
    path.write_text(path.read_text().replace("31.5", "32.5"))
    after = build_site(cached).charts["en", "python-rows"]
    assert "31.5" in before.description
    assert "32.5" in after.description
    assert before.drawing != after.drawing


# -- small parts


def test_labels_are_moved_apart_and_wrapped() -> None:
    """Labels that lie over each other move apart around their middle, each by its own height; long ones break."""
    assert [40, 50, 60] == spread([49, 50, 51], [10, 10, 10], 0, 100)
    assert [5, 15, 25] == spread([0, 1, 2], [10, 10, 10], 0, 100)
    assert [20, 5] == spread([20, 5], [10, 10], 0, 100)
    assert [80, 37.5, 50] == spread([80, 44, 46], [30, 10, 15], 0, 100)
    assert "end of\nthe year\n2024" == wrap("end of the year 2024", 9)


@given(st.fractions(min_value=0, max_value=1), st.sampled_from([(10, 10), (40, 25), (100, 100)]))
def test_a_waffle_fills_as_many_squares_as_the_share(share: Fraction, shape: tuple[int, int]) -> None:
    """The boxes that are filled have the area of the share, lie inside, and do not overlap."""
    columns, lines = shape
    boxes = filled_cells(share * columns * lines, columns, lines)
    area = sum(width * height for _, _, width, height in boxes)
    assert abs(float(area) - float(share * columns * lines)) < 1e-6
    for left, top, width, height in boxes:
        assert 0 <= left <= left + width <= columns + 1e-9
        assert -1e-9 <= top <= top + height <= lines


def test_the_notices_of_vega_are_published_beside_it(shipped: BuiltSite) -> None:
    """Its own licence, and those of the packages that are bundled in it."""
    published = {item.path: item.content.decode() for item in shipped.artifacts if "/vega/" in item.path}
    texts = [text for path, text in published.items() if path.endswith(".txt")]
    assert 2 == len(texts)
    assert any(text.startswith("Copyright (c) 2015-2023, University of Washington") for text in texts)
    notices = next(text for text in texts if "bundled" in text)
    bundled = (
        "d3-array",
        "d3-delaunay",
        "d3-geo-projection",
        "d3-scale-chromatic",
        "delaunator",
        "internmap",
        "topojson",
    )
    assert all(name in notices for name in (*bundled, "Mike Bostock", "Cynthia Brewer"))
