"""The rules of real sites: each can be broken by each of its inputs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from sitegen.calculation import calculate, load_declarations
from sitegen.calculation.declared import DeclaredRule
from sitegen.calculation.evaluation import EvaluationError
from sitegen.calculation.rules import judge
from sitegen.data import load_dataset
from sitegen.model import Dataset, Figure, Observation
from sitegen.problems import Problem
from sitegen.settings import load_settings

from .conftest import ROOT, SITES

CONTENTS = (ROOT / "content", SITES / "libraries", SITES / "three-languages")


def rules() -> Iterator[tuple[Dataset, DeclaredRule]]:
    """Every rule of the shipped site and of the others, with its figures."""
    for content in CONTENTS:
        problems: list[Problem] = []
        settings = load_settings(content, "", problems)
        declarations = load_declarations(content, settings, problems)
        dataset = calculate(declarations, load_dataset(content, settings, problems), problems)
        assert [] == [problem for problem in problems if problem.severity == "error"]
        yield from ((dataset, rule) for rule in declarations.rules)


RULES = list(rules())


def moved(figure: Figure, steps: int) -> Figure:
    """A figure with another value, by so many units of its last digit."""
    value = Decimal(figure.value) + Decimal(steps).scaleb(-figure.decimals)
    return replace(figure, value=f"{value:f}")


def verdict(rule: DeclaredRule, dataset: Dataset, figure: Figure) -> bool:
    """Whether a rule holds with another figure in its place."""
    try:
        return judge(rule, {**dataset.figures, figure.id: figure}).holds
    except EvaluationError:
        # a divisor moved to zero says nothing
        return True


@pytest.mark.parametrize(("dataset", "rule"), RULES, ids=[rule.id for _, rule in RULES])
def test_a_rule_turns_when_an_input_is_moved_far_enough(dataset: Dataset, rule: DeclaredRule) -> None:
    """One that holds is broken by moving any one of its observations, up or down; one that doesn't can be mended."""
    judgement = judge(rule, dataset.figures)
    distances = [sign * 2**power for power in range(40) for sign in (1, -1)]
    for key in judgement.figures:
        figure = dataset.figures[key]
        # a lower bound can be anything above: no move upwards contradicts it
        if isinstance(figure, Observation):
            assert any(verdict(rule, dataset, moved(figure, steps)) != judgement.holds for steps in distances), key
