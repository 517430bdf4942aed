"""Data that nobody means well with: each is a site or problems with their place, and takes no longer than others."""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Mapping
from pathlib import Path

import pytest

from sitegen.build import build_site
from sitegen.problems.characters import unfit_in_name, unprintable
from sitegen.problems.problem import Problem, SiteError, did_you_mean
from sitegen.storage.output_folder.folder import replace_output
from sitegen.text.author_patterns import AuthorPattern, PatternError
from sitegen.text.located import decode_text
from sitegen.text.toml_keys import DEEPEST, toml_keys

from ..conftest import options
from ..test_bad_sites import HOME, SITE, TABLES, write

# a build of these sites takes a tenth of a second; what hangs, or grows with the square, takes minutes
LONGEST = 20.0
HEADER = "id,indicator,area,period,value,qualifier,status,source\n"
LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
MERGES = "a0: &a0 {k: x}\n" + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 40))
CHAIN = "a0: &a0 {k: x}\n" + "".join(f"a{n}: &a{n} {{<<: *a{n - 1}, b{n}: 1}}\n" for n in range(1, 900))


def told(folder: Path, files: Mapping[str, str | bytes], thorough: bool = False) -> tuple[Problem, ...]:
    """What is told of a site with these files beside a home page and tables; nothing of one that is built."""
    tables = {f"content/data/{name}.csv": text for name, text in TABLES.items()}
    write(folder, {"content/site.toml": SITE, "content/index.en.md": HOME, **tables, **files})
    began = time.process_time()
    try:
        chosen = options(folder / "content")
        site = build_site(type(chosen)(**{**vars(chosen), "thorough": thorough}))
        replace_output(folder / "output", site.artifacts)
        problems: tuple[Problem, ...] = ()
    except SiteError as error:
        problems = error.problems
        assert problems
    assert time.process_time() - began < LONGEST
    assert all(problem.span.file and problem.code and problem.message for problem in problems)
    return problems


def codes(problems: tuple[Problem, ...]) -> set[str]:
    """The codes of problems, each of which must be at a line."""
    assert all(problem.span.line for problem in problems), problems
    return {problem.code for problem in problems}


# -- YAML


@pytest.mark.parametrize(
    "params",
    [
        LAUGHS,
        MERGES,
        CHAIN,
        "t: &t " + "x" * 5000 + "\nl: [" + ", ".join(["*t"] * 1000) + "]",
        "a: " + "[" * 900 + "]" * 900,
        "a: " + "[" * 20000,
        "a: " + "{a: " * 900 + "1" + "}" * 900,
        "a:\n  " + "- " * 2000 + "x",
        "a:\n  " + "? " * 2000 + "x",
        "".join(" " * depth + "a:\n" for depth in range(200)),
        "a: &a [*a]",
        LAUGHS.split("a9:")[0] + "? [*a8, *a8]\n: 1",
        "? {a: b}\n: 1",
        "a: " + "9" * 5000,
        "a: 0x" + "f" * 5000,
        "a: " + ":".join(["1"] * 3000),
        "a: " + ":".join(["1"] * 3000) + ".5",
        "a: !!int x",
        "a: !!float x",
        "a: !!bool maybe",
        "a: !!binary aGk=",
        "a: !!set {x, y}",
        "a: !!python/object:os.system x",
        "a: .nan",
        "a: -.inf",
        "a: 1.0e+999",
        "%YAML 9.9",
        "a\u2028: b",
        "a: b\ufeff",
        "b: *nothing",
        "a: 1\n'a': 2",
        "- a\n...\n- b",
    ],
    ids=lambda text: re.sub(r"\W+", "-", text[:24]),
)
def test_yaml_that_grows_or_nests_is_told(tmp_path: Path, params: str) -> None:
    """Aliases that multiply, depth, numbers without end, tags: a problem at a line, wherever YAML is read."""
    indented = "".join(f"  {line}\n" for line in params.split("\n"))
    page = f"---\ntitle: A\nparams:\n{indented}---\n\n```chart\nid: a\nkind: bar\ntitle: T\n{params}\n```\n"
    files = {"content/a.en.md": page, "content/data/datapackage.yaml": f"name: x\n{params}\n"}
    assert codes(told(tmp_path, files)) <= {"yaml-invalid", "key-duplicate"}
    fence = {"content/a.en.md": page.replace(f"params:\n{indented}", "")}
    assert codes(told(tmp_path, fence)) & {"yaml-invalid", "key-duplicate"}


@pytest.mark.parametrize("key", ["null", "~", "2024-01-01", "1.5", ".nan", "on", "!!binary aa", "=", "''", "&x y"])
def test_any_scalar_is_a_key(tmp_path: Path, key: str) -> None:
    """A key is the text that it is written as, so that keys can be sorted and written as JSON."""
    page = f"---\ntitle: A\nparams:\n  {key}: 1\n  b: 2\n  3: 4\n---\n{{{{ page.params.b }}}}\n"
    assert not told(tmp_path, {"content/a.en.md": page, "content/translations.toml": ""})


def test_aliases_that_repeat_little_are_read(tmp_path: Path) -> None:
    """Anchors, aliases and merges are what they are in YAML."""
    front = "title: A\nparams:\n  a: &a {x: 1, y: 2}\n  b: {<<: *a, y: 3}"
    page = f"---\n{front}\n---\n{{{{ page.params.b.x + page.params.b.y }}}}\n"
    assert not told(tmp_path, {"content/a.en.md": page})
    assert "<p>4</p>" in (tmp_path / "output" / "a" / "index.html").read_text()


# -- TOML


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 20000 + "]" * 20000,
        "a = " + "{a = " * 20000 + "1" + "}" * 20000,
        "a = " + "[{a = " * 5000,
        ".".join("a" * 10000) + " = 1",
        "a" + " . a" * 5000 + " = 1",
        "[" + ".".join("a" * 3000) + "]\nb = 1",
        "[" * 20000,
        "a = " + "9" * 5000,
        "a = 0x" + "f" * 5000,
        "a = 0x" + "f" * 60,
        "a = 1." + "9" * 5000,
        "a = 1e999999999",
        "a = nan",
        "a = [1, -inf]",
        'a = "\\u0000"',
        'a = "\\b"',
        '"\\u0000" = 1',
        '"""\n\\' * 20000,
        'a = "' + '\\"' * 10000,
        "[" + " " * 20000,
        "a" + " " * 20000,
    ],
    ids=lambda text: re.sub(r"\W+", "-", text[:24]),
)
def test_toml_that_nests_or_has_no_end_is_told(tmp_path: Path, text: str) -> None:
    """Depth in arrays, tables, keys and headers, and numbers without end: a problem at a line of whatever file."""
    nested = text if text.startswith("[a") else f"[params]\n{text}"
    assert codes(told(tmp_path / "1", {"content/site.toml": f"{SITE}\n{nested}\n"}))
    for name in ("data/derived.toml", "data/rules.toml", "translations.toml"):
        assert codes(told(tmp_path / name, {f"content/{name}": text}))


def test_the_keys_of_toml_have_places() -> None:
    """Each key is where it is written: in headers, dotted, quoted, inline, below arrays of tables; not in texts."""
    text = '[a."b c"]\nd.e = { f = 1, g = [{ h = 2 }] }\n[[i]]\nj = """\nk = 1\n"""\n'
    text += "[[i]]\nj = '[x]'\n[i.l]\nm = 1 # n = 1\n"
    found = toml_keys(text)
    assert found.fault is None
    assert {
        ("a",): "a",
        ("a", "b c"): "a",
        ("a", "b c", "d", "e"): "d",
        ("a", "b c", "d", "e", "f"): "f",
        ("a", "b c", "d", "e", "g", 0, "h"): "h",
        ("i", 0, "j"): "j",
        ("i", 1, "l", "m"): "m",
    }.items() <= {path: text[offset] for path, offset in found.offsets.items()}.items()
    assert not {"k", "n", "x"} & {str(part) for path in found.offsets for part in path}
    assert toml_keys("a = " + "[" * (DEEPEST + 1)).fault is not None
    assert toml_keys("a = " + "[" * DEEPEST).fault is None


# -- tables


def row(key: str = "a", indicator: str = "loans", period: str = "2023", value: str = "1") -> str:
    return f'"{key}",{indicator},town,{period},"{value}",,,annual-report\n'


@pytest.mark.parametrize(
    "table",
    [
        HEADER + row("x" * 200_000),
        HEADER + row("x" * 130_000),
        HEADER + row("x" * 201),
        HEADER + row("a\0b"),
        HEADER + '"' + row() * 5000,
        HEADER + ('"' + row()) * 5000,
        HEADER + '"",""x\n' * 20_000,
        HEADER + '"' + '""' * 100_000 + "\n",
        HEADER + (row().strip() + ",x,y\n") * 20_000,
        HEADER + "x\n" * 20_000,
        HEADER + row() * 20_000,
        HEADER + "".join(row(f"a{number}", f"loan{number}") for number in range(5000)),
        ",".join(f"c{number}" for number in range(10_000)),
        ",".join(["id"] * 1500) + "\n1",
        "," * 10_000 + "x",
        HEADER.strip() + "," + ",".join(f"c{number}" for number in range(1900)) + "\n" + row(),
        *(
            HEADER + row(value=value)
            for value in ("9" * 5000, "1e999999999", "NaN", "-Infinity", "١٢", "１２", "1." + "1" * 5000, "~" * 5000)
        ),
        *(HEADER + row(period=period) for period in ("0000", "10000", "2023-13", "2023/2022", "/" * 5000, "٢٠٢٣")),
    ],
    ids=lambda text: re.sub(r"\W+", "-", text.removeprefix(HEADER)[:24]),
)
def test_tables_of_any_size_and_shape_are_told(tmp_path: Path, table: str) -> None:
    """Cells, columns and mistakes without end: a bearable number of problems, each at its line."""
    problems = told(tmp_path, {"content/data/observations.csv": table})
    assert codes(problems)
    assert len(problems) < 2100


def test_areas_in_a_circle_are_a_site(tmp_path: Path) -> None:
    """Nothing follows the parents of an area without end."""
    areas = "id,name,parent\ntown,Town,b\nb,B,town\n" + "".join(
        f"c{n},C,{f'c{n - 1}' if n else 'b'}\n" for n in range(2000)
    )
    assert not told(tmp_path, {"content/data/areas.csv": areas})


# -- patterns


def schema(pattern: str) -> dict[str, str]:
    """A table of texts of growing length, and a descriptor with a pattern for them."""
    rows = "".join(f"r{number},{'a' * number}!\n" for number in range(1, 200))
    field = f"{{name: t, type: string, constraints: {{pattern: '{pattern}'}}}}"
    described = f"resources:\n- name: x\n  schema:\n    fields: [{{name: id, type: string}}, {field}]\n"
    return {"content/data/x.csv": f"id,t\n{rows}", "content/data/datapackage.yaml": described}


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*a){20}x", "([a-z]+)*1", "(a?){60}a{60}", ".*.*.*.*x"])
def test_a_pattern_that_tries_everything_is_told(tmp_path: Path, pattern: str) -> None:
    """A pattern of a descriptor or of site.toml that backtracks ends: it fails, or is told to take too long."""
    assert codes(told(tmp_path / "1", schema(pattern))) <= {"value-pattern", "data-descriptor"}
    settings = f"{SITE}\n[checks]\nliteral_numerals = ['{pattern}']\n"
    page = f"---\ntitle: A\n---\n17 {'a' * 5000}!\n"
    problems = told(tmp_path / "2", {"content/site.toml": settings, "content/a.en.md": page}, thorough=True)
    assert codes(problems) <= {"numeral-unbound", "settings-value"}


def test_a_pattern_that_is_given_up_is_told_once() -> None:
    """Once its time is up, a pattern matches nothing within a text and is no longer asked."""
    pattern = AuthorPattern("(.*a){20}x")
    began = time.process_time()
    for _ in range(50):
        pattern.is_whole("a" * 2000)
    assert pattern.is_slow
    assert time.process_time() - began < LONGEST
    assert not list(pattern.spans("a" * 2000))


@pytest.mark.parametrize(
    "pattern",
    [
        "a{4294967290}",
        "((a{1,999}){1,999}){1,999}",
        "(?:[a-z]{99}){199}",
        "(" * 500 + ")" * 500,
        "a" * 3000,
        "(?x)#[\n a{9}",
    ],
)
def test_a_pattern_that_is_too_large_is_refused(pattern: str) -> None:
    """What would take much memory to write out is told before it is."""
    with pytest.raises(PatternError):
        AuthorPattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            r"[a-z0-9]+(-[a-z0-9]+)*",
            r"\d{4}(-\d{2}(-\d{2})?)?",
            r"https?://\S+",
            r"\b[0-9]+-CTr/TU\b",
            "(?i)É",
            r"[^\W\d_]+",
        ),
        *("[[:alpha:]]+", "(?:foo){e<=9}", r"[\]\[[b]{2,3}", "[a-z&&[b]]", "a{,2}", "a{,}", "a{ 1}", "[]a]", "x{1"),
    ],
)
def test_a_pattern_means_what_it_means_to_python(pattern: str) -> None:
    """The engine finds what `re` finds."""
    texts = (
        "foo",
        "alpha:]",
        "[[",
        "a{,2}",
        "a{ 1}",
        "x{1",
        "é",
        "2024-12",
        "08-CTr/TU",
        "a]",
        "aa",
        "b]",
        "foo{e<=9}",
        "",
    )
    with warnings.catch_warnings():
        # `re` warns of what it may read otherwise one day
        warnings.simplefilter("ignore")
        compiled = re.compile(pattern)
    own = AuthorPattern(pattern)
    for text in (*texts, "https://a.example/?b 08-CTr/TU đường-2024 "):
        assert bool(compiled.fullmatch(text)) == own.is_whole(text), text
        assert [found.span() for found in compiled.finditer(text)] == list(own.spans(text)), text


# -- calculations


def figure(key: str, value: str, more: str = "") -> str:
    return f'[{key}]\nvalue = "{value}"\nlabel = "L {key}"\n{more}\n'


LOANS = "loans-2023"


@pytest.mark.parametrize(
    "derived",
    [
        figure("a0", f"ratio({LOANS}, {LOANS}) * 3")
        + "".join(figure(f"a{n}", f"a{n - 1} * a{n - 1}") for n in range(1, 26)),
        figure("a", " + ".join([LOANS] * 450)),
        figure("a", " - ".join([LOANS] * 5000)),
        figure("a", LOANS + " * 1" * 5000),
        figure("a", "(" * 5000 + LOANS + ")" * 5000),
        figure("a", "abs(" * 5000 + LOANS + ")" * 5000),
        figure("a", "(" * 45 + LOANS + (" + " + " + ".join([LOANS] * 99) + ")") * 45),
        figure("a", "9" * 5000),
        figure("a", "0." + "1" * 5000),
        figure("a", LOANS + " / 0.0000000000000000001"),
        figure("a", LOANS + " * 99999999999999999999" * 9),
        figure("a", "0.0000000000000000001 * " * 9 + LOANS),
        figure("a", "x" * 50_000),
        figure("a", "“" * 3000),
        "".join(figure(f"a{n}", f"a{n} + 1") for n in range(1000)),
        "".join(figure(f"a{n}", f"a{(n + 1) % 3000} + 1") for n in range(3000)),
        "".join(figure(f"a{n}", f"x{n} + 1") for n in range(1000)),
        figure("x" * 50_000, LOANS),
        *(figure("a", LOANS, f"rounding = {step}") for step in ("1e300", "1e-300", "1" + "0" * 400, "nan", "-1")),
    ],
    ids=lambda text: re.sub(r"\W+", "-", text[:32]),
)
def test_calculations_that_grow_are_told(tmp_path: Path, derived: str) -> None:
    """Digits, steps, depth and cycles have an end: a problem at the figure."""
    assert codes(told(tmp_path, {"content/data/derived.toml": derived}))


@pytest.mark.parametrize(
    "derived",
    [
        figure("a", " + ".join([LOANS] * 190)),
        figure("a", f"sum({', '.join([LOANS] * 3000)})"),
        figure("a", f"max({', '.join([LOANS] * 3000)})"),
        figure("a0", f"{LOANS} + 1") + "".join(figure(f"a{n}", f"a{n - 1} + 1") for n in range(1, 800)),
        figure("a0", f"{LOANS} + 1")
        + figure("a1", "a0 + 1")
        + "".join(figure(f"a{n}", f"a{n - 1} + a{n - 2}") for n in range(2, 45)),
    ],
    ids=["terms", "sum", "max", "chain", "fibonacci"],
)
def test_calculations_of_many_figures_are_worked_out(tmp_path: Path, derived: str) -> None:
    """Sums of thousands, and figures each on the one before, are figures; so is what a page tells of them."""
    key = derived[1 : derived.index("]")]
    page = f'---\ntitle: A\n---\n{{{{ fig("{key}") }}}}\n'
    assert not told(tmp_path, {"content/data/derived.toml": derived, "content/a.en.md": page})


@pytest.mark.parametrize("joint", [" <= ", " = "])
def test_rules_of_many_sides_are_judged(tmp_path: Path, joint: str) -> None:
    """A chain of thousands is one rule; its sides may be large as a figure may."""
    rule = f'[a]\nrule = "{joint.join([LOANS] * 3000)}"\ntitle = "T"\n'
    assert not told(tmp_path / "1", {"content/data/rules.toml": rule})
    rule = f'[a]\nrule = "{LOANS} = {" + ".join([LOANS] * 3000)}"\ntitle = "T"\n'
    assert codes(told(tmp_path / "2", {"content/data/rules.toml": rule})) == {"calculation-syntax"}


# -- settings, front matter, addresses


@pytest.mark.parametrize(
    "code",
    ["en-" + "a" * 3000, "e" * 50_000, "../en", "en/x", "", "en@x", "en.utf8", "root", "en\\u202e", "en-" * 8000],
)
def test_a_language_is_a_code(tmp_path: Path, code: str) -> None:
    """Nothing else is asked of the libraries, or becomes the name of a folder."""
    settings = SITE.replace('["en"]', f'["en", "{code}"]')
    assert "settings-value" in codes(told(tmp_path, {"content/site.toml": settings}))


@pytest.mark.parametrize(
    "address",
    [
        "https://a b/",
        "https://[",
        "https://a/../b/",
        "https://a/%00/",
        "https://u:p@a/",
        "https://a<b/",
        "https://" + "a" * 9999,
    ],
)
def test_the_address_of_a_site_is_one(tmp_path: Path, address: str) -> None:
    """What stands before each address of a site is no other text."""
    settings = SITE.replace("https://libraries.example/", address)
    assert "settings-value" in codes(told(tmp_path, {"content/site.toml": settings}))


@pytest.mark.parametrize(
    "value", ["{value:>999999999}", "{value!r:>9}", "{value:%d}", "{value.__class__}", "{", "{" * 9999]
)
def test_a_label_is_filled_and_not_formatted(tmp_path: Path, value: str) -> None:
    """What stands behind the name of a placeholder could fill the memory."""
    settings = f'{SITE}\n[labels.en]\nqualifier_about = "{value}"\n'
    tables = {"content/data/observations.csv": HEADER + "a,loans,town,2023,1,about,,annual-report\n"}
    page = '---\ntitle: A\n---\n{{ fig("a") }}\n'
    problems = told(tmp_path, {"content/site.toml": settings, "content/a.en.md": page, **tables})
    assert codes(problems) == {"label-placeholder"}


@pytest.mark.parametrize(
    "alias",
    [
        *("/" + "a/" * 3000, "/" + "x" * 300, "/a/../b", "a/./b", "..", "%2e%2e/x", "//host/x", "\\\\\\\\host", "C:/x"),
        *(
            "C:\\\\x",
            "/a?b",
            "/a#b",
            "/a\\u202eb",
            "/a//b",
            "/a.",
            "https://x/",
            "javascript:x",
            "/a*b",
            "/a\\nb",
            "/",
            " ",
        ),
    ],
)
def test_an_alias_is_a_path_of_this_site(tmp_path: Path, alias: str) -> None:
    """What climbs, leads to another host or drive, or can't be a file is refused, as an alias and as a slug."""
    page = f'---\ntitle: A\naliases: ["{alias}"]\n---\n'
    assert codes(told(tmp_path / "1", {"content/a.en.md": page})) == {"front-matter-value"}
    if alias.strip():
        page = f'---\ntitle: A\nslug: "{alias}"\n---\n'
        assert codes(told(tmp_path / "2", {"content/a.en.md": page})) == {"front-matter-value"}


@pytest.mark.parametrize("alias", ["/old/", "old", "/đường/cũ/", "/a b/", "/a.html", "/2024/12/x;y"])
def test_a_good_alias_is_kept(tmp_path: Path, alias: str) -> None:
    """Letters of all scripts, blanks and points within are fine."""
    assert not told(tmp_path, {"content/a.en.md": f'---\ntitle: A\naliases: ["{alias}"]\n---\n'})


def test_names_that_are_too_long_are_told(tmp_path: Path) -> None:
    """A page, a file, a chart or a table whose address no system could write."""
    long = "x" * 201
    chart = f"---\ntitle: A\n---\n\n```chart\nid: {long}\nkind: bar\ntitle: T\nindicator: loans\n```\n"
    deep = "/".join(["d" * 190] * 5)
    files = {f"content/{long}.en.md": HOME, f"content/{deep}/a.txt": "a", "content/a.en.md": chart}
    problems = told(tmp_path, {**files, f"content/data/{long}.csv": "id\n1\n"})
    assert {problem.code for problem in problems} == {"path-length", "chart-option", "table-name"}


# -- characters


@pytest.mark.parametrize(
    "name",
    [
        *("site.toml", "a.en.md", "translations.toml", "data/x.csv", "data/observations.csv", "data/datapackage.yaml"),
        *("data/derived.toml", "data/rules.toml"),
    ],
)
def test_a_character_that_no_text_may_hold_is_told(tmp_path: Path, name: str) -> None:
    """It is told with its line and column, in whatever file it stands."""
    text = SITE if name == "site.toml" else HOME if name == "a.en.md" else ""
    problems = told(tmp_path, {f"content/{name}": f"{text}# a\x1bb\n"})
    found = [problem for problem in problems if problem.code == "character-unprintable"]
    assert [(text.count("\n") + 1, 4)] == [(problem.span.line, problem.span.column) for problem in found]


@pytest.mark.parametrize(
    "character", ["\0", "\x08", "\x0b", "\x1b", "\x7f", "\x85", "\x9b", "\ufdd0", "\ufffe", "\U0001ffff"]
)
def test_a_message_names_the_character_and_does_not_hold_it(character: str) -> None:
    """The message goes to a terminal, in which the character may do anything."""
    with pytest.raises(SiteError) as caught:
        decode_text(f"a\nb{character}".encode() * 100, "a.txt")
    assert len(caught.value.problems) <= 20
    assert f"U+{ord(character):04X}" in str(caught.value)
    assert character not in str(caught.value)


@pytest.mark.parametrize("escape", ["\\0", "\\x08", "\\e", "\\N", "\\uFFFE", "\\U0001FFFF", "\\r"])
@pytest.mark.parametrize("place", ["title: A{}", "title: A\nparams: {{a: [A{}]}}", "title: A\nparams: {{A{}: 1}}"])
def test_a_character_that_is_written_as_an_escape_is_told(tmp_path: Path, place: str, escape: str) -> None:
    """A quoted text of YAML may hold any character; those that no text may are told at its place."""
    front = re.sub(r"A(\\\w+)", r'"A\1"', place.format(escape))
    assert codes(told(tmp_path, {"content/a.en.md": f"---\n{front}\n---\n"})) == {"character-unprintable"}


@pytest.mark.parametrize("name", ["a\x08.en.md", "b\n.txt", "c\\d.txt", "e\u202ef.pdf", "g\ufffe.txt", "h\x9b.txt"])
def test_a_name_of_a_file_is_of_letters(tmp_path: Path, name: str) -> None:
    """Control characters, backslashes and what turns the direction of a text have no place in an address."""
    assert {"file-name"} == {problem.code for problem in told(tmp_path, {f"content/{name}": HOME})}


def test_texts_may_turn_their_direction(tmp_path: Path) -> None:
    """Arabic and Hebrew need the marks; tabs, line separators and no-break spaces are fine, too."""
    body = "\u202bשלום\u202c \u2067x\u2069 \u200f \u2028 \t \u00a0 \u200d"
    assert not told(tmp_path, {"content/a.en.md": f"---\ntitle: A\n---\n{body}\n"})
    assert unprintable(body) is None
    assert unfit_in_name(body) == "\u202b"


def test_a_name_is_likened_with_few_others() -> None:
    """A mistyped name finds its like among very many, and none takes long."""
    names = [f"ward-{number}-households-2024" for number in range(50_000)]
    assert 'did you mean "ward-777-households-2024"?' == did_you_mean(
        "ward-777-housholds-2024", [*names[770:780], *names[:0]]
    )
    began = time.process_time()
    for number in range(20):
        did_you_mean(f"ward-x{number}-households-2024", names)
        did_you_mean("x" * 50_000, ["y" * 50_000, "x" * 49_999])
    assert time.process_time() - began < LONGEST
