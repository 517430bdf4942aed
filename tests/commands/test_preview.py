"""The preview: what is noticed, when it is built, what is served, and that nothing of elsewhere is."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from sitegen.build import build_site
from sitegen.commands.preview import builds as builds_module
from sitegen.commands.preview.builds import Builds, Finished
from sitegen.commands.preview.served_site import ServedSite
from sitegen.commands.preview.watcher import FolderWatcher
from sitegen.commands.preview.worker import Built, Failed
from sitegen.problems.problem import Problem, Span
from sitegen.storage.request import BuildOptions

from ..conftest import ROOT, options
from .previewing import previewed, processes_below, until


@contextmanager
def watched(folder: Path) -> Iterator[list[str]]:
    """The paths below a folder that a watcher has told of, by their names there."""
    told: list[str] = []
    watcher = FolderWatcher(in_loop=lambda callback: callback(), say=print)
    watcher.watch(str(folder), lambda paths: told.extend(Path(p).relative_to(folder).as_posix() for p in paths))
    assert watcher.start(watcher.examine)
    # the system's notices have begun once this one comes
    until(lambda: (folder / "begin.md").write_text("") == 0 and "begin.md" in told, "the first notice")
    time.sleep(0.05)
    told.clear()
    yield told
    watcher.close()


def write_in_place(path: Path) -> None:
    path.write_text("new", encoding="utf-8")


def rename_over(path: Path) -> None:
    """As many editors save: no reader ever sees half a file."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text("new", encoding="utf-8")
    temporary.replace(path)


def as_vim_does(path: Path) -> None:
    """A trial of the folder, the old file aside as a backup, the new one, and the backup away."""
    (path.parent / "4913").write_text("")
    (path.parent / "4913").unlink()
    backup = path.with_name(path.name + "~")
    path.rename(backup)
    path.write_text("new", encoding="utf-8")
    backup.unlink()


@pytest.mark.parametrize("save", [write_in_place, rename_over, as_vim_does])
def test_editors_ways_of_saving_are_seen(save: Callable[[Path], None], tmp_path: Path) -> None:
    """Whatever an editor does, the page it saves is told, and nothing that it only needs for that."""
    page = tmp_path / "content" / "page.en.md"
    page.parent.mkdir()
    page.write_text("old")
    with watched(page.parent) as told:
        save(page)
        until(lambda: "page.en.md" in told, "the page is told")
        time.sleep(0.1)
    assert {"page.en.md"} == set(told)


def test_temporary_files_are_not_told(tmp_path: Path) -> None:
    """Swap files, backups, locks, and files that come and go."""
    with watched(tmp_path) as told:
        for name in (
            ".page.en.md.swp",
            "page.en.md~",
            "#page.en.md#",
            ".#page.en.md",
            "~$figures.csv",
            "4913",
            "a.tmp",
        ):
            (tmp_path / name).write_text("mine")
        (tmp_path / "__pycache__").mkdir()
        (tmp_path / "__pycache__" / "charts.pyc").write_bytes(b"")
        (tmp_path / ".git").mkdir()
        (tmp_path / ".git" / "index").write_bytes(b"")
        (tmp_path / "sedXYZ").write_text("mine")
        (tmp_path / "sedXYZ").unlink()
        time.sleep(0.3)
        assert [] == told
        (tmp_path / "page.en.md").write_text("mine")
        until(lambda: told == ["page.en.md"], "the page is told")


def test_folders_renames_deletions_and_links_are_seen(tmp_path: Path) -> None:
    """In a folder that has just been made, too; behind a link; and in a folder that takes another's place."""
    content = tmp_path / "content"
    content.mkdir()
    elsewhere = tmp_path / "elsewhere.md"
    elsewhere.write_text("old")
    with watched(content) as told:

        def tells(do: Callable[[], object], name: str) -> None:
            told.clear()
            do()
            until(lambda: name in told, f"{name} is told")

        tells((content / "a" / "b").mkdir(parents=True) or (lambda: None), "a")  # type: ignore[func-returns-value]
        tells(lambda: (content / "a" / "b" / "page.en.md").write_text("new"), "a/b/page.en.md")
        tells(lambda: (content / "a").rename(content / "c"), "c")
        tells(lambda: (content / "c" / "b" / "page.en.md").write_text("newer"), "c/b/page.en.md")
        tells(lambda: (content / "c" / "b" / "page.en.md").unlink(), "c/b/page.en.md")
        tells(lambda: (content / "linked.md").symlink_to(elsewhere), "linked.md")
        tells(lambda: elsewhere.write_text("newer"), "linked.md")
        (content / "c" / "page.en.md").write_text("old")
        tells(lambda: (content / "way").symlink_to("c"), "way")
        tells(lambda: (content / "c" / "page.en.md").write_text("new"), "c/page.en.md")
        content.rename(tmp_path / "old")
        tells(content.mkdir, ".")
        time.sleep(0.1)
        tells(lambda: (content / "other.md").write_text("new"), "other.md")


@contextmanager
def building(given: Callable[[], BuildOptions]) -> Iterator[tuple[Builds, list[Finished]]]:
    """Builds that have begun, and those that are finished and were not overtaken."""
    finished: list[Finished] = []
    builds = Builds(given, lambda build: None if build.is_overtaken else finished.append(build))
    builds.start()
    try:
        yield builds, finished
    finally:
        builds.close()


def test_a_change_overtakes_a_build(site_copy: Callable[[str], Path]) -> None:
    """The first build, in the middle of which something changes, is not finished; the next one is, for all changes."""
    content = site_copy("plain")
    with building(lambda: options(content)) as (builds, finished):
        # the process has not even begun
        builds.changed(["a.md"])
        builds.changed(["b.md"])
        until(lambda: bool(finished), "a build")
        time.sleep(0.3)
    assert [{"a.md", "b.md"}] == [set(build.changed) for build in finished]
    assert isinstance(finished[0].outcome, Built)


def test_what_is_shown_after_many_builds_is_what_one_makes(site_copy: Callable[[str], Path], tmp_path: Path) -> None:
    """A text, a sheet, both, a page less: only what differs is sent, and it comes to the same files."""
    content, templates = site_copy("plain"), shutil.copytree(ROOT / "templates", tmp_path / "templates")
    given = replace(options(content), templates=(templates,), preview=True)
    sheet, page = templates / "assets" / "site.css", content / "notes" / "first.en.md"
    shown = ServedSite()
    steps: tuple[Callable[[], object], ...] = (
        lambda: page.write_text(page.read_text() + "\n\nMore.\n"),
        lambda: sheet.write_text(sheet.read_text() + "p { color: red }\n"),
        lambda: (page.write_text("---\ntitle: First\n---\n"), sheet.write_text("p { color: blue }\n")),
        page.unlink,
    )
    with building(lambda: given) as (builds, finished):
        until(lambda: len(finished) == 1, "a build")
        for number, step in enumerate(steps, 2):
            step()
            builds.changed(["a file"])
            until(lambda number=number: len(finished) == number, "a build")  # type: ignore[misc]
    sent = []
    for outcome in (build.outcome for build in finished):
        assert isinstance(outcome, Built)
        shown.take(outcome)
        sent.append(sorted(path for path in outcome.changed if path.endswith(".html")))
    assert {item.path: item.content for item in build_site(given).artifacts} == shown.files
    assert ["notes/first/index.html"] == sent[1]
    assert [] == sent[2]
    assert "notes/first/index.html" in sent[3]


def test_an_unexpected_error_and_a_dead_process_end_no_preview(site_copy: Callable[[str], Path]) -> None:
    """A mistake of sitegen's is a problem with its last line; a process that is gone is begun anew."""
    content = site_copy("plain")
    given = [replace(options(content), cache=5)]  # type: ignore[arg-type]
    with building(lambda: given[-1]) as (builds, finished):
        until(lambda: len(finished) == 1, "a build")
        failed = finished[0].outcome
        assert isinstance(failed, Failed)
        assert ["unexpected-error"] == [problem.code for problem in failed.problems]
        assert failed.problems[0].message.startswith("AttributeError: ")
        assert "Traceback" in failed.details

        given.append(options(content))
        builds.changed(["mended.md"])
        until(lambda: len(finished) == 2, "a build")
        assert isinstance(finished[1].outcome, Built)

        worker = processes_below(os.getpid())
        assert worker
        for process in worker:
            if "spawn_main" in Path(f"/proc/{process}/cmdline").read_text():
                os.kill(process, signal.SIGKILL)
        time.sleep(0.2)
        builds.changed(["page.md"])
        until(lambda: len(finished) == 3, "a build")
        last = finished[2].outcome
        assert isinstance(last, Built)
        assert last.first


ENDLESS = "import time\n\ndef own(chart):\n    while True:\n        time.sleep(0.01)\n"
CHART = """
from colour import COLOUR
import altair as alt

def own(chart):
    values = alt.Data(values=[{"x": 1, "y": 2}])
    return alt.Chart(values).mark_bar(color=COLOUR).encode(x="x:Q", y="y:Q").properties(width=chart.width)
"""
FENCE = "\n\n```chart\nid: own\nkind: python\ntitle: Own\nfunction: own\n```\n"


def test_charts_py_is_read_anew_and_may_never_end(
    site_copy: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change of it, or of what it imports, shows at once; code that never ends is ended when it has been mended."""
    content = site_copy("libraries")
    page = content / "branches" / "index.en.md"
    page.write_text(page.read_text() + FENCE)
    (content / "charts.py").write_text(CHART)
    (content / "colour.py").write_text('COLOUR = "#111111"\n')
    monkeypatch.setattr(builds_module, "_STUBBORN", 0.3)
    with building(lambda: options(content)) as (builds, finished):

        def drawn() -> str:
            outcome = finished[-1].outcome
            assert isinstance(outcome, Built), outcome
            return outcome.changed["charts/own.svg"].decode()

        until(lambda: len(finished) == 1, "a build")
        assert "#111111" in drawn()
        for number, colour in enumerate(("#222222", "#333333"), 2):
            (content / "colour.py").write_text(f'COLOUR = "{colour}"\n')
            builds.changed(["colour.py"])
            until(lambda number=number: len(finished) == number, "a build")  # type: ignore[misc]
            assert colour in drawn()

        (content / "charts.py").write_text(ENDLESS)
        builds.changed(["charts.py"])
        time.sleep(1)
        (content / "charts.py").write_text(CHART.replace("COLOUR)", '"#444444")'))
        builds.changed(["charts.py"])
        until(lambda: len(finished) == 4, "a build")
        assert "#444444" in drawn()


def good(changed: dict[str, bytes], removed: frozenset[str] = frozenset(), first: bool = False) -> Built:
    """The outcome of a build in which some files are new."""
    return Built(changed, removed, first, pages=1, rendered=1, warnings=())


def test_a_page_is_another_when_what_it_shows_is() -> None:
    """Not for another page's text, nor for another style sheet; but for a script, and for a problem."""
    shown = ServedSite()
    sheet = b'<link rel="stylesheet" href="/assets/site.css">'
    pages = {"index.html": sheet, "a/index.html": b"a", "assets/site.css": b"x"}
    shown.take(good({**pages, "own.css": b"x"}, first=True))
    home, other = (shown.version(f"http://localhost:8000{path}") for path in ("/?print#top", "/a/"))
    assert home
    assert home != other
    assert {"/assets/site.css", "/own.css"} == set(shown.sheets)

    shown.take(good({"a/index.html": b"other", "feed.xml": b"feed"}))
    assert home == shown.version("/")
    assert other != shown.version("/a/")

    before = dict(shown.sheets)
    assert before["/assets/site.css"].encode() in shown.answer("/").body
    shown.take(good({"assets/site.css": b"y", "own.css": b"y"}))
    assert home == shown.version("/")
    assert not set(before.values()) & set(shown.sheets.values())
    assert shown.sheets["/assets/site.css"].encode() in shown.answer("/").body

    problem = Problem("a-code", "<wrong>", Span("content/a.en.md", 3, 4, "an & excerpt"), "a hint")
    shown.take(Failed((problem,)))
    assert 500 == shown.answer("/").status
    assert b"&lt;wrong&gt;" in shown.answer("/nowhere").body
    assert 200 == shown.answer("/assets/site.css").status
    assert home != shown.version("/")
    shown.take(good({}))
    assert home == shown.version("/")

    shown.take(good({"figures.js": b"new"}))
    assert home != shown.version("/")
    assert (302, "/a/") == (shown.answer("/a").status, shown.answer("/a").location)
    assert 404 == shown.answer("//a/").status


def test_a_preview_from_first_look_to_mended_mistake(site_copy: Callable[[str], Path], tmp_path: Path) -> None:
    """Drafts show; a save shows; a mistake is the page; mending it brings the page back; output/ is never touched."""
    content = site_copy("plain")
    root = tmp_path / "project"
    root.mkdir()
    page = content / "notes" / "second.en.md"
    with previewed(root, content) as preview:
        status, headers, body = preview.get("/notes/second/")
        assert (200, "text/html; charset=utf-8") == (status, headers["Content-Type"])
        assert '<script src="/livereload.js?' in body
        for script in ("/livereload.js", "/livereload/browser.js"):
            assert 200 == preview.get(script)[0]
        sheet = body.partition('href="/assets/site.css')[2].partition('"')[0]
        assert sheet.startswith("?")
        assert "text/css; charset=utf-8" == preview.get(f"/assets/site.css{sheet}")[1]["Content-Type"]
        assert 404 == preview.get("/nowhere/")[0]
        assert 200 == preview.get("/", "HEAD")[0]
        assert 405 == preview.get("/", "POST")[0]

        page.write_text(page.read_text().replace("Not yet.", "Now it is."))
        until(lambda: "Now it is." in preview.body("/notes/second/"), "the saved text shows")
        assert preview.builds()[-1].startswith(f"{page}: 1 of ")

        page.write_text(page.read_text() + "\n{{ nonsense }}\n")
        until(lambda: preview.get("/notes/second/")[0] == 500, "the problem page shows")
        problem = preview.body("/")
        assert "template-undefined" in problem
        assert "second.en.md:8:4" in problem
        assert "line 8, column 4" in problem
        assert "{{ nonsense }}" in problem
        assert "/livereload.js" in problem
        assert "error[template-undefined]" in preview.out.read_text()

        page.write_text(page.read_text().replace("{{ nonsense }}", "Mended."))
        until(lambda: "Mended." in preview.body("/notes/second/"), "the page comes back")

        (content / "site.toml").rename(root / "site.toml")
        until(lambda: preview.get("/")[0] == 500, "the problem page shows")
        (root / "site.toml").rename(content / "site.toml")
        until(lambda: preview.get("/")[0] == 200, "the page comes back")

        content.rename(root / "away")
        until(lambda: "content-missing" in preview.body("/"), "the problem page shows")
        (root / "away").rename(content)
        until(lambda: preview.get("/")[0] == 200, "the page comes back")
    assert not (root / "output").exists()
    assert 0 == preview.process.returncode
    assert "Traceback" not in preview.err.read_text()


def test_files_come_go_and_change_their_names(site_copy: Callable[[str], Path], tmp_path: Path) -> None:
    """A page that is renamed, deleted, or new in a new folder; 30 saves at once; a checkout of 500 files."""
    content = site_copy("plain")
    second, new = content / "notes" / "second.en.md", content / "new" / "deep" / "page.en.md"
    with previewed(tmp_path, content) as preview:
        second.rename(second.with_name("third.en.md"))
        until(lambda: [404, 200] == [preview.get(f"/notes/{n}/")[0] for n in ("second", "third")], "the page has moved")
        second.with_name("third.en.md").unlink()
        until(lambda: preview.get("/notes/third/")[0] == 404, "the page is gone")
        new.parent.mkdir(parents=True)
        new.write_text("---\ntitle: New\n---\n\nNew.\n")
        until(lambda: preview.get("/new/deep/page/")[0] == 200, "the new page is there")

        before = len(preview.builds())
        for number in range(30):
            new.write_text(f"---\ntitle: New\n---\n\nSave {number}.\n")
            # a build takes 20 ms
            time.sleep(0.001)
        until(lambda: "Save 29." in preview.body("/new/deep/page/"), "the last save shows")
        assert len(preview.builds()) - before <= 10

        def git(*arguments: str) -> None:
            identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
            subprocess.run(["git", *identity, *arguments], cwd=content, check=True, capture_output=True)

        git("init", "-q", "-b", "main")
        git("add", ".")
        git("commit", "-qm", "before")
        git("checkout", "-qb", "other")
        for number in range(500):
            file = content / "files" / f"part-{number % 20}" / f"{number}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(str(number))
        new.write_text("---\ntitle: New\n---\n\nOf the other branch.\n")
        git("add", ".")
        git("commit", "-qm", "after")
        until(lambda: preview.get("/files/part-19/499.txt")[0] == 200, "the files are there")
        for branch, status, words in (("main", 404, "Save 29."), ("other", 200, "Of the other branch.")):
            time.sleep(0.5)
            before = len(preview.builds())
            git("checkout", "-q", branch)
            until(lambda words=words: words in preview.body("/new/deep/page/"), "the other branch")  # type: ignore[misc]
            until(lambda status=status: preview.get("/files/part-19/499.txt")[0] == status, "its files")  # type: ignore[misc]
            time.sleep(0.5)
            assert len(preview.builds()) - before <= 4


def test_a_port_that_is_taken_is_told(site_copy: Callable[[str], Path], tmp_path: Path) -> None:
    """One message, exit status 1, no traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "sitegen", "serve", "--port", port, "--content", str(site_copy("plain"))]
        done = subprocess.run(
            [*command, "--templates", str(ROOT / "templates")],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert 1 == done.returncode
    assert f"error[preview-address]: can't listen on 127.0.0.1:{port}" in done.stdout
    assert "Traceback" not in done.stderr


def is_running(process: int) -> bool:
    """Whether there is such a process still; what nobody has asked for its exit status has no command any more."""
    command = Path(f"/proc/{process}/cmdline")
    return command.exists() and command.read_bytes() != b""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize(("end", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, 128 + signal.SIGTERM)])
def test_nothing_is_left_of_it(
    end: signal.Signals, status: int, site_copy: Callable[[str], Path], tmp_path: Path
) -> None:
    """Ctrl-C ends it, in the middle of a build too: no trace, and no process."""
    with previewed(tmp_path, site_copy("plain")) as preview:
        below = processes_below(preview.process.pid)
        assert below
        (tmp_path / "plain" / "index.en.md").write_text("---\ntitle: Other\n---\n")
        preview.process.send_signal(end)
        assert status == preview.process.wait(timeout=10)
        until(lambda: not any(map(is_running, below)), "all have ended")
    assert "Traceback" not in preview.err.read_text()


def test_the_preview_serves_nothing_outside_its_folder(site_copy: Callable[[str], Path], tmp_path: Path) -> None:
    """Paths that climb, encoded or not, find nothing; nor do names that lead here by a trick."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "secret.txt").write_text("secret")
    climbs = (
        "/../secret.txt",
        "/../../secret.txt",
        "/%2e%2e/%2e%2e/secret.txt",
        "/..%2f..%2fsecret.txt",
        "/notes/%2e%2e/%2e%2e/%2e%2e/secret.txt",
        "/livereload/..%2fserving.py",
        "/livereload/serving.py",
        "/livereload/__init__.py",
        "//etc/passwd",
        "/%00",
        "/%ff",
        f"/{root}/secret.txt",
    )
    with previewed(root, site_copy("plain")) as preview:
        for path in climbs:
            status, _, body = preview.get(path)
            assert (404, False, False) == (status, "secret" in body, "root:" in body)
        hosts = {
            "127.0.0.1": 200,
            "localhost:80": 200,
            "[::1]:8000": 200,
            "evil.example": 404,
            "localhost.evil.example": 404,
        }
        assert hosts == {host: preview.get("/", headers={"Host": host})[0] for host in hosts}
        for origin, status in ((preview.url, 101), ("http://evil.example", 403)):
            upgrade = {
                **{"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"},
                **{"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Origin": origin},
            }
            with socket.create_connection(("127.0.0.1", preview.port), timeout=10) as connection:
                head = "".join(f"{name}: {value}\r\n" for name, value in upgrade.items())
                host = f"Host: 127.0.0.1:{preview.port}\r\n"
                connection.sendall(f"GET /livereload HTTP/1.1\r\n{host}{head}\r\n".encode())
                assert f"HTTP/1.1 {status} " in connection.recv(100).decode()
