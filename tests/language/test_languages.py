"""What CLDR says of a language: grouping, percent signs, alphabets; an axis is written as its values are."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.build import build_site
from sitegen.charts.axes import tick_labels
from sitegen.charts.drawing import draw, specification
from sitegen.charts.theme import NARROW, WIDE, number_locale
from sitegen.language.collation import sort_key
from sitegen.language.figure_format import MINUS, FigureFormat
from sitegen.model.chart import ChartData

from ..charts.test_charts import with_values
from ..conftest import options

NBSP, NNBSP = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("language", "value", "percent", "text"),
    [
        ("en", "9928", False, "9,928"),
        ("vi", "9928", False, "9.928"),
        ("pl", "9928", False, "9928"),
        ("pl", "12345.5", False, f"12{NBSP}345,5"),
        ("es", "9928", False, "9928"),
        ("es", "99280", False, "99.280"),
        ("pt-PT", "9928", False, "9928"),
        ("pt", "9928", False, "9.928"),
        ("hi", "1234567.8", False, "12,34,567.8"),
        ("fr", "0.430", True, f"0,430{NBSP}%"),
        ("tr", "40", True, "%40"),
        ("de", "40", True, f"40{NBSP}%"),
        ("vi", "0.43", True, "0,43%"),
        ("en", "-0", False, "0"),
        ("en", "-0.00", True, "0.00%"),
        ("en", "-1234.5", False, f"{MINUS}1,234.5"),
        ("de", "-1234.5", False, f"{MINUS}1.234,5"),
        ("ar", "1234", False, "1,234"),
        ("en", "12345678901234567890", False, "12,345,678,901,234,567,890"),
    ],
)
def test_a_number_is_written_by_the_rules_of_the_language(language: str, value: str, percent: bool, text: str) -> None:
    """Its digits as published; separators, their least number of digits, and the percent sign as CLDR has them."""
    assert text == FigureFormat.plain(language).number(value, percent)


LANGUAGES = ("en", "vi", "fr", "de", "es", "pt-PT", "pl", "hi", "tr", "ar", "sv", "ru", "ja", "de-CH")


@given(st.sampled_from(LANGUAGES), st.decimals(-(10**12), 10**12, allow_nan=False, places=3))
def test_every_digit_is_kept_in_every_language(language: str, number: object) -> None:
    """No rounding, no other digits."""
    value = f"{number:f}"
    text = FigureFormat.plain(language).number(value)
    assert re.sub("[^0-9]", "", value) == re.sub("[^0-9]", "", text)


@pytest.mark.parametrize(
    ("language", "separators", "percent_sign"),
    [
        ("en", (".", ",", (3,)), "%"),
        ("vi", (",", ".", (3,)), "%"),
        ("fr", (",", NNBSP, (3,)), f"{NBSP}%"),
        ("pl", (",", NBSP, (3,)), "%"),
        ("hi", (".", ",", (3, 2, 2, 2, 2)), "%"),
        ("tr", (",", ".", (3,)), "%"),
    ],
)
def test_what_d3_is_told_of_a_language(
    language: str, separators: tuple[str, str, tuple[int, ...]], percent_sign: str
) -> None:
    """For what a function of charts.py draws."""
    form = FigureFormat.plain(language)
    assert (separators, percent_sign) == (form.separators, form.percent_sign)
    told = number_locale(language)
    assert separators == (told["decimal"], told["thousands"], tuple(told["grouping"]))
    assert percent_sign == told.get("percent", "%")


# -- axes


def chart(language: str, values: list[float], **given: object) -> ChartData:
    return replace(with_values(values), language=language, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "values", "percent", "labels"),
    [
        ("fr", [0, 40], True, [f"0{NBSP}%", f"10{NBSP}%", f"40{NBSP}%"]),
        ("tr", [0, 40], True, ["%0", "%40"]),
        ("hi", [0, 400_000], False, ["0", "1,00,000", "4,00,000"]),
        ("pl", [0, 4000], False, ["0", "1000", "4000"]),
        ("vi", [0, 2.0], False, ["0", "0,5", "1,5"]),
        ("de", [-2000, 2000], False, [f"{MINUS}1.000", "1.000"]),
    ],
)
def test_an_axis_is_written_as_its_values_are(
    language: str, values: list[float], percent: bool, labels: list[str]
) -> None:
    """The drawing says the very texts that a figure would be."""
    data = chart(language, values, percent=percent, series=("A",))
    data = replace(data, points=tuple(replace(point, series=0) for point in data.points))
    data = replace(data, points=tuple(replace(point, day=point.day + 365 * point.row) for point in data.points))
    svg = draw(data).wide
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert set(labels) <= set(texts)


@given(
    st.floats(-1e9, 1e9, allow_nan=False),
    st.floats(1e-6, 1e9, allow_nan=False),
    st.integers(2, 8),
    st.booleans(),
)
def test_ticks_are_round_numbers_within_the_axis(low: float, span: float, count: int, whole: bool) -> None:
    """1, 2 or 5 of a power of ten apart; whole ones for counts; about as many as were asked for."""
    ticks = list(tick_labels(chart("en", [1], whole=whole), low, low + span, count))
    assert all(low <= tick <= low + span for tick in ticks)
    assert len(ticks) <= 2.2 * count + 1
    assert not whole or all(tick == int(tick) for tick in ticks)
    if not whole and low + span > low:
        assert len(ticks) >= count / 2.2 - 1


@pytest.mark.parametrize("kind", ["line", "dot-range", "small-multiples"])
@pytest.mark.parametrize("high", [1, 2, 3])
def test_an_axis_of_counts_has_whole_ticks(kind: str, high: int) -> None:
    """There is no half of a house."""
    data = chart("en", [0, 0, high, high], kind=kind, whole=True)
    for canvas in (WIDE, NARROW):
        text = str(specification(data, canvas))
        assert "0.5" not in re.findall(r"labelExpr': '(\[[^\]]*\])", text)[0]


# -- the alphabet


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("vi", ["An Biên", "Ân Thi", "Dương Nội", "Đông Anh", "Ơ Mơ", "Zeta"]),
        ("vi", ["Ba Vì", "Bắc Từ Liêm", "Bến", "Cầu Giấy", "Chương Mỹ", "Đan Phượng", "Hà Đông", "Hoài Đức"]),
        ("en", ["apple", "Éclair", "fig", "Zebra"]),
        ("sv", ["Zon", "Ål", "Ärla", "Öl"]),
        ("de", ["Äpfel", "Birne", "Öl", "Zoo"]),
        ("pl", ["Lublin", "Łódź", "Zamość", "Żory"]),
        ("es", ["nube", "ñandú", "ojo"]),
    ],
)
def test_names_are_sorted_by_the_alphabet_of_the_language(language: str, names: list[str]) -> None:
    """Đ comes after D, Ł after L, Å after Z, as readers of each look for it."""
    assert names == sorted(sorted(names), key=lambda name: sort_key(name, language))


def test_lists_and_templates_sort_by_the_alphabet(tmp_path: Path) -> None:
    """The pages of a folder, and what `sort`, `dictsort` and `groupby` make of names in a body and in a template."""
    names = ["Zeta", "Ơ Mơ", "Ân Thi", "Đông Anh", "An Biên", "Dương Nội"]
    in_order = ["An Biên", "Ân Thi", "Dương Nội", "Đông Anh", "Ơ Mơ", "Zeta"]
    site = 'title = "T"\ndescription = "D"\nlanguages = ["vi"]\nbase_url = "https://example.org/"\n'
    (tmp_path / "site.toml").write_text(site, encoding="utf-8")
    body = (
        f"{{% set names = {names} %}}{{{{ names | sort | join('; ') }}}}\n\n"
        "{{ names | sort(reverse=true) | join('; ') }}\n\n"
        "{% set pairs = dict() %}{% for item in names | groupby(0) %}{{ item.grouper }}{% endfor %}\n\n"
        f"{{% for key, _ in {dict.fromkeys(names, 1)} | dictsort %}}{{{{ key }}}}; {{% endfor %}}\n"
    ).replace("{% set pairs = dict() %}", "")
    (tmp_path / "index.vi.md").write_text(f"---\ntitle: T\ndescription: D\nlayout: listing\n---\n{body}")
    for number, name in enumerate(names):
        (tmp_path / f"p{number}.vi.md").write_text(f"---\ntitle: {name}\ndescription: D\n---\n", encoding="utf-8")
    html = next(page.html for page in build_site(options(tmp_path)).pages if page.page.key == "index")
    assert "; ".join(in_order) in html and "; ".join(reversed(in_order)) in html
    assert "AÂDĐƠZ" in html
    assert f"{'; '.join(in_order)};" in html
    places = [html.index(f">{name}<") for name in in_order]
    assert places == sorted(places)
