"""Work on many items in several processes that are copies of this one: each has all that is here."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any, cast

from .problems import Problem, SiteError, Span

_BATCH = 20


def processes_for(count: int, jobs: int, worth: int) -> int:
    """How many processes so many items are worth: one of each `worth`, at most `jobs`; 0: as many as processors.

    Less than 2 where they are sooner done here, or this process can't be copied: it can on Linux, while nothing else
    runs in it; vl-convert brings threads.
    """
    may_fork = sys.platform == "linux" and threading.active_count() == 1 and "vl_convert" not in sys.modules
    return min(jobs or os.cpu_count() or 1, count // worth) if may_fork else 1


def in_copies(
    work: Callable[[int, Sequence[int]], Sequence[Any]], count: int, processes: int, what: str
) -> Generator[tuple[int, Any], None, None]:
    """The number of each of `count` items with what `work` makes of it, as they come.

    `work` is given the number of its process, from 0, and the items of a batch. Raises SiteError where a process dies
    (`what` says what it does), and the SiteError or OSError that one has met. Who does not take all has to close it.
    """
    context = multiprocessing.get_context("fork")
    batches = [range(start, min(start + _BATCH, count)) for start in range(0, count, _BATCH)]
    # what is there already need not be looked through, and copied, by each process
    gc.freeze()
    workers = []
    for number in range(processes):
        receiver, sender = context.Pipe(duplex=False)
        worker = context.Process(target=_work, args=(work, number, batches[number::processes], sender), daemon=True)
        worker.start()
        sender.close()
        workers.append((worker, receiver))
    gc.unfreeze()
    left = count
    try:
        for numbers, made in _received([receiver for _, receiver in workers]):
            yield from zip(numbers, made, strict=True)
            left -= len(numbers)
    finally:
        for worker, receiver in workers:
            worker.terminate()
            worker.join()
            receiver.close()
    if left:
        codes = sorted({worker.exitcode or 0 for worker, _ in workers})
        message = f"a process that {what} has died (exit status {', '.join(map(str, codes))})"
        hint = "is the memory used up? --jobs 1 needs the least"
        raise SiteError([Problem("process-died", message, Span("build"), hint)])


def _work(
    work: Callable[[int, Sequence[int]], Sequence[Any]], number: int, batches: Sequence[range], sender: Connection
) -> None:
    # the process that started this one sees to its end
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # what is rendered leaves circles behind, and many items are done here
    gc.set_threshold(100_000, 20, 50)
    try:
        for batch in batches:
            sender.send((batch, work(number, batch)))
    except Exception as error:
        # for the process that started this one to deal with: a full disk, a page that was kept and is damaged
        sender.send(error)
    sender.close()


def _received(receivers: Sequence[Connection]) -> Iterator[tuple[range, Sequence[Any]]]:
    """What the processes send, until each has sent all or is gone."""
    open_ones = list(receivers)
    while open_ones:
        for receiver in cast("list[Connection]", wait(open_ones)):
            try:
                sent = receiver.recv()
            except (EOFError, ConnectionResetError):
                open_ones.remove(receiver)
                continue
            if isinstance(sent, Exception):
                raise sent
            yield sent
