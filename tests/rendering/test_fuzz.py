"""Made-up input of every kind: a build of it gives a site or problems, never a traceback, and never takes long.

The inputs are pieces that mean something to the reader of the file, in any order and number, up to 20 kB. Each test
stops by itself, so that all of them stay below five minutes.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sitegen.build import build_site
from sitegen.problems.problem import SiteError, format_problems

from ..conftest import ROOT, SITES, options

pytestmark = pytest.mark.slow

# of each test; all of them stay below five minutes
SECONDS = 35
MOST_SECONDS = 10
LONGEST = 20_000
COMMON = ["\n", "\n\n", " ", "    ", "\t", "a", "Ba Vì", "0", "12.5", "-", ":", ",", ";", "'", '"', "\\", "\u00a0"]
# U+0000, U+0008, ESC, U+0085, U+FEFF, U+202E, U+FFFE, a letter and its accent, beyond the first plane
ODD = [
    *("\0", "\b", "\x1b[31m", "\x85", "\ufeff", "\u202e", "\ufffe", "e\u0301", "\U0001f600", "\u2028"),
    "\u2063fence0\u2063",
]
TEMPLATE = [
    *("{{", "}}", "{%", "%}", "{##", "##}", "fig(", "'town-loans-2022'", ")", "|", "~", "*", "**", "(", "[", "]", "{"),
    *("}", "for a in range(9999)", "endfor", "if a", "endif", "macro m(a)", "endmacro", "m(1)", "set a = a ~ a"),
    *("|tojson", ".ljust(999999999)", "%999999999d", "page", "site.pages", ".title", "data.figures", "raw", "endraw"),
    *("loop", "9**9"),
]
MARKDOWN = [
    *("# ", "## ", "- ", "* ", "1. ", "> ", "```", "~~~", "```chart\n", "`", "*", "_", "**", "~~", "[", "]", "!["),
    *("](", ")", "[a](b)", "[a]: b", "[^1]", "[^1]: n", "*[a]: b", ": d", "!!! note", "|", "|-|-|", "---", "===", "<"),
    *(">", "&", "&amp;", "<div>", "</div>", "<!--", "-->", "<![CDATA[", "<?", "<a href=x>", "{#a}", "{.b}"),
    *("http://x", "\\", "  \n", "[TOC]", "id: c", "kind: bar", "indicator: loans", "title: T", "<svg>", "<p", "</"),
    *("<b>", "<table>"),
]
YAML = [
    *("title: T\n", "layout: listing\n", "params:\n", "  a: ", "- ", "? ", "&a ", "*a", "<<: *a", "[", "]", "{", "}"),
    *("!!int ", "!!set ", "!!binary ", "!!python/object:os.system ", "|\n", ">\n", "...\n", "---\n", "%YAML 1.1\n"),
    *("~", "1:1:1", "0x1", "aliases: ", "date: 2024-13-45\n", "weight: ", "slug: ", "draft: yes\n", '"\\ud800"'),
    *('"\\0"', "9" * 400, ".inf", "../", "publishDate: ", "translationKey: ", "area: ", "description: ", "#"),
    "2024-12-31",
]
TOML = [
    *("[", "]", "[[", "]]", "{", "}", "= ", "a = ", '"""', "'''", "[a.b]\n", "a.b.c = 1\n", "1_000", "0x1f", "1e999"),
    *("inf", "nan", "1979-05-27T07:32:00Z", "true", 'languages = ["en"]\n', "[labels.en]\n", "[checks]\n"),
    *("literal_numerals = ['(a+)+b']\n", "value = ", "rule = ", "label = ", "note = ", '"', "town-loans-2022", " * "),
    *(" / ", " + ", " within ", "..", "share(", ")", "sum(", "rounding = ", "unit = ", "percent", "9" * 400),
    *("\\u0000", "#"),
]
CSV = [
    *(",", '"', '""', "\r\n", "\r", "id,name\n", "town-loans-2022", "loans", "town", "2022", "2022/2024", "at-least"),
    *("survey", "1.424", "1,424", "1e9", "NaN", "-", "=1+1", "9" * 400, "a" * 400, "{{ fig('town-loans-2022') }}"),
    "2024-02-30",
]
DESCRIPTOR = [
    *YAML,
    *("resources:\n", "  - name: loans\n", "    schema:\n", "      fields:\n", "        - name: value\n"),
    *("          type: ", "          constraints: {pattern: '(a|a)*b'}\n", "number", "string", "foreignKeys: "),
    *("primaryKey: ", "missingValues: ", "path: ../../etc/passwd\n", "minimum: x", "enum: [1, a]", "format: "),
    *("$schema: ", "licenses: ", "version: "),
]


def texts(*pieces: Sequence[str]) -> st.SearchStrategy[str]:
    """Pieces, each up to 2,000 times behind itself, up to 20 kB."""
    known = st.sampled_from([piece for group in (COMMON, ODD, *pieces) for piece in group])
    times = st.one_of(st.just(1), st.integers(1, 4), st.integers(1, 2_000))
    part = st.tuples(known, times).map(lambda pair: pair[0] * min(pair[1], LONGEST // len(pair[0])))
    return st.lists(part, max_size=30).map(lambda parts: "".join(parts)[:LONGEST])


def mutated(seed: str, pieces: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A good text, a part of which is something else."""

    def replaced(change: tuple[int, int, str]) -> str:
        begin, length, new = change
        return (seed[:begin] + new + seed[begin + length :])[: LONGEST + len(seed)]

    return st.tuples(st.integers(0, len(seed)), st.integers(0, 40), pieces).map(replaced)


def held(site: str, change: Callable[[Path, str], None], inputs: st.SearchStrategy[str]) -> None:
    """Builds a site with one input after the other, each for itself."""
    ends = time.monotonic() + SECONDS
    folder = Path(tempfile.mkdtemp())

    @settings(max_examples=5_000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(inputs)
    def hold(text: str) -> None:
        if time.monotonic() > ends:
            return
        content = folder / "content"
        shutil.rmtree(content, ignore_errors=True)
        shutil.copytree(SITES / site, content)
        change(content, text)
        began = time.process_time()
        try:
            build_site(options(content))
        except SiteError as error:
            assert error.problems or not text
            told = format_problems(error.problems, "text")
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", told)
        assert time.process_time() - began < MOST_SECONDS

    try:
        hold()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8", "surrogatepass"))


def test_bodies() -> None:
    """Markdown with templates and charts in it."""

    def change(content: Path, text: str) -> None:
        page = content / "sources.en.md"
        _write(page, page.read_text() + "\n" + text)

    held("libraries", change, texts(MARKDOWN, TEMPLATE))


def test_front_matter() -> None:
    """YAML in front of a page."""

    def change(content: Path, text: str) -> None:
        _write(content / "sources.en.md", f"---\ntitle: Sources\nlayout: sources\n{text}\n---\nText.\n")

    held("libraries", change, texts(YAML, TEMPLATE))


@pytest.mark.parametrize("name", ["site.toml", "data/derived.toml", "data/rules.toml"])
def test_toml(name: str) -> None:
    """Settings, computed figures, rules."""
    seed = (SITES / "libraries" / name).read_text()
    held("libraries", lambda content, text: _write(content / name, text), mutated(seed, texts(TOML, TEMPLATE)))


@pytest.mark.parametrize("name", ["observations", "indicators"])
def test_tables(name: str) -> None:
    """CSV as spreadsheets or people would never write it."""
    seed = (SITES / "libraries" / "data" / f"{name}.csv").read_text()
    held("libraries", lambda content, text: _write(content / "data" / f"{name}.csv", text), mutated(seed, texts(CSV)))


def test_descriptors() -> None:
    """The contract of the data."""
    seed = "\n".join((ROOT / "content" / "data" / "datapackage.yaml").read_text().split("\n")[:80])
    path = "data/datapackage.yaml"
    held("libraries", lambda content, text: _write(content / path, text), mutated(seed, texts(DESCRIPTOR)))
