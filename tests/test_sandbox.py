"""Bodies are data: what an author writes can read what it is given, and reach nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen.checks.policy import policy_violations  # noqa: F401 -- what the last test relies on
from sitegen.pipeline import build_site
from sitegen.problems import Problem, SiteError

from .conftest import options

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
