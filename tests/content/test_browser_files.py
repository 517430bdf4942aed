"""Files of authors in Chromium: each type that is published, with script in it, opened and shown; none of it runs.

A script that runs asks for `/ran`, which the server writes down; so do handlers, drawings and style sheets.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Route

from sitegen.build import build_site
from sitegen.content.published_files import KNOWN_ENDINGS
from sitegen.problems.problem import SiteError
from sitegen.storage.output_folder.folder import replace_output

from ..conftest import SITES, options
from .test_published_files import GOOD, SVG

pytestmark = pytest.mark.browser

ACTS = "fetch('/ran?{0}');new Image().src='/ran?{0}';document.title='ran'"
# the ending says what a file begins with; what follows is meant for whoever takes it for something else
PAYLOAD = (
    "\n<html><head><script>" + ACTS + "</script><meta http-equiv=refresh content='0;url=/ran?{0}'></head><body "
    'onload="'
    + ACTS
    + '"><img src=x onerror="'
    + ACTS
    + '"><svg onload="'
    + ACTS
    + '"><script>'
    + ACTS
    + "</script></svg>"
    '<iframe srcdoc="<script>' + ACTS + '</script>"></iframe></body></html>\n*/;' + ACTS + "\n"
)
SCRIPTED_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.launchURL\\('/ran?pdf'\\);)>>>>"
    b"endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]"
    b"/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(javascript:fetch\\('/ran?pdf'\\))>>>>]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n"
)
BEGINNINGS = {
    name.rpartition(".")[2].lower(): content for name, content in GOOD.items() if name.startswith(("a.", "A."))
}
MORE = {
    **{"jpeg": BEGINNINGS["jpg"], "doc": BEGINNINGS["xls"], "ppt": BEGINNINGS["xls"], "gz": BEGINNINGS["gz"]},
    **dict.fromkeys(("xlsx", "pptx", "odt", "odp", "odg", "epub", "kmz"), BEGINNINGS["zip"]),
    **{
        "tgz": BEGINNINGS["gz"],
        "bz2": b"BZh9",
        "xz": b"\xfd7zXZ\0",
        "zst": b"\x28\xb5\x2f\xfd",
        "7z": b"7z\xbc\xaf\x27\x1c",
    },
    **dict.fromkeys(("ogg", "oga", "ogv", "opus"), b"OggS\0"),
    **{"parquet": b"PAR1", "wav": b"RIFF\x24\0\0\0WAVEfmt ", "flac": b"fLaC", "woff": b"wOFF\0\1\0\0"},
    **dict.fromkeys(("m4a", "m4v", "mov"), BEGINNINGS["mp4"]),
    **{"ttf": b"\0\1\0\0", "otf": b"OTTO", "tsv": b"a\tb\n"},
}


def content_of(ending: str) -> bytes:
    """A file of a type, with script in it wherever that type has room for it."""
    payload = PAYLOAD.format(ending).encode()
    if ending in ("json", "geojson"):
        return b'{"a": "' + payload.replace(b'"', b"'").replace(b"\n", b" ") + b'"}'
    if ending == "svg":
        return SVG.format("<text>&lt;script&gt;fetch('/ran?svg')&lt;/script&gt;</text>").encode()
    if ending == "pdf":
        return SCRIPTED_PDF + payload
    return {**MORE, **BEGINNINGS}[ending] + (b"x" if ending in ("txt", "csv", "tsv") else b"") + payload


class Server(http.server.ThreadingHTTPServer):
    """A static host; what was asked for is in `asked`. Types: by the name, none at all, or always the same."""

    def __init__(self, folder: Path, kind: str | None, nosniff: bool) -> None:
        asked = self.asked = list[str]()

        class Handler(http.server.SimpleHTTPRequestHandler):
            def guess_type(self, path: object) -> str:
                guessed = super().guess_type(str(path))
                return guessed if kind is None or guessed == "text/html" else kind

            def send_header(self, keyword: str, value: str) -> None:
                if value:
                    super().send_header(keyword, value)

            def end_headers(self) -> None:
                if nosniff:
                    super().send_header("X-Content-Type-Options", "nosniff")
                super().end_headers()

            def do_GET(self) -> None:
                asked.append(self.path)
                super().do_GET()

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), functools.partial(Handler, directory=folder))


@dataclass
class Host:
    """A server that runs, and its address."""

    server: Server
    address: str = field(init=False)

    def __post_init__(self) -> None:
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def ran(self) -> list[str]:
        """Which scripts have run."""
        return [path for path in self.server.asked if path.startswith("/ran")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with a file of each type, and a page that shows what pages can show of them."""
    root = tmp_path_factory.mktemp("files")
    content = shutil.copytree(SITES / "plain", root / "content")
    shown = []
    for ending in KNOWN_ENDINGS:
        (content / f"file.{ending}").write_bytes(content_of(ending))
        shown.append(f"[{ending}](file.{ending})")
        if ending in ("png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "ico"):
            shown.append(f"![A picture](file.{ending})")
        if ending in ("mp4", "webm", "ogv", "mp3", "ogg", "wav"):
            shown.append(f'<video src="../file.{ending}" controls></video>')
    (content / "shown.en.md").write_text("---\ntitle: Shown\n---\n\n" + "\n\n".join(shown) + "\n", encoding="utf-8")
    replace_output(root / "output", build_site(options(content)).artifacts)
    return root / "output"


@pytest.fixture(scope="module", params=["by name", "no type", "octets", "plain"])
def host(folder: Path, request: pytest.FixtureRequest) -> Iterator[Host]:
    """Hosts of several kinds."""
    kinds = {"by name": (None, False), "no type": ("", False), "octets": ("application/octet-stream", False)}
    server = Server(folder, *kinds.get(request.param, ("text/plain", True)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Host(server)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own."""
    page = browser.new_page()
    page.set_default_timeout(5_000)
    yield page
    page.close()


def test_what_runs_is_noticed(host: Host, page: Page, folder: Path) -> None:
    """The same in a file that browsers take for a page: no build publishes it."""
    (folder / "page.html").write_text(PAYLOAD.format("html"), encoding="utf-8")
    with suppress(Error):
        page.goto(f"{host.address}/page.html")
    page.wait_for_timeout(500)
    assert "/ran?html" in host.ran()
    host.server.asked.clear()


def test_a_file_that_is_opened_runs_nothing(host: Host, page: Page) -> None:
    """By its address."""
    for ending in KNOWN_ENDINGS:
        # what is saved is not shown
        with suppress(Error):
            page.goto(f"{host.address}/file.{ending}")
        page.wait_for_timeout(50)
        assert f"/file.{ending}" in host.server.asked
    page.wait_for_timeout(500)
    assert [] == host.ran()


def test_a_page_that_shows_them_runs_nothing(host: Host, page: Page) -> None:
    """As pictures, films and sounds."""
    page.goto(f"{host.address}/shown/")
    page.wait_for_timeout(500)
    assert [] == host.ran()
    assert "Shown" in page.title()


def test_no_file_is_a_script_to_a_page(host: Host, page: Page) -> None:
    """The policy of every page lets only the templates' own scripts run: a tag that came in somehow loads nothing."""
    tags = f'<script>{ACTS.format("inline")}</script><img src="/nowhere.png" onerror="{ACTS.format("handler")}">'
    for ending in KNOWN_ENDINGS:
        tags += f'<script src="/file.{ending}"></script><script src="/shown/../file.{ending}" type="module"></script>'
        tags += f'<object data="/file.{ending}"></object><iframe src="/file.{ending}"></iframe>'
        tags += f'<link rel="stylesheet" href="/file.{ending}">'

    def with_tags(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=response.text().replace("</main>", tags + "</main>"))

    page.route("**/shown/", with_tags)
    page.goto(f"{host.address}/shown/")
    page.wait_for_timeout(1_000)
    assert page.locator("script[src='/file.txt']").count()
    assert [] == host.ran()
    assert "Shown" in page.title()


def test_no_file_is_a_worker(host: Host, page: Page) -> None:
    """A service worker would answer for all pages."""
    page.goto(f"{host.address}/shown/")
    for ending in ("txt", "json", "csv", "zip"):
        registered = page.evaluate(
            "path => navigator.serviceWorker.register(path).then(() => 'registered', error => error.name)",
            f"/file.{ending}",
        )
        assert registered in ("SecurityError", "TypeError")
        # a worker that the policy refuses is told by an event
        worked = page.evaluate(
            """path => new Promise(done => {
                try { new Worker(path).onerror = () => done("refused") } catch { done("refused") }
                setTimeout(() => done("no answer"), 2000)
            })""",
            f"/file.{ending}",
        )
        assert "refused" == worked
    assert [] == host.ran()


ACTING_BODIES = [
    '<script src="file.js"></script>',
    '<script src="/file.txt"></script>',
    "<script>fetch('/ran')</script>",
    "<iframe srcdoc=\"<script>fetch('/ran')</script>\"></iframe>",
    "<div><template shadowrootmode=open><script>fetch('/ran')</script></template></div>",
    "<svg onload=fetch('/ran')></svg>",
    "<meta http-equiv=refresh content='0;url=/ran'>",
    "<!--><img src=x onerror=fetch('/ran')>-->",
    "<noscript><p title='</noscript><img src=x onerror=fetch(\"/ran\")>'>",
    "<a href=\"&#106;avascript:fetch('/ran')\">x</a>",
    "[x](javascript:fetch('/ran'))",
    "# x {: onmouseover=fetch('/ran') }",
]


@pytest.mark.parametrize("body", ACTING_BODIES)
def test_a_body_that_acts_is_never_built(body: str, tmp_path: Path) -> None:
    """Nor is it in the preview, which shows the problems."""
    content = shutil.copytree(SITES / "plain", tmp_path / "content")
    (content / "file.txt").write_text("text")
    (content / "page.en.md").write_text(f"---\ntitle: T\n---\n\n{body}\n", encoding="utf-8")
    with pytest.raises(SiteError):
        build_site(options(content))
