"""Figures in the notes, definitions, labels and titles of the data."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sitegen.build import build_site
from sitegen.problems.problem import SiteError

from ..conftest import SITES, options


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the site in three languages."""
    return shutil.copytree(SITES / "three-languages", tmp_path / "content")


def replaced(path: Path, old: str, new: str) -> None:
    """The file with a text in place of another, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_note_shows_a_figure_in_its_language(content: Path) -> None:
    """In the page, the downloads and the description alike; a changed value is in all of them."""
    path = content / "data" / "observations.csv"
    path.write_text(
        "id,indicator,area,period,value,source,note_fr,note_en,note_vi\n"
        "loans-2024,loans,town,2024,14207,survey,{0},{0},{0}\n"
        "rate-2024,rate,town,2024-12-31,0.430,survey,,,\n".format(
            "({{ fig('rate-2024') }}; {{ period('rate-2024') }})"
        ),
        encoding="utf-8",
    )
    files = {item.path: item.content.decode() for item in build_site(options(content)).artifacts if item.path != "x"}
    english, vietnamese = "(0.430%; 31 December 2024)", "(0,430%; ngày 31 tháng 12 năm 2024)"
    assert english in files["en/figures/loans-2024/index.html"]
    assert vietnamese in files["vi/figures/loans-2024/index.html"]
    assert english in files["data/observations.csv"] and vietnamese in files["data/observations.csv"]
    assert "{{" not in files["figures/loans-2024.json"] and vietnamese in files["figures/loans-2024.json"]


def test_a_text_for_all_languages_shows_no_figure(content: Path) -> None:
    """It has no language to print it in: told, with the columns to make."""
    path = content / "data" / "sources.csv"
    path.write_text("id,title\nsurvey,\"Survey of {{ fig('loans-2024') }} loans\"\n", encoding="utf-8")
    with pytest.raises(SiteError) as raised:
        build_site(options(content))
    problem = raised.value.problems[0]
    assert ("text-language", 2, "give each language a column: title_fr, title_en, title_vi") == (
        problem.code,
        problem.span.line,
        problem.hint,
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{{ fig('loans-2042') }}", "figure-unknown"),
        ("{{ date('2024-31-12') }}", "date-invalid"),
        ("{{ open('x') }}", "template-undefined"),
        ("{{ fig('loans-2024' }}", "template-syntax"),
    ],
)
def test_a_mistake_in_a_text_of_the_data_is_told_at_its_row(content: Path, text: str, code: str) -> None:
    """With file and line, like one in a page; the site is not built."""
    path = content / "data" / "indicators.csv"
    path.write_text(
        "id,name_fr,name_en,name_vi,unit,unit_type,definition_fr,definition_en,definition_vi\n"
        "loans,Prêts,Loans,Lượt mượn,loan,count,a,b,c\n"
        f'rate,Taux,Rate,Tỷ lệ,percent,percent,a,"{text}",c\n',
        encoding="utf-8",
    )
    with pytest.raises(SiteError) as raised:
        build_site(options(content))
    problem = next(item for item in raised.value.problems if item.severity == "error")
    assert (code, path.as_posix(), 3) == (problem.code, problem.span.file, problem.span.line)
