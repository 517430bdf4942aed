"""Expressions, derived figures and rules: read, worked out with the rounding of what was printed, put in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.calculation import calculate, load_declarations
from sitegen.calculation.evaluation import EvaluationError, evaluate
from sitegen.calculation.syntax import ExpressionError, parse_expression, parse_statement
from sitegen.calculation.words import expression_parts, number_text
from sitegen.figures import FigureFormat
from sitegen.located import LocatedMapping, SourceText
from sitegen.model import Dataset, DerivedFigure, Figure, Observation, Settings
from sitegen.problems import Problem

from .figure_factory import figure

ENGLISH = FigureFormat.plain("en")


def settings() -> Settings:
    """Those of a site in English."""
    nothing = LocatedMapping({}, SourceText("site.toml", ""))
    return Settings(("en",), "https://example.org/", {}, {}, {}, (), {}, {}, nothing)


def calculated(
    tmp_path: Path, *observations: Observation, derived: str = "", rules: str = ""
) -> tuple[Dataset, list[Problem]]:
    """A dataset of these observations with what the two files declare, and what is wrong."""
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "data" / "derived.toml").write_text(derived, encoding="utf-8")
    (tmp_path / "data" / "rules.toml").write_text(rules, encoding="utf-8")
    problems: list[Problem] = []
    by_id = {item.id: item for item in observations}
    dataset = Dataset(
        observations=by_id,
        indicators={item.indicator.unit: item.indicator for item in observations},
        areas={item.area.id: item.area for item in observations},
    )
    return calculate(load_declarations(tmp_path, settings(), problems), dataset, problems), problems


def derived(tmp_path: Path, value: str, *observations: Observation, more: str = "") -> DerivedFigure:
    """The figure that an expression gives."""
    text = f'[result]\nvalue = "{value}"\nlabel = "Result"\n{more}'
    dataset, problems = calculated(tmp_path, *observations, derived=text)
    assert [] == problems
    return dataset.derived["result"]


def holds(tmp_path: Path, rule: str, *observations: Observation) -> bool:
    """Whether a rule holds."""
    dataset, problems = calculated(tmp_path, *observations, rules=f'[rule]\nrule = "{rule}"\ntitle = "Title"\n')
    assert ["rule-broken"] * (not dataset.judgements[0].holds) == [problem.code for problem in problems]
    return dataset.judgements[0].holds


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("2_200_000", 2_200_000),
        ("0.5 + .25", Fraction(3, 4)),
        ("17% + .5%", Fraction(175, 1000)),
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("10 - 3 - 2", 5),
        ("12 / 3 / 2", 2),
        ("sum(1, 2, 3)", 6),
        ("difference(3, 10)", 7),
        ("change(4, 5)", Fraction(1, 4)),
        ("share(1, 4)", Fraction(1, 4)),
        ("ratio(9, 3)", 3),
        ("min(4, 2, 3)", 2),
        ("max(4, 2, 3)", 4),
        ("abs(2 - 5)", 3),
        ("loans-2024 * 2", 14),
        ("2024-loans", 9),
        ("rate", Fraction(43, 10_000)),
        ("sum", 5),
        ("6 ÷ 2 − 1 × 2", 1),
    ],
)
def test_expressions_mean_what_they_say(text: str, result: Fraction | int) -> None:
    """Precedence as in school; ids have hyphens and may be called like a function; a percentage is a share."""
    figures: Mapping[str, Figure] = {
        "loans-2024": figure("7"),
        "2024-loans": figure("9"),
        "rate": figure("0.43", unit_type="percent"),
        "sum": figure("5"),
    }
    assert Fraction(result) == evaluate(parse_expression(text), figures).printed


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ("", "a figure or a number is missing at the end", 0),
        ("1 +", "a figure or a number is missing at the end", 3),
        ("(1 + 2", "“)” is missing at the end", 6),
        ("1 2", "“2” is not expected here", 2),
        ("a.real", "“.” is no part of an expression", 1),
        ("__import__('os')", "“_” is no part of an expression", 0),
        ("open(a)", 'no function "open"', 0),
        ("change(a)", "change() takes 2 figures, not 1", 0),
        ("a ** 2", "a figure or a number is missing before “*”", 3),
        ("a; b", "“;” is no part of an expression", 1),
        ("a[0]", "“[” is no part of an expression", 1),
        ("a = b", "“=” is not expected here", 2),
        ("(" * 99 + "a" + ")" * 99, "nested too deep", 51),
    ],
)
def test_nothing_but_figures_and_a_few_functions_can_be_written(text: str, message: str, offset: int) -> None:
    """No attribute, no other call, no other name; the place of the mistake is told."""
    with pytest.raises(ExpressionError) as raised:
        parse_expression(text)
    assert (message, offset) == (raised.value.message, raised.value.offset)


@pytest.mark.parametrize("text", ["a", "a + b", "a within b", "a within 1 .. ", "a ="])
def test_a_statement_says_something(text: str) -> None:
    """An expression alone is no rule."""
    with pytest.raises(ExpressionError):
        parse_statement(text)


@given(st.text(alphabet="ab1.0_-+*/()<>=, within", max_size=40))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    """No text makes the reader fail in another way."""
    for parse in (parse_expression, parse_statement):
        try:
            parse(text)
        except ExpressionError as error:
            assert 0 <= error.offset <= len(text)


@pytest.mark.parametrize(
    ("value", "inputs", "printed", "qualifier"),
    [
        ("difference(a, b)", ("1424", "945"), "-479", ""),
        ("change(a, b)", ("1424", "945"), "-33.6", ""),
        ("change(a, b)", ("1753", "451"), "-74.3", ""),
        ("share(a, b)", ("9570", "9928"), "96.4", ""),
        ("a + b", ("1", "2"), "3", ""),
        ("ratio(a, b)", ("10", "4"), "2.5", ""),
        ("min(a, b)", ("10", "4"), "4", ""),
    ],
)
def test_counts_give_exact_results(
    tmp_path: Path, value: str, inputs: tuple[str, str], printed: str, qualifier: str
) -> None:
    """A change and a share are percentages with one decimal, a difference keeps the unit."""
    result = derived(tmp_path, value, figure(inputs[0], "a"), figure(inputs[1], "b"))
    assert (printed, qualifier) == (result.value, result.qualifier)
    assert result.low == result.high


@pytest.mark.parametrize(
    ("value", "inputs", "printed", "qualifier", "low", "high"),
    [
        # 9,928 ÷ 0.43%: 53,701 wide, so that not even the ten thousands can be printed
        ("a / b", (("9928", "count"), ("0.43", "percent")), "2300000", "about", "2282298.85", "2336000"),
        ("a + b", (("24.7", "money"), ("14.11", "money")), "39", "", "38.755", "38.865"),
        ("a - b", (("0.43", "percent"), ("0.4", "percent")), "0", "", "-0.025", "0.085"),
        ("share(a, b)", (("24.7", "money"), ("50.0", "money")), "49", "", "49.2507", "49.5496"),
    ],
)
def test_printed_digits_are_never_finer_than_the_inputs_allow(
    tmp_path: Path,
    value: str,
    inputs: tuple[tuple[str, str], tuple[str, str]],
    printed: str,
    qualifier: str,
    low: str,
    high: str,
) -> None:
    """The step of the last digit is at least as wide as the range of what the result can be."""
    more = 'unit = "percent"\n' if value == "a - b" else ""
    result = derived(
        tmp_path, value, *(figure(v, k, unit_type=t) for k, (v, t) in zip("ab", inputs, strict=True)), more=more
    )
    assert (printed, qualifier) == (result.value, result.qualifier)
    assert result.low is not None and result.high is not None
    assert float(low) == pytest.approx(float(result.low), abs=0.01)
    assert float(high) == pytest.approx(float(result.high), abs=0.01)


@given(
    st.integers(1, 10_000),
    st.integers(1, 10_000),
    st.integers(0, 3),
    st.sampled_from(["a + b", "a - b", "a * 3", "change(a, b)", "share(a, b)"]),
    st.sampled_from(["", "rounding = 0.001\n", "rounding = 10\n"]),
)
def test_whatever_the_inputs_the_step_is_no_finer_than_the_range(
    tmp_path_factory: pytest.TempPathFactory, a: int, b: int, decimals: int, value: str, more: str
) -> None:
    """Also where the author asks for more digits."""
    first, second = (f"{number / 10**decimals:.{decimals}f}" for number in (a, b))
    path = tmp_path_factory.mktemp("derived")
    result = derived(
        path, value, figure(first, "a", unit_type="money"), figure(second, "b", unit_type="money"), more=more
    )
    assert result.low is not None and result.high is not None
    digits = result.value.lstrip("-")
    step = Fraction(1, 10**result.decimals)
    if "." not in digits:
        step *= 10 ** (len(digits) - len(digits.rstrip("0"))) if digits.strip("0") else 10**9
    assert step >= result.high - result.low


def test_bounds_stay_bounds(tmp_path: Path) -> None:
    """More than 1,100 and 500 are more than 1,600; what is left after more than 44 is at most the rest."""
    bound = figure("1100", "a", qualifier="at-least")
    assert ("1600", "at-least") == _printed(derived(tmp_path, "a + b", bound, figure("500", "b")))
    assert ("-600", "at-most") == _printed(derived(tmp_path, "b - a", bound, figure("500", "b")))
    assert ("45.5", "at-most") == _printed(
        derived(tmp_path, "share(b, a)", bound, figure("500", "b"), more="rounding = 0.1")
    )
    text = '[result]\nvalue = "a - b"\nlabel = "Result"\n'
    _, problems = calculated(tmp_path, bound, figure("5", "b", qualifier="at-least"), derived=text)
    assert ["calculation-unbounded"] == [problem.code for problem in problems]


def _printed(result: DerivedFigure) -> tuple[str, str]:
    return result.value, result.qualifier


def test_percentages_make_percentages_only_when_it_is_said(tmp_path: Path) -> None:
    """A difference of two is in percentage points; divided by each other they are a plain number."""
    first, second = (figure(value, key, unit_type="percent") for key, value in (("a", "41.2"), ("b", "43.5")))
    text = '[result]\nvalue = "b - a"\nlabel = "Result"\n'
    _, problems = calculated(tmp_path, first, second, derived=text)
    assert ["calculation-units"] == [problem.code for problem in problems]
    assert ("2", "percent") == _in_unit(derived(tmp_path, "b - a", first, second, more='unit = "percent"\n'))
    assert ("1.1", "") == _in_unit(derived(tmp_path, "b / a", first, second))


def _in_unit(result: DerivedFigure) -> tuple[str, str]:
    return result.value, result.indicator.unit


@pytest.mark.parametrize(("first", "value", "qualifier"), [("6120", "3060", ""), ("6121", "3061", "about")])
def test_a_count_that_is_rounded_is_about(tmp_path: Path, first: str, value: str, qualifier: str) -> None:
    """Half of an odd number is no whole one."""
    assert (value, qualifier) == _printed(derived(tmp_path, "a / 2", figure(first, "a")))


def test_a_status_goes_on_to_what_is_computed(tmp_path: Path) -> None:
    """The gravest of the inputs."""
    inputs = (figure("5", "a", status="revised"), figure("6", "b", status="disputed"))
    assert "disputed" == derived(tmp_path, "a + b", *inputs).status


def test_a_figure_is_derived_from_derived_ones_in_any_order(tmp_path: Path) -> None:
    """The order in the file doesn't matter; one that needs itself is told."""
    text = '[c]\nvalue = "b * 2"\nlabel = "C"\n[b]\nvalue = "a + 1"\nlabel = "B"\n'
    dataset, problems = calculated(tmp_path, figure("5", "a"), derived=text)
    assert ([], ["c", "b"], "12") == (problems, list(dataset.derived), dataset.derived["c"].value)
    cycle = '[b]\nvalue = "c + 1"\nlabel = "B"\n[c]\nvalue = "b + 1"\nlabel = "C"\n'
    dataset, problems = calculated(tmp_path, figure("5", "a"), derived=cycle)
    assert ["calculation-cycle"] == [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        ("books / rate within 2_200_000..2_400_000", True),
        ("books / rate within 2_400_000..2_500_000", False),
        ("books / rate within 2_336_000..2_500_000", True),
        ("books = rate * readers", True),
        ("books = books", True),
        ("books = more", False),
        ("more > books", True),
        ("books > more", False),
        ("books >= books", True),
        ("books > books", False),
        ("readers > more > books", True),
        ("readers > books > more", False),
        ("books - 1 = 9_927", True),
        ("many > 1_000_000", True),
        ("many < 1_099", False),
        ("many = 1_100", True),
    ],
)
def test_rules_are_judged_with_the_rounding_of_the_printed_figures(tmp_path: Path, rule: str, verdict: bool) -> None:
    """A rule holds when it can be true: 0.43% is 0.425 to 0.435, more than 1,100 anything above."""
    given_figures = (
        figure("9928", "books"),
        figure("9930", "more"),
        figure("0.43", "rate", unit_type="percent"),
        figure("2300000", "readers", rounding="100000"),
        figure("1100", "many", qualifier="at-least"),
    )
    assert verdict == holds(tmp_path, rule, *given_figures)


@given(st.integers(0, 99_999), st.integers(0, 99_999), st.integers(0, 4), st.integers(0, 4))
def test_two_printed_figures_agree_within_their_rounding_and_not_beyond(
    tmp_path_factory: pytest.TempPathFactory, a: int, b: int, first: int, second: int
) -> None:
    """They may be the same number exactly when they are no further apart than half of both last digits."""
    path = tmp_path_factory.mktemp("rule")
    figures = [
        figure(
            f"{number // 10**digits}" + (f".{number % 10**digits:0{digits}d}" if digits else ""), key, unit_type="money"
        )
        for key, number, digits in (("a", a, first), ("b", b, second))
    ]
    apart = abs(Fraction(a, 10**first) - Fraction(b, 10**second))
    expected = apart <= (Fraction(1, 10**first) + Fraction(1, 10**second)) / 2
    assert expected == holds(path, "a = b", *figures)


@given(
    st.lists(st.fractions(0, 1000, max_denominator=997), min_size=2, max_size=6),
    st.integers(0, 3),
    st.integers(-40, 40),
)
def test_rounded_parts_add_up_to_their_rounded_sum_until_one_is_moved_beyond(
    tmp_path_factory: pytest.TempPathFactory, parts: list[Fraction], digits: int, moved: int
) -> None:
    """Whatever the exact parts were; a part moved by more than all the roundings together breaks the rule."""
    path = tmp_path_factory.mktemp("parts")
    step = Fraction(1, 10**digits)
    keys = [f"p{index}" for index in range(len(parts))]
    rounded = [math.floor(part / step + Fraction(1, 2)) * step for part in parts]
    total = math.floor(sum(parts) / step + Fraction(1, 2)) * step
    rule = f"sum({', '.join(keys)}) = total"
    off = abs(sum(rounded) + moved * step - total)
    expected = off <= step * (len(parts) + 1) / 2
    rounded[0] += moved * step
    figures = [
        figure(_decimal(value, digits), key, unit_type="money")
        for key, value in zip([*keys, "total"], [*rounded, total], strict=True)
    ]
    assert moved != 0 or expected
    assert expected == holds(path, rule, *figures)


def _decimal(value: Fraction, digits: int) -> str:
    return f"{float(value):.{digits}f}"


@given(st.integers(1, 5_000_000), st.fractions(Fraction(1, 1000), 1, max_denominator=9973), st.integers(0, 3))
def test_a_rate_times_its_total_gives_the_count(
    tmp_path_factory: pytest.TempPathFactory, total: int, share: Fraction, digits: int
) -> None:
    """A count, its total and the rate published from them agree; a count moved beyond the rate's rounding does not."""
    path = tmp_path_factory.mktemp("rate")
    count = math.floor(total * share)
    exact = Fraction(count, total) * 100
    printed = Fraction(math.floor(exact * 10**digits + Fraction(1, 2)), 10**digits)
    rate = figure(_decimal(printed, digits), "rate", unit_type="percent")
    half = Fraction(1, 2 * 10**digits)
    assert holds(path, "count = rate * total", figure(str(count), "count"), figure(str(total), "total"), rate)
    beyond = math.floor(total * (printed + half) / 100) + 1
    assert not holds(path, "count = rate * total", figure(str(beyond), "count"), figure(str(total), "total"), rate)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("books + rate", "calculation-units"),
        ("books + money", "calculation-units"),
        ("min(books, rate)", "calculation-units"),
        ("change(books, money)", "calculation-units"),
        ("books / nothing", "calculation-zero"),
        ("books / small", "calculation-zero"),
    ],
)
def test_what_has_no_meaning_is_refused(text: str, code: str) -> None:
    """A count and a rate can't be added; nothing is divided by what can be zero."""
    figures = {
        "books": figure("5"),
        "rate": figure("0.5", unit_type="percent"),
        "money": figure("7", unit_type="money"),
        "nothing": figure("0"),
        "small": figure("0.0", unit_type="percent"),
    }
    with pytest.raises(EvaluationError) as raised:
        evaluate(parse_expression(text), figures)
    assert code == raised.value.code


def test_a_broken_rule_tells_the_whole_calculation(tmp_path: Path) -> None:
    """Every figure with its id, what each side comes to, and how far they are apart."""
    figures = (figure("3612", "before"), figure("1582", "fall"), figure("2134", "after"))
    rule = '[stock]\nrule = "before - fall = after"\ntitle = "Stock"\n'
    _, problems = calculated(tmp_path, *figures, rules=rule)
    assert (
        "3,612 (before) − 1,582 (fall) = 2,134 (after) does not hold; 3,612 − 1,582 is 2,030; 104 apart"
        == problems[0].message
    )
    assert (2, 1) == (problems[0].span.line, problems[0].span.column)


def test_a_known_disagreement_is_explained_and_only_that(tmp_path: Path) -> None:
    """With an explanation a rule that doesn't hold is no mistake; one that holds must have none."""
    rule = '[same]\nrule = "a = {}"\ntitle = "Same"\nexplanation = "Two counts."\n'
    dataset, problems = calculated(tmp_path, figure("5", "a"), rules=rule.format(6))
    assert ([], False) == (problems, dataset.judgements[0].holds)
    _, problems = calculated(tmp_path, figure("5", "a"), rules=rule.format(5))
    assert ["rule-explained"] == [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("change(a, b)", "(5 − 4) ÷ 4"),
        ("a - (b - a)", "4 − (5 − 4)"),
        ("a - b - a", "4 − 5 − 4"),
        ("a / (b * 2)", "4 ÷ (5 × 2)"),
        ("(a + b) * 1_000", "(4 + 5) × 1,000"),
        ("sum(a, b, abs(a - b))", "4 + 5 + |4 − 5|"),
        ("max(a, b)", "max(4; 5)"),
        ("a * 2.50%", "4 × 2.50%"),
    ],
)
def test_a_calculation_is_read_as_it_was_meant(text: str, shown: str) -> None:
    """Functions as the arithmetic they stand for, brackets where they are needed."""
    figures = {"a": figure("4", "a"), "b": figure("5", "b")}
    parts = expression_parts(parse_expression(text), figures, ENGLISH)
    assert shown == "".join(part if isinstance(part, str) else ENGLISH.value(part) for part in parts)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(9928 * 100_000, 435), "2,282,299"),
        (Fraction(1, 3), "0.3333"),
        (Fraction(100, 3), "33.33"),
        (Fraction(-1, 3), "−0.3333"),
        (Fraction(0), "0"),
        (Fraction(5), "5"),
        (Fraction(1, 1000), "0.001"),
    ],
)
def test_computed_numbers_are_rounded_for_reading(value: Fraction, text: str) -> None:
    """Whole from 100 on, four significant digits below."""
    assert text == number_text(value, ENGLISH)
