"""Makes pages: renders them, parses them for the checks, stores them."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

from ..checks import Origin, read_document, targets
from ..facts import Reader, read_number
from ..model import Page, Read, has_charts
from ..problems import Problem
from ..rendering import RenderedBody, SiteRenderer
from ..storage import PageRecord
from .kept_pages import KeptPages, PageRow, ReadFact, Reasons
from .page_parts import packed_parts

# names known to have been read before; most are read on one page only
_MOST_NAMES = 20_000
# pages written to the store at once
_BATCH = 50


class MadePage(NamedTuple):
    """A page just made, with its number in the store; `row` is None if it couldn't be rendered.

    `facts` and `targets` are those that are new to its maker.
    """

    row: PageRow | None
    id: int
    problems: tuple[Problem, ...]
    in_document: tuple[Problem, ...]
    reasons: Reasons | None
    facts: tuple[ReadFact, ...]
    targets: tuple[str, ...]
    is_doubtful: bool
    seconds: float


@dataclass
class PageMaker:
    """Makes pages, one after the other, in one process."""

    renderer: SiteRenderer
    facts: Reader
    pages: KeptPages
    remember: bool
    """Whether later builds may reuse the pages."""
    charts_are_right: bool = True
    """False if charts weren't drawn because of a mistake, so that their pages can't be reused."""
    seen: dict[Read, ReadFact] = field(default_factory=dict)
    targets: set[str] = field(default_factory=set)
    waiting: list[PageRecord] = field(default_factory=list)

    def page(self, page: Page) -> MadePage:
        """Make a page. Raises StoreUnwritableError."""
        began = time.perf_counter()
        if len(self.seen) > _MOST_NAMES:
            self.seen.clear()
        made = self.finish(self.renderer.body(page))
        return made._replace(seconds=time.perf_counter() - began)

    def finish(self, body: RenderedBody) -> MadePage:
        """Make a page from its rendered body."""
        began = time.perf_counter()
        page = body.page
        rendered, problems = self.renderer.page(body)
        reasons = self.pages.reasons(page)
        if rendered is None:
            return MadePage(None, 0, problems, (), reasons, (), (), False, time.perf_counter() - began)
        html = rendered.html.encode()
        document = read_document(html, Origin(unquote(page.output_path), page.source, rendered.body.written))
        found_targets, is_doubtful = targets(document, self.renderer.addresses.settings.base_path)
        new = [read for read in rendered.reads if read not in self.seen]
        self.seen.update((read, (read, read_number(read), self.facts.digest(read))) for read in new)
        new_targets = tuple(found_targets - self.targets)
        self.targets |= found_targets
        row = PageRow(
            rendered.body.title,
            rendered.body.description,
            tuple(rendered.figures.items()),
            tuple(sorted(rendered.used)),
            tuple(sorted(rendered.shown)),
            rendered.body.whole,
            len(html),
            hashlib.sha256(html).hexdigest(),
            tuple(sorted(reasons or ())),
        )
        is_right = self.remember and not (problems or document.problems)
        is_right = is_right and (self.charts_are_right or not has_charts(page))
        facts = [self.seen[read] for read in rendered.reads]
        record = self.pages.record(page, row, is_right, facts, packed_parts(rendered.body, document), html)
        self.waiting.append(record)
        if len(self.waiting) >= _BATCH:
            self.flush()
        seconds = time.perf_counter() - began
        new_facts = tuple(self.seen[read] for read in new)
        return MadePage(
            row, record.id, problems, document.problems, reasons, new_facts, new_targets, is_doubtful, seconds
        )

    def flush(self) -> None:
        """Write the waiting pages to the store. Raises StoreUnwritableError."""
        waiting, self.waiting = self.waiting, []
        if waiting:
            self.pages.store.add_pages(self.pages.engine, waiting)
