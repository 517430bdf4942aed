"""Numerals in the authors' words: what is flagged, what may stand, what is suggested and written in; directions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from sitegen.checks.prose import fixed_sources
from sitegen.commands.command_line import cli

from ..conftest import ROOT, SITES
from ..shipped.test_planting import found, read

FLAGGED = (
    ("en", "They lent 14,208 books."),
    ("en", "A share of 0.43% was left."),
    ("en", "It has 7 rooms."),
    ("en", "In 2,024 cases nothing came back."),
    ("en", "## The 12 branches {#branches}"),
    ("en", "![A room with 30 seats](room.svg)"),
    ("en", '<img src="room.svg" alt="A room with 30 seats">'),
    ("en", '{{ link("about", "the 30 seats") }}'),
    ("en", "[all 30 seats](about.md)"),
    ("en", "A fall of -5 points."),
    ("en", "The tables 12 are."),
    ("en", "Under the rule 12 of them stay."),
    ("en", "On page 999 nothing stands."),
    ("vi", "Trong giai đoạn 47 hộ."),
    ("vi", "Các quận 12 nữa."),
    ("en", "| Loans | 512 |"),
    ("vi", "Cho mượn 14.208 lượt."),
    ("vi", "Chiếm 0,43% tổng số."),
    ("vi", "Số 12 nhánh thư viện."),
    ("fr", "Environ 14\u202f208 prêts."),
)
ALLOWED = (
    ("en", "In 2024, from 2021 to 2025, 2021–2025, 2022/23 and mid-2022."),
    ("en", "On 31 December 2024, December 31, 2024, 2024-12-31, 31/12/2024 and 1st May."),
    ("en", "At 14:30, the 2nd and the 21st time."),
    ("en", "See Article 5, Section 2.1, Table 3, paragraphs 2 and 4."),
    ("en", "COVID-19, UTF-8, H5N1, CO2, 5G and class 3A."),
    ("en", "At 9 a.m. in Room 120, 12/2024, p. 12, pp. 3–4, Figures 2 and 3."),
    ("en", "1. First\n2. Second\n\n10) Tenth\n\n- 3. Third"),
    ("en", "## 2.1 Background {#section-21}"),
    ("en", "`{{ 12 }}` and ``34`` in code.\n\n```\n56\n```"),
    ("en", "<!-- 78 -->[text](about.md#part-9) https://example.org/10 <https://example.org/11> [^1]\n\n[^1]: Note."),
    ("en", 'By decree {{ literal("337") }} of {{ date("2024-12-31") }}.'),
    ("en", '{{ fig("loans-2024") }} loans, {{ period("rate-2024") }}.'),
    ("en", "{% set n = 5 %}{{ range(3) | length }}"),
    ("vi", "Năm 2024, giai đoạn 2021–2025, ngày 31 tháng 12 năm 2024, 31/12/2024, tháng 6/2025, quý 3."),
    ("vi", "Điều 5, Bước 1, lần thứ 2, thứ 3, các đoạn 2 và 4."),
    ("vi", "Đến năm 2024 lượt mượn tăng."),
    ("fr", "Le 31 décembre 2024, le 1er mai, la 2e fois, l’article 5."),
)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the site in three languages."""
    return shutil.copytree(SITES / "three-languages", tmp_path / "content")


def page(content: Path, language: str, body: str, front: str = "title: About us") -> Path:
    """The page in a language with another body."""
    path = content / f"about.{language}.md"
    path.write_text(f"---\n{front}\n---\n\n{body}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(("language", "body"), FLAGGED, ids=[body for _, body in FLAGGED])
def test_a_numeral_of_no_figure_is_named(content: Path, language: str, body: str) -> None:
    """Where it stands, once."""
    path = page(content, language, body)
    problems = found(content)
    assert ["numeral-unbound"] == [problem.code for problem in problems]
    number = problems[0].message.split('"')[1]
    line = path.read_text(encoding="utf-8").split("\n")[problems[0].span.line - 1]
    assert line[problems[0].span.column - 1 :].startswith(number)


@pytest.mark.parametrize(("language", "body"), ALLOWED, ids=[body for _, body in ALLOWED])
def test_what_is_no_figure_is_left_alone(content: Path, language: str, body: str) -> None:
    """Years, dates, times, ordinals, markers, numbered parts, names, code, addresses, literals."""
    page(content, language, body)
    assert [] == [problem.message for problem in found(content)]


def test_a_count_is_no_year(tmp_path: Path) -> None:
    """A number that looks like a year is a count when its unit follows, unless a word says that it is a year."""
    content = shutil.copytree(SITES / "libraries", tmp_path / "content")
    page(content, "en", "They lent 2024 loans. In 2024 loans rose.")
    assert [("2024", 11)] == [(problem.message.split('"')[1], problem.span.column) for problem in found(content)]


def test_the_patterns_of_the_settings_are_left_alone(content: Path) -> None:
    """The numbers of laws are the site's own matter."""
    page(content, "en", "By Decision 337/QD-UB and ISO 8601.")
    assert 2 == len(found(content))
    with (content / "site.toml").open("a", encoding="utf-8") as file:
        file.write("\n[checks]\nliteral_numerals = ['[0-9]+/QD-UB', 'ISO [0-9]+']\n")
    assert [] == found(content)


def test_texts_of_the_front_matter_and_of_charts_are_read(content: Path) -> None:
    """Title, description, params of any depth; a chart's title, subtitle and note; not options and ids."""
    front = (
        "title: All 31 rooms\ndescription: >-\n  Folded, with\n  32 seats\nweight: 3\ndate: 2024-05-06\nparams:\n"
        "  count: 7\n  key: loans-2024\n  items:\n    - text: '33 seats'\n    - {who: 34 people}"
    )
    chart = (
        "```chart\nid: c-1\nkind: bar\ntitle: 35 loans\nsubtitle: 36 books\nnote: |\n  In 37 rooms\n"
        "figures: [loans-2024]\n```"
    )
    path = page(content, "en", chart, front)
    text = path.read_text(encoding="utf-8").split("\n")
    problems = found(content)
    assert ["31", "32", "33", "34", "35", "36", "37"] == [problem.message.split('"')[1] for problem in problems]
    for problem in problems:
        number = problem.message.split('"')[1]
        assert text[problem.span.line - 1][problem.span.column - 1 :].startswith(number)


@pytest.mark.parametrize(
    ("language", "body", "hint"),
    [
        ("en", "They lent 14,207 books.", '{{ fig("loans-2024") }}'),
        ("vi", "Cho mượn 14.207 lượt.", '{{ fig("loans-2024") }}'),
        ("en", "A rate of 0.430%.", '{{ fig("rate-2024") }}'),
        ("en", "A rate of 0.43%.", "bind it to a figure"),
        ("en", "About 8,613 of them.", "bind it to a figure"),
    ],
)
def test_a_figure_with_that_value_is_suggested(content: Path, language: str, body: str, hint: str) -> None:
    """The published digits decide: 0.43 is not 0.430."""
    page(content, language, body)
    assert found(content)[0].hint.startswith(hint)


@pytest.mark.parametrize(
    ("language", "body", "fixed"),
    [
        ("en", "They lent 14,207 books.", 'They lent {{ fig("loans-2024") }} books.'),
        ("vi", "Cho mượn 14.207 lượt.", 'Cho mượn {{ fig("loans-2024") }} lượt.'),
        ("en", "A rate of 0.430%, and 8,613.", 'A rate of {{ fig("rate-2024") }}, and 8,613.'),
    ],
)
def test_what_fits_one_figure_is_written_in(content: Path, language: str, body: str, fixed: str) -> None:
    """As the page says it; what fits none stays, and a second run finds nothing more to write."""
    path = page(content, language, body)
    for name, text in _fixed(content).items():
        assert path.as_posix() == name
        path.write_text(text, encoding="utf-8")
    assert fixed in path.read_text(encoding="utf-8")
    assert {} == _fixed(content)


@pytest.mark.parametrize(
    ("front", "fixed"),
    [
        ("title: All 14,207 loans", 'title: All {{ fig("loans-2024") }} loans'),
        ("title: 'All 14,207 loans'", "title: 'All {{ fig(\"loans-2024\") }} loans'"),
        ('title: "All 14,207 loans"', "title: \"All {{ fig('loans-2024') }} loans\""),
        ("title: 14,207 loans", "title: 14,207 loans"),
        ("title: T\ndescription: >-\n  All\n  14,207 loans", 'All\n  {{ fig("loans-2024") }} loans'),
    ],
)
def test_the_front_matter_stays_yaml(content: Path, front: str, fixed: str) -> None:
    """Quoted as its quotes ask; a text that would be no text any more is left for the author."""
    path = page(content, "en", "Text.", front)
    for text in _fixed(content).values():
        path.write_text(text, encoding="utf-8")
    assert fixed in path.read_text(encoding="utf-8")
    assert read(content).content.pages


def _fixed(content: Path) -> dict[str, str]:
    site = read(content)
    return dict(fixed_sources(site.settings, site.content, site.dataset, site.formats))


DERIVED = """
[change]
value = "change(loans-2024, loans-2025)"
label = { en = "Change", fr = "Variation", vi = "Thay đổi" }
"""


@pytest.mark.parametrize(
    ("language", "sentence", "word"),
    [
        ("en", 'Loans rose by {{ fig("change", magnitude=true) }}.', "rose"),
        ("en", 'Loans fell by {{ fig("change", magnitude=true) }}.', ""),
        ("en", 'Visits rose. Loans fell by {{ fig("change", magnitude=true) }}; prices grew.', ""),
        ("en", 'An increase of {{ fig("change") }}', "increase"),
        ("en", 'With poverty reduction went {{ fig("change") }}.', ""),
        ("en", 'The change was {{ fig("change") }}.', ""),
        ("vi", 'Lượt mượn tăng {{ fig("change", magnitude=true) }}.', "tăng"),
        ("vi", 'Lượt mượn giảm {{ fig("change", magnitude=true) }}.', ""),
        ("vi", 'Tăng cường phục vụ, giảm {{ fig("change", magnitude=true) }}.', ""),
        ("fr", 'Les prêts ont augmenté de {{ fig("change", magnitude=true) }}.', "augmenté"),
    ],
)
def test_a_direction_that_contradicts_the_sign_is_named(content: Path, language: str, sentence: str, word: str) -> None:
    """The nearest word of the sentence, unless it is a compound that says nothing of a direction."""
    with (content / "data" / "observations.csv").open("a", encoding="utf-8") as file:
        file.write("loans-2025,loans,town,2025,9500,survey\n")
    (content / "data" / "derived.toml").write_text(DERIVED, encoding="utf-8")
    page(content, language, sentence)
    messages = [problem.message for problem in found(content)]
    assert ([f'"{word}" stands beside "change", which is negative'] if word else []) == [
        message.partition(" (")[0] for message in messages
    ]


def test_check_fix_writes_the_files(content: Path) -> None:
    """A BOM and CRLF line ends stay; what is left is told, and nothing else in the folder changes."""
    path = content / "about.en.md"
    path.write_bytes("\ufeff---\r\ntitle: About us\r\n---\r\n\r\nThey lent 14,207 books.\r\n".encode())
    table = content / "data" / "observations.csv"
    before = table.read_bytes()
    for language in ("fr", "vi"):
        text = 'They lent {{ fig("loans-2024") }} books.'
        (content / f"about.{language}.md").write_text(f"---\ntitle: About us\n---\n\n{text}\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["check", "--fix", "--content", content.as_posix()], obj=ROOT)
    assert "about.en.md: 1 numeral bound" in result.stderr
    assert 0 == result.exit_code, result.output
    expected = '\ufeff---\r\ntitle: About us\r\n---\r\n\r\nThey lent {{ fig("loans-2024") }} books.\r\n'
    assert expected.encode() == path.read_bytes()
    assert before == table.read_bytes()


def test_check_names_what_a_build_lets_pass(content: Path) -> None:
    """A typed numeral stops `check` and `build --strict`, not a build."""
    page(content, "en", "They lent 999 books.")
    codes = {}
    for verb in (["check"], ["build"], ["build", "--strict"]):
        arguments = [*verb, "--content", content.as_posix()]
        if verb[0] == "build":
            arguments += ["--output", (content.parent / "output").as_posix()]
        codes[" ".join(verb)] = CliRunner().invoke(cli, arguments, obj=ROOT).exit_code
    assert {"check": 1, "build": 0, "build --strict": 1} == codes


def test_a_note_in_a_table_is_fixed_and_stays_a_table(content: Path) -> None:
    """In single quotes, in quoted cells and in others."""
    path = content / "data" / "observations.csv"
    path.write_text(
        "id,indicator,area,period,value,source,note_fr,note_en,note_vi\n"
        'loans-2024,loans,town,2024,14207,survey,Peu.,"Of 14,207 loans, few.",Trong 14.207 lượt.\n'
        "rate-2024,rate,town,2024-12-31,0.430,survey,,,\n",
        encoding="utf-8",
    )
    (text,) = _fixed(content).values()
    assert """"Of {{ fig('loans-2024') }} loans, few.",Trong {{ fig('loans-2024') }} lượt.""" in text
