"""The finished pages as bytes, in files that are written once: so many pages need no memory, and the next build reads
what it can use again where the last one put it.

A file (a pack) holds one page behind the other. Who knows a page knows its place, and the hashes of what is there.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import tempfile
import weakref
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeVar

from .cache import is_alive, open_regular
from .checks import Document
from .model import Body, Dataset
from .page_parts import unpacked_body, unpacked_document
from .problems import Problem, Span

_SUFFIX = ".pack"
# bytes that are written at once
_LARGEST_WAITING = 1 << 20
_Part = TypeVar("_Part")
# `<process>-<random>.pack`: a name from a file leads nowhere else
_NAME = re.compile(r"[0-9]+-[0-9a-f]+\.pack\Z")


class MemoryDamagedError(Exception):
    """What an earlier build has kept is not there any more, or is not what was kept."""


class UnwritableError(Exception):
    """The pages that are made can't be put away: the folder, and what the system says."""

    @property
    def problem(self) -> Problem:
        """It as a problem of the build."""
        folder, reason = self.args
        message = f"pages and charts can't be kept for the next build: {reason}"
        return Problem("cache-unwritable", message, Span(folder), "make room, or choose another --cache")


class PageRow(NamedTuple):
    """What is known of a page, in plain values, and where it is kept: its HTML, and right behind it its parts.

    `digest` is the SHA-256 of the HTML in hexadecimal digits, `check` a hash of the parts; sizes are in bytes. `reads`
    has the number (8 bytes) of each name that was read.
    """

    title: str
    description: str
    figures: tuple[tuple[str, int], ...]
    used: tuple[str, ...]
    shown: tuple[str, ...]
    is_whole: bool
    pack: str
    offset: int
    size: int
    parts_size: int
    digest: str
    check: bytes
    reads: bytes


class Pack:
    """A file of pages, to write or to read. It is closed when nobody has it any more."""

    def __init__(self, path: Path, is_new: bool) -> None:
        self.path = path
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
        self._descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o644) if is_new else open_regular(path)
        self.close = weakref.finalize(self, os.close, self._descriptor)
        self.end = os.fstat(self._descriptor).st_size
        self._waiting: list[bytes] = []
        self._size = 0

    def copy(self, *content: bytes) -> int:
        """Put bytes behind the others, and say where they begin."""
        begin = self.end
        self._waiting += content
        size = sum(map(len, content))
        self.end += size
        self._size += size
        if self._size > _LARGEST_WAITING:
            self.flush()
        return begin

    def flush(self) -> None:
        """Write what is waiting to be written. Raises UnwritableError where that can't be done."""
        content = memoryview(b"".join(self._waiting))
        self._waiting.clear()
        try:
            os.lseek(self._descriptor, self.end - self._size, os.SEEK_SET)
            self._size = 0
            while content:
                content = content[os.write(self._descriptor, content) :]
        except OSError as error:
            raise UnwritableError(self.path.parent.as_posix(), error.strerror or str(error)) from error

    def read(self, offset: int, size: int) -> bytes:
        """What stands somewhere in it. Raises MemoryDamagedError where that can't be read."""
        if self._waiting:
            self.flush()
        if offset < 0 or size < 0 or offset + size > self.end:
            raise MemoryDamagedError
        try:
            os.lseek(self._descriptor, offset, os.SEEK_SET)
            return os.read(self._descriptor, size)
        except (OSError, ValueError) as error:
            raise MemoryDamagedError from error


@dataclass(eq=False)
class PageStore:
    """A folder of packs. Without one, or where it can't be written, they are in a temporary folder."""

    folder: Path | None
    packs: dict[str, Pack] = field(default_factory=dict)
    fresh: list[str] = field(default_factory=list)
    """The packs that this build has made."""
    dataset: Dataset = field(default_factory=Dataset)
    """What the charts of the pages name figures of."""
    temporary: Path | None = None
    """Where they are if not in the folder; it goes when nobody has the store any more."""

    def make(self) -> Pack:
        """A new pack. Its name has the number of this process in it. Raises UnwritableError."""
        name = f"{os.getpid()}-{secrets.token_hex(4)}{_SUFFIX}"
        folder = self._writable()
        try:
            self.packs[name] = pack = Pack(folder / name, is_new=True)
        except OSError as error:
            raise UnwritableError(folder.as_posix(), error.strerror or str(error)) from error
        self.fresh.append(name)
        return pack

    def _writable(self) -> Path:
        if self.folder is not None and self.temporary is None:
            with suppress(OSError):
                self.folder.mkdir(parents=True, exist_ok=True)
                if os.access(self.folder, os.W_OK):
                    return self.folder
        if self.temporary is None:
            try:
                self.temporary = Path(tempfile.mkdtemp(prefix="sitegen-pages-"))
            except OSError as error:
                raise UnwritableError(tempfile.gettempdir(), error.strerror or str(error)) from error
            weakref.finalize(self, shutil.rmtree, self.temporary, ignore_errors=True)
        return self.temporary

    def open(self, names: Iterable[str]) -> None:
        """Open packs of earlier builds, so that nobody can take them away; without those that are gone."""
        assert self.folder is not None  # noqa: S101 -- nothing is kept without
        for name in filter(_NAME.match, names):
            with suppress(OSError):
                self.packs[name] = Pack(self.folder / name, is_new=False)

    def flush(self) -> None:
        """Write what is waiting to be written."""
        for name in self.fresh:
            self.packs[name].flush()

    def reopen(self, name: str) -> None:
        """See what another process has written to a pack that this one has made."""
        self.packs[name] = Pack(self.packs[name].path, is_new=False)

    def drop(self) -> None:
        """Remove what this build has made: nobody will ask for it."""
        for name in self.fresh:
            with suppress(OSError):
                self.packs[name].close()
                self.packs[name].path.unlink()

    def sweep(self, kept: frozenset[str]) -> None:
        """Remove the packs of no use: those of builds that are over, but for the ones of these names."""
        if self.folder is None or self.temporary is not None:
            return
        for path in self.folder.glob(f"*{_SUFFIX}"):
            maker = path.name.partition("-")[0]
            if path.name not in kept and not (maker != str(os.getpid()) and maker.isdigit() and is_alive(int(maker))):
                with suppress(OSError):
                    path.unlink()


class StoredPage(NamedTuple):
    """A page in its place. What is not as it was kept raises MemoryDamagedError."""

    store: PageStore
    row: PageRow

    def html(self) -> bytes:
        """The page as it is written, UTF-8."""
        row = self.row
        content = self._read(row.offset, row.size)
        if row.pack not in self.store.fresh and hashlib.sha256(content).hexdigest() != row.digest:
            raise MemoryDamagedError
        return content

    def body(self) -> Body:
        """Its texts, headings and charts."""
        return _found(unpacked_body(self._parts(), self.store.dataset))

    def document(self) -> Document:
        """What the checks know of it."""
        return _found(unpacked_document(self._parts()))

    def whole(self) -> bytes:
        """The bytes of both."""
        return self._read(self.row.offset, self.row.size + self.row.parts_size)

    def _parts(self) -> bytes:
        content = self._read(self.row.offset + self.row.size, self.row.parts_size)
        if parts_check(content) != self.row.check:
            raise MemoryDamagedError
        return content

    def _read(self, offset: int, size: int) -> bytes:
        if self.row.pack not in self.store.packs:
            raise MemoryDamagedError
        return self.store.packs[self.row.pack].read(offset, size)


def _found(part: _Part | None) -> _Part:
    if part is None:
        raise MemoryDamagedError
    return part


def parts_check(parts: bytes) -> bytes:
    """The hash by which a page's parts are known to be whole."""
    return hashlib.blake2b(parts, digest_size=16).digest()
