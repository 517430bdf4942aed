"""Charts whose process ends, never ends or has no memory: a problem at their fence, and the others are made."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from sitegen.build import build_site
from sitegen.problems.problem import Problem, SiteError
from sitegen.processes.pool import Lost, Workers

from ..conftest import mostly_slow, options

TEXT = "---\ntitle: Charts\n---\n\nText.\n"
FENCE = "\n```chart\nid: {name}\nkind: python\ntitle: T\nfunction: {name}\nindicator: loans\nperiod: 2024\n```\n"
HEAD = "import altair as alt\n\n\n"
GOOD = """
def good(chart):
    return alt.Chart(alt.Data(values=chart.rows)).mark_bar().encode(x="value:Q", y="area:N")
"""
ENDLESS = """
def endless(chart):
    slow = " + ".join(["indexof(sequence(0, 2e6), -1)"] * 200)
    axis = alt.Axis(labelExpr=f"{slow} + ''")
    return alt.Chart(alt.Data(values=chart.rows)).mark_bar().encode(x=alt.X("value:Q", axis=axis), y="area:N")
"""
LOSING = {
    "ends": ("    import os\n    os._exit(3)", "ended its process (exit status 3)"),
    "kills": ("    import os\n    os.kill(os.getpid(), 9)", "ended its process (exit status -9)"),
    "aborts": ("    import os\n    os.abort()", "ended its process (exit status -6)"),
    "faults": ("    import ctypes\n    ctypes.string_at(0)", "ended its process (exit status -11)"),
    "never": ("    while True:\n        pass", "took more than 5 seconds"),
    "sleeps": ("    import time\n    time.sleep(3600)", "took more than 5 seconds"),
    "deaf": (
        "    import signal, time\n    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))\n    time.sleep(3600)",
        "took more than 5 seconds",
    ),
    "greedy": ("    return [0] * 10**14", "MemoryError"),
    "leaves": ("    raise SystemExit(0)", "SystemExit"),
    "deep": ("    return deep(chart)", "RecursionError"),
}


@pytest.fixture
def site(site_copy: Callable[[str], Path]) -> Callable[[dict[str, str]], Path]:
    """Makes a site whose charts.py has functions of these texts, each drawn once."""

    def make(functions: dict[str, str]) -> Path:
        content = site_copy("gallery")
        (content / "site.toml").write_text((content / "site.toml").read_text() + "\n[charts]\ntime_limit = 5\n")
        code = "\n\n".join(
            text if text.startswith("\n") else f"def {name}(chart):\n{text}" for name, text in functions.items()
        )
        (content / "charts.py").write_text(HEAD + code + "\n", encoding="utf-8")
        fences = "".join(FENCE.format(name=name) for name in functions)
        (content / "index.en.md").write_text(TEXT + fences, encoding="utf-8")
        (content / "index.vi.md").write_text(TEXT, encoding="utf-8")
        return content

    return make


def problems_of(content: Path) -> tuple[Problem, ...]:
    """What is wrong with a site."""
    with pytest.raises(SiteError) as caught:
        build_site(options(content))
    return caught.value.problems


@pytest.mark.parametrize("name", mostly_slow(LOSING, 5))
def test_one_chart_is_told(name: str, site: Callable[[dict[str, str]], Path]) -> None:
    """At its fence, or in its function; and soon."""
    text, told = LOSING[name]
    began = time.monotonic()
    problems = problems_of(site({"good": GOOD, name: text}))
    assert time.monotonic() - began < 60
    assert ["chart-function"] == [problem.code for problem in problems]
    assert told in problems[0].message
    assert name in problems[0].message
    assert problems[0].span.line


@pytest.mark.slow
def test_several_are_told_and_not_all_are_tried(site: Callable[[dict[str, str]], Path]) -> None:
    """Each try costs its time: after three no more are begun."""
    never = {f"never{number}": LOSING["never"][0] for number in range(12)}
    began = time.monotonic()
    problems = problems_of(site({"good": GOOD, **never}))
    assert time.monotonic() - began < 60
    assert 3 <= len(problems) <= 6
    assert {"chart-function"} == {problem.code for problem in problems}


def test_a_drawing_that_never_ends(site: Callable[[dict[str, str]], Path]) -> None:
    """Vega itself can be kept at work."""
    problems = problems_of(site({"good": GOOD, "endless": ENDLESS}))
    assert ["chart-drawing"] == [problem.code for problem in problems]
    assert "took more than 5 seconds" in problems[0].message


@pytest.mark.parametrize("value", ["0", "-1", "0.5", "86401", '"60"', "true"])
def test_a_limit_is_a_number_of_seconds(value: str, site_copy: Callable[[str], Path]) -> None:
    """Told at its line."""
    content = site_copy("libraries")
    text = (content / "site.toml").read_text() + f"\n[charts]\ntime_limit = {value}\n"
    (content / "site.toml").write_text(text)
    problems = problems_of(content)
    assert [("settings-value", len(text.splitlines()))] == [(each.code, each.span.line) for each in problems]


# -- the processes by themselves


def _double(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    if number == 5:
        time.sleep(60)
    if number == 7:
        raise MemoryError
    return number * 2


def test_a_lost_process_takes_one_item_with_it() -> None:
    """Those that it was to do next are done by another."""
    workers = Workers()
    try:
        made = dict(workers.made(_double, range(6), processes=2, batch=3, seconds=5))
        assert {0: 0, 1: 2, 2: 4, 3: Lost(-9), 4: 8, 5: Lost(None)} == made
        assert {0: 2, 1: Lost(0)} == dict(workers.made(_double, [1, 7], processes=1, batch=8, seconds=20))
    finally:
        workers.close()


def test_a_process_stays_until_it_is_closed() -> None:
    """The next work is done by the same."""
    workers = Workers()
    try:
        first = list(workers.made(_identity, [0], 1, 1, 10))
        assert first == list(workers.made(_identity, [0], 1, 1, 10))
        os.kill(int(str(first[0][1])), signal.SIGKILL)
        # one that has ended meanwhile takes nothing with it
        assert first != list(workers.made(_identity, [0], 1, 1, 10))
    finally:
        workers.close()


def _identity(_: object) -> int:
    return os.getpid()


def test_an_error_comes_here() -> None:
    """It is a mistake of sitegen's, which nobody is to take for a lost process."""
    workers = Workers()
    with pytest.raises(ValueError, match="invalid literal"):
        list(workers.made(int, ["a"], 1, 1, 10))
    workers.close()


def test_no_process_at_all_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is there a trace when there is no memory for one."""

    def fail() -> int:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(os, "fork", fail)
    monkeypatch.setattr("multiprocessing.util.spawnv_passfds", partial(lambda *_: fail()))
    with pytest.raises(SiteError, match="can't start another process: Cannot allocate memory"):
        list(Workers().made(_double, [1], 1, 1, 10))
