"""One figure as a file, with its source or calculation, notes and rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..model import Artifact, DerivedFigure, Document, Figure, Judgement, Observation, Text, in_language
from .formats import json_bytes, spreadsheet_bytes
from .site import FinishedSite

# the columns without a language
_PLAIN = ("id", "indicator", "area", "period", "value", "unit", "qualifier", "status")


def figure_files(site: FinishedSite) -> Iterator[Artifact]:
    """`figures/<id>.csv` for spreadsheets, `figures/<id>.json` for programs.

    The value is text, so that its digits are kept; texts have one column or key per language.
    """
    dataset, languages = site.addresses.dataset, site.addresses.settings.languages
    for figure in dataset.figures.values():
        origin = dataset.source_of(figure).name
        record = _record(figure, languages)
        numeric = [name == "value" for name in record]
        content = spreadsheet_bytes(list(record), [list(record.values())], numeric)
        yield Artifact(f"figures/{figure.id}.csv", content, origin)
        whole = {
            **{key: value for key, value in record.items() if key in _PLAIN},
            "period_note": figure.period_note,
            **_origin(figure),
            "note": figure.note,
            "computed_into": dataset.computed_into.get(figure.id, ()),
            "rules": [_rule(item) for item in dataset.rules_by_figure.get(figure.id, ())],
        }
        yield Artifact(f"figures/{figure.id}.json", json_bytes(whole), origin)


def _rule(judgement: Judgement) -> Mapping[str, Any]:
    return {
        "id": judgement.id,
        "title": judgement.title,
        "rule": judgement.written,
        "holds": judgement.holds,
        "explanation": judgement.explanation,
    }


def _origin(figure: Figure) -> Mapping[str, Any]:
    """Where a figure comes from, or what it was computed from."""
    if isinstance(figure, DerivedFigure):
        return {
            "label": figure.indicator.name,
            "expression": figure.written,
            "inputs": [item.id for item in figure.inputs],
            "sources": [_source(document) for document in figure.documents],
        }
    locator = figure.locator if isinstance(figure, Observation) else {}
    return {"locator": locator, "source": _source(figure.documents[0])}


def _source(document: Document) -> Mapping[str, Any]:
    return {
        "id": document.id,
        "title": document.title,
        "publisher": document.publisher,
        "date": document.date,
        "url": document.url,
    }


def _record(figure: Figure, languages: Sequence[str]) -> dict[str, str]:
    """A figure in one row; several sources share a cell, separated by `; `."""
    documents = figure.documents

    def texts(name: str, text: Text) -> dict[str, str]:
        return {f"{name}_{language}": in_language(text, language) for language in languages}

    titles = {
        language: "; ".join(in_language(document.title, language) for document in documents) for language in languages
    }
    derived = figure if isinstance(figure, DerivedFigure) else None
    return {
        "id": figure.id,
        "indicator": "" if derived else figure.indicator.id,
        **(texts("label", figure.indicator.name) if derived else {}),
        "area": figure.area.id,
        "period": figure.period,
        **texts("period_note", figure.period_note),
        "value": figure.value,
        "unit": figure.indicator.unit,
        "qualifier": figure.qualifier,
        "status": figure.status,
        "source": "; ".join(document.id for document in documents),
        **texts("source_title", titles),
        "source_url": "; ".join(document.url for document in documents),
        **(texts("locator", figure.locator) if isinstance(figure, Observation) else {}),
        **({"expression": derived.written} if derived else {}),
        **texts("note", figure.note),
    }
