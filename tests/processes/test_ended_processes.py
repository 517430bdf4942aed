"""Nothing outlives a build or a preview, however it ends; closed, full and unread streams end none with a trace."""

from __future__ import annotations

import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ..commands.previewing import previewed, processes_below, until
from ..conftest import ROOT, SITES

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, and copies processes")

# a build whose copies, drawers or own process are at it for a minute
BUSY = {
    "pages": """
import time
from sitegen.build.page_maker import PageMaker
PageMaker.page = lambda *_: time.sleep(60)
""",
    "charts": """
import time
from sitegen.charts import production
production._call = production._draw = lambda *_: time.sleep(60)
""",
    "itself": """
import time
from sitegen.build import conductor
conductor.run_checks = lambda *_: time.sleep(60)
""",
}
SLOW = """
import time
from sitegen.build.page_maker import PageMaker
made = PageMaker.page
PageMaker.page = lambda *given: (time.sleep(0.01), made(*given))[1]
"""
RUN = """
import sys
sys.argv = ["build.py", *sys.argv[2:]]
from pathlib import Path
from sitegen.commands import run
run(Path("."))
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with charts, and pages for two processes."""
    content = shutil.copytree(SITES / "gallery", tmp_path_factory.mktemp("large") / "content")
    for number in range(120):
        for language in ("en", "vi"):
            page = content / f"more-{number}.{language}.md"
            page.write_text(f"---\ntitle: More {number}\n---\nText.\n", encoding="utf-8")
    return content


def command_of(busy: str, content: Path, folder: Path) -> list[str]:
    """A build that has no time to end."""
    folders = [f"--{name}={folder / name}" for name in ("output", "cache")]
    templates = f"--templates={ROOT / 'templates'}"
    return [
        sys.executable,
        "-c",
        (BUSY.get(busy) or SLOW) + RUN,
        "",
        "--jobs=2",
        f"--content={content}",
        templates,
        *folders,
    ]


def at_work(process: int, busy: str) -> Sequence[int]:
    """The processes below one that have begun."""
    below = processes_below(process)
    return below if len(below) >= (1 if busy == "charts" else 2) else ()


def gone(processes: Sequence[int]) -> bool:
    """Whether none of them runs."""
    commands = [Path(f"/proc/{each}/cmdline") for each in processes]
    # what nobody has asked for its exit status has no command any more
    return not any(command.exists() and command.read_bytes() for command in commands)


@pytest.mark.parametrize("busy", ["pages", "charts"])
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_workers_end_with_their_build(end: signal.Signals, busy: str, large: Path, tmp_path: Path) -> None:
    """Within two seconds, though only the build itself is told; who reads its output is told of the end."""
    process = subprocess.Popen(
        command_of(busy, large, tmp_path),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    until(lambda: bool(at_work(process.pid, busy)), "the workers")
    below = at_work(process.pid, busy)
    process.send_signal(end)
    # the pipes close when nobody is left that holds their other ends
    _, told = process.communicate(timeout=2)
    until(lambda: gone(below), "all have ended", seconds=2)
    assert (-end if end == signal.SIGKILL else 128 + end) == process.returncode
    assert "Traceback" not in told


def test_a_closed_terminal_ends_all(large: Path, tmp_path: Path) -> None:
    """It says SIGHUP to whom it was the terminal of."""
    process, terminal = pty.fork()
    if process == 0:
        command = command_of("pages", large, tmp_path)
        os.chdir(ROOT)
        os.execv(command[0], command)  # noqa: S606 -- this Python
    until(lambda: bool(at_work(process, "pages")), "the workers")
    below = at_work(process, "pages")
    os.close(terminal)
    until(lambda: gone(below), "the workers have ended", seconds=2)
    until(lambda: os.waitpid(process, os.WNOHANG)[0] == process, "the build has ended", seconds=2)


@pytest.mark.slow
def test_what_is_to_outlive_its_terminal_does(large: Path, tmp_path: Path) -> None:
    """`nohup` has the signal ignored, by the workers too."""
    process = subprocess.Popen(
        command_of("slow", large, tmp_path),
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    until(lambda: bool(at_work(process.pid, "pages")), "the workers")
    os.killpg(process.pid, signal.SIGHUP)
    _, told = process.communicate(timeout=60)
    assert 0 == process.returncode, told


@pytest.mark.parametrize("end", [signal.SIGKILL, pytest.param(signal.SIGHUP, marks=pytest.mark.slow)])
def test_a_preview_leaves_nothing(end: signal.Signals, site_copy: Callable[[str], Path], tmp_path: Path) -> None:
    """Its build, and what that has started, end with it."""
    with previewed(tmp_path, site_copy("gallery")) as preview:
        below = processes_below(preview.process.pid)
        assert len(below) >= 2
        preview.process.send_signal(end)
        preview.process.wait(timeout=5)
        until(lambda: gone(below), "all have ended", seconds=2)
    assert "Traceback" not in preview.err.read_text()


@pytest.mark.parametrize(
    "pause", [0, pytest.param(0.0005, marks=pytest.mark.slow), 0.002, pytest.param(0.02, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
def test_two_interrupts_end_a_preview(
    first: signal.Signals, pause: float, site_copy: Callable[[str], Path], tmp_path: Path
) -> None:
    """The second finds it tidying up."""
    with previewed(tmp_path, site_copy("plain")) as preview:
        below = processes_below(preview.process.pid)
        for number in (first, signal.SIGINT, signal.SIGINT):
            preview.process.send_signal(number)
            time.sleep(pause)
        assert preview.process.wait(timeout=5) in (0, 130, 143)
        until(lambda: gone(below), "all have ended", seconds=2)
    assert "Traceback" not in preview.err.read_text()


@pytest.mark.parametrize("busy", list(BUSY))
def test_two_interrupts_end_a_build(busy: str, large: Path, tmp_path: Path) -> None:
    """Whatever it is at: one line, no trace."""
    for pause in (0.0, 0.002):
        process = subprocess.Popen(
            command_of(busy, large, tmp_path / str(pause)),
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        if busy == "itself":
            time.sleep(3)
        else:
            until(lambda now=process: bool(at_work(now.pid, busy)), "the workers")  # type: ignore[misc]
        for _ in range(3):
            os.killpg(process.pid, signal.SIGINT)
            time.sleep(pause)
        _, told = process.communicate(timeout=5)
        assert 130 == process.returncode
        assert "Traceback" not in told
        assert 1 == told.count("interrupted")


@pytest.mark.parametrize("seconds", [0.02, 0.06, 0.12, 0.2, 0.3])
def test_an_interrupt_while_it_is_loaded(seconds: float) -> None:
    """Leaves no trace either, once Python itself has begun."""
    process = subprocess.Popen(
        [sys.executable, "build.py", "--version"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=10)
    assert "sitegen" not in re.sub(r"File .*", "", told)


@pytest.mark.parametrize(
    ("how", "status", "told"),
    [
        (">&-", 1, "1 error, 0 warnings"),
        ("2>&-", 1, ""),
        (">&- 2>&-", 1, ""),
        ("<&- >&- 2>&-", 1, ""),
        ("> /dev/full", 1, "can't write to standard output: No space left on device"),
        ("2> /dev/full", 1, ""),
        ("| head -0", 0, "1 error, 0 warnings"),
        ("| cat", 0, "1 error, 0 warnings"),
    ],
)
@pytest.mark.parametrize("broken", [True, False])
def test_streams_that_take_nothing(
    how: str, status: int, told: str, broken: bool, site_copy: Callable[[str], Path], tmp_path: Path
) -> None:
    """The build goes on, and what is written is no message that went astray."""
    content = site_copy("plain")
    if broken:
        (content / "bad.en.md").write_text("---\ntitle: T\n---\n[a](nowhere.md)\n", encoding="utf-8")
    folders = [f"--{name}={tmp_path / name}" for name in ("output", "cache")]
    command = " ".join([sys.executable, "build.py", f"--content={content}", *folders, how])
    ended = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (status if broken else 0) == ended.returncode, ended.stderr
    assert "Traceback" not in ended.stderr
    if broken:
        assert told in ended.stderr
        assert not (tmp_path / "output").exists()
    else:
        clean = tmp_path / "clean"
        command = f"{sys.executable} build.py -q --content={content} --output={clean} --cache={tmp_path / 'other'}"
        subprocess.run(["bash", "-c", command], cwd=ROOT, check=True, timeout=60)
        assert files(clean) == files(tmp_path / "output")


def files(folder: Path) -> dict[str, bytes]:
    """Each file of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("option", [pytest.param("-O", marks=pytest.mark.slow), "-OO"])
def test_without_docstrings(option: str, tmp_path: Path) -> None:
    """Altair needs its own."""
    command = [sys.executable, option, "-m", "sitegen", f"--content={SITES / 'gallery'}"]
    command += [f"--templates={ROOT / 'templates'}", f"--output={tmp_path / 'output'}", f"--cache={tmp_path / 'cache'}"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert 0 == ended.returncode, ended.stdout + ended.stderr
