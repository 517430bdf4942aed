"""What a build has written, by which the next one knows without reading which files are still as they were written."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..store import Store, load_value, save_value
from .contents import MANIFEST, FolderState, OwnFiles, find_strangers, folder_state
from .own_folders import is_own, standby_of

if TYPE_CHECKING:
    # a build that has nothing to do needs none of the model
    from ...model import Artifact

_RECORD = "record"
# outputs without a folder beside them that a cache knows
_MOST_OUTPUTS = 20
_OUTPUT = "output"


class FileState(NamedTuple):
    """A file: the SHA-256 of its bytes, its size, its time stamp in nanoseconds, its inode.

    The time of the last change of its record is none of it: a second name (hard link) changes that.
    """

    digest: str
    size: int
    modified: int
    inode: int


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
            return bool(self.folders) and all(
                folder_state(prefix + path) == known for path, known in self.folders.items()
            )
        except OSError:
            return False

    def has_root(self, root: Path) -> bool:
        """Whether a folder is the one that this tree was written to, whatever has become of it."""
        try:
            return bool(self.folders) and self.folders[""][1] == root.stat().st_ino
        except OSError:
            return False


@dataclass(frozen=True)
class OutputRecord:
    """The tree of the output, and that of the standby where there is one. `keep` is what the settings name to be kept,
    `kept` what stood in the output that sitegen did not write.
    """

    current: Tree
    standby: Tree | None
    keep: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def own(self) -> OwnFiles:
        """What sitegen wrote to the output."""
        return OwnFiles(self.current.files, self.current.folders, self.kept)

    def is_whole(self, root: Path) -> bool:
        """Whether a folder has the files of the output, each as it was written, and else only what is kept."""
        try:
            as_it_was = self.current.is_at(root) and not self.kept
            if not (as_it_was or not find_strangers(root, self.own, self.keep).foreign):
                return False
        except OSError:
            return False
        return all(is_same(root, path, known) for path, known in self.current.files.items())

    @classmethod
    def load(cls, folder: Path) -> OutputRecord | None:
        """The record in a folder; None where there is none, or it is damaged."""
        record: OutputRecord | None = load_value(folder / _RECORD, cls)
        return record if record and record.is_plausible else None

    @property
    def is_plausible(self) -> bool:
        """Whether all paths stay inside: what is listed is removed when it is not wanted any more."""
        trees = [tree for tree in (self.current, self.standby) if tree]
        return all(_is_inside(path) for tree in trees for path in (*tree.files, *tree.folders))

    def save(self, folder: Path) -> None:
        """Write it into a folder. Raises OSError."""
        save_value(folder / _RECORD, self)


def _is_inside(path: str) -> bool:
    return ".." not in path and not path.startswith("/") and "\\" not in path and ":" not in path


def load_record(target: Path, store: Store | None) -> OutputRecord | None:
    """The record of an output: the one in the standby; or that in a store, where no folder can be beside the output."""
    standby = standby_of(target)
    record = OutputRecord.load(standby) if is_own(standby) else None
    if store is not None and (record is None or not record.current.has_root(target)):
        kept: OutputRecord | None = store.value(_OUTPUT, _owner(target), "", OutputRecord)
        return kept if kept and kept.is_plausible else record
    return record


def save_record(record: OutputRecord, target: Path, store: Store | None) -> None:
    """Keep the record of an output whose folder has stayed the same. Where that can't be done nothing is kept."""
    standby = standby_of(target)
    with suppress(OSError):
        if is_own(standby):
            record.save(standby)
            return
    if store is not None:
        store.keep(_OUTPUT, _owner(target), {"": record}, _MOST_OUTPUTS)


def _owner(target: Path) -> str:
    return hashlib.sha256(os.fsencode(target)).hexdigest()[:24]


def known_files(record: OutputRecord | None, root: Path, artifacts: Sequence[Artifact]) -> Mapping[str, FileState]:
    """The files of an output that can be used again, with what they hold; those that nothing is known of are read."""
    known = record.current.files if record and record.current.has_root(root) else {}
    found = {path: state for path, state in known.items() if is_same(root, path, state)}
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
    folders.update({path: folder_state(root / path) for path in writer.touched & writer.folders})
    return Tree(writer.files, folders)


def restated(tree: Tree, root: Path, folders: Collection[str], kept: Collection[str] = ()) -> Tree:
    """A tree with the present state of some of its folders; what is in `kept` may be in them, too.

    A folder with other names in it than it should have gets a state that no folder has, so that it is looked into.
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
        self._make_room(artifact.path)
        self.files[artifact.path] = write_file(self._root + artifact.path, artifact)

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


def write_file(place: Path | str, artifact: Artifact) -> FileState:
    """Write a file where there is none. Raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    content = artifact.content
    descriptor = os.open(place, flags, 0o666)
    try:
        waiting = memoryview(content)
        while waiting:
            waiting = waiting[os.write(descriptor, waiting) :]
        found = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    return FileState(artifact.digest, found.st_size, found.st_mtime_ns, found.st_ino)


def is_same(root: Path, path: str, known: FileState) -> bool:
    """Whether a file has the state that is known of it."""
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
