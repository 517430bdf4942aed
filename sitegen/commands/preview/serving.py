"""The server: livereload's, with the pages of the preview and what makes the browser follow them."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from livereload import Server
from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler
from livereload.watcher import Watcher as LiveReloadWatcher
from tornado import web
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from ...outputs import ANY_OWN_SCRIPT, content_policy
from .builds import Finished
from .showing import FOREVER, Answer, Shown, own_address, own_file
from .worker import Built

# livereload's own snippet is an inline script, which the site's content policy forbids. The first script holds the
# picture back until the page stands where the reader stood; it is known to the second, which connects
_SCRIPTS = (
    '<script src="{own}" data-version="{version}" defer blocking="render"></script>'
    '<script src="/livereload.js?port={port}&amp;mindelay=200&amp;maxdelay=2000" defer></script>'
)
_OWN_FILES = {"browser.js": "text/javascript", "problems.css": "text/css"}
# of a message of a page's, some 500 bytes
_LONGEST_MESSAGE = 64 * 1024
# https://datatracker.ietf.org/doc/html/rfc6455#section-7.4.1: data that the endpoint cannot accept
_NO_MESSAGE = 1003
_LOOPBACK = (r"localhost", r".*\.localhost", r"127\.0\.0\.1", r"\[::1\]")


class Site:
    """What is shown, and the open pages, which are told when theirs has changed."""

    def __init__(self) -> None:
        self.shown = Shown()
        self.is_there = asyncio.Event()
        """Set once the first build has finished: nothing is answered before."""

    def show(self, finished: Finished) -> None:
        """Show what came of a build, and have every open page follow; after one that was overtaken they wait."""
        if isinstance(finished.outcome, Built) or not finished.is_overtaken:
            # the next build tells only what is other than in this one
            self.shown.take(finished.outcome)
        if finished.is_overtaken:
            return
        self.is_there.set()
        for page in list(LiveReloadHandler.waiters):
            page.follow()


class PreviewServer(Server):  # type: ignore[misc]
    """livereload's server. It watches no files: that is done by the system's notices."""

    def __init__(self, site: Site) -> None:
        super().__init__(watcher=_NoWatcher())
        self._site = site

    def application(self, *_: Any, **__: Any) -> None:
        """What `serve` does first; see `listen`."""

    def listen(self, host: str, port: int) -> None:
        """Take connections from now on; they are answered once `serve` is called. Raises OSError when nobody can."""
        LiveReloadHandler.watcher = self.watcher
        application = web.Application(log_function=lambda handler: None, websocket_max_message_size=_LONGEST_MESSAGE)
        handlers: list[Any] = [
            (r"/livereload", _OpenPage, {"site": self._site}),
            (r"/livereload\.js", LiveReloadJSHandler),
            (r"/livereload/(\w+\.\w+)", _OwnFile),
            (r".*", _Files, {"site": self._site}),
        ]
        application.add_handlers(_hosts(host), handlers)
        application.listen(port, address=host)

    def _setup_logging(self) -> None:
        """Leave logging alone: what a person needs to know is said in the terminal."""


class _NoWatcher(LiveReloadWatcher):  # type: ignore[misc]
    def start(self, callback: object) -> bool:
        """Whether it calls back by itself, so that nobody need ask every 0.8 s."""
        return True


class _OpenPage(LiveReloadHandler):  # type: ignore[misc]
    """The connection of a page that is open in a browser: where it is, and what it shows."""

    def initialize(self, site: Site) -> None:
        self._site = site
        self._url, self._version = "", ""
        self._sheets: dict[str, str] = {}

    def check_origin(self, origin: str) -> bool:
        """Whether the page that connects is one of this server's; livereload would let any in."""
        return bool(WebSocketHandler.check_origin(self, origin))

    def on_message(self, message: str | bytes) -> None:
        """What a page's scripts tell; the connection ends at anything else, which some other program must have sent."""
        try:
            told = _Told.of(message)
            super().on_message(message)
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            self.close(_NO_MESSAGE)
            return
        if self in LiveReloadHandler.waiters:
            self._url, self._version, self._sheets = told.url, told.version, told.sheets
            self.follow()

    def follow(self) -> None:
        """Have the page loaded again when it is another by now; when only style sheets are, have these swapped."""
        version = self._site.shown.version(self._url)
        if version != self._version:
            self._version = version
            self._send("*")
            return
        for name, address in self._sheets.items():
            now = self._site.shown.sheets.get(name, address)
            if now != address:
                self._sheets[name] = now
                self._send(now)

    def _send(self, path: str) -> None:
        try:
            self.write_message({"command": "reload", "path": path, "liveCSS": True, "liveImg": True})
        except WebSocketClosedError:
            LiveReloadHandler.waiters.discard(self)


@dataclass(frozen=True)
class _Told:
    """Where a page is, and what it shows."""

    url: str
    version: str
    sheets: dict[str, str]
    """The address of each of its style sheets, by its path."""

    @classmethod
    def of(cls, message: str | bytes) -> _Told:
        """Raises ValueError, TypeError, AttributeError or RecursionError for what no page of ours sends."""
        told = json.loads(message)
        shows = told.get("plugins", {}).get("sitegen", {})
        sheets = {urlsplit(address).path: address for address in map(str, shows.get("sheets", []))}
        url = str(told.get("url", ""))
        urlsplit(url)
        return cls(url, str(shows.get("page", "")), sheets)


class _Files(web.RequestHandler):
    """The files of the site. Any method but GET and HEAD is refused by tornado."""

    def initialize(self, site: Site) -> None:
        self._site = site

    async def get(self) -> None:
        await self._site.is_there.wait()
        self._answer(self._site.shown.answer(self.request.path))

    head = get

    def _answer(self, answer: Answer) -> None:
        self.set_status(answer.status)
        if answer.location:
            self.set_header("Location", answer.location)
        kind = answer.kind + ("; charset=utf-8" if answer.kind.startswith("text/") else "")
        self.set_header("Content-Type", kind)
        self.set_header("Cache-Control", answer.keep)
        self.set_header("X-Content-Type-Options", "nosniff")
        body = answer.body
        if answer.version:
            self.set_header("Content-Security-Policy", content_policy(ANY_OWN_SCRIPT))
            _, _, port = self.request.host.rpartition(":")
            scripts = _SCRIPTS.format(
                own=own_address("browser.js"), version=answer.version, port=port if port.isdigit() else "80"
            )
            body = body.replace(b"</head>", scripts.encode() + b"</head>", 1)
        self.finish(body)


class _OwnFile(web.RequestHandler):
    """The preview's own script and style sheet."""

    def get(self, name: str) -> None:
        if name not in _OWN_FILES:
            raise web.HTTPError(404)
        self.set_header("Content-Type", f"{_OWN_FILES[name]}; charset=utf-8")
        self.set_header("Cache-Control", FOREVER)
        self.finish(own_file(name))


def _hosts(host: str) -> str:
    """The names (a pattern) under which this server answers; on the machine itself, none that leads there by a trick.

    https://en.wikipedia.org/wiki/DNS_rebinding: a page of elsewhere could read the preview under a name of its own.
    """
    if is_loopback(host):
        return f"(?:{'|'.join((*_LOOPBACK, re.escape(host), re.escape(f'[{host}]')))})"
    return ".*"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address to listen on."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
