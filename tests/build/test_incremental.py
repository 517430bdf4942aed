"""Exact rebuilds: after any edits a build with the memory of the last one has the bytes of a build without."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sitegen.build import BuiltSite, build_site, made_of_site
from sitegen.build.explanation import explained
from sitegen.build.kept_pages import PageRow
from sitegen.build.session import BuildSession
from sitegen.commands.preview.worker import Built, _outcome
from sitegen.model import has_charts
from sitegen.problems.problem import Problem, SiteError
from sitegen.problems.progress import Progress
from sitegen.storage.request import BuildOptions
from sitegen.storage.store import PageRecord, Store

from ..conftest import ROOT, SITES, TODAY, mostly_slow

CHARTS = """
import altair as alt

def loans(chart):
    return alt.Chart(alt.Data(values=chart.rows)).mark_bar().encode(x="value:Q", y="area:N")
"""
FENCE = """
```chart
id: drawn-by-function
kind: python
function: loans
title: Loans
indicator: loans
period: 2024
```
"""
OVERLAYS = ("page.html", "figure.html", "partials/chart.html", "partials/sharing.html", "base.html", "home.html")


@contextmanager
def edited(cache: Path) -> Iterator[sqlite3.Connection]:
    """The store of a cache folder, to change it as no build would."""
    with closing(Store(cache)) as store:
        assert [] == list(store.pages(""))
    with closing(sqlite3.connect(cache / "store.sqlite", isolation_level=None)) as connection:
        yield connection


def read_whole(site: BuiltSite) -> BuiltSite:
    """A site of which every file could be read."""
    assert all(item.content is not None for item in site.artifacts)
    return site


@dataclass
class Workplace:
    """A copy of a site with templates of its own, and the cache of its builds."""

    root: Path
    texts: dict[Path, str] = field(default_factory=dict)
    """What each broken file held before."""

    @classmethod
    def make(cls, root: Path) -> Workplace:
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(SITES / "libraries", root / "content")
        (root / "templates").mkdir()
        (root / "content" / "charts.py").write_text(CHARTS, encoding="utf-8")
        north = root / "content" / "branches" / "north" / "index.en.md"
        north.write_text(north.read_text(encoding="utf-8") + FENCE, encoding="utf-8")
        return cls(root)

    def pages(self) -> list[Path]:
        return sorted((self.root / "content").rglob("*.md"))

    def options(self, cache: Path | None) -> BuildOptions:
        templates = (self.root / "templates", ROOT / "templates")
        return BuildOptions(self.root / "content", templates, TODAY, cache=cache)

    def incremental(self) -> BuiltSite:
        return made_of_site(self.options(self.root / "cache"), read_whole)

    def clean(self) -> BuiltSite:
        """A build that remembers no page; drawn charts it may take from a cache of its own."""
        with edited(self.root / "drawn") as connection:
            connection.executescript("DELETE FROM page; DELETE FROM document; DELETE FROM kept WHERE kind != 'drawing'")
        return build_site(self.options(self.root / "drawn"))

    def stored(self) -> Path:
        """The file of the store, with nothing beside it."""
        Store(self.root / "cache").close()
        path = self.root / "cache" / "store.sqlite"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path

    def change(self, path: str, old: str, new: str) -> None:
        file = self.root / "content" / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")


Edit = Callable[[Workplace, int], None]


def add_sentence(place: Workplace, number: int) -> None:
    page = place.pages()[number % len(place.pages())]
    page.write_text(page.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")


def change_title(place: Workplace, number: int) -> None:
    page = place.pages()[number % len(place.pages())]
    text = page.read_text(encoding="utf-8")
    line = next((line for line in text.splitlines() if line.startswith("title:")), None)
    if line:
        page.write_text(text.replace(line, f"title: Title {number % 7}"), encoding="utf-8")


def change_weight(place: Workplace, number: int) -> None:
    page = place.pages()[number % len(place.pages())]
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("---\n", f"---\nweight: {number % 5}\n", 1).replace("weight: 10\n", ""), "utf-8")


def change_cell(place: Workplace, number: int) -> None:
    path = place.root / "content" / "data" / "observations.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    row = 1 + number % (len(lines) - 1)
    cells = lines[row].split(",")
    cells[4] = cells[4][:-1] + str(number % 10)
    lines[row] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def change_name(place: Workplace, number: int) -> None:
    """A name of an area, an indicator or a source, or a note."""
    table = ("areas", "indicators", "sources")[number % 3]
    path = place.root / "content" / "data" / f"{table}.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    row = 1 + number % (len(lines) - 1)
    cells = lines[row].split(",")
    cells[1] = f"Name {number % 4}"
    lines[row] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def change_template(place: Workplace, number: int) -> None:
    name = OVERLAYS[number % len(OVERLAYS)]
    path = place.root / "templates" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text((ROOT / "templates" / name).read_text(encoding="utf-8") + f"<!-- {number % 3} -->\n", "utf-8")


def drop_template(place: Workplace, number: int) -> None:
    (place.root / "templates" / OVERLAYS[number % len(OVERLAYS)]).unlink(missing_ok=True)


def change_style(place: Workplace, number: int) -> None:
    path = place.root / "templates" / "assets" / "site.css"
    path.parent.mkdir(exist_ok=True)
    text = (ROOT / "templates" / "assets" / "site.css").read_text(encoding="utf-8")
    path.write_text(f"{text}/* {number % 3} */\n", encoding="utf-8")


def change_setting(place: Workplace, number: int) -> None:
    path = place.root / "content" / "site.toml"
    text = path.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("title = "))
    path.write_text(text.replace(line, f'title = "A site {number % 3}"', 1), encoding="utf-8")


def change_function(place: Workplace, number: int) -> None:
    colour = ("teal", "navy")[number % 2]
    (place.root / "content" / "charts.py").write_text(
        CHARTS.replace("mark_bar()", f'mark_bar(color="{colour}")'), encoding="utf-8"
    )


def add_page(place: Workplace, number: int) -> None:
    path = place.root / "content" / "branches" / f"new-{number % 3}.en.md"
    body = 'It lent {{ fig("north-loans-2024") }}; see {{ chart_ref("loans") }} and [the list](index.md).\n'
    path.write_text(f"---\ntitle: New {number}\ndate: 2025-03-0{1 + number % 9}\n---\n{body}", encoding="utf-8")


def remove_page(place: Workplace, number: int) -> None:
    added = sorted((place.root / "content" / "branches").glob("new-*.md"))
    if added:
        added[number % len(added)].unlink()


def rename_page(place: Workplace, number: int) -> None:
    added = sorted((place.root / "content" / "branches").glob("new-*.md"))
    if added:
        page = added[number % len(added)]
        page.rename(page.with_name(f"new-{number % 5}.en.md"))


def break_page(place: Workplace, number: int) -> None:
    page = place.pages()[number % len(place.pages())]
    place.texts.setdefault(page, page.read_text(encoding="utf-8"))
    page.write_text(page.read_text(encoding="utf-8") + '\n{{ fig("nothing") }}\n', encoding="utf-8")


def mend_pages(place: Workplace, number: int) -> None:
    for page, text in place.texts.items():
        if page.exists():
            page.write_text(text, encoding="utf-8")
    place.texts.clear()


EDITS: Sequence[Edit] = (
    *(add_sentence, change_title, change_weight, change_cell, change_name, change_template, drop_template),
    *(change_style, change_setting, change_function, add_page, remove_page, rename_page, break_page, mend_pages),
)


def outcome(build: Callable[[], BuiltSite]) -> tuple[Sequence[tuple[str, bytes]], Sequence[Problem]]:
    """The files of a build, or what is wrong."""
    try:
        site = build()
    except SiteError as error:
        return (), error.problems
    return [(item.path, item.content) for item in site.artifacts], sorted(site.warnings, key=lambda item: item.sort_key)


# a failing example says enough: to make a shorter one takes hundreds of builds
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
STEPS = st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 999)), min_size=1, max_size=6)


@dataclass
class Exact:
    """Incremental builds of a place, of which each is held against what the pages have read."""

    place: Workplace
    known: set[tuple[str, str]] = field(default_factory=set)
    """The pages of the last good build."""

    def build(self) -> BuiltSite:
        """The next build. It renders no page that is new to nobody and of which nothing that it read has changed."""
        site = self.place.incremental()
        for name, reasons in site.rendered.items():
            assert reasons or (reasons is None and name not in self.known), (name, reasons)
        self.known = {item.page.name for item in site.pages}
        return site


def hold_equal(steps: Sequence[tuple[Edit, int]], root: Path) -> None:
    """After each step, both builds come out alike."""
    place = Workplace.make(root)
    exact = Exact(place)
    outcome(exact.build)
    for edit, number in steps:
        edit(place, number)
        assert outcome(place.clean) == outcome(exact.build), edit.__name__


@given(steps=STEPS)
@settings(max_examples=6, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_edits_end_where_a_clean_build_does(steps: Sequence[tuple[Edit, int]], tmp_path: Path) -> None:
    """Texts, titles, data, templates, settings, pages that come, go, break and are mended, in any order."""
    hold_equal(steps, tmp_path / "place")


@pytest.mark.slow
@given(steps=STEPS)
@settings(max_examples=60, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_many_edits_end_where_a_clean_build_does(steps: Sequence[tuple[Edit, int]], tmp_path: Path) -> None:
    """The same at length."""
    hold_equal(steps, tmp_path / "place")


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    """A site that was built once."""
    made = Workplace.make(tmp_path / "place")
    made.incremental()
    return made


def rendered(place: Workplace) -> set[str]:
    """The keys of the pages that the next build renders; those of charts without their themes."""
    return {key.removesuffix("/dark").removesuffix("/light") for _, key in place.incremental().rendered}


def test_nothing_changed_renders_nothing(place: Workplace) -> None:
    """Every page is that of the last build."""
    assert set() == rendered(place)


def test_a_text_renders_its_page_alone(place: Workplace) -> None:
    """Not its charts either, though their fences have moved."""
    place.change("index.en.md", "## Loans", "A sentence before.\n\n## Loans")
    assert {"index"} == rendered(place)


def test_a_cell_renders_what_shows_it(place: Workplace) -> None:
    """The page, the charts and the figures' pages that show a value, the lists of all values, and no other."""
    place.change("data/observations.csv", "1.2,more-than", "1.3,more-than")
    assert rendered(place) == {
        *("index", "branches", "branches/north", "figures", "figures/north-budget-2024", "figures/north-budget-twice"),
        *("data", "sources"),
    }


def test_a_new_page_renders_the_list_that_names_it(place: Workplace) -> None:
    """And no page beside it."""
    add_page(place, 1)
    assert {"branches", "branches/new-1", "figures/north-loans-2024"} == rendered(place)


def test_a_template_renders_the_pages_that_use_it(place: Workplace) -> None:
    """A layout: its pages. A part of it: all that include it."""
    change_template(place, OVERLAYS.index("home.html"))
    assert {"index"} == rendered(place)


def test_a_neighbours_title_is_read_where_it_is_shown(place: Workplace) -> None:
    """The page itself, those that list it or stand below it, and no others."""
    place.change("branches/north/index.en.md", "title: ", "title: Far ")
    assert {"branches/north", "branches"} <= rendered(place)
    assert set() == rendered(place)


def test_another_look_up_that_failed_is_made_again(place: Workplace) -> None:
    """A page that leads to one which isn't there is wrong; it is right as soon as the other has come."""
    place.change("index.en.md", "## Loans", '{{ link("branches/new-2") }}\n\n## Loans')
    with pytest.raises(SiteError):
        place.incremental()
    add_page(place, 2)
    assert "index" in rendered(place)


def flipped(path: Path, places: Sequence[int]) -> None:
    """Change single bits of a file."""
    content = bytearray(path.read_bytes())
    for place in places:
        content[place] ^= 1
    path.write_bytes(content)


def every(step: int, start: int = 0) -> Callable[[Path], None]:
    """Changes a bit of a file in every so many bytes."""
    return lambda path: flipped(path, range(start, path.stat().st_size, step))


def cut(part: float) -> Callable[[Path], object]:
    """Cuts a file off behind a part of it."""
    return lambda path: path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])


def foreign(path: Path) -> None:
    """A database of another program."""
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE page (id); CREATE TABLE kept (id); PRAGMA user_version = 1")


HARMS: dict[str, Callable[[Path], object]] = {
    "nothing in it": lambda path: path.write_bytes(b""),
    "gone": lambda path: path.unlink(),
    "another kind of file": lambda path: path.write_bytes(b"no database at all" * 1000),
    "another database": foreign,
    "cut off in the middle": cut(0.5),
    "cut off near the end": cut(0.97),
    "bits all over it": every(500),
    "a bit in some pages": every(40_000, 20_011),
    "bits of the first page": lambda path: flipped(path, range(100, 4000, 50)),
}


@pytest.mark.parametrize("harm", mostly_slow(HARMS))
def test_a_damaged_store_is_noticed(place: Workplace, harm: str) -> None:
    """Whatever has happened to the file, a build comes out as one without a store does."""
    place.change("index.en.md", "## Loans", "A sentence before.\n\n## Loans")
    place.incremental()
    HARMS[harm](place.stored())
    assert outcome(place.clean) == outcome(place.incremental)
    assert outcome(place.clean) == outcome(place.incremental)


@pytest.mark.parametrize("start", mostly_slow(list(map(str, range(7)))))
def test_a_damaged_store_is_noticed_wherever_it_is(place: Workplace, start: str) -> None:
    """Single bits in each of the file's pages."""
    every(16_384, 2311 * int(start))(place.stored())
    assert outcome(place.clean) == outcome(place.incremental)


def made_up(change: Callable[[PageRecord, PageRow], PageRecord]) -> Callable[[Path], None]:
    """Replaces all pages of a store by others, with the right checksums."""

    def do(cache: Path) -> None:
        store = Store(cache)
        with edited(cache) as connection:
            engines = [engine for (engine,) in connection.execute("SELECT DISTINCT engine FROM page")]
        for engine in engines:
            for record in list(store.pages(engine)):
                facts, parts = store.parts(record.id)
                whole = record._replace(facts=facts, parts=parts, html=store.html(record.id))
                row = msgspec.json.decode(record.row, type=PageRow)
                store.remove_pages([record.id])
                store.add_pages(engine, [change(whole, row)])
        store.close()

    return do


MADE_UP = {
    "parts of another kind": made_up(lambda record, row: record._replace(parts=b"x")),
    "other HTML": made_up(lambda record, row: record._replace(html=b"<p>other")),
    "no row": made_up(lambda record, row: record._replace(row=b"[]")),
    "sizes below nothing": made_up(
        lambda record, row: record._replace(row=msgspec.json.encode(row._replace(size=-1, digest="")))
    ),
    "reads of half a number": made_up(lambda record, row: record._replace(reads=b"123")),
    "reads of another kind": made_up(lambda record, row: record._replace(build="0-0", facts=b"{}")),
}


@pytest.mark.parametrize("case", mostly_slow(MADE_UP))
def test_a_made_up_store_is_made_anew(place: Workplace, case: str) -> None:
    """Whoever writes what no build would have written, with the right checksum: a page is made again."""
    place.incremental()
    MADE_UP[case](place.root / "cache")
    assert outcome(place.clean) == outcome(place.incremental)
    assert outcome(place.clean) == outcome(place.incremental)


PAYLOADS = {
    "a pickle": b"cos\nsystem\n(S'touch touched'\ntR.",
    "a newer pickle": pickle.dumps(complex(1, 2)),
    "an extension": b"\xc7\x04\x01evil",
    "lists in lists": b"\x91" * 100_000 + b"\xc0",
    "a list of four billion": b"\xdd\xff\xff\xff\xff",
    "a mapping of four billion": b"\xdf\xff\xff\xff\xff\xc0",
    "another kind": b"\x93\x01\x02\x03",
    "nothing": b"",
}


@pytest.mark.parametrize("payload", mostly_slow(PAYLOADS))
def test_a_foreign_memory_runs_no_code(place: Workplace, payload: str) -> None:
    """Anything else in a file of the cache, with the right hash or without, is no memory."""
    content = PAYLOADS[payload]
    for number, path in enumerate(sorted((place.root / "cache").rglob("*"))):
        if path.is_file():
            path.write_bytes(content + (hashlib.sha256(content).digest() if number % 2 else b""))
    assert outcome(place.clean) == outcome(place.incremental)
    assert outcome(place.clean) == outcome(place.incremental)
    assert not Path("touched").exists()


@pytest.mark.parametrize("kind", mostly_slow(["pipe", "link", "folder"], 1))
def test_a_memory_that_is_no_file(place: Workplace, kind: str, tmp_path: Path) -> None:
    """A pipe in the place of a file is not waited for, a link not followed."""
    place.incremental()
    outside = tmp_path / "outside"
    for path in [path for path in (place.root / "cache").rglob("*") if path.is_file()]:
        content = path.read_bytes()
        path.unlink()
        if kind == "link":
            outside.write_bytes(content)
            path.symlink_to(outside)
        elif kind == "pipe":
            os.mkfifo(path)
        else:
            path.mkdir()
    assert outcome(place.clean) == outcome(place.incremental)
    assert kind != "link" or outside.is_file()


def test_explain_and_the_preview_mend_damaged_pages(place: Workplace) -> None:
    """Both read pages after the build; the preview's next build finds nothing damaged any more."""
    place.incremental()
    MADE_UP["other HTML"](place.root / "cache")
    cache = place.options(place.root / "cache")
    explained_page = made_of_site(
        replace(cache, remember=False), lambda site: explained("branches/north", site, cache.templates)
    )
    assert "branches/north" in explained_page.text()
    first = _outcome(cache, Progress(), {}, BuildSession())
    again = _outcome(cache, Progress(), {}, BuildSession())
    assert isinstance(first, Built)
    assert isinstance(again, Built)
    assert first.rendered
    assert not again.rendered


def test_two_builds_at_once_do_no_harm(place: Workplace) -> None:
    """One that began before another ended, and ends after it, leaves a memory that is right."""
    add_sentence(place, 0)
    late = build_site(replace(place.options(place.root / "cache")))
    add_sentence(place, 1)
    place.incremental()
    # what the first has made can still be read, though the second has tidied up
    assert all(item.content for item in late.artifacts if item.path.endswith(".html"))
    assert outcome(place.clean) == outcome(place.incremental)


def test_many_small_edits_leave_a_small_store(place: Workplace) -> None:
    """It does not grow with the number of builds."""
    before = place.stored().stat().st_size
    for number in range(40):
        add_sentence(place, number)
        place.incremental()
    assert place.stored().stat().st_size < 1.5 * before
    assert outcome(place.clean) == outcome(place.incremental)


def test_what_a_failed_build_has_made_is_kept(place: Workplace) -> None:
    """The next one makes only what was wrong or has changed."""
    change_template(place, OVERLAYS.index("base.html"))
    break_page(place, 0)
    with pytest.raises(SiteError):
        place.incremental()
    mend_pages(place, 0)
    again = {key for _, key in place.incremental().rendered}
    # the page with the mistake, and those with charts, for which none were drawn
    plain = {page.page.key for page in place.clean().pages if not page.parts.charts and not has_charts(page.page)}
    assert place.pages()[0].parent.name == "branches"
    assert {"branches"} == again & plain


def test_an_undone_edit_finds_the_page_of_before(place: Workplace) -> None:
    """Though a build of the edit has failed in between."""
    break_page(place, 1)
    with pytest.raises(SiteError):
        place.incremental()
    mend_pages(place, 1)
    assert set() == rendered(place)


def test_other_settings_have_a_memory_of_their_own(place: Workplace) -> None:
    """A preview and a build, or two base URLs, do not undo each other's."""
    options = place.options(place.root / "cache")
    build_site(replace(options, base_url="https://example.org/below/"))
    assert set() == rendered(place)
