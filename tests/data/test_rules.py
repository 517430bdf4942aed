"""The rules of real sites: each can be broken by each of its inputs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from sitegen.content.settings import load_settings
from sitegen.data.calculation.computing import calculate
from sitegen.data.calculation.declared import DeclaredRule, load_declarations
from sitegen.data.calculation.evaluation import EvaluationError
from sitegen.data.calculation.rules import judge
from sitegen.data.dataset import load_dataset
from sitegen.model.data import Dataset, Figure, Observation
from sitegen.problems.problem import Problem

from ..conftest import ROOT, SITES

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
    """Whether a rule holds with another figure in its place; one that can't be judged is a problem of the build too."""
    try:
        return judge(rule, {**dataset.figures, figure.id: figure}).holds
    except EvaluationError:
        return False


@pytest.mark.parametrize(("dataset", "rule"), RULES, ids=[rule.id for _, rule in RULES])
def test_a_rule_turns_when_an_input_is_moved_far_enough(dataset: Dataset, rule: DeclaredRule) -> None:
    """One that holds is broken by moving any one of its observations, up or down."""
    judgement = judge(rule, dataset.figures)
    distances = [sign * step for step in (*range(1, 300), *(2**power for power in range(9, 40))) for sign in (1, -1)]
    for key in judgement.figures if judgement.holds else ():
        figure = dataset.figures[key]
        if isinstance(figure, Observation):
            assert not all(verdict(rule, dataset, moved(figure, steps)) for steps in distances), key
