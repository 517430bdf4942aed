"""The preview, on a real server: drafts, a rebuild at every save, the problem page, and nothing of elsewhere."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from .conftest import ROOT


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str) -> tuple[int, str, str]:
    """Status, content type and body of a path, sent as it is."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.headers["Content-Type"], response.read().decode()
    finally:
        connection.close()


def until(condition: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Wait for something to come true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if condition():
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}")


@contextmanager
def preview(content: Path, root: Path) -> Iterator[int]:
    """`serve` in a process of its own, for a project in `root`."""
    port = free_port()
    command = [sys.executable, "-m", "sitegen", "serve", "--port", str(port), "--content", str(content)]
    templates = ["--templates", str(ROOT / "templates")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([*command, *templates], cwd=root, env=environment, stderr=subprocess.DEVNULL)
    try:
        until(lambda: get(port, "/")[0] > 0, "the preview answers")
        yield port
    finally:
        # not SIGINT: a test run in the background of a shell has it ignored, and so has what it starts
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def test_a_preview_from_first_look_to_mended_mistake(site_copy: Callable[[str], Path], tmp_path: Path) -> None:
    """Drafts show; a save shows; a mistake is the page; mending it brings the page back; output/ is never touched."""
    content = site_copy("plain")
    root = tmp_path / "project"
    root.mkdir()
    page = content / "notes" / "second.en.md"
    with preview(content, root) as port:
        status, kind, body = get(port, "/notes/second/")
        assert (200, "text/html; charset=utf-8") == (status, kind)
        assert '<script src="/livereload.js"></script>' in body
        assert 200 == get(port, "/livereload.js")[0]
        sheet = re.findall(r'href="(/assets/site\.[^"]+\.css)"', body)[0]
        assert (200, "text/css; charset=utf-8") == get(port, sheet)[:2]
        assert 404 == get(port, "/nowhere/")[0]

        page.write_text(page.read_text().replace("Not yet.", "Now it is."))
        until(lambda: "Now it is." in get(port, "/notes/second/")[2], "the saved text shows")

        page.write_text(page.read_text() + "\n{{ nonsense }}\n")
        until(lambda: get(port, "/notes/second/")[0] == 500, "the problem page shows")
        problem = get(port, "/")[2]
        assert "template-undefined" in problem
        assert "notes/second.en.md:8" in problem
        assert "{{ nonsense }}" in problem
        assert "/livereload.js" in problem

        page.write_text(page.read_text().replace("{{ nonsense }}", "Mended."))
        until(lambda: "Mended." in get(port, "/notes/second/")[2], "the page comes back")
    assert not (root / "output").exists()
    assert (root / ".sitegen" / "preview").is_dir()


@pytest.mark.browser
def test_the_browser_shows_a_save_by_itself(browser: Browser, site_copy: Callable[[str], Path], tmp_path: Path) -> None:
    """Under the strict content policy the page reloads at a save, shows a problem, and comes back when it is mended."""
    content = site_copy("plain")
    page_file = content / "index.en.md"
    complaints: list[str] = []
    with preview(content, tmp_path) as port:
        page = browser.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        with page.expect_websocket(lambda socket: socket.url.endswith("/livereload")):
            page.goto(f"http://127.0.0.1:{port}/")
        page_file.write_text(page_file.read_text().replace("Welcome.", "Welcome again."))
        page.wait_for_selector("text=Welcome again.")
        page_file.write_text(page_file.read_text() + "\n[nowhere](nowhere.en.md)\n")
        page.wait_for_selector("text=link-broken")
        page_file.write_text(page_file.read_text().replace("[nowhere](nowhere.en.md)", "Mended."))
        page.wait_for_selector("text=Mended.")
        page.close()
    assert [] == [text for text in complaints if "500" not in text]


def test_a_port_that_is_taken_is_told(site_copy: Callable[[str], Path], tmp_path: Path) -> None:
    """One message, exit status 1, no traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "sitegen", "serve", "--port", port, "--content", str(site_copy("plain"))]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        templates = ["--templates", str(ROOT / "templates")]
        done = subprocess.run(
            [*command, *templates],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert 1 == done.returncode
    assert f"error[preview-address]: can't listen on 127.0.0.1:{port}" in done.stdout
    assert "Traceback" not in done.stderr


def test_the_preview_serves_nothing_outside_its_folder(site_copy: Callable[[str], Path], tmp_path: Path) -> None:
    """Paths that climb, encoded or not, find nothing."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "secret.txt").write_text("secret")
    climbs = (
        "/../secret.txt",
        "/../../secret.txt",
        "/%2e%2e/%2e%2e/secret.txt",
        "/..%2f..%2fsecret.txt",
        "//etc/passwd",
    )
    with preview(site_copy("plain"), root) as port:
        for path in (*climbs, "/%00", "/notes/%2e%2e/%2e%2e/%2e%2e/secret.txt"):
            status, _, body = get(port, path)
            assert (404, False, False) == (status, "secret" in body, "root:" in body)
