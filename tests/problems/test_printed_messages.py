"""What is printed: whatever a site holds, a terminal, a log and a runner's commands get nothing of it raw."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen.build import build_site
from sitegen.commands.preview.problem_page import problem_page
from sitegen.problems.characters import printable, printable_json, printable_lines
from sitegen.problems.problem import Problem, SiteError, Span, format_problems

from ..conftest import options
from ..test_bad_sites import build

# ESC, BEL, CR, LF, CSI of one character, bidi, zero width, separators, tags, a byte order mark, what is no character
UNSEEN = [
    *("\x1b[2J\x1b]0;title\x07", "\r", "\n", "\x9b31m", "\x00", "\x08", "\x7f", "\x85", "\u202e", "\u2066", "\u200f"),
    *("\u200b", "\u2060", "\ufeff", "\u2028", "\u2029", "\u00ad", "\U000e0041", "\ufffe", "\ud800", "\u061c", "\u180e"),
]
FORGED = [
    "::error::forged",
    "\n::error::forged",
    "  ::add-mask::x",
    "##[error]forged",
    "x\n##[add-matcher]f",
    "\r::stop-commands::x",
]
RAW = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufffe\uffff\U000e0000-\U000e007f]"
)
COMMAND = re.compile(r"^\s*::|##\[", re.MULTILINE)


@pytest.mark.parametrize("text", [*UNSEEN, *FORGED, *(f"a{each}b" for each in UNSEEN)])
@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_no_part_of_a_problem_is_raw(form: str, text: str) -> None:
    """Its file, message, excerpt and hint; JSON means the same text, GitHub's command is one, and is ours."""
    problem = Problem("code", f"message {text}", Span(f"{text}content/a.md", 3, 4, f"{text} excerpt"), f"hint {text}")
    printed = format_problems([problem], form)  # type: ignore[arg-type]
    assert not RAW.search(printed)
    if form == "json":
        read = json.loads(printed)[0]
        assert (problem.message, problem.hint, problem.span.file) == (
            read["message"],
            read["hint"],
            read["span"]["file"],
        )
    elif form == "github":
        assert 1 == len(printed.split("\n"))
        assert re.match(r"::error file=[^:,]*content/a\.md,line=3,col=4,title=code::message ", printed)
        assert not COMMAND.search(printed.removeprefix("::error"))
    else:
        lines = printed.split("\n")
        assert lines[0].endswith(f"content/a.md:3:4: error[code]: {printable(problem.message)}")
        assert all(line.startswith("   ") for line in lines[1:])
        assert not COMMAND.search(printed)


@pytest.mark.parametrize("text", UNSEEN)
def test_the_problem_page_shows_them_too(text: str) -> None:
    """A browser would turn or hide what stands around them."""
    html = problem_page([Problem("code", f"a{text}b", Span(f"c{text}d"), f"e{text}f")], "/x.css").decode()
    assert not RAW.search(html)


def test_what_can_be_seen_stays() -> None:
    """Vietnamese, Arabic, an emoji, a tab."""
    for text in (
        "Hà Nội – Ba Vì",
        "حقوق",
        "国",
        "😀",
        "a\tb",
        "a: b::c",
        "C:: x",
        "# heading",
        "e\u0301",
        "–…“”",
        "\u00a0",
    ):
        assert text == printable(text) == printable_json(text)
    assert "a\n   b" == printable_lines("a\n   b")
    assert r"\x1b\x85\u202e\U000e0041\ud800\n" == printable("\x1b\x85\u202e\U000e0041\ud800\n")
    assert json.loads(printable_json(json.dumps("\u202e\U000e0041", ensure_ascii=False))) == "\u202e\U000e0041"


HOSTILE = "Evil\x1b[31m\u202e::error::\u200b##[error]forged"
SAFE = "Evil\u202e::error::\u200b##[error]forged"
# where authors and suppliers of data write names and values that messages quote
PLACES: dict[str, tuple[str, str]] = {
    "a key of front matter": ("odd.en.md", '---\ntitle: T\n"{0}": 1\n---\n'),
    "a value of front matter": ("odd.en.md", '---\ntitle: T\nlayout: "{0}"\n---\n'),
    "a date": ("odd.en.md", '---\ntitle: T\ndate: "{0}"\n---\n'),
    "an alias": ("odd.en.md", '---\ntitle: T\naliases: ["/{0}/../x/"]\n---\n'),
    "a link": ("odd.en.md", "---\ntitle: T\n---\n[a](<{0}>)\n"),
    "an anchor": ("odd.en.md", "---\ntitle: T\n---\n[a](<#{0}>)\n"),
    "a figure": ("odd.en.md", "---\ntitle: T\n---\n{{{{ fig('{0}') }}}}\n"),
    "a name in a template": ("odd.en.md", "---\ntitle: T\n---\n{{{{ data['{0}'].x }}}}\n"),
    "a fence": ("odd.en.md", "---\ntitle: T\n---\n```chart\nid: a\nkind: {0}\ntitle: T\n```\n"),
    "a fence's key": ("odd.en.md", "---\ntitle: T\n---\n```chart\n{0}: a\n```\n"),
    "an element": ("odd.en.md", "---\ntitle: T\n---\n<x{0}>\n"),
    "a setting": ("site.toml", 'languages = ["en"]\nbase_url = "https://a.example/"\n"{0}" = 1\n[title]\nen = "T"\n'),
    "a language": ("site.toml", 'languages = ["en", "{0}"]\nbase_url = "https://a.example/"\n[title]\nen = "T"\n'),
    "a page of the menu": (
        "site.toml",
        'languages = ["en"]\nbase_url = "https://a.example/"\n[title]\nen = "T"\n[[nav]]\npage = "{0}"\n',
    ),
    "a pattern": (
        "site.toml",
        'languages = ["en"]\nbase_url = "https://a.example/"\ntitle = "T"\n[checks]\nliteral_numerals = ["({0}"]\n',
    ),
    "an id of data": ("data/areas.csv", "id,name:en\n{0},N\n"),
    "a heading of data": ("data/areas.csv", "id,name:en,{0}\na,N,x\n"),
    "a derived figure": ("data/derived.toml", '["{0}"]\nvalue = "1"\n'),
    "an expression": ("data/derived.toml", '[a-2022]\nvalue = "{0} + 1"\n'),
    "a rule": ("data/rules.toml", '[a]\nrule = "{0} > 1"\n'),
    "a descriptor": ("data/datapackage.yaml", 'name: "{0}"\nresources: "{0}"\n'),
    "a file": ("{0}.en.md", "Text\n"),
    "a file to publish": ("{0}.exe", "Text\n"),
}


@pytest.mark.parametrize("text", [HOSTILE, SAFE], ids=["controls", "no controls"])
@pytest.mark.parametrize("place", PLACES)
def test_hostile_names_and_values(place: str, text: str, site_copy: Callable[[str], Path]) -> None:
    """Are told, in all forms, and printed by none."""
    content = site_copy("libraries")
    name, template = PLACES[place]
    (content / name.format(text)).write_text(template.format(text), encoding="utf-8")
    folders = [f"--content={content}", f"--output={content.parent / 'output'}"]
    for form in ("text", "json", "github"):
        result = build(*folders, f"--format={form}")
        assert 1 == result.exit_code
        # an excerpt has it where the message has not; GitHub shows the line itself
        assert form == "github" or ("Evil" if text == SAFE else "U+001B") in result.stdout
        for printed in (result.stdout, result.stderr):
            assert not RAW.search(printed)
            forged = COMMAND.findall(printed)
            assert not forged or (form == "github" and len(forged) == len(printed.splitlines()))
    assert not (content.parent / "output").exists()


def test_what_a_verb_is_asked_for_is_not_raw(site_copy: Callable[[str], Path]) -> None:
    """A script that calls `explain` may have the name from elsewhere."""
    content = site_copy("libraries")
    result = build(f"--content={content}", SAFE, verb="explain")
    assert 1 == result.exit_code
    assert not RAW.search(result.stdout)
    assert not COMMAND.search(result.stdout)


TITLE = 'A <b> & "c" ]]> \u202eturned\u202c \u200b 😀 <![CDATA[ &#0; -->'


def test_feeds_and_maps_stay_well_formed(site_copy: Callable[[str], Path]) -> None:
    """Whatever stands in a title; and control characters never come so far."""
    content = site_copy("libraries")
    front = json.dumps(TITLE, ensure_ascii=False)
    (content / "odd.en.md").write_text(f"---\ntitle: {front}\ndescription: {front}\ndate: 2025-01-01\n---\nText\n")
    try:
        site = build_site(options(content))
    except SiteError as error:
        pytest.fail(str(error))
    parsed = {item.path for item in site.artifacts if item.path.endswith(".xml") and _is_xml(item.content)}
    assert {"sitemap.xml", "feed.xml"} <= {path.rpartition("/")[2] for path in parsed}
    feed = next(item.content.decode() for item in site.artifacts if item.path.endswith("feed.xml"))
    assert any(TITLE == element.text for element in ElementTree.fromstring(feed).iter())  # noqa: S314 -- our own


def _is_xml(content: bytes) -> bool:
    ElementTree.fromstring(content)  # noqa: S314 -- our own
    return True
