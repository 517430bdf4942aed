"""The server: livereload's, with the preview's own answers, and messages to just the pages that have changed."""

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
from tornado import web
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from ...outputs import ANY_OWN_SCRIPT, content_policy
from .builds import Finished
from .served_site import FOREVER, Answer, ServedSite, own_address, own_file
from .watcher import FolderWatcher
from .worker import Built

# livereload's own snippet is an inline script, which the site's content policy forbids. The first of these delays the
# first paint until the page is scrolled to where the reader was; the second, livereload.js, loads it as a plugin
_SCRIPTS = (
    '<script src="{own}" data-version="{version}" defer blocking="render"></script>'
    '<script src="/livereload.js?port={port}&amp;mindelay=200&amp;maxdelay=2000" defer></script>'
)
_OWN_FILES = {"browser.js": "text/javascript", "problems.css": "text/css"}
# bytes; a page's message has some 500
_LONGEST_MESSAGE = 64 * 1024
# https://datatracker.ietf.org/doc/html/rfc6455#section-7.4.1: data that the endpoint cannot accept
_NO_MESSAGE = 1003
_LOOPBACK = (r"localhost", r".*\.localhost", r"127\.0\.0\.1", r"\[::1\]")


class PreviewServer(Server):  # type: ignore[misc]
    """livereload's server, which answers with the files of the last build instead of a folder's."""

    def __init__(self, watcher: FolderWatcher) -> None:
        super().__init__(watcher=watcher)
        self.site = ServedSite()
        self.has_built = asyncio.Event()
        """Set once the first build has finished; requests wait for it."""

    def application(self, port: int, host: str, *_: object, **__: object) -> None:
        """Listen at an address: `serve` calls this before its loop. Raises OSError when nobody can listen there."""
        LiveReloadHandler.watcher = self.watcher
        application = web.Application(log_function=lambda handler: None, websocket_max_message_size=_LONGEST_MESSAGE)
        handlers: list[Any] = [
            (r"/livereload", _OpenPage, {"server": self}),
            (r"/livereload\.js", LiveReloadJSHandler),
            (r"/livereload/(\w+\.\w+)", _OwnFile),
            (r".*", _Files, {"server": self}),
        ]
        application.add_handlers(_hosts(host), handlers)
        application.listen(port, address=host)

    def show(self, finished: Finished) -> None:
        """Serve the result of a build, and update every open page; after an overtaken build pages wait for the next."""
        if isinstance(finished.outcome, Built) or not finished.is_overtaken:
            # the next build tells only what differs from this one
            self.site.take(finished.outcome)
        if finished.is_overtaken:
            return
        self.has_built.set()
        for page in list(LiveReloadHandler.waiters):
            page.follow()

    def _setup_logging(self) -> None:
        """Leave logging alone: the terminal shows what people need to know."""


class _OpenPage(LiveReloadHandler):  # type: ignore[misc]
    """The connection of a page that is open in a browser: its address, and the version that it shows."""

    def initialize(self, server: PreviewServer) -> None:
        self._server = server
        self._url, self._version = "", ""
        self._sheets: dict[str, str] = {}

    def check_origin(self, origin: str) -> bool:
        """Whether the page that connects is this server's own; livereload would let any connect."""
        return bool(WebSocketHandler.check_origin(self, origin))

    def on_message(self, message: str | bytes) -> None:
        """Take a message of our script; close the connection at anything else, which must come from another program."""
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
        """Reload the page if it has changed; if only style sheets have, swap these."""
        version = self._server.site.version(self._url)
        if version != self._version:
            self._version = version
            self._send("*")
            return
        for name, address in self._sheets.items():
            now = self._server.site.sheets.get(name, address)
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
    """What a page says of itself when it connects."""

    url: str
    version: str
    sheets: dict[str, str]
    """The address of each of its style sheets, by its path."""

    @classmethod
    def of(cls, message: str | bytes) -> _Told:
        """Raises ValueError, TypeError, AttributeError or RecursionError for a message that none of our pages sends."""
        told = json.loads(message)
        shows = told.get("plugins", {}).get("sitegen", {})
        sheets = {urlsplit(address).path: address for address in map(str, shows.get("sheets", []))}
        url = str(told.get("url", ""))
        urlsplit(url)
        return cls(url, str(shows.get("page", "")), sheets)


class _Files(web.RequestHandler):
    """The files of the site. Any method but GET and HEAD is refused by tornado."""

    def initialize(self, server: PreviewServer) -> None:
        self._server = server

    async def get(self) -> None:
        await self._server.has_built.wait()
        self._answer(self._server.site.answer(self.request.path))

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
    """A pattern of the host names to answer to; on a loopback address only its own.

    Otherwise a foreign page could read the preview under its own name: https://en.wikipedia.org/wiki/DNS_rebinding
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
