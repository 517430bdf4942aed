"""Figures in words: the digits of the source, in the form of each language."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.language.figure_format import NO_BREAK_SPACE, FigureFormat
from sitegen.language.labels import Labels
from sitegen.model.data import Area, Document, Indicator, Observation

from .figure_factory import figure

WORDS = {
    "en": {
        "qualifier_at_least": "more than {value}",
        "qualifier_at_most": "at most {value}",
        "qualifier_about": "about {value}",
        "status_disputed": "disputed",
        "date_long": "d MMMM y",
        "month_long": "MMMM y",
        "date_short": "d MMM y",
    },
    "vi": {
        "qualifier_at_least": "hơn {value}",
        "date_long": "'ngày' d 'tháng' M 'năm' y",
        "month_long": "'tháng' M 'năm' y",
        "date_short": "dd/MM/y",
    },
}
ENGLISH = FigureFormat("en", Labels("en", WORDS["en"]))
VIETNAMESE = FigureFormat("vi", Labels("vi", WORDS["vi"]))


def observation(value: str, unit_type: str = "count", qualifier: str = "", status: str = "") -> Observation:
    """An observation with a value; the rest is of no interest."""
    units = {"count": ("book|books", "cuốn"), "money": ("billion VND", "tỷ đồng"), "percent": ("% of readers", "%")}
    english, vietnamese = units[unit_type]
    unit = {"en": english, "vi": vietnamese}
    indicator = Indicator("loans", {"en": "Loans"}, unit_type, unit_type, unit, "neutral", {})
    area = Area("town", {"": "Town"}, {"": "Town"}, {}, "", "", None, None)
    document = Document("survey", {"": "Survey"}, {}, "", "", "", {})
    return Observation(
        id="x",
        indicator=indicator,
        area=area,
        period="2024",
        period_note={},
        value=value,
        qualifier=qualifier,
        status=status,
        note={},
        line=2,
        source=document,
        locator={},
    )


def plain(text: str) -> str:
    """The text with ordinary spaces."""
    return text.replace(NO_BREAK_SPACE, " ")


@pytest.mark.parametrize(
    ("value", "unit_type", "english", "vietnamese"),
    [
        ("9928", "count", "9,928", "9.928"),
        ("0.43", "percent", "0.43%", "0,43%"),
        ("0.095", "percent", "0.095%", "0,095%"),
        ("0.430", "percent", "0.430%", "0,430%"),
        ("0", "percent", "0%", "0%"),
        ("182", "percent", "182%", "182%"),
        ("24.7", "money", "24.7 billion VND", "24,7 tỷ đồng"),
        ("2", "money", "2 billion VND", "2 tỷ đồng"),
        ("-1302", "count", "−1,302", "−1.302"),
        ("1234567.10", "money", "1,234,567.10 billion VND", "1.234.567,10 tỷ đồng"),
    ],
)
def test_published_digits_are_kept(value: str, unit_type: str, english: str, vietnamese: str) -> None:
    """A value is printed with the digits it was published with, never rounded, never padded."""
    item = observation(value, unit_type)
    assert (english, vietnamese) == (plain(ENGLISH.value(item)), plain(VIETNAMESE.value(item)))


def test_a_bound_stays_a_bound() -> None:
    """A lower bound is told in words, or by its sign, and never loses both."""
    item = observation("1100", qualifier="at-least")
    assert "more than 1,100" == plain(ENGLISH.value(item))
    assert "More than 1,100" == plain(ENGLISH.value(item, capital=True))
    assert "≥ 1,100" == plain(ENGLISH.value(item, words=False))
    assert "hơn 1.100" == plain(VIETNAMESE.value(item))


def test_a_unit_in_words_takes_the_plural_of_the_language() -> None:
    """One book, two books; Vietnamese has one form."""
    assert "1 book" == plain(ENGLISH.value(observation("1"), unit=True))
    assert "2 books" == plain(ENGLISH.value(observation("2"), unit=True))
    assert "2 cuốn" == plain(VIETNAMESE.value(observation("2"), unit=True))
    assert "0.43" == ENGLISH.value(observation("0.43", "percent"), unit=False)


def test_a_sign_is_shown_when_it_is_asked_for() -> None:
    """A rise is marked by a plus; zero has no sign."""
    assert ["+5", "−5", "0"] == [ENGLISH.value(observation(value), sign=True) for value in ("5", "-5", "0")]


def test_a_figure_is_never_split_over_a_line() -> None:
    """There is no ordinary space in a figure."""
    item = observation("24.7", "money", "at-least")
    assert f"more{NO_BREAK_SPACE}than{NO_BREAK_SPACE}24.7{NO_BREAK_SPACE}billion{NO_BREAK_SPACE}VND" == ENGLISH.value(
        item
    )


def test_a_status_is_marked() -> None:
    """A disputed figure carries a mark with the word for it."""
    html = ENGLISH.html(observation("5", status="disputed"), "5", "/figures/x/")
    assert (
        '<a class="fig" href="/figures/x/"><data value="5">5</data><sup class="status" title="disputed">†</sup></a>'
        == html
    )


@pytest.mark.parametrize(
    ("text", "english", "vietnamese"),
    [
        ("2022", "2022", "2022"),
        ("2024-12", "December 2024", "tháng 12 năm 2024"),
        ("2024-12-31", "31 December 2024", "ngày 31 tháng 12 năm 2024"),
        ("2022/2024", "2022–2024", "2022–2024"),
    ],
)
def test_periods_are_told_in_the_official_form(text: str, english: str, vietnamese: str) -> None:
    """Years, months, days and intervals; Vietnamese says ngày, tháng and năm."""
    assert (english, vietnamese) == (ENGLISH.period(text), VIETNAMESE.period(text))


@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=None).filter(
        lambda number: int(number.as_tuple().exponent) >= -12
    ),
    st.sampled_from(["en", "vi", "fr", "de", "hi"]),
    st.booleans(),
)
def test_a_printed_number_can_be_read_back(number: Decimal, language: str, percent: bool) -> None:
    """Whatever the language, no digit is lost, added or changed."""
    text = f"{number:f}"
    form = FigureFormat(language, Labels(language, {}))
    printed = form.number(text, percent)
    symbols = form.locale.number_symbols["latn"]
    body = printed.replace(symbols["group"], "").replace(symbols["decimal"], ".").replace("−", "-")
    digits = "".join(character for character in body if character in "0123456789.-")
    whole, _, decimals = text.lstrip("-").partition(".")
    expected = ("-" if text.startswith("-") and Decimal(text) != 0 else "") + (whole.lstrip("0") or "0")
    assert expected + (f".{decimals}" if decimals else "") == digits


@pytest.mark.parametrize(("qualifier", "text"), [("less-than", "more than 0"), ("more-than", "more than 0")])
def test_a_size_of_a_bound_at_zero_is_above_it(qualifier: str, text: str) -> None:
    """It fell by more than nothing, where the change is less than 0."""
    form = FigureFormat("en", Labels("en", {f"qualifier_{q}_than": f"{q} than {{value}}" for q in ("more", "less")}))
    assert text == form.value(figure("0", qualifier=qualifier), magnitude=True).replace("\u00a0", " ")
