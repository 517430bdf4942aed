"""What the last build to a folder was made from and came to: when nothing has changed, there is nothing to do."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from .code_digest import code_digest
from .options import BuildOptions
from .output_record import load_record
from .problems import Problem
from .source_tree import InputFiles
from .store import Store

_MOST_RECORDS = 50
_BUILD = "build"


@dataclass(frozen=True)
class BuildRecord:
    """A good build. `inputs` is the hash of all files that it read, `manifest` that of the manifest that it wrote."""

    inputs: str
    manifest: str
    pages: int
    charts: int
    files: int
    warnings: tuple[Problem, ...]

    def save(self, store: Store, request: str) -> None:
        """Keep it for the next build that is asked for the same."""
        store.keep(_BUILD, request, {"": self}, _MOST_RECORDS)

    @classmethod
    def load(cls, store: Store, request: str) -> BuildRecord | None:
        """That of the last build that was asked for the same; None where there is none that can be read."""
        record: BuildRecord | None = store.value(_BUILD, request, "", cls)
        return record


def request_key(options: BuildOptions, target: Path, epoch: str) -> str:
    """What a build is asked for, and by whom it is made, as a hash: two builds of one key differ by their files only.

    `target` is the folder itself, links followed, and `epoch` SOURCE_DATE_EPOCH. Libraries count with their versions,
    by the names of their folders of metadata.
    """
    installed = sorted(
        path.name for place in sys.path if place and Path(place).is_dir() for path in Path(place).glob("*.dist-info")
    )
    parts = {
        "code": code_digest(Path(__file__).parent),
        "python": platform.python_version(),
        "libraries": installed,
        "content": [options.content.as_posix(), str(options.content.resolve())],
        "templates": [[path.as_posix(), str(path.resolve())] for path in options.templates],
        "target": str(target),
        "today": str(options.today),
        "epoch": epoch,
        "base_url": options.base_url,
        "switches": [options.drafts, options.strict, options.preview, options.thorough],
    }
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def unchanged(store: Store, target: Path, files: InputFiles, request: str) -> BuildRecord | None:
    """The record of the last build, if this one would come to the same and its output is there as it was written."""
    record = BuildRecord.load(store, request)
    if record is None or files.hash() != record.inputs:
        return None
    output = load_record(target, store)
    is_its = output is not None and output.current.digest_of_manifest == record.manifest
    return record if output and is_its and output.is_whole(target) else None
