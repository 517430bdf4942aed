"""A number is written once: changing it in its row changes it everywhere, and leaves the old one nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from sitegen.model import Dataset, DerivedFigure
from sitegen.pipeline import BuiltSite

from .conftest import ROOT, SITES
from .mutation import built, dataset_of, forms, last_digit_changed, numbers, sentinels, with_values

CONTENTS = {"shipped": ROOT / "content", "libraries": SITES / "libraries", "three-languages": SITES / "three-languages"}


@dataclass(frozen=True)
class Base:
    """A site as it is, and with a number of its own for each observation, which shows where each one stands."""

    content: Path
    dataset: Dataset
    languages: tuple[str, ...]
    site: BuiltSite
    numbers: Mapping[str, Counter[str]]
    marked_values: Mapping[str, str]
    marked: Mapping[str, Counter[str]]


def base_of(content: Path, folder: Path) -> Base:
    """Both builds of a site."""
    dataset, site = dataset_of(content), built(content)
    languages = tuple(dict.fromkeys(page.page.language for page in site.pages))
    marked_values = sentinels(dataset)
    marked = built(with_values(content, folder, marked_values))
    titles = [title for document in dataset.documents.values() for title in document.title.values()]
    return Base(content, dataset, languages, site, numbers(site, titles), marked_values, numbers(marked, titles))


@pytest.mark.parametrize("name", CONTENTS)
def test_no_number_is_written_by_hand(name: str, tmp_path: Path) -> None:
    """With every observation replaced, none of the old values of three digits or more can be read anywhere."""
    base = base_of(CONTENTS[name], tmp_path / "marked")
    left = []
    for key, item in base.dataset.observations.items():
        if len(item.value.replace(".", "").strip("0-")) < 3:
            continue
        for form in forms(item, item.value, base.languages):
            left += [(key, form, path) for path, found in base.marked.items() if found[form]]
    assert [] == left


def count(found: Mapping[str, Counter[str]], path: str, wanted: set[str]) -> int:
    """How often one of several numbers can be read in a file."""
    return sum(found.get(path, Counter())[form] for form in wanted)


def mistakes_of(base: Base, key: str, folder: Path) -> list[str]:
    """What a change of one observation's last digit does not change as it should."""
    item = base.dataset.observations[key]
    new_value = last_digit_changed(item.value)
    site = built(with_values(base.content, folder, {key: new_value}))
    titles = [title for document in base.dataset.documents.values() for title in document.title.values()]
    found = numbers(site, titles)
    old, new = (forms(item, value, base.languages) for value in (item.value, new_value))
    own = forms(item, base.marked_values[key], base.languages)
    mistakes = []
    for path in base.numbers:
        shown = count(base.marked, path, own)
        if count(found, path, old) > count(base.numbers, path, old) - shown:
            mistakes.append(f"{key}: {item.value} is left in {path}")
        if count(found, path, new) < count(base.numbers, path, new) + shown:
            mistakes.append(f"{key}: {new_value} is not in {path} as often as {item.value} was")
    changed = pages_that_differ(base.site, site)
    expected = pages_that_show(base, key)
    mistakes += [f"{key}: {path} changed and does not show it" for path in sorted(changed - expected)]
    mistakes += [f"{key}: {path} shows it and did not change" for path in sorted(expected - changed)]
    return mistakes


def pages_that_differ(before: BuiltSite, after: BuiltSite) -> set[str]:
    """The output paths of the pages that two builds have different bytes for."""
    old = {page.page.output_path: page.html for page in before.pages}
    return {page.page.output_path for page in after.pages if old.get(page.page.output_path) != page.html}


def pages_that_show(base: Base, key: str) -> set[str]:
    """The pages that, by the engine's own record, show an observation or what is computed from it."""
    family = {key}
    for derived in base.dataset.derived.values():
        if rests_on(derived, key):
            family.add(derived.id)
    return {page.page.output_path for page in base.site.pages if page.shown & family}


def rests_on(figure: DerivedFigure, key: str) -> bool:
    """Whether an observation is among the inputs of a derived figure, or among theirs."""
    return any(item.id == key or (isinstance(item, DerivedFigure) and rests_on(item, key)) for item in figure.inputs)


@pytest.mark.slow
@pytest.mark.parametrize("name", CONTENTS)
def test_every_change_of_an_observation_is_seen_wherever_it_is_shown(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each in turn, by its last digit: in prose, tables, charts, descriptions and downloads of every language."""
    base = base_of(CONTENTS[name], tmp_path / "marked")
    mistakes = {key: mistakes_of(base, key, tmp_path / "changed") for key in base.dataset.observations}
    caught = sum(not found for found in mistakes.values())
    with capsys.disabled():
        print(f"\n{name}: {caught} of {len(mistakes)} mutations caught: {caught / len(mistakes):.0%}")  # noqa: T201 -- the share is a result
    assert [] == [mistake for found in mistakes.values() for mistake in found]
