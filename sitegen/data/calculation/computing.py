"""Computes the derived figures in the order of their inputs, and judges the rules."""

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

# figures of a cycle named in one message
_MOST_NAMED = 10
_Declared = DeclaredFigure | DeclaredRule


def calculate(declarations: Declarations, dataset: Dataset, problems: list[Problem]) -> Dataset:
    """The dataset with its derived figures and judged rules; what is wrong is added to `problems`.

    A rule that does not hold is an error, unless it has an explanation; one that holds must have none. What names a
    figure that was left out is silently left out, too.
    """
    derived = _Run(declarations, dataset, problems).derive_all()
    lost = declarations.lost | ({item.id for item in declarations.figures} - set(derived))
    dataset = replace(dataset, derived=derived, left_out=dataset.left_out | lost)
    dataset = replace(dataset, derived_source=declarations.derived_source, rules_source=declarations.rules_source)
    return replace(dataset, judgements=tuple(_Run(declarations, dataset, problems).judge_all()))


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
            wrong = list(self.wrong_names(declared))
            self.problems += wrong
            if wrong or any(key not in figures for key in _inputs(declared)):
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
        """The figures after their inputs, without those that are computed from themselves."""
        by_id = {item.id: item for item in self.declarations.figures}
        needs = {key: [need for need in _inputs(item) if need in by_id] for key, item in by_id.items()}
        sorter = TopologicalSorter(needs)
        # figures of a cycle, or computed from one, are never ready
        with suppress(CycleError):
            sorter.prepare()
        ordered: list[str] = []
        while ready := sorter.get_ready():
            ordered += ready
            sorter.done(*ready)
        for cycle in _cycles(needs, set(needs).difference(ordered)):
            first = by_id[min(cycle, key=lambda key: by_id[key].line)]
            path = " → ".join(cycle[:_MOST_NAMED]) + (" → …" if len(cycle) > _MOST_NAMED else "")
            span = _place(first)
            self.problems.append(Problem("calculation-cycle", f"computed from itself: {path}", span))
        return [by_id[key] for key in ordered]

    def judge_all(self) -> Iterator[Judgement]:
        figures = self.dataset.figures
        for declared in self.declarations.rules:
            self.problems += self.wrong_names(declared)
            if any(key not in figures for key in _inputs(declared)):
                continue
            try:
                judgement = judge(declared, figures)
            except EvaluationError as error:
                self.report(declared, error, "rule")
                continue
            if judgement.holds and judgement.explanation:
                hint = "take the explanation out: there is nothing to explain any more"
                span = _place(declared, "explanation")
                self.problems.append(Problem("rule-explained", "this rule holds, and has an explanation", span, hint))
            elif not judgement.holds and not judgement.explanation:
                words = broken_rule(judgement, figures, FigureFormat.plain("en"))
                hint = "mend the figure that is wrong; a known disagreement gets an `explanation` in each language"
                self.problems.append(Problem("rule-broken", words, _place(declared, "rule"), hint))
            yield judgement

    def wrong_names(self, declared: _Declared) -> Iterator[Problem]:
        """Unknown names in an expression and in the other keys that refer to tables."""
        dataset, inputs = self.dataset, _inputs(declared)
        name = "value" if isinstance(declared, DeclaredFigure) else "rule"
        for key in inputs:
            if dataset.is_unknown(key, self.known) and key not in self.declarations.lost:
                span = declared.located.source.find_word(key, _place(declared, name).line)
                hint = _spaced(key, self.known) or did_you_mean(key, self.known)
                yield Problem("figure-unknown", f'no figure "{key}"', span, hint)
        if not isinstance(declared, DeclaredFigure):
            return
        if declared.id in dataset.observations:
            message = f'"{declared.id}" is the id of an observation'
            place = f"{dataset.tables['observations'].source.name}:{dataset.observations[declared.id].line}"
            yield Problem("id-duplicate", message, _place(declared), f"give it another id ({place})")
        if declared.area and dataset.is_unknown(declared.area, dataset.areas):
            hint = did_you_mean(declared.area, dataset.areas)
            yield Problem("area-unknown", f'no area "{declared.area}"', _place(declared, "area"), hint)
        periods = [dataset.figures[key].period for key in inputs if key in dataset.figures]
        if may_be_years(declared.period) and not any(map(says_month, periods)):
            code, message, hint = two_readings([declared.period])
            yield Problem(code, message, _place(declared, "period"), hint)
        units = {*SHARES, *(item.unit for item in dataset.indicators.values())}
        if declared.unit and declared.unit not in units and not known_unit_type(declared.unit):
            message, hint = f'no unit "{declared.unit}" in indicators.csv', did_you_mean(declared.unit, units)
            yield Problem("unit-unknown", message, _place(declared, "unit"), hint)

    def report(self, declared: _Declared, error: EvaluationError, name: str) -> None:
        self.problems.append(Problem(error.code, error.message, _place(declared, name), error.hint))


def _cycles(needs: Mapping[str, Sequence[str]], left: set[str]) -> Iterator[list[str]]:
    """Cycles among the figures that are left, each of which needs another of them; they share no figure."""
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


def _inputs(declared: _Declared) -> tuple[str, ...]:
    """The ids of the figures that a declaration names."""
    return references(*([declared.expression] if isinstance(declared, DeclaredFigure) else declared.statement.sides))


def _place(declared: _Declared, *key: str) -> Span:
    return declared.located.span(declared.id, *key)


def _spaced(key: str, known: Mapping[str, object]) -> str:
    """The hint for `a-b` where `a - b` was meant."""
    for at, character in enumerate(key):
        if character == "-" and key[:at] in known and key[at + 1 :] in known:
            return f"a minus sign has blanks around it: {key[:at]} - {key[at + 1 :]}"
    return ""
