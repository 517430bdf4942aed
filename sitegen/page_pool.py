"""Pages rendered, and read as the checks need them, in several processes; in one where there is little to do."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import cast
from urllib.parse import unquote

from .charts import Charts
from .checks import Origin, read_document
from .facts import LATE, Facts
from .fences import has_charts
from .model import ChartRequest, Page
from .page_memory import FinishedPage, PageMemory, PageName
from .problems import Problem, SiteError, Span
from .progress import SILENT, Progress
from .render import PageProblems, RenderedBody, SiteRenderer

Uses = Mapping[str, Sequence[Page]]
"""The pages that each figure stands on."""
# fewer pages are sooner rendered than processes are started
_WORTH_A_PROCESS = 100
_BATCH = 20


@dataclass
class PagePool:
    """Finishes pages, in at most so many processes (0: as many as the machine has processors).

    Those that read nothing but what they read in the last build are taken from `memory`.
    """

    renderer: SiteRenderer
    memory: PageMemory
    facts: Facts
    jobs: int = 0
    progress: Progress = SILENT

    def written(
        self, pages: Sequence[Page], draw: Callable[[Sequence[tuple[Page, ChartRequest]]], Charts]
    ) -> tuple[list[FinishedPage], Charts]:
        """The pages that were written, in their order, and their charts, which `draw` makes of what the pages ask for.

        Those without charts wait for no drawing.
        """
        self.progress.stage("pages", len(pages))
        recalled = self._recalled(pages, LATE)
        with_charts = [page for page in pages if has_charts(page)]
        waiting = {_name(page) for page in with_charts}
        plain = self._finished([page for page in pages if _name(page) not in waiting], recalled, {}, {})
        bodies = {_name(page): self._body(page) for page in with_charts if _name(page) not in recalled}
        charts = draw([(page, request) for page in with_charts for request in _requests(page, bodies, recalled)])
        self.facts = self.facts.completed(charts, {})
        drawn = []
        for page in with_charts:
            old = recalled.get(_name(page))
            if old and not self.memory.changed(page, self.facts):
                drawn.append(old)
            else:
                body, found = bodies.get(_name(page)) or self._body(page)
                drawn.append(self._finish(body, charts, {}, found))
        by_name = {_name(item.page): item for item in (*plain, *drawn)}
        return [by_name[_name(page)] for page in pages], charts

    def generated(self, pages: Sequence[Page], charts: Charts, used_on: Uses) -> list[FinishedPage]:
        """The pages that no file was written for, in their order. `used_on` says on which pages each figure stands."""
        self.progress.stage("figures and charts", len(pages))
        self.facts = self.facts.completed(charts, used_on)
        return self._finished(pages, self._recalled(pages), charts, used_on)

    def _recalled(self, pages: Sequence[Page], unless: tuple[str, ...] = ()) -> dict[PageName, FinishedPage]:
        """The pages of the last build that would be the same again, as far as they read nothing of some kinds."""
        same = [page for page in pages if self.memory.changed(page, self.facts, unless) == []]
        return {_name(item.page): item for item in self.memory.recalled(same)} if same else {}

    def _finished(
        self, pages: Sequence[Page], recalled: Mapping[PageName, FinishedPage], charts: Charts, used_on: Uses
    ) -> list[FinishedPage]:
        others = [page for page in pages if _name(page) not in recalled]
        processes = min(self.jobs or os.cpu_count() or 1, len(others) // _WORTH_A_PROCESS)
        if processes < 2 or not _may_fork():
            made = [self._here(page, charts, used_on) for page in others]
        else:
            made = self._in_processes(others, charts, used_on, processes)
        by_name = {**recalled, **{_name(item.page): item for item in made}}
        return [by_name[_name(page)] for page in pages]

    def _body(self, page: Page) -> tuple[RenderedBody, PageProblems]:
        return self.renderer.body(page), self.renderer.taken()

    def _here(self, page: Page, charts: Charts, used_on: Uses) -> FinishedPage:
        item = self._whole(page, charts, used_on)
        self.progress.done(page.url)
        return item

    def _whole(self, page: Page, charts: Charts, used_on: Uses) -> FinishedPage:
        return self._finish(self.renderer.body(page), charts, used_on, PageProblems())

    def _finish(self, body: RenderedBody, charts: Charts, used_on: Uses, found: PageProblems) -> FinishedPage:
        """A page whose body is there already, with what was found wrong in that."""
        rendered = self.renderer.page(body, charts, used_on)
        document = None
        if rendered:
            path = unquote(rendered.page.output_path)
            origin = Origin(path, rendered.page.source, rendered.body.written)
            document = read_document(rendered.html.encode(), origin)
        return FinishedPage(body.page, rendered, document, found + self.renderer.taken())

    def _in_processes(self, pages: Sequence[Page], charts: Charts, used_on: Uses, processes: int) -> list[FinishedPage]:
        """Each process has the whole site as this one has it, and every so-many-th batch of the pages to finish."""
        context = multiprocessing.get_context("fork")
        batches = [range(start, min(start + _BATCH, len(pages))) for start in range(0, len(pages), _BATCH)]
        # what is there already need not be looked through, and copied, by each process
        gc.freeze()
        workers = []
        for number in range(processes):
            receiver, sender = context.Pipe(duplex=False)
            arguments = (self, pages, batches[number::processes], charts, used_on, sender)
            worker = context.Process(target=_work, args=arguments, daemon=True)
            worker.start()
            sender.close()
            workers.append((worker, receiver))
        gc.unfreeze()
        try:
            found = {}
            for number, item in _received([receiver for _, receiver in workers], pages):
                found[number] = item
                self.progress.done(item.page.url)
        finally:
            for worker, receiver in workers:
                worker.terminate()
                worker.join()
                receiver.close()
        if len(found) < len(pages):
            codes = sorted({worker.exitcode or 0 for worker, _ in workers})
            message = f"a process that renders pages has died (exit status {', '.join(map(str, codes))})"
            hint = "is the memory used up? --jobs 1 needs the least"
            raise SiteError([Problem("process-died", message, Span("build"), hint)])
        return [found[number] for number in range(len(pages))]


def _may_fork() -> bool:
    """Whether a process can be copied here: on Linux, while nothing else runs in it; vl-convert brings threads."""
    return sys.platform == "linux" and threading.active_count() == 1 and "vl_convert" not in sys.modules


def _work(
    pool: PagePool, pages: Sequence[Page], batches: Sequence[range], charts: Charts, used_on: Uses, sender: Connection
) -> None:
    """Finish batches of pages, and send each with the pages' numbers; a page itself is at the other end already."""
    # the process that started this one sees to its end
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for batch in batches:
        finished = [pool._whole(pages[number], charts, used_on) for number in batch]
        sender.send([(number, item.parts()) for number, item in zip(batch, finished, strict=True)])
    sender.close()


def _received(receivers: Sequence[Connection], pages: Sequence[Page]) -> Iterator[tuple[int, FinishedPage]]:
    """What the processes send, by the pages' numbers, until each has sent all or is gone."""
    open_ones = list(receivers)
    while open_ones:
        for receiver in cast("list[Connection]", wait(open_ones)):
            try:
                sent = receiver.recv()
            except (EOFError, ConnectionResetError):
                open_ones.remove(receiver)
                continue
            for number, parts in sent:
                yield number, FinishedPage.of(pages[number], parts)


def _name(page: Page) -> PageName:
    return page.language, page.key


def _requests(
    page: Page, bodies: Mapping[PageName, tuple[RenderedBody, PageProblems]], recalled: Mapping[PageName, FinishedPage]
) -> Sequence[ChartRequest]:
    """The charts that a page asks for, by its new body or by its old one."""
    if _name(page) in bodies:
        return bodies[_name(page)][0].body.charts
    old = recalled[_name(page)].rendered
    return old.body.charts if old else ()
