"""An output folder that is a mount point, has one in it, or stands in a folder that can't be written to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sitegen.model.site import Artifact
from sitegen.outputs import manifest
from sitegen.problems.problem import SiteError
from sitegen.storage.output_folder.contents import WRITING
from sitegen.storage.output_folder.folder import replace_output
from sitegen.storage.output_folder.record import load_record
from sitegen.storage.store import Store

from ..conftest import ROOT, SITES
from .test_kept_files import KEEP, USERS, is_site, killed, put, site, states

pytestmark = pytest.mark.slow


class Mounts:
    """Mounts file systems, and unmounts them in the end."""

    def __init__(self) -> None:
        self.places: list[Path] = []

    def mount(self, place: Path, *arguments: str) -> Path:
        """Run `mount` with some arguments and a folder, which is made; skips the test where nothing can be mounted."""
        place.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["mount", *arguments, str(place)], check=False, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
        self.places.append(place)
        return place

    def disk(self, place: Path, size: str = "4m") -> Path:
        """A file system in memory."""
        return self.mount(place, "-t", "tmpfs", "-o", f"size={size}", "tmpfs")


@pytest.fixture
def mounts() -> Iterator[Mounts]:
    """What a test mounts goes with it."""
    if sys.platform != "linux" or os.getuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root can mount a file system")
    made = Mounts()
    yield made
    for place in reversed(made.places):
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture(params=["disk", "bound", "in a link", "below a read-only folder", "with a mount in it"])
def output(request: pytest.FixtureRequest, mounts: Mounts, tmp_path: Path) -> Path:
    """An output that can't be exchanged."""
    output = tmp_path / "place" / "output"
    if request.param == "disk":
        return mounts.disk(output)
    if request.param == "bound":
        (tmp_path / "elsewhere").mkdir()
        return mounts.mount(output, "--bind", str(tmp_path / "elsewhere"))
    if request.param == "in a link":
        output.parent.mkdir()
        output.symlink_to(mounts.disk(tmp_path / "real disk"))
        return output
    if request.param == "with a mount in it":
        mounts.disk(output / "downloads")
        return output
    output.mkdir(parents=True)
    mounts.mount(output.parent, "--bind", str(output.parent))
    mounts.mount(output, "--bind", str(output))
    mounts.mount(output.parent, "-o", "remount,ro,bind")
    mounts.places.pop()
    with pytest.raises(OSError, match="Read-only"):
        (output.parent / "x").mkdir()
    return output


def test_files_are_replaced_one_by_one(output: Path, tmp_path: Path) -> None:
    """With what is kept, from the first build on; and what the last build wrote is known again."""
    put(output, USERS)
    before, was_link = states(output, [*USERS]), output.is_symlink()
    for text, count in (("one", 3), ("two", 3), ("three", 1), ("two", 3)):
        first = replace_output(output, site(text, count), KEEP, Store(tmp_path / "cache"))
        assert "mounted" in first.one_by_one
        assert is_site(output, text, count)
        assert before == states(output, [*USERS])
        second = replace_output(output, site(text, count), KEEP, Store(tmp_path / "cache"))
        assert 0 == second.changed
        assert not (output / WRITING).exists()
    record = load_record(output.resolve(), Store(tmp_path / "cache"))
    assert record is not None
    assert record.is_whole(output.resolve())
    put(output, {"thesis.doc": "mine"})
    assert not record.is_whole(output.resolve())
    with pytest.raises(SiteError):
        replace_output(output, site("one"), KEEP, Store(tmp_path / "cache"))
    assert was_link == output.is_symlink()
    (output / "thesis.doc").unlink()
    assert is_site(output, "two")


def test_killed_on_a_mounted_folder(mounts: Mounts, tmp_path: Path) -> None:
    """At each step: what is kept is as it was, and the next build is right."""
    output = mounts.disk(tmp_path / "output")
    put(output, USERS)
    before = states(output, [*USERS])
    step = 1
    while True:
        replace_output(output, site("old", 4), KEEP)
        if not killed(output, step, "exchanged"):
            break
        assert before == states(output, [*USERS]), step
        replace_output(output, site("last", 2), KEEP)
        assert is_site(output, "last", 2), step
        step += 1
    assert is_site(output, "new")
    assert step > 20


@pytest.mark.parametrize("is_mounted", [True, False], ids=["one by one", "exchanged"])
def test_a_full_disk(is_mounted: bool, mounts: Mounts, tmp_path: Path) -> None:
    """A problem; the old site and what is kept are as they were, and the next build that has room is right."""
    disk = mounts.disk(tmp_path / "disk", "1m")
    output = disk if is_mounted else disk / "output"
    replace_output(output, site("old"))
    put(output, USERS)
    before = states(output, [*USERS])
    large = [Artifact(f"page-{n}/index.html", os.urandom(100_000), "page.md") for n in range(12)]
    with pytest.raises(SiteError) as caught:
        replace_output(output, [*large, manifest(large, {"sitegen": "1"}, "")], KEEP)
    assert "No space left on device" in caught.value.problems[0].message
    assert is_site(output, "old")
    assert before == states(output, [*USERS])
    assert not (output / WRITING).exists()
    replace_output(output, site("new"), KEEP)
    assert is_site(output, "new")


def test_the_command_line_says_so(mounts: Mounts, tmp_path: Path) -> None:
    """A line on standard error; nothing is done where nothing has changed, and a foreign file is told."""
    content = shutil.copytree(SITES / "plain", tmp_path / "content")
    output = mounts.disk(tmp_path / "output")
    folders = [f"--{name}={tmp_path / name}" for name in ("content", "output", "cache")]

    def build() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "build.py", "build", "--jobs=1", *folders]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    first = build()
    assert 0 == first.returncode, first.stdout
    assert "not atomic" in first.stderr
    again = build()
    assert "(0 changed)" in again.stderr
    assert "not atomic" not in again.stderr
    put(output, {"thesis.doc": "mine", ".hidden": "mine"})
    refused = build()
    assert 1 == refused.returncode
    assert "output-foreign" in refused.stdout
    assert "thesis.doc" in refused.stdout
    with (content / "site.toml").open("a", encoding="utf-8") as file:
        file.write('\n[output]\nkeep = ["thesis.doc"]\n')
    kept = build()
    assert 0 == kept.returncode, kept.stdout
    assert ["mine", "mine"] == [(output / name).read_text() for name in ("thesis.doc", ".hidden")]
