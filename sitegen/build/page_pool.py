"""Pages made in several processes; in this one where there is little to do. What is still good is taken as it was."""

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
from .changes import Changes, PageName
from .kept_pages import FinishedPage, KeptPages
from .page_maker import Made, PageMaker

Uses = Mapping[str, Sequence[Page]]
"""The pages that each figure stands on."""
# fewer pages are sooner rendered than processes are started
_WORTH_A_PROCESS = 100
# layouts that print every figure, whatever the page is about
LISTINGS = ("data", "sources")


@dataclass
class PagePool:
    """Finishes pages, in `options.jobs` processes at most.

    Those that would be the same again are taken from `kept`.
    """

    renderer: SiteRenderer
    kept: KeptPages
    facts: Reader
    changes: Changes
    options: BuildOptions
    progress: Progress = SILENT
    is_wrong: bool = False
    """Whether a mistake is known before any page is rendered."""
    targets: set[str] = field(default_factory=set)
    """The addresses that the documents refer to which are new since the last good build."""
    is_doubtful: bool = False
    """Whether a document that was made refers to what can be no address."""

    def written(
        self, pages: Sequence[Page], draw: Callable[[Sequence[tuple[Page, ChartRequest]], bool], Charts]
    ) -> tuple[list[FinishedPage], Charts]:
        """The pages that were written, in their order, and their charts, which `draw` makes of what the pages ask for.

        Those without charts wait for no drawing. `draw` is told whether a mistake is known: such charts are not kept.
        """
        self.kept.look(self.facts, self.changes, but=LATE)
        with_charts = [page for page in pages if has_charts(page)]
        plain = self._finished([page for page in pages if not has_charts(page)])
        early = {page.name: self.kept.recalled(page) for page in with_charts}
        bodies = {page.name: self.renderer.body(page) for page in with_charts if early[page.name] is None}
        found = (*(item.problems for item in plain), *(body.problems for body in bodies.values()))
        self._maker.charts_are_right = not (self.is_wrong or any(map(has_errors, found)))
        asked = [(page, request) for page in with_charts for request in _requests(page, bodies, early)]
        charts = draw(asked, self._maker.charts_are_right)
        self.facts.complete(charts, {})
        self.kept.look(self.facts, self.changes, kinds=("drawn",))
        recalled = [self._recalled(page) for page in with_charts]
        self.progress.stage("rendering pages with charts", recalled.count(None))
        drawn = []
        for page, old in zip(with_charts, recalled, strict=True):
            if old is None:
                old = self._taken(page, self._maker.finish(bodies.get(page.name) or self.renderer.body(page)))
            drawn.append(old)
        self._maker.flush()
        by_name = {item.page.name: item for item in (*plain, *drawn)}
        return [by_name[page.name] for page in pages], charts

    def generated(self, pages: Sequence[Page], charts: Charts, used_on: Uses) -> list[FinishedPage]:
        """The pages that no file was written for, in their order. `used_on` says on which pages each figure stands."""
        self.facts.complete(charts, used_on)
        self.kept.look(self.facts, self.changes, kinds=("uses",))
        return self._finished(pages)

    def problems(self, finished: Sequence[FinishedPage]) -> Iterator[Problem]:
        """What is wrong with the pages; a mistake in a template once."""
        in_pages = ((item.page.source.name, item.problems) for item in finished)
        return gathered([("", self.renderer.in_titles), *in_pages], self.renderer.templates)

    def _finished(self, pages: Sequence[Page]) -> list[FinishedPage]:
        recalled = [self._recalled(page) for page in pages]
        others = [page for page, item in zip(pages, recalled, strict=True) if item is None]
        self.progress.stage("rendering pages", len(others))
        processes = processes_for(len(others), self.options.jobs, _WORTH_A_PROCESS)
        if processes < 2:
            made = [self._taken(page, self._maker.page(page)) for page in others]
            self._maker.flush()
        else:
            made = self._in_processes(others, processes)
        waiting = iter(made)
        return [item or next(waiting) for item in recalled]

    def _recalled(self, page: Page) -> FinishedPage | None:
        """A page as an earlier build has made it. What it refers to is not known yet where that build failed."""
        found = self.kept.recalled(page)
        if found and found.stored and not self.kept.is_good(found.stored.id):
            document = self.kept.document(found.stored.id, found.stored.digest).document()
            addresses, is_doubtful = targets(document, self.renderer.addresses.settings.base_path)
            self.targets |= addresses
            self.is_doubtful |= is_doubtful
        return found

    @cached_property
    def _maker(self) -> PageMaker:
        return PageMaker(self.renderer, self.facts, self.kept, self.options.remember)

    def _taken(self, page: Page, made: Made) -> FinishedPage:
        """A page that was made, and what its maker has met with it."""
        self.kept.met(made.facts)
        self.targets.update(made.targets)
        self.is_doubtful |= made.is_doubtful
        self.progress.done(page.url, made.seconds)
        row = made.row
        if row and (row.title, row.description) == (page.title, page.description):
            row = row._replace(title=page.title, description=page.description)
        stored = self.kept.stored(page, made.id, row) if row else None
        return FinishedPage(page, stored, made.problems, made.in_document, made.reasons)

    def _in_processes(self, pages: Sequence[Page], processes: int) -> list[FinishedPage]:
        """Each process writes its pages to the store, and tells what is to be known of them."""
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
                found[number] = self._taken(pages[number], Made(*parts))
        return [found[number] for number in range(len(pages))]


def _requests(
    page: Page,
    bodies: Mapping[PageName, RenderedBody],
    recalled: Mapping[PageName, FinishedPage | None],
) -> Sequence[ChartRequest]:
    """The charts that a page asks for, by its new body or by its old one."""
    old = recalled[page.name]
    return old.stored.parts.charts if old and old.stored else bodies[page.name].body.charts


def figure_uses(pages: Sequence[StoredPage]) -> Uses:
    """The pages each figure stands on, in all languages, in the order of the pages; not those that list all."""
    uses: dict[str, list[Page]] = {}
    for stored in pages:
        figures = stored.figures if stored.page.layout in LISTINGS else stored.used
        for figure in sorted(figures):
            uses.setdefault(figure, []).append(stored.page)
    return uses
