"""The reader of keyed data: what is right is returned as its type, what is wrong is reported at its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sitegen.problems import Problem
from sitegen.text import SourceText, load_toml, load_yaml
from sitegen.text.keyed import (
    ANY,
    COUNT,
    DAY,
    FLAG,
    FURTHER,
    ITEMS,
    MAPPING,
    TEXT,
    TEXTS,
    WHOLE,
    Key,
    KeyedReader,
    Keys,
    translated,
)

KEYS: Keys = {
    "title": replace(TEXT, missing="no title", missing_code="title-missing"),
    "weight": WHOLE,
    "links": replace(ITEMS, keys={"page": TEXT}),
    "table": replace(MAPPING, keys={"on": FLAG}),
    "day": DAY,
    "label": translated(["en", "vi"], "language", "label = …", alone=""),
}


def read(text: str, keys: Keys = KEYS, has_null: bool = False) -> tuple[dict[str, object], list[str]]:
    """What is read of a YAML document, and each problem as `line:column code message (hint)`."""
    problems: list[Problem] = []
    located = load_yaml(text, SourceText("a.yaml", text))
    found = KeyedReader(located, problems, "value", "key", has_null=has_null).read(located.values, keys)
    shown = [
        f"{problem.span.line}:{problem.span.column} {problem.code} {problem.message} ({problem.hint})"
        for problem in sorted(problems, key=lambda problem: problem.sort_key)
    ]
    return found, shown


def test_what_is_right_is_read() -> None:
    """Values have their types, in mappings and lists too."""
    text = "title: A\nweight: 3\nlinks: [{page: x}]\ntable: {on: true}\nday: '2024-12-31'\nlabel: L\n"
    found, problems = read(text)
    assert [] == problems
    assert ({"": "L"}, 3, [{"page": "x"}]) == (found["label"], found["weight"], found["links"])
    assert "2024-12-31" == str(found["day"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("weight: 1\n", ["1:1 title-missing no title ()"]),
        ("title: ' '\n", ["1:1 title-missing no title ()"]),
        ("titel: A\n", ['1:1 key unknown key "titel" (did you mean "title"?)']),
        ("title: 007\n", ['1:1 value `title` must be a text (put it in quotes: title: "007")']),
        ("title: A\nweight: true\n", ["2:1 value `weight` must be a whole number ()"]),
        ("title: A\nlinks: [{page: [1]}]\n", ["2:10 value `page` must be a text ()"]),
        ("title: A\nlinks: [x]\n", ["2:1 value `links` must be a list of mappings ()"]),
        ("title: A\ntable:\n  of: 1\n", ['3:3 key unknown key "of" (known: on)']),
        ("title: A\nday: 31.12.2024\n", ["2:1 value `day` must be a date (e.g. 2024-12-31)"]),
        (
            "title: A\nlabel: {en: L, fr: M}\n",
            ['2:1 language `label` is missing in "vi" ()', '2:16 key no language "fr" (known: en, vi)'],
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_place(text: str, told: list[str]) -> None:
    """Missing, blank, unknown and wrong: one problem each; a misspelt key is not missing as well."""
    found, problems = read(text)
    assert told == problems
    assert not {"titel", "of"} & found.keys()


def test_null_is_no_value_unless_it_is_one() -> None:
    """A key with null counts as not given, or as given with a wrong value."""
    assert ({}, []) == read("weight:\n", {"weight": WHOLE})
    assert ({}, ["1:1 value `weight` must be a whole number ()"]) == read("weight:\n", {"weight": WHOLE}, has_null=True)


def test_further_keys_stay_unless_they_look_misspelt() -> None:
    """Where further keys are allowed, those like a known one are told."""
    keys: Keys = {"bytes": COUNT, "titles": TEXTS, FURTHER: ANY}
    assert ({"own": 1}, ['2:1 key unknown key "title" (did you mean "titles"?)']) == read("own: 1\ntitle: x\n", keys)


def test_wrong_items_are_left_out() -> None:
    """Each wrong item of a list is told at the list, and the others stay."""
    names = Key(ANY.read, item_mistake=lambda item: None if item == "good" else (f"{item} is bad", "be good"))
    assert ({"names": ["good"]}, ["1:1 value bad is bad (be good)"]) == read("names: [good, bad]\n", {"names": names})


def test_toml_is_read_alike() -> None:
    """The reader takes any located mapping; a hint is written as the document is."""
    problems: list[Problem] = []
    located = load_toml(SourceText("a.toml", "[table]\nname = 5 # five\n"))
    KeyedReader(located, problems, "value", "key").read(located.values["table"], {"name": TEXT}, "table")
    assert [(2, 'put it in quotes: name = "5"')] == [(problem.span.line, problem.hint) for problem in problems]
