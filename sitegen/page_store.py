"""The finished pages as bytes, in files that are written once: so many pages need no memory, and the next build reads
what it can use again where the last one put it.

A file (a pack) holds one page behind the other. Who knows a page knows its place, and the hashes of what is there.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import secrets
import shutil
import tempfile
import weakref
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from .cache import is_alive
from .checks import Document
from .model import Body
from .problems import Problem, SiteError, Span

_SUFFIX = ".pack"
# bytes that are written at once
_LARGEST_WAITING = 1 << 20
# all that the parts of a page are made of, beside this package's own types
_KNOWN = {
    ("collections", "Counter"),
    ("fractions", "Fraction"),
    ("decimal", "Decimal"),
    ("datetime", "date"),
    ("pathlib", "PurePosixPath"),
    ("pathlib", "PosixPath"),
    ("markupsafe", "Markup"),
    ("builtins", "frozenset"),
    ("builtins", "set"),
}
_OWN = ("sitegen.model", "sitegen.checks.output", "sitegen.problems", "sitegen.located")


class MemoryDamagedError(Exception):
    """What an earlier build has kept is not there any more, or is not what was kept."""


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
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL if is_new else os.O_RDONLY
        self._descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o644)
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
        """Write what is waiting to be written. Raises SiteError where that can't be done."""
        content = memoryview(b"".join(self._waiting))
        self._waiting.clear()
        try:
            os.lseek(self._descriptor, self.end - self._size, os.SEEK_SET)
            self._size = 0
            while content:
                content = content[os.write(self._descriptor, content) :]
        except OSError as error:
            message, place = f"can't be written: {error.strerror}", self.path.parent.as_posix()
            hint = "make room, or choose another --cache"
            raise SiteError([Problem("cache-unwritable", message, Span(place), hint)]) from error

    def read(self, offset: int, size: int) -> bytes:
        """What stands somewhere in it. Raises MemoryDamagedError where that can't be read."""
        if self._waiting:
            self.flush()
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
    temporary: Path | None = None
    """Where they are if not in the folder; it goes when nobody has the store any more."""

    def make(self) -> Pack:
        """A new pack. Its name has the number of this process in it. Raises OSError."""
        name = f"{os.getpid()}-{secrets.token_hex(4)}{_SUFFIX}"
        path = self._writable() / name
        self.packs[name] = pack = Pack(path, is_new=True)
        self.fresh.append(name)
        return pack

    def _writable(self) -> Path:
        if self.folder is not None and self.temporary is None:
            with suppress(OSError):
                self.folder.mkdir(parents=True, exist_ok=True)
                if os.access(self.folder, os.W_OK):
                    return self.folder
        if self.temporary is None:
            self.temporary = Path(tempfile.mkdtemp(prefix="sitegen-pages-"))
            weakref.finalize(self, shutil.rmtree, self.temporary, ignore_errors=True)
        return self.temporary

    def open(self, names: Iterable[str]) -> None:
        """Open packs of earlier builds, so that nobody can take them away; without those that are gone."""
        assert self.folder is not None  # noqa: S101 -- nothing is kept without
        for name in names:
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
        body: Body = self._parts()[0]
        return body

    def document(self) -> Document:
        """What the checks know of it."""
        document: Document = self._parts()[1]
        return document

    def whole(self) -> bytes:
        """The bytes of both."""
        return self._read(self.row.offset, self.row.size + self.row.parts_size)

    def _parts(self) -> Any:
        content = self._read(self.row.offset + self.row.size, self.row.parts_size)
        if parts_check(content) != self.row.check:
            raise MemoryDamagedError
        try:
            return _Unpickler(io.BytesIO(content)).load()
        except (pickle.UnpicklingError, TypeError, ValueError, EOFError, AttributeError) as error:
            raise MemoryDamagedError from error

    def _read(self, offset: int, size: int) -> bytes:
        if self.row.pack not in self.store.packs:
            raise MemoryDamagedError
        return self.store.packs[self.row.pack].read(offset, size)


def packed_parts(body: Body, document: Document) -> bytes:
    """A page's parts as they are kept."""
    return pickle.dumps((body, document), pickle.HIGHEST_PROTOCOL)


def parts_check(parts: bytes) -> bytes:
    """The hash by which a page's parts are known to be whole."""
    return hashlib.blake2b(parts, digest_size=16).digest()


class _Unpickler(pickle.Unpickler):
    """Makes nothing but the values that a page has."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _KNOWN or (module.startswith(_OWN) and name[:1].isupper()):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a page")
