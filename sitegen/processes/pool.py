"""Work in several processes: on many items at once by copies of this one, or in processes that stay and may be lost."""

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
    # takes 10 ms to import: only who starts processes pays for it
    from multiprocessing.connection import Connection

_BATCH = 20
# what has cost so many processes is not tried again and again
_MOST_LOST = 3
# seconds that a process which has closed its connection has for its end
_TO_END = 1.0
_Job = TypeVar("_Job")
_Made = TypeVar("_Made")


def processes_for(count: int, jobs: int, worth: int) -> int:
    """How many processes so many items are worth: one of each `worth`, at most `jobs`; 0: as many as processors.

    Less than 2 where they are sooner done here, or this process can't be copied.
    """
    return min(jobs or os.cpu_count() or 1, count // worth) if _can_be_copied() else 1


def _can_be_copied() -> bool:
    """Whether this process can: on Linux, while nothing else runs in it, a thread of a library included."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return False
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return False


def _started(context: Any, target: Callable[..., None], *arguments: Any) -> Any:
    """A process. Raises SiteError where none can be started."""
    process = context.Process(target=target, args=arguments, daemon=True)
    # what is there already need not be looked through, and copied, by each process
    gc.freeze()
    try:
        # until it knows what to do with them
        with uninterrupted():
            process.start()
    except OSError as error:
        message = f"can't start another process: {error.strerror}"
        hint = "is the memory used up, or is there a limit to processes?"
        raise SiteError([Problem("process-died", message, Span("build"), hint)]) from error
    finally:
        gc.unfreeze()
    return process


def in_copies(
    work: Callable[[int, Sequence[int]], Sequence[Any]], count: int, processes: int, what: str
) -> Generator[tuple[int, Any], None, None]:
    """The number of each of `count` items with what `work` makes of it, as they come.

    `work` is given the number of its process, from 0, and the items of a batch. Raises SiteError where a process dies
    (`what` says what it does), and the SiteError or OSError that one has met. Who does not take all has to close it.
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
        message = f"a process that {what} has died (exit status {', '.join(map(str, codes))})"
        hint = "is the memory used up? --jobs 1 needs the least"
        raise SiteError([Problem("process-died", message, Span("build"), hint)])


def _work(
    work: Callable[[int, Sequence[int]], Sequence[Any]], number: int, batches: Sequence[range], sender: Connection
) -> None:
    end_with_parent()
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
    from multiprocessing.connection import wait

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


@dataclass(frozen=True)
class Lost:
    """An item that was not made: its process ended at it with this exit status, or was killed for its time (None)."""

    status: int | None


class _Worker:
    """A process that makes what it is asked for, until the other end of its connection is closed."""

    def __init__(self) -> None:
        import multiprocessing

        context: Any = multiprocessing.get_context("fork" if _can_be_copied() else "spawn")
        self.connection, other = context.Pipe()
        self._process = _started(context, _serve, other)
        other.close()
        self.asked: deque[int] = deque()
        """The numbers of the items that it has not answered yet, in their order."""
        self.deadline = 0.0

    def is_alive(self) -> bool:
        return bool(self._process.is_alive())

    def ask(self, make: Callable[[Any], Any], jobs: Sequence[Any], numbers: Sequence[int], seconds: float) -> None:
        self.asked.extend(numbers)
        self.deadline = time.monotonic() + seconds
        # one that has died meanwhile is found when its answer is waited for
        with suppress(OSError):
            self.connection.send((make, jobs))

    def end(self, patience: float = 0.0) -> int | None:
        """Kill it, unless it ends by itself within so many seconds. Returns its exit status."""
        self._process.join(patience)
        self._process.kill()
        self._process.join()
        self.connection.close()
        status: int | None = self._process.exitcode
        return status


def _serve(connection: Connection) -> None:
    end_with_parent()
    # without memory it ends, and is taken for lost
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
    """Processes that stay for the next work: one that dies, or takes too long, takes one item with it.

    What they load, as Altair and Vega, is loaded once, and never here.
    """

    _idle: list[_Worker] = field(default_factory=list)

    def made(
        self, make: Callable[[_Job], _Made], jobs: Sequence[_Job], processes: int, batch: int, seconds: float
    ) -> Iterator[tuple[int, _Made | Lost]]:
        """The number of each job with what `make`, a function of a module, makes of it; as they come.

        At most so many processes, which are asked for so many at once, and have so many seconds for each. When a few
        were lost, no more are begun. Raises SiteError where no process can be started.
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
            # whatever ends this, nobody waits for what they still do
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
            return Lost(worker.end(_TO_END))
        if isinstance(result, Exception):
            raise result
        worker.deadline = time.monotonic() + seconds
        return result

    def close(self) -> None:
        """End the processes."""
        while self._idle:
            self._idle.pop().end()
