"""Expressions, derived figures and rules: read, worked out with the rounding of what was printed, put in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.data.calculation.computing import calculate
from sitegen.data.calculation.declared import load_declarations
from sitegen.data.calculation.evaluation import EvaluationError, evaluate
from sitegen.data.calculation.syntax import ExpressionError, parse_expression, parse_statement
from sitegen.data.calculation.words import expression_parts, number_text
from sitegen.data.units import per_how_many
from sitegen.language.figure_format import FigureFormat
from sitegen.model.data import Dataset, DerivedFigure, Figure, Observation
from sitegen.model.site import Settings
from sitegen.problems.problem import Problem
from sitegen.text.located import LocatedMapping, SourceText

from ..language.figure_factory import figure

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
    assert result.range.is_exact


@pytest.mark.parametrize(
    ("value", "inputs", "printed", "qualifier", "low", "high"),
    [
        # 9,928 ÷ 0.43%: 53,701 wide, so that not even the ten thousands can be printed
        ("a / b", (("9928", "count"), ("0.43", "percent")), "2300000", "about", "2282298.85", "2336000"),
        ("a + b", (("24.7", "money"), ("14.11", "money")), "38.8", "about", "38.755", "38.865"),
        ("a - b", (("0.43", "percent"), ("0.4", "percent")), "0", "", "-0.025", "0.085"),
        # whole per cents would do, were 49% not outside of what it can be
        ("share(a, b)", (("24.7", "money"), ("50.0", "money")), "49.4", "about", "49.2507", "49.5496"),
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
    """The step of the last digit is as wide as the range of what the result can be, where that leaves it inside."""
    result = derived(tmp_path, value, *(figure(v, k, unit_type=t) for k, (v, t) in zip("ab", inputs, strict=True)))
    assert (printed, qualifier) == (result.value, result.qualifier)
    assert float(low) == pytest.approx(float(result.range.low), abs=0.01)
    assert float(high) == pytest.approx(float(result.range.high), abs=0.01)


@pytest.mark.parametrize(("lower", "upper"), [("at-least", "at-most"), ("more-than", "less-than")])
def test_bounds_stay_bounds(tmp_path: Path, lower: str, upper: str) -> None:
    """More than 1,100 and 500 are more than 1,600; a strict bound stays strict, and no other becomes it."""
    bound = figure("1100", "a", qualifier=lower)
    total = derived(tmp_path, "a + b", bound, figure("500", "b"))
    assert ("1600", lower) == _printed(total)
    assert total.stated_range.low_open == (lower == "more-than")
    assert ("-600", upper) == _printed(derived(tmp_path, "b - a", bound, figure("500", "b")))
    assert ("45.5", upper) == _printed(derived(tmp_path, "share(b, a)", bound, figure("500", "b")))
    assert ("1100", lower) == _printed(derived(tmp_path, "max(a, b)", bound, figure("500", "b")))
    text = '[result]\nvalue = "a - b"\nlabel = "Result"\n'
    _, problems = calculated(tmp_path, bound, figure("5", "b", qualifier="at-least"), derived=text)
    assert ["calculation-unbounded"] == [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("value", "first", "second", "qualifier"),
    [
        ("a + b", "more-than", "at-least", "more-than"),
        ("a + b", "at-least", "at-least", "at-least"),
        ("a - b", "more-than", "at-most", "more-than"),
        ("a - b", "at-most", "at-least", "at-most"),
        ("a * 2", "less-than", "", "less-than"),
        ("0 - a", "less-than", "", "more-than"),
        ("b / a", "more-than", "", "less-than"),
        ("b / a", "at-least", "", "at-most"),
    ],
)
def test_of_bounds_one_that_is_strict_makes_the_result_strict(
    tmp_path: Path, value: str, first: str, second: str, qualifier: str
) -> None:
    """More than 8 and at least 4 are more than 12."""
    result = derived(tmp_path, value, figure("8", "a", qualifier=first), figure("4", "b", qualifier=second))
    assert qualifier == result.qualifier
    again = f'[result]\nvalue = "{value}"\nlabel = "R"\n[again]\nvalue = "result * 1"\nlabel = "A"\n'
    inputs = (figure("8", "a", qualifier=first), figure("4", "b", qualifier=second))
    assert qualifier == calculated(tmp_path, *inputs, derived=again)[0].derived["again"].qualifier


def _printed(result: DerivedFigure) -> tuple[str, str]:
    return result.value, result.qualifier


@pytest.mark.parametrize(
    ("value", "printed", "unit"),
    [
        ("b - a", "2.3", "percentage-point"),
        ("difference(a, b)", "2.3", "percentage-point"),
        ("abs(a - b)", "2.3", "percentage-point"),
        ("(b - a) * 2", "4.6", "percentage-point"),
        ("b - a + a", "43.5", "percent"),
        ("a - 40%", "1.2", "percentage-point"),
        ("100% - a", "58.8", "percent"),
        ("1 - a - b", "15.3", "percent"),
        ("a + b", "84.7", "percent"),
        ("sum(a, b) / 2", "42.4", "percent"),
        ("max(a, b)", "43.5", "percent"),
        ("a * 50%", "20.6", "percent"),
        ("b / a", "1.056", ""),
        ("(b - a) / (a - b)", "-1", ""),
        ("change(a, b)", "5.6", "percent"),
        ("share(a, b)", "94.7", "percent"),
    ],
)
def test_what_is_computed_from_percentages_is_a_percentage_or_points(
    tmp_path: Path, value: str, printed: str, unit: str
) -> None:
    """A difference of two is in percentage points, what is left of a whole a percentage; a quotient a plain number."""
    first, second = (figure(value, key, unit_type="percent") for key, value in (("a", "41.2"), ("b", "43.5")))
    assert (printed, unit) == _in_unit(derived(tmp_path, value, first, second))


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


@pytest.mark.parametrize(
    ("value", "unit", "message"),
    [
        ("b - a", "percentage-point", ""),
        ("b - a", "percentage points", ""),
        ("b - a", "pp", ""),
        ("b - a", "percent", ""),
        ("difference(a, b)", "percent", "a difference of two percentages is no percentage"),
        ("sum(difference(a, b), difference(a, b))", "percent", "a difference of two percentages is no percentage"),
        ("change(a, b)", "percentage-point", "only a difference of two percentages is counted in percentage points"),
        ("a / b", "percentage-point", "only a difference of two percentages is counted in percentage points"),
        ("n / m", "percentage-point", "only a difference of two percentages is counted in percentage points"),
        ("n", "percentage-point", "only a difference of two percentages is counted in percentage points"),
        ("b - a", "index", 'the result is a share, and the unit "index" counts on another scale'),
        ("a", "index", 'the result is a share, and the unit "index" counts on another scale'),
        ("share(n, m)", "index", 'the result is a share, and the unit "index" counts on another scale'),
        ("a * 100", "index", ""),
        ("ratio(n, m)", "index", ""),
        ("a / b", "index", ""),
        ("n / m", "per-1000", 'the result is a number of one, and the unit "per-1000" counts per 1,000'),
        ("n / m * 100", "per-1000", 'the result is a number of one, and the unit "per-1000" counts per 1,000'),
        ("a", "per-1000", 'the result is a share of one, and the unit "per-1000" counts per 1,000'),
        ("1000 * n / m", "per-1000", ""),
        ("n / (m / 1000)", "per-1000", ""),
        ("r + r", "per-1000", ""),
        ("r + r", "", ""),
        ("r", "index", 'the result is a number of the unit "per-1000", not of "index"'),
        ("r", "percent", 'the result is a number of the unit "per-1000", not of "percent"'),
        ("a + r", "", 'a percentage and a number of "per-1000" can\'t be added or compared'),
        ("i - r", "", 'a number of "index" and a number of "per-1000" can\'t be added or compared'),
        ("(a - b) - a", "", "a percentage can't be taken from percentage points"),
        ("n * (b - a)", "", ""),
    ],
)
def test_a_result_is_carried_into_no_unit_on_another_scale(tmp_path: Path, value: str, unit: str, message: str) -> None:
    """0.1 is 10%, 10 percentage points and 100 per 1,000: which of them is meant is for the calculation to say."""
    inputs = (
        figure("12.5", "a", unit_type="percent"),
        figure("2.5", "b", unit_type="percent"),
        figure("30", "n"),
        figure("4000", "m"),
        figure("7.5", "r", unit_type="ratio", unit="per-1000"),
        figure("101.5", "i", unit_type="ratio", unit="index"),
    )
    text = f'[result]\nvalue = "{value}"\nlabel = "Result"\n' + (f'unit = "{unit}"\n' if unit else "")
    dataset, problems = calculated(tmp_path, *inputs, derived=text)
    assert ([message] if message else []) == [problem.message for problem in problems]
    assert bool(message) != ("result" in dataset.derived)


@pytest.mark.parametrize(
    ("unit", "number"),
    [
        ("‰", 1000),
        ("per mille", 1000),
        ("per 1,000 births", 1000),
        ("per-100-000", 100_000),
        ("/100 000", 100_000),
        ("trên 10.000 dân", 10_000),
        ("pour 1 000 habitants", 1000),
        ("per hundred thousand people", 100_000),
        ("deaths per million", 1_000_000),
        ("per 100 inhabitants", 100),
        ("per 1000000", 1_000_000),
        ("pupils per teacher", 0),
        ("per 5 years", 0),
        ("per 2024", 0),
    ],
)
def test_how_many_a_rate_is_counted_for(unit: str, number: int) -> None:
    """By the words of its unit."""
    assert number == per_how_many([unit])


@pytest.mark.parametrize(
    ("own", "of_input", "codes"),
    [
        ("2010-11", "2010", ["period-ambiguous"]),
        ("2010-11", "2010-10", []),
        ("2010-11/2010-11", "2010", []),
        ("2010/2011", "2010", []),
        ("2010-10", "2010", []),
    ],
)
def test_a_period_that_may_be_two_years_is_told(tmp_path: Path, own: str, of_input: str, codes: list[str]) -> None:
    """Unless the figure is computed from one of a month."""
    text = f'[result]\nvalue = "a + 1"\nlabel = "Result"\nperiod = "{own}"\n'
    _, problems = calculated(tmp_path, figure("5", "a", period=of_input), derived=text)
    assert codes == [problem.code for problem in problems]


@pytest.mark.parametrize(("periods", "codes"), [(("2024", "2024"), []), (("2023", "2024"), ["calculation-units"])])
def test_a_difference_is_a_percentage_only_as_a_part_of_a_whole(
    tmp_path: Path, periods: tuple[str, str], codes: list[str]
) -> None:
    """Of all households less those that own: a percentage. This year's less last year's: percentage points."""
    inputs = [
        figure(value, key, unit_type="percent", period=period)
        for value, key, period in zip(("60.0", "45.0"), "ab", periods, strict=True)
    ]
    text = '[result]\nvalue = "a - b"\nlabel = "Result"\nunit = "percent"\n'
    assert codes == [problem.code for problem in calculated(tmp_path, *inputs, derived=text)[1]]


@pytest.mark.parametrize(
    ("value", "unit", "message"),
    [
        ("n / m * 100", "percent", "this is 100 times too large or too small"),
        ("share(n, m) * 100", "", "this is 100 times too large or too small"),
        ("a * n / 100", "", "this is 100 times too large or too small"),
        ("n * (100 - a) / 100", "", "100 is no percentage"),
        ("n * (1 - a)", "", ""),
        ("n * a", "", ""),
        ("n * r", "", '"r" counts per 1,000'),
        ("n * r / 1000", "", ""),
        ("n / m / 1000", "per-1000", 'the result is a number of one, and the unit "per-1000" counts per 1,000'),
        ("n / m * 1000 * 100", "per-1000", 'the result is a number of one, and the unit "per-1000" counts per 1,000'),
        ("n * 500 * 2 / m", "per-1000", ""),
        ("(n + n) * 1000 / m", "per-1000", ""),
        ("a - 1", "", ""),
        ("a - 5", "", "5 is no percentage"),
        ("(a - b) - 2", "", "2 is no percentage"),
        ("a + 2", "", "2 is no percentage"),
        ("change(z, n)", "", "a change of what may be below zero is no percentage"),
        ("max(u, n)", "", ""),
    ],
)
def test_a_factor_that_makes_a_share_a_hundred_times_too_large_is_told(
    tmp_path: Path, value: str, unit: str, message: str
) -> None:
    """As spreadsheets have it: `/ 100` and `* 100` are for the printing to do."""
    inputs = (
        figure("12.5", "a", unit_type="percent"),
        figure("2.5", "b", unit_type="percent"),
        figure("30", "n"),
        figure("4000", "m"),
        figure("-4", "z"),
        figure("20", "u", qualifier="at-most"),
        figure("7.5", "r", unit_type="ratio", unit="per-1000"),
    )
    text = f'[result]\nvalue = "{value}"\nlabel = "Result"\n' + (f'unit = "{unit}"\n' if unit else "")
    dataset, problems = calculated(tmp_path, *inputs, derived=text)
    assert ([message] if message else []) == [problem.message for problem in problems]
    if value.startswith("max"):
        assert ("30", "") == _printed(dataset.derived["result"])


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        ("a < 5", ["calculation-units"]),
        ("a within 0..5", ["calculation-units"]),
        ("a < 50%", []),
        ("a < 0.5", []),
        ("a <= 1", []),
    ],
)
def test_a_rule_holds_no_percentage_against_a_number_above_one(tmp_path: Path, rule: str, codes: list[str]) -> None:
    """It would hold of any share."""
    text = f'[r]\nrule = "{rule}"\ntitle = "R"\n'
    _, problems = calculated(tmp_path, figure("12.5", "a", unit_type="percent"), rules=text)
    assert codes == [problem.code for problem in problems]
