"""A command timed as a whole, with the memory of all its processes."""

from __future__ import annotations

import secrets
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_EACH = 0.05


@dataclass(frozen=True)
class Measured:
    """Seconds from start to end, and MiB at most: the proportional set sizes (PSS) of all processes together, looked at
    every 50 ms. A page that processes share counts once.
    """

    seconds: float
    memory: float = 0.0


def put_away(path: Path) -> None:
    """Move a file or folder out of the way, to be removed at the end of all.

    Where many inodes were freed just now, ext4 looks at each of them before it gives a new one away, for some seconds:
    a build that is timed after a removal would take several times as long.
    """
    if path.exists():
        place = Path(tempfile.gettempdir()) / "sitegen-bench-away" / secrets.token_hex(8)
        place.parent.mkdir(exist_ok=True)
        path.rename(place)


def timed(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Measured:
    """Run a command to its end, undisturbed. Raises CalledProcessError."""
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return Measured(time.perf_counter() - began)


def weighed(command: Sequence[str], folder: Path) -> Measured:
    """Run a command to its end and look at its memory meanwhile. Raises CalledProcessError."""
    began = time.perf_counter()
    most = 0.0
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            most = max(most, sum(map(_set_size, _family(process.pid))))
            time.sleep(_SAMPLE_EACH)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Measured(time.perf_counter() - began, most)


def _family(process: int) -> list[int]:
    """A process and all that came from it."""
    found = [process]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            with suppress(OSError):
                found += map(int, task.read_text().split())
    return found


def _set_size(process: int) -> float:
    """The proportional set size of a process in MiB; 0 of one that has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0
