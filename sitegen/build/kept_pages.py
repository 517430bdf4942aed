"""Which pages of earlier builds are used again: those that read nothing that is another now.

Each page is kept with all that it read and the hashes of what that stood for, so a page can be judged by itself,
whichever build has made it, failed ones too. The pages of the last good build need less: what they read was the same
for all of them, so it is enough to find what has changed since (`changed`), and who has read that.
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
from .changes import Changes, KnownPage, PageName, known_page
from .page_parts import unpacked_parts

# builds of other settings or versions, of which the pages are kept
_MOST_ENGINES = 4
# as many numbers are sooner looked for one by one
_FEW = 24
# of a page that reads very many figures, as many say enough
_MOST_REASONS = 20
# the name of a build for pages in which something is wrong: they are never used again
_WRONG = "-wrong"
_FRONT_MATTER = "front matter"
_HASH = 16

Reasons = tuple[Read, ...]
"""What a page read and has come to stand for something else."""
ReadFact = tuple[Read, int, bytes]
"""What a page read, the number of that name, and the hash (16 bytes) of what it stood for."""


class PageRow(NamedTuple):
    """What is known of a page without reading it, in plain values. `digest` is the SHA-256 of its HTML."""

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


@dataclass(frozen=True)
class FinishedPage:
    """A page that was made, or is that of an earlier build; without `stored` nothing could be made of it.

    `in_document` is what is wrong with its HTML. `reasons` is what it had read and is another now, None where no page
    before it is known.
    """

    page: Page
    stored: StoredPage | None
    problems: tuple[Problem, ...] = ()
    in_document: tuple[Problem, ...] = ()
    reasons: Reasons | None = None
    reused: bool = False


@dataclass(frozen=True)
class _Kept:
    """A page of an earlier build."""

    record: PageRecord
    row: PageRow
    is_good: bool
    """Whether it is one of the last good build."""


class _Good(NamedTuple):
    """The last good build. `builds` have made its pages, `data` is the hash of its data, `outdated` its translations
    that were older than their originals.
    """

    build: str
    builds: frozenset[str]
    data: str
    outdated: frozenset[PageName]


class FactHashes(NamedTuple):
    """The hashes (16 bytes each) of what the pages of a good build read, by the numbers of the names, which are sorted.

    Runs of bytes, which are searched as they are: of very many, a build asks for few.
    """

    numbers: bytes = b""
    hashes: bytes = b""

    def get(self, number: int) -> bytes | None:
        """The hash of a number; None of one that no page read."""
        numbers = memoryview(self.numbers).cast("Q")
        place = bisect_left(numbers, number)
        if place == len(numbers) or numbers[place] != number:
            return None
        return self.hashes[place * _HASH : (place + 1) * _HASH]

    def updated(self, hashes: Mapping[int, bytes]) -> FactHashes:
        """These, with others in the place of some."""
        known = array("Q", self.numbers)
        old = [
            (number, self.hashes[at * _HASH : (at + 1) * _HASH])
            for at, number in enumerate(known)
            if number not in hashes
        ]
        merged = sorted((*old, *hashes.items()))
        return FactHashes(array("Q", (number for number, _ in merged)).tobytes(), b"".join(each for _, each in merged))


@dataclass(frozen=True)
class PageDocument:
    """The large parts of a page, in the store. Raises StoreDamagedError for what is not as it was kept."""

    store: Store
    id: int
    digest: str
    dataset: Callable[[], Dataset]

    def html(self) -> bytes:
        """The page as it is written, UTF-8."""
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
        """What it read."""
        try:
            return _facts.decode(self.store.parts(self.id)[0])
        except (msgspec.MsgspecError, ValueError) as error:
            raise StoreDamagedError from error


@dataclass
class KeptPages:
    """The pages that an engine (code, libraries and settings, as a hash) has made, in a store."""

    store: Store
    engine: str
    dataset: Dataset = field(default_factory=Dataset)
    """What the charts of the pages name figures of."""
    kept: dict[PageName, list[_Kept]] = field(default_factory=dict)
    good: _Good | None = None
    names: frozenset[Read] = frozenset()
    """What the pages of the good build read, but for what is said of single pages (`Changes.of_pages`)."""
    hashes: FactHashes = field(default_factory=FactHashes)
    known_pages: frozenset[KnownPage] = frozenset()
    targets: frozenset[str] = frozenset()
    """Every address that a document of the good build referred to."""
    records: PageRecords = field(default_factory=dict)
    """What the front matter of each page said."""
    changed: dict[int, Read] = field(default_factory=dict)
    """What stands for something else than in the good build."""
    read: dict[int, bytes] = field(default_factory=dict)
    """The hash of what pages of this build have read, and of what has changed, by the number of its name."""
    new_names: set[Read] = field(default_factory=set)
    """What pages of this build have read, but for what is said of single pages."""
    _good_ids: set[int] = field(default_factory=set)
    _codes: list[bytes] = field(default_factory=list)
    _facts: Reader | None = None
    _unknown: frozenset[str] = LATE
    """The kinds of facts that stand for nothing yet."""

    @classmethod
    def load(cls, store: Store, engine: str) -> KeptPages:
        """What earlier builds of an engine have left in a store. Raises StoreDamagedError."""
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
        for record in store.pages(engine):
            with suppress(msgspec.MsgspecError, ValueError):
                is_good = pages.good is not None and record.build in pages.good.builds
                kept = _Kept(record._replace(row=b""), _rows.decode(record.row), is_good)
                if is_good:
                    pages._good_ids.add(record.id)
                pages.kept.setdefault((record.language, record.key), []).insert(0 if is_good else 1, kept)
        return pages

    def changes(self, content: Content, data_key: str) -> Changes:
        """What may have changed since the good build; `data_key` tells the present data from others."""
        before = self.good or _Good("", frozenset(), "", frozenset())
        is_other = not data_key or data_key != before.data
        return Changes.of(content, self.known_pages, self.records, before.outdated, is_other)

    def look(self, facts: Reader, changes: Changes, kinds: Sequence[str] = (), but: Collection[str] = ()) -> None:
        """Find the facts that differ: those of some kinds, or of all kinds but some."""
        self._facts = facts
        self._unknown -= frozenset(kinds)
        if self.good is None:
            return
        for read in (*changes.of_pages(), *filter(changes.may_differ, self.names)):
            if read[0] in kinds if kinds else read[0] not in but:
                number = read_number(read)
                known = self.hashes.get(number)
                if known is not None and (now := facts.digest(read)) != known:
                    self.changed[number] = read
                    self.read[number] = now
        self._codes = [array("Q", [number]).tobytes() for number in self.changed]

    def recalled(self, page: Page) -> FinishedPage | None:
        """A page of an earlier build that would be the same again, as far as the facts were looked at."""
        kept = next((each for each in self.kept.get(page.name, ()) if self._is_current(each)), None)
        return FinishedPage(page, self.stored(page, kept.record.id, kept.row), reused=True) if kept else None

    def _is_current(self, kept: _Kept) -> bool:
        if kept.record.build.endswith(_WRONG):
            return False
        return not self._has_read_changed(kept.record.reads) if kept.is_good else not self._differing(kept)

    def _has_read_changed(self, reads: bytes) -> bool:
        if not self.changed or (len(self.changed) <= _FEW and not any(code in reads for code in self._codes)):
            return False
        # the bytes of a number may also be found across two others
        return not self.changed.keys().isdisjoint(_numbers(reads))

    def _differing(self, kept: _Kept) -> Reasons:
        """What a page of a build that was not good has read, and is another now."""
        assert self._facts is not None  # noqa: S101 -- `look` was called
        facts = self._facts
        return tuple(
            read
            for read, _, digest in self.document(kept.record.id, kept.row.digest).facts()
            if read[0] not in self._unknown and facts.digest(read) != digest
        )

    def reasons(self, page: Page) -> Reasons | None:
        """What a page read and stands for something else now; None where nothing is known of it."""
        kept = next((each for each in self.kept.get(page.name, ()) if not each.record.build.endswith(_WRONG)), None)
        if kept is None:
            return None
        if kept.is_good:
            return tuple(self.changed[number] for number in _numbers(kept.record.reads) if number in self.changed)
        return self._differing(kept)

    @property
    def past_reasons(self) -> Mapping[PageName, Reasons]:
        """Why each page of the good build was last rendered."""
        return {
            name: kept[0].row.reasons for name, kept in self.kept.items() if kept[0].is_good and kept[0].row.reasons
        }

    def stored(self, page: Page, number: int, row: PageRow) -> StoredPage:
        """A page as the outputs and checks have it, by its number in the store."""
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

    def met(self, facts: Iterable[ReadFact]) -> None:
        """Take in what was read for pages of this build."""
        for read, number, digest in facts:
            self.read[number] = digest
            if read[0] not in OF_PAGES:
                self.new_names.add(read)

    def record(
        self, page: Page, row: PageRow, is_right: bool, facts: Sequence[ReadFact], parts: bytes, html: bytes
    ) -> PageRecord:
        """A page as the store has it; one that is not right is there for this build only."""
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
        """Keep what a build has made: a good one in the place of the last one, a failed one (no `content`) beside it.

        `data` is the hash of the data, `targets` are the addresses that the documents refer to. Where nothing can be
        written, nothing is kept.
        """
        if self.store.is_temporary:
            return
        kept = {item.record.id: item for items in self.kept.values() for item in items}
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
            # of two good builds at once the first is the last one; the pages of the other can be judged by themselves
            return
        for number in stored:
            if number in kept and not kept[number].is_good:
                self.met(self.document(number, kept[number].row.digest).facts())
        self._tidy(kept, stored)
        values: dict[str, tuple[object, object]] = {
            "names": (self.names, self.names | self.new_names),
            "targets": (self.targets, targets),
            "pages": (self.known_pages, frozenset(map(known_page, content.pages))),
        }
        changed = {name: new for name, (old, new) in values.items() if old != new or self.good is None}
        if self.read or self.good is None:
            changed["hashes"] = self.hashes.updated(self.read)
        builds = {kept[number].record.build for number in stored if number in kept} | {store.build}
        good = _Good(store.build, frozenset(builds), data, content.outdated)
        store.keep(ENGINE, self.engine, {"good": good, **changed})
        keep_by_folder(store, _FRONT_MATTER, self.engine, self.records, page_records(content, self.records))

    def _tidy(self, kept: Mapping[int, _Kept], wanted: set[int]) -> None:
        """Remove the pages of no use, but for those of builds that still run."""
        others = (item.record for number, item in kept.items() if number not in wanted)
        self.store.remove_pages(record.id for record in others if not _is_running(record.build))


def _is_right(item: FinishedPage) -> bool:
    """Whether nothing is wrong with a page: otherwise that has to be found again."""
    return not (item.problems or item.in_document)


def _is_running(build: str) -> bool:
    """Whether a build goes on in another process, by its name: `<process>-…`."""
    process = build.partition("-")[0]
    return process.isdigit() and int(process) != os.getpid() and is_alive(int(process))


def _numbers(reads: bytes) -> array[int]:
    return array("Q", reads[: len(reads) // 8 * 8])
