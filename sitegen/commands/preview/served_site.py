"""The answer at each address: the files of the last good build, or the problems of the last one."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote, urlsplit

from ...problems import Problem
from .problem_page import problem_page
from .worker import Built, Outcome

# no page loads these, or they are compared by themselves (pages, sheets): a change to them alone is no reason to reload
_NOT_LOADED = (".html", ".css", ".xml", ".txt", "")
FOREVER = "max-age=31536000, immutable"
_PAGES = (".html", "")


@dataclass(frozen=True)
class Answer:
    """An answer to a request; of a page also its version, which our script in the page sends back."""

    status: int
    kind: str
    body: bytes
    keep: str = "no-cache"
    """The value of `Cache-Control`."""
    version: str = ""
    location: str = ""


@dataclass
class ServedSite:
    """The files of a build in memory, by path: nothing else can be served."""

    files: dict[str, bytes] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    sheets: Mapping[str, str] = field(default_factory=dict)
    """The address of each style sheet with a hash of its content: `/site.css` → `/site.css?3b5d5c37`."""
    _loaded: int = 0
    """Counts changes to files that pages load: pictures, scripts, data."""

    def take(self, outcome: Outcome) -> None:
        """Show the result of a build."""
        if not isinstance(outcome, Built):
            self.problems = outcome.problems
            return
        self.problems = ()
        if outcome.first:
            self.files = dict(outcome.changed)
        else:
            self.files.update(outcome.changed)
        for path in outcome.removed:
            self.files.pop(path, None)
        if any(PurePosixPath(path).suffix not in _NOT_LOADED for path in (*outcome.changed, *outcome.removed)):
            self._loaded += 1
        paths = sorted(path for path in self.files if path.endswith(".css"))
        self.sheets = {f"/{quote(path)}": f"/{quote(path)}?{_digest(self.files[path])}" for path in paths}

    def answer(self, url: str) -> Answer:
        """The answer to a request for a path, percent-encoded as it was sent (`/vi/k%E1%BA%BF/`)."""
        path = unquote(url).removeprefix("/")
        if path == "" or path.endswith("/"):
            path += "index.html"
        suffix = PurePosixPath(path).suffix
        if self.problems and suffix in _PAGES:
            return self._page(500, problem_page(self.problems, own_address("problems.css")))
        if path in self.files:
            return self._page(200, self.files[path]) if suffix == ".html" else self._file(path)
        if f"{path}/index.html" in self.files:
            # as hosts do: the page's relative links start from its folder
            return Answer(302, "text/plain", b"", location=f"/{quote(path)}/")
        return self._page(404, self.files.get("404.html", b"<!doctype html><title>404</title>no such page\n"))

    def version(self, address: str) -> str:
        """The version of the page at an address: the page is reloaded when it changes."""
        return self.answer(urlsplit(address).path).version

    def _page(self, status: int, html: bytes) -> Answer:
        version = f"{_digest(html)}-{self._loaded}"
        for path, address in self.sheets.items():
            html = html.replace(f'"{path}"'.encode(), f'"{address}"'.encode())
        return Answer(status, "text/html", html, keep="no-store", version=version)

    def _file(self, path: str) -> Answer:
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return Answer(200, kind, self.files[path])


@cache
def own_file(name: str) -> bytes:
    """One of the preview's own files, which lie beside this module."""
    return (Path(__file__).parent / name).read_bytes()


def own_address(name: str) -> str:
    """The address of one of the preview's own files, with a hash of its content, so that browsers may cache it."""
    return f"/livereload/{name}?{_digest(own_file(name))}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
