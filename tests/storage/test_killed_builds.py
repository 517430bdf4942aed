"""Builds that are killed, interrupted or out of disk leave the old output or the new one, whole; the next is right."""

from __future__ import annotations

import hashlib
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from ..conftest import ROOT, SITES

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="where folders can be exchanged in one step")

# Counts what a build does to the disk; kills the process that is about to do it for the n-th time.
DRIVER = """
import atexit, os, signal, sys

number, whose, folder = int(sys.argv[1]), sys.argv[2], sys.argv[3]
main, count = os.getpid(), 0
TOUCHES = {"os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "os.chmod", "os.utime"}

def touched(event, arguments):
    global count
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    # copies of the process only read, and write to what is open already
    touches = writes or event in TOUCHES if whose == "main" else event == "open"
    if touches and (os.getpid() == main) == (whose == "main"):
        count += 1
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(touched)
sys.argv = ["build.py", *sys.argv[4:]]
from pathlib import Path
from sitegen.commands import run
atexit.register(lambda: print(count))
run(Path(folder))
"""


@dataclass
class Place:
    """A project with a small site, and the digests of its output with one text and with another."""

    root: Path
    jobs: int = 1

    def __post_init__(self) -> None:
        shutil.copytree(SITES / "plain", self.root / "content")
        for number in range(230 if self.jobs > 1 else 3):
            page = self.root / "content" / "notes" / f"more-{number}.en.md"
            page.write_text(f"---\ntitle: More {number}\n---\nText.\n", encoding="utf-8")
        self.trees = [self.tree_of(text) for text in ("one", "two")]

    @property
    def output(self) -> Path:
        return self.root / "output"

    def write(self, text: str) -> None:
        """Have the site say something else, on two pages and in a page that comes and goes."""
        for number in (0, 1):
            page = self.root / "content" / "notes" / f"more-{number}.en.md"
            page.write_text(f"---\ntitle: More {number}\n---\nText {text}.\n", encoding="utf-8")
        extra = self.root / "content" / "notes" / "extra.en.md"
        extra.unlink(missing_ok=True)
        if text == "two":
            extra.write_text("---\ntitle: Extra\naliases: [/old/]\n---\nMore.\n", encoding="utf-8")

    def arguments(self, output: str = "output", cache: str = "cache") -> list[str]:
        """Those of a build."""
        folders = [f"--{name}={self.root / folder}" for name, folder in (("output", output), ("cache", cache))]
        content = self.root / "content"
        return ["build", "-q", f"--jobs={self.jobs}", f"--content={content}", *folders]

    def tree_of(self, text: str) -> str:
        """The digest of what a clean build makes of a text."""
        self.write(text)
        self.build(self.arguments(f"clean-{text}", f"clean-cache-{text}"))
        return tree(self.root / f"clean-{text}")

    def build(self, arguments: Sequence[str] = ()) -> None:
        """A build that nobody disturbs."""
        command = [sys.executable, "build.py", *(arguments or self.arguments())]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    def killed_at(self, number: int, whose: str = "main", cache: str = "cache") -> subprocess.CompletedProcess[str]:
        """A build of which a process is killed at its n-th touch of the disk; 0: it only counts."""
        command = [sys.executable, "-c", DRIVER, str(number), whose, str(ROOT), *self.arguments(cache=cache)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    def leftovers(self) -> set[str]:
        """What is beside the output that nobody has asked for."""
        known = {"content", "output", ".output-standby", "cache", "fresh"}
        return {path.name for path in self.root.iterdir() if "clean-" not in path.name} - known


def tree(folder: Path) -> str:
    """The digest of a folder: every path and every byte."""
    content = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        content.update(path.relative_to(folder).as_posix().encode() + b"\\0")
        content.update(path.read_bytes() if path.is_file() else b"folder")
    return content.hexdigest()


def kill_often(place: Place, times: int, cache: str) -> None:
    """Kill builds at moments all over their length; each time the output is whole, and the next build is right."""
    place.write("one")
    place.build()
    # the first of these makes the standby, which the others write less to
    for text in ("two", "one", "two"):
        place.write(text)
        shutil.rmtree(place.root / "fresh", ignore_errors=True)
        counted = place.killed_at(0, cache=cache)
        assert 0 == counted.returncode, counted.stderr
    touches = int(counted.stdout.split()[-1])
    assert tree(place.output) == place.trees[1]
    killed = 0
    for step in range(times):
        before, now = (1, 0) if step % 2 == 0 else (0, 1)
        place.write(("one", "two")[now])
        shutil.rmtree(place.root / "fresh", ignore_errors=True)
        ended = place.killed_at(1 + step * touches // times, cache=cache)
        killed += ended.returncode == -signal.SIGKILL
        assert tree(place.output) in (place.trees[before], place.trees[now]), step
        place.build()
        assert tree(place.output) == place.trees[now], step
        assert set() == place.leftovers(), step
    assert killed > times * 0.6


@pytest.mark.parametrize("cache", ["cache", "fresh"])
def test_killed_at_some_moments(cache: str, tmp_path: Path) -> None:
    """With the memory of the last build, and with none."""
    kill_often(Place(tmp_path / "place"), 5, cache)


@pytest.mark.slow
@pytest.mark.parametrize("cache", ["cache", "fresh"])
def test_killed_at_fifty_moments(cache: str, tmp_path: Path) -> None:
    """The same all over a build: a hundred in all."""
    kill_often(Place(tmp_path / "place"), 50, cache)


@pytest.mark.slow
def test_killed_in_a_pool(tmp_path: Path) -> None:
    """The process that has started others, from nothing: none of them stays behind."""
    kill_often(Place(tmp_path / "place", jobs=2), 12, "fresh")


@pytest.mark.parametrize("number", [1, 40])
def test_a_process_of_the_pool_that_dies_is_told(number: int, tmp_path: Path) -> None:
    """The build ends with status 1 and says so; the output is the old one."""
    place = Place(tmp_path / "place", jobs=2)
    place.write("one")
    place.build()
    place.write("two")
    ended = place.killed_at(number, "copies", "fresh")
    assert 1 == ended.returncode
    assert "process-died" in ended.stdout
    assert "Traceback" not in ended.stderr
    assert tree(place.output) == place.trees[0]
    assert set() == place.leftovers()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_is_told_and_leaves_nothing(number: int, status: int, tmp_path: Path) -> None:
    """In one line, with the status that shells know; no process stays behind."""
    place = Place(tmp_path / "place", jobs=2)
    place.write("one")
    place.build()
    place.write("two")
    for seconds in (0.45, 0.8):
        shutil.rmtree(place.root / "fresh", ignore_errors=True)
        command = [sys.executable, "build.py", *place.arguments(cache="fresh")]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        time.sleep(seconds)
        # as a terminal does: to all processes of the group
        os.killpg(process.pid, number)
        _, told = process.communicate(timeout=20)
        if process.returncode == 0:
            break
        assert status == process.returncode, told
        assert "interrupted" in told or "" == told
        assert "Traceback" not in told
        assert tree(place.output) in place.trees
        assert set() == place.leftovers()
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)
    place.build()
    assert tree(place.output) == place.trees[1]


FULL = """
import os, sys
limit, left = sys.argv[1], int(sys.argv[2])
write = os.write

def full(descriptor, data):
    global left
    if limit in os.readlink(f"/proc/self/fd/{descriptor}"):
        left -= len(data)
        if left < 0:
            raise OSError(28, "No space left on device")
    return write(descriptor, data)

os.write = full
sys.argv = ["build.py", *sys.argv[4:]]
from pathlib import Path
from sitegen.commands import run
run(Path(sys.argv[0]).parent)
"""


# as on a full disk, SQLite can add no page to the file
FULL_STORE = """
import sys
from sitegen.storage.store import Store
opened = Store._opened

def small(store):
    connection = opened(store)
    if "fresh" in str(store.path):
        connection.execute("PRAGMA max_page_count = 8")
    return connection

Store._opened = small
sys.argv = ["build.py", *sys.argv[2:]]
from pathlib import Path
from sitegen.commands import run
run(Path(sys.argv[0]).parent)
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_full_disk_is_told(jobs: int, tmp_path: Path) -> None:
    """While the output is written: status 1, the old output, nothing left behind."""
    place = Place(tmp_path / "place", jobs=jobs)
    place.write("one")
    place.build()
    place.write("two")
    command = [sys.executable, "-c", FULL, "-building-", "2000", str(ROOT), *place.arguments(cache="fresh")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert 1 == ended.returncode, ended.stderr
    assert "output-unwritable" in ended.stdout
    assert "No space left on device" in ended.stdout
    assert "" == ended.stderr
    assert tree(place.output) == place.trees[0]
    assert set() == place.leftovers()
    place.build()
    assert tree(place.output) == place.trees[1]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_full_disk_for_the_cache_is_a_warning(jobs: int, tmp_path: Path) -> None:
    """The site is built all the same, and nothing is kept."""
    place = Place(tmp_path / "place", jobs=jobs)
    place.write("one")
    place.build()
    place.write("two")
    place.build()
    place.write("one")
    command = [sys.executable, "-c", FULL_STORE, str(ROOT), *place.arguments(cache="fresh")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert 0 == ended.returncode, ended.stdout + ended.stderr
    assert "warning[cache-unwritable]" in ended.stdout
    assert "database or disk is full" in ended.stdout
    assert tree(place.output) == place.trees[0]
    assert set() == place.leftovers()


def test_a_bar_is_drawn_on_a_terminal_and_goes(tmp_path: Path) -> None:
    """After a second, on a terminal only; the last line is the summary."""
    place = Place(tmp_path / "place", jobs=1)
    for number in range(600):
        page = place.root / "content" / "notes" / f"page-{number}.en.md"
        page.write_text(f"---\ntitle: Page {number}\n---\n" + "Some *text* to render.\n\n" * 60, encoding="utf-8")
    arguments = [item for item in place.arguments(cache="fresh") if item != "-q"]
    master, terminal = pty.openpty()
    command = [sys.executable, "build.py", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stderr=terminal)
    os.close(terminal)
    shown = b""
    while True:
        try:
            part = os.read(master, 4096)
        except OSError:
            break
        shown += part
        if not part:
            break
    os.close(master)
    assert 0 == process.wait()
    assert b"rendering pages  [#" in shown
    assert shown.rpartition(b"\x1b[K")[2].startswith(b"6")
    piped = subprocess.run(
        [sys.executable, "build.py", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert 1 == len(piped.stderr.splitlines())
    assert "(0 rendered, " in piped.stderr
