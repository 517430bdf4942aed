"""The pages of the last good build, each with the names of what it read, in an SQLite file of the cache folder.

A page is the same again when all that it read still stands for the same. The file is a help and no authority: one that
is damaged, or was written by another version, counts as none, and nothing in it can run code.
"""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import secrets
import sqlite3
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .checks import Document
from .facts import Facts
from .model import Page, RenderedPage
from .reads import Read
from .render import PageProblems

_SCHEMA = """
CREATE TABLE IF NOT EXISTS build (token TEXT NOT NULL, checksum BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS fact (id INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS page (
  language TEXT NOT NULL, key TEXT NOT NULL, reads BLOB NOT NULL, parts BLOB NOT NULL, digest BLOB NOT NULL,
  PRIMARY KEY (language, key)
);
"""
# builds of other settings or versions, of which the pages are kept
_MOST_FILES = 4
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
_OWN = ("sitegen.model", "sitegen.checks.output", "sitegen.problems", "sitegen.located", "sitegen.render")

PageName = tuple[str, str]
"""A page's language and key."""


@dataclass(frozen=True)
class FinishedPage:
    """A page, and what the checks know of it; `rendered` is None when nothing could be made of it.

    `reused` says that it is that of an earlier build.
    """

    page: Page
    rendered: RenderedPage | None
    document: Document | None
    problems: PageProblems
    reused: bool = False

    def parts(self) -> tuple[Any, ...]:
        """All of it but the page itself, which is dear to send, and at the other end already."""
        item = self.rendered
        parts = (item.body, item.html, item.figures, item.used, item.shown, item.reads) if item else None
        return parts, self.document, self.problems

    @classmethod
    def of(cls, page: Page, parts: tuple[Any, ...], reused: bool = False) -> FinishedPage:
        """What `parts` made of a finished page, with its page."""
        rendered, document, problems = parts
        return cls(page, RenderedPage(page, *rendered) if rendered else None, document, problems, reused)


@dataclass
class PageMemory:
    """What is known of the last build. `path` is None where nothing is kept; `token` is that build's own."""

    path: Path | None
    token: str = ""
    digests: Mapping[Read, str] = field(default_factory=dict)
    reads: Mapping[PageName, frozenset[Read]] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path | None, engine: str) -> PageMemory:
        """What the last build of an engine (its code, libraries and settings, as a hash) has left in a folder."""
        if folder is None:
            return cls(None)
        path = folder / "pages" / f"{engine}.sqlite"
        if not path.is_file():
            return cls(path)
        try:
            with closing(_connected(path)) as connection:
                token, checksum = connection.execute("SELECT token, checksum FROM build").fetchone()
                if checksum != _checksum(connection):
                    raise ValueError("damaged")
                names, digests = {}, {}
                for identifier, name, digest in connection.execute("SELECT id, name, digest FROM fact"):
                    read = names[identifier] = tuple(json.loads(name))
                    digests[read] = digest
                pages = connection.execute("SELECT language, key, reads FROM page")
                reads = {
                    (language, key): frozenset(names[number] for number in array("I", kept))
                    for language, key, kept in pages
                }
        except (sqlite3.Error, TypeError, ValueError, KeyError):
            path.unlink(missing_ok=True)
            return cls(path)
        return cls(path, token, digests, reads)

    def changed(self, page: Page, facts: Facts, unless: tuple[str, ...] = ()) -> list[Read] | None:
        """What a page read and stands for something else now, but for some kinds; None where nothing is known of it."""
        reads = self.reads.get((page.language, page.key))
        if reads is None:
            return None
        return [read for read in reads if read[0] not in unless and facts.digest(read) != self.digests[read]]

    def recalled(self, pages: Sequence[Page]) -> Iterator[FinishedPage]:
        """The pages as they were; without those that can't be read, and with none when another build came between."""
        assert self.path is not None  # noqa: S101 -- nothing is known of any page then
        query = "SELECT parts, digest FROM page, build WHERE language = ? AND key = ? AND token = ?"
        with suppress(sqlite3.Error), closing(_connected(self.path)) as connection:
            for page in pages:
                row = connection.execute(query, (page.language, page.key, self.token)).fetchone()
                if row and hashlib.blake2b(row[0]).digest() == row[1]:
                    with suppress(pickle.UnpicklingError, TypeError, ValueError, EOFError, AttributeError):
                        yield FinishedPage.of(page, _Unpickler(io.BytesIO(row[0])).load(), reused=True)

    def keep(self, finished: Sequence[FinishedPage], facts: Facts) -> None:
        """Put a good build in the place of the one that was loaded; another build that came first is left as it is."""
        if self.path is None:
            return
        with suppress(sqlite3.Error, OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(_connected(self.path)) as connection, connection:
                connection.executescript(_SCHEMA)
                connection.execute("BEGIN IMMEDIATE")
                row = connection.execute("SELECT token FROM build").fetchone()
                if (row[0] if row else "") == self.token:
                    self._write(connection, finished, facts)
            _forget_oldest(self.path.parent)

    def _write(self, connection: sqlite3.Connection, finished: Sequence[FinishedPage], facts: Facts) -> None:
        kept = [(item, item.rendered.reads) for item in finished if item.rendered and not _has_problems(item)]
        numbers = {read: number for number, read in enumerate(sorted(frozenset().union(*(reads for _, reads in kept))))}
        connection.execute("DELETE FROM fact")
        rows = ((number, json.dumps(read), facts.digest(read)) for read, number in numbers.items())
        connection.executemany("INSERT INTO fact VALUES (?, ?, ?)", rows)
        names = {(item.page.language, item.page.key) for item, _ in kept}
        gone = [name for name in self.reads if name not in names]
        connection.executemany("DELETE FROM page WHERE language = ? AND key = ?", gone)
        for item, reads in kept:
            own = array("I", sorted(numbers[read] for read in reads)).tobytes()
            name = (item.page.language, item.page.key)
            if item.reused:
                connection.execute("UPDATE page SET reads = ? WHERE language = ? AND key = ?", (own, *name))
            else:
                parts = pickle.dumps(item.parts(), pickle.HIGHEST_PROTOCOL)
                digest = hashlib.blake2b(parts).digest()
                connection.execute("INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?)", (*name, own, parts, digest))
        connection.execute("DELETE FROM build")
        connection.execute("INSERT INTO build VALUES (?, ?)", (secrets.token_hex(8), _checksum(connection)))


def _checksum(connection: sqlite3.Connection) -> bytes:
    """A hash of what the pages read; each page's own parts have another, which is looked at when they are taken."""
    content = hashlib.blake2b()
    for row in connection.execute("SELECT id, name, digest FROM fact ORDER BY id"):
        content.update(repr(row).encode())
    for row in connection.execute("SELECT language, key, reads FROM page ORDER BY language, key"):
        content.update(repr(row).encode())
    return content.digest()


def _has_problems(item: FinishedPage) -> bool:
    """Whether something was wrong with a page: that has to be found again."""
    return bool(item.problems.own or item.problems.in_templates or (item.document and item.document.problems))


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=10, isolation_level=None)
    # a file that is lost with the machine is made anew
    connection.execute("PRAGMA synchronous = OFF")
    return connection


def _forget_oldest(folder: Path) -> None:
    """Keep the files that were written last."""
    files = sorted(folder.glob("*.sqlite"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[_MOST_FILES:]:
        path.unlink(missing_ok=True)


class _Unpickler(pickle.Unpickler):
    """Makes nothing but the values that a page has."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _KNOWN or (module.startswith(_OWN) and name[:1].isupper()):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a page")
