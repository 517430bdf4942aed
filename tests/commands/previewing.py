"""`serve` in a process of its own, for the tests of the preview and its benchmark."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from ..conftest import ROOT


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Wait for something to come true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if condition():
                return
        except OSError:
            pass
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {what}")


@dataclass
class Preview:
    """A preview that is running: what it serves, and what it says."""

    port: int
    process: subprocess.Popen[bytes]
    out: Path
    """What goes to standard output, problems."""
    err: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(
        self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], str]:
        """Status, headers and body of a path, sent as it is."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, headers=dict(headers or {}))
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()  # type: ignore[return-value]
        finally:
            connection.close()

    def body(self, path: str) -> str:
        """The body of a path."""
        return self.get(path)[2]

    def builds(self) -> list[str]:
        """The line of each build so far."""
        lines = self.err.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if line.endswith(" s") and " in " in line]

    def built(self, content: Callable[[], object]) -> str:
        """Do something, and wait for the build that follows. Returns its line."""
        before = len(self.builds())
        content()
        until(lambda: len(self.builds()) > before, "a build")
        return self.builds()[-1]


@contextmanager
def previewed(root: Path, content: Path, templates: Path = ROOT / "templates", *more: str) -> Iterator[Preview]:
    """The preview of a content folder, run in `root`, until the end of the block; it must end by itself then."""
    port = free_port()
    command = [sys.executable, "-m", "sitegen", "serve", "--port", str(port), "--content", str(content)]
    command += ["--templates", str(templates), *more]
    with (root / "out.txt").open("wb") as out, (root / "err.txt").open("wb") as err:
        process = subprocess.Popen(
            command, cwd=root, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=out, stderr=err, preexec_fn=_listen
        )
    preview = Preview(port, process, root / "out.txt", root / "err.txt")
    try:
        until(lambda: preview.get("/")[0] > 0 and len(preview.builds()) > 0, "the first build", seconds=120)
        yield preview
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def _listen() -> None:
    # what is started in the background of a shell has the signal of Ctrl-C ignored
    signal.signal(signal.SIGINT, signal.default_int_handler)


def connected(page: Page) -> None:
    """Wait until a page in a browser is told of what changes."""
    page.wait_for_function("() => window.LiveReload?.connector.protocol === 7")


def processes_below(process: int) -> Sequence[int]:
    """The processes that one has started, and those that they have; on Linux."""
    found = []
    for task in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = task.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == process:
            child = int(task.parent.name)
            found += [child, *processes_below(child)]
    return found
