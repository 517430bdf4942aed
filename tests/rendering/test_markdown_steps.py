"""The lean steps of Markdown make the same bytes as Python-Markdown does as it comes."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown, blockparser, htmlparser, inlinepatterns, preprocessors, serializers, treeprocessors
from markdown.extensions import attr_list, fenced_code, toc

from sitegen.rendering.markdown_steps import _BLOCK_MARKS, _MARKS, body_markdown
from sitegen.rendering.markup import ascii_slug

from ..conftest import ROOT

LEAN = body_markdown(ascii_slug, "Back")
PLAIN = Markdown(
    extensions=[
        "abbr",
        "admonition",
        "attr_list",
        "def_list",
        "fenced_code",
        "footnotes",
        "sane_lists",
        "tables",
        "toc",
    ],
    extension_configs={
        "toc": {"slugify": ascii_slug},
        "tables": {"use_align_attribute": True},
        "footnotes": {"BACKLINK_TITLE": "Back"},
    },
    output_format="html",
)
# pieces of which marks are made, whole and broken
PIECES = (
    *(
        "`",
        "``",
        "\\",
        "\\*",
        "[a](b)",
        "[a][1]",
        "[1]",
        "![p](q.png)",
        "![p][1]",
        "![1]",
        "[",
        "]",
        "(",
        ")",
        "<",
        ">",
    ),
    *(
        "<http://a.b>",
        "<a@b.c>",
        "<b>",
        "</b>",
        "<!-- x -->",
        "&amp;",
        "&",
        "*",
        "**",
        "***",
        "_",
        "__",
        "  \n",
        "\n",
        "\n\n",
    ),
    *("# H", "## H {#h}", "- x", "1. y", "> q", "| a | b |\n| - | -: |\n| c | d |", "[^1]", "\n[^1]: note\n", "[TOC]"),
    *(
        "\n[1]: http://e.f\n",
        "\n*[HTML]: Language\n",
        "HTML",
        "```\ncode *x*\n```",
        "    code",
        "!!! note",
        "word",
        "đồng",
        " ",
    ),
    *("{: .c }", "snake_case_word", "\x02", "\x03", "AT&T", "a\n: b", "---", "\n***\n"),
    *(
        "Title\n===",
        "Title\n---\n",
        "+ p",
        "* s",
        "___",
        "1) y",
        ": d",
        "    + in",
        "    > in",
        "\t",
        "!!! tip ''\n    in",
    ),
    *(
        "{: hidden=hidden b=a }",
        "{ .x #y }",
        '{: title="a < b & c > d" }',
        "<br hidden>",
        "<pre>a</pre>",
        "\\{",
        "&#92;",
    ),
    *("<style>a > b</style>", "| a |\n| - |\n| b |", "`a | b`", "*[A]: B", "A", "[^2]:\n    p\n\n    q", "<x@y.z>"),
)


def both(text: str) -> tuple[tuple[str, list[object]], tuple[str, list[object]]]:
    """The HTML and the headings that either makes of a text."""
    plain, lean = PLAIN.reset().convert(text), LEAN.reset().convert(text)
    return (plain, PLAIN.toc_tokens), (lean, LEAN.toc_tokens)  # type: ignore[attr-defined]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_marks_are_converted_alike(text: str) -> None:
    """Whatever stands beside whatever, the lean steps leave nothing out that would have changed the page."""
    plain, lean = both(text)
    assert plain == lean


@pytest.mark.parametrize("folder", ["content", "tests/sites"])
def test_written_pages_are_converted_alike(folder: str) -> None:
    """So are all the bodies of the sites here, and the documents."""
    files: list[Path] = [*sorted((ROOT / folder).rglob("*.md")), *sorted(ROOT.glob("*.md"))]
    assert len(files) > 10
    for file in files:
        plain, lean = both(file.read_text(encoding="utf-8"))
        assert plain == lean, file


# what markdown_steps.py overrides or calls and Python-Markdown doesn't document, by where it is
PRIVATE: dict[object, tuple[str, ...]] = {
    Markdown: ("is_block_level", "convert"),
    blockparser.BlockParser: ("parseBlocks",),
    htmlparser.HTMLExtractor: ("check_for_whole_start_tag", "feed", "close"),
    preprocessors.HtmlBlockPreprocessor: ("run",),
    inlinepatterns.LinkInlineProcessor: ("getText", "getLink"),
    treeprocessors.InlineProcessor: ("_InlineProcessor__handleInline", "_InlineProcessor__applyPattern"),
    treeprocessors.UnescapeTreeprocessor: ("run",),
    attr_list.AttrListTreeprocessor: ("run",),
    fenced_code.FencedBlockPreprocessor: ("FENCED_BLOCK_RE",),
    toc.TocTreeprocessor: ("replace_marker", "build_toc_div"),
    toc.TocExtension: ("TreeProcessorClass",),
    serializers: ("RE_AMP", "to_html_string"),
}
# blocks of which no mark is known
ANY_BLOCK = {"empty", "indent", "code", "paragraph", "admonition", "defindent"}


def test_python_markdown_is_the_version_that_the_steps_were_written_for() -> None:
    """Each private name that is overridden is still there, and there is no pattern or block that the steps miss."""
    moved = (
        f"Python-Markdown {version('markdown')} is installed, and sitegen/rendering/markdown_steps.py was written for "
        "3.11. Compare the methods named in PRIVATE with those of 3.11, and what each inline pattern and block holds "
        "with _MARKS and _BLOCK_MARKS; then change the pin in pyproject.toml and this test."
    )
    assert version("markdown").startswith("3.11."), moved
    missing = [(owner, name) for owner, names in PRIVATE.items() for name in names if not hasattr(owner, name)]
    assert [] == missing, moved
    patterns, blocks = (
        {item.name for item in vars(registry)["_priority"]}
        for registry in (PLAIN.inlinePatterns, PLAIN.parser.blockprocessors)
    )
    assert set(_MARKS) == patterns, moved
    assert set(_BLOCK_MARKS) == blocks - ANY_BLOCK, moved
