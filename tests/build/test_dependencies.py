"""The one table of what pages depend on: nothing is read past it, and nothing that it lets a build skip is missed."""

from __future__ import annotations

import ast
import datetime
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from sitegen.build import BuiltSite, build_site
from sitegen.build.kept_pages import KeptPages
from sitegen.content import Addresses, accepted_record
from sitegen.facts import KINDS, Reader, Record, Scope
from sitegen.problems import SiteError
from sitegen.storage import BuildOptions

from ..conftest import ROOT, mostly_slow
from .test_incremental import EDITS, PHASES, Edit, Workplace, change_style, change_template, outcome


def both(place: Workplace, name: str) -> tuple[Path, Path]:
    """The files of a page in both languages."""
    folder = place.root / "content"
    return folder / f"{name}.en.md", folder / f"{name}.vi.md"


def front_matter(path: Path, line: str) -> None:
    """Add a line to a page's front matter, or take it out where it is there."""
    if path.is_file():
        text = path.read_text(encoding="utf-8")
        old, new = (f"\n{line}\n", "\n") if f"\n{line}\n" in text else ("---\n", f"---\n{line}\n")
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def add_pages(place: Workplace, number: int) -> None:
    """A page in both languages, which leads to others."""
    for path in both(place, f"branches/new-{number % 3}"):
        asked = f'{{{{ link("branches/new-{number % 2}") }}}} {{{{ chart_ref("loans") }}}} {{{{ pages|length }}}}'
        body = f"{asked} [from](../sources.md)\n"
        path.write_text(f"---\ntitle: New {number}\narea: south\n---\n{body}", encoding="utf-8")


def remove_pages(place: Workplace, number: int) -> None:
    for path in both(place, f"branches/new-{number % 3}"):
        path.unlink(missing_ok=True)


def move_file(place: Workplace, number: int) -> None:
    """A page keeps its key and address, while links in it start elsewhere."""
    for path in both(place, f"branches/new-{number % 3}"):
        folder = path.parent / path.name.partition(".")[0]
        moved = folder / f"index.{path.name.split('.')[-2]}.md"
        if path.is_file():
            folder.mkdir(exist_ok=True)
            path.rename(moved)
        elif moved.is_file():
            moved.rename(path)
            if not list(folder.iterdir()):
                folder.rmdir()


def toggle_draft(place: Workplace, number: int) -> None:
    for path in both(place, ("branches/new-0", "branches/new-1", "branches/north/index")[number % 3]):
        front_matter(path, "draft: true")


def toggle_layout(place: Workplace, number: int) -> None:
    """The pages about the sources and the data come and go."""
    name, layout = (("sources", "sources"), ("data/index", "data"))[number % 2]
    for path in both(place, name):
        text = path.read_text(encoding="utf-8")
        old, new = f"layout: {layout}", f"params: {{was: {layout}}}"
        path.write_text(text.replace(*((old, new) if old in text else (new, old))), encoding="utf-8")


def toggle_date(place: Workplace, number: int) -> None:
    for path in both(place, "index"):
        front_matter(path, "lastmod: 2025-03-04") if number % 2 else front_matter(path, "date: 2025-02-01")


def toggle_slug(place: Workplace, number: int) -> None:
    """The address of a page that others lead to by its file."""
    for path in both(place, "sources"):
        front_matter(path, "slug: from")


def toggle_chart(place: Workplace, number: int) -> None:
    """A chart before others, which moves their numbers."""
    fence = "```chart\nid: first\nkind: bar\ntitle: First\nfigures: [north-loans-2024, south-loans-2024]\n```\n\n"
    for path in both(place, "index"):
        text = path.read_text(encoding="utf-8")
        new = text.replace(fence, "") if fence in text else text.replace("```chart", f"{fence}```chart", 1)
        path.write_text(new, encoding="utf-8")


def toggle_listed(place: Workplace, number: int) -> None:
    """One more page below one that lists them."""
    for path in both(place, "lists/two"):
        if path.is_file():
            path.unlink()
        else:
            path.write_text(f"---\ntitle: Two {number}\n---\n", encoding="utf-8")


def toggle_row(place: Workplace, number: int) -> None:
    """A row with a mistake in it is left out of the data."""
    path = place.root / "content" / "data" / "observations.csv"
    text = path.read_text(encoding="utf-8")
    good, wrong = "north-loans-2024,loans,north,2024,", "north-loans-2024,loans,north,2024,x"
    path.write_text(text.replace(wrong, good) if wrong in text else text.replace(good, wrong), encoding="utf-8")


def remove_row(place: Workplace, number: int) -> None:
    path = place.root / "content" / "data" / "observations.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if number % 2 or "survey,page 9" not in line), encoding="utf-8")


def change_words(place: Workplace, number: int) -> None:
    """A word of the interface, the navigation, the description of the site."""
    path = place.root / "content" / "site.toml"
    text = path.read_text(encoding="utf-8").partition("# changed")[0]
    words = ('[labels.en]\nsources = "From"', '[[nav]]\npage = "sources"', "[params]\nshade = 2024-12-31")[number % 3]
    path.write_text(f"{text}# changed\n{words}\n", encoding="utf-8")


def accept(place: Workplace, number: int) -> None:
    """All translations, or none since."""
    site = build(place.options(None))
    if isinstance(site, BuiltSite):
        addresses = site.addresses
        text, _ = accepted_record(place.root / "content", addresses.content, addresses.settings, ())
        (place.root / "content" / "translations.toml").write_text(text, encoding="utf-8")


MORE_EDITS: Sequence[Edit] = (
    *(add_pages, remove_pages, move_file, toggle_draft, toggle_layout, toggle_date, toggle_row, remove_row),
    *(toggle_slug, toggle_chart, toggle_listed, change_words, accept),
)


def build(options: BuildOptions) -> BuiltSite | SiteError:
    try:
        return build_site(options)
    except SiteError as error:
        return error


@contextmanager
def nothing_skipped() -> Iterator[None]:
    """Builds in which each kept page is judged by everything that it has read."""

    def is_current(pages: KeptPages, kept: Any) -> bool:
        return not kept.build.endswith("-wrong") and not pages._changed_facts(kept)

    with patch.object(KeptPages, "_is_current", is_current):
        yield


def bilingual(root: Path) -> Workplace:
    """The libraries in two languages, which say the same."""
    place = Workplace.make(root)
    (root / "content" / "lists").mkdir()
    for name, layout in (("index", "listing"), ("one", "page")):
        page = root / "content" / "lists" / f"{name}.en.md"
        page.write_text(f"---\ntitle: Listed\nlayout: {layout}\n---\n", encoding="utf-8")
    for page in place.pages():
        shutil.copyfile(page, page.with_name(page.name.replace(".en.", ".vi.")))
    place.change("site.toml", '["en"]', '["en", "vi"]')
    place.change("branches/north/index.vi.md", "aliases: [/north/]\n", "")
    table = root / "content" / "data" / "indicators.csv"
    rows = table.read_text(encoding="utf-8").splitlines()
    table.write_text("".join(f"{row},{row.split(',')[4].replace('_en', '_vi')}\n" for row in rows), encoding="utf-8")
    for name in ("data/derived.toml", "data/rules.toml"):
        path = root / "content" / name
        text = re.sub(
            r"^(title|description|label|note|explanation) = (.+)$",
            r"\1.en = \2\n\1.vi = \2",
            path.read_text("utf-8"),
            flags=re.M,
        )
        path.write_text(text, encoding="utf-8")
    assert isinstance(build(place.options(None)), BuiltSite)
    return place


def hold_skipping(steps: Sequence[tuple[Edit, int]], root: Path) -> None:
    """After each step both builds render the same pages, to the same bytes, or find the same problems."""
    place = bilingual(root)
    for edit, number in ((accept, 0), *steps):
        edit(place, number)
        skipping = build(place.options(root / "cache"))
        with nothing_skipped():
            whole = build(place.options(root / "whole"))
        if isinstance(skipping, SiteError) or isinstance(whole, SiteError):
            assert getattr(skipping, "problems", None) == getattr(whole, "problems", None), edit.__name__
        else:
            assert skipping.rendered.keys() == whole.rendered.keys(), edit.__name__
            assert [(item.path, item.digest) for item in skipping.artifacts] == [
                (item.path, item.digest) for item in whole.artifacts
            ], edit.__name__
    assert outcome(place.clean) == outcome(lambda: build_site(place.options(root / "cache")))


STEPS = st.lists(st.tuples(st.sampled_from((*EDITS, *MORE_EDITS)), st.integers(0, 999)), min_size=2, max_size=6)


@given(steps=STEPS)
@settings(max_examples=3, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_skipping_never_changes_the_outcome(steps: Sequence[tuple[Edit, int]], tmp_path: Path) -> None:
    """Of any edits: facts whose scope has not changed are not looked at, and none of them would have differed."""
    hold_skipping(steps, tmp_path / "place")


@pytest.mark.slow
@given(steps=STEPS)
@settings(max_examples=60, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_skipping_never_changes_the_outcome_of_many_edits(steps: Sequence[tuple[Edit, int]], tmp_path: Path) -> None:
    """The same at length."""
    hold_skipping(steps, tmp_path / "place")


BY_NAME = {edit.__name__: edit for edit in MORE_EDITS}


@pytest.mark.parametrize("name", mostly_slow(BY_NAME, 2))
def test_skipping_misses_no_kind_of_edit(name: str, tmp_path: Path) -> None:
    """Each by itself, done and undone."""
    edit = BY_NAME[name]
    hold_skipping([(add_pages, 1), (edit, 1), (edit, 1)], tmp_path / "place")


WRONG_SCOPES: dict[str, tuple[Edit, int]] = {
    "template": (change_template, 0),
    "pages": (add_pages, 3),
    "file": (toggle_slug, 0),
    "sources-page": (toggle_layout, 0),
    "has-dated-pages": (toggle_date, 0),
    "page-of-area": (remove_pages, 1),
    "asset": (change_style, 1),
    "placed-chart": (toggle_chart, 0),
}


@pytest.mark.parametrize("kind", mostly_slow(WRONG_SCOPES, 2))
def test_a_wrong_scope_is_found(kind: str, tmp_path: Path) -> None:
    """The property can fail: with a kind that counts as one of the data, each of these edits is missed."""
    wrong = {**KINDS, kind: replace(KINDS[kind], scope=Scope.DATA)}
    with patch("sitegen.build.changes.KINDS", wrong), pytest.raises(AssertionError):
        hold_skipping([(add_pages, 1), WRONG_SCOPES[kind]], tmp_path / "place")


def test_a_mistake_in_what_was_left_out_is_told(tmp_path: Path) -> None:
    """A figure is first lost by a mistake in its row, then isn't there any more: the page that shows it is wrong."""
    place = Workplace.make(tmp_path / "place")
    place.change("index.en.md", "## Loans", '{{ fig("south-loans-2022") }}\n\n## Loans')
    place.change(
        "data/observations.csv", "south-loans-2022,loans,south,2022,8030", "south-loans-2022,loans,south,2022,x"
    )
    assert isinstance(build(place.options(place.root / "cache")), SiteError)
    place.change("data/observations.csv", "south-loans-2022,loans,south,2022,x,,,survey,table 2,\n", "")
    again = build(place.options(place.root / "cache"))
    assert isinstance(again, SiteError)
    assert any(problem.code == "figure-unknown" and "index.en.md" in problem.span.file for problem in again.problems)


READERS = [
    path
    for folder in ("views", "shortcodes")
    for path in sorted((ROOT / "sitegen" / "rendering" / folder).glob("*.py"))
]


@pytest.mark.parametrize("path", READERS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_views_and_shortcodes_ask_the_reader_only(path: Path) -> None:
    """They hold no data and no address book of their own, and reach into nothing that the reader keeps for itself."""
    readers = {"_read", "_data", "read"}
    own = {name for name in (*vars(Reader), "_addresses", "_dataset", "_forms", "_texts") if name.startswith("_")}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert not {"Addresses", "Dataset", "Content", "Settings"} & {alias.name for alias in node.names}
        if isinstance(node, ast.Attribute):
            assert node.attr not in ("addresses", "dataset", "content", "settings")
            value = node.value
            name = value.attr if isinstance(value, ast.Attribute) else value.id if isinstance(value, ast.Name) else ""
            assert name not in readers or node.attr not in own, f"{name}.{node.attr}"


def reader(shipped: BuiltSite, value: object = None) -> Reader:
    """A reader of the shipped site, with a value among its settings."""
    given = shipped.addresses
    addresses = Addresses(replace(given.settings, params={"value": value}), given.content, given.dataset)
    return Reader(addresses, {}, {}, {}, "", {})


VALUES: Sequence[Any] = (
    *("1", 1, 1.0, True, Decimal(1), Markup("1"), b"1", None, "None", datetime.date(2024, 1, 1), "2024-01-01"),
    *((), [], {}, "", ("",), ["", ""], [[""]], {"a": "b"}, {"a": ["b"]}, ("a", "b"), "('a', 'b')"),
    *(["a", Markup("b")], [Markup("a"), "b"], [Markup("a', 'b")], {"a": 1, "b": 2}, {"b": 2, "a": 1}, {1, 2}, {2, 3}),
)


def test_a_hash_is_of_the_whole_value(shipped: BuiltSite) -> None:
    """Types too: each of these is another value."""
    digests = [reader(shipped, value).digest(("setting", "params")) for value in VALUES]
    assert len(VALUES) == len(set(digests))


def test_what_cannot_be_written_out_is_no_fact(shipped: BuiltSite) -> None:
    """A value that only its address in memory tells apart would be another one in each build."""
    with pytest.raises(TypeError, match="no page can depend on a object"):
        reader(shipped, object()).digest(("setting", "params"))


def test_asking_records_and_answers(shipped: BuiltSite) -> None:
    """A look-up that fails is recorded too, and so is what is no text; a hash is taken without a record."""
    asked = reader(shipped)
    with asked.recorded(Record()) as record:
        assert asked.figure("nothing") is None
        assert asked.indicator(1) is None  # type: ignore[arg-type]
        asked.digest(("figure", "other"))
    asked.figure("afterwards")
    assert {("figure", "nothing"), ("indicator", "1")} == record.reads


def test_each_kind_has_its_own_words() -> None:
    """And a scope."""
    assert len(KINDS) == len({kind.words for kind in KINDS.values()})
    assert set(Scope) == {kind.scope for kind in KINDS.values()}
