"""The finished site as a visitor's browser meets it: served by a real server, below `/` and below `/repo/`."""

from __future__ import annotations

import functools
import http.server
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from sitegen.build import build_site
from sitegen.storage.output_folder.folder import replace_output

from ..conftest import ROOT, options

FETCHED = {("img", "src"), ("script", "src"), ("iframe", "src"), ("source", "src"), ("image", "href"), ("use", "href")}


class References(HTMLParser):
    """Gathers the links of a page, what it makes a browser fetch, and its anchors."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read one tag."""
        for name, value in attrs:
            if name == "id" and value:
                self.anchors.add(value)
            if value and name in ("href", "src") and (tag, name) != ("use", "href"):
                self.links.append(value)
            if value and ((tag, name) in FETCHED or (tag == "link" and name == "href" and "stylesheet" in str(attrs))):
                self.fetched.append(value)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A plain static server over a folder."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("base_path", ["/", "/repo/"])
def test_no_link_is_broken_and_no_other_host_is_asked(base_path: str, tmp_path: Path) -> None:
    """From the home page, every link, anchor and file is reached; every page of the sitemap is; no host but its own."""
    site = build_site(options(ROOT / "content", base_url=f"https://host.example{base_path}"))
    replace_output(tmp_path / "root" / base_path.strip("/"), site.artifacts)
    with served(tmp_path / "root") as address:
        pages = crawl(f"{address}{base_path}")
    broken = [f"{source} → {target}" for source, target in pages.broken]
    assert [] == broken
    assert [] == pages.foreign
    html = {item.path for item in site.artifacts if item.path.endswith("index.html")}
    reached = {urlsplit(url).path.removeprefix(base_path) + "index.html" for url in pages.seen if url.endswith("/")}
    assert set() == html - reached


class Crawl:
    """What a crawl found."""

    def __init__(self) -> None:
        self.seen: dict[str, References | None] = {}
        self.broken: list[tuple[str, str]] = []
        self.foreign: list[str] = []


def crawl(start: str) -> Crawl:
    """Follow every link of the site that begins at `start`."""
    result = Crawl()
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(start))
    waiting = [(start, start)]
    anchors: list[tuple[str, str, str]] = []
    while waiting:
        source, url = waiting.pop()
        url, _, fragment = url.partition("#")
        if fragment:
            anchors.append((source, url, fragment))
        if url in result.seen:
            continue
        try:
            with urllib.request.urlopen(url) as response:
                body, kind = response.read(), response.headers.get_content_type()
        except urllib.error.HTTPError:
            result.broken.append((source, url))
            result.seen[url] = None
            continue
        page = References()
        if kind == "text/html":
            page.feed(body.decode())
        result.seen[url] = page
        result.foreign += [target for target in page.fetched if not urljoin(url, target).startswith((origin, "data:"))]
        own = [target for target in page.links if urljoin(url, target).startswith(origin)]
        waiting += [(url, urljoin(url, target)) for target in own]
    for source, url, fragment in anchors:
        page_found = result.seen[url]
        if page_found and page_found.anchors and fragment not in page_found.anchors:
            result.broken.append((source, f"{url}#{fragment}"))
    return result
