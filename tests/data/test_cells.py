"""Cells that hold no number or no period: each is named for what it is, with what to write, and never by a guess."""

from __future__ import annotations

import re
import time

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sitegen.data.values import date_mistake, number_mistake, period_mistake

from .test_data import TABLES, load, observations, told

NO_ROW = "a figure that is not known has no row"
NOTE = "; say so in a note if readers must know"
EMPTY = "leave the cell empty when there is no number"


def number(cell: str, whole: bool = False, figure: bool = True) -> tuple[str, str]:
    """What a cell of a column of numbers is told to be, and the hint."""
    mistake = number_mistake(cell, "value", whole, figure)
    assert mistake is not None, cell
    begin = f'"{cell}" in column "value" '
    assert ("value-type", True) == (mistake[0], mistake[1].startswith(begin))
    return mistake[1].removeprefix(begin), mistake[2]


def hint(cell: str) -> str:
    return number(cell)[1]


# -- marks where there is no number


@pytest.mark.parametrize(
    ("cells", "meanings"),
    [
        (": :: [x] [X] ? ??? nd n.d. N/D k.A. н/д missing _ ___", '"not available"'),
        (".. ... … n/a N/A n.a. na NA ……", '"not available" or "not applicable"'),
        ("nan NaN null NULL <NA> (null) (blank) undefined [] error", '"no value"'),
        ("[z] [Z] /// (x) :z", '"not applicable"'),
        ("tbc TBD pending n.y.a.", '"not yet available"'),
    ],
)
def test_a_mark_for_no_number_is_named(cells: str, meanings: str) -> None:
    """An observation has no row then; another table an empty cell."""
    for cell in cells.split():
        assert (f"is no number, but a mark for {meanings}", NO_ROW) == number(cell)
        assert (f"is no whole number, but a mark for {meanings}", EMPTY) == number(cell, whole=True, figure=False)


@pytest.mark.parametrize(
    "cell",
    ["not available", "Not applicable", "no data", "không có số liệu", "chưa có", "keine Angabe", "n / a", "k. A."],
)
def test_words_for_no_number_are_marks(cell: str) -> None:
    """Whatever the language and the capitals."""
    what, told_hint = number(cell)
    assert what.startswith("is no number, but a mark for ")
    assert NO_ROW == told_hint


@pytest.mark.parametrize(
    ("cells", "meanings"),
    [
        ("c C [c] [C] (c) :c (D) (d) [s] np suppressed Confidential mật", '"confidential"'),
        ("x X xx", '"not applicable" or "confidential"'),
        ("* ** ***", None),
        ("F /", '"too unreliable to be published"'),
        (".", '"not available", "not applicable" or "confidential"'),
    ],
)
def test_a_mark_for_a_hidden_number_is_named(cells: str, meanings: str | None) -> None:
    """Readers may have to be told."""
    for cell in cells.split():
        what, told_hint = number(cell)
        assert what == f"is no number, but a mark for {meanings}" if meanings else '"confidential"' in what
        assert NO_ROW + NOTE == told_hint
        assert EMPTY + NOTE == number(cell, figure=False)[1]


@pytest.mark.parametrize("cell", ["-", "–", "—", "−", "--", "---", "------", "none", "None"])
def test_a_dash_has_several_readings(cell: str) -> None:
    """It is nothing that was counted in one office, and a number that is not there in another."""
    what, told_hint = number(cell)
    assert what.startswith('is no number, but a mark for "none"')
    assert " or " in what
    assert f"write 0 if it stands for none; {NO_ROW}" == told_hint


@pytest.mark.parametrize(
    ("cell", "meaning", "what_to_do"),
    [
        ("nil", "none", "write 0"),
        ("[w]", "none", "write 0"),
        ("không phát sinh", "none", "write 0"),
        ("low", "rounds to zero", "write 0 if the source rounds to it, and say so in a note"),
        ("[low]", "rounds to zero", "write 0 if the source rounds to it, and say so in a note"),
        ("0n", "rounds to zero", "write 0 if the source rounds to it, and say so in a note"),
        ("(Z)", "rounds to zero", "write 0 if the source rounds to it, and say so in a note"),
    ],
)
def test_a_mark_for_zero_is_named(cell: str, meaning: str, what_to_do: str) -> None:
    """Nothing, or nearly nothing."""
    assert (f'is no number, but a mark for "{meaning}"', what_to_do) == number(cell)


@pytest.mark.parametrize(
    ("cell", "meaning"),
    [
        *(
            ("[e]", "estimated"),
            ("[p]", "provisional"),
            ("[r]", "revised"),
            ("[f]", "forecast"),
            ("[u]", "low reliability"),
        ),
        *(("[b]", "break in series"), ("[ns]", "not significant"), ("p", "provisional"), ("(r)", "revised")),
        *(("[note 1]", "a note"), ("provisional", "provisional"), ("sơ bộ", "provisional")),
    ],
)
def test_a_flag_without_a_number_is_named(cell: str, meaning: str) -> None:
    """A flag says something of a number that is not there."""
    assert (f'is no number, but a flag for "{meaning}"', NO_ROW) == number(cell)


@pytest.mark.parametrize("cell", ["§", "kA", "|", "→", "%", "€", "x.x", "w/h"])
def test_a_mark_that_is_not_known_has_no_number_either(cell: str) -> None:
    """Short texts without a digit."""
    assert ("is no number", NO_ROW) == number(cell)


@pytest.mark.parametrize("cell", ["many", "ten", "yes", "over half"])
def test_a_word_is_no_number(cell: str) -> None:
    """Of which nothing is known."""
    assert ("is no number", "") == number(cell)


# -- spreadsheets


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("#DIV/0!", "it divides by zero"),
        ("#Div/0!", "it divides by zero"),
        ("#DIV/0", "it divides by zero"),
        ("DIV/0!", "it divides by zero"),
        ("#¡DIV/0!", "it divides by zero"),
        ("Err:532", "it divides by zero"),
        ("#N/A", "it found no value"),
        ("#N/A!", "it found no value"),
        ("#NV", "it found no value"),
        ("#REF!", "it refers to a cell that is gone"),
        ("#BEZUG!", "it refers to a cell that is gone"),
        ("#VALUE!", "it calculates with a text, or with another value of the wrong kind"),
        ("#WERT!", "it calculates with a text, or with another value of the wrong kind"),
        ("#NAME?", "it names a function or cells that are not known"),
        ("#NUM!", "its result is no number that can be shown"),
        ("#NULL!", "it names ranges without a common cell"),
        ("#SPILL!", "its results find no room"),
        ("#CALC!", "it can't be calculated"),
        ("#GETTING_DATA", "what it reads can't be reached"),
        ("#FIELD!", "it asks for a field that is not there"),
        ("Err:502", "it reads a value that it may not have"),
        ("Err: 502", "it reads a value that it may not have"),
        ("Fehler:522", "it refers to itself"),
        ("Err:508", "it can't be read as a formula"),
        ("Err:599", ""),
        ("#HATA!", ""),
    ],
)
def test_an_error_of_a_spreadsheet_is_named(cell: str, words: str) -> None:
    """Excel's, LibreOffice's and Google's, in several languages; those that are not known too."""
    what, told_hint = number(cell)
    assert "is a spreadsheet's error" + (f": {words}" if words else "") == what
    assert f"mend the formula, and save the table again; {NO_ROW}" == told_hint
    assert EMPTY in number(cell, figure=False)[1]


@pytest.mark.parametrize("cell", ["##", "####", "########"])
def test_a_column_that_is_too_narrow_is_named(cell: str) -> None:
    """What was seen was saved."""
    what, told_hint = number(cell)
    assert "is what a spreadsheet shows of a column that is too narrow" == what
    assert "make the column wider in the spreadsheet, and save the table again" == told_hint


@pytest.mark.parametrize("cell", ["=A1+B2", "=SUM(B2:B9)", "=", "=TODAY()"])
def test_a_formula_is_named(cell: str) -> None:
    """Its result was not saved."""
    assert ("is a formula of a spreadsheet", "save what it results in") == number(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "12-Jan",
        "Jan-12",
        "5 Jan",
        "Jan 2024",
        "31/12/2024",
        "1.2.2024",
        "2024-05-01",
        "01/05/24",
        "2024-05-01 00:00:00",
    ],
)
def test_a_date_in_the_place_of_a_number_is_named(cell: str) -> None:
    """A spreadsheet makes dates of numbers."""
    assert ("is a date, which a spreadsheet may have made of a number", "write the number of the source") == number(
        cell
    )


@pytest.mark.parametrize("cell", ["Infinity", "-Infinity", "inf", "+Inf", "-INF", "inf.", "∞", "-∞", "− ∞"])
def test_an_infinity_is_named(cell: str) -> None:
    """Of a program."""
    assert ("is no number, but an infinity", f"look for a division by zero; {NO_ROW}") == number(cell)


# -- numbers that are written otherwise


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("(12)", "write -12 if it is below zero, else 12"),
        ("(0.5)", "write -0.5 if it is below zero, else 0.5"),
        ("( 12 )", "write -12 if it is below zero, else 12"),
        ("[12]", "write -12 if it is below zero, else 12"),
        ("(1,200)", "write -1200 or -1.200 if it is below zero, else 1200 or 1.200"),
        ("(1,234.56)", "write -1234.56 if it is below zero, else 1234.56"),
        ("(1 200)", "write -1200 if it is below zero, else 1200"),
        ("(1,65%)", "write -1.65 if it is below zero, else 1.65"),
        ("($12)", "write -12 if it is below zero, else 12"),
    ],
)
def test_a_number_in_brackets_has_two_readings(cell: str, wanted: str) -> None:
    """Below zero, as accountants write it, or not."""
    assert ("is a number in brackets, as some write what is below zero", wanted) == number(cell)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("$(1,200)", "write -1200 or -1.200 if it is below zero, else 1200 or 1.200; the unit is the indicator's"),
        ("12-", "write -12 if it is below zero, else 12"),
        ("(-12)", "write -12"),
        ("▲5.2", "write -5.2"),
        ("△ 5", "write -5"),
        ("- 5", "write -5"),
        ("–5", "write -5"),
        ("‑5", "write -5"),
    ],
)
def test_other_signs_for_below_zero_are_known(cell: str, wanted: str) -> None:
    """A sign behind the number, the triangle of Japan, dashes."""
    assert wanted == hint(cell)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("1.2e6", "write 1200000"),
        ("1.2E6", "write 1200000"),
        ("1,2E+06", "write 1200000"),
        ("1.2E+06", "write 1200000"),
        ("-1.2e6", "write -1200000"),
        ("1.2E-3", "write 0.0012"),
        ("1e5", "write 100000"),
        ("1.E5", "write 100000"),
        ("1.23456789E+11", "write 123456789000"),
        ("1.2×10^6", "write 1200000"),
        ("1,2 x 10^6", "write 1200000"),
        ("1.2 × 10⁶", "write 1200000"),
        ("1.2·10⁻³", "write 0.0012"),
        ("10^6", "write 1000000"),
        ("1,234e6", "write 1234000000 or 1234000, whichever is meant"),
    ],
)
def test_scientific_notation_is_named(cell: str, wanted: str) -> None:
    """With the number in digits."""
    assert ("is in scientific notation", f"{wanted}, with the digits that the source prints") == number(cell)


def test_a_power_that_is_too_long_is_not_written_out() -> None:
    """Nor one that a column of whole numbers does not take; and a raised digit may be that of a note."""
    for cell in ("1e999", "1e-999", "1E+30"):
        assert ("is in scientific notation", "digits, with a point before the decimals") == number(cell)
    assert "digits only" == number("1.2E-3", whole=True)[1]
    assert "write 100 if it is a power of ten, else 10" == hint("10²")


@pytest.mark.parametrize(
    ("cell", "digits"),
    [
        *(
            ("1,65%", "1.65"),
            ("1.65%", "1.65"),
            ("1.65 %", "1.65"),
            ("% 40", "40"),
            ("%40", "40"),
            ("40 per cent", "40"),
        ),
        *(("40 percent", "40"), ("40pct", "40"), ("1,65 phần trăm", "1.65"), ("１２％", "12"), ("١٢٪", "12")),
        *(
            ("-5%", "-5"),
            ("+5%", "5"),
            ("−5,3 %", "-5.3"),
            ("12\u00a0%", "12"),
            ("5 pp", "5"),
            ("2,5 điểm phần trăm", "2.5"),
        ),
    ],
)
def test_a_percentage_is_named(cell: str, digits: str) -> None:
    """In any spelling: the unit stands elsewhere."""
    assert ("is a percentage", f"write {digits}: the unit is the indicator's") == number(cell)
    assert f"write {digits}" == number(cell, figure=False)[1]


@pytest.mark.parametrize("cell", ["0,5‰", "0.5 ‰", "‰ 0.5", "0.5 per mille", "0,5 phần nghìn"])
def test_a_number_per_thousand_is_named(cell: str) -> None:
    """As a percentage is."""
    assert ("is a number per thousand", "write 0.5: the unit is the indicator's") == number(cell)


def test_two_readings_of_a_separator_are_both_named() -> None:
    """A point or a comma before three digits."""
    assert "write 1200 or 1.200, whichever is meant; the unit is the indicator's" == hint("1,200%")
    assert "write 1.424 or 1424, whichever is meant; the unit is the indicator's" == hint("1.424%")
    assert 'write 1100 or 1.100, whichever is meant; and "more-than" in the column "qualifier"' == hint(">1,100")
    assert "write 1200000: the unit is the indicator's" == hint("1.200.000 đồng")


@pytest.mark.parametrize(
    ("qualifier", "cells"),
    [
        ("more-than", ">5 > 5 ＞5 over_5 Over_5 more_than_5 above_5 hơn_5 trên_5 plus_de_5 über_5 >>5"),
        ("less-than", "<5 < 5 under_5 less_than_5 fewer_than_5 below_5 dưới_5 chưa_đến_5 unter_5 moins_de_5"),
        ("at-least", "≥5 >=5 >_=_5 ⩾5 5+ 5_+ at_least_5 no_less_than_5 5_or_more 5_and_over 5_plus min._5 ít_nhất_5"),
        ("at-least", "tối_thiểu_5 5_trở_lên từ_5_trở_lên from_5 mindestens_5 au_moins_5"),
        ("at-most", "≤5 <=5 ⩽5 up_to_5 at_most_5 no_more_than_5 5_or_less 5_or_fewer max_5 tối_đa_5 không_quá_5"),
        ("at-most", "5_trở_xuống höchstens_5 au_plus_5"),
        (
            "about",
            "~5 ~_5 ≈5 ca._5 ca_5 c._5 c.5 circa_5 about_5 around_5 approx._5 khoảng_5 xấp_xỉ_5 gần_5 5_(approx.)",
        ),
    ],
)
def test_a_bound_is_named(qualifier: str, cells: str) -> None:
    """By signs, and in words."""
    named = 'is a rough number, "about"' if qualifier == "about" else f'is a bound, "{qualifier}"'
    for cell in cells.replace("> 5", ">_5").replace("< 5", "<_5").split():
        cell = cell.replace("_", " ")
        assert (named, f'write 5, and "{qualifier}" in the column "qualifier"') == number(cell)
        assert f'write 5, and "{qualifier}" in a column of its own' == number(cell, figure=False)[1]


@pytest.mark.parametrize(
    ("cell", "meaning", "rest"),
    [
        ("12p", "provisional", '"provisional" in the column "status"'),
        ("12 (p)", "provisional", '"provisional" in the column "status"'),
        ("12P", "provisional", '"provisional" in the column "status"'),
        ("12ᵖ", "provisional", '"provisional" in the column "status"'),
        ("p 12", "provisional", '"provisional" in the column "status"'),
        ("[p]12", "provisional", '"provisional" in the column "status"'),
        ("12 sơ bộ", "provisional", '"provisional" in the column "status"'),
        ("12 (prov.)", "provisional", '"provisional" in the column "status"'),
        ("12 [r]", "revised", '"revised" in the column "status"'),
        ("r12", "revised", '"revised" in the column "status"'),
        ("12 345 r", "revised", '"revised" in the column "status"'),
        ("e 12", "estimated", 'what "e" stands for in a note'),
        ("12(e)", "estimated", 'what "e" stands for in a note'),
        ("12 (ước tính)", "estimated", 'what "ước tính" stands for in a note'),
        ("12f", "forecast", 'what "f" stands for in a note'),
        ("12 u", "low reliability", 'what "u" stands for in a note'),
        ("12 [b]", "break in series", 'what "b" stands for in a note'),
    ],
)
def test_a_number_with_a_flag_is_named(cell: str, meaning: str, rest: str) -> None:
    """Flags have a column of their own."""
    digits = "12345" if "345" in cell else "12"
    assert (f'is a number with a flag for "{meaning}"', f"write {digits}, and {rest}") == number(cell)


def test_flags_that_stand_together_are_taken_apart() -> None:
    """As Eurostat writes them."""
    what, told_hint = number("12 bep")
    assert 'is a number with flags for "break in series" and "estimated" and "provisional"' == what
    assert 'write 12, and "provisional" in the column "status", and what "b" and "e" stand for in a note' == told_hint


def test_a_letter_with_several_readings_is_not_guessed() -> None:
    """A flag, a multiple, or a unit."""
    assert (
        'is a number with "b", which may stand for billions or break in series',
        'write 12000000000 if "b" stands for billions, else 12',
    ) == number("12 b")
    assert (
        'is a number with a flag for "estimated" or "use with caution"',
        'write 12, and what "E" stands for in a note',
    ) == number("12E")
    assert 'write 12000000 if "m" stands for millions, else 12' == hint("12m")
    assert 'write 12000 if "mil" stands for thousands, 12000000 if "mil" stands for millions' == hint("12 mil")
    assert "write 12 if it may be published, else leave the row out" == hint("12c")
    assert "is a number in millions" == number("€1.2m")[0]


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        *(("12*", "*"), ("12 *", "*"), ("12***", "***"), ("*12", "*"), ("12†", "†"), ("12¹", "¹"), ("12 ⁽¹⁾", "⁽¹⁾")),
        *(("12 (1)", "(1)"), ("12 [1]", "[1]"), ("12 [note 1]", "[note 1]"), ("12 (a)", "(a)"), ("12 ?", "?")),
    ],
)
def test_a_mark_for_a_note_is_named(cell: str, mark: str) -> None:
    """The note has a place of its own."""
    assert (
        f'is a number with a mark for a note, "{mark}"',
        f'write 12, and what "{mark}" stands for in a note',
    ) == number(cell)


@pytest.mark.parametrize(
    "cell",
    [
        *("12–15", "12-15", "12 - 15", "12—15", "12 to 15", "12..15", "12…15", "12~15", "12 đến 15", "từ 12 đến 15"),
        *("between 12 and 15", "12%–15%", "12–15%", "€12–15", "about 12-15", "12 to <15", "12 bis 15", "12-15 years"),
    ],
)
def test_a_range_is_named(cell: str) -> None:
    """It is two numbers."""
    assert ("is a range", "give 12 and 15 a row each, of two indicators") == number(cell)
    assert ("is a range", "give 12 and 15 a column each") == number(cell, figure=False)


@pytest.mark.parametrize(
    ("cell", "what", "wanted"),
    [
        ("12 ± 3", "is a number with a margin of error", "write 12, and the margin in a note"),
        ("12 +/- 3", "is a number with a margin of error", "write 12, and the margin in a note"),
        ("12 of 15", "is a part and a whole", "give 12 and 15 a row each"),
        ("1:5", "is a part and a whole", "give 1 and 5 a row each"),
        ("1530/9120", "is a part and a whole", "give 1530 and 9120 a row each"),
        ("12; 15", "is more than one number", "give 12 and 15 a row each"),
        ("12 | 15", "is more than one number", "give 12 and 15 a row each"),
        ("12 and 15", "is more than one number", "give 12 and 15 a row each"),
        ("12:30", "is a time of day, or a ratio", "write it as one number: digits, with a point before the decimals"),
    ],
)
def test_other_pairs_of_numbers_are_named(cell: str, what: str, wanted: str) -> None:
    """A cell holds one number."""
    assert (what, wanted) == number(cell)


@pytest.mark.parametrize(
    ("cell", "unit", "digits", "long"),
    [
        *(
            ("1.2k", "thousands", "1.2", "1200"),
            ("12K", "thousands", "12", "12000"),
            ("12 nghìn", "thousands", "12", "12000"),
        ),
        *(("12 million", "millions", "12", "12000000"), ("1.2M", "millions", "1.2", "1200000")),
        *(("1,2 Mio.", "millions", "1.2", "1200000"), ("£1.2m", "millions", "1.2", "1200000")),
        *(("1,2 tỷ", "billions", "1.2", "1200000000"), ("1.2bn", "billions", "1.2", "1200000000")),
        *(("1,2 tỷ đồng", "billions", "1.2", "1200000000"), ("1,2 nghìn tỷ", "trillions", "1.2", "1200000000000")),
        *(
            ("3 lakh", "lakhs", "3", "300000"),
            ("2.5 crore", "crores", "2.5", "25000000"),
            ("12 trăm", "hundreds", "12", "1200"),
        ),
        ("12 million people", "millions", "12", "12000000"),
    ],
)
def test_a_multiple_is_named(cell: str, unit: str, digits: str, long: str) -> None:
    """The unit says it, or the number is written out."""
    wanted = f"write {digits} if the indicator's unit is in {unit}, else {long}"
    assert (f"is a number in {unit}", wanted) == number(cell)
    assert f"write {long}" == number(cell, figure=False)[1]


@pytest.mark.parametrize(
    ("cell", "currency"),
    [
        *(
            ("$12", "$"),
            ("US$12", "US$"),
            ("€ 12", "€"),
            ("12 €", "€"),
            ("12₫", "₫"),
            ("12 VND", "VND"),
            ("USD 12", "USD"),
        ),
        *(("12 đồng", "đồng"), ("12 đ", "đ"), ("¥12", "¥"), ("12 zł", "zł"), ("Rs. 12", "Rs.")),
    ],
)
def test_a_currency_is_named(cell: str, currency: str) -> None:
    """It is the indicator's unit."""
    assert (f'is a number with a currency, "{currency}"', "write 12: the unit is the indicator's") == number(cell)


@pytest.mark.parametrize(
    "cell", ["12 households", "12 hộ", "12 km²", "12 km2", "12km", "12 ha", "12 kg", "12°C", "12 tCO2"]
)
def test_a_unit_is_told_to_stand_elsewhere(cell: str) -> None:
    """Words behind a number."""
    assert ("is a number with words", "write 12: the unit is the indicator's") == number(cell)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        *(("½", "write 0.5"), ("3½", "write 3.5"), ("3 ½", "write 3.5"), ("3 1/2", "write 3.5"), ("-¼", "write -0.25")),
        ("1/2", "write 0.5 if it is neither a date nor two numbers"),
        ("12/15", "write 0.8 if it is neither a date nor two numbers"),
        ("1/3", "write it as a decimal number, with the digits that the source prints"),
        ("⅔", "write it as a decimal number, with the digits that the source prints"),
    ],
)
def test_a_fraction_is_named(cell: str, wanted: str) -> None:
    """With its decimals, where they have an end."""
    assert ("is a fraction", wanted) == number(cell)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        *((".5", "write 0.5"), (",5", "write 0.5"), ("-.5", "write -0.5"), ("5.", "write 5"), ("5;", "write 5")),
        *(("'12", "write 12"), ('="12"', "write 12"), ("=12", "write 12"), ("“12”", "write 12")),
        *(("12\u200b", "write 12"), ("\u200e12", "write 12")),
        *(("1,23,456", "write it without separators: 123456"), ("1_000", "write it without separators: 1000")),
        *(("1.234.567,89", "write it without separators: 1234567.89"), ("1٬234", "write it without separators: 1234")),
        *(("1٫5", "write the decimals after a point: 1.5"), ("1234,567", "write the decimals after a point: 1234.567")),
    ],
)
def test_a_number_of_other_marks_is_known(cell: str, wanted: str) -> None:
    """Half a number, quotation marks, characters that are not seen, separators of other countries."""
    assert wanted == hint(cell)


def test_what_stands_beside_a_number_is_told_all_at_once() -> None:
    """A cell is mended once."""
    assert (
        "write 1.2 if the indicator's unit is in millions, else 1200000; "
        'and "more-than" in the column "qualifier"; and "provisional" in the column "status"'
    ) == hint(">1.2 million (p)")
    assert 'write 5, and "less-than" in the column "qualifier"; the unit is the indicator\'s' == hint("< 5 %")
    assert 'write 5, and "about" in the column "qualifier", and what "*" stands for in a note' == hint("~5*")


@pytest.mark.parametrize(
    "cell",
    [
        "4o",
        "1O",
        "l2",
        "12a",
        "5ish",
        "1.2.3",
        "1,2,3",
        "12 3",
        "Q4",
        "H1 500",
        "n=12",
        "<br>12",
        "12½%",
        "0x1F",
        "12, in 2024",
    ],
)
def test_what_may_be_a_slip_is_not_guessed(cell: str) -> None:
    """No number is made of it."""
    assert ("is no number", "digits, with a point before the decimals") == number(cell)
    assert ("is no whole number", "digits only") == number(cell, whole=True)


def test_a_cell_of_several_lines_is_named() -> None:
    """And one that is too long for a number is not looked into."""
    mistake = number_mistake("12\n15", "value")
    assert mistake is not None
    assert (True, "a cell holds one number") == (mistake[1].endswith("but a text of several lines"), mistake[2])
    mistake = number_mistake("about 12 " * 9, "value")
    assert mistake is not None
    assert "" == mistake[2]


CELLS = [
    *(
        "12",
        "1,200",
        "1.424",
        "1 200",
        "½",
        "-5",
        "(12)",
        "<",
        ">",
        "~",
        "≥",
        "+",
        "-",
        "–",
        "%",
        "‰",
        "€",
        "đ",
        "k",
        "m",
    ),
    *(
        "b",
        "mil",
        "tỷ",
        "million",
        "p",
        "[r]",
        "*",
        "¹",
        "(1)",
        "e",
        "e6",
        "E-3",
        "×10^6",
        " ",
        " ",
        "/",
        ":",
        "to",
        "c",
        "n/a",
    ),
    *("#N/A", "hơn", "or more", "households", "10⁶", "'", '"', "=", "0", "1e9", ".", ",", "２"),
]
_MIXED = st.lists(st.sampled_from(CELLS), max_size=6).map("".join) | st.text(max_size=12)


@settings(deadline=None, max_examples=400)
@given(cell=_MIXED, whole=st.booleans(), figure=st.booleans())
@example("1,234 mil", True, True)
@example("1e-3%", False, True)
def test_a_number_to_write_is_one_that_the_column_takes(cell: str, whole: bool, figure: bool) -> None:
    """Nothing raises, and no hint leads to the next mistake."""
    mistake = number_mistake(cell, "value", whole, figure)
    if mistake is None:
        return
    for found in re.findall(r"(?:write|else|or|:|,) (-?[0-9][0-9.]*)(?=[ ,;:]|\Z)", re.sub(r'"[^"]*"', "", mistake[2])):
        assert number_mistake(found, "value", whole, figure) is None, mistake


def test_the_table_of_a_site_has_these_messages() -> None:
    """In the value of an observation, and in a column of another table."""
    assert [
        f'observations.csv:2:23: ":" in column "value" is no number, but a mark for "not available" ({NO_ROW})'
    ] == told(observations(":"))
    declared = "resources: [{name: staff, schema: {fields: [{name: id}, {name: hours, type: integer}]}}]"
    assert [
        'staff.csv:2:5: "n/a" in column "hours" is no whole number, but a mark for "not available" or "not applicable" '
        f"({EMPTY})"
    ] == told({"staff.csv": "id,hours\nann,n/a\nbob,\n", "datapackage.yaml": declared})


def test_many_wrong_cells_are_told_soon() -> None:
    """Each of them another one."""
    rows = "".join(
        f'x{number},loans,town,2024,"more than {number},5 million VND (p) [note {number}]",,,report\n'
        for number in range(9_000)
    )
    begin = time.process_time()
    assert 1001 == len(told({"observations.csv": TABLES["observations"] + rows}))
    assert time.process_time() - begin < 8


# -- periods


def period(cell: str) -> str:
    """The hint for a cell that is no period."""
    mistake = period_mistake(cell)
    assert mistake is not None, cell
    assert ("value-pattern", f'"{cell}" is no period') == mistake[:2]
    return mistake[2]


@pytest.mark.parametrize(
    ("wanted", "cells"),
    [
        ("2023/2024", "2023-24 2023/24 2023–24 2023-2024 2023–2024 FY2023-24 FY_2023/24 202324 2023_to_2024 AY2023/24"),
        ("2023/2024", "năm_học_2023-2024 school_year_2023/24 2023-24_ 2023_24 from_2023_to_2024 2024-2023"),
        ("1999/2000", "1999-00 1999/00 1999–00 1999-2000 FY1999-00"),
        ("2010/2011", "FY2010-11 FY_2010/11 fiscal_year_2010-11 2010–2011"),
        ("2021/2025", "2021-2025 giai_đoạn_2021-2025 từ_2021_đến_2025 2021-25"),
        ("2023/2025", "2023-24/2024-25 2023-24_to_2024-25 2023/24–2024/25"),
        ("2024", "năm_2024 2024.0 ２０２４ CY2024 year_2024"),
    ],
)
def test_years_are_written_as_an_interval(wanted: str, cells: str) -> None:
    """A financial year, and longer ones."""
    for cell in cells.split():
        assert f"write {wanted}" == period(cell.replace("_", " "))


@pytest.mark.parametrize(
    ("wanted", "cells"),
    [
        (
            "2023-10/2023-12",
            "2023-Q4 Q4_2023 2023Q4 2023_Q4 4Q2023 Q4/2023 Q4-2023 Quý_4/2023 Quý_IV/2023 quý_IV_năm_2023",
        ),
        (
            "2023-10/2023-12",
            "4th_quarter_2023 fourth_quarter_of_2023 2023-Q04 3_tháng_cuối_năm_2023 Oct–Dec_2023 2023-10/12",
        ),
        (
            "2023-01/2023-06",
            "2023-S1 2023-H1 H1_2023 1H2023 2023H1 first_half_of_2023 6_tháng_đầu_năm_2023 nửa_đầu_năm_2023",
        ),
        ("2023-07/2023-12", "2023-S2 H2_2023 second_half_of_2023 6_tháng_cuối_năm_2023"),
        ("2024-01/2024-09", "9_tháng_đầu_năm_2024 Q1-Q3_2024 1/2024-9/2024 2024-01_-_2024-09 2024-01–2024-09"),
        ("2023-01-30/2023-02-05", "2023-W05 2023W5"),
        ("2024-05-01/2024-05-31", "2024-05-01/31 1-31_May_2024 01.05.2024–31.05.2024 2024-05-01_to_2024-05-31"),
    ],
)
def test_parts_of_a_year_are_written_as_an_interval(wanted: str, cells: str) -> None:
    """Quarters, halves, weeks, and other intervals."""
    for cell in cells.split():
        assert f"write the interval {wanted}" == period(cell.replace("_", " "))


@pytest.mark.parametrize(
    ("wanted", "cells"),
    [
        ("2024-12", "12/2024 12-2024 12.2024 2024.12 Dec_2024 December_2024 2024-Dec Tháng_12/2024 tháng_12_năm_2024"),
        ("2024-12", "T12/2024 2024M12 2024-M12 202412 déc._2024 Dezember_2024 2024/12"),
        (
            "2024-12-31",
            "31/12/2024 12/31/2024 31-12-2024 31.12.2024 2024/12/31 2024.12.31 20241231 31122024 31_Dec_2024",
        ),
        ("2024-12-31", "31-Dec-2024 Dec_31,_2024 December_31st,_2024 ngày_31/12/2024 ngày_31_tháng_12_năm_2024"),
        ("2024-12-31", "2024-12-31_00:00:00 2024-12-31T00:00:00Z 2024-31-12"),
        ("2024-06-05", "05.06.2024 5.6.2024 2024-6-5"),
        ("2024-05-05", "05/05/2024 5-5-2024"),
    ],
)
def test_months_and_days_are_written_in_iso_8601(wanted: str, cells: str) -> None:
    """Wherever there is one reading."""
    for cell in cells.split():
        text = cell.replace("_", " ")
        assert f"write {wanted}" == period(text)
        mistake = date_mistake(text)
        assert mistake is not None
        assert ("value-pattern", f'"{text}" is no date', f"write {wanted}") == mistake


@pytest.mark.parametrize(
    ("wanted", "cells"),
    [
        ("write 2024-06-05 if the day stands first, or 2024-05-06 if the month does", "05/06/2024 5/6/2024 05-06-2024"),
        (
            "write 2010/2011 for the financial year, or the interval 2010-11/2010-11 for the month",
            "2010/11 2010–11 2010_11 201011 2010.11",
        ),
        ("write 2010/2012 for the years, or 2010-12 for the month", "2010/12 2010–12"),
        ("write 2023/2024 for the financial year, or 2023-04 for the month", "2023/4 2023-4"),
        ("write 2024/2025 if it begins in that year, or 2023/2024 if it ends in it", "FY2024 FY_2024 fiscal_year_2024"),
        ("write 2024-02 for the month, or the interval 2024-04/2024-06 for the quarter", "T2/2024 2024-T2"),
        ("write 2008/2011 for the financial year, or the interval 2008-09/2010-11 for the month", "2008/09–2010/11"),
        ("write 2024-12-31 if it is a spreadsheet's number of a day", "45657"),
        ("write the years with four digits: 2024-12-31, or 2023/2024", "23/24 FY24 FY23/24 31/12/24 Dec-24 Q4_23 24"),
        ('write 2024, and what "(p)" stands for in a note', "2024_(p)"),
        ('write 2024, and what "*" stands for in a note', "2024*"),
    ],
)
def test_a_period_of_several_readings_is_not_guessed(wanted: str, cells: str) -> None:
    """Each of them is named."""
    for cell in cells.split():
        assert wanted == period(cell.replace("_", " "))


@pytest.mark.parametrize(
    "cell",
    [
        "last year",
        "since 2020",
        "2020-",
        "2020–present",
        "IV/2023",
        "2024Q5",
        "M13 2024",
        "2023/2024/2025",
        "20241340",
        "?",
    ],
)
def test_of_other_periods_the_forms_are_told(cell: str) -> None:
    """Nothing is made of them."""
    assert "a year 2022, a month 2022-05, a day 2024-12-31, or an interval 2022/2024" == period(cell)


PERIODS = [
    *(
        "2023",
        "2010",
        "24",
        "11",
        "12",
        "5",
        "31",
        "-",
        "/",
        "–",
        ".",
        " ",
        "Q",
        "4",
        "H",
        "M",
        "T",
        "FY",
        "Dec",
        "tháng",
        "quý",
    ),
    *(
        "IV",
        "năm",
        "to",
        "W",
        "đầu",
        "half",
        "first",
        "2024-12-31",
        "00:00",
        "p",
        "*",
        "00",
        "9999",
        "0000",
        "20241231",
        "²",
    ),
]


@settings(deadline=None, max_examples=400)
@given(st.lists(st.sampled_from(PERIODS), max_size=9).map("".join) | st.text(max_size=12))
@example("9999-00")
@example("0000/01")
@example("FY0001")
@example("FY9999")
@example("9999-W53")
def test_a_period_to_write_is_one(cell: str) -> None:
    """Nothing raises, and no hint leads to the next mistake."""
    for mistake, check in ((period_mistake(cell), period_mistake), (date_mistake(cell), date_mistake)):
        if mistake and mistake[2].startswith("write ") and "four digits" not in mistake[2]:
            found = re.findall(r"(?:write|or)(?: the interval)? ([0-9/-]+)", mistake[2])
            assert found
            assert all(check(each) is None for each in found), mistake


# -- months that may be financial years


def rows(*periods: str, indicator: str = "loans") -> str:
    return "".join(f"{indicator}-{n},{indicator},town,{each},1,,,report\n" for n, each in enumerate(periods))


def told_of(*series: str, declared: str = "") -> list[str]:
    """What is wrong with observations of these rows."""
    files = {"observations.csv": TABLES["observations"].split("\n")[0] + "\n" + "".join(series)}
    return told({**files, **({"datapackage.yaml": declared} if declared else {})})


YEARS = "2009-10, 2010-11, 2011-12 can be months (October 2009) or financial years (2009/10)"
YEARS_HINT = "write 2009/2010 for the financial year, or 2009-10/2009-10 for the month"


def test_a_series_of_financial_years_is_told_once() -> None:
    """At its first cell; and none of its rows is published."""
    assert [f"observations.csv:3:20: {YEARS} ({YEARS_HINT})"] == told_of(rows("2008", "2009-10", "2010-11", "2011-12"))
    text = TABLES["observations"].split("\n")[0] + "\n" + rows("2008", "2009-10", "2010-11", "2011-12")
    dataset, problems = load({"observations.csv": text})
    assert ["period-ambiguous"] == [problem.code for problem in problems]
    assert ["loans-0"] == list(dataset.observations)
    assert {"loans-1", "loans-2", "loans-3"} == dataset.left_out


def test_of_many_periods_the_first_are_named() -> None:
    """Each once, and how many more there are."""
    found = told_of(rows(*(f"20{n:02}-{n + 1:02}" for n in range(12)), "2000-01"))
    assert 1 == len(found)
    assert "2000-01, 2001-02, 2002-03 and 9 more can be months (January 2000) or financial years (2000/01)" in found[0]


def test_a_single_one_is_told_of_in_the_singular() -> None:
    """With both readings."""
    assert [
        "observations.csv:2:20: 2010-11 can be a month (November 2010) or a financial year (2010/11) "
        "(write 2010/2011 for the financial year, or 2010-11/2010-11 for the month)"
    ] == told_of(rows("2010-11"))


@pytest.mark.parametrize(
    "periods",
    [
        ("2010-11", "2010-12"),
        ("2010-10", "2010-11"),
        ("2009-10", "2010-11", "2010-05"),
        ("2010-11", "2010-05/2010-09"),
        ("2010-11", "2010-12/2011-02"),
        ("2010-11/2010-11", "2011-12/2011-12"),
        ("2010-10", "2012-05"),
        ("2010/2011", "2011/2012"),
        ("2010-11-30", "2010"),
    ],
)
def test_months_among_months_are_months(periods: tuple[str, ...]) -> None:
    """And an interval of one month says that it is one."""
    assert [] == told_of(rows(*periods))


@pytest.mark.parametrize(
    "periods",
    [
        ("2010-11", "2010"),
        ("2010-11", "2010-11-30"),
        ("2010-11", "2011-12"),
        ("2010-11", "2010/2011"),
        ("2010-11", "2009-10/2010-11"),
        ("1900-01", "1910-11"),
    ],
)
def test_other_periods_do_not_say_that_it_is_a_month(periods: tuple[str, ...]) -> None:
    """Years, days, and intervals whose ends may be either."""
    assert 1 == len(told_of(rows(*periods)))


def test_a_series_is_judged_by_itself() -> None:
    """Months of another indicator say nothing of it."""
    found = told_of(rows("2010-10", "2010-11", "2010-12"), rows("2009-10", "2010-11", "2011-12", indicator="budget"))
    assert [f"observations.csv:5:22: {YEARS} ({YEARS_HINT})"] == found


def test_a_single_one_is_judged_with_the_column() -> None:
    """Where the column has months, it is one; where it has none, it is not known."""
    assert [] == told_of(rows("2010-11"), rows("2010-05", indicator="budget"))
    assert [] == told_of(rows("2010-11", "2010-11", "2009"), rows("2010-05", "2010-06", indicator="budget"))
    found = told_of(rows("2010-11"), rows("2011-12", indicator="budget"))
    assert 1 == len(found)
    assert "2010-11, 2011-12 can be months" in found[0]


def test_each_series_is_told_of() -> None:
    """Once each; single ones together."""
    found = told_of(rows("2009-10", "2010-11"), rows("2001-02", "2002-03", indicator="budget"))
    assert 2 == len(found)


def test_a_period_that_is_none_says_nothing() -> None:
    """It is told of by itself."""
    found = told_of(rows("2009-10", "2010-11", "2011-12", "2012-13", "2010/05"))
    assert [YEARS in text for text in found] == [True, False, False]


def test_other_tables_are_judged_by_their_column() -> None:
    """Whatever stands beside it, unless the descriptor says that it holds months."""
    table = {"openings.csv": "id,indicator,period\na,x,2010-11\nb,y,2011-12\n"}
    found = told(table)
    assert ["openings.csv:2:5: 2010-11, 2011-12 can be months"] == [text.partition(" (")[0] for text in found]
    assert [] == told({"openings.csv": "id,indicator,period\na,x,2010-11\nb,y,2010-10\n"})
    assert [] == told({"openings.csv": "id,when\na,2010-11\nb,2011-12\n"})
    fields = [{"name": "id"}, {"name": "indicator"}, {"name": "period", "type": "yearmonth"}]
    declared = yaml.safe_dump({"resources": [{"name": "openings", "schema": {"fields": fields}}]})
    assert [] == told({**table, "datapackage.yaml": declared})


def test_a_row_of_the_group_has_its_other_mistakes_told() -> None:
    """Only of the period is nothing more said."""
    found = told_of(rows("2009-10", "2010-11", "2011-12").replace("2010-11,1", "2010-11,many"))
    assert [YEARS in text for text in found] == [True, False]
    assert '"many" in column "value" is no number' in found[1]
