"""Parallel work: forked copies of this process for many items, or persistent workers that may crash."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..problems import Problem, SiteError, Span
from .interruption import end_with_parent, uninterrupted

if TYPE_CHECKING:
    # takes 10 ms to import
    from multiprocessing.connection import Connection

_BATCH = 20
# after so many lost processes, give up
_MOST_LOST = 3
# seconds for a process to exit after it closed its connection
_EXIT_TIME = 1.0
_Job = TypeVar("_Job")
_Made = TypeVar("_Made")


def processes_for(count: int, jobs: int, worth: int) -> int:
    """How many processes to use for `count` items: one per `worth` items, at most `jobs` (0: one per CPU).

    Less than 2 if this process is faster on its own, or can't be forked.
    """
    return min(jobs or os.cpu_count() or 1, count // worth) if _can_fork() else 1


def _can_fork() -> bool:
    """Whether this process can be forked: on Linux, while it has a single thread, those of libraries included."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return False
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return False


def _started(context: Any, target: Callable[..., None], *arguments: Any) -> Any:
    """Start a process. Raises SiteError if that fails."""
    process = context.Process(target=target, args=arguments, daemon=True)
    # keep the garbage collector of each process from touching, and so copying, existing objects
    gc.freeze()
    try:
        # until the process sets its own handlers
        with uninterrupted():
            process.start()
    except OSError as error:
        message = f"can't start another process: {error.strerror}"
        hint = "is memory used up, or the number of processes limited?"
        raise SiteError([Problem("process-died", message, Span("build"), hint)]) from error
    finally:
        gc.unfreeze()
    return process


def in_copies(
    work: Callable[[int, Sequence[int]], Sequence[Any]], count: int, processes: int, what: str
) -> Generator[tuple[int, Any], None, None]:
    """Yield the number of each of `count` items with the result of `work`, as they finish.

    `work` gets the number of its process, from 0, and the items of a batch. Raises SiteError if a process dies
    (`what` says what it does), and whatever `work` raised. Close the generator if you don't exhaust it.
    """
    import multiprocessing

    context = multiprocessing.get_context("fork")
    batches = [range(start, min(start + _BATCH, count)) for start in range(0, count, _BATCH)]
    workers = []
    left = count
    try:
        for number in range(processes):
            receiver, sender = context.Pipe(duplex=False)
            worker = _started(context, _work, work, number, batches[number::processes], sender)
            sender.close()
            workers.append((worker, receiver))
        for numbers, made in _received([receiver for _, receiver in workers]):
            yield from zip(numbers, made, strict=True)
            left -= len(numbers)
    finally:
        for worker, receiver in workers:
            worker.kill()
            worker.join()
            receiver.close()
    if left:
        codes = sorted({worker.exitcode or 0 for worker, _ in workers})
        message = f"a process that {what} died (exit status {', '.join(map(str, codes))})"
        hint = "is memory used up? --jobs 1 needs the least"
        raise SiteError([Problem("process-died", message, Span("build"), hint)])


def _work(
    work: Callable[[int, Sequence[int]], Sequence[Any]], number: int, batches: Sequence[range], sender: Connection
) -> None:
    end_with_parent()
    # rendering leaves reference cycles behind, but collecting them often would slow down many items
    gc.set_threshold(100_000, 20, 50)
    try:
        for batch in batches:
            sender.send((batch, work(number, batch)))
    except Exception as error:
        # raised again in the parent: a full disk, a damaged page in the store
        sender.send(error)
    sender.close()


def _received(receivers: Sequence[Connection]) -> Iterator[tuple[range, Sequence[Any]]]:
    """What the processes send, until all have finished or died."""
    from multiprocessing.connection import wait

    pending = list(receivers)
    while pending:
        for receiver in cast("list[Connection]", wait(pending)):
            try:
                sent = receiver.recv()
            except (EOFError, ConnectionResetError):
                pending.remove(receiver)
                continue
            if isinstance(sent, Exception):
                raise sent
            yield sent


@dataclass(frozen=True)
class Lost:
    """An item whose process died on it with this exit status, or was killed at its deadline (None)."""

    status: int | None


class _Worker:
    """A process that works on what it is sent, until its connection is closed."""

    def __init__(self) -> None:
        import multiprocessing

        context: Any = multiprocessing.get_context("fork" if _can_fork() else "spawn")
        self.connection, other = context.Pipe()
        self._process = _started(context, _serve, other)
        other.close()
        self.asked: deque[int] = deque()
        """The numbers of the items without a result yet, in order."""
        self.deadline = 0.0

    def is_alive(self) -> bool:
        return bool(self._process.is_alive())

    def ask(self, make: Callable[[Any], Any], jobs: Sequence[Any], numbers: Sequence[int], seconds: float) -> None:
        self.asked.extend(numbers)
        self.deadline = time.monotonic() + seconds
        # a dead worker is noticed when its result is awaited
        with suppress(OSError):
            self.connection.send((make, jobs))

    def end(self, patience: float = 0.0) -> int | None:
        """Kill the process, unless it exits within `patience` seconds. Returns its exit status."""
        self._process.join(patience)
        self._process.kill()
        self._process.join()
        self.connection.close()
        status: int | None = self._process.exitcode
        return status


def _serve(connection: Connection) -> None:
    end_with_parent()
    # out of memory, it exits and counts as lost
    with suppress(EOFError, OSError, MemoryError):
        while True:
            make, jobs = connection.recv()
            for job in jobs:
                try:
                    made = make(job)
                except MemoryError:
                    raise
                except Exception as error:
                    made = error
                connection.send(made)


@dataclass
class Workers:
    """Persistent worker processes; one that dies or takes too long costs one item.

    They load Altair and Vega once, and the main process never does.
    """

    _idle: list[_Worker] = field(default_factory=list)

    def made(
        self, make: Callable[[_Job], _Made], jobs: Sequence[_Job], processes: int, batch: int, seconds: float
    ) -> Iterator[tuple[int, _Made | Lost]]:
        """Yield the number of each job with the result of `make`, a module-level function, as they finish.

        `batch` jobs are sent to a process at a time, and each has `seconds`. After a few lost processes, no further
        jobs are started. Raises SiteError if no process can be started.
        """
        from multiprocessing.connection import wait

        waiting, busy, lost = deque(range(len(jobs))), list[_Worker](), 0
        try:
            while busy or (waiting and lost < _MOST_LOST):
                while waiting and lost < _MOST_LOST and len(busy) < processes:
                    worker = self._ready()
                    busy.append(worker)
                    numbers = [waiting.popleft() for _ in range(min(batch, len(waiting)))]
                    worker.ask(make, [jobs[number] for number in numbers], numbers, seconds)
                left = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
                answering = wait([worker.connection for worker in busy], left)
                for worker in list(busy):
                    if worker.connection in answering:
                        result = self._result(worker, seconds)
                    elif time.monotonic() > worker.deadline:
                        worker.end()
                        result = Lost(None)
                    else:
                        continue
                    number = worker.asked.popleft()
                    if isinstance(result, Lost):
                        lost += 1
                        busy.remove(worker)
                        waiting.extendleft(reversed(worker.asked))
                    elif not worker.asked:
                        busy.remove(worker)
                        self._idle.append(worker)
                    yield number, result
        finally:
            # nobody wants their results any more
            for worker in busy:
                worker.end()

    def _ready(self) -> _Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.is_alive():
                return worker
            worker.end()
        return _Worker()

    def _result(self, worker: _Worker, seconds: float) -> Any:
        try:
            result = worker.connection.recv()
        except (EOFError, OSError):
            return Lost(worker.end(_EXIT_TIME))
        if isinstance(result, Exception):
            raise result
        worker.deadline = time.monotonic() + seconds
        return result

    def close(self) -> None:
        """End the processes."""
        while self._idle:
            self._idle.pop().end()
