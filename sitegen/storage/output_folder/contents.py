"""What is in an output folder: files that sitegen wrote, what is kept for the user, and what is foreign.

A folder is ours if its `build-manifest.json` names sitegen and matches the files that are there.
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

from ..paths import is_file
from .own_folders import is_own

GENERATOR = "sitegen"
MANIFEST = "build-manifest.json"
WRITING = ".sitegen-writing"
"""The folder in the output that a build uses while it replaces files one by one."""
PLAN = "plan"
"""The file in that folder that lists what the build writes and removes."""
# how the manifest begins
_HEAD = f'{{\n "generator": "{GENERATOR}",\n'.encode()
# made by file systems and file browsers
_NEVER_OURS = frozenset({"lost+found", "Thumbs.db", "desktop.ini"})
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_EARLIER_KEYS = frozenset({"tools", "source_date_epoch", "files"})
_NO_NAMES = frozenset({"", ".", ".."})
_MOST_LISTED = 10_000
_DEEPEST = 100

FolderState = tuple[int, int]
"""A folder's time stamp in nanoseconds, which changes when names come and go, and its inode."""


@dataclass(frozen=True)
class OwnFiles:
    """The files that sitegen wrote to an output, and its folders, with the state they had if that is known."""

    files: Collection[str]
    folders: Mapping[str, FolderState | None]
    kept: tuple[str, ...] = ()
    """What else was in the folders then."""

    @classmethod
    def of(cls, files: Collection[str]) -> OwnFiles:
        """For files of which only the paths are known."""
        return cls(files, dict.fromkeys(folders_of(files)))

    def without(self, places: Collection[str]) -> OwnFiles:
        """The same, without these places and all below them."""
        if not places:
            return self
        files = {path for path in self.files if not is_below(path, places)}
        folders = {path: state for path, state in self.folders.items() if not is_below(path, places)}
        return OwnFiles(files, folders, self.kept)


@dataclass(frozen=True)
class Strangers:
    """What sitegen did not write: what is kept, and what is in the way. Nothing below a listed path is listed.

    `looked` are those of sitegen's folders that were read.
    """

    kept: tuple[str, ...]
    foreign: tuple[str, ...]
    looked: frozenset[str]


def folders_of(files: Collection[str]) -> set[str]:
    """All parent folders of these files; `""` is the output itself."""
    folders = {""}
    for path in files:
        folder = path.rpartition("/")[0]
        while folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders


def is_below(path: str, places: Collection[str]) -> bool:
    """Whether a path is one of these places, or below one."""
    return bool(places) and (path in places or any(folder in places for folder in folders_of([path])))


def folder_state(path: Path | str) -> FolderState:
    """The state of a folder. Raises OSError, also for a link to one."""
    found = os.lstat(path)
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(path)
    return found.st_mtime_ns, found.st_ino


def find_strangers(
    root: Path, own: OwnFiles, keep: Collection[str] = (), needed: Collection[str] = frozenset()
) -> Strangers:
    """Look for what sitegen did not write. A folder whose state has not changed is not read again.

    The paths in `keep` are kept with all below them; hidden files and empty folders always are. `needed` are folders
    of the next site: what is kept in them is listed item by item. Raises OSError.
    """
    search = _Search(root, own, frozenset(map(_composed, keep)), needed)
    search.run()
    return Strangers(tuple(sorted(search.kept)), tuple(sorted(search.foreign)), frozenset(search.looked))


@dataclass
class _Search:
    root: Path
    own: OwnFiles
    keep: frozenset[str]
    needed: Collection[str]
    kept: set[str] = field(default_factory=set)
    foreign: list[str] = field(default_factory=list)
    looked: set[str] = field(default_factory=set)

    def run(self) -> None:
        """Read those of our folders that have changed; never through a link."""
        changed = [folder for folder, known in self.own.folders.items() if self._state(folder) != known]
        for folder in sorted(changed):
            if all(self._state(parent) for parent in folders_of([f"{folder}/"])):
                self.looked.add(folder)
                self._read(folder)
        for path in self.own.kept:
            if path.rpartition("/")[0] not in self.looked and os.path.lexists(self._at(path)):
                self._judge(path, self._state(path) is not None)

    def _state(self, folder: str) -> FolderState | None:
        try:
            return folder_state(self._at(folder))
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _at(self, path: str) -> str:
        return f"{self.root}{os.sep}{path}"

    def _read(self, folder: str) -> None:
        with os.scandir(self._at(folder)) as found:
            entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]
        for name, is_folder in entries:
            path = f"{folder}/{name}" if folder else name
            if _composed(path) not in (self.own.folders if is_folder else self.own.files):
                self._judge(path, is_folder)

    def _judge(self, path: str, is_folder: bool) -> None:
        """Sort something that sitegen did not write."""
        if path == WRITING and is_own(self.root / WRITING):
            return
        if self._is_kept(path):
            self.kept.add(path)
        elif not is_folder or path.count("/") > _DEEPEST:
            if len(self.foreign) < _MOST_LISTED:
                self.foreign.append(path)
        elif path in self.needed:
            self._read(path)
        else:
            kept, before = set(self.kept), len(self.foreign)
            self._read(path)
            self.kept = kept
            if len(self.foreign) == before:
                # keep the folder as a whole, with whatever is put into it meanwhile
                self.kept.add(path)

    def _is_kept(self, path: str) -> bool:
        name = path.rpartition("/")[2]
        return name.startswith(".") or name in _NEVER_OURS or is_below(_composed(path), self.keep)


def _composed(path: str) -> str:
    """A path as the manifest has it: some file systems decompose letters (NFD)."""
    return path if path.isascii() else unicodedata.normalize("NFC", path)


def is_marked(root: Path) -> bool:
    """Whether a folder looks like sitegen's, without reading all of its manifest. Raises OSError."""
    path = root / MANIFEST
    if is_own(root / WRITING):
        return True
    if not is_file(path):
        return False
    with path.open("rb") as file:
        return file.read(len(_HEAD)) == _HEAD


def written_files(root: Path) -> set[str] | None:
    """The files that sitegen wrote to a folder, edited and removed ones too; None if it isn't sitegen's.

    Raises OSError.
    """
    planned, listed = _planned(root / WRITING), _listed(root)
    return None if planned is None and listed is None else (planned or set()) | (listed or set())


def _planned(folder: Path) -> set[str] | None:
    """What a killed build was about to write one by one, or remove."""
    if not is_own(folder):
        return None
    with suppress(OSError, ValueError):
        paths = json.loads((folder / PLAN).read_bytes())
        if isinstance(paths, list) and all(isinstance(path, str) and is_inside(path) for path in paths):
            return set(paths)
    return set()


def _listed(root: Path) -> set[str] | None:
    """The files in a folder's manifest; None if it is not sitegen's, or belongs to other files."""
    path = root / MANIFEST
    if not is_file(path):
        return None
    try:
        files = _files_of_manifest(json.loads(path.read_bytes()))
    except (ValueError, RecursionError):
        return None
    if files is None:
        return None
    there = [name for name in files if os.path.lexists(root / name)]
    if there and not any(file_with(root / name, files[name]["bytes"], files[name]["sha256"]) for name in there):
        return None
    return {*files, MANIFEST}


def _files_of_manifest(value: Any) -> Mapping[str, Mapping[str, Any]] | None:
    """The files of a manifest by path; None if it is not one of sitegen's."""
    if not isinstance(value, dict):
        return None
    tools, files = value.get("tools"), value.get("files")
    if not isinstance(tools, dict) or not all(isinstance(text, str) for text in tools.values()):
        return None
    # earlier versions name the generator among the tools only
    is_earlier = "generator" not in value and value.keys() <= _EARLIER_KEYS and GENERATOR in tools
    if not isinstance(files, dict) or not (is_earlier or value.get("generator") == GENERATOR):
        return None
    return files if all(is_inside(name) and _is_entry(item) for name, item in files.items()) else None


def _is_entry(item: Any) -> bool:
    if not isinstance(item, dict) or item.keys() != {"sha256", "bytes"}:
        return False
    digest, size = item["sha256"], item["bytes"]
    return isinstance(digest, str) and _DIGEST.match(digest) is not None and isinstance(size, int)


def is_inside(path: str) -> bool:
    """Whether a relative path stays below its folder."""
    if os.name == "nt" and ("\\" in path or ":" in path):
        return False
    return "\0" not in path and _NO_NAMES.isdisjoint(path.split("/"))


def file_with(path: Path, size: int, digest: str) -> os.stat_result | None:
    """The status of a regular file with this size and SHA-256; None if there is no such file."""
    with suppress(OSError):
        found = path.lstat()
        may_be = stat.S_ISREG(found.st_mode) and found.st_size == size
        if may_be and hashlib.sha256(path.read_bytes()).hexdigest() == digest:
            return found
    return None


def in_the_way(kept: Collection[str], files: Collection[str]) -> Iterator[tuple[str, str]]:
    """Kept paths that are in the way of the site, each with a file that the site would have there."""
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
