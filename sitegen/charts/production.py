"""Draws charts: those that a build has drawn before come from the cache, the others are drawn in parallel processes."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from ..cache import Cache, cache_key, code_digest
from ..model import ChartData, Drawing
from ..problems import Problem, SiteError, Span
from ..progress import CHART, SILENT, Progress
from .view import Caption, Picture

_Job = TypeVar("_Job")
_MADE_BY = ("altair", "vl-convert-python")
# fewer than these are sooner drawn here than by processes that have to import Altair first
_WORTH_A_POOL = 24
_BATCH = 8
# some 2,800 charts with their pictures
_MOST_BYTES = 1024 * 1024 * 1024


@dataclass(frozen=True)
class Workshop:
    """Where charts are made: a cache, and at most so many processes (0: as many as the machine has processors)."""

    cache: Cache
    jobs: int = 0
    progress: Progress = SILENT

    def specs(self, inputs: Mapping[str, Any], make: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
        """What a function of the site makes of its inputs, which are all that it was given and its own text."""
        key = _key("specs", inputs)
        kept = self.cache.get(key)
        if kept is not None:
            return tuple(json.loads(kept))
        specs = make()
        self.cache.put(key, json.dumps(specs, ensure_ascii=False).encode())
        return specs

    def drawings(self, charts: Sequence[ChartData]) -> list[Drawing | str]:
        """The drawing of each chart, or Vega's words for why it can't be drawn."""
        keys = [_key("drawing", asdict(data)) for data in charts]
        self.progress.stage("drawing charts", len(charts))
        return self._made(keys, [data.id for data in charts], charts, _draw, _drawing_of)

    def pictures(self, names: Sequence[str], drawings: Sequence[tuple[str, Caption]]) -> list[Picture]:
        """The picture of each drawing (SVG as a page has it) with what stands around it; `names` are ids of charts."""
        keys = [_key("picture", {"svg": svg, "caption": asdict(caption)}) for svg, caption in drawings]
        self.progress.stage("making pictures of charts", len(drawings))
        return self._made(keys, names, drawings, _frame, _picture_of)

    def _made(
        self,
        keys: Sequence[str],
        names: Sequence[str],
        jobs: Sequence[_Job],
        make: Callable[[_Job], str],
        read: Callable[[str], Any],
    ) -> list[Any]:
        """What each job makes, as JSON and then as a value, in the order of the jobs; each key is made once."""
        texts: dict[str, str] = {}
        missing: dict[str, tuple[str, _Job]] = {}
        for key, name, job in zip(keys, names, jobs, strict=True):
            kept = self.cache.get(key)
            if kept is None:
                missing.setdefault(key, (name, job))
            else:
                texts[key] = kept.decode()
        made = self._make([job for _, job in missing.values()], make)
        for (key, (name, _)), (text, seconds) in zip(missing.items(), made, strict=True):
            self.progress.done(f"{CHART}{name}", seconds)
            texts[key] = text
            if not text.startswith("!"):
                self.cache.put(key, text.encode())
        if missing:
            self.cache.limit(_MOST_BYTES)
        return [read(texts[key]) for key in keys]

    def _make(self, jobs: Sequence[_Job], make: Callable[[_Job], str]) -> Iterator[tuple[str, float]]:
        processes = min(self.jobs or os.cpu_count() or 1, len(jobs) // _BATCH)
        timed = partial(_timed, make)
        if processes < 2 or len(jobs) < _WORTH_A_POOL:
            yield from map(timed, jobs)
            return
        # a fresh interpreter each: vl-convert's threads do not survive a fork
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(processes, mp_context=context)
        try:
            with _interrupts_ignored():
                made = pool.map(timed, jobs, chunksize=_BATCH)
            yield from made
        except BrokenProcessPool as error:
            hint = "is the memory used up? --jobs 1 needs the least"
            problem = Problem("process-died", "a process that draws charts has died", Span("build"), hint)
            raise SiteError([problem]) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _timed(make: Callable[[_Job], str], job: _Job) -> tuple[str, float]:
    """What is made of a job, and in how many seconds."""
    began = time.perf_counter()
    return make(job), time.perf_counter() - began


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Processes that are started meanwhile ignore Ctrl-C: the one that started them sees to their end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _key(kind: str, inputs: Mapping[str, Any]) -> str:
    return cache_key(kind, {"inputs": inputs, "makers": _makers()})


@cache
def _makers() -> dict[str, str]:
    """What decides how a chart looks beside its data: this package's code, its fonts and the libraries."""
    return {"code": code_digest(Path(__file__).parent), **{name: version(name) for name in _MADE_BY}}


def _draw(data: ChartData) -> str:
    # altair and vl-convert take half a second to import: only who draws pays for it
    from .drawing import draw

    try:
        drawing = draw(data)
    except Exception as error:
        # vl-convert says so when Vega can't draw what it was given; another chart must not suffer from it
        return "!" + (_vegas_words(str(error)) if isinstance(error, ValueError) else repr(error))
    return json.dumps(asdict(drawing), ensure_ascii=False)


def _vegas_words(message: str) -> str:
    """What went wrong, of vl-convert's `Vega to SVG conversion failed:`, Vega's own words, and a trace below them."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    told = next((line for line in lines if not line.endswith("failed:")), message)
    return told.removeprefix("Error: ")


def _drawing_of(text: str) -> Drawing | str:
    return text[1:] if text.startswith("!") else Drawing(**json.loads(text))


def _frame(job: tuple[str, Caption]) -> str:
    from .picture import framed

    svg, caption = job
    picture = framed(svg, caption)
    return json.dumps({**asdict(picture), "png": b64encode(picture.png).decode()}, ensure_ascii=False)


def _picture_of(text: str) -> Picture:
    values = json.loads(text)
    return Picture(**{**values, "png": b64decode(values["png"])})
