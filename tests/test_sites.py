"""Other sites of the same contract: one language, three, plain Markdown; and what every good site has."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sitegen.build import BuiltSite, build_site

from .conftest import ROOT, SITES, options


def files(site: BuiltSite) -> dict[str, str]:
    """The text files of a built site, by path."""
    suffixes = (".html", ".xml", ".txt", ".json", ".csv", ".css")
    return {item.path: item.content.decode() for item in site.artifacts if item.path.endswith(suffixes)}


def test_a_site_of_one_language_has_no_trace_of_another() -> None:
    """No language prefix, no language switch, no hreflang."""
    built = files(build_site(options(SITES / "libraries")))
    assert {"index.html", "branches/index.html", "branches/north/index.html", "404.html"} <= set(built)
    assert "hreflang" not in "".join(built.values())
    assert not any(path.startswith("en/") for path in built)


def test_every_layout_works_without_the_shipped_content() -> None:
    """Home, areas, best practice, data, sources, figures: each with another site's words."""
    built = files(build_site(options(SITES / "libraries")))
    assert "Town libraries lent 14,207 (provisional) books" in built["index.html"]
    assert 'content="Loans rose to 14,207\u00a0loans (provisional) in 2024."' in built["index.html"]
    assert "more\u00a0than\u00a01.2\u00a0million\u00a0crowns" in built["branches/north/index.html"]
    assert 'src="/branches/north/room.svg"' in built["branches/north/index.html"]
    assert 'href="/data/"' in built["branches/north/index.html"]
    assert 'title="provisional"' in built["index.html"]
    assert 'href="/sources/#source-survey"' in built["branches/index.html"]
    assert 'url=/branches/north/"' in built["north/index.html"]
    assert "Revised after a recount." in built["figures/town-loans-2023/index.html"]


def test_a_folder_of_markdown_is_a_site() -> None:
    """Without data/ there are no figures, and everything else works: listings, feed, Markdown's extensions."""
    built = files(build_site(options(SITES / "plain")))
    assert not any(path.startswith(("figures", "data")) for path in built)
    note = built["notes/first/index.html"]
    assert '<div class="admonition note">' in note
    assert 'class="footnote"' in note
    assert 'align="right"' in note and "style=" not in note
    assert "{{ not jinja }}" in note
    assert 'href="/notes/notes/first/"' in built["index.html"] or 'href="/notes/notes/"' in built["index.html"]
    feed = ElementTree.fromstring(built["feed.xml"])  # noqa: S314 -- our own
    atom = "{http://www.w3.org/2005/Atom}"
    assert ["https://plain.example/notes/notes/first/"] == [e.findtext(f"{atom}id") for e in feed.iter(f"{atom}entry")]


def test_drafts_are_built_only_when_asked_for() -> None:
    """A draft is in no file of a build, unless --drafts."""
    without = files(build_site(options(SITES / "plain")))
    assert "Second note" not in "".join(without.values())
    assert "notes/second/index.html" in files(build_site(options(SITES / "plain", drafts=True)))


def test_a_site_of_three_languages_puts_the_first_at_the_root() -> None:
    """French at /, English at /en/, Vietnamese at /vi/; each with its own number format, and a slug a language."""
    site = build_site(options(SITES / "three-languages"))
    built = files(site)
    assert ">14\u202f207</data>" in built["index.html"]
    assert ">14,207</data>" in built["en/index.html"]
    assert ">14.207</data>" in built["vi/index.html"]
    assert "31 décembre 2024" in built["index.html"]
    assert {"about-fr/index.html", "en/about-en/index.html", "vi/about-vi/index.html"} <= set(built)
    assert 'href="/en/about-en/"' in built["en/index.html"]
    assert ["labels-missing"] == [warning.code for warning in site.warnings]


def test_strict_takes_a_warning_for_an_error() -> None:
    """A site whose only flaw is a warning is not built with --strict."""
    from sitegen.problems.problem import SiteError

    with pytest.raises(SiteError) as caught:
        build_site(options(SITES / "three-languages", strict=True))
    assert ["labels-missing"] == [problem.code for problem in caught.value.problems]


def test_the_sitemap_names_every_page_with_its_other_languages() -> None:
    """One entry a page and language, each with hreflang links to all and an x-default; no 404 page."""
    built = files(build_site(options(SITES / "three-languages")))
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    entries = ElementTree.fromstring(built["sitemap.xml"]).findall("s:url", names)  # noqa: S314 -- our own
    pages = [path for path in built if path.endswith("index.html")]
    assert len(pages) == len(entries)
    about = next(e for e in entries if e.findtext("s:loc", "", names).endswith("/vi/about-vi/"))
    links = {link.get("hreflang"): link.get("href") for link in about.findall("x:link", names)}
    assert {
        "fr": "https://three.example/about-fr/",
        "en": "https://three.example/en/about-en/",
        "vi": "https://three.example/vi/about-vi/",
        "x-default": "https://three.example/about-fr/",
    } == links


def test_the_published_package_is_valid(shipped_folder: Path) -> None:
    """The library frictionless validates data/datapackage.json with its hashes, sizes, schemas and keys."""
    from frictionless import Package, system

    with system.use_context(trusted=True):
        report = Package(str(shipped_folder / "data" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["message"])
    # the author's tables, the computed figures and the rules
    assert len(report.tasks) == len(list((ROOT / "content" / "data").glob("*.csv"))) + 2


def test_the_output_has_what_hosts_look_for(shipped: BuiltSite) -> None:
    """404 in each language, robots.txt, .nojekyll, sitemap, and hashed assets."""
    paths = {item.path for item in shipped.artifacts}
    assert {"404.html", "vi/404.html", "robots.txt", ".nojekyll", "sitemap.xml", "_headers"} <= paths
    sheets = [path for path in paths if path.endswith(".css")]
    assert {"assets/site", "assets/dark"} == {path.split(".")[0] for path in sheets}
    assert {8} == {len(path.split(".")[1]) for path in sheets}


def test_a_changed_style_sheet_changes_its_name(tmp_path: Path) -> None:
    """The hash in an asset's name is that of its content, and pages refer to the new name."""
    folder = tmp_path / "templates" / "assets"
    folder.mkdir(parents=True)
    sheets = []
    for css in ("a { color: red }", "a { color: blue }"):
        (folder / "site.css").write_text(css)
        site = build_site(options(SITES / "plain"))
        base = options(SITES / "plain")
        site = build_site(type(base)(base.content, (folder.parent, *base.templates), base.today))
        name = next(item.path for item in site.artifacts if item.path.startswith("assets/site."))
        assert name in files(site)["index.html"]
        sheets.append(name)
    assert sheets[0] != sheets[1]


def test_a_page_is_a_draft_in_all_languages_when_it_is_one_in_any(site_copy: Callable[[str], Path]) -> None:
    """The languages stay equal: a draft in one holds the others back, without a complaint."""
    content = site_copy("three-languages")
    page = content / "about.en.md"
    page.write_text(page.read_text().replace("slug:", "draft: true\nslug:"))
    (content / "site.toml").write_text((content / "site.toml").read_text().partition("[[nav]]")[0])
    for language in ("fr", "en", "vi"):
        home = content / f"index.{language}.md"
        home.write_text(home.read_text().replace("; [about](about.md)", ""))
    assert not any("about" in path for path in files(build_site(options(content))))


def test_a_page_of_the_future_waits_for_its_day(site_copy: Callable[[str], Path]) -> None:
    """A publishDate is held against the day of the build."""
    content = site_copy("plain")
    page = content / "notes" / "first.en.md"
    page.write_text(page.read_text().replace("weight: 2", "publishDate: 2026-01-02"))
    assert "notes/first/index.html" not in files(build_site(options(content)))


def copy_of_repository(target: Path) -> Path:
    """The repository's files as a clone would have them, without output, caches or git."""
    ignored = shutil.ignore_patterns("output", ".*", "__pycache__", "*.egg-info")
    return shutil.copytree(ROOT, target, ignore=ignored)


def test_two_builds_from_two_places_are_byte_identical(tmp_path: Path) -> None:
    """Another folder (with a space and a Vietnamese letter), hash seed, time zone and locale: the same bytes."""
    results = []
    for name, seed, zone, locale in (("one", "1", "UTC", "C.UTF-8"), ("hai Đường", "2", "Asia/Ho_Chi_Minh", "C")):
        clone = copy_of_repository(tmp_path / name / "sitegen")
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale}
        subprocess.run([sys.executable, "build.py", "-q"], cwd=clone, env=environment, check=True)
        output = clone / "output"
        results.append({path.relative_to(output): path.read_bytes() for path in output.rglob("*") if path.is_file()})
    assert results[0].keys() == results[1].keys()
    assert [] == [str(path) for path in results[0] if results[0][path] != results[1][path]]


def test_the_manifest_lists_every_file_and_no_clock(tmp_path: Path) -> None:
    """Hash and size of each file; a time only when SOURCE_DATE_EPOCH gives one."""
    clone = copy_of_repository(tmp_path / "clone")
    environment = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
    subprocess.run([sys.executable, "build.py", "-q"], cwd=clone, env=environment, check=True)
    manifest = json.loads((clone / "output" / "build-manifest.json").read_text())
    on_disk = {str(path.relative_to(clone / "output")) for path in (clone / "output").rglob("*") if path.is_file()}
    assert on_disk == {*manifest["files"], "build-manifest.json"}
    assert "source_date_epoch" not in manifest
    environment["SOURCE_DATE_EPOCH"] = "1700000000"
    subprocess.run([sys.executable, "build.py", "-q"], cwd=clone, env=environment, check=True)
    assert 1700000000 == json.loads((clone / "output" / "build-manifest.json").read_text())["source_date_epoch"]
