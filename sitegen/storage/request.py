"""What a build is asked to do, and the outcome of the last build that was asked to do the same."""

from __future__ import annotations

import datetime
import hashlib
import json
import platform
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from ..problems import Problem
from .output_folder.own_folders import real_folder
from .output_folder.record import load_record
from .source_tree import InputFiles, code_digest
from .store import Store, check_cache_folder

_MOST_RECORDS = 50
_BUILD = "build"


@dataclass(frozen=True)
class BuildOptions:
    """All that a build depends on, apart from the files.

    `today` decides which pages are published; `thorough` also compares prose with the figures, and languages with each
    other.
    """

    content: Path
    templates: tuple[Path, ...]
    today: datetime.date
    base_url: str = ""
    drafts: bool = False
    strict: bool = False
    preview: bool = False
    thorough: bool = False
    jobs: int = 0
    """Maximum worker processes; 0 for one per CPU."""
    cache: Path | None = None
    """The cache folder; None keeps nothing."""
    remember: bool = True
    """Whether the next build may use this one; False to look only."""


@dataclass(frozen=True)
class Outcome:
    """The numbers of pages, charts and files of a site; of pages rendered, and of files new or changed.

    `one_by_one` says why the files were replaced one by one, if they were.
    """

    pages: int
    charts: int
    files: int
    rendered: int
    changed: int
    warnings: tuple[Problem, ...]
    one_by_one: str = ""


@dataclass(frozen=True)
class _Record:
    """A good build: the hash of all files that it read, and that of the manifest that it wrote."""

    inputs: str
    manifest: str
    outcome: Outcome


@dataclass(frozen=True)
class BuildRequest:
    """A build into a folder. `folder` is `output` with links followed; `epoch` is SOURCE_DATE_EPOCH."""

    options: BuildOptions
    output: Path
    folder: Path
    epoch: str
    files: InputFiles

    @classmethod
    def of(cls, options: BuildOptions, output: Path, epoch: str, store: Store) -> BuildRequest:
        """The request, with the files listed. Raises SiteError if the output or the cache can't be there."""
        folder = real_folder(output)
        if options.cache is not None:
            check_cache_folder(options.cache, [folder])
        files = InputFiles.look(options.content, options.templates, store)
        return cls(options, output, folder, epoch, files)

    def unchanged(self, store: Store) -> Outcome | None:
        """The outcome of the last build, if nothing has changed since, in its output neither."""
        record: _Record | None = store.value(_BUILD, self._key(), "", _Record)
        if record is None or self.files.hash() != record.inputs:
            return None
        output = load_record(self.folder, store)
        if output is None or output.current.digest_of_manifest != record.manifest or not output.is_whole(self.folder):
            return None
        return replace(record.outcome, rendered=0, changed=0, one_by_one="")

    def keep(self, store: Store, inputs: str, manifest: str, outcome: Outcome) -> None:
        """Keep the outcome of a good build for the next one that is asked for the same."""
        if inputs and not store.is_temporary:
            store.keep(_BUILD, self._key(), {"": _Record(inputs, manifest, outcome)}, _MOST_RECORDS)

    def _key(self) -> str:
        """A hash of all but the files: code, options, and libraries (by their `<name>-<version>.dist-info`)."""
        places = (Path(place) for place in sys.path if place)
        installed = sorted(path.name for place in places if place.is_dir() for path in place.glob("*.dist-info"))
        options = self.options
        parts = {
            "code": code_digest(Path(__file__).parent.parent),
            "python": platform.python_version(),
            "libraries": installed,
            "content": [options.content.as_posix(), str(options.content.resolve())],
            "templates": [[path.as_posix(), str(path.resolve())] for path in options.templates],
            "target": str(self.folder),
            "today": str(options.today),
            "epoch": self.epoch,
            "base_url": options.base_url,
            "switches": [options.drafts, options.strict, options.preview, options.thorough],
        }
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
