"""Makes charts in processes of their own: what a build has made before comes from the cache.

Vega and the functions of a site's charts.py may end a process, never end, or take all memory there is: then the chart
at hand is told, and the others are made. Altair and vl-convert, which has threads, are loaded there only.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache, lru_cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ..model import ChartData, ChartRequest, Drawing
from ..problems import CHART, SILENT, Problem, Progress, SiteError, Span
from ..processes import Lost, Workers
from ..storage import Store, code_digest
from .functions import ChartFunctions
from .view import Caption, Picture

_Job = TypeVar("_Job")
_MADE_BY = ("altair", "vl-convert-python")
# fewer than these are sooner drawn by one process than by some that have to import Altair first
_WORTH_A_POOL = 24
_BATCH = 8
# some 2,800 charts with their pictures
_DRAWING = "drawing"
_BLANK = Drawing("<svg/>", "<svg/>", "{}", "{}", "{}")
_MOST_BYTES = 1024 * 1024 * 1024


class FunctionCall(NamedTuple):
    """A chart that a function of charts.py is to make, and where its fence names the function."""

    functions: ChartFunctions
    request: ChartRequest
    data: ChartData
    fence: Span


@dataclass(frozen=True)
class Workshop:
    """Where charts are made: a store, and at most so many processes (0: as many as the machine has processors).

    A chart that takes longer than `seconds` is given up.
    """

    store: Store
    jobs: int = 0
    progress: Progress = SILENT
    workers: Workers = field(default_factory=Workers)
    seconds: float = 60.0
    draws: bool = True
    """False once a mistake is known: nobody will see the charts, so those that were never drawn are blank."""

    def specs(self, calls: Sequence[FunctionCall]) -> list[tuple[str, ...] | tuple[Problem, ...]]:
        """What each function makes of all that it was given, its own text included; or what is wrong with it."""
        keys = [
            _key(
                "specs",
                {
                    "function": call.request.function,
                    "data": asdict(call.data),
                    "table": call.request.rows,
                    "code": call.functions.code,
                },
            )
            for call in calls
        ]
        self.progress.stage("making charts of charts.py", len(calls))
        names = [call.request.id for call in calls]
        return [
            self._specs_of(text, call) for text, call in zip(self._made(keys, names, calls, _call), calls, strict=True)
        ]

    def drawings(self, charts: Sequence[ChartData]) -> list[Drawing | str]:
        """The drawing of each chart, or why it can't be drawn: in Vega's words where it is Vega that can't."""
        keys = [_key("drawing", asdict(data)) for data in charts]
        if not self.draws:
            kept = self.store.found(_DRAWING, keys)
            return [self._drawing_of(kept[key].decode()) if key in kept else _BLANK for key in keys]
        self.progress.stage("drawing charts", len(charts))
        return [self._drawing_of(text) for text in self._made(keys, [data.id for data in charts], charts, _draw)]

    def pictures(self, names: Sequence[str], drawings: Sequence[tuple[str, Caption]]) -> list[Picture]:
        """The picture of each drawing (SVG as a page has it) with what stands around it; `names` are ids of charts.

        Raises SiteError where one can't be made.
        """
        if not self.draws:
            return [Picture("", b"", 0, 0) for _ in names]
        keys = [_key("picture", {"svg": svg, "caption": asdict(caption)}) for svg, caption in drawings]
        self.progress.stage("making pictures of charts", len(drawings))
        made = self._made(keys, names, drawings, _frame)
        return [self._picture_of(text, name) for text, name in zip(made, names, strict=True)]

    def _made(
        self, keys: Sequence[str], names: Sequence[str], jobs: Sequence[_Job], make: Callable[[_Job], str]
    ) -> list[str | Lost | None]:
        """What `make` makes of each job, in their order, each key once; None where too many were lost before it.

        A text that begins with `!` says what is wrong, and is not kept.
        """
        texts: dict[str, str | Lost] = {}
        missing: dict[str, tuple[str, _Job]] = {}
        texts.update((key, kept.decode()) for key, kept in self.store.found(_DRAWING, keys).items())
        for key, name, job in zip(keys, names, jobs, strict=True):
            if key not in texts:
                missing.setdefault(key, (name, job))
        waiting = list(missing.items())
        others = [job for _, (_, job) in waiting]
        processes = min(self.jobs or os.cpu_count() or 1, len(others) // _BATCH) if len(others) >= _WORTH_A_POOL else 1
        for number, result in self.workers.made(partial(_timed, make), others, max(1, processes), _BATCH, self.seconds):
            key, (name, _) = waiting[number]
            if isinstance(result, Lost):
                texts[key] = result
                continue
            texts[key], seconds = result
            self.progress.done(f"{CHART}{name}", seconds)
            if not result[0].startswith("!"):
                self.store.put(_DRAWING, key, result[0].encode())
        if missing:
            self.store.limit(_DRAWING, _MOST_BYTES)
        return [texts.get(key) for key in keys]

    def _specs_of(self, text: str | Lost | None, call: FunctionCall) -> tuple[str, ...] | tuple[Problem, ...]:
        if isinstance(text, str):
            values = json.loads(text.removeprefix("!"))
            return tuple(map(_problem_of, values)) if text.startswith("!") else tuple(values)
        if text is None:
            return ()
        message = f'"{call.request.function}" of {call.functions.name} {self._loss(text)}'
        return (Problem("chart-function", message, call.fence, _hint(text)),)

    def _drawing_of(self, text: str | Lost | None) -> Drawing | str:
        if isinstance(text, str):
            return text[1:] if text.startswith("!") else Drawing(**json.loads(text))
        return f"it {self._loss(text)}; {_hint(text)}" if text else ""

    def _picture_of(self, text: str | Lost | None, name: str) -> Picture:
        if isinstance(text, str):
            values = json.loads(text)
            return Picture(**{**values, "png": b64decode(values["png"])})
        lost = text or Lost(None)
        message = f'the picture of the chart "{name}" {self._loss(lost)}'
        raise SiteError([Problem("process-died", message, Span("build"), _hint(lost))])

    def _loss(self, lost: Lost) -> str:
        if lost.status is None:
            return f"took more than {self.seconds:g} seconds"
        return f"ended its process (exit status {lost.status})"


def _hint(lost: Lost) -> str:
    if lost.status is None:
        return "`[charts] time_limit` in site.toml allows more"
    return "is the memory used up? --jobs 1 needs the least"


def _timed(make: Callable[[_Job], str], job: _Job) -> tuple[str, float]:
    """What is made of a job, and in how many seconds."""
    began = time.perf_counter()
    return make(job), time.perf_counter() - began


def _key(kind: str, inputs: Mapping[str, Any]) -> str:
    """The hash of all that something of a kind is made from: plain values."""
    parts = [kind, inputs, _makers()]
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _makers() -> dict[str, str]:
    """What decides how a chart looks beside its data: this package's code, its fonts and the libraries."""
    return {"code": code_digest(Path(__file__).parent), **{name: version(name) for name in _MADE_BY}}


def _draw(data: ChartData) -> str:
    # altair and vl-convert take half a second to import: only who draws pays for it
    from .drawing import draw

    try:
        drawing = draw(data)
    except MemoryError:
        raise
    except Exception as error:
        # vl-convert says so when Vega can't draw what it was given; another chart must not suffer from it
        return "!" + (_vegas_words(str(error)) if isinstance(error, ValueError) else repr(error))
    return json.dumps(asdict(drawing), ensure_ascii=False)


def _vegas_words(message: str) -> str:
    """What went wrong, of vl-convert's `Vega to SVG conversion failed:`, Vega's own words, and a trace below them."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    told = next((line for line in lines if not line.endswith("failed:")), message)
    return told.removeprefix("Error: ")


def _call(call: FunctionCall) -> str:
    functions = _functions(call.functions.content, tuple(sorted(call.functions.code.items())))
    try:
        return json.dumps(functions.specs(call.request, call.data, call.fence), ensure_ascii=False)
    except SiteError as error:
        return "!" + json.dumps([asdict(problem) for problem in error.problems], ensure_ascii=False)


@lru_cache(maxsize=1)
def _functions(content: Path, code: tuple[tuple[str, str], ...]) -> ChartFunctions:
    """The functions of a folder as its code is now: it is run once in a process."""
    return ChartFunctions(content)


def _problem_of(values: Mapping[str, Any]) -> Problem:
    return Problem(**{**values, "span": Span(**values["span"])})


def _frame(job: tuple[str, Caption]) -> str:
    from .picture import framed

    svg, caption = job
    picture = framed(svg, caption)
    return json.dumps({**asdict(picture), "png": b64encode(picture.png).decode()}, ensure_ascii=False)
