"""Makes charts in worker processes; those made by earlier builds come from the cache.

Vega or a function of charts.py may crash its process, never end or use up memory: that chart becomes a problem, and
the others are still made. Only the workers load Altair and vl-convert, which starts threads.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache, lru_cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from ..model import ChartData, ChartRequest, Drawing
from ..problems import CHART, SILENT, Problem, Progress, SiteError, Span
from ..processes import Lost, Workers
from ..storage import Store, code_digest
from .functions import ChartFunctions
from .view import Caption, Picture

_Job = TypeVar("_Job")
_Made = TypeVar("_Made")
_Failed = TypeVar("_Failed")
_LIBRARIES = ("altair", "vl-convert-python")
# with fewer charts, one worker is done before others have imported Altair
_WORTH_A_POOL = 24
_BATCH = 8
# about 2,800 charts with their pictures
_MOST_BYTES = 1024 * 1024 * 1024
# the kind of charts in the store
_CHART = "chart"
_BLANK = Drawing("<svg/>", "<svg/>", "{}", "{}", "{}")


class FunctionCall(NamedTuple):
    """A chart to be made by a function of charts.py, and where its fence names the function."""

    functions: ChartFunctions
    request: ChartRequest
    data: ChartData
    fence: Span


class Specs(NamedTuple):
    """The Vega-Lite specifications (JSON) that a function made."""

    wide: str
    narrow: str


@dataclass(frozen=True)
class Workshop:
    """A store, and the maximum number of worker processes (0: one per CPU), each given `seconds` for a chart."""

    store: Store
    jobs: int = 0
    progress: Progress = SILENT
    workers: Workers = field(default_factory=Workers)
    seconds: float = 60.0
    draws: bool = True
    """False once a mistake is known: the site won't be written, so charts not in the cache stay blank."""

    def specs(self, calls: Sequence[FunctionCall]) -> list[Specs | Sequence[Problem]]:
        """What each function made, or its problems; empty if given up after too many lost workers."""
        inputs = [
            {"function": call.request.function, "data": asdict(call.data), "table": call.request.rows}
            | {"code": call.functions.code}
            for call in calls
        ]
        self.progress.stage("making charts of charts.py", len(calls))
        made = self._made("specs", Specs, _call, calls, [call.request.id for call in calls], inputs)
        results: list[Specs | Sequence[Problem]] = []
        for call, result in zip(calls, made, strict=True):
            if isinstance(result, Lost):
                message = f'"{call.request.function}" of {call.functions.name} {self._loss(result)}'
                results.append([Problem("chart-function", message, call.fence, _hint(result))])
            else:
                results.append(result or ())
        return results

    def drawings(self, charts: Sequence[ChartData]) -> list[Drawing | str]:
        """The drawing of each chart, or why it can't be drawn; an empty reason if given up."""
        inputs = list(map(asdict, charts))
        if not self.draws:
            kept = self._kept("drawing", Drawing, inputs)
            return [each or _BLANK for each in kept]
        self.progress.stage("drawing charts", len(charts))
        made = self._made("drawing", Drawing, _draw, charts, [data.id for data in charts], inputs)
        return [f"it {self._loss(one)}; {_hint(one)}" if isinstance(one, Lost) else one or "" for one in made]

    def pictures(self, names: Sequence[str], drawings: Sequence[tuple[str, Caption]]) -> list[Picture]:
        """The picture of each drawing (SVG from `for_page`) with its caption; `names` are the ids of the charts.

        Raises SiteError if one can't be made.
        """
        if not self.draws:
            return [Picture("", b"", 0, 0) for _ in names]
        inputs = [{"svg": svg, "caption": asdict(caption)} for svg, caption in drawings]
        self.progress.stage("making pictures of charts", len(drawings))
        pictures: list[Picture] = []
        for made, name in zip(self._made("picture", Picture, _frame, drawings, names, inputs), names, strict=True):
            if not isinstance(made, Picture):
                lost = made or Lost(None)
                message = f'the picture of the chart "{name}" {self._loss(lost)}'
                raise SiteError([Problem("process-died", message, Span("build"), _hint(lost))])
            pictures.append(made)
        return pictures

    def _made(
        self,
        kind: str,
        success: type[_Made],
        make: Callable[[_Job], _Made | _Failed],
        jobs: Sequence[_Job],
        names: Sequence[str],
        inputs: Sequence[Mapping[str, Any]],
    ) -> list[_Made | _Failed | Lost | None]:
        """The result of `make` for each job, computed once for equal inputs; None if given up.

        Only instances of `success` are kept in the store.
        """
        keys = [_key(kind, each) for each in inputs]
        results: dict[str, _Made | _Failed | Lost] = {}
        kept = self._kept(kind, success, inputs)
        results.update((key, each) for key, each in zip(keys, kept, strict=True) if each is not None)
        missing: dict[str, tuple[str, _Job]] = {}
        for key, name, job in zip(keys, names, jobs, strict=True):
            if key not in results:
                missing.setdefault(key, (name, job))
        waiting = list(missing.items())
        others = [job for _, (_, job) in waiting]
        processes = min(self.jobs or os.cpu_count() or 1, len(others) // _BATCH) if len(others) >= _WORTH_A_POOL else 1
        for number, result in self.workers.made(partial(_timed, make), others, max(1, processes), _BATCH, self.seconds):
            key, (name, _) = waiting[number]
            if isinstance(result, Lost):
                results[key] = result
                continue
            results[key], seconds = result
            self.progress.done(f"{CHART}{name}", seconds)
            if isinstance(results[key], success):
                self.store.put(_CHART, key, msgspec.json.encode(results[key]))
        if missing:
            self.store.limit(_CHART, _MOST_BYTES)
        return [results.get(key) for key in keys]

    def _kept(self, kind: str, of: type[_Made], inputs: Sequence[Mapping[str, Any]]) -> list[_Made | None]:
        """What an earlier build made from the same inputs; None for the rest."""
        keys = [_key(kind, each) for each in inputs]
        found = {}
        for key, value in self.store.found(_CHART, keys).items():
            with suppress(msgspec.MsgspecError, ValueError):
                found[key] = msgspec.json.decode(value, type=of)
        return [found.get(key) for key in keys]

    def _loss(self, lost: Lost) -> str:
        if lost.status is None:
            return f"took more than {self.seconds:g} seconds"
        return f"ended its process (exit status {lost.status})"


def _hint(lost: Lost) -> str:
    if lost.status is None:
        return "raise `[charts] time_limit` in site.toml"
    return "is memory used up? --jobs 1 needs the least"


def _timed(make: Callable[[_Job], _Made], job: _Job) -> tuple[_Made, float]:
    """The result of a job, and the seconds it took."""
    began = time.perf_counter()
    return make(job), time.perf_counter() - began


def _key(kind: str, inputs: Mapping[str, Any]) -> str:
    """The hash of everything a result is made from: plain values."""
    parts = [kind, inputs, _makers()]
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _makers() -> dict[str, str]:
    """What a chart depends on in addition to its data: this package's code and fonts, and the libraries."""
    return {"code": code_digest(Path(__file__).parent), **{name: version(name) for name in _LIBRARIES}}


def _draw(data: ChartData) -> Drawing | str:
    # imports Altair and vl-convert, which takes half a second
    from .drawing import draw

    try:
        return draw(data)
    except MemoryError:
        raise
    except Exception as error:
        # a chart that Vega can't draw must not stop the others
        return _vega_message(str(error)) if isinstance(error, ValueError) else repr(error)


def _vega_message(message: str) -> str:
    """Vega's message, without vl-convert's `Vega to SVG conversion failed:` and trace."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    first = next((line for line in lines if not line.endswith("failed:")), message)
    return first.removeprefix("Error: ")


def _call(call: FunctionCall) -> Specs | Sequence[Problem]:
    functions = _functions(call.functions.content, tuple(sorted(call.functions.code.items())))
    try:
        return Specs(*functions.specs(call.request, call.data, call.fence))
    except SiteError as error:
        return error.problems


@lru_cache(maxsize=1)
def _functions(content: Path, code: tuple[tuple[str, str], ...]) -> ChartFunctions:
    """A folder's functions, imported once per process and version of the code."""
    return ChartFunctions(content)


def _frame(job: tuple[str, Caption]) -> Picture:
    from .picture import framed

    return framed(*job)
