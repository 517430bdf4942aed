"""What a build has written, by which the next one knows without reading which files are still as they were written."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .cache import load_plain, save_plain

if TYPE_CHECKING:
    # a build that has nothing to do needs none of the model
    from .model import Artifact

_RECORD = "record"
MANIFEST = "build-manifest.json"


class FileState(NamedTuple):
    """A file: the SHA-256 of its bytes, its size, its time stamp in nanoseconds, its inode.

    The time of the last change of its record is none of it: a second name (hard link) changes that.
    """

    digest: str
    size: int
    modified: int
    inode: int


FolderState = tuple[int, int]
"""A folder's time stamp in nanoseconds, which tells of names that come and go, and its inode."""


@dataclass(frozen=True)
class Tree:
    """The files and folders that a build has made, by their paths below the site's folder, which is `""`."""

    files: Mapping[str, FileState]
    folders: Mapping[str, FolderState]

    @property
    def digest_of_manifest(self) -> str:
        """The SHA-256 of `build-manifest.json`, which has those of all other files in it."""
        return self.files[MANIFEST].digest if MANIFEST in self.files else ""

    def is_at(self, root: Path) -> bool:
        """Whether a folder is this tree, with the same names in all its folders; the files may hold something else."""
        try:
            prefix = f"{root}{os.sep}"
            return bool(self.folders) and all(_folder(prefix + path) == known for path, known in self.folders.items())
        except OSError:
            return False

    def has_root(self, root: Path) -> bool:
        """Whether a folder is the one that this tree was written to, whatever has become of it."""
        try:
            return bool(self.folders) and self.folders[""][1] == root.stat().st_ino
        except OSError:
            return False

    def is_whole(self, root: Path) -> bool:
        """Whether a folder has just the files of this tree, each as it was written."""
        return self.is_at(root) and all(_is_same(root, path, known) for path, known in self.files.items())


@dataclass(frozen=True)
class OutputRecord:
    """The tree of the output, and that of the standby where there is one."""

    current: Tree
    standby: Tree | None

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Whether a folder has a record in it, good or not."""
        return (folder / _RECORD).is_file()

    @classmethod
    def load(cls, folder: Path) -> OutputRecord | None:
        """The record in a folder; None where there is none, or it is damaged."""
        value = load_plain(folder / _RECORD)
        try:
            trees = [
                Tree(dict(zip(files, map(FileState._make, files.values()), strict=True)), folders)
                for files, folders in value
            ]
            return cls(trees[0], trees[1] if len(trees) > 1 else None)
        except (TypeError, ValueError, AttributeError, IndexError):
            return None

    def save(self, folder: Path) -> None:
        """Write it into a folder. Raises OSError."""
        trees = [tree for tree in (self.current, self.standby) if tree]
        plain = [(dict(zip(tree.files, map(tuple, tree.files.values()), strict=True)), tree.folders) for tree in trees]
        save_plain(folder / _RECORD, plain)


def standby_of(target: Path) -> Path:
    """Where the site before is kept."""
    return target.with_name(f".{target.name}-standby")


def known_files(record: OutputRecord | None, root: Path, artifacts: Sequence[Artifact]) -> Mapping[str, FileState]:
    """The files of an output that can be used again, with what they hold; those that nothing is known of are read."""
    known = record.current.files if record and record.current.has_root(root) else {}
    found = {path: state for path, state in known.items() if _is_same(root, path, state)}
    if root.is_dir():
        for artifact in artifacts:
            if artifact.path not in found and (state := _read(root, artifact)):
                found[artifact.path] = state
    return found


def turned_into(
    tree: Tree, root: Path, artifacts: Sequence[Artifact], old: Path, current: Mapping[str, FileState]
) -> Tree:
    """Make a site of a tree at `root`, which no host serves; what is in the `current` files at `old` is linked.

    Raises OSError.
    """
    writer = _Writer(root, dict(tree.files), set(tree.folders), old)
    writer.clear({artifact.path for artifact in artifacts})
    for artifact in artifacts:
        known = current.get(artifact.path)
        if known and known.digest == artifact.digest:
            writer.link(artifact, known)
        else:
            # never a file of the tree: what it held before the current one has an older time stamp
            writer.write(artifact)
    folders = {path: state for path, state in tree.folders.items() if path in writer.folders}
    folders.update({path: _folder(root / path) for path in writer.touched & writer.folders})
    return Tree(writer.files, folders)


@dataclass
class _Writer:
    root: Path
    files: dict[str, FileState]
    folders: set[str]
    old: Path

    def __post_init__(self) -> None:
        self.touched: set[str] = set()
        self._root, self._old = f"{self.root}{os.sep}", f"{self.old}{os.sep}"

    def clear(self, wanted: set[str]) -> None:
        """Remove the files that are not wanted, and the folders that none of the wanted files is in."""
        for path in self.files.keys() - wanted:
            self.remove(path)
        needed = {""}
        for path in wanted:
            folder = path.rpartition("/")[0]
            while folder not in needed:
                needed.add(folder)
                folder = folder.rpartition("/")[0]
        for folder in sorted(self.folders - needed, reverse=True):
            (self.root / folder).rmdir()
            self.folders.remove(folder)
            self.touched.add(folder.rpartition("/")[0])

    def remove(self, path: str) -> None:
        """Take a file's name away; what it holds may have another name in the output."""
        (self.root / path).unlink()
        del self.files[path]
        self.touched.add(path.rpartition("/")[0])

    def link(self, artifact: Artifact, known: FileState) -> None:
        """Give a file of the output a second name here, where the system has such."""
        path = artifact.path
        mine = self.files.get(path)
        if mine and mine.inode == known.inode:
            self.files[path] = known
            return
        self._make_room(path)
        try:
            os.link(self._old + path, self._root + path, follow_symlinks=False)
        except OSError:
            self.write(artifact)
        else:
            self.files[path] = known

    def write(self, artifact: Artifact) -> None:
        """Write a file anew."""
        path, content = artifact.path, artifact.content
        self._make_room(path)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        descriptor = os.open(self._root + path, flags, 0o666)
        try:
            waiting = memoryview(content)
            while waiting:
                waiting = waiting[os.write(descriptor, waiting) :]
            found = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        self.files[path] = FileState(artifact.digest, found.st_size, found.st_mtime_ns, found.st_ino)

    def _make_room(self, path: str) -> None:
        if path in self.files:
            self.remove(path)
        folder = path.rpartition("/")[0]
        self.touched.add(folder)
        if folder not in self.folders:
            for part in reversed(list(_missing(folder, self.folders))):
                (self.root / part).mkdir()
                self.folders.add(part)
                self.touched |= {part, part.rpartition("/")[0]}


def _missing(folder: str, known: set[str]) -> Iterator[str]:
    while folder not in known:
        yield folder
        folder = folder.rpartition("/")[0]


def _folder(path: Path | str) -> FolderState:
    found = os.lstat(path)
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(path)
    return found.st_mtime_ns, found.st_ino


def _is_same(root: Path, path: str, known: FileState) -> bool:
    try:
        found = os.lstat(f"{root}{os.sep}{path}")
    except OSError:
        return False
    is_file = stat.S_ISREG(found.st_mode)
    return is_file and (found.st_size, found.st_mtime_ns, found.st_ino) == known[1:]


def _read(root: Path, artifact: Artifact) -> FileState | None:
    """A file that holds what it is to hold, whoever has written it."""
    path = root / artifact.path
    with suppress(OSError):
        found = path.lstat()
        may_be = stat.S_ISREG(found.st_mode) and found.st_size == artifact.size
        if may_be and hashlib.sha256(path.read_bytes()).hexdigest() == artifact.digest:
            return FileState(artifact.digest, found.st_size, found.st_mtime_ns, found.st_ino)
    return None
