"""What is known of the last good build: each page in its place, and the names and hashes of what it read.

A page is the same again when all that it read still stands for the same. The memory is a help and no authority: one
that is damaged, or was written by another version, counts as none, and nothing in it can run code.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from . import journal
from .cache import keep_newest
from .changes import Changes, PageName, known_page
from .content import RECORD_KIND, PageRecords, page_records
from .fact_hashes import FactHashes
from .facts import Facts
from .journal import Journal, Kinds
from .model import Content, Page, RenderedPage
from .page_store import PageRow, PageStore, StoredPage
from .problems import Problem
from .reads import Read, read_number
from .render import NO_PROBLEMS, PageProblems

# builds of other settings or versions, of which the pages are kept
_MOST_ENGINES = 4
# as many numbers are sooner looked for one by one
_FEW = 24
# of a page that reads very many figures, as many say enough
_MOST_REASONS = 20
# a pack of which less than this part is of use is written anew
_WORTH_KEEPING = 0.5


Reasons = tuple[Read, ...]
"""What a page read and has come to stand for something else."""
KINDS: Kinds = {
    "rows": (PageName, PageRow),
    "names": (int, Read),
    "records": (str, tuple[str, RECORD_KIND]),
    "pages": (PageName, str),
    "targets": (str, None),
    "reasons": (PageName, Reasons),
    "build": (str, str | tuple[PageName, ...]),
    "facts": (str, bytes),
    "later facts": (int, bytes),
}
"""What is kept, by name: the types of the keys and of the values."""


@dataclass(frozen=True)
class FinishedPage:
    """A page that was made, or is that of an earlier build. Its row is None when nothing could be made of it.

    `in_document` is what is wrong with its HTML.
    """

    page: Page
    row: PageRow | None
    problems: PageProblems = NO_PROBLEMS
    in_document: tuple[Problem, ...] = ()
    reused: bool = False

    @property
    def is_right(self) -> bool:
        """Whether there is a page, and nothing wrong with it: otherwise that has to be found again."""
        return bool(self.row and not (self.problems.own or self.problems.in_templates or self.in_document))


def rendered_page(page: Page, row: PageRow, store: PageStore) -> RenderedPage:
    """A page as the outputs have it."""
    return RenderedPage(
        page,
        row.title,
        row.description,
        dict(row.figures),
        frozenset(row.used),
        frozenset(row.shown),
        row.is_whole,
        row.digest,
        row.size,
        StoredPage(store, row),
    )


@dataclass
class PageMemory:
    """The memory of one engine. `folder` is None where nothing is kept.

    What was read goes by numbers: `hashes` has the hash of what each stands for, `names` the name, but for those that
    are a page's own (`Changes.of_pages` makes them from the page).
    """

    folder: Path | None
    store: PageStore
    last: Journal | None = None
    hashes: FactHashes = field(default_factory=lambda: FactHashes({}, {}))
    names: dict[int, Read] = field(default_factory=dict)
    changed: dict[int, Read] = field(default_factory=dict)
    """What stands for something else than in the last build."""
    _codes: list[bytes] = field(default_factory=list)

    @classmethod
    def load(cls, folder: Path | None, engine: str, trust: bool = True) -> PageMemory:
        """What the last build of an engine (its code, libraries and settings, as a hash) has left in a folder.

        Without `trust` it is taken for nothing.
        """
        if folder is None:
            return cls(None, PageStore(None))
        folder = folder / "pages" / engine
        memory = cls(folder, PageStore(folder), Journal.load(folder, KINDS) if trust else None)
        memory.hashes = FactHashes(memory._section("facts"), memory._section("later facts"))
        memory.names.update(memory._section("names"))
        memory.store.open({row.pack for row in memory.rows.values()})
        return memory

    def _section(self, name: str) -> dict[Any, Any]:
        return self.last.sections.get(name, {}) if self.last else {}

    @cached_property
    def rows(self) -> Mapping[PageName, PageRow]:
        """The pages of the last build."""
        return self._section("rows")

    @property
    def records(self) -> PageRecords:
        """What the files of the pages said."""
        return self._section("records")

    @property
    def targets(self) -> Iterable[str]:
        """Every address that a document referred to."""
        return self._section("targets")

    def changes(self, content: Content, data_key: str) -> Changes:
        """What may have changed since then; `data_key` tells the present data from others."""
        build = self._section("build")
        is_other = not data_key or data_key != build.get("data")
        outdated = frozenset(build.get("outdated", ()))
        return Changes.of(content, self._section("pages").items(), self.records, outdated, is_other)

    def look(self, facts: Facts, changes: Changes, kinds: Sequence[str] = (), but: Sequence[str] = ()) -> None:
        """Find the facts that differ: those of some kinds, or of all kinds but some."""
        if not self.hashes:
            return
        for read in (*changes.of_pages(), *filter(changes.may_differ, self.names.values())):
            if read[0] in kinds if kinds else read[0] not in but:
                number = read_number(read)
                known = self.hashes.get(number)
                if known is not None and facts.digest(read) != known:
                    self.changed[number] = read
        self._codes = [array("Q", [number]).tobytes() for number in self.changed]

    def recalled(self, page: Page) -> FinishedPage | None:
        """A page as it was, if it would be the same again as far as the facts were looked at."""
        row = self.rows.get(page.name)
        if row is None or row.pack not in self.store.packs:
            return None
        if self.changed and self._has_read_changed(row.reads):
            return None
        return FinishedPage(page, row, reused=True)

    def _has_read_changed(self, reads: bytes) -> bool:
        if len(self.changed) <= _FEW and not any(code in reads for code in self._codes):
            return False
        # the bytes of a number may also be found across two others
        return not self.changed.keys().isdisjoint(array("Q", reads))

    def reasons(self, page: Page) -> Reasons | None:
        """What a page read and stands for something else now; None where nothing is known of it."""
        row = self.rows.get(page.name)
        if row is None:
            return None
        return tuple(self.changed[number] for number in array("Q", row.reads) if number in self.changed)

    @property
    def past_reasons(self) -> Mapping[PageName, Reasons]:
        """Why each page was last rendered, before this build."""
        return self._section("reasons")

    def reasons_so_far(self, finished: Sequence[FinishedPage]) -> Mapping[PageName, Reasons]:
        """Why each page was last rendered, where it was rendered before."""
        past = self.past_reasons
        now = {
            item.page.name: past.get(item.page.name) if item.reused else self.reasons(item.page) for item in finished
        }
        return {name: tuple(sorted(why)[:_MOST_REASONS]) for name, why in now.items() if why}

    def met(self, reads: Iterable[tuple[int, bytes, Read]]) -> None:
        """Take in what was read just now: its number, the hash of what it stands for, its name where that is kept."""
        for number, digest, read in reads:
            self.hashes.put(number, digest)
            if read:
                self.names[number] = read

    def keep(
        self,
        finished: Sequence[FinishedPage],
        content: Content,
        data_key: str,
        targets: Iterable[str],
        facts: Facts,
    ) -> None:
        """Put a good build in the place of the last one. `targets` are the addresses that the documents refer to."""
        if self.folder is None or self.store.temporary:
            return
        for number, read in self.changed.items():
            self.hashes.put(number, facts.digest(read))
        old = self._section("rows")
        rows = {
            item.page.name: (old[item.page.name] if item.reused else item.row)
            for item in finished
            if item.row and item.is_right
        }
        with suppress(OSError):
            self._compact(rows)
            self.store.flush()
            sections: dict[str, dict[Any, Any]] = {
                "rows": rows,
                "names": self.names,
                "records": dict(page_records(content, self.records)),
                "pages": dict(map(known_page, content.pages)),
                "targets": dict.fromkeys(targets),
                "reasons": dict(self.reasons_so_far(finished)),
                "build": {"data": data_key, "outdated": tuple(sorted(content.outdated))},
            }
            if self.last is None or not self.last.follow({**sections, **self.hashes.sections()}):
                numbers = set().union(*(array("Q", row.reads) for row in rows.values()))
                names = {number: name for number, name in self.names.items() if number in numbers}
                journal.begin(self.folder, {**sections, **self.hashes.whole(numbers), "names": names})
            self.store.sweep(frozenset(row.pack for row in rows.values()))
            keep_newest(self.folder.parent, _MOST_ENGINES)

    def _compact(self, rows: dict[PageName, PageRow]) -> None:
        """Move the pages of small packs, and of those that are mostly of no use, into one: there are few packs then."""
        used: dict[str, int] = {}
        for row in rows.values():
            used[row.pack] = used.get(row.pack, 0) + row.size + row.parts_size
        sizes = {name: self.store.packs[name].end for name in used}
        moved = {name for name, size in used.items() if size < sizes[name] * _WORTH_KEEPING}
        written = sum(sizes[name] for name in used if name in self.store.fresh) + sum(used[name] for name in moved)
        for name in sorted(used, key=lambda name: sizes[name]):
            # sizes that double: a page is moved a few times at most, however many builds there are
            if name not in moved and name not in self.store.fresh and sizes[name] < 2 * written:
                moved.add(name)
                written += used[name]
        if not moved:
            return
        pack = self.store.make()
        for page, row in rows.items():
            if row.pack in moved:
                begin = pack.copy(StoredPage(self.store, row).whole())
                rows[page] = row._replace(pack=pack.path.name, offset=begin)
