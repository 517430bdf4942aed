"""Bodies are data: what an author writes can read what it is given, and reach nothing else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen.build import build_site
from sitegen.checks.policy import policy_violations  # noqa: F401 -- what the last test relies on
from sitegen.problems.problem import Problem, SiteError

from ..conftest import options

ATTACKS = [
    '{{ "".__class__.__mro__ }}',
    "{{ fig.__func__.__globals__ }}",
    "{{ fig.__self__ }}",
    "{{ page._page.front.source }}",
    "{{ site._addresses }}",
    "{{ data._dataset }}",
    '{{ "{0.__class__}".format(page) }}',
    "{{ page.params.update({}) }}",
    "{{ data.observations.append(1) }}",
    '{% include "base.html" %}',
    '{% import "base.html" as x %}',
    '{% extends "base.html" %}',
    "{{ self.__init__ }}",
    "{{ lipsum.__globals__ }}",
    "{{ range(1000000) | list }}",
    '{{ ("a" | attr("__class__")) }}',
    "{% set x = namespace(a=page) %}{{ x.a }}",
    "{{ config }}",
    "{{ 1 / 0 }}",
]


def problems(content: Path) -> tuple[Problem, ...]:
    """What is wrong with a site; none when it builds."""
    try:
        build_site(options(content))
    except SiteError as error:
        return error.problems
    return ()


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_body_can_not_leave_the_sandbox(attack: str, site_copy: Callable[[str], Path]) -> None:
    """Each attempt is a problem at its own line of the page, and nothing is built."""
    content = site_copy("libraries")
    page = content / "sources.en.md"
    page.write_text(page.read_text() + f"\n{attack}\n")
    line = page.read_text().count("\n")
    found = problems(content)
    assert found
    assert {line} == {problem.span.line for problem in found if problem.span.file.endswith("sources.en.md")}


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<script src="https://evil.example/x.js"></script>',
        '<img src="x.png" alt="" onerror="alert(1)">',
        '<p style="color: red">x</p>',
        "<style>p { color: red }</style>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="java\nscript:alert(1)">x</a>',
        '<iframe src="https://evil.example/"></iframe>',
        '<link rel="stylesheet" href="//evil.example/x.css">',
        '<base href="https://evil.example/">',
        '<form action="https://evil.example/"><input></form>',
        "[x](javascript:alert(1))",
        "![x](https://evil.example/x.png)",
        '<svg><use href="https://evil.example/x.svg#a"/></svg>',
        '<img srcset="https://evil.example/x.png 2x" src="" alt="">',
    ],
)
def test_a_body_can_not_break_the_content_policy(html: str, site_copy: Callable[[str], Path]) -> None:
    """Raw HTML that would act, or ask another host, is a problem; it is not passed on to the browser's mercy."""
    content = site_copy("plain")
    page = content / "index.en.md"
    page.write_text(page.read_text() + f"\n{html}\n")
    assert "policy" in {problem.code for problem in problems(content)}


def test_text_of_data_and_front_matter_is_escaped(site_copy: Callable[[str], Path]) -> None:
    """Markup in a title, a description, a cell or a label stays text."""
    content = site_copy("libraries")
    page = content / "sources.en.md"
    page.write_text(page.read_text().replace("title: Sources", "title: '<b>Sources</b> & \"more\"'"))
    for name in ("indicators", "areas", "sources"):
        table = content / "data" / f"{name}.csv"
        table.write_text(table.read_text().replace("Loans", "<i>Loans</i>").replace("Library survey", "<u>Survey</u>"))
    built = build_site(options(content))
    html = "".join(item.content.decode() for item in built.artifacts if item.path.endswith(".html"))
    for markup in ("<b>Sources", "<i>Loans", "<u>Survey"):
        assert markup not in html
        assert markup.replace("<", "&lt;").replace(">", "&gt;") in html


def test_a_link_out_of_the_content_folder_is_refused(site_copy: Callable[[str], Path], tmp_path: Path) -> None:
    """Neither a symbolic link nor a path with .. brings a file of elsewhere into the site."""
    content = site_copy("plain")
    (tmp_path / "secret.txt").write_text("secret")
    (content / "secret.txt").symlink_to(tmp_path / "secret.txt")
    page = content / "index.en.md"
    page.write_text(page.read_text() + "\n[x](../secret.txt)\n")
    assert {"path-outside"} == {problem.code for problem in problems(content)}
    (content / "secret.txt").unlink()
    assert {"link-broken"} == {problem.code for problem in problems(content)}


UNPRINTABLE = ['{{ "\\ud800" }}', '{{ "a\\x1bb" }}', '{{ "%c"|format(27) }}', '{{ "\\uffff"|e }}', '{{ "\\x00" ~ 1 }}']


@pytest.mark.parametrize("text", UNPRINTABLE)
@pytest.mark.parametrize("place", ["body", "title", "note"])
def test_a_template_prints_no_character_that_no_text_holds(
    place: str, text: str, site_copy: Callable[[str], Path]
) -> None:
    """What may not be typed may not be made either: it would reach feeds, and end a build in the middle."""
    content = site_copy("libraries")
    if place == "note":
        path = content / "data" / "indicators.csv"
        cell = '"' + text.replace('"', '""') + '"'
        path.write_text(path.read_text(encoding="utf-8").replace("Books lent in a year.", cell), encoding="utf-8")
    else:
        title = json.dumps(text) if place == "title" else "T"
        body = text if place == "body" else "Text."
        (content / "odd.en.md").write_text(f"---\ntitle: {title}\n---\n{body}\n", encoding="utf-8")
    found = problems(content)
    assert {"character-unprintable"} == {problem.code for problem in found}
    assert all(problem.span.line for problem in found)


NO_TEXTS = ["1", "None", "[]", "{}", "(1,)", "page", "fig", "1.5", "true"]
CALLS = [
    *("fig({0})", "period({0})", "date({0})", "literal({0})", "indicator({0})", "source({0})", "link({0})", "t({0})"),
    *("chart_ref({0})", "table({0})", "cell({0}, {0}, {0})", 'cell("loans", {0}, {0})', 'link("index", {0})'),
    *('source("survey", {0})', 'table("observations", columns={0})', 'table("observations", columns=[{0}])'),
    *("data.figures[{0}]", "data.areas[{0}].name", "data[{0}]", "pages[{0}]", "page[{0}]", "site[{0}]"),
    *("data.figures[{0}] is defined", "indicator({0}) is defined", "fig('x', unit={0})", "pages.in_folder({0})"),
]


@pytest.mark.parametrize("call", CALLS)
def test_what_is_no_text_names_nothing(call: str, site_copy: Callable[[str], Path]) -> None:
    """Functions and look-ups are given any value: a text, or a problem at the line."""
    content = site_copy("libraries")
    lines = "\n".join(f"{{{{ {call.format(value)} }}}}" for value in NO_TEXTS)
    (content / "odd.en.md").write_text(f"---\ntitle: T\n---\n{lines}\n", encoding="utf-8")
    for _ in range(2):
        assert all(problem.span.line >= 4 for problem in problems(content))


def test_lists_in_lists_count_as_text(site_copy: Callable[[str], Path]) -> None:
    """An empty list is two characters and a line, which may be far in."""
    content = site_copy("plain")
    for value in ("[[]] * 1000", "[{}] * 1000", "[[[]]] * 500"):
        body = f"{{{{ ({value})|tojson(indent=10**6) }}}}"
        (content / "odd.en.md").write_text(f"---\ntitle: T\n---\n{body}\n", encoding="utf-8")
        assert ["template-limit"] == [problem.code for problem in problems(content)]


DOUBLED = "{% set a0 = (1,) %}" + "".join(f"{{% set a{n} = (a{n - 1}, a{n - 1}) %}}" for n in range(1, 41))
LONG_STEPS = [
    *(
        "{{ 1|round(1000000, 'ceil') }}",
        "{{ 1.5|round(-99999, 'floor') }}",
        "{{ ([[1]] * 99000)|sum(start=[])|length }}",
    ),
    "{% for x in [1]|batch(2000000, 'x') %}{% endfor %}",
    *(DOUBLED + each for each in ("{{ {}[a40] }}", "{{ {a40: 1}|length }}", "{{ a40 ~ '' }}", "{{ a40 in [1] }}")),
]


@pytest.mark.parametrize("text", LONG_STEPS)
@pytest.mark.parametrize("place", ["body", "note"])
def test_no_single_step_takes_long(place: str, text: str, site_copy: Callable[[str], Path]) -> None:
    """One operation of Python's can't be cut off: ten to the power of a million, again and again."""
    content = site_copy("libraries")
    text = "{% for a in range(9999) %}" + text + "{% endfor %}"
    if place == "note":
        path = content / "data" / "indicators.csv"
        cell = '"' + text.replace('"', '""') + '"'
        path.write_text(path.read_text(encoding="utf-8").replace("Books lent in a year.", cell), encoding="utf-8")
    else:
        (content / "odd.en.md").write_text(f"---\ntitle: T\n---\n{text}\n", encoding="utf-8")
    began = time.process_time()
    assert {"template-limit", "template-error"} >= {problem.code for problem in problems(content)}
    assert problems(content)
    assert time.process_time() - began < 10
