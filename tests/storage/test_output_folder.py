"""The output folder is the old site or the new one, whole, whatever happens."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sitegen.checks import duplicate_paths
from sitegen.commands.command_line import cli
from sitegen.model.site import Artifact
from sitegen.outputs import manifest
from sitegen.problems.problem import SiteError
from sitegen.storage.output_folder import swap as folder_swap
from sitegen.storage.output_folder.folder import check_output_folder, replace_output
from sitegen.storage.output_folder.own_folders import standby_of

from ..conftest import ROOT, SITES


def site(text: str, count: int = 3) -> list[Artifact]:
    """A site of some files that all hold the same text."""
    pages = [Artifact(f"page-{n}/index.html", text.encode(), f"page-{n}.md") for n in range(count)]
    return [*pages, manifest(pages, {"tool": "1"}, "")]


def contents(folder: Path) -> set[str]:
    """The distinct texts of the pages in a folder."""
    return {path.read_text() for path in folder.rglob("*.html")}


def test_the_new_site_takes_the_place_of_the_old(tmp_path: Path) -> None:
    """Nothing of the old site is left, and no folder beside the new one."""
    output = tmp_path / "output"
    replace_output(output, site("old", 5))
    replace_output(output, site("new", 2))
    assert {"new"} == contents(output)
    assert 2 == len(list(output.rglob("*.html")))
    assert {output, standby_of(output)} == set(tmp_path.iterdir())


def test_what_is_the_same_keeps_its_time_stamp(tmp_path: Path) -> None:
    """A file with the same bytes is not touched; one that was changed, or put there by a link, is written."""
    output, elsewhere = tmp_path / "output", tmp_path / "elsewhere.html"
    replace_output(output, site("old"))
    times = [1_000_000_000, 1_100_000_000, 1_200_000_000]
    for number, second in enumerate(times):
        os.utime(output / f"page-{number}" / "index.html", (second, second))
    (output / "page-1" / "index.html").write_text("out")
    elsewhere.write_text("old")
    (output / "page-2" / "index.html").unlink()
    (output / "page-2" / "index.html").symlink_to(elsewhere)
    replace_output(output, site("old"))
    assert {"old"} == contents(output)
    kept = [int((output / f"page-{number}" / "index.html").stat().st_mtime) for number in range(3)]
    assert times[0] == kept[0]
    assert times[1] < kept[1]
    assert not (output / "page-2" / "index.html").is_symlink()


def test_a_gitignore_in_the_output_folder_stays(tmp_path: Path) -> None:
    """output/.gitignore belongs to the repository, not to the site."""
    output = tmp_path / "output"
    output.mkdir()
    (output / ".gitignore").write_text("*\n")
    check_output_folder(output, ())
    replace_output(output, site("new"))
    assert "*\n" == (output / ".gitignore").read_text()


def test_without_an_exchange_two_renames_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system can't exchange two folders in one step, the result is the same."""
    monkeypatch.setattr(folder_swap, "_exchange", lambda first, second: False)
    output = tmp_path / "output"
    replace_output(output, site("old"))
    replace_output(output, site("new"))
    assert {"new"} == contents(output)
    assert {output, standby_of(output)} == set(tmp_path.iterdir())


def test_a_failed_write_leaves_the_old_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk in the middle: a problem, the old site whole, no leftovers."""
    output = tmp_path / "output"
    replace_output(output, site("old"))
    written = []
    write = os.write

    def full_disk(descriptor: int, data: bytes) -> int:
        written.append(descriptor)
        if len(written) > 2:
            raise OSError(28, "No space left on device")
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", full_disk)
    with pytest.raises(SiteError) as caught:
        replace_output(output, site("new"))
    assert ["output-unwritable"] == [problem.code for problem in caught.value.problems]
    assert "No space left on device" in caught.value.problems[0].message
    assert {"old"} == contents(output)
    assert [output] == list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["foreign", "file", "same", "inside", "around"])
def test_a_folder_that_is_not_ours_is_refused(kind: str, tmp_path: Path) -> None:
    """A folder with other files, a file, and a folder that overlaps the content are never replaced."""
    content = tmp_path / "site" / "content"
    content.mkdir(parents=True)
    (content / "site.toml").write_text("")
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "thesis.doc").write_text("mine")
    (tmp_path / "file").write_text("mine")
    places = {"same": content, "inside": content / "output", "around": tmp_path / "site"}
    with pytest.raises(SiteError) as caught:
        check_output_folder(places.get(kind, tmp_path / kind), [content])
    codes = {"foreign": "output-foreign", "file": "output-not-folder"}
    assert [codes.get(kind, "output-overlap")] == [problem.code for problem in caught.value.problems]


def test_one_path_has_one_source() -> None:
    """Two files for one path, in any case of letters, and a file in the way of a folder are named with both sources."""
    artifacts = [Artifact(path, b"", f"from {path}") for path in ("a/index.html", "A/index.html", "b", "b/c.txt", "d")]
    problems = list(duplicate_paths(artifacts))
    assert ["from A/index.html", "from b/c.txt"] == [problem.span.file for problem in problems]
    assert "from a/index.html" in problems[0].message


KILLED_AT = """
import os, sys
from pathlib import Path
from sitegen.model import Artifact
from sitegen.outputs import manifest
from sitegen.storage.output_folder import replace_output

pages = [Artifact(f"page-{n}/index.html", b"new", "page.md") for n in range(3)]
artifacts = [*pages, manifest(pages, {"tool": "1"}, "")]
step = 0

def kill(event, arguments):
    global step
    if event in ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "open", "shutil.rmtree", "os.rmtree", "os.scandir"):
        step += 1
        if step == int(sys.argv[2]):
            os._exit(9)

sys.addaudithook(kill)
replace_output(Path(sys.argv[1]), artifacts)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only where two folders can be exchanged in one step")
def test_killed_at_any_step_the_folder_is_whole(tmp_path: Path) -> None:
    """Ended at the first, second, … touch of the disk until it gets through, it leaves the old site or the new one."""
    output = tmp_path / "output"
    states = []
    for step in range(1, 200):
        replace_output(output, site("old"))
        command = [sys.executable, "-c", KILLED_AT, str(output), str(step)]
        done = subprocess.run(command, cwd=ROOT, check=False)
        assert 3 == len(list(output.rglob("*.html")))
        assert (output / "build-manifest.json").is_file()
        states.append(contents(output))
        if done.returncode == 0:
            break
    assert [{"old"}, {"new"}] == [state for n, state in enumerate(states) if n == 0 or states[n - 1] != state]
    assert done.returncode == 0


def test_leftovers_of_killed_builds_are_cleared_away(tmp_path: Path) -> None:
    """A folder that a killed build left is removed by a later one; that of a build still at work is not."""
    output = tmp_path / "output"
    replace_output(output, site("old"))
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for process in (dead.pid, os.getpid()):
        (tmp_path / f".output-building-{process}-x").mkdir()
    replace_output(output, site("new"))
    assert {"output", ".output-standby", f".output-building-{os.getpid()}-x"} == {
        path.name for path in tmp_path.iterdir()
    }


@pytest.mark.parametrize("cache", ["content/cache", "content", ".", "templates/.x", "output", "output/a", "link/a"])
@pytest.mark.parametrize("verb", ["build", "check"])
def test_a_cache_in_a_folder_of_the_site_is_refused(verb: str, cache: str, tmp_path: Path) -> None:
    """It would be published, or lost with the next output."""
    shutil.copytree(SITES / "plain", tmp_path / "content")
    (tmp_path / "templates").mkdir()
    (tmp_path / "link").symlink_to("content")
    folders = ["--content", str(tmp_path / "content"), "--templates", str(tmp_path / "templates")]
    output = ["--output", str(tmp_path / "output")] if verb == "build" else []
    before = sorted(tmp_path.rglob("*"))
    result = CliRunner().invoke(cli, [verb, *folders, *output, "--cache", str(tmp_path / cache)], obj=tmp_path)
    if cache.startswith("output") and verb == "check":
        assert "cache-overlap" not in result.stdout
        return
    assert 1 == result.exit_code
    assert "error[cache-overlap]" in result.stdout
    assert before == sorted(tmp_path.rglob("*"))
