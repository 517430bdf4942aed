"""Puts a finished site in the place of the old one: the folder is the old site or the new, never a mixture."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .model import BY_BUILD, Artifact
from .problems import Problem, SiteError, Span

MANIFEST = "build-manifest.json"
# What may stand in an output folder that no build has written to yet.
_HARMLESS = {".gitignore", ".gitkeep", ".DS_Store"}
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def manifest(artifacts: Sequence[Artifact], tools: Mapping[str, str], epoch: str) -> Artifact:
    """`build-manifest.json`: each file's SHA-256 and size, the tools, and `SOURCE_DATE_EPOCH` where it is set."""
    files = {
        artifact.path: {"sha256": hashlib.sha256(artifact.content).hexdigest(), "bytes": len(artifact.content)}
        for artifact in sorted(artifacts, key=lambda item: item.path)
    }
    record = {"tools": dict(tools), **({"source_date_epoch": int(epoch)} if epoch else {}), "files": files}
    return Artifact(MANIFEST, (json.dumps(record, indent=1) + "\n").encode(), BY_BUILD)


def duplicate_paths(artifacts: Sequence[Artifact]) -> Iterator[Problem]:
    """Two sources for one path, or one path that is a folder of another; both sources are named."""
    owners: dict[str, Artifact] = {MANIFEST: Artifact(MANIFEST, b"", BY_BUILD)}
    for artifact in artifacts:
        owner = owners.setdefault(artifact.path.casefold(), artifact)
        if owner is not artifact:
            yield _duplicate(*((artifact, owner) if artifact.origin else (owner, artifact)))
    for artifact in artifacts:
        for parent in Path(artifact.path.casefold()).parents:
            if file := owners.get(parent.as_posix()):
                message = f"/{artifact.path} lies below a file, made from {file.origin or 'the whole site'}"
                yield Problem("path-duplicate", message, Span(artifact.origin), "rename one of them")


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


def replace_output(output: Path, artifacts: Sequence[Artifact]) -> None:
    """Write the artifacts beside `output`, then put them in its place in one step.

    A `.gitignore` in the old folder is kept. Raises SiteError when something can't be written; `output` is
    then as it was, whole.
    """
    target = output.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(target)
        with tempfile.TemporaryDirectory(
            prefix=f"{_prefix(target)}{os.getpid()}-", dir=target.parent, ignore_cleanup_errors=True
        ) as name:
            fresh = Path(name) / "site"
            fresh.mkdir()
            _write(fresh, artifacts, target)
            if (target / ".gitignore").is_file():
                shutil.copy2(target / ".gitignore", fresh / ".gitignore")
            _swap(fresh, target)
    except OSError as error:
        name = Path(error.filename).name if isinstance(error.filename, str) else ""
        what = f" {name}" if name and "-building-" not in name else ""
        message = f"can't write{what}: {error.strerror or error}"
        hint = "check that the folder's parent may be written, and that the disk is not full"
        raise SiteError([Problem("output-unwritable", message, Span(output.as_posix()), hint)]) from error


def _prefix(target: Path) -> str:
    return f".{target.name}-building-"


def _remove_leftovers(target: Path) -> None:
    """Folders of builds that were killed: `.output-building-<process>-…`, whose process is no more."""
    for leftover in target.parent.glob(f"{_prefix(target)}*"):
        process = leftover.name.removeprefix(_prefix(target)).partition("-")[0]
        if not (process.isdigit() and _is_alive(int(process))):
            shutil.rmtree(leftover, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        # somebody else's, or a system that doesn't say
        return True
    return True


def _write(folder: Path, artifacts: Sequence[Artifact], old: Path) -> None:
    """Write the files; those that `old` has with the same bytes are the same files, time stamps and all."""
    for artifact in artifacts:
        path = folder / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if not _link_if_same(old / artifact.path, path, artifact.content):
            path.write_bytes(artifact.content)


def _link_if_same(old: Path, path: Path, content: bytes) -> bool:
    """Give an old file a second name, when it is one with this content and the system has second names."""
    try:
        if old.is_symlink() or old.stat().st_size != len(content) or old.read_bytes() != content:
            return False
        path.hardlink_to(old)
    except OSError:
        return False
    return True


def _swap(fresh: Path, target: Path) -> None:
    """Exchange the two folders; the old one is then `fresh`, and goes with the temporary folder."""
    if not target.exists():
        fresh.rename(target)
    elif not _exchange(fresh, target):
        # no exchange in one step here: for a moment there is no output, and a failure puts the old one back
        old = fresh.with_name("old")
        target.rename(old)
        try:
            fresh.rename(target)
        except OSError:
            old.rename(target)
            raise


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two folders atomically, where the system can (Linux: renameat2; macOS: renamex_np)."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            result = library.renamex_np(os.fsencode(first), os.fsencode(second), _RENAME_EXCHANGE)
        else:
            result = library.renameat2(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE)
    except (OSError, AttributeError, TypeError):
        return False
    return int(result) == 0
