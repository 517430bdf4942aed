"""Declarations held against the tables: derived figures in the order of their inputs, and the rules judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from ...language import FigureFormat
from ...model import SHARES, Dataset, DerivedFigure, Figure, Judgement, may_be_years, references, says_month
from ...problems import Problem, Span, did_you_mean
from ..units import known_unit_type
from ..values import two_readings
from .declared import Declarations, DeclaredFigure, DeclaredRule
from .derived import derive
from .evaluation import EvaluationError
from .rules import judge
from .words import broken_rule

# figures of a cycle that a message names
_MOST_NAMED = 10


def calculate(declarations: Declarations, dataset: Dataset, problems: list[Problem]) -> Dataset:
    """The dataset with its derived figures and judged rules; what is wrong is added to `problems`.

    A rule that does not hold is an error with the calculation in words, unless it has an explanation; one that
    holds must have none. What names a figure that was left out is left out too, silently.
    """
    run = _Run(declarations, dataset, problems)
    derived = run.derive_all()
    lost = declarations.lost | ({item.id for item in declarations.figures} - set(derived))
    with_derived = replace(
        dataset,
        derived=derived,
        left_out=dataset.left_out | lost,
        derived_source=declarations.derived_source,
        rules_source=declarations.rules_source,
    )
    return replace(with_derived, judgements=tuple(_Run(declarations, with_derived, problems).judge_all()))


@dataclass
class _Run:
    declarations: Declarations
    dataset: Dataset
    problems: list[Problem]

    def __post_init__(self) -> None:
        declared = {item.id: item for item in self.declarations.figures}
        self.known: Mapping[str, object] = {**self.dataset.observations, **declared}

    def derive_all(self) -> dict[str, DerivedFigure]:
        figures: dict[str, Figure] = dict(self.dataset.observations)
        derived: dict[str, DerivedFigure] = {}
        for declared in self.in_order():
            before = len(self.problems)
            self.check_names(declared)
            if len(self.problems) > before or any(key not in figures for key in _inputs(declared)):
                continue
            try:
                derived[declared.id] = derive(declared, figures, self.dataset)
            except EvaluationError as error:
                self.report(declared, error, "value")
            else:
                figures[declared.id] = derived[declared.id]
        # in the order of the file
        return {item.id: derived[item.id] for item in self.declarations.figures if item.id in derived}

    def in_order(self) -> list[DeclaredFigure]:
        """Inputs before what is computed from them; figures that need themselves are told and left out."""
        by_id = {item.id: item for item in self.declarations.figures}
        needs = {item.id: [key for key in _inputs(item) if key in by_id] for item in by_id.values()}
        sorter = TopologicalSorter(needs)
        # what a cycle keeps from its turn is left over
        with suppress(CycleError):
            sorter.prepare()
        ordered: list[str] = []
        while ready := sorter.get_ready():
            ordered += ready
            sorter.done(*ready)
        for cycle in _cycles(needs, set(needs).difference(ordered)):
            first = by_id[min(cycle, key=lambda key: by_id[key].line)]
            path = " → ".join(cycle[:_MOST_NAMED]) + (" → …" if len(cycle) > _MOST_NAMED else "")
            span = first.located.span(first.id)
            self.problems.append(Problem("calculation-cycle", f"computed from itself: {path}", span))
        return [by_id[key] for key in ordered]

    def judge_all(self) -> Iterator[Judgement]:
        figures = self.dataset.figures
        for declared in self.declarations.rules:
            self.check_names(declared)
            if any(key not in figures for key in _inputs(declared)):
                continue
            try:
                judgement = judge(declared, figures)
            except EvaluationError as error:
                self.report(declared, error, "rule")
                continue
            self.check_holds(declared, judgement)
            yield judgement

    def check_holds(self, declared: DeclaredRule, judgement: Judgement) -> None:
        if judgement.holds and judgement.explanation:
            hint = "take the explanation out: there is nothing to explain any more"
            span = declared.located.span(declared.id, "explanation")
            self.problems.append(Problem("rule-explained", "this rule holds, and has an explanation", span, hint))
        elif not judgement.holds and not judgement.explanation:
            words = broken_rule(judgement, self.dataset.figures, FigureFormat.plain("en"))
            hint = "mend the figure that is wrong; a known disagreement gets an `explanation` in each language"
            self.problems.append(Problem("rule-broken", words, _place(declared, "rule"), hint))

    def check_names(self, declared: DeclaredFigure | DeclaredRule) -> None:
        """The names in an expression, and the other keys that refer to the tables."""
        name = "value" if isinstance(declared, DeclaredFigure) else "rule"
        for key in _inputs(declared):
            if self.dataset.is_unknown(key, self.known) and key not in self.declarations.lost:
                span = declared.located.source.find_word(key, _place(declared, name).line)
                hint = _spaced(key, self.known) or did_you_mean(key, self.known)
                self.problems.append(Problem("figure-unknown", f'no figure "{key}"', span, hint))
        if not isinstance(declared, DeclaredFigure):
            return
        if declared.id in self.dataset.observations:
            message = f'"{declared.id}" is the id of an observation'
            place = self.dataset.observations[declared.id].line
            hint = f"give it another id ({self.dataset.tables['observations'].source.name}:{place})"
            self.problems.append(Problem("id-duplicate", message, declared.located.span(declared.id), hint))
        if declared.area and self.dataset.is_unknown(declared.area, self.dataset.areas):
            hint = did_you_mean(declared.area, self.dataset.areas)
            message = f'no area "{declared.area}"'
            self.problems.append(Problem("area-unknown", message, _place(declared, "area"), hint))
        periods = [self.dataset.figures[key].period for key in _inputs(declared) if key in self.dataset.figures]
        if may_be_years(declared.period) and not any(map(says_month, periods)):
            code, message, hint = two_readings([declared.period])
            self.problems.append(Problem(code, message, _place(declared, "period"), hint))
        units = {*SHARES, *(item.unit for item in self.dataset.indicators.values())}
        if declared.unit and declared.unit not in units and not known_unit_type(declared.unit):
            hint = did_you_mean(declared.unit, units)
            span = _place(declared, "unit")
            self.problems.append(Problem("unit-unknown", f'no unit "{declared.unit}" in indicators.csv', span, hint))

    def report(self, declared: DeclaredFigure | DeclaredRule, error: EvaluationError, name: str) -> None:
        self.problems.append(Problem(error.code, error.message, _place(declared, name), error.hint))


def _cycles(needs: Mapping[str, Sequence[str]], left: set[str]) -> Iterator[list[str]]:
    """The cycles among those left, each of which needs another of them; of such as share a figure, one."""
    seen: set[str] = set()
    for start in needs:
        path: dict[str, int] = {}
        key = start
        while key in left and key not in seen:
            seen.add(key)
            path[key] = len(path)
            key = next(need for need in needs[key] if need in left)
        if key in path:
            yield list(path)[path[key] :]


def _inputs(declared: DeclaredFigure | DeclaredRule) -> tuple[str, ...]:
    """The ids of the figures that a declaration names."""
    if isinstance(declared, DeclaredFigure):
        return references(declared.expression)
    return references(*declared.statement.sides)


def _place(declared: DeclaredFigure | DeclaredRule, name: str) -> Span:
    return declared.located.span(declared.id, name)


def _spaced(key: str, known: Mapping[str, object]) -> str:
    """The hint for `a-b` where `a - b` was meant."""
    for at, character in enumerate(key):
        if character == "-" and key[:at] in known and key[at + 1 :] in known:
            return f"a minus sign has blanks around it: {key[:at]} - {key[at + 1 :]}"
    return ""
