"""What sitegen did not write in an output folder stays, or the build says no; whichever way the site is put there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from sitegen.commands.command_line import cli
from sitegen.model.site import Artifact
from sitegen.outputs import manifest
from sitegen.problems.problem import SiteError
from sitegen.storage.output_folder import swap as folder_swap
from sitegen.storage.output_folder.contents import WRITING
from sitegen.storage.output_folder.folder import check_output_folder, replace_output
from sitegen.storage.output_folder.own_folders import make_own, standby_of
from sitegen.storage.output_folder.record import load_record
from sitegen.storage.output_folder.swap import recover

from ..conftest import ROOT, SITES

KEEP = ("CNAME", "downloads", "docs/old.pdf")
USERS = {
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/objects/ab/cdef": "blob",
    ".well-known/security.txt": "Contact: mailto:a@example.org\n",
    ".gitignore": "*\n",
    "CNAME": "reports.example\n",
    "downloads/2024/big.zip": "zip",
    "docs/old.pdf": "pdf",
    "page-1/.htaccess": "deny\n",
}


def site(text: str, count: int = 3) -> list[Artifact]:
    """A site of some pages that hold the same text, and of files that pages need."""
    files = [Artifact(f"page-{n}/index.html", text.encode(), "page.md") for n in range(count)]
    files += [Artifact(f"assets/{text}.css", b"css", "css"), Artifact(".nojekyll", b"", ""), Artifact("a.xml", b"", "")]
    return [*files, manifest(files, {"sitegen": "1"}, "")]


def put(folder: Path, files: dict[str, str]) -> None:
    """Write files, with the folders around them."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def states(folder: Path, paths: Sequence[str]) -> dict[str, tuple[object, ...]]:
    """What there is to know of files and folders: bytes, mode, owner, times, inode, number of names."""
    found: dict[str, tuple[object, ...]] = {}
    for path in paths:
        state = (folder / path).lstat()
        content = (folder / path).read_bytes() if (folder / path).is_file() else b""
        found[path] = (content, state.st_mode, state.st_uid, state.st_mtime_ns, state.st_ino, state.st_nlink)
    return found


def reached(folder: Path) -> dict[str, tuple[bytes, int]]:
    """What is found at the users' paths, and which file it is, links followed."""
    return {path: ((folder / path).read_bytes(), (folder / path).stat().st_ino) for path in USERS}


def is_site(folder: Path, text: str, count: int = 3) -> bool:
    """Whether a folder has just this site, beside what is hidden or kept."""
    expected = {item.path: item.content for item in site(text, count)}
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    hidden = {path for path in found if any(part.startswith(".") for part in path.split("/"))}
    others = found.keys() - expected.keys() - USERS.keys() - hidden
    return not others and all(path in found and found[path].read_bytes() == expected[path] for path in expected)


def codes(error: pytest.ExceptionInfo[SiteError]) -> list[str]:
    """The codes of the problems."""
    return [problem.code for problem in error.value.problems]


@pytest.fixture(params=["exchanged", "one by one"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How a site takes the place of the one before."""
    if request.param == "one by one":
        monkeypatch.setattr(folder_swap, "_exchange", lambda first, second: False)
    elif sys.platform not in ("linux", "darwin"):
        pytest.skip("no exchange here")
    return str(request.param)


def test_what_is_not_ours_stays_as_it_is(way: str, tmp_path: Path) -> None:
    """Bytes, modes, times, inodes and names; build after build, in whatever folder it stands."""
    output = tmp_path / "output"
    replace_output(output, site("one"))
    put(output, USERS)
    (output / ".git" / "link").symlink_to("HEAD")
    os.link(output / "CNAME", tmp_path / "other name")
    (output / "downloads" / "2024").chmod(0o2750)
    os.utime(output / "CNAME", (1_000_000_000, 1_000_000_000))
    paths = [*USERS, ".git", ".git/link", "downloads", "downloads/2024", ".well-known"]
    before = states(output, paths)
    for text, count in (("two", 3), ("three", 1), ("two", 3), ("two", 3)):
        replaced = replace_output(output, site(text, count), KEEP)
        assert (way == "one by one") == bool(replaced.one_by_one)
        assert is_site(output, text, count)
        assert before == states(output, paths)
    assert {"output", ".output-standby", "other name"} == {path.name for path in tmp_path.iterdir()}
    record = load_record(output, None)
    assert record is not None
    assert record.is_whole(output)
    put(output, {".git/index": "x", "CNAME": "other", "downloads/more.txt": "x", ".env": ""})
    assert record.is_whole(output)
    put(output, {"thesis.doc": "mine"})
    assert not record.is_whole(output)
    with pytest.raises(SiteError):
        replace_output(output, site("two"), KEEP)
    (output / "thesis.doc").unlink()
    known = load_record(output, None)
    assert known is not None
    assert known.is_whole(output)


def test_only_what_differs_is_written_beside_kept_files(way: str, tmp_path: Path) -> None:
    """The folder of the site before is used again, and unchanged files keep their inodes."""
    output = tmp_path / "output"
    replace_output(output, site("one"))
    put(output, USERS)
    for count in (4, 5, 6, 7):
        before = (output / "page-0" / "index.html").stat()
        scaffold = standby_of(output) / "site"
        inode = scaffold.stat().st_ino if scaffold.is_dir() else 0
        replace_output(output, site("one", count), KEEP)
        after = (output / "page-0" / "index.html").stat()
        assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
        if way == "exchanged" and count > 5:
            assert inode == output.stat().st_ino


def test_what_is_foreign_is_named_and_left(way: str, tmp_path: Path) -> None:
    """Up to twenty names; nothing is written, be the folder the site's or not."""
    output = tmp_path / "output"
    replace_output(output, site("one"))
    put(output, {f"notes/{number:02}.txt": "mine" for number in range(25)})
    (output / "data").symlink_to(tmp_path)
    with pytest.raises(SiteError) as caught:
        replace_output(output, site("two"))
    assert ["output-foreign"] == codes(caught)
    message = caught.value.problems[0].message
    assert "data, notes/00.txt, " in message
    assert message.endswith("and 6 more")
    assert (output / "page-0" / "index.html").read_text() == "one"
    assert 25 == len(list((output / "notes").iterdir()))
    assert way
    (output / "data").unlink()
    replace_output(output, site("two"), ("notes",))
    assert 25 == len(list((output / "notes").iterdir()))
    with pytest.raises(SiteError):
        replace_output(output, site("three"))


NEXT = {"pages": {"/": ["static/chunks/main.js"]}, "devFiles": [], "rootMainFiles": []}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(NEXT),
        "{}",
        "no JSON",
        "[" * 100_000,
        json.dumps({"tools": {"webpack": "5"}, "files": {}}),
        json.dumps({"generator": "sitegen", "tools": {}, "files": {"../other.txt": {"sha256": "0" * 64, "bytes": 1}}}),
        json.dumps({"generator": "sitegen", "tools": {}, "files": {"index.html": {"sha256": "0" * 64, "bytes": 1}}}),
    ],
)
def test_a_file_of_the_manifests_name_is_no_mark(text: str, tmp_path: Path) -> None:
    """Another tool's; and one of sitegen's that belongs to other files."""
    output = tmp_path / "output"
    put(output, {"build-manifest.json": text, "index.html": "mine", "static/main.js": "mine"})
    put(tmp_path, {"other.txt": "mine"})
    with pytest.raises(SiteError) as caught:
        replace_output(output, site("one"))
    assert ["output-foreign"] == codes(caught)
    assert "static/main.js" in caught.value.problems[0].message
    assert ("mine", "mine") == ((output / "index.html").read_text(), (tmp_path / "other.txt").read_text())


def test_a_site_that_was_copied_or_made_by_an_earlier_version_is_ours(way: str, tmp_path: Path) -> None:
    """By what is in it; an edited file is replaced, and one that the manifest does not list is foreign."""
    first, output = tmp_path / "first", tmp_path / "output"
    replace_output(first, site("one"))
    shutil.copytree(first, output)
    path = output / "build-manifest.json"
    path.write_text(path.read_text().replace(' "generator": "sitegen",\n', ""))
    put(output, {"page-2/index.html": "edited"})
    check_output_folder(output, ())
    replace_output(output, site("two"))
    assert is_site(output, "two")
    assert way


def test_the_folder_beside_an_earlier_versions_output_is_cleared_away(tmp_path: Path) -> None:
    """It has no mark, but a site of sitegen's; one with a file that is none of that stays."""
    output = tmp_path / "output"
    for name, is_gone in (("", True), ("thesis.doc", False)):
        replace_output(tmp_path / "other", site("one"))
        shutil.rmtree(standby_of(output), ignore_errors=True)
        shutil.copytree(tmp_path / "other", standby_of(output) / "site")
        put(standby_of(output), {"record": "damaged", **({name: "mine"} if name else {})})
        replace_output(output, site("two"))
        assert is_gone == (standby_of(output) / "made-by-sitegen").is_file()
        assert is_gone or (standby_of(output) / name).read_text() == "mine"


@pytest.mark.parametrize("verb", ["check", "explain", "new", "serve"])
def test_every_verb_puts_right_what_a_kill_has_left(verb: str, tmp_path: Path) -> None:
    """A kept file that was on its way is at home again, and the folder of the killed build is gone."""
    output, work = tmp_path / "output", tmp_path / ".output-building-999999999-x"
    replace_output(output, site("one"))
    put(output, USERS)
    before = states(output, [*USERS])
    shutil.copytree(SITES / "plain", tmp_path / "content")
    make_own(work)
    replace_output(work / "site", site("two"))
    put(work, {"on-the-way": json.dumps(["CNAME", ".git"])})
    for name in ("CNAME", ".git"):
        (output / name).rename(work / "site" / name)
        (output / name).symlink_to(f"../{work.name}/site/{name}")
    arguments = {"explain": ["index"], "new": ["some-page"], "serve": ["--port=0"]}.get(verb, [])
    CliRunner().invoke(cli, [verb, *arguments], obj=tmp_path)
    assert before == states(output, [*USERS])
    assert not work.exists()


@pytest.mark.parametrize("files", [{}, {".git": "gitdir: ../.git/worktrees/output\n"}, {".nojekyll": "", ".keep": ""}])
def test_an_empty_or_hidden_start_is_no_hindrance(way: str, files: dict[str, str], tmp_path: Path) -> None:
    """A new folder, with hidden files or without, and with an empty folder."""
    output = tmp_path / "output"
    (output / "empty").mkdir(parents=True)
    put(output, files)
    check_output_folder(output, ())
    replace_output(output, site("one"))
    assert is_site(output, "one")
    assert all((output / path).read_text() == text for path, text in files.items())
    assert (output / "empty").is_dir()
    assert way


def test_what_is_kept_must_leave_room_for_the_site(way: str, tmp_path: Path) -> None:
    """A hidden file that is not as the site has it, and a kept file where the site has a folder, are both named."""
    output = tmp_path / "output"
    put(output, {".nojekyll": "mine", "page-1": "mine"})
    with pytest.raises(SiteError) as caught:
        replace_output(output, site("one"), ["page-1"])
    assert ["output-kept", "output-kept"] == codes(caught)
    assert {".nojekyll", "page-1"} == {path.name for path in output.iterdir()}
    assert way


def test_links_lead_nowhere_outside(way: str, tmp_path: Path) -> None:
    """A link in the place of a folder or a file of ours, and a second name of a file, do not let a build out."""
    output, outside = tmp_path / "output", tmp_path / "outside"
    replace_output(output, site("one"))
    put(outside, {"index.html": "mine", "x.css": "mine"})
    shutil.rmtree(output / "page-0")
    (output / "page-0").symlink_to(outside)
    with pytest.raises(SiteError) as caught:
        replace_output(output, site("two"))
    assert ["output-foreign"] == codes(caught)
    (output / "page-0").unlink()
    (output / "page-0").mkdir()
    os.link(outside / "index.html", output / "page-0" / "index.html")
    (output / "page-1" / "index.html").unlink()
    (output / "page-1" / "index.html").symlink_to(outside / "index.html")
    replace_output(output, site("two"))
    assert is_site(output, "two")
    assert {"mine"} == {path.read_text() for path in outside.iterdir()}
    assert way


def test_a_file_becomes_a_folder_and_back(way: str, tmp_path: Path) -> None:
    """And a folder that is gone goes, with all that was ours in it."""
    output = tmp_path / "output"
    for paths in (["a", "b/c/d"], ["a/x", "b"], ["a", "b/c"], ["z"]):
        files = [Artifact(path, b"", "x") for path in paths]
        replace_output(output, [*files, manifest(files, {"sitegen": "1"}, "")])
        found = {path.relative_to(output).as_posix() for path in output.rglob("*") if path.is_file()}
        assert {*paths, "build-manifest.json"} == found
    assert ["build-manifest.json", "z"] == sorted(path.name for path in output.iterdir())
    assert way


def test_folders_of_a_users_beside_the_output_stay(tmp_path: Path) -> None:
    """Of the names that a build uses, without its mark; a record can't be kept there then."""
    output = tmp_path / "output"
    names = (".output-standby", ".output-building-1-x", ".output-building-999999999-x", f"output/{WRITING}")
    put(tmp_path, {f"{name}/record": "mine" for name in names})
    for text in ("one", "two", "one"):
        replace_output(output, site(text))
        assert is_site(output, text)
    assert all((tmp_path / name / "record").read_text() == "mine" for name in names)


def test_mode_and_owner_of_the_folder_stay(way: str, tmp_path: Path) -> None:
    """Group and set-group-ID too, and the attributes of the file system where it has such."""
    output = tmp_path / "output"
    replace_output(output, site("one"))
    if os.getuid() == 0:
        os.chown(output, 1234, 2345)
    output.chmod(0o2751)
    has_attributes = hasattr(os, "setxattr")
    if has_attributes:
        try:
            os.setxattr(output, "user.note", b"mine")
        except OSError:
            has_attributes = False
    before = output.stat()
    for text in ("two", "one", "two"):
        replace_output(output, site(text))
        after = output.stat()
        assert (before.st_mode, before.st_uid, before.st_gid) == (after.st_mode, after.st_uid, after.st_gid)
        assert not has_attributes or os.getxattr(output, "user.note") == b"mine"
    assert way


def test_a_linked_output_stays_a_link(way: str, tmp_path: Path) -> None:
    """To the same folder; one that leads in a circle is a problem."""
    real, output = tmp_path / "disk" / "real", tmp_path / "output"
    real.mkdir(parents=True)
    output.symlink_to(real)
    for text in ("one", "two"):
        replace_output(output, site(text))
        assert output.readlink() == real
        assert is_site(real, text)
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    with pytest.raises(SiteError):
        replace_output(circle, site("one"))
    assert way


def test_files_take_their_places_in_an_order_that_always_works(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What pages need, new pages, changed pages, lists of pages, the manifest; then what is gone is removed."""
    output = tmp_path / "output"
    replace_output(output, site("one", 2))
    monkeypatch.setattr(folder_swap, "_exchange", lambda first, second: False)
    told: list[str] = []

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if is_on and event in ("os.rename", "os.remove"):
            told.append(os.path.relpath(str(arguments[event == "os.rename"]), output))

    is_on = True
    sys.addaudithook(hear)
    replace_output(output, site("two", 3))
    is_on = False
    wanted = [path for path in told if not path.startswith("..") and WRITING not in path]
    assert wanted == [
        *("assets/two.css", "page-2/index.html", "page-0/index.html", "page-1/index.html", "build-manifest.json"),
        "assets/one.css",
    ]


KILLED_AT = f"""
import os, sys
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from sitegen.storage.output_folder import swap as folder_swap
from tests.storage.test_kept_files import KEEP, site
from sitegen.storage.output_folder.folder import replace_output

step, output, way = 0, Path(sys.argv[1]), sys.argv[3]

def count():
    global step
    step += 1
    if step == int(sys.argv[2]):
        os._exit(9)

def hear(event, arguments):
    if event in ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "open", "os.scandir"):
        count()

exchange = folder_swap._exchange

def exchanged(first, second):
    count()
    if way == "one by one":
        return False
    done = exchange(first, second)
    count()
    return done

folder_swap._exchange = exchanged
sys.addaudithook(hear)
replace_output(output, site("new"), KEEP)
"""


def killed(output: Path, step: int, way: str) -> bool:
    """A process that replaces the site by "new" and is killed at a step; whether it got that far."""
    command = [sys.executable, "-c", KILLED_AT, str(output), str(step), way]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode in (0, 9), done.stderr
    return done.returncode == 9


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only where two folders can be exchanged in one step")
@pytest.mark.parametrize("next_run", ["recover", "build"])
def test_killed_at_any_step_all_that_is_kept_is_there(next_run: str, tmp_path: Path) -> None:
    """By its path, as it was, at any step, with the old site or the new one; the next run leaves nothing behind."""
    output = tmp_path / "output"
    replace_output(output, site("old"))
    put(output, USERS)
    before, found = states(output, [*USERS]), reached(output)
    step = 1
    while killed(output, step, "exchanged"):
        assert found == reached(output), step
        assert is_site(output, "old") or is_site(output, "new"), step
        if next_run == "recover":
            recover(output)
            assert not any(path.is_symlink() for path in output.rglob("*"))
            assert {"output", ".output-standby"} >= {path.name for path in tmp_path.iterdir()}
            assert before == states(output, [*USERS]), step
        replace_output(output, site("old"), KEEP)
        assert is_site(output, "old"), step
        assert before == states(output, [*USERS]), step
        assert not any(path.is_symlink() for path in output.rglob("*"))
        assert {"output", ".output-standby"} == {path.name for path in tmp_path.iterdir()}
        step += 1
    assert step > 20


@pytest.mark.slow
@pytest.mark.parametrize("start", ["old", ""])
def test_killed_while_files_are_replaced_one_by_one(
    start: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What is kept is as it was, and each file is the old one or the new one; the next build is right."""
    output = tmp_path / "output"
    put(output, USERS)
    monkeypatch.setattr(folder_swap, "_exchange", lambda first, second: False)
    before = states(output, [*USERS])
    step = 1
    while True:
        if start:
            replace_output(output, site(start, 4), KEEP)
        else:
            replace_output(output, [], KEEP)
        if not killed(output, step, "one by one"):
            break
        assert before == states(output, [*USERS]), step
        pages = {path.read_text() for path in output.rglob("*.html")}
        assert pages <= {"old", "new"}
        assert "new" not in pages or (output / "assets/new.css").is_file()
        assert "old" not in pages or (output / "assets/old.css").is_file()
        replace_output(output, site("last", 2), KEEP)
        assert is_site(output, "last", 2), step
        assert not (output / WRITING).exists()
        step += 1
    assert is_site(output, "new")
    assert step > 20


def test_a_full_disk_changes_nothing(way: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """All is written before anything is put in its place."""
    output = tmp_path / "output"
    replace_output(output, site("old"))
    put(output, USERS)
    write, written = os.write, []

    def full_disk(descriptor: int, data: bytes) -> int:
        written.append(descriptor)
        if len(written) > 2:
            raise OSError(28, "No space left on device")
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", full_disk)
    with pytest.raises(SiteError) as caught:
        replace_output(output, site("new"), KEEP)
    assert ["output-unwritable"] == codes(caught)
    assert is_site(output, "old")
    assert not (output / WRITING).exists()
    monkeypatch.setattr(os, "write", write)
    replace_output(output, site("new"), KEEP)
    assert is_site(output, "new")
    assert way


def test_a_repository_in_the_output_is_whole(way: str, tmp_path: Path) -> None:
    """Git finds nothing wrong, and sees just what the build has changed."""
    output = tmp_path / "output"
    replace_output(output, site("one"))

    def git(*arguments: str) -> str:
        given = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
        command = ["git", *given, "-C", str(output), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "one")
    replace_output(output, site("one"))
    assert "" == git("status", "--porcelain")
    replace_output(output, site("two"))
    assert " M page-0/index.html" in git("status", "--porcelain")
    git("fsck", "--strict")
    git("checkout", "-q", "-f", "HEAD")
    git("clean", "-qfd")
    replace_output(output, site("one"))
    assert "" == git("status", "--porcelain")
    assert way


@pytest.mark.skipif(sys.platform != "linux", reason="where folders have locks")
def test_two_builds_at_once(tmp_path: Path) -> None:
    """One after the other puts its site there; what is kept stays."""
    output = tmp_path / "output"
    replace_output(output, site("old"))
    put(output, USERS)
    before = states(output, [*USERS])
    command = [sys.executable, "-c", KILLED_AT, str(output), "0", "exchanged"]
    both = [subprocess.Popen(command, cwd=ROOT) for _ in range(3)]
    assert [0, 0, 0] == [process.wait(timeout=60) for process in both]
    assert is_site(output, "new")
    assert before == states(output, [*USERS])
    assert {"output", ".output-standby"} == {path.name for path in tmp_path.iterdir()}


def test_many_kept_files_are_not_copied(way: str, tmp_path: Path) -> None:
    """A folder with thousands of files is neither read nor written."""
    output = tmp_path / "output"
    replace_output(output, site("one"))
    put(output, {f"downloads/{number}.txt": "x" for number in range(2000)})
    looked: list[str] = []

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if is_on and "downloads" in str(arguments):
            looked.append(event)

    is_on = True
    sys.addaudithook(hear)
    replace_output(output, site("two"), KEEP)
    is_on = False
    assert 2000 == len(list((output / "downloads").iterdir()))
    assert len(looked) < 20
    assert way
