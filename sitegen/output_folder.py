"""Puts a finished site in the place of the old one: the folder is the old site or the new, never a mixture.

The site before is kept beside it, in `.<output>-standby`: most of its files are the same as the new ones (hard links),
and the next site is made of it by writing what differs. It may be deleted at any time.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from .cache import is_alive
from .folder_swap import swap_folders
from .model import BY_BUILD, Artifact
from .output_record import MANIFEST, OutputRecord, Tree, known_files, standby_of, turned_into
from .problems import Problem, SiteError, Span

# What may stand in an output folder that no build has written to yet.
_HARMLESS = {".gitignore", ".gitkeep", ".DS_Store"}


def manifest(artifacts: Sequence[Artifact], tools: Mapping[str, str], epoch: str) -> Artifact:
    """`build-manifest.json`: each file's SHA-256 and size, the tools, and `SOURCE_DATE_EPOCH` where it is set."""
    lines = [
        f'  {json.dumps(path)}: {{\n   "sha256": "{digest}",\n   "bytes": {size}\n  }}'
        for path, digest, size in sorted((item.path, item.digest, item.size) for item in artifacts)
    ]
    record = {"tools": dict(tools), **({"source_date_epoch": int(epoch)} if epoch else {}), "files": {}}
    # as json.dumps writes it, which takes longer for very many files
    text = json.dumps(record, indent=1)
    if lines:
        text = text.removesuffix("{}\n}") + "{\n" + ",\n".join(lines) + "\n }\n}"
    return Artifact(MANIFEST, f"{text}\n".encode(), BY_BUILD)


def duplicate_paths(artifacts: Sequence[Artifact]) -> Iterator[Problem]:
    """Two sources for one path, or one path that is a folder of another; both sources are named."""
    owners: dict[str, Artifact] = {MANIFEST: Artifact(MANIFEST, b"", BY_BUILD)}
    for artifact in artifacts:
        owner = owners.setdefault(artifact.path.casefold(), artifact)
        if owner is not artifact:
            yield _duplicate(*((artifact, owner) if artifact.origin else (owner, artifact)))
    # each folder once, however many files it has
    folders: dict[str, Artifact] = {}
    for path, artifact in owners.items():
        folders.setdefault(path.rpartition("/")[0], artifact)
    for folder, artifact in folders.items():
        for parent in _with_parents(folder):
            if file := owners.get(parent):
                message = f"/{artifact.path} lies below a file, made from {file.origin or 'the whole site'}"
                yield Problem("path-duplicate", message, Span(artifact.origin), "rename one of them")


def _with_parents(folder: str) -> Iterator[str]:
    """`a/b` → `a/b`, `a`."""
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def _duplicate(artifact: Artifact, owner: Artifact) -> Problem:
    hint = "rename one of them" if owner.origin else "rename it"
    if artifact.path != owner.path:
        hint += "; many computers take capital and small letters of a file name for the same"
    made = f"from {owner.origin} too" if owner.origin else "by the build itself"
    return Problem("path-duplicate", f"/{artifact.path} is made {made}", Span(artifact.origin), hint)


def check_output_folder(output: Path, inputs: Sequence[Path]) -> None:
    """Raises SiteError when a build must not replace `output`: it is no folder, not ours, or overlaps an input."""
    try:
        _check_output_folder(output, output.resolve(), inputs)
    except OSError as error:
        message = f"can't be written: {error.strerror or error}"
        raise SiteError(
            [Problem("output-unwritable", message, Span(output.as_posix()), "choose another --output")]
        ) from error


def _check_output_folder(output: Path, target: Path, inputs: Sequence[Path]) -> None:
    for folder in inputs:
        source = folder.resolve()
        if target == source or target.is_relative_to(source) or source.is_relative_to(target):
            message = f"the output folder and {folder.as_posix()} overlap"
            raise SiteError([Problem("output-overlap", message, Span(output.as_posix()), "choose another --output")])
    if target.exists() and not target.is_dir():
        raise SiteError([Problem("output-not-folder", "the output is a file", Span(output.as_posix()))])
    if target.is_dir() and not (target / MANIFEST).is_file() and {path.name for path in target.iterdir()} - _HARMLESS:
        hint = "a build replaces the whole folder: empty it, or choose another --output"
        raise SiteError([Problem("output-foreign", "the folder holds files of others", Span(output.as_posix()), hint)])


def replace_output(output: Path, artifacts: Sequence[Artifact]) -> int:
    """Make the site beside `output`, then put it in its place in one step; returns how many files are new or other.

    A file with the bytes it had is the same file, time stamps and all. A `.gitignore` in the old folder is kept.
    Raises SiteError when something can't be written; `output` is then as it was, whole.
    """
    target = output.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(target)
        with tempfile.TemporaryDirectory(
            prefix=f"{_prefix(target)}{os.getpid()}-", dir=target.parent, ignore_cleanup_errors=True
        ) as name:
            return _replace(target, artifacts, Path(name) / "standby")
    except OSError as error:
        name = Path(error.filename).name if isinstance(error.filename, str) else ""
        what = f" {name}" if name and "-building-" not in name else ""
        message = f"can't write{what}: {error.strerror or error}"
        hint = "check that the folder's parent may be written, and that the disk is not full"
        raise SiteError([Problem("output-unwritable", message, Span(output.as_posix()), hint)]) from error


def _replace(target: Path, artifacts: Sequence[Artifact], work: Path) -> int:
    """Make the site in `work`, which becomes the standby with the old site in it; returns how many files are new."""
    standby = standby_of(target)
    if OutputRecord.is_in(standby):
        with suppress(OSError):
            # of two builds at once, one gets it
            standby.rename(work)
    work.mkdir(exist_ok=True)
    fresh = work / "site"
    record = OutputRecord.load(work)
    current = known_files(record, target, artifacts)
    tree = record.standby if record else None
    if tree is None or not tree.is_at(fresh):
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        tree = Tree({}, {"": (0, 0)})
    made = turned_into(tree, fresh, artifacts, target, current)
    if (target / ".gitignore").is_file():
        shutil.copy2(target / ".gitignore", fresh / ".gitignore")
    else:
        (fresh / ".gitignore").unlink(missing_ok=True)
    root = fresh.stat()
    made = replace(made, folders={**made.folders, "": (root.st_mtime_ns, root.st_ino)})
    old = record.current if record and record.current.has_root(target) else None
    swap_folders(fresh, target)
    with suppress(OSError):
        OutputRecord(made, old).save(work)
        work.rename(standby)
    files = {artifact.path: artifact.digest for artifact in artifacts}
    return sum(path not in current or current[path].digest != digest for path, digest in files.items())


def _prefix(target: Path) -> str:
    return f".{target.name}-building-"


def _remove_leftovers(target: Path) -> None:
    """Folders of builds that were killed: `.output-building-<process>-…`, whose process is no more."""
    for leftover in target.parent.glob(f"{_prefix(target)}*"):
        process = leftover.name.removeprefix(_prefix(target)).partition("-")[0]
        if not (process.isdigit() and is_alive(int(process))):
            shutil.rmtree(leftover, ignore_errors=True)
