"""Finishes pages: reuses unchanged ones and makes the others, in several processes if there are many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..charts import Charts
from ..checks import targets
from ..facts import LATE, Reader
from ..model import ChartRequest, Page, StoredPage, has_charts
from ..problems import SILENT, Problem, Progress, has_errors
from ..processes import in_copies, processes_for
from ..rendering import RenderedBody, SiteRenderer, gathered
from ..storage import BuildOptions
from .changes import PageName, PossibleChanges
from .kept_pages import FinishedPage, KeptPages
from .page_maker import MadePage, PageMaker

Uses = Mapping[str, Sequence[Page]]
"""The pages that show each figure."""
# with fewer pages, starting a process takes longer than rendering them
_WORTH_A_PROCESS = 100
# layouts that list every figure
LISTINGS = ("data", "sources")


@dataclass
class PagePool:
    """Finishes pages in at most `options.jobs` processes, reusing those in `kept` that haven't changed."""

    renderer: SiteRenderer
    kept: KeptPages
    facts: Reader
    changes: PossibleChanges
    options: BuildOptions
    progress: Progress = SILENT
    is_wrong: bool = False
    """Whether mistakes are known before any page is rendered."""
    targets: set[str] = field(default_factory=set)
    """Addresses linked to by pages made since the last good build."""
    is_doubtful: bool = False
    """Whether a new page links to an impossible address."""

    def written(
        self, pages: Sequence[Page], draw: Callable[[Sequence[tuple[Page, ChartRequest]], bool], Charts]
    ) -> tuple[list[FinishedPage], Charts]:
        """Finish the written pages, in order, and have `draw` make their charts.

        Pages without charts are made first. The second argument of `draw` says whether to draw: not if a mistake is
        known.
        """
        self.kept.find_changes(self.facts, self.changes, excluding=LATE)
        with_charts = [page for page in pages if has_charts(page)]
        plain = self._finished([page for page in pages if not has_charts(page)])
        early = {page.name: self.kept.reusable(page) for page in with_charts}
        bodies = {page.name: self.renderer.body(page) for page in with_charts if early[page.name] is None}
        found = (*(item.problems for item in plain), *(body.problems for body in bodies.values()))
        self._maker.charts_are_right = not (self.is_wrong or any(map(has_errors, found)))
        requests = [(page, request) for page in with_charts for request in _requests(page, bodies, early)]
        charts = draw(requests, self._maker.charts_are_right)
        self.facts.complete(charts, {})
        self.kept.find_changes(self.facts, self.changes, kinds=("drawn",))
        reused = [self._reused(page) for page in with_charts]
        self.progress.stage("rendering pages with charts", reused.count(None))
        drawn = []
        for page, old in zip(with_charts, reused, strict=True):
            if old is None:
                old = self._added(page, self._maker.finish(bodies.get(page.name) or self.renderer.body(page)))
            drawn.append(old)
        self._maker.flush()
        by_name = {item.page.name: item for item in (*plain, *drawn)}
        return [by_name[page.name] for page in pages], charts

    def generated(self, pages: Sequence[Page], charts: Charts, used_on: Uses) -> list[FinishedPage]:
        """Finish the generated pages, in order. `used_on` has the pages that show each figure."""
        self.facts.complete(charts, used_on)
        self.kept.find_changes(self.facts, self.changes, kinds=("uses",))
        return self._finished(pages)

    def problems(self, finished: Sequence[FinishedPage]) -> Iterator[Problem]:
        """The problems of the pages; mistakes in templates are reported once."""
        in_pages = ((item.page.source.name, item.problems) for item in finished)
        return gathered([("", self.renderer.in_titles), *in_pages], self.renderer.templates)

    def _finished(self, pages: Sequence[Page]) -> list[FinishedPage]:
        reused = [self._reused(page) for page in pages]
        others = [page for page, item in zip(pages, reused, strict=True) if item is None]
        self.progress.stage("rendering pages", len(others))
        processes = processes_for(len(others), self.options.jobs, _WORTH_A_PROCESS)
        if processes < 2:
            made = [self._added(page, self._maker.page(page)) for page in others]
            self._maker.flush()
        else:
            made = self._in_processes(others, processes)
        waiting = iter(made)
        return [item or next(waiting) for item in reused]

    def _reused(self, page: Page) -> FinishedPage | None:
        """A page of an earlier build, if unchanged. Adds its link targets unless the last good build had it."""
        found = self.kept.reusable(page)
        if found and found.stored and not self.kept.is_good(found.stored.id):
            document = self.kept.document(found.stored.id, found.stored.digest).document()
            addresses, is_doubtful = targets(document, self.renderer.addresses.settings.base_path)
            self.targets |= addresses
            self.is_doubtful |= is_doubtful
        return found

    @cached_property
    def _maker(self) -> PageMaker:
        return PageMaker(self.renderer, self.facts, self.kept, self.options.remember)

    def _added(self, page: Page, made: MadePage) -> FinishedPage:
        """A page just made; adds the facts it read and its link targets."""
        self.kept.add_reads(made.facts)
        self.targets.update(made.targets)
        self.is_doubtful |= made.is_doubtful
        self.progress.done(page.url, made.seconds)
        row = made.row
        if row and (row.title, row.description) == (page.title, page.description):
            row = row._replace(title=page.title, description=page.description)
        stored = self.kept.stored(page, made.id, row) if row else None
        return FinishedPage(page, stored, made.problems, made.in_document, made.reasons)

    def _in_processes(self, pages: Sequence[Page], processes: int) -> list[FinishedPage]:
        """Make pages in several processes, which write them to the store and send the rest back."""
        self._maker.flush()
        self.facts.prepare()
        own = self._maker
        makers = [
            PageMaker(self.renderer, self.facts, self.kept, self.options.remember, own.charts_are_right)
            for _ in range(processes)
        ]

        def make(process: int, numbers: Sequence[int]) -> list[tuple[Any, ...]]:
            made = [tuple(makers[process].page(pages[number])) for number in numbers]
            makers[process].flush()
            return made

        found = {}
        with closing(in_copies(make, len(pages), processes, "renders pages")) as results:
            for number, parts in results:
                found[number] = self._added(pages[number], MadePage(*parts))
        return [found[number] for number in range(len(pages))]


def _requests(
    page: Page,
    bodies: Mapping[PageName, RenderedBody],
    early: Mapping[PageName, FinishedPage | None],
) -> Sequence[ChartRequest]:
    """The charts that a page requests, from its new body or its stored one."""
    old = early[page.name]
    return old.stored.parts.charts if old and old.stored else bodies[page.name].body.charts


def figure_uses(pages: Sequence[StoredPage]) -> Uses:
    """The pages that show each figure, in all languages, in order; not those that list all figures."""
    uses: dict[str, list[Page]] = {}
    for stored in pages:
        figures = stored.figures if stored.page.layout in LISTINGS else stored.used
        for figure in sorted(figures):
            uses.setdefault(figure, []).append(stored.page)
    return uses
