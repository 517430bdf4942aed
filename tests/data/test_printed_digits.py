"""Computed digits: what is printed lies in the range that its own page states, whatever it was computed from."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.data.calculation.words import range_text
from sitegen.language.figure_format import FigureFormat
from sitegen.language.labels import Labels
from sitegen.model.data import QUALIFIERS, Dataset, DerivedFigure, Observation

from ..language.figure_factory import figure
from .test_calculation import calculated, derived

BOUNDS = QUALIFIERS[:-1]
KINDS = ("count", "percent", "percentage-point", "money", "ratio")
ENGLISH = FigureFormat(
    "en",
    Labels(
        "en",
        {
            "range_between": "{low} | {high}",
            "range_more_than": "{low} |",
            "range_at_least": "{low} |",
            "range_less_than": "| {high}",
            "range_at_most": "| {high}",
        },
    ),
)


@st.composite
def inputs(draw: st.DrawFn) -> tuple[Observation, ...]:
    """Three figures of one kind: of any size, with any number of decimals, some of them rough or only bounds."""
    kind = draw(st.sampled_from(KINDS))
    made = []
    for key in "abc":
        decimals = 0 if kind == "count" else draw(st.integers(0, 4))
        number = draw(st.integers(-20_000, 200_000) | st.integers(-30, 30))
        qualifier = draw(st.sampled_from(("", "", "", "", "", "", "about", *BOUNDS)))
        rounding = draw(st.sampled_from(("", "", "", "0.01", "10", "1000")))
        value = f"{Decimal(number).scaleb(-decimals):f}"
        made.append(figure(value, key, unit_type=kind, qualifier=qualifier, rounding=rounding))
    return tuple(made)


EXPRESSIONS = (
    *("a + b", "a - b", "difference(a, b)", "sum(a, b, c)", "a + b - c", "min(a, b)", "max(a, b, c)", "abs(a - b)"),
    *("a * 3", "a / 7", "(a + b) / 3", "change(a, b)", "share(a, b)", "ratio(a, b)", "share(a, sum(a, b, c))"),
    *("a * 0.001", "a * 12345", "abs(a) - abs(b)", "(a - b) / (a + b)"),
)
ROUNDINGS = st.sampled_from(("", *(f"rounding = {step}\n" for step in ("0.001", "0.01", "0.1", "1", "10", "1000"))))


def computed(path: Path, value: str, more: str, given_figures: tuple[Observation, ...]) -> DerivedFigure | None:
    """The figure, or None where the inputs have no such result: a division by what can be zero, a size."""
    text = f'[result]\nvalue = "{value}"\nlabel = "Result"\n{more}'
    dataset: Dataset
    dataset, problems = calculated(path, *given_figures, derived=text)
    codes = {problem.code for problem in problems}
    assert codes <= {"calculation-zero", "calculation-unbounded", "calculation-units", "calculation-size"}
    return dataset.derived.get("result")


@given(inputs(), st.sampled_from(EXPRESSIONS), ROUNDINGS)
def test_what_is_printed_lies_in_its_range(
    tmp_path_factory: pytest.TempPathFactory, given_figures: tuple[Observation, ...], value: str, more: str
) -> None:
    """A value lies in the exact range; the end of a bound has all of the range on its side; of a range of one number,
    the nearest number of its digits is printed, and never nothing of something.
    """
    result = computed(tmp_path_factory.mktemp("derived"), value, more, given_figures)
    if result is None:
        return
    printed, span = Fraction(result.value), result.range
    assert printed in result.stated_range or result.qualifier in ("more-than", "less-than")
    assert not result.value.startswith("-") or printed
    if result.qualifier in ("more-than", "at-least"):
        assert printed <= span.low
    elif result.qualifier in ("less-than", "at-most"):
        assert printed >= span.high
    else:
        assert abs(printed - result.result) * 2 <= _step(result) if span.is_exact else printed in span
        assert printed or not result.result or span.low < 0 < span.high


@given(inputs(), st.sampled_from(EXPRESSIONS), ROUNDINGS)
def test_what_is_printed_lies_between_the_ends_as_they_are_printed(
    tmp_path_factory: pytest.TempPathFactory, given_figures: tuple[Observation, ...], value: str, more: str
) -> None:
    """The sentence below a figure rounds its ends too: never past the value."""
    result = computed(tmp_path_factory.mktemp("derived"), value, more, given_figures)
    if result is None:
        return
    text = range_text(result.stated_range, result.indicator, ENGLISH, result.value)
    low, _, high = text.partition("|")
    assert not low.strip() or _number(low) <= Fraction(result.value)
    assert not high.strip() or Fraction(result.value) <= _number(high)


def _number(text: str) -> Fraction:
    return Fraction(text.split()[0].replace(",", "").replace("\u2212", "-").replace("%", ""))


def _step(result: DerivedFigure) -> Fraction:
    """The step of the last printed digit; zeros before the point may have been rounded to."""
    digits = result.value.lstrip("-")
    if "." in digits:
        return Fraction(1, 10**result.decimals)
    return Fraction(10 ** (len(digits) - len(digits.rstrip("0")))) if digits.strip("0") else Fraction(10**9)


@pytest.mark.parametrize(
    ("value", "kind", "numbers", "more", "printed", "qualifier"),
    [
        ("b - a", "money", ("24.7", "24.9"), "", "0.2", "about"),
        ("b - a", "money", ("1.0", "1.1"), "", "0.1", "about"),
        ("a + b", "percent", ("0.43", "0.23"), "", "0.66", "about"),
        ("a + b", "percent", ("0.43", "0.23"), "rounding = 0.01\n", "0.66", "about"),
        ("a + b", "percent", ("0.43", "0.23"), "rounding = 10\n", "0.66", "about"),
        ("change(a, b)", "percent", ("0.43", "0.23"), "", "-47", "about"),
        ("b - a", "percent", ("12.5", "2.5"), "", "-10", ""),
        ("b - a", "percent", ("0.43", "0.23"), "", "-0.2", ""),
        ("ratio(a, b)", "count", ("3", "1000"), "", "0.003", ""),
        ("share(a, b)", "count", ("3", "1000000"), "", "0.0003", ""),
        ("share(a, b)", "count", ("-3", "1000000"), "rounding = 1\n", "-0.0003", ""),
        ("a - b", "count", ("5", "5"), "", "0", ""),
        ("a * b", "ratio", ("0.0", "-3.0"), "", "0", ""),
        ("sum(a, b)", "count", ("12345", "5"), "rounding = 1000\n", "12000", "about"),
    ],
)
def test_as_many_digits_are_printed_as_keep_the_value_in_its_range(
    tmp_path: Path, value: str, kind: str, numbers: tuple[str, str], more: str, printed: str, qualifier: str
) -> None:
    """24.7 and 24.9 differ by 0.1 to 0.3, which is not 0; 0.43% and 0.23% are 0.65 to 0.67%, which is not 0.7%."""
    result = derived(
        tmp_path,
        value,
        *(figure(number, key, unit_type=kind) for number, key in zip(numbers, "ab", strict=True)),
        more=more,
    )
    assert (printed, qualifier) == (result.value, result.qualifier)


def test_what_is_computed_from_a_computed_figure_is_computed_from_its_exact_value(tmp_path: Path) -> None:
    """Two times −33.6376… is −67.3, not two times what was printed of it."""
    text = '[b]\nvalue = "change(x, y)"\nlabel = "B"\n[c]\nvalue = "b * 2"\nlabel = "C"\n'
    dataset, problems = calculated(tmp_path, figure("1424", "x"), figure("945", "y"), derived=text)
    assert not problems
    assert ("-33.6", "-67.3") == (dataset.derived["b"].value, dataset.derived["c"].value)
