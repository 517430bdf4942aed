"""What stands in an output folder: the files that sitegen wrote, what is kept for the user, and what is foreign.

A folder is known by its `build-manifest.json`, which names sitegen and lists files that are there as it says.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .own_folders import is_own

GENERATOR = "sitegen"
MANIFEST = "build-manifest.json"
WRITING = ".sitegen-writing"
"""The folder in the output that a build has while it replaces files one by one."""
PLAN = "plan"
"""The file in that folder that lists what such a build writes and removes."""
# how the manifest begins
_HEAD = f'{{\n "generator": "{GENERATOR}",\n'.encode()
# made by file systems and file browsers
_NEVER_OURS = frozenset({"lost+found", "Thumbs.db", "desktop.ini"})
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_EARLIER_KEYS = frozenset({"tools", "source_date_epoch", "files"})
_MOST_LISTED = 10_000
_DEEPEST = 100

FolderState = tuple[int, int]
"""A folder's time stamp in nanoseconds, which tells of names that come and go, and its inode."""


@dataclass(frozen=True)
class OwnFiles:
    """What sitegen wrote to an output: paths of files; its folders, with the state they had where that is known."""

    files: Collection[str]
    folders: Mapping[str, FolderState | None]
    kept: tuple[str, ...] = ()
    """What else stood in the folders when they had these states."""

    @classmethod
    def of(cls, files: Collection[str]) -> OwnFiles:
        """Of files of which nothing but the paths is known."""
        return cls(files, dict.fromkeys(folders_of(files)))

    def without(self, places: Collection[str]) -> OwnFiles:
        """The same without all that is at some places or below them."""
        if not places:
            return self
        files = {path for path in self.files if not is_below(path, places)}
        folders = {path: state for path, state in self.folders.items() if not is_below(path, places)}
        return OwnFiles(files, folders, self.kept)


@dataclass(frozen=True)
class Strangers:
    """What sitegen did not write, by its paths: what is kept, and what is in the way.

    What is below a path here is not listed. `looked` are sitegen's folders whose names were read.
    """

    kept: tuple[str, ...]
    foreign: tuple[str, ...]
    looked: frozenset[str]


def folders_of(files: Collection[str]) -> set[str]:
    """The folders that files are in, with those around them; `""` is the output itself."""
    folders = {""}
    for path in files:
        folder = path.rpartition("/")[0]
        while folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders


def is_below(path: str, places: Collection[str]) -> bool:
    """Whether a path is one of some places, or below one."""
    return bool(places) and (path in places or any(folder in places for folder in folders_of([path])))


def folder_state(path: Path | str) -> FolderState:
    """The state of a folder. Raises OSError, for a link to one too."""
    found = os.lstat(path)
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(path)
    return found.st_mtime_ns, found.st_ino


def find_strangers(
    root: Path, own: OwnFiles, keep: Collection[str] = (), needed: Collection[str] = frozenset()
) -> Strangers:
    """Look for what sitegen did not write. A folder in the state it had is not read again.

    `keep` are paths that are kept with all below them; hidden files and empty folders are kept anyway. `needed` are
    folders of the next site: what is kept in them is listed by itself. Raises OSError.
    """
    search = _Search(root, own.files, own.folders, frozenset(map(_composed, keep)), needed)
    search.run(own.kept)
    return Strangers(tuple(sorted(search.kept)), tuple(sorted(search.foreign)), frozenset(search.looked))


@dataclass
class _Search:
    root: Path
    files: Collection[str]
    folders: Mapping[str, FolderState | None]
    keep: frozenset[str]
    needed: Collection[str]
    kept: set[str] = field(default_factory=set)
    foreign: list[str] = field(default_factory=list)
    looked: set[str] = field(default_factory=set)

    def run(self, kept: Collection[str]) -> None:
        """Look into those of our folders that are not as they were; never through a link."""
        changed = [folder for folder, known in self.folders.items() if self._state(folder) != known]
        for folder in sorted(changed):
            if all(self._state(parent) for parent in folders_of([f"{folder}/"])):
                self.looked.add(folder)
                self._read(folder)
        for path in kept:
            if path.rpartition("/")[0] not in self.looked and os.path.lexists(self._at(path)):
                self._judge(path, self._state(path) is not None)

    def _state(self, folder: str) -> FolderState | None:
        try:
            return folder_state(self._at(folder))
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _at(self, path: str) -> str:
        return f"{self.root}{os.sep}{path}"

    def _entries(self, folder: str) -> list[tuple[str, bool]]:
        with os.scandir(self._at(folder)) as found:
            return [
                (f"{folder}/{entry.name}" if folder else entry.name, entry.is_dir(follow_symlinks=False))
                for entry in found
            ]

    def _read(self, folder: str) -> None:
        for path, is_folder in self._entries(folder):
            known = path if path.isascii() else _composed(path)
            if known not in (self.folders if is_folder else self.files):
                self._judge(path, is_folder)

    def _judge(self, path: str, is_folder: bool) -> None:
        """Sort something that sitegen did not write."""
        if path == WRITING and is_own(self.root / WRITING):
            return
        if self.is_kept(path):
            self.kept.add(path)
        elif not is_folder or path.count("/") > _DEEPEST:
            self._refuse(path)
        elif path in self.needed:
            self._read_stranger(path)
        else:
            before = len(self.foreign)
            inside = set(self.kept)
            self._read_stranger(path)
            self.kept = inside
            if len(self.foreign) == before:
                # it goes with all that is in it, so that nothing which comes meanwhile is left behind
                self.kept.add(path)

    def _read_stranger(self, folder: str) -> None:
        for path, is_folder in self._entries(folder):
            known = path if path.isascii() else _composed(path)
            if is_folder or known not in self.files:
                self._judge(path, is_folder)

    def _refuse(self, path: str) -> None:
        if len(self.foreign) < _MOST_LISTED:
            self.foreign.append(path)

    def is_kept(self, path: str) -> bool:
        """By its name; what is below something that is hidden is never asked for."""
        name = path.rpartition("/")[2]
        return name.startswith(".") or name in _NEVER_OURS or is_below(_composed(path), self.keep)


def _composed(path: str) -> str:
    """A path as the manifest has it: some file systems take letters apart (NFD)."""
    return unicodedata.normalize("NFC", path)


def is_marked(root: Path) -> bool:
    """Whether a folder looks like sitegen's at first sight, without all of its manifest being read. Raises OSError."""
    path = root / MANIFEST
    if is_own(root / WRITING):
        return True
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_HEAD)) == _HEAD


def written_files(root: Path) -> set[str] | None:
    """The files that sitegen wrote to a folder, by what is in it; None for a folder that isn't sitegen's.

    Files that were edited or removed since count too. Raises OSError.
    """
    planned = _planned(root / WRITING)
    listed = _listed(root)
    if planned is None and listed is None:
        return None
    return (planned or set()) | (listed or set())


def _planned(folder: Path) -> set[str] | None:
    """What a build that was killed was about to write one by one, or remove."""
    if not is_own(folder):
        return None
    with suppress(OSError, ValueError):
        paths = json.loads((folder / PLAN).read_bytes())
        if isinstance(paths, list) and all(isinstance(path, str) and _is_inside(path) for path in paths):
            return set(paths)
    return set()


def _listed(root: Path) -> set[str] | None:
    """The files of the manifest in a folder, if it is one of sitegen's and does not belong to other files."""
    path = root / MANIFEST
    if path.is_symlink() or not path.is_file():
        return None
    try:
        files = _files_of_manifest(json.loads(path.read_bytes()))
    except (ValueError, RecursionError):
        return None
    if files is None:
        return None
    there = [name for name in files if os.path.lexists(root / name)]
    is_its = not there or any(_agrees(root / name, files[name]) for name in there)
    return {*files, MANIFEST} if is_its else None


def _files_of_manifest(value: Any) -> Mapping[str, Mapping[str, Any]] | None:
    """The files of a manifest by their paths; None for one that is not sitegen's, whatever it is."""
    if not isinstance(value, dict):
        return None
    tools, files = value.get("tools"), value.get("files")
    if not isinstance(tools, dict) or not all(isinstance(text, str) for text in tools.values()):
        return None
    # the manifest of an earlier version names its generator among the tools only
    is_earlier = "generator" not in value and value.keys() <= _EARLIER_KEYS and GENERATOR in tools
    if not isinstance(files, dict) or not (is_earlier or value.get("generator") == GENERATOR):
        return None
    return files if all(_is_inside(name) and _is_entry(item) for name, item in files.items()) else None


def _is_entry(item: Any) -> bool:
    if not isinstance(item, dict) or item.keys() != {"sha256", "bytes"}:
        return False
    digest, size = item["sha256"], item["bytes"]
    return isinstance(digest, str) and _DIGEST.match(digest) is not None and isinstance(size, int)


def _is_inside(path: str) -> bool:
    """Whether a path leads to a place below the folder it is taken in."""
    if os.name == "nt" and ("\\" in path or ":" in path):
        return False
    return "\0" not in path and not any(part in ("", ".", "..") for part in path.split("/"))


def _agrees(path: Path, item: Mapping[str, Any]) -> bool:
    with suppress(OSError):
        found = path.lstat()
        if stat.S_ISREG(found.st_mode) and found.st_size == item["bytes"]:
            digest: str = item["sha256"]
            return hashlib.sha256(path.read_bytes()).hexdigest() == digest
    return False


def in_the_way(kept: Collection[str], files: Collection[str]) -> Iterator[tuple[str, str]]:
    """What is kept and takes the place of a file or folder of the site, with a file that the site would have there."""
    tops = {path.partition("/")[0].casefold() for path in kept}
    files = [path for path in files if path.partition("/")[0].casefold() in tops] if kept else []
    made: dict[str, str] = {}
    for path in files:
        folder = path.casefold()
        while folder and folder not in made:
            made[folder] = path
            folder = folder.rpartition("/")[0]
    names = {path.casefold() for path in files}
    for path in kept:
        folded = path.casefold()
        above = [parent for parent in folders_of([folded]) if parent in names]
        if folded in made or above:
            yield path, made[folded if folded in made else above[0]]
