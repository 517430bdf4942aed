"""Bodies of marks alone, and bodies nested without end: a page or a problem with its place, and soon."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen.build import build_site
from sitegen.problems.problem import Problem, SiteError

from ..conftest import options

UNITS = [
    *("[", "]", "![", "[[", "[!", "[^1]", "[^", "[a](", "[a](<", '[a](b "', "[a]: b\n", "[a][b]", "[]", "[]()"),
    *("*[", "*[a]: b\n", "<", "<a", "<a ", "<a b=c ", '<a b="', "</", "</a>", "<>", "<div>", "<div>\n\n"),
    *("</div>\n", "<p>", "<b>", "<b>*", "<table><tr>", "<!", "<!--", "<!-- a -->", "<![", "<![CDATA[", "]]>", "<?"),
    *("<? ?>", "<!D", "<svg>", "<pre>", "<details>\n", "<br>", "&", "&#", "&amp;", "*", "**", "*a", "*a*", "_a"),
    *("***a", "`", "`a", "``a`", "\\", "\\[", "|", "a|b\n-|-\n", "|-", "- ", "- a\n", "> ", ">", "1. ", "1. a\n"),
    *("- > ", "* * ", ": a\n", "a\n: b\n\n", "!!! note\n", "# a\n", "# ", "#", "a\n===\n", "a\n-\n", "---\n", "{"),
    *("{#a}", "# a {#b}\n", "{{", "{%", "}}", "{##", "{{ a }}", "http://", "<a@b>", "a  \n", "[TOC]\n", "\n", " "),
    *("    ", "\t", "\u2063fence0\u2063", "```\n", "~~~", "```a\n", "```chart\n", "    ```chart\n", "a ", "a", "é"),
    "[^1]: n\n\n    x\n",
]


def repeated(unit: str) -> Callable[[int], str]:
    """A text of one length or another, of the same marks all through."""
    return lambda length: unit * (length // len(unit))


def steps(mark: str, width: int) -> Callable[[int], str]:
    """Lines, each further in than the one before."""
    return lambda length: "".join(f"{' ' * (width * n)}{mark}\n" for n in range(int((2 * length / width) ** 0.5)))


SHAPES: dict[str, Callable[[int], str]] = {
    **{f"{unit!r} again and again": repeated(unit) for unit in UNITS},
    "blanks, then a chart": lambda length: " " * 60 + "x\n" + "- " * 30 + "x\n" + " " * length + "```char",
    "ticks, blanks, a tick": lambda length: "```" + " " * length + "`",
    "list in list": steps("- a", 2),
    "list in list, far in": steps("- a", 4),
    "numbers in numbers": steps("1. a", 4),
    "note in note": steps("!!! note", 4),
    "footnote in footnote": steps("[^1]: a\n", 4),
    "definition in definition": steps(":   a", 4),
    "quote in quote": lambda length: "\n".join(">" * n + " a" for n in range(1, int((2 * length) ** 0.5))),
    "closed brackets": lambda length: "[" * (length // 2) + "]" * (length // 2),
    "closed links": lambda length: "[" * (length // 5) + "](a)" * (length // 5),
    "closed elements": lambda length: "<div>" * (length // 11) + "</div>" * (length // 11),
    "closed words": lambda length: "<b>" * (length // 7) + "</b>" * (length // 7),
    "emphasis": lambda length: "*a **b " * (length // 14) + "c** d*" * (length // 14),
    "many notes": lambda length: "".join(f"x[^{n}]\n\n[^{n}]: y\n\n" for n in range(length // 18)),
    "many abbreviations": lambda length: "".join(f"*[A{n}]: y\n" for n in range(length // 16)) + "A1 " * (length // 6),
    "wide table": lambda length: "\n".join("|".join(mark * (length // 6)) for mark in "a-a"),
    "one heading many times": lambda length: "# Ba Vì\n\n" * (length // 9),
    "fences in a loop": lambda length: "{% for a in range(9999) %}\n```\n" + "x" * length + "\n```\n{% endfor %}",
    "place of a chart": lambda length: '<div data-chart="0"></div>' * (length // 26),
}


def built(content: Path, shapes: dict[str, str]) -> tuple[Problem, ...]:
    """What is wrong with a site that has a page of each text."""
    for number, text in enumerate(shapes.values()):
        (content / f"page-{number}.en.md").write_text(f"---\ntitle: Page {number}\n---\n\n{text}\n")
    try:
        build_site(options(content))
    except SiteError as error:
        return error.problems
    return ()


def test_each_body_is_a_page_or_a_problem(site_copy: Callable[[str], Path]) -> None:
    """All of them in one site: no traceback, and no page takes the others' time."""
    found = built(site_copy("plain"), {name: shape(3_000) for name, shape in SHAPES.items()})
    assert "markdown-nesting" in {problem.code for problem in found}
    assert all(problem.span.line for problem in found if problem.code.startswith(("markdown", "template", "time")))
    assert {"markdown-error", "time-limit"}.isdisjoint(problem.code for problem in found)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_twenty_kilobytes_take_seconds(name: str, site_copy: Callable[[str], Path]) -> None:
    """Each by itself."""
    content = site_copy("plain")
    began = time.process_time()
    built(content, {name: SHAPES[name](20_000)})
    assert time.process_time() - began < 10


def test_nesting_is_told_where_it_is(site_copy: Callable[[str], Path]) -> None:
    """At the line that is nested too deep, not where the body begins."""
    found = built(site_copy("plain"), {"deep": "Text.\n\nMore text.\n\n" + "1. " * 3_000 + "x\n\nThe end."})
    assert [("markdown-nesting", 9)] == [(problem.code, problem.span.line) for problem in found]


def test_a_page_that_takes_too_long_is_told(site_copy: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """The net below what is written not to take long: the page is told, and the next one is converted as ever."""
    from markdown.blockparser import BlockParser

    parse = BlockParser.parseDocument

    def endless(self: BlockParser, lines: list[str]) -> object:
        while "endless" in lines:
            pass
        return parse(self, lines)

    monkeypatch.setattr(BlockParser, "parseDocument", endless)
    monkeypatch.setattr("sitegen.rendering.renderer._SECONDS", 0.2)
    found = built(site_copy("plain"), {"endless": "endless", "other": "# A [link](nowhere.md)\n"})
    assert ["time-limit", "link-broken"] == [problem.code for problem in found]
