"""Whatever an author writes, the answer is a site or problems with their place; never a crash."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.build import build_site
from sitegen.problems.problem import SiteError

from ..conftest import options

SITE = 'languages = ["en"]\nbase_url = "https://example.org/"\ntitle = "Site"\n'
BODY_PIECES = [
    *(
        "{{",
        "}}",
        "{%",
        "%}",
        "{##",
        "##}",
        "{#",
        "#}",
        "fig",
        "(",
        ")",
        '"',
        "'",
        "x",
        " ",
        "\n",
        "\n\n",
        "for i in",
        "endfor",
    ),
    *(
        "```chart\n",
        "```\n",
        "~~~\n",
        "id: a\n",
        "kind: line\n",
        "[a]",
        "(b.md)",
        "](",
        "![",
        "<b",
        "<script>",
        "</",
        ">",
        "&",
        "|",
    ),
    *(
        "---",
        "# ",
        "## A {#a}\n",
        "[^1]",
        "[^1]: n\n",
        "!!! note\n",
        "    ",
        "\t",
        ": ",
        "*",
        "**",
        "_",
        "\\",
        "\x00",
        "đ",
        "\u2028",
    ),
    *(
        "page",
        ".title",
        ".__class__",
        "site",
        "data",
        "| md",
        "- 1",
        "- ",
        "1. ",
        "\u2063fence0\u2063",
        "<div data-chart=",
        "http://[x",
    ),
]
FRONT_PIECES = [
    *(
        "title: ",
        "A",
        '"',
        "'",
        "\n",
        ": ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "{{",
        "}}",
        "params:\n",
        "  a: ",
        "weight: ",
        "x",
        "1",
    ),
    *(
        "date: ",
        "2024-13-45",
        "aliases: ",
        "/a/",
        "&x ",
        "*x",
        "!!int ",
        "# ",
        "\t",
        "|\n",
        ">-\n",
        "draft: ",
        "yes",
        "null",
        "slug: ",
    ),
]
TOML_PIECES = [
    "[",
    "]",
    "[[nav]]\n",
    "page = ",
    '"index"',
    "\n",
    "title = ",
    "languages = ",
    '["en"]',
    '"',
    "base_url = ",
    "x",
    "=",
    "#",
]


def built(files: dict[str, str]) -> None:
    """Build a site of these files; problems are the answer to most, and each must have a place."""
    with TemporaryDirectory() as name:
        content = Path(name) / "content"
        content.mkdir()
        for path, text in files.items():
            (content / path).write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            build_site(options(content))
        except SiteError as error:
            assert error.problems
            assert all(problem.span.file and problem.message and problem.code for problem in error.problems)


def text_of(pieces: list[str]) -> st.SearchStrategy[str]:
    """Texts put together of pieces that mean something to a parser."""
    return st.lists(st.sampled_from(pieces), max_size=25).map("".join)


@settings(max_examples=150, deadline=None)
@given(text_of(BODY_PIECES))
def test_any_body_is_a_page_or_a_problem(body: str) -> None:
    """Braces, fences, links and tags in any order."""
    built({"site.toml": SITE, "index.en.md": f"---\ntitle: A\n---\n{body}"})


@settings(max_examples=150, deadline=None)
@given(text_of(FRONT_PIECES))
def test_any_front_matter_is_a_page_or_a_problem(front: str) -> None:
    """Keys, quotes, anchors and brackets in any order."""
    built({"site.toml": SITE, "index.en.md": f"---\n{front}\n---\n", "b.en.md": "---\ntitle: B\n---\n"})


@settings(max_examples=100, deadline=None)
@given(text_of(TOML_PIECES))
def test_any_settings_are_a_site_or_a_problem(text: str) -> None:
    """Tables, keys and values in any order."""
    built({"site.toml": text, "index.en.md": "---\ntitle: A\n---\n"})


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_a_page_or_a_problem(content: bytes) -> None:
    """A file that is anything but text."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "site.toml").write_text(SITE)
        (folder / "index.en.md").write_bytes(content)
        try:
            build_site(options(folder))
        except SiteError as error:
            assert error.problems
