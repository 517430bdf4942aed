"""No regular expression of the package takes longer than in proportion to what it reads.

The expressions are those that the modules hold, and those that they make while sites are built. Each is given its own
characters again and again, with and without an end that it can't match: what backtracks, or begins anew at each place,
takes four times as long for a text of twice the length.
"""

from __future__ import annotations

import ast
import importlib
import itertools
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from re import _parser as sre  # type: ignore[attr-defined]

import pytest

from sitegen.build import build_site
from sitegen.problems.problem import SiteError
from sitegen.processes.time_limit import TimeLimitError, time_limit

from ..conftest import BAD, ROOT, SITES, options

PACKAGE = ROOT / "sitegen"
METHODS = ("match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split")
AT_EACH_PLACE = {"search", "finditer", "findall", "sub", "subn", "split"}
UNITS = [
    *("a", "A", "đ", "0", "1.", "1,", " ", "\t", "\n", " \n", "\n\n", "    ", "- ", "> ", "* ", "+ ", "1. ", "```"),
    *("~~~", "---", "{", "{{", "{%", "{{ }}", "{% a", "}", "[", "]", "![", "](", "(", ")", "<", ">", "<a", "<a "),
    *("</", "<!--", "-->", "<?", "&", "&a", "*", "_", "`", "\\", "|", ":", ";", "=", "#", "/", "//", ".", ",", "-"),
    *("a-", "-a", '"', "'", '""', '\\"', "a=", "%", "a b", "a. ", "1 a", "(a", "a)", "\u00a0", "\u202f", "fig("),
    *("fig(' ", "url(", "url( ", "@import ", "alt=", "alt='"),
]
FIRST, SHORT, LONG = 1_000, 8_000, 32_000
# of the processor; what takes less for a long text is no danger, whatever it grows by
SECONDS_TO_JUDGE = 0.08
SECONDS_TO_DOUBT = 0.00015
# four times as long a text; sixteen is quadratic
FACTOR = 9


def modules() -> Iterator[tuple[str, Path]]:
    """The name and file of each module of the package that can be imported by itself."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if not name.endswith("__main__"):
            yield name, path


def uses(path: Path) -> dict[str, set[str]]:
    """How the names of a module are used as expressions: `_TAG` → search."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in METHODS:
            owner = node.value
            name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
            found.setdefault(name, set()).add(node.attr)
    return found


def held_expressions() -> Iterator[tuple[str, re.Pattern[str], bool]]:
    """Each expression that a module holds, with its name, and whether it is tried at each place of a text."""
    every = {name for _, path in modules() for name, methods in uses(path).items() if methods & AT_EACH_PLACE}
    for module, path in modules():
        here = uses(path)
        for name, value in vars(importlib.import_module(module)).items():
            patterns = value if isinstance(value, tuple | list) else [value]
            for number, pattern in enumerate(patterns):
                if isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, str):
                    methods = here.get(name)
                    # a name that other modules import, or one that is gone through
                    anywhere = bool(methods & AT_EACH_PLACE) if methods else name in every or pattern is not value
                    yield f"{module}.{name}" + (f"[{number}]" if pattern is not value else ""), pattern, anywhere


@cache
def made_expressions() -> list[tuple[str, re.Pattern[str], bool]]:
    """Each expression that is made while sites are built, good ones and broken ones."""
    made: dict[tuple[str, int], set[str]] = {}
    original = re._compile  # type: ignore[attr-defined]

    def recorded(pattern: object, flags: int) -> object:
        maker = Path(sys._getframe(2).f_code.co_filename)
        # an author's own expressions are not matched by `re`, and have a time limit
        if isinstance(pattern, str) and maker.is_relative_to(PACKAGE) and maker.stem != "author_patterns":
            made.setdefault((pattern, int(flags)), set()).add(sys._getframe(1).f_code.co_name)
        return original(pattern, flags)

    re._compile = recorded  # type: ignore[attr-defined]
    try:
        for content in [*(SITES / name for name in ("libraries", "three-languages")), *sorted(BAD.glob("*/content"))]:
            with suppress(SiteError):
                build_site(replace(options(content), thorough=True))
    finally:
        re._compile = original  # type: ignore[attr-defined]
    return [
        (f"made: {pattern[:60]}", re.compile(pattern, flags), bool(how - {"match", "fullmatch"}))
        for (pattern, flags), how in made.items()
    ]


def own_characters(pattern: re.Pattern[str]) -> list[str]:
    """Characters that an expression names, at most a dozen."""
    found: dict[str, None] = {}

    def walk(node: object) -> None:
        if isinstance(node, sre.SubPattern):
            for operation, argument in node:
                if str(operation) in ("LITERAL", "NOT_LITERAL"):
                    found[chr(argument)] = None
                elif str(operation) == "RANGE":
                    found[chr(argument[0])] = None
                else:
                    walk(argument)
        elif isinstance(node, tuple | list):
            if len(node) == 2 and str(node[0]) in ("LITERAL", "NOT_LITERAL", "RANGE"):
                found[chr(node[1] if isinstance(node[1], int) else node[1][0])] = None
                return
            for part in node:
                walk(part)

    walk(sre.parse(pattern.pattern, pattern.flags))
    return list(found)[:12]


def texts(pattern: re.Pattern[str]) -> Iterator[Callable[[int], str]]:
    """Repetitive texts of any length."""
    own = own_characters(pattern)
    units = dict.fromkeys(
        [*UNITS, *own, *map("".join, itertools.permutations(own[:6], 2)), *(f"{each} " for each in own)]
    )
    begins = dict.fromkeys(["", *own[:4], "".join(own[:2]), "".join(own[:3])])
    for begin, unit, end in itertools.product(begins, units, ("", "\0", "\n!")):

        def text(length: int, begin: str = begin, unit: str = unit, end: str = end) -> str:
            return begin + unit * (length // len(unit)) + end

        yield text


def seconds(
    pattern: re.Pattern[str], text: str, anywhere: bool, clock: Callable[[], float] = time.process_time
) -> float:
    """The time of all matches of an expression in a text, the processor's or another; endless where it is too long."""
    began = clock()
    try:
        with time_limit(2):
            if anywhere:
                for _ in pattern.finditer(text):
                    pass
            else:
                pattern.match(text)
    except TimeLimitError:
        return float("inf")
    return clock() - began


def too_slow(pattern: re.Pattern[str], anywhere: bool) -> str:
    """A text for which an expression takes longer than in proportion; empty where none was found."""
    for text in texts(pattern):
        # the processor's clock may go by steps of 4 ms
        doubt = seconds(pattern, text(FIRST), anywhere, time.perf_counter)
        if doubt < SECONDS_TO_DOUBT:
            continue
        if doubt == float("inf"):
            return text(60)
        long = min(seconds(pattern, text(LONG), anywhere) for _ in range(2))
        if long < SECONDS_TO_JUDGE:
            continue
        short = min(seconds(pattern, text(SHORT), anywhere) for _ in range(3))
        if long > FACTOR * short or long == float("inf"):
            return text(60)
    return ""


@pytest.mark.parametrize(
    ("name", "pattern", "anywhere"), [pytest.param(*each, id=each[0]) for each in held_expressions()]
)
def test_expressions_that_modules_hold(name: str, pattern: re.Pattern[str], anywhere: bool) -> None:
    """Each takes time in proportion to the text."""
    assert "" == too_slow(pattern, anywhere)


def test_expressions_that_builds_make() -> None:
    """Those that are made of a language's words, an id or a separator."""
    slow = {name: text for name, pattern, anywhere in made_expressions() if (text := too_slow(pattern, anywhere))}
    assert {} == slow
    assert len(made_expressions()) > 20


@pytest.mark.parametrize(
    ("pattern", "anywhere"),
    [
        (r"^(?: {4,}|\t| *[>*+-] *| *\d+\. *)+(?:`{3,}|~{3,})[ \t]*chart\b", False),
        (r"(a+)+b", False),
        (r"a+b", True),
        (r"\s*x", True),
        (r"<!--.*?-->", True),
        (r"\w+@\w+", True),
        (r"[ ]*[ ]*x", False),
    ],
)
def test_slow_expressions_are_found(pattern: str, anywhere: bool) -> None:
    """What this test is for."""
    assert too_slow(re.compile(pattern, re.DOTALL), anywhere)
