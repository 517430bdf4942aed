"""What GitHub runs: actions of known commits, no more rights than a job needs, and an end to each."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from .conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))
PINNED = re.compile(r"uses: ([\w.-]+/[\w./-]+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+")


def jobs(name: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Each job of the workflows, or of one."""
    read = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in WORKFLOWS}
    return [
        (f"{stem}/{key}", job)
        for stem, value in read.items()
        if name in ("", stem)
        for key, job in value["jobs"].items()
    ]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned(path: Any) -> None:
    """By commit, with the version beside it, the same everywhere."""
    used = [line for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert used
    assert all(PINNED.search(line) for line in used)


def test_one_commit_an_action() -> None:
    """No workflow lags behind another."""
    found: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for action, commit in PINNED.findall(path.read_text(encoding="utf-8")):
            found.setdefault(action, set()).add(commit)
    assert all(len(commits) == 1 for commits in found.values())


@pytest.mark.parametrize(("name", "job"), jobs(), ids=lambda value: value if isinstance(value, str) else "")
def test_each_job_has_an_end_and_its_own_rights(name: str, job: dict[str, Any]) -> None:
    """A job that runs what the repository holds may write nothing, and keeps no credentials."""
    assert job["timeout-minutes"] <= 60
    runs = [step for step in job["steps"] if "run" in step]
    writes = {right for right, kind in job["permissions"].items() if kind == "write"}
    assert not (runs and writes), name
    for step in job["steps"]:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
        # a value of elsewhere is no part of a command
        assert "${{" not in step.get("run", "")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_nothing_is_allowed_by_default(path: Any) -> None:
    """Each job names what it needs."""
    assert {} == yaml.safe_load(path.read_text(encoding="utf-8"))["permissions"]


def test_one_job_builds_and_another_publishes() -> None:
    """Only the second can, and it runs nothing but the action."""
    found = dict(jobs("publish"))
    assert {"contents": "read", "pages": "read"} == found["publish/build"]["permissions"]
    assert {"pages": "write", "id-token": "write"} == found["publish/deploy"]["permissions"]
    assert "build" == found["publish/deploy"]["needs"]
    assert ["actions/deploy-pages"] == [step["uses"].partition("@")[0] for step in found["publish/deploy"]["steps"]]


def test_updates_are_proposed() -> None:
    """Of the actions and of the packages."""
    config = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))
    assert {"github-actions", "pip"} == {update["package-ecosystem"] for update in config["updates"]}
