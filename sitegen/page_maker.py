"""A page from its file to the pack: rendered, read as the checks need it, put away; what is known of it stays."""

from __future__ import annotations

import hashlib
import time
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

from .charts import Charts
from .checks import Origin, read_document, targets
from .facts import Facts
from .model import FreshPage, Page
from .page_parts import packed_parts
from .page_store import Pack, PageRow, parts_check
from .problems import Problem
from .reads import OF_PAGES, Read, read_number
from .render import PageProblems, RenderedBody, SiteRenderer

_MOST_NUMBERS = 20_000
Uses = Mapping[str, Sequence[Page]]
"""The pages that each figure stands on."""


class Made(NamedTuple):
    """A page that was made just now.

    `reads` (number, hash of what it stands for, name) and `targets` are those that its maker has met for the first
    time; the name is empty where the page that it is said of tells it.
    """

    row: PageRow | None
    problems: PageProblems
    in_document: tuple[Problem, ...]
    reads: tuple[tuple[int, bytes, Read], ...]
    targets: tuple[str, ...]
    is_doubtful: bool
    seconds: float


@dataclass
class PageMaker:
    """Makes pages in one process, one after the other."""

    renderer: SiteRenderer
    facts: Facts
    pack: Pack
    numbers: dict[Read, int] = field(default_factory=dict)
    targets: set[str] = field(default_factory=set)

    def page(self, page: Page, charts: Charts, used_on: Uses) -> Made:
        """A page from its file to its end. Raises UnwritableError where the pack can't be."""
        began = time.perf_counter()
        if len(self.numbers) > _MOST_NUMBERS:
            # most names are met on one page only; one that is met again is told again
            self.numbers.clear()
        made = self.finish(self.renderer.body(page), charts, used_on, PageProblems())
        return made._replace(seconds=time.perf_counter() - began)

    def finish(self, body: RenderedBody, charts: Charts, used_on: Uses, found: PageProblems) -> Made:
        """A page whose body is there already, with what was found wrong in that."""
        began = time.perf_counter()
        fresh = self.renderer.page(body, charts, used_on)
        problems = found + self.renderer.taken()
        if fresh is None:
            return Made(None, problems, (), (), (), False, time.perf_counter() - began)
        html = fresh.html.encode()
        origin = Origin(unquote(fresh.page.output_path), fresh.page.source, fresh.body.written)
        document = read_document(html, origin)
        met, is_doubtful = targets(document, self.renderer.addresses.settings.base_path)
        new = met - self.targets
        self.targets |= new
        reads = tuple(self._new_reads(fresh.reads))
        row = self._put_away(fresh, html, packed_parts(fresh.body, document))
        return Made(row, problems, document.problems, reads, tuple(new), is_doubtful, time.perf_counter() - began)

    def _new_reads(self, reads: frozenset[Read]) -> Iterator[tuple[int, bytes, Read]]:
        for read in reads:
            if read not in self.numbers:
                number = self.numbers[read] = read_number(read)
                yield number, self.facts.digest(read), () if read[0] in OF_PAGES else read

    def _put_away(self, fresh: FreshPage, html: bytes, parts: bytes) -> PageRow:
        return PageRow(
            fresh.body.title,
            fresh.body.description,
            tuple(fresh.figures.items()),
            tuple(sorted(fresh.used)),
            tuple(sorted(fresh.shown)),
            fresh.body.whole,
            self.pack.path.name,
            self.pack.copy(html, parts),
            len(html),
            len(parts),
            hashlib.sha256(html).hexdigest(),
            parts_check(parts),
            array("Q", (self.numbers[read] for read in fresh.reads)).tobytes(),
        )
