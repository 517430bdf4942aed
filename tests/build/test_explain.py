"""`explain`: what a page, a figure or a file was made from, and what a figure ends up in."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sitegen.build import BuiltSite
from sitegen.commands.command_line import cli
from sitegen.facts import KINDS, read_in_words

from ..conftest import ROOT


def explain(*arguments: str, content: str = "content") -> Result:
    """What the command line answers."""
    return CliRunner().invoke(cli, ["explain", *arguments, "--content", (ROOT / content).as_posix()], obj=ROOT)


def parts(*arguments: str, content: str = "content") -> dict[str, Any]:
    """The same as JSON."""
    result = explain(*arguments, "--format", "json", content=content)
    assert 0 == result.exit_code
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize(
    "name",
    ["districts/ba-vi", "content/districts/ba-vi/index.en.md", "districts/ba-vi/index.html", "vi/districts/ba-vi"],
)
def test_a_page_is_found_by_any_of_its_names(name: str) -> None:
    """Its key, its file, its output path, its address; the key stands for all its languages."""
    found = parts(name)
    assert "templates/best-practice.html" in "\n".join(found["templates"])
    assert "templates/partials/steps.html" in "\n".join(found["templates"])
    assert ["ba-vi-before-after"] == found["charts"]
    assert (2 if name == "districts/ba-vi" else 1) == len(found["files"]) == len(found["becomes"])


def test_a_figure_tells_its_row_its_rules_and_where_it_ends(shipped: BuiltSite) -> None:
    """Down to the line, and to every page and download."""
    found = parts("ba-vi-near-poor-households-2022")
    assert "observations.csv:41" in found["stands in"][0]
    assert ["ba-vi-near-poor-households-difference", "ba-vi-near-poor-households-change"] == found["computed into"]
    assert "districts/ba-vi (vi)" in found["shown on"]
    expected = {item.page.output_path for item in shipped.pages if "ba-vi-near-poor-households-2022" in item.shown}
    assert expected <= set(found["ends up in"])
    assert {"data/observations.csv", "figures/ba-vi-near-poor-households-2022.json"} <= set(found["ends up in"])
    assert (
        "hanoi-poor-households-fall-2022: does not hold, which is explained"
        in parts("hanoi-poor-households-2022")["rules"]
    )


def test_a_computed_figure_tells_its_inputs() -> None:
    """The expression, and each input with its row."""
    found = parts("ba-vi-near-poor-households-change")["computed from"]
    assert found[0].startswith("change(") and "observations.csv:41" in found[1]


def test_a_file_of_the_output_tells_its_origin() -> None:
    """A download, with the figures in it."""
    found = parts("figures/north-loans-2024.json", content="tests/sites/libraries")
    assert "observations.csv" in found["made from"][0]
    assert any(item.startswith("north-loans-2024 ") for item in found["figures"])


def test_the_picture_of_a_chart_tells_its_figures() -> None:
    """A file that names no figure: the page that asks for it, and what it shows; the figure names it in turn."""
    found = parts("vi/charts/ba-vi-before-after.png")
    assert ["content/districts/ba-vi/index.vi.md"] == [name.removeprefix(f"{ROOT}/") for name in found["made from"]]
    assert any(item.startswith("ba-vi-poor-households-2022 ") for item in found["figures"])
    assert "vi/charts/ba-vi-before-after.png" in parts("ba-vi-poor-households-2022")["ends up in"]


def test_a_name_of_nothing_is_a_problem() -> None:
    """With what may have been meant."""
    result = explain("resluts")
    assert 1 == result.exit_code
    assert 'did you mean "results"?' in result.output


def test_a_page_tells_why_it_would_be_and_was_rebuilt(site_copy: Callable[[str], Path], tmp_path: Path) -> None:
    """Before a build what has changed of what it read, after it why it was rendered; looking changes nothing."""
    content = site_copy("libraries")
    arguments = ["--content", content.as_posix(), "--cache", (tmp_path / "cache").as_posix()]

    def told(verb: Sequence[str]) -> str:
        result = CliRunner().invoke(cli, [*verb, *arguments], obj=ROOT)
        assert 0 == result.exit_code, result.output
        return result.output

    build = ["build", "--output", (tmp_path / "output").as_posix()]
    assert "would be built for the first time" in told(["explain", "branches"])
    told(build)
    assert "rebuilt" not in told(["explain", "branches"])
    table = content / "data" / "observations.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("1.2,more-than", "1.3,more-than"), encoding="utf-8")
    for _ in range(2):
        assert "would be rebuilt because of:\n  the figure north-budget-2024\n" in told(["explain", "branches/north"])
    told(build)
    assert "was last rebuilt because of:\n  the figure north-budget-2024\n" in told(["explain", "branches/north"])


def test_every_kind_of_read_has_words() -> None:
    """Whatever a page can read can be told as a reason."""
    assert {"own", "page", "figure", "uses"} <= set(KINDS)
    for kind in KINDS:
        assert "{" not in read_in_words((kind, "a", "b", "c"))
