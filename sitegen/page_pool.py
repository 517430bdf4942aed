"""Pages made in several processes; in this one where there is little to do. What is still good is taken as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .changes import Changes, PageName
from .charts import Charts
from .facts import LATE, Facts
from .model import ChartRequest, Page
from .page_maker import Made, PageMaker, Uses
from .page_memory import FinishedPage, PageMemory
from .page_store import StoredPage
from .processes import in_copies, processes_for
from .progress import SILENT, Progress
from .render import NO_PROBLEMS, PageProblems, RenderedBody, SiteRenderer

# fewer pages are sooner rendered than processes are started
_WORTH_A_PROCESS = 100


@dataclass
class PagePool:
    """Finishes pages, in at most so many processes (0: as many as the machine has processors).

    Those that read nothing but what they read in the last build are taken from `memory`.
    """

    renderer: SiteRenderer
    memory: PageMemory
    facts: Facts
    changes: Changes
    jobs: int = 0
    progress: Progress = SILENT
    targets: set[str] = field(default_factory=set)
    """The addresses that the documents refer to, with those of the last build."""
    is_doubtful: bool = False
    """Whether a document that was made refers to what can be no address."""

    def written(
        self, pages: Sequence[Page], draw: Callable[[Sequence[tuple[Page, ChartRequest]]], Charts]
    ) -> tuple[list[FinishedPage], Charts]:
        """The pages that were written, in their order, and their charts, which `draw` makes of what the pages ask for.

        Those without charts wait for no drawing.
        """
        self.memory.look(self.facts, self.changes, but=LATE)
        with_charts = [page for page in pages if page.has_charts]
        plain = self._finished([page for page in pages if not page.has_charts], {}, {})
        early = {page.name: self.memory.recalled(page) for page in with_charts}
        bodies = {page.name: self._body(page) for page in with_charts if early[page.name] is None}
        charts = draw([(page, request) for page in with_charts for request in self._requests(page, bodies, early)])
        self.facts.complete(charts, {})
        self.memory.look(self.facts, self.changes, kinds=("drawn",))
        recalled = [self.memory.recalled(page) for page in with_charts]
        self.progress.stage("rendering pages with charts", recalled.count(None))
        drawn = []
        for page, old in zip(with_charts, recalled, strict=True):
            if old is None:
                body, found = bodies.get(page.name) or self._body(page)
                old = self._taken(page, self._maker.finish(body, charts, {}, found))
            drawn.append(old)
        by_name = {item.page.name: item for item in (*plain, *drawn)}
        return [by_name[page.name] for page in pages], charts

    def generated(self, pages: Sequence[Page], charts: Charts, used_on: Uses) -> list[FinishedPage]:
        """The pages that no file was written for, in their order. `used_on` says on which pages each figure stands."""
        self.facts.complete(charts, used_on)
        self.memory.look(self.facts, self.changes, kinds=("uses",))
        return self._finished(pages, charts, used_on)

    def _finished(self, pages: Sequence[Page], charts: Charts, used_on: Uses) -> list[FinishedPage]:
        recalled = [self.memory.recalled(page) for page in pages]
        others = [page for page, item in zip(pages, recalled, strict=True) if item is None]
        self.progress.stage("rendering pages", len(others))
        processes = processes_for(len(others), self.jobs, _WORTH_A_PROCESS)
        if processes < 2:
            made = [self._taken(page, self._maker.page(page, charts, used_on)) for page in others]
        else:
            made = self._in_processes(others, charts, used_on, processes)
        waiting = iter(made)
        return [item or next(waiting) for item in recalled]

    def _body(self, page: Page) -> tuple[RenderedBody, PageProblems]:
        return self.renderer.body(page), self.renderer.taken()

    def _requests(
        self,
        page: Page,
        bodies: Mapping[PageName, tuple[RenderedBody, PageProblems]],
        recalled: Mapping[PageName, FinishedPage | None],
    ) -> Sequence[ChartRequest]:
        """The charts that a page asks for, by its new body or by its old one."""
        old = recalled[page.name]
        if old and old.row:
            return StoredPage(self.memory.store, old.row).body().charts
        return bodies[page.name][0].body.charts

    @cached_property
    def _maker(self) -> PageMaker:
        return PageMaker(self.renderer, self.facts, self.memory.store.make())

    def _taken(self, page: Page, made: Made) -> FinishedPage:
        """A page that was made, and what its maker has met with it."""
        self.memory.met(made.reads)
        self.targets.update(made.targets)
        self.is_doubtful |= made.is_doubtful
        self.progress.done(page.url, made.seconds)
        # one value for all pages without fault: there may be very many
        problems = made.problems if made.problems != NO_PROBLEMS else NO_PROBLEMS
        row = made.row
        if row and (row.title, row.description) == (page.title, page.description):
            row = row._replace(title=page.title, description=page.description)
        return FinishedPage(page, row, problems, made.in_document)

    def _in_processes(self, pages: Sequence[Page], charts: Charts, used_on: Uses, processes: int) -> list[FinishedPage]:
        """Each process writes a pack of its own, and tells what is to be known of its pages."""
        store = self.memory.store
        store.flush()
        self.renderer.prepare()
        makers = [PageMaker(self.renderer, self.facts, store.make()) for _ in range(processes)]

        def make(process: int, numbers: Sequence[int]) -> list[tuple[Any, ...]]:
            made: list[tuple[Any, ...]] = [
                tuple(makers[process].page(pages[number], charts, used_on)) for number in numbers
            ]
            makers[process].pack.flush()
            return made

        found = {}
        try:
            with closing(in_copies(make, len(pages), processes, "renders pages")) as results:
                for number, parts in results:
                    found[number] = self._taken(pages[number], Made(*parts))
        finally:
            for maker in makers:
                store.reopen(maker.pack.path.name)
        return [found[number] for number in range(len(pages))]
