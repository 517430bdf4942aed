"""What an author's text may use up, and that no text prints what would differ from build to build."""

from __future__ import annotations

import datetime
import time
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sitegen.build import build_site
from sitegen.content.settings import load_settings
from sitegen.language.labels import load_labels
from sitegen.problems.problem import Problem, SiteError
from sitegen.rendering.sandbox import Sandbox
from sitegen.rendering.sandbox.budget import Budget
from sitegen.text.located import SourceText

from ..conftest import ROOT, options

# a text of so many bytes is what an author could write in a day; what it makes stays far below this
MOST_BYTES = 200_000_000
MOST_SECONDS = 10
CONTEXT: Mapping[str, Any] = {
    "fig": lambda key: key,
    "page": {"day": datetime.date(2024, 12, 31), "thing": object(), "tags": ["a", "b"]},
    "figures": [object() for _ in range(5_000)],
}


def rendered(text: str) -> tuple[str | None, list[Problem]]:
    """What a sandbox makes of a text, and what it finds wrong."""
    problems: list[Problem] = []
    return Sandbox().render(text, SourceText("page.en.md", text), 1, CONTEXT, problems), problems


def repeated(begin: str, step: str, times: int, end: str) -> str:
    return begin + step * times + end


TOO_MUCH = {
    "nested loops": "{% for a in range(10000) %}{% for b in range(10000) %}{% endfor %}{% endfor %}",
    "loops that pass over all": "{% for a in range(9999) %}{% for b in range(9999) if false %}{% endfor %}{% endfor %}",
    "loops within a filter": "{% for a in range(10000) %}{{ range(10000)|reject|list|length }}{% endfor %}",
    "loops that copy": "{% for a in range(10000) %}{% set b = (range(9000)|list)[1:] %}{% endfor %}",
    "loops that compare": "{% set a = range(9000)|list %}{% for b in range(10000) %}{{ a == a }}{% endfor %}",
    "loops that look": "{% set a = range(9000)|list %}{% for b in range(10000) %}{{ -1 in a }}{% endfor %}",
    "recursive loop": "{% for a in range(10000) recursive %}{{ loop(range(10000)) }}{% endfor %}",
    "macro": "{% macro m(n) %}{{ m(n) }}{{ m(n) }}{% endmacro %}{{ m(1) }}",
    "macro that ends": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
    "macro of much text": repeated("{% macro m() %}", "x" * 100, 100, "{% endmacro %}")
    + "{% for a in range(10000) %}{{ m() }}{% endfor %}",
    "caller": "{% macro m() %}{{ caller() }}{{ caller() }}{% endmacro %}"
    + repeated("", "{% call m() %}", 18, "x" * 1000)
    + "{% endcall %}" * 18,
    "block": "{% block a %}{{ self.a() }}{{ self.a() }}{% endblock %}",
    "loop of much text": repeated("{% for a in range(10000) %}", "x" * 100, 100, "{% endfor %}"),
    "ljust": '{{ "x".ljust(1000000000) }}',
    "rjust": '{{ "x".rjust(1000000000) }}',
    "center": '{{ "x".center(1000000000) }}',
    "center, the filter": '{{ "x"|center(1000000000) }}',
    "zfill": '{{ "x".zfill(1000000000) }}',
    "expandtabs": '{{ "\t".expandtabs(1000000000) }}',
    "percent": '{{ "%1000000000d" % 1 }}',
    "percent, precision": '{{ "%.1000000000f" % 1 }}',
    "percent, width given": '{{ "%*d" % (1000000000, 1) }}',
    "percent, by name": '{{ "%(a)1000000000s" % {"a": 1} }}',
    "format": '{{ "{:1000000000}".format(1) }}',
    "format, width given": '{{ "{:{}}".format(1, 1000000000) }}',
    "format, of markup": '{{ ("{:1000000000}"|safe).format(1) }}',
    "format_map": '{{ "{a:1000000000}".format_map({"a": 1}) }}',
    "format, the filter": '{{ "%1000000000s"|format(1) }}',
    "format, mapped": '{{ ["%1000000000s"]|map("format", 1)|list|length }}',
    "indent": '{{ "x"|indent(1000000000, true) }}',
    "indent of a block": "{% filter indent(1000000000) %}a\nb{% endfilter %}",
    "tojson": "{{ [1]|tojson(indent=1000000000) }}",
    "slice": "{{ [1]|slice(1000000000)|list|length }}",
    "batch": '{{ [1]|batch(1000000000, "x")|list|length }}',
    "wordwrap": '{{ range(9000)|list|join(",")|wordwrap(1, true, "x" * 9000) }}',
    "round": "{{ 1|round(-1000000000) }}",
    "power": "{{ 9 ** (9 ** 9) }}",
    "repeated text": '{{ "x" * 1000000000 }}',
    "repeated list": "{{ ([1] * 1000000000)|length }}",
    "replace": '{{ ("x" * 9000).replace("", "y" * 9000)|length }}',
    "join": '{{ (["x" * 9000] * 9000)|join|length }}',
    "squares": repeated("{% set a = 10 %}", "{% set a = a * a %}", 40, "{{ a }}"),
    "doubling by ~": repeated("{% set a = 'x' %}", "{% set a = a ~ a %}", 60, "{{ a|length }}"),
    "doubling by +": repeated("{% set a = 'x' %}", "{% set a = a + a %}", 60, "{{ a|length }}"),
    "doubling by join": repeated("{% set a = 'xx' %}", "{% set a = [a, a]|join %}", 60, "{{ a|length }}"),
    "doubling by set": repeated("{% set a = 'x' %}", "{% set a %}{{ a }}{{ a }}{% endset %}", 60, "{{ a|length }}"),
    "doubling by tojson": repeated("{{ '\"'", "|tojson", 60, "|length }}"),
    "doubling lists": repeated("{% set a = ['x'] %}", "{% set a = [a, a] %}", 60, "{{ a|tojson|length }}"),
    "doubling tuples": repeated("{% set a = ('x',) %}", "{% set a = (a, a) %}", 60, "{{ a|string|length }}"),
    "doubling mappings": repeated("{% set a = 1 %}", "{% set a = {'a': a, 'b': a} %}", 60, "{{ fig(a) }}"),
    "equal after doubling": repeated(
        "{% set a = ['x'] %}{% set b = ['x'] %}", "{% set a = [a, a] %}{% set b = [b, b] %}", 60, "{{ a == b }}"
    ),
    "brackets": repeated("{{ ", "(", 5000, "1" + ")" * 5000 + " }}"),
    "lists in lists": repeated("{{ ", "[", 900, "]" * 900 + "|length }}"),
    "terms": repeated("{{ 1", " + 1", 5000, " }}"),
    "attributes": repeated("{{ page", ".a", 5000, " }}"),
    "filters": repeated("{{ 1", "|abs", 5000, " }}"),
    "ifs in ifs": repeated("", "{% if 1 %}", 2000, "{% endif %}" * 2000),
    "loops in loops": repeated("", "{% for a in [1] %}", 30, "{% endfor %}" * 30),
    "number": repeated("{{ 1", "1", 9000, " }}"),
    "exponent": "{{ 1e999999999 }}",
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_too_much_is_told_at_its_line(name: str) -> None:
    """It takes little time to find that a text would take much."""
    began = time.process_time()

    text, problems = rendered(f"First line.\n\n{TOO_MUCH[name]}\n")

    seconds = time.process_time() - began
    assert text is None
    assert [3] == [problem.span.line for problem in problems]
    assert problems[0].code in ("template-limit", "template-forbidden", "template-syntax", "template-error")
    assert len(problems[0].message) < 400
    assert seconds < MOST_SECONDS


# to trace memory makes loops slow
@pytest.mark.parametrize("name", [name for name in TOO_MUCH if "loop" not in name and "macro" not in name])
def test_too_much_takes_little_memory(name: str) -> None:
    """Nothing large is made before it is refused."""
    tracemalloc.start()
    rendered(TOO_MUCH[name])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < MOST_BYTES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{{ "abc"|upper }} {{ "a,b".split(",")|join("-") }} {{ "x".ljust(3) }}|', "ABC a-b x  |"),
        (
            '{{ "{:,}".format(8053663) }} {{ "%d people" % 8053663 }} {{ "%.2f" % 1.5 }}',
            "8,053,663 8053663 people 1.50",
        ),
        ('{{ "Note: {} in 2024".format(3) }} {{ "{0[day]}".format(page) }}', "Note: 3 in 2024 2024-12-31"),
        ("{{ [1, 5, 30000]|select('gt', 2)|list|sum }} {{ 99999|default(100000) }}", "30005 99999"),
        ("{{ page.day.year }} {{ page.day.isoformat() }} {{ 12.345|round(1) }}", "2024 2024-12-31 12.3"),
        ("{% for tag in page.tags %}{{ loop.index }}{{ tag }}{% endfor %}", "1a2b"),
        ('{{ {"a": 1}.items()|length }}{{ page.tags.index("b") }}{{ {"a": 1}.get("a") }}', "111"),
        ("{{ 2 ** 10 }} {{ 7 // 2 }} {{ 'ab' * 3 }} {{ 1 < 2 and 'a' in page.tags }}", "1024 3 ababab True"),
        ("{{ figures|length }} {{ range(3)|list|tojson }} {{ figures[:2]|length }}", "5000 [0, 1, 2] 2"),
        ("{% macro m(a) %}<{{ a }}{{ caller() }}>{% endmacro %}{% call m(2) %}!{% endcall %}", "<2!>"),
    ],
)
def test_what_authors_write_is_worked_out(text: str, expected: str) -> None:
    """The budget and the named parts of values leave everyday expressions alone."""
    assert (expected, []) == rendered(text)


def test_a_long_list_is_no_mistake() -> None:
    """A body may go through every figure of a large site."""
    line = "{{ loop.index }}: {{ fig('a') }}, {{ 'x' ~ loop.index0 }}"
    text, problems = rendered("{% for a in figures %}" + line + "\n{% endfor %}")
    assert not problems
    assert text is not None
    assert 5_000 == text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        "{{ page.thing }}",
        "{{ page.thing ~ '' }}",
        "{{ page.thing|string }}",
        "{{ [page.thing]|join }}",
        "{{ [page.thing]|string }}",
        "{{ '%s' % page.thing }}",
        "{{ '{}'.format(page.thing) }}",
        "{{ '{!r}'.format(page) }}",
        "{{ page.thing|upper }}",
        "{{ page|pprint }}",
        "{{ [1, page.thing]|map('string')|list|length }}",
        "{{ fig ~ '' }}",
        "{{ [1]|map('abs')|string }}",
        "{{ [1]|random }}",
        "{{ lipsum(1) }}",
        "{{ page.day.today() }}",
        "{{ page.day.fromtimestamp(0) }}",
        "{{ page.day.strftime('%s') }}",
        "{{ page.day.ctime() }}",
        "{{ 'a'.encode() }}",
        "{{ 'a'.translate({}) }}",
        "{{ (1).to_bytes(9999, 'big') }}",
        "{{ cycler(1) }}",
    ],
)
def test_nothing_is_printed_that_differs_from_build_to_build(text: str) -> None:
    """No address of memory, no chance, no clock, no time zone."""
    printed, problems = rendered(text)
    assert problems
    assert "0x" not in (printed or "")


def test_texts_share_a_budget() -> None:
    """Many texts of a page, each within bounds, are not: the first that goes too far is told, and none after it."""
    text = "{% for a in range(10000) %}{% for b in range(10) %}{% endfor %}{% endfor %}"
    sandbox, problems = Sandbox(), []  # type: ignore[var-annotated]
    with sandbox.granted(Budget()):
        made = [sandbox.render(text, SourceText("page.en.md", text), 1, {}, problems) for _ in range(10)]
    assert ["template-limit"] == [problem.code for problem in problems]
    assert "" == made[0] and made[-1] is None
    assert "" == sandbox.render(text, SourceText("page.en.md", text), 1, {}, problems)


def test_a_mistake_in_a_loop_is_told_once() -> None:
    """However often it is met."""
    _, problems = rendered("{% for a in range(10000) %}{{ nope }}{{ figures }}{% endfor %}")
    assert ["template-undefined", "template-error"] == [problem.code for problem in problems]


def test_a_page_is_told_of_many_wrong_calls_in_bounded_time(site_copy: Callable[[str], Path]) -> None:
    """To find the place of each of ten thousand would take minutes."""
    content = site_copy("libraries")
    page = content / "sources.en.md"
    page.write_text(page.read_text() + "\n{% for a in range(10000) %}{{ fig('nope-' ~ a) }}{% endfor %}\n")
    with pytest.raises(SiteError) as error:
        build_site(options(content))
    assert 500 < len(error.value.problems) < 510


BOMB = "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}"
FENCE = f"\n```chart\nid: bomb\nkind: bar\nindicator: loans\ntitle: '{BOMB}'\n```\n"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("sources.en.md", "title:", f"description: '{BOMB}'\ntitle:"),
        ("sources.en.md", "layout: sources", f"params: {{headline: {{statement: '{BOMB}'}}}}\nlayout: home"),
        ("data/observations.csv", "Revised after a recount.", f'"{BOMB}"'),
        ("data/derived.toml", 'note = "', f'note = "{BOMB}'),
        ("index.en.md", "\n---\n", f"\n---\n{FENCE}"),
        ("index.en.md", "\n---\n", f"\n---\n{BOMB}"),
    ],
    ids=["description", "params", "note", "computed", "chart", "body"],
)
def test_every_text_has_a_budget(file: str, old: str, new: str, site_copy: Callable[[str], Path]) -> None:
    """Front matter, params, the notes of the data and of computed figures, charts and bodies."""
    content = site_copy("libraries")
    text = (content / file).read_text()
    assert old in text
    (content / file).write_text(text.replace(old, new, 1))
    with pytest.raises(SiteError) as error:
        build_site(options(content))
    assert "template-limit" in {problem.code for problem in error.value.problems}


@pytest.mark.parametrize("placeholder", ["{format:1000000000}", "{format!r}", "{format.__class__}", "{format[0]}"])
def test_a_label_has_plain_placeholders(placeholder: str, tmp_path: Path) -> None:
    """A label of site.toml with a format of its own is told, and the English one stands for it."""
    labels = f'[labels.en]\ndownload = "Get {placeholder}"\n'
    (tmp_path / "site.toml").write_text(
        f'languages = ["en"]\nbase_url = "https://example.org/"\n[title]\nen = "T"\n{labels}'
    )
    problems: list[Problem] = []
    found = load_labels([ROOT / "templates"], load_settings(tmp_path, "", problems), problems)
    assert ["label-placeholder"] == [problem.code for problem in problems]
    assert "Download CSV" == found["en"]("download", format="CSV")


@pytest.mark.parametrize("value", ["page", "site.data", "site.pages", "data.figures[0]", "fig", "page.nav|map('abs')"])
def test_a_template_prints_no_address(value: str, site_copy: Callable[[str], Path], tmp_path: Path) -> None:
    """A page or a function in a layout is told at the template's line."""
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "sources.html").write_text(f"<p>\n{{{{ {value} }}}}\n</p>")
    given = options(site_copy("libraries"))
    with pytest.raises(SiteError) as error:
        build_site(replace(given, templates=(templates, *given.templates)))
    assert {2} == {problem.span.line for problem in error.value.problems if problem.span.file.endswith("sources.html")}


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ('{{ ["b", "a"] | map("upper") | join("; ") }}', "B; A"),
        ('{{ [1, 2, 3] | select("odd") | join(",") }}', "1,3"),
        ('{{ ["b", "a"] | map("upper") | sort | first }}', "A"),
    ],
)
def test_what_map_and_select_give_can_be_joined(text: str, printed: str) -> None:
    """They give their items one by one."""
    assert printed == rendered(text)[0]
