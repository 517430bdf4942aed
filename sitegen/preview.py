"""`serve`: builds into a folder of its own, serves it, builds again at every save, and reloads the browser."""

from __future__ import annotations

import mimetypes
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from livereload import Server
from livereload.handlers import LiveReloadHandler

from .output_folder import replace_output
from .pipeline import BuildOptions, build_site
from .problems import Problem, SiteError, Span

StartResponse = Callable[[str, list[tuple[str, str]]], object]
# livereload's own snippet is an inline script, which the site's content policy forbids
_SCRIPT = b'<script src="/livereload.js"></script>'
_PROBLEM_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{count}</title><style>
:root {{ color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif }}
body {{ max-width: 60rem; margin: 3rem auto; padding: 0 1rem }}
li {{ margin-block: 1.5rem }}
pre {{ overflow: auto; padding: .75rem 1rem; border-inline-start: 4px solid #b4530a; background: #8881 }}
code {{ font-weight: 600 }}
</style></head><body><h1>{count}</h1>
<p>The page comes back by itself when this is mended.</p><ol>{items}</ol></body></html>
"""


@dataclass
class Preview:
    """The last good build, served as a WSGI application, or the problems of the last build."""

    options: Callable[[], BuildOptions]
    folder: Path
    say: Callable[[str], None]
    base_path: str = "/"
    problems: tuple[Problem, ...] = field(default_factory=tuple)

    def build(self) -> None:
        """Build; what is wrong is kept for the browser, and the last good files stay."""
        try:
            site = build_site(self.options())
            replace_output(self.folder, site.artifacts)
        except SiteError as error:
            self.problems = error.problems
            self.say(str(error))
        else:
            self.problems = ()
            self.say(f"built {len(site.pages)} pages")

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request; see PEP 3333."""
        if environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            return _respond(start_response, "405 Method Not Allowed", "text/plain", b"")
        path = self.file(environ.get("PATH_INFO", "/"))
        if self.problems and (path is None or path.suffix == ".html"):
            return _respond(start_response, "500 Internal Server Error", "text/html", problem_page(self.problems))
        status = "200 OK"
        if path is None:
            path, status = self.folder / "404.html", "404 Not Found"
        if not path.is_file():
            return _respond(start_response, "404 Not Found", "text/plain", b"no such page\n")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return _respond(start_response, status, kind, path.read_bytes())

    def file(self, url: str) -> Path | None:
        """The file for a request's path, or None; never one outside the preview's folder."""
        # WSGI hands the path's bytes over as Latin-1
        relative = unquote(url.encode("latin-1").decode("utf-8", "replace")).lstrip("/")
        if "\0" in relative:
            return None
        root = self.folder.resolve()
        path = (root / relative).resolve()
        if not path.is_relative_to(root):
            return None
        if path.is_dir():
            path = path / "index.html"
        return path if path.is_file() else None


def serve_preview(
    options: Callable[[], BuildOptions], root: Path, host: str, port: int, say: Callable[[str], None]
) -> None:
    """Serve until interrupted. The preview's files are below `root/.sitegen/preview`, never in the output folder.

    Raises SiteError when the content folder isn't there, or nobody can listen at that address.
    """
    first = options()
    # the base path is the host's business; a preview is at the root of its own
    preview = Preview(lambda: _at_root(options(), host, port), root / ".sitegen" / "preview", say)
    _check_address(host, port)
    preview.build()
    server = _Server(preview)
    for folder in (first.content, *first.templates):
        server.watch(str(folder), preview.build, ignore=_is_temporary)
    say(f"preview: http://{host}:{port}/ (Ctrl-C ends it)")
    # by itself livereload passes over a change that comes within three seconds of the one before
    LiveReloadHandler.DEFAULT_RELOAD_TIME = 0
    server.serve(host=host, port=port, debug=False)


def _check_address(host: str, port: int) -> None:
    """Whether one can listen there, before anything is built. Raises SiteError."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        message = f"can't listen on {host}:{port}: {error.strerror or error}"
        raise SiteError(
            [Problem("preview-address", message, Span("serve"), "choose another --port or --host")]
        ) from error


def _at_root(options: BuildOptions, host: str, port: int) -> BuildOptions:
    return replace(options, base_url=f"http://{host}:{port}/")


class _Server(Server):  # type: ignore[misc]
    """livereload's server with a snippet that the content policy allows."""

    def get_web_handlers(self, script: bytes) -> list[Any]:
        handlers: list[Any] = super().get_web_handlers(_SCRIPT)
        return handlers

    def _setup_logging(self) -> None:
        """Leave logging alone: what a person needs to know is said by `say`."""


def _is_temporary(path: str) -> bool:
    name = Path(path).name
    return name.startswith((".", "#")) or name.endswith(("~", ".swp", ".tmp")) or name == "4913"


def problem_page(problems: Iterable[Problem]) -> bytes:
    """The problems of a build as a page."""
    found = list(problems)
    count = f"{len(found)} problem" + ("" if len(found) == 1 else "s")
    items = "".join(
        f"<li><strong>{escape(problem.message)}</strong> <code>{escape(problem.code)}</code>"
        + f"<br>{escape(str(problem.span))}"
        + (f"<pre>{escape(problem.span.excerpt)}</pre>" if problem.span.excerpt else "")
        + (f"<p>{escape(problem.hint)}</p>" if problem.hint else "")
        + "</li>"
        for problem in found
    )
    return _PROBLEM_PAGE.format(count=count, items=items).encode()


def _respond(start_response: StartResponse, status: str, kind: str, body: bytes) -> Iterable[bytes]:
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    start_response(status, [("Content-Type", kind), ("Cache-Control", "no-store"), ("Content-Length", str(len(body)))])
    return [body]
