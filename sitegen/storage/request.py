"""What a build is asked to do, and what the last one that was asked for the same came to."""

from __future__ import annotations

import datetime
import hashlib
import json
import platform
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from ..problems import Problem
from .fingerprint import code_digest
from .output_folder.own_folders import real_folder
from .output_folder.record import load_record
from .source_tree import InputFiles
from .store import Store, check_cache_folder

_MOST_RECORDS = 50
_BUILD = "build"


@dataclass(frozen=True)
class BuildOptions:
    """All that a build depends on, beside the files. `today` decides which publishDates have come.

    `thorough` holds the authors' words, and the languages, against each other and the figures too.
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
    """How many processes render pages and draw charts at most; 0 for as many as the machine has processors."""
    cache: Path | None = None
    """Where what was made is kept for the next build; None keeps nothing."""
    remember: bool = True
    """Whether the next build is to take this one for the last; False to look only."""


@dataclass(frozen=True)
class Outcome:
    """What a build came to: how many pages, charts and files the site has; how many pages were rendered, and how many
    files are new or other than before. `one_by_one` says why the files were replaced one by one, if they were.
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
    """A good build. `inputs` is the hash of all files that it read, `manifest` that of the manifest that it wrote."""

    inputs: str
    manifest: str
    outcome: Outcome


@dataclass(frozen=True)
class BuildRequest:
    """A build into a folder, as it was asked for. `folder` is the output with its links followed, `files` are those
    that the build reads, and `epoch` is SOURCE_DATE_EPOCH.
    """

    options: BuildOptions
    output: Path
    folder: Path
    epoch: str
    files: InputFiles

    @classmethod
    def of(cls, options: BuildOptions, output: Path, epoch: str, store: Store) -> BuildRequest:
        """The request, with the files listed. Raises SiteError where an output or a cache can't be there."""
        folder = real_folder(output)
        if options.cache is not None:
            check_cache_folder(options.cache, [folder])
        files = InputFiles.look(options.content, options.templates, store)
        return cls(options, output, folder, epoch, files)

    def unchanged(self, store: Store) -> Outcome | None:
        """What the last build came to, if this one would come to the same and its output is there as it was written."""
        record: _Record | None = store.value(_BUILD, self._key(), "", _Record)
        if record is None or self.files.hash() != record.inputs:
            return None
        output = load_record(self.folder, store)
        is_its = output is not None and output.current.digest_of_manifest == record.manifest
        if not (output and is_its and output.is_whole(self.folder)):
            return None
        return replace(record.outcome, rendered=0, changed=0, one_by_one="")

    def keep(self, store: Store, inputs: str, manifest: str, outcome: Outcome) -> None:
        """Keep what a good build came to for the next one that is asked for the same."""
        if inputs and not store.is_temporary:
            store.keep(_BUILD, self._key(), {"": _Record(inputs, manifest, outcome)}, _MOST_RECORDS)

    def _key(self) -> str:
        """What is asked for, and by whom it is made, as a hash: two builds of one key differ by their files only.

        Libraries count with their versions, by the names of their folders of metadata.
        """
        installed = sorted(
            path.name
            for place in sys.path
            if place and Path(place).is_dir()
            for path in Path(place).glob("*.dist-info")
        )
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
