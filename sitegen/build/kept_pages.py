"""Reuses pages of earlier builds: those that have read nothing that has changed.

Each page is kept with every fact it read and its hash, so it can be checked on its own, whichever build made it, even a
failed one. Pages of the last good build need less: they all read the same facts, so it is enough to find those that
have changed since (`changed`), and the pages that read them.
"""

from __future__ import annotations

import hashlib
import os
from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from ..checks import HtmlDocument
from ..content import RECORD_KIND, PageRecords, page_records
from ..facts import LATE, OF_PAGES, Reader, read_number
from ..model import Content, Dataset, Page, PageParts, Read, StoredPage
from ..problems import Problem
from ..storage import ENGINE, PageRecord, Store, StoreDamagedError, StoreUnwritableError, keep_by_folder
from ..storage.output_folder import is_alive
from .changes import KnownPage, PageName, PossibleChanges, known_page
from .page_parts import unpacked_parts

# how many combinations of settings and versions to keep pages of
_MOST_ENGINES = 4
# up to this many numbers, searching bytes is faster than decoding them
_FEW = 24
# this many hashes are faster inserted one by one than merged with all the others
_FEW_HASHES = 500
# enough to explain a page that reads very many figures
_MOST_REASONS = 20
# appended to the build of pages with mistakes, which are never reused
_WRONG = "-wrong"
_FRONT_MATTER = "front matter"
_HASH = 16

Reasons = tuple[Read, ...]
"""The facts read by a page that have changed since."""
ReadFact = tuple[Read, int, bytes]
"""A fact that a page read: its name, the number of the name, and the hash (16 bytes) of its value."""


class PageRow(NamedTuple):
    """What is known of a page without loading it, as plain values. `digest` is the SHA-256 of its HTML."""

    title: str
    description: str
    figures: tuple[tuple[str, int], ...]
    used: tuple[str, ...]
    shown: tuple[str, ...]
    is_whole: bool
    size: int
    digest: str
    reasons: Reasons


_rows = msgspec.json.Decoder(PageRow)
_facts = msgspec.json.Decoder(tuple[ReadFact, ...])


class FinishedPage(NamedTuple):
    """A page, rendered now or by an earlier build; `stored` is None if it couldn't be rendered.

    `in_document` are the problems of its HTML. `reasons` are the facts that have changed since it was last rendered,
    None if it is new.
    """

    page: Page
    stored: StoredPage | None
    problems: tuple[Problem, ...] = ()
    in_document: tuple[Problem, ...] = ()
    reasons: Reasons | None = None
    reused: bool = False


class _Kept(NamedTuple):
    """A page of an earlier build."""

    id: int
    build: str
    reads: bytes
    row: PageRow
    is_good: bool
    """Whether it is one of the last good build."""


class _Good(NamedTuple):
    """The last good build: the builds that rendered its pages, the hash of its data, its outdated translations."""

    build: str
    builds: frozenset[str]
    data: str
    outdated: frozenset[PageName]


class FactHashes(NamedTuple):
    """The hashes (16 bytes each) of the facts read in a good build, by the sorted numbers of their names.

    Packed as bytes and searched without decoding, as a build looks up few of very many.
    """

    numbers: bytes = b""
    hashes: bytes = b""

    def get(self, number: int) -> bytes | None:
        """The hash for a number; None if no page read that fact."""
        numbers = memoryview(self.numbers).cast("Q")
        place = bisect_left(numbers, number)
        if place == len(numbers) or numbers[place] != number:
            return None
        return self.hashes[place * _HASH : (place + 1) * _HASH]

    def updated(self, hashes: Mapping[int, bytes]) -> FactHashes:
        """These hashes with some replaced or added."""
        known = array("Q", self.numbers)
        if len(hashes) <= _FEW_HASHES:
            packed = bytearray(self.hashes)
            for number, digest in hashes.items():
                place = bisect_left(known, number)
                is_known = place < len(known) and known[place] == number
                packed[place * _HASH : (place + is_known) * _HASH] = digest
                if not is_known:
                    known.insert(place, number)
            return FactHashes(known.tobytes(), bytes(packed))
        old = [
            (number, self.hashes[at * _HASH : (at + 1) * _HASH])
            for at, number in enumerate(known)
            if number not in hashes
        ]
        merged = sorted((*old, *hashes.items()))
        return FactHashes(array("Q", (number for number, _ in merged)).tobytes(), b"".join(each for _, each in merged))


@dataclass(frozen=True)
class PageDocument:
    """The large parts of a page, in the store. Raises StoreDamagedError if they were damaged."""

    store: Store
    id: int
    digest: str
    dataset: Callable[[], Dataset]

    def html(self) -> bytes:
        """The page's HTML (UTF-8)."""
        html = self.store.html(self.id)
        if hashlib.sha256(html).hexdigest() != self.digest:
            raise StoreDamagedError
        return html

    def parts(self) -> PageParts:
        """Its headings, charts and links."""
        return self._unpacked()[0]

    def document(self) -> HtmlDocument:
        """What the checks know of it."""
        return self._unpacked()[1]

    def _unpacked(self) -> tuple[PageParts, HtmlDocument]:
        found = unpacked_parts(self.store.parts(self.id)[1], self.dataset())
        if found is None:
            raise StoreDamagedError
        return found

    def facts(self) -> Sequence[ReadFact]:
        """The facts it read."""
        try:
            return _facts.decode(self.store.parts(self.id)[0])
        except (msgspec.MsgspecError, ValueError) as error:
            raise StoreDamagedError from error


@dataclass
class KeptPages:
    """The pages in a store that one engine (a hash of code, libraries and settings) has rendered."""

    store: Store
    engine: str
    dataset: Dataset = field(default_factory=Dataset)
    """The data that the pages' charts refer to."""
    kept: dict[PageName, list[_Kept]] = field(default_factory=dict)
    good: _Good | None = None
    names: frozenset[Read] = frozenset()
    """The facts read in the good build, except those about single pages (`PossibleChanges.of_pages`)."""
    hashes: FactHashes = field(default_factory=FactHashes)
    known_pages: frozenset[KnownPage] = frozenset()
    targets: frozenset[str] = frozenset()
    """Every address that the good build's HTML linked to."""
    records: PageRecords = field(default_factory=dict)
    """The record of each page's front matter."""
    changed: dict[int, Read] = field(default_factory=dict)
    """The facts that have changed since the good build, by number."""
    read: dict[int, bytes] = field(default_factory=dict)
    """The hashes of facts read or changed in this build, by number."""
    new_names: set[Read] = field(default_factory=set)
    """The facts read in this build, except those about single pages."""
    _good_ids: set[int] = field(default_factory=set)
    _codes: list[bytes] = field(default_factory=list)
    _facts: Reader | None = None
    _unknown: frozenset[str] = LATE
    """The kinds of facts whose values aren't known yet."""

    @classmethod
    def load(cls, store: Store, engine: str) -> KeptPages:
        """Load what earlier builds with an engine have kept. Raises StoreDamagedError."""
        pages = cls(store, engine)

        def value(name: str, of: Any) -> Any:
            return store.value(ENGINE, engine, name, of)

        good, names, targets = value("good", _Good), value("names", frozenset[Read]), value("targets", frozenset[str])
        known, hashes = value("pages", frozenset[KnownPage]), value("hashes", FactHashes)
        if None not in (good, names, targets, known, hashes):
            pages.good, pages.names, pages.targets, pages.known_pages = good, names, targets, known
            pages.hashes = hashes
        folders = store.values(_FRONT_MATTER, engine, dict[str, tuple[str, RECORD_KIND]])
        pages.records = {
            f"{folder}{name}": record for folder, names in folders.items() for name, record in names.items()
        }
        builds = pages.good.builds if pages.good else frozenset()
        for number, language, key, build, row, reads, *_ in store.pages(engine):
            try:
                kept = _Kept(number, build, reads, _rows.decode(row), build in builds)
            except (msgspec.MsgspecError, ValueError):
                continue
            pages.kept.setdefault((language, key), []).insert(0 if kept.is_good else 1, kept)
            if kept.is_good:
                pages._good_ids.add(number)
        return pages

    def possible_changes(self, content: Content, data_key: str) -> PossibleChanges:
        """What may have changed since the good build; `data_key` identifies the current data."""
        before = self.good or _Good("", frozenset(), "", frozenset())
        has_new_data = not data_key or data_key != before.data
        return PossibleChanges.of(content, self.known_pages, self.records, before.outdated, has_new_data)

    def find_changes(
        self, facts: Reader, possible: PossibleChanges, kinds: Sequence[str] = (), excluding: Collection[str] = ()
    ) -> None:
        """Find the facts that have changed, of these kinds, or of all kinds with exceptions."""
        self._facts = facts
        self._unknown -= frozenset(kinds)
        if self.good is None:
            return
        for read in (*possible.of_pages(), *filter(possible.may_differ, self.names)):
            if read[0] in kinds if kinds else read[0] not in excluding:
                number = read_number(read)
                known = self.hashes.get(number)
                if known is not None and (now := facts.digest(read)) != known:
                    self.changed[number] = read
                    self.read[number] = now
        self._codes = [array("Q", [number]).tobytes() for number in self.changed]

    def reusable(self, page: Page) -> FinishedPage | None:
        """A page of an earlier build that would be the same now, judging by the facts checked so far."""
        for kept in self.kept.get(page.name, ()):
            if self._is_current(kept):
                return FinishedPage(page, self.stored(page, kept.id, kept.row), reused=True)
        return None

    def _is_current(self, kept: _Kept) -> bool:
        if kept.build.endswith(_WRONG):
            return False
        return not (self._has_read_changed(kept.reads) if kept.is_good else self._changed_facts(kept))

    def _has_read_changed(self, reads: bytes) -> bool:
        if not self.changed or (len(self.changed) <= _FEW and not any(code in reads for code in self._codes)):
            return False
        # a match in the bytes may span two numbers, so decode them
        return not self.changed.keys().isdisjoint(_numbers(reads))

    def _changed_facts(self, kept: _Kept) -> Reasons:
        """The facts read by a page of a failed or older build that have changed."""
        assert self._facts is not None  # noqa: S101 -- `find_changes` was called
        facts = self._facts
        return tuple(
            read
            for read, _, digest in self.document(kept.id, kept.row.digest).facts()
            if read[0] not in self._unknown and facts.digest(read) != digest
        )

    def reasons(self, page: Page) -> Reasons | None:
        """The facts read by a page that have changed since; None if the page is new."""
        kept = next((each for each in self.kept.get(page.name, ()) if not each.build.endswith(_WRONG)), None)
        if kept is None:
            return None
        if kept.is_good:
            return tuple(self.changed[number] for number in _numbers(kept.reads) if number in self.changed)
        return self._changed_facts(kept)

    @property
    def past_reasons(self) -> Mapping[PageName, Reasons]:
        """Why each page of the good build was last rendered."""
        return {
            name: kept[0].row.reasons for name, kept in self.kept.items() if kept[0].is_good and kept[0].row.reasons
        }

    def stored(self, page: Page, number: int, row: PageRow) -> StoredPage:
        """A page as the outputs and checks need it, by its number in the store."""
        return StoredPage(
            page,
            row.title,
            row.description,
            dict(row.figures),
            frozenset(row.used),
            frozenset(row.shown),
            row.is_whole,
            row.digest,
            row.size,
            number,
            self.document(number, row.digest),
        )

    def document(self, number: int, digest: str) -> PageDocument:
        """The large parts of a page, by its number in the store and the SHA-256 of its HTML."""
        return PageDocument(self.store, number, digest, lambda: self.dataset)

    def is_good(self, number: int) -> bool:
        """Whether a page is one of the last good build."""
        return number in self._good_ids

    def add_reads(self, facts: Iterable[ReadFact]) -> None:
        """Add facts read by pages of this build."""
        for read, number, digest in facts:
            self.read[number] = digest
            if read[0] not in OF_PAGES:
                self.new_names.add(read)

    def record(
        self, page: Page, row: PageRow, is_right: bool, facts: Sequence[ReadFact], parts: bytes, html: bytes
    ) -> PageRecord:
        """A page for the store; if it isn't right, it serves this build only."""
        return PageRecord(
            self.store.new_id(),
            *page.name,
            self.store.build if is_right else self.store.build + _WRONG,
            msgspec.json.encode(row._replace(reasons=row.reasons[:_MOST_REASONS])),
            array("Q", (number for _, number, _ in facts)).tobytes(),
            msgspec.json.encode(facts),
            parts,
            html,
        )

    def settle(
        self, content: Content | None, finished: Sequence[FinishedPage], data: str, targets: Iterable[str]
    ) -> None:
        """Keep a build's pages: a good build replaces the last one, a failed one (no `content`) is kept in addition.

        `data` is the hash of the data, `targets` are the addresses that the HTML links to. Does nothing if the store
        can't be written.
        """
        if self.store.is_temporary:
            return
        kept = {item.id: item for items in self.kept.values() for item in items}
        with suppress(StoreUnwritableError), self.store.transaction():
            if content is None:
                used = {item.stored.id for item in finished if item.stored}
                self._tidy(kept, used | {number for number, item in kept.items() if item.is_good})
                self.store.keep(ENGINE, self.engine, {"failed": self.store.build})
            else:
                self._settle_good(content, finished, data, frozenset(targets), kept)
            self.store.keep_engines(_MOST_ENGINES)

    def _settle_good(
        self,
        content: Content,
        finished: Sequence[FinishedPage],
        data: str,
        targets: frozenset[str],
        kept: Mapping[int, _Kept],
    ) -> None:
        store, stored = self.store, {item.stored.id for item in finished if item.stored and _is_right(item)}
        last = store.value(ENGINE, self.engine, "good", _Good)
        if (last and last.build) != (self.good and self.good.build):
            # another good build has finished meanwhile: leave it the last one; our pages can be checked on their own
            return
        for number in stored:
            if number in kept and not kept[number].is_good:
                self.add_reads(self.document(number, kept[number].row.digest).facts())
        self._tidy(kept, stored)
        values: dict[str, tuple[object, object]] = {
            "names": (self.names, self.names | self.new_names),
            "targets": (self.targets, targets),
            "pages": (self.known_pages, frozenset(map(known_page, content.pages))),
        }
        changed = {name: new for name, (old, new) in values.items() if old != new or self.good is None}
        if self.read or self.good is None:
            changed["hashes"] = self.hashes.updated(self.read)
        builds = {kept[number].build for number in stored if number in kept} | {store.build}
        good = _Good(store.build, frozenset(builds), data, content.outdated)
        store.keep(ENGINE, self.engine, {"good": good, **changed})
        keep_by_folder(store, _FRONT_MATTER, self.engine, self.records, page_records(content, self.records))

    def _tidy(self, kept: Mapping[int, _Kept], wanted: set[int]) -> None:
        """Remove unused pages, except those of builds that are still running."""
        others = (item for number, item in kept.items() if number not in wanted)
        self.store.remove_pages(item.id for item in others if not _is_running(item.build))


def _is_right(item: FinishedPage) -> bool:
    """Whether a page has no problems; otherwise the next build must find them again."""
    return not (item.problems or item.in_document)


def _is_running(build: str) -> bool:
    """Whether a build, named `<process>-…`, is running in another process."""
    process = build.partition("-")[0]
    return process.isdigit() and int(process) != os.getpid() and is_alive(int(process))


def _numbers(reads: bytes) -> array[int]:
    return array("Q", reads[: len(reads) // 8 * 8])
