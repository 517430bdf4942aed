"""What other programs may send to the preview: it goes on, and says nothing of it."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..conftest import ROOT, SITES
from .previewing import Preview, previewed

TEXT, BINARY, PING = 1, 2, 9
MESSAGES = [
    *(b"", b"null", b"[]", b"1", b'"a"', b"{", b"{}", b'{"command":1}', b'{"command":"info"}', b'{"command":null}'),
    *(b'{"command":"info","url":5,"plugins":[]}', b'{"command":"info","url":"http://[","plugins":{}}'),
    *(
        b'{"command":"info","url":"/","plugins":{"sitegen":[]}}',
        b'{"command":"info","url":"/","plugins":{"sitegen":1}}',
    ),
    b'{"command":"info","url":"/","plugins":{"sitegen":{"sheets":["http://["]}}}',
    b'{"command":"info","url":"/","plugins":{"sitegen":{"sheets":5}}}',
    b'{"command":"info","url":"/\\u0000\\ud800\\u001b[2J","plugins":{"sitegen":{"page":{},"sheets":[null]}}}',
    *(b"[" * 60_000, b'{"a":' * 10_000, b"9" * 50_000, b" " * 65_000, b"x" * 200_000, b"\xff\xfe", b"\xed\xa0\x80"),
    b'{"command":"reload","path":"/etc/passwd"}',
    b'{"command":"hello","protocols":5}',
]
HELLO = b'{"command":"hello","protocols":["http://livereload.com/protocols/official-7"]}'
REQUESTS = [
    b"\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /%zz%00%1b[2J HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\x00b\r\n\r\n",
    b"GET http://[ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"A: b\r\n" * 20_000 + b"\r\n",
    b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /livereload HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    bytes(range(256)) * 16,
]


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """A preview of a small site."""
    with previewed(tmp_path_factory.mktemp("preview"), SITES / "plain") as preview:
        yield preview
    assert "" == preview.out.read_text()


def frame(kind: int, content: bytes) -> bytes:
    """A message as a browser sends it: https://datatracker.ietf.org/doc/html/rfc6455#section-5.2"""
    length = len(content)
    size = (
        bytes([0x80 | length])
        if length < 126
        else struct.pack(">BH" if length < 65536 else ">BQ", 0xFE if length < 65536 else 0xFF, length)
    )
    return bytes([0x80 | kind]) + size + bytes(4) + content


def send(preview: Preview, *frames: bytes) -> None:
    """Open a connection as a page does, send these, and wait for what comes until it is closed or quiet."""
    with socket.create_connection(("127.0.0.1", preview.port), timeout=0.3) as connection:
        host = f"127.0.0.1:{preview.port}"
        head = f"GET /livereload HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nConnection: Upgrade\r\n"
        head += "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        connection.sendall(head.encode())
        assert b"101" in connection.recv(1000)
        try:
            for each in frames:
                connection.sendall(each)
            while connection.recv(65536):
                pass
        except OSError:
            pass


def still_there(preview: Preview) -> None:
    """It answers, and its terminal shows the builds and nothing else."""
    assert 200 == preview.get("/")[0]
    lines = preview.err.read_text(encoding="utf-8").splitlines()
    assert 2 == len(lines), lines[2:]


@pytest.mark.parametrize("number", range(len(MESSAGES)))
def test_malformed_messages(number: int, preview: Preview) -> None:
    """As text and as bytes, before a page has said what it is and afterwards."""
    message = MESSAGES[number]
    send(preview, frame(TEXT, message))
    send(preview, frame(TEXT, HELLO), frame(TEXT, message), frame(BINARY, message), frame(PING, message[:100]))
    still_there(preview)


@pytest.mark.parametrize(
    "content", [b"\x00", b"\xff" * 50, b"\x81\xff" + b"\xff" * 8, b"\x91\x80", b"\x88\xfe", b"\x01\x80" * 9]
)
def test_malformed_frames(content: bytes, preview: Preview) -> None:
    """What is no message at all."""
    send(preview, content)
    still_there(preview)


@pytest.mark.parametrize("number", range(len(REQUESTS)))
def test_malformed_requests(number: int, preview: Preview) -> None:
    """What is no request of a browser's."""
    with socket.create_connection(("127.0.0.1", preview.port), timeout=0.3) as connection:
        try:
            connection.sendall(REQUESTS[number])
            while connection.recv(65536):
                pass
        except OSError:
            pass
    still_there(preview)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 -- that is what it is about
def test_an_address_that_others_reach_is_told(host: str, tmp_path: Path) -> None:
    """In one line."""
    with previewed(tmp_path, SITES / "plain", ROOT / "templates", "--host", host) as preview:
        told = [line for line in preview.err.read_text().splitlines() if "warning" in line]
        assert (host != "127.0.0.1") == bool(told)
        assert all("drafts included" in line for line in told)
