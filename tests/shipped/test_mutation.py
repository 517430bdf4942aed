"""A number is written once: changing it in its row changes it everywhere, and leaves the old one nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from sitegen.build import BuiltSite
from sitegen.build.explanation import family
from sitegen.model.data import Dataset

from ..conftest import ROOT, SITES
from .mutation import built, dataset_of, forms, last_digit_changed, numbers, sentinels, with_values

CONTENTS = {"shipped": ROOT / "content", "libraries": SITES / "libraries", "three-languages": SITES / "three-languages"}


@dataclass(frozen=True)
class Marked:
    """A copy of a site in which each observation has a value that stands for no other, so that each can be found."""

    content: Path
    dataset: Dataset
    languages: tuple[str, ...]
    titles: tuple[str, ...]
    site: BuiltSite
    numbers: Mapping[str, Counter[str]]


def marked_copy(content: Path, folder: Path) -> Marked:
    """The copy, and what can be read in it."""
    original = dataset_of(content)
    copy = with_values(content, folder, sentinels(original))
    site = built(copy)
    languages = tuple(dict.fromkeys(page.page.language for page in site.pages))
    # the titles of documents are quotations, with numbers of their own
    titles = tuple(title for document in original.documents.values() for title in document.title.values())
    return Marked(copy, dataset_of(copy), languages, titles, site, numbers(site, titles))


@pytest.mark.parametrize("name", CONTENTS)
def test_no_number_is_written_by_hand(name: str, tmp_path: Path) -> None:
    """With every observation replaced, none of the old values of three digits or more can be read anywhere."""
    marked = marked_copy(CONTENTS[name], tmp_path / "marked")
    left = []
    for key, item in dataset_of(CONTENTS[name]).observations.items():
        if len(item.value.replace(".", "").strip("0-")) < 3:
            continue
        for form in forms(item, item.value, marked.languages):
            left += [(key, form, path) for path, found in marked.numbers.items() if found[form]]
    assert [] == left


def count(found: Mapping[str, Counter[str]], path: str, wanted: set[str]) -> int:
    """How often one of several numbers can be read in a file."""
    return sum(found.get(path, Counter())[form] for form in wanted)


def mistakes_of(marked: Marked, key: str, folder: Path) -> list[str]:
    """What a change of one observation's last digit does not change as it should."""
    item = marked.dataset.observations[key]
    new_value = last_digit_changed(item.value)
    site = built(with_values(marked.content, folder, {key: new_value}))
    found = numbers(site, marked.titles)
    old, new = (forms(item, value, marked.languages) for value in (item.value, new_value))
    mistakes = [f"{key}: {item.value} is left in {path}" for path in found if count(found, path, old)]
    mistakes += [
        f"{key}: {path} shows {new_value} {count(found, path, new)} times, {item.value} {shown} times"
        for path in marked.numbers
        if count(found, path, new) != (shown := count(marked.numbers, path, old))
    ]
    if not any(count(marked.numbers, path, old) for path in marked.numbers):
        mistakes.append(f"{key} is shown nowhere")
    changed = pages_that_differ(marked.site, site)
    # what is computed from it may be rounded to the same digits as before
    may, must = pages_that_show(marked, family(key, marked.dataset)), pages_that_show(marked, frozenset([key]))
    mistakes += [f"{key}: {path} changed and does not show it" for path in sorted(changed - may)]
    mistakes += [f"{key}: {path} shows it and did not change" for path in sorted(must - changed)]
    return mistakes


def pages_that_differ(before: BuiltSite, after: BuiltSite) -> set[str]:
    """The output paths of the pages that two builds have different bytes for."""
    old = {page.page.output_path: page.html for page in before.pages}
    return {page.page.output_path for page in after.pages if old.get(page.page.output_path) != page.html}


def pages_that_show(marked: Marked, figures: frozenset[str]) -> set[str]:
    """The pages that, by the engine's own record, show one of these figures."""
    return {page.page.output_path for page in marked.site.pages if page.shown & figures}


@pytest.mark.slow
@pytest.mark.parametrize("name", CONTENTS)
def test_every_change_of_an_observation_is_seen_wherever_it_is_shown(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each in turn, by its last digit: in prose, tables, charts, descriptions and downloads of every language.

    In a copy where every observation has a value of its own: 690 stands for two, and could not be told apart.
    """
    marked = marked_copy(CONTENTS[name], tmp_path / "marked")
    mistakes = {key: mistakes_of(marked, key, tmp_path / "changed") for key in marked.dataset.observations}
    caught = sum(not found for found in mistakes.values())
    with capsys.disabled():
        print(f"\n{name}: {caught} of {len(mistakes)} mutations caught: {caught / len(mistakes):.0%}")  # noqa: T201 -- the share is a result
    assert [] == [mistake for found in mistakes.values() for mistake in found]
