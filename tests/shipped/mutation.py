"""Copies of a site with other numbers in observations.csv, and the numbers that can be read in what is built."""

from __future__ import annotations

import csv
import json
import re
import shutil
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from sitegen.build import BuiltSite, build_site
from sitegen.content.settings import load_settings
from sitegen.data.calculation.computing import calculate
from sitegen.data.calculation.declared import load_declarations
from sitegen.data.dataset import load_dataset
from sitegen.language.figure_format import FigureFormat
from sitegen.model.data import Dataset, Figure
from sitegen.model.site import Artifact
from sitegen.problems.problem import Problem

from ..conftest import options

NUMBER = re.compile(r"[0-9]+(?:[.,\u00a0\u202f][0-9]+)*")
_READ = ("content", "alt", "title", "aria-label", "value", "summary", "label")


def with_values(content: Path, folder: Path, values: Mapping[str, str]) -> Path:
    """A copy of a site's content in `folder` with other values of some observations, by id, and its rules settled."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(content, folder)
    path = folder / "data" / "observations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows({**row, "value": values.get(row["id"], row["value"])} for row in rows)
    _settle_rules(folder)
    return folder


def _settle_rules(content: Path) -> None:
    """Explain the rules that do not hold with these values, and take the explanation from those that do."""
    path = content / "data" / "rules.toml"
    if not path.is_file():
        return
    rules = tomllib.loads(path.read_text(encoding="utf-8"))
    for key, holds in _verdicts(content).items():
        rules[key].pop("explanation", None) if holds else rules[key].setdefault("explanation", rules[key]["title"])
    path.write_text("".join(f"[{key}]\n{_toml(rule)}" for key, rule in rules.items()), encoding="utf-8")


def _toml(values: Mapping[str, object]) -> str:
    return "".join(f"{key} = {_toml_value(value)}\n" for key, value in values.items())


def _toml_value(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml_value(item)}" for key, item in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def _verdicts(content: Path) -> Mapping[str, bool]:
    return {judgement.id: judgement.holds for judgement in dataset_of(content).judgements}


def dataset_of(content: Path) -> Dataset:
    """The tables of a site with its derived figures and rules, its texts as they were written."""
    problems: list[Problem] = []
    settings = load_settings(content, "", problems)
    dataset = load_dataset(content, settings, problems)
    return calculate(load_declarations(content, settings, problems), dataset, problems)


def built(content: Path) -> BuiltSite:
    """The site, in memory."""
    return build_site(options(content))


def numbers(site: BuiltSite, masked: Iterable[str] = ()) -> Mapping[str, Counter[str]]:
    """How often each number can be read in each file: in texts and the attributes that are read out.

    Not the ticks of axes; `masked` are texts that are no statements of the site: titles of documents.
    """
    return {item.path: _numbers(item, tuple(masked)) for item in site.artifacts if _is_text(item)}


def _is_text(artifact: Artifact) -> bool:
    return artifact.path.endswith((".html", ".csv", ".json", ".jsonld", ".xml", ".txt"))


def _numbers(artifact: Artifact, masked: tuple[str, ...]) -> Counter[str]:
    text = artifact.content.decode("utf-8")
    if artifact.path.endswith(".html"):
        text = _read_text(text)
    for part in masked:
        text = text.replace(part, "")
    return Counter(NUMBER.findall(text))


def _read_text(html: str) -> str:
    tree = LexborHTMLParser(html)
    tree.strip_tags(["style"])
    # ticks, and the code that embeds a chart, which says its height
    for node in tree.css("g.role-axis, g.role-axis-label, .embed-code pre"):
        node.decompose()
    attributes = [
        value
        for node in tree.css("*")
        for name, value in node.attributes.items()
        if name in _READ and value is not None
    ]
    root = tree.root
    return " ".join([root.text(separator=" ") if root else "", *attributes])


def forms(figure: Figure, value: str, languages: Iterable[str]) -> set[str]:
    """How a value of a figure is written: in data, and in each language."""
    plain = value.lstrip("-")
    printed = {FigureFormat.plain(language).number(plain) for language in languages}
    return {plain, *printed}


def last_digit_changed(value: str) -> str:
    """`1582` → `1583`, `0.43` → `0.44`, `0` → `1`, `9` → `8`."""
    last = int(value[-1])
    return value[:-1] + str(last - 1 if last == 9 else last + 1)


def sentinels(dataset: Dataset) -> Mapping[str, str]:
    """A value for each observation that stands nowhere else, with as many decimals as its own has."""
    return {key: _sentinel(item, place) for place, (key, item) in enumerate(dataset.observations.items())}


def _sentinel(item: Figure, place: int) -> str:
    if item.indicator.unit_type == "percent":
        return f"41.{place:03d}7"
    number = Decimal(7_000_003 + place * 1013)
    return f"{number.scaleb(-item.decimals):f}"
