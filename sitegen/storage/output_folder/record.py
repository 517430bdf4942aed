"""A record of what a build wrote, by which the next one knows unchanged files without reading them."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..paths import path_hash
from ..store import Store, load_value, save_value
from .contents import MANIFEST, FolderState, OwnFiles, file_with, find_strangers, folder_state, folders_of, is_inside
from .own_folders import is_own, standby_of

if TYPE_CHECKING:
    # not imported if nothing has changed
    from ...model import Artifact

_RECORD = "record"
# outputs whose record is kept in the cache, as there can be no folder beside them
_MOST_OUTPUTS = 20
_OUTPUT = "output"


class FileState(NamedTuple):
    """A file's SHA-256, size, time stamp in nanoseconds, and inode; not its ctime, which hard links change."""

    digest: str
    size: int
    modified: int
    inode: int


@dataclass(frozen=True)
class Tree:
    """The files and folders that a build made, by their paths in the site's folder, which is `""`."""

    files: Mapping[str, FileState]
    folders: Mapping[str, FolderState]

    @property
    def digest_of_manifest(self) -> str:
        """The SHA-256 of `build-manifest.json`, which lists those of all other files."""
        return self.files[MANIFEST].digest if MANIFEST in self.files else ""

    def is_at(self, root: Path) -> bool:
        """Whether a folder is this tree, with the same names in all folders; the files may have been edited."""
        try:
            prefix = f"{root}{os.sep}"
            return bool(self.folders) and all(
                folder_state(prefix + path) == known for path, known in self.folders.items()
            )
        except OSError:
            return False

    def has_root(self, root: Path) -> bool:
        """Whether this tree was written to that very folder, whatever has become of it since."""
        try:
            return bool(self.folders) and self.folders[""][1] == root.stat().st_ino
        except OSError:
            return False


@dataclass(frozen=True)
class OutputRecord:
    """The trees of the output and of the standby, if there is one.

    `keep` is the setting; `kept` is what was in the output that sitegen did not write.
    """

    current: Tree
    standby: Tree | None
    keep: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def own(self) -> OwnFiles:
        return OwnFiles(self.current.files, self.current.folders, self.kept)

    def is_whole(self, root: Path) -> bool:
        """Whether a folder has the files of the output, all as they were written, and nothing foreign."""
        try:
            is_same_tree = self.current.is_at(root) and not self.kept
            if not is_same_tree and find_strangers(root, self.own, self.keep).foreign:
                return False
        except OSError:
            return False
        return all(is_same(root, path, known) for path, known in self.current.files.items())

    def save(self, folder: Path) -> None:
        """Write it to a folder. Raises OSError."""
        save_value(folder / _RECORD, self)


def load_record(target: Path, store: Store | None) -> OutputRecord | None:
    """The record of an output: from the standby; or from the store, if there can be no folder beside the output."""
    standby = standby_of(target)
    record = _plausible(load_value(standby / _RECORD, OutputRecord)) if is_own(standby) else None
    if store is not None and (record is None or not record.current.has_root(target)):
        return _plausible(store.value(_OUTPUT, path_hash(target), "", OutputRecord)) or record
    return record


def _plausible(record: OutputRecord | None) -> OutputRecord | None:
    """The record, if all its paths stay inside the folder: what is listed may be removed."""
    trees = [tree for tree in (record.current, record.standby) if tree] if record else []
    is_safe = all(not path or is_inside(path) for tree in trees for path in (*tree.files, *tree.folders))
    return record if is_safe else None


def save_record(record: OutputRecord, target: Path, store: Store | None) -> None:
    """Keep the record of an output that was not exchanged, if possible."""
    standby = standby_of(target)
    with suppress(OSError):
        if is_own(standby):
            record.save(standby)
            return
    if store is not None:
        store.keep(_OUTPUT, path_hash(target), {"": record}, _MOST_OUTPUTS)


def known_files(record: OutputRecord | None, root: Path, artifacts: Sequence[Artifact]) -> Mapping[str, FileState]:
    """The files of an output that can be used again; those not in the record are read."""
    known = record.current.files if record and record.current.has_root(root) else {}
    found = {path: state for path, state in known.items() if is_same(root, path, state)}
    if root.is_dir():
        for item in artifacts:
            if item.path not in found and (status := file_with(root / item.path, item.size, item.digest)):
                found[item.path] = _state(item.digest, status)
    return found


def turned_into(
    tree: Tree, root: Path, artifacts: Sequence[Artifact], old: Path, current: Mapping[str, FileState]
) -> Tree:
    """Turn the tree at `root`, which no host serves, into a site; link what is in the `current` files at `old`.

    Raises OSError.
    """
    writer = _Writer(root, dict(tree.files), set(tree.folders), old)
    writer.clear({artifact.path for artifact in artifacts})
    for artifact in artifacts:
        known = current.get(artifact.path)
        if known and known.digest == artifact.digest:
            writer.link(artifact, known)
        else:
            # never a file of the tree itself: its time stamp is too old
            writer.write(artifact)
    folders = {path: state for path, state in tree.folders.items() if path in writer.folders}
    folders.update({path: folder_state(root / path) for path in writer.touched & writer.folders})
    return Tree(writer.files, folders)


def restated(tree: Tree, root: Path, folders: Collection[str], kept: Collection[str] = ()) -> Tree:
    """A tree with the present state of some of its folders, which may hold what is in `kept`, too.

    A folder with unexpected names in it gets an impossible state, so that it is read next time.
    """
    names: dict[str, set[str]] = {folder: set() for folder in folders if folder in tree.folders}
    for path in (*tree.files, *tree.folders, *kept):
        folder, _, name = path.rpartition("/")
        if name and folder in names:
            names[folder].add(name)
    states = dict(tree.folders)
    for folder, expected in names.items():
        with suppress(OSError):
            modified, inode = folder_state(root / folder)
            is_right = {path.name for path in (root / folder).iterdir()} == expected
            states[folder] = (modified if is_right else 0, inode)
    return replace(tree, folders=states)


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
        """Remove unwanted files, and folders without wanted ones."""
        for path in self.files.keys() - wanted:
            self.remove(path)
        for folder in sorted(self.folders - folders_of(wanted), reverse=True):
            (self.root / folder).rmdir()
            self.folders.remove(folder)
            self.touched.add(folder.rpartition("/")[0])

    def remove(self, path: str) -> None:
        (self.root / path).unlink()
        del self.files[path]
        self.touched.add(path.rpartition("/")[0])

    def link(self, artifact: Artifact, known: FileState) -> None:
        """Hard-link a file of the output here; write it if the system can't."""
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
        self._make_room(artifact.path)
        self.files[artifact.path] = write_file(self._root + artifact.path, artifact)

    def _make_room(self, path: str) -> None:
        if path in self.files:
            self.remove(path)
        folder = path.rpartition("/")[0]
        self.touched.add(folder)
        if folder not in self.folders:
            for part in sorted(folders_of([path]) - self.folders):
                (self.root / part).mkdir()
                self.folders.add(part)
                self.touched |= {part, part.rpartition("/")[0]}


def write_file(place: Path | str, artifact: Artifact) -> FileState:
    """Write a new file. Raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    waiting = memoryview(artifact.content)
    descriptor = os.open(place, flags, 0o666)
    try:
        while waiting:
            waiting = waiting[os.write(descriptor, waiting) :]
        found = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    return _state(artifact.digest, found)


def _state(digest: str, found: os.stat_result) -> FileState:
    return FileState(digest, found.st_size, found.st_mtime_ns, found.st_ino)


def is_same(root: Path, path: str, known: FileState) -> bool:
    """Whether a file still has this state."""
    try:
        found = os.lstat(f"{root}{os.sep}{path}")
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and _state(known.digest, found) == known
