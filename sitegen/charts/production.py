"""Draws charts: those that a build has drawn before come from the cache, the others are drawn in parallel processes."""

from __future__ import annotations

import json
import multiprocessing
import os
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from ..cache import Cache, cache_key, code_digest
from ..model import ChartData, Drawing
from .view import Caption, Picture

_Job = TypeVar("_Job")
_MADE_BY = ("altair", "vl-convert-python")
# fewer than these are sooner drawn here than by processes that have to import Altair first
_WORTH_A_POOL = 24
_BATCH = 8


@dataclass(frozen=True)
class Workshop:
    """Where charts are made: a cache, and at most so many processes (0: as many as the machine has processors)."""

    cache: Cache
    jobs: int = 0

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
        return self._made(keys, charts, _draw, _drawing_of)

    def pictures(self, drawings: Sequence[tuple[str, Caption]]) -> list[Picture]:
        """The picture of each drawing (SVG as a page has it) with what stands around it."""
        keys = [_key("picture", {"svg": svg, "caption": asdict(caption)}) for svg, caption in drawings]
        return self._made(keys, drawings, _frame, _picture_of)

    def _made(
        self,
        keys: Sequence[str],
        jobs: Sequence[_Job],
        make: Callable[[_Job], str],
        read: Callable[[str], Any],
    ) -> list[Any]:
        """What each job makes, as JSON and then as a value, in the order of the jobs; each key is made once."""
        texts: dict[str, str] = {}
        missing: dict[str, _Job] = {}
        for key, job in zip(keys, jobs, strict=True):
            kept = self.cache.get(key)
            if kept is None:
                missing.setdefault(key, job)
            else:
                texts[key] = kept.decode()
        for key, text in zip(missing, self._make(list(missing.values()), make), strict=True):
            texts[key] = text
            if not text.startswith("!"):
                self.cache.put(key, text.encode())
        return [read(texts[key]) for key in keys]

    def _make(self, jobs: Sequence[_Job], make: Callable[[_Job], str]) -> list[str]:
        processes = min(self.jobs or os.cpu_count() or 1, len(jobs) // _BATCH)
        if processes < 2 or len(jobs) < _WORTH_A_POOL:
            return [make(job) for job in jobs]
        # a fresh interpreter each: vl-convert's threads do not survive a fork
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(processes, mp_context=context) as pool:
            return list(pool.map(make, jobs, chunksize=_BATCH))


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
