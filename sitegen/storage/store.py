"""What builds keep for the next one, in an SQLite file in the cache folder.

It can be deleted at any time, two builds can use it at once, and whatever is damaged, foreign or of another version
counts as missing. Values are JSON or plain bytes with a checksum, and are read as the expected type; nothing in it
can run code.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import stat
import time
import weakref
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from ..problems import Problem, SiteError, Span
from .paths import is_file, remove

_NAME = "store.sqlite"
# b"site", and the version of the tables
_APPLICATION, _VERSION = 0x73697465, 1
_TABLES = """
CREATE TABLE kept (
    kind TEXT, owner TEXT, name TEXT, used REAL, checksum INTEGER, value BLOB, PRIMARY KEY (kind, owner, name)
);
CREATE TABLE page (
    id INTEGER PRIMARY KEY, engine TEXT, language TEXT, key TEXT, build TEXT, row BLOB, reads BLOB, checksum INTEGER
);
CREATE INDEX page_engine ON page (engine);
CREATE TABLE document (id INTEGER PRIMARY KEY, facts BLOB, parts BLOB, html BLOB, checksum INTEGER);
"""
_SETTINGS = """
PRAGMA page_size = 16384;
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
PRAGMA busy_timeout = 20000;
"""
# SQLite's error codes that don't mean a damaged file
_NO_DAMAGE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN)
_DAY = 86_400
ENGINE = "engine"
"""The kind of values kept for an engine: a hash of code, libraries and settings."""


# a connection must not be carried across a fork: https://sqlite.org/howtocorrupt.html#_carrying_an_open_database_
_OPEN: weakref.WeakSet[Store] = weakref.WeakSet()


def _close_all() -> None:
    for store in list(_OPEN):
        store.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_close_all)


class StoreDamagedError(Exception):
    """The store is damaged and should be deleted."""


class PageGoneError(StoreDamagedError):
    """A page is gone: another build has replaced it by a newer one."""


class StoreUnwritableError(Exception):
    """Finished pages can't be kept; the arguments are the folder and the reason."""

    @property
    def problem(self) -> Problem:
        folder, reason = self.args
        message = f"pages and charts can't be kept for the next build: {reason}"
        return Problem("cache-unwritable", message, Span(folder), "make room, or choose another --cache")


class PageRecord(NamedTuple):
    """A finished page. `row` and `reads` are read at each build, the last three on demand.

    `build` is the `Store.build` that made it.
    """

    id: int
    language: str
    key: str
    build: str
    row: bytes
    reads: bytes
    facts: bytes = b""
    parts: bytes = b""
    html: bytes = b""


class Store:
    """The store in a cache folder; without one, in a temporary folder that is deleted with this object."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self.build = f"{os.getpid()}-{os.urandom(4).hex()}"
        """`<process>-<random>`: tells the pages of this build from those of concurrent ones."""
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        self._is_writing = False
        self._next_id = 0

    @cached_property
    def is_temporary(self) -> bool:
        """Whether nothing is kept: there is no cache folder, or it is not writable."""
        return self._folder is None or not _is_writable(self._folder)

    @cached_property
    def path(self) -> Path:
        """The file. Raises StoreUnwritableError if there is no room for it."""
        if self._folder is not None and not self.is_temporary:
            return self._folder / _NAME
        # takes a while to import, and is rarely needed
        import tempfile

        try:
            folder = Path(tempfile.mkdtemp(prefix="sitegen-"))
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            if self._folder is not None and is_file(self._folder / _NAME):
                # read-only, but what was kept can be used
                with suppress(PermissionError):
                    shutil.copyfile(self._folder / _NAME, folder / _NAME)
        except OSError as error:
            raise StoreUnwritableError(tempfile.gettempdir(), error.strerror or str(error)) from error
        return folder / _NAME

    def new_id(self) -> int:
        """A page number that no other process uses."""
        if self._process != os.getpid():
            self._process = os.getpid()
            self._next_id = (int.from_bytes(os.urandom(6)) >> 6) << 20
        self._next_id += 1
        return self._next_id

    def close(self) -> None:
        """Close the file; it is reopened on demand."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    # -- values ------------------------------------------------------------------------------------------------------

    def value(self, kind: str, owner: str, name: str, of: Any) -> Any:
        """A value of type `of`; None if it is missing or damaged."""
        return self.values(kind, owner, of, name).get(name)

    def values(self, kind: str, owner: str, of: Any, name: str | None = None) -> dict[str, Any]:
        """All intact values of an owner by name, or the one with a name."""
        query, wanted = "SELECT name, checksum, value FROM kept WHERE kind = ? AND owner = ?", [kind, owner]
        if name is not None:
            query, wanted = f"{query} AND name = ?", [*wanted, name]
        decoder = msgspec.json.Decoder(of)
        found = {}
        for key, checksum, value in self._read_or_delete(query, *wanted):
            with suppress(msgspec.MsgspecError, ValueError, RecursionError, TypeError):
                if checksum == _checksum(kind, owner, key, value):
                    found[key] = decoder.decode(value)
        return found

    def keep(self, kind: str, owner: str, values: Mapping[str, object], most: int = 0) -> None:
        """Keep values by name, if possible. Of this kind, only the `most` last used owners are kept (0: all)."""
        with suppress(StoreUnwritableError), self.transaction():
            for name, value in values.items():
                self._keep(kind, owner, name, msgspec.json.encode(value))
            if most:
                query = """DELETE FROM kept WHERE kind = ?1 AND owner NOT IN
                    (SELECT owner FROM kept WHERE kind = ?1 GROUP BY owner ORDER BY max(used) DESC LIMIT ?2)"""
                self._connected().execute(query, (kind, most))

    def forget(self, kind: str, owner: str, names: Iterable[str]) -> None:
        with suppress(StoreUnwritableError), self.transaction() as connection:
            query = "DELETE FROM kept WHERE kind = ? AND owner = ? AND name = ?"
            connection.executemany(query, [(kind, owner, name) for name in names])

    # -- bytes by key ------------------------------------------------------------------------------------------------

    def found(self, kind: str, keys: Collection[str]) -> dict[str, bytes]:
        """The intact values with these keys."""
        now, found = time.time(), {}
        query, stale = "SELECT used, checksum, value FROM kept WHERE kind = ? AND owner = '' AND name = ?", []
        for key in dict.fromkeys(keys):
            for used, checksum, value in self._read_or_delete(query, kind, key):
                if checksum == _checksum(kind, "", key, value):
                    found[key] = value
                    if now - used > _DAY:
                        stale.append((now, kind, key))
        if stale:
            with suppress(StoreUnwritableError), self.transaction() as connection:
                connection.executemany("UPDATE kept SET used = ? WHERE kind = ? AND owner = '' AND name = ?", stale)
        return found

    def put(self, kind: str, key: str, value: bytes) -> None:
        """Keep bytes, if possible."""
        with suppress(StoreUnwritableError), self.transaction():
            self._keep(kind, "", key, value)

    def limit(self, kind: str, most: int) -> None:
        """Remove the least recently used values of a kind until it has at most so many bytes."""
        query = """DELETE FROM kept WHERE rowid IN (SELECT rowid FROM (
            SELECT rowid, sum(length(value)) OVER (ORDER BY used DESC ROWS UNBOUNDED PRECEDING) AS size
            FROM kept WHERE kind = ?) WHERE size > ?)"""
        with suppress(StoreUnwritableError):
            with self.transaction() as connection:
                gone = connection.execute(query, (kind, most)).rowcount
            if gone:
                self._connected().execute("PRAGMA incremental_vacuum").fetchall()

    def _keep(self, kind: str, owner: str, name: str, value: bytes) -> None:
        row = (kind, owner, name, time.time(), _checksum(kind, owner, name, value), value)
        self._connected().execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?, ?)", row)

    # -- pages -------------------------------------------------------------------------------------------------------

    def pages(self, engine: str) -> Iterator[PageRecord]:
        """The intact pages of an engine, without their documents. Raises StoreDamagedError."""
        query = "SELECT id, language, key, build, row, reads, checksum FROM page WHERE engine = ?"
        for *values, checksum in self._read(query, engine):
            record = PageRecord(*values)
            try:
                is_intact = checksum == _page_checksum(engine, record)
            except TypeError:
                continue
            if is_intact:
                yield record

    def add_pages(self, engine: str, records: Iterable[PageRecord]) -> None:
        """Keep pages, all or none. Raises StoreUnwritableError."""
        pages, documents = [], []
        for record in records:
            pages.append((record.id, engine, *record[1:6], _page_checksum(engine, record)))
            document = (record.facts, record.parts, record.html)
            documents.append((record.id, *document, _checksum(record.id, *document[:2])))
        with self.transaction() as connection:
            connection.executemany("INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?)", pages)
            connection.executemany("INSERT INTO document VALUES (?, ?, ?, ?, ?)", documents)

    def html(self, number: int) -> bytes:
        """The HTML of a page, to be checked by its hash. Raises StoreDamagedError."""
        (html,) = self._document("html", number)
        return html if isinstance(html, bytes) else b""

    def parts(self, number: int) -> tuple[bytes, bytes]:
        """A page's facts and parts. Raises StoreDamagedError."""
        facts, parts, checksum = self._document("facts, parts, checksum", number)
        if not isinstance(facts, bytes) or not isinstance(parts, bytes) or checksum != _checksum(number, facts, parts):
            raise StoreDamagedError
        return facts, parts

    def _document(self, columns: str, number: int) -> tuple[Any, ...]:
        rows = self._read(f"SELECT {columns} FROM document WHERE id = ?", number)  # noqa: S608 -- our own names
        if not rows:
            raise PageGoneError
        return tuple(rows[0])

    def remove_pages(self, numbers: Iterable[int]) -> None:
        """Remove pages. Raises StoreUnwritableError."""
        gone = [(number,) for number in numbers]
        with self.transaction() as connection:
            connection.executemany("DELETE FROM page WHERE id = ?", gone)
            connection.executemany("DELETE FROM document WHERE id = ?", gone)

    def keep_engines(self, most: int) -> None:
        """Remove all but the `most` last used engines."""
        query = "SELECT owner FROM kept WHERE kind = ? GROUP BY owner ORDER BY max(used) DESC LIMIT -1 OFFSET ?"
        for (engine,) in self._read(query, ENGINE, most):
            self.remove_pages(number for (number,) in self._read("SELECT id FROM page WHERE engine = ?", engine))
            with self.transaction() as connection:
                connection.execute("DELETE FROM kept WHERE owner = ?", (engine,))

    # -- the file ----------------------------------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; a nested one is part of the outer one. Raises StoreUnwritableError."""
        connection = self._connected()
        if self._is_writing:
            yield connection
            return
        self.release()
        self._is_writing = True
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            # a full disk, a read-only folder, or another build that locks the file for too long
            raise StoreUnwritableError(self.path.parent.as_posix(), str(error)) from error
        except sqlite3.DatabaseError as error:
            raise StoreDamagedError from error
        finally:
            self._is_writing = False

    def hold(self) -> None:
        """Until something is written, see the file as it is now, whatever other builds remove."""
        self.release()
        with suppress(sqlite3.Error):
            self._connected().execute("BEGIN")
            self._connected().execute("SELECT count(*) FROM (SELECT 1 FROM page LIMIT 1)").fetchall()

    def release(self) -> None:
        """End `hold`."""
        if self._connection is not None and self._connection.in_transaction:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def _read_or_delete(self, query: str, *values: object) -> Sequence[Any]:
        """The rows; none, and the file is deleted, if it can't be read."""
        try:
            return self._read(query, *values)
        except (StoreDamagedError, StoreUnwritableError):
            self.delete()
            return ()

    def _read(self, query: str, *values: object) -> Sequence[Any]:
        try:
            return self._connected().execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise StoreDamagedError from error

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._opened()
            _OPEN.add(self)
        return self._connection

    def _opened(self) -> sqlite3.Connection:
        """Open the file; make it if it is missing, damaged or foreign. Raises StoreUnwritableError."""
        for is_last in (False, True):
            connection = None
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                for path in self._files():
                    if not is_file(path):
                        remove(path)
                connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
                connection.executescript(_SETTINGS)
                self._prepare(connection)
                return connection
            except (sqlite3.Error, OSError, ValueError) as error:
                if connection is not None:
                    connection.close()
                if is_last or getattr(error, "sqlite_errorcode", 0) & 0xFF in _NO_DAMAGE:
                    raise StoreUnwritableError(self.path.parent.as_posix(), str(error)) from error
                self.delete()
        raise AssertionError

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Make the tables in a new file. Raises ValueError for one of another program or version."""
        found = (_pragma(connection, "application_id"), _pragma(connection, "user_version"))
        if found == (_APPLICATION, _VERSION):
            return
        if found != (0, 0) or connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() != (0,):
            raise ValueError(found)
        versions = f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {_VERSION};"
        # if two builds make the file, one waits here and then finds the tables
        connection.execute("BEGIN IMMEDIATE")
        if _pragma(connection, "user_version") != _VERSION:
            for statement in (_TABLES + versions).split(";"):
                connection.execute(statement)
        connection.execute("COMMIT")

    def delete(self) -> None:
        """Delete the file; it is made again on demand."""
        self.close()
        for path in self._files():
            remove(path)

    def _files(self) -> tuple[Path, ...]:
        """The file, its log and the log's index."""
        return self.path, self.path.with_name(f"{_NAME}-wal"), self.path.with_name(f"{_NAME}-shm")


def check_cache_folder(cache: Path, others: Iterable[Path]) -> None:
    """Raises SiteError if the cache and one of the other folders overlap."""
    for other in others:
        with suppress(OSError, RuntimeError):
            # circular links are reported by whoever opens them
            one, two = cache.resolve(), other.resolve()
            if one.is_relative_to(two) or two.is_relative_to(one):
                message = f"the cache and {other.as_posix()} overlap"
                raise SiteError([Problem("cache-overlap", message, Span(cache.as_posix()), "choose another --cache")])


def save_value(path: Path, value: object) -> None:
    """Write a value atomically to a file, as its SHA-256 and JSON. Raises OSError."""
    import tempfile

    payload = msgspec.json.encode(value)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(hashlib.sha256(payload).hexdigest().encode() + b"\n" + payload)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def load_value(path: Path, of: Any) -> Any:
    """What `save_value` wrote; None if the file is missing, damaged, or of another type."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with suppress(OSError, msgspec.MsgspecError, ValueError, RecursionError):
        with os.fdopen(os.open(path, flags), "rb") as file:
            # no build writes links, pipes or devices
            content = file.read() if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else b""
        digest, _, payload = content.partition(b"\n")
        if digest == hashlib.sha256(payload).hexdigest().encode():
            return msgspec.json.decode(payload, type=of)
    return None


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _checksum(*parts: object) -> int:
    """CRC-32, against accidents only."""
    checksum = 0
    for part in parts:
        checksum = zlib.crc32(part if isinstance(part, bytes) else f"{part}\0".encode(), checksum)
    return checksum


def _page_checksum(engine: str, record: PageRecord) -> int:
    names = f"{record.id}\0{engine}\0{record.language}\0{record.key}\0{record.build}".encode()
    return zlib.crc32(record.reads, zlib.crc32(record.row, zlib.crc32(names)))


def _is_writable(folder: Path) -> bool:
    """Whether a folder is writable, and is there or can be made."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return folder.is_dir() and os.access(folder, os.W_OK)
