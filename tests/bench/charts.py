"""How long charts take to be drawn: `python -m tests.bench.charts`.

1,000 different charts, of every kind, beside a bare loop over vl-convert for the same specifications, both in two
processes and in turns: at most 1.3 times the loop's time. From a warm cache at most 1 s; at most 400 MiB a process.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from sitegen.build import build_site
from sitegen.charts.production import Workshop
from sitegen.charts.view import Caption
from sitegen.model.chart import ChartData, Drawing
from sitegen.storage.store import Store
from tests.conftest import SITES, options

PROCESSES = 2


def different_charts(count: int) -> list[ChartData]:
    """Charts of every kind of fence, no two of them with the same values: those of the gallery, changed a little."""
    kinds = [chart.data for chart in build_site(options(SITES / "gallery")).charts.values() if not chart.data.specs]
    charts = []
    for number in range(count):
        data = kinds[number % len(kinds)]
        factor = 1 - number / count / 10
        points = tuple(replace(point, value=round(point.value * factor, 4)) for point in data.points)
        events = tuple((date, day, f"{text} {number}") for date, day, text in data.events)
        charts.append(replace(data, id=f"{data.id}-{number}", points=points, events=events))
    return charts


def specifications(charts: Sequence[ChartData]) -> list[str]:
    """What is drawn of the charts, as JSON: a wide and a narrow specification each."""
    from sitegen.charts.drawing import specification
    from sitegen.charts.theme import NARROW, WIDE

    return [json.dumps(specification(data, canvas)) for data in charts for canvas in (WIDE, NARROW)]


def _bare(specs: Sequence[str]) -> int:
    from sitegen.charts.converter import vl_convert
    from sitegen.charts.drawing import VEGALITE

    return sum(len(vl_convert.vegalite_to_svg(spec, vl_version=VEGALITE)) for spec in specs)


def bare_loop(specs: Sequence[str]) -> None:
    """Each specification drawn by vl-convert, and nothing else done."""
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_bare, [specs[place::50] for place in range(50)]))


def seconds(action: Callable[[Any], object], argument: object) -> float:
    """The time that an action takes."""
    started = time.perf_counter()
    action(argument)
    return time.perf_counter() - started


def main() -> None:
    """Draw by the tool and by the bare loop in turns, then from the cache; print times, their ratio and the memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--charts", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    charts = different_charts(given.charts)
    specs = specifications(charts)
    assert len(set(specs)) > 1.9 * len(charts)
    ours, bare, warm = [], [], []
    for _ in range(given.runs):
        with tempfile.TemporaryDirectory() as folder:
            workshop = Workshop(Store(Path(folder)), PROCESSES)
            ours.append(seconds(workshop.drawings, charts))
            bare.append(seconds(bare_loop, specs))
            warm.append(seconds(workshop.drawings, charts))
    print(f"{given.charts:,} charts, {len(specs):,} drawings, medians of {given.runs}, {PROCESSES} processes")  # noqa: T201
    print(f"drawn in {statistics.median(ours):.1f} s; bare loop {statistics.median(bare):.1f} s")  # noqa: T201
    ratios = [one / other for one, other in zip(ours, bare, strict=True)]
    print(f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}); at most 1.3")  # noqa: T201
    print(f"warm cache {statistics.median(warm):.2f} s; at most 1 s")  # noqa: T201
    some = [
        drawing for drawing in Workshop(Store(None), PROCESSES).drawings(charts[:100]) if isinstance(drawing, Drawing)
    ]
    caption = Caption("Title", "Subtitle", ("Source: a source",), "en")
    pictures, names = Workshop(Store(None), 1).pictures, [chart.id for chart in charts[: len(some)]]
    taken = seconds(lambda jobs: pictures(names, jobs), [(drawing.wide, caption) for drawing in some])
    print(f"pictures to take away (SVG and PNG), beside these: {taken / len(some) * 1000:.0f} ms each")  # noqa: T201
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{peak:.0f} MiB at most in a drawing process; at most 400")  # noqa: T201


if __name__ == "__main__":
    main()
