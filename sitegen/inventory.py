"""The files below a folder, each with the signature by which it is known again without being read.

A signature is size, times and inode, as git's index has them: a file that has the one it had when it was read has
not been written since. One that was written just before it was read may have been written again within the same tick
of the clock, and is read again next time.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .characters import named, unfit_in_name
from .problems import Problem, Span

Signature = tuple[int, int, int, int]
"""Size, time of the last change of the content and of the file's record (both in nanoseconds), inode."""
Known = tuple[Signature, str]
"""The signature that a file had when it was read, and the SHA-256 of what it held then."""
# file systems that keep whole seconds round down; FAT keeps every other one
_TICK = 2_000_000_000
# what is read as a whole; the largest pages and tables that people write have some hundred thousand bytes
_TEXTS = (".md", ".csv", ".toml", ".yaml", ".py")
_LARGEST_TEXT = 64 << 20


@dataclass(frozen=True)
class Listing:
    """Every file below `root` by its path there, in the order of a walk, and what keeps others from being listed."""

    root: Path
    files: Mapping[str, Signature]
    problems: tuple[Problem, ...] = ()


def passed_over(name: str, is_folder: bool) -> bool:
    """Whether a file or folder is none of the content: hidden, or an editor's."""
    if is_folder:
        return name.startswith(".") or name == "__pycache__"
    return name.startswith((".", "#", "~$")) or name.endswith(("~", ".swp", ".tmp"))


def list_files(root: Path, passed_over: Callable[[str, bool], bool] = lambda name, is_folder: False) -> Listing:
    """All files below a folder, each folder's own before those of the folders in it, by name.

    `passed_over` says which names are left out; its second argument is whether the name is a folder's.
    Links are followed within the folder.
    """
    files: dict[str, Signature] = {}
    problems: list[Problem] = []
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        folders = []
        for entry in _entries(root / prefix, problems):
            is_folder = _is_folder(entry)
            if passed_over(entry.name, is_folder):
                continue
            if problem := _path_problem(entry, root):
                problems.append(problem)
            elif is_folder:
                folders.append(f"{prefix}{entry.name}/")
            elif found := _status(entry):
                if problem := _file_problem(entry.path, found):
                    problems.append(problem)
                else:
                    files[prefix + entry.name] = signature_of(found)
        waiting += reversed(folders)
    return Listing(root, files, tuple(problems))


def _entries(folder: Path, problems: list[Problem]) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            yield from sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        message = f"can't read the folder: {error.strerror}"
        problems.append(Problem("file-unreadable", message, Span(folder.as_posix())))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # a link that leads to itself, which is told
        return False


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    """What the system says of a file; None of one that is gone since."""
    try:
        return entry.stat()
    except OSError:
        return None


def _file_problem(path: str, found: os.stat_result) -> Problem | None:
    if not stat.S_ISREG(found.st_mode):
        message = "a pipe, a socket or a device: only files and folders are read"
        return Problem("path-special", message, Span(Path(path).as_posix()), "remove it")
    if found.st_size > _LARGEST_TEXT and path.endswith(_TEXTS):
        message = f"a text of {found.st_size >> 20:,} MB; the largest that is read has {_LARGEST_TEXT >> 20}"
        hint = "split it, or publish it in an archive, e.g. .zip"
        return Problem("file-large", message, Span(Path(path).as_posix()), hint)
    return None


def forbidden_paths(problems: Iterable[Problem]) -> list[Problem]:
    """Those of a listing's problems for which nothing of the folder may be read: who opens a path finds what is there.

    A link may lead to a secret, which would stand in a message; a pipe may never answer, and a text fill the memory.
    """
    return [problem for problem in problems if problem.code in ("path-outside", "path-special", "file-large")]


def signature_of(found: os.stat_result) -> Signature:
    """The signature of a file by what the system says of it."""
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def _path_problem(entry: os.DirEntry[str], root: Path) -> Problem | None:
    """What is wrong with a path before it is read: its name, or where a symbolic link leads."""
    if not entry.name.isascii():
        try:
            entry.name.encode()
        except UnicodeEncodeError:
            shown = os.fsencode(Path(entry.path)).decode("utf-8", "replace")
            return Problem("file-name", "the name of this file is not UTF-8", Span(shown), "rename the file")
    if unfit := unfit_in_name(entry.name) or ("\\" if "\\" in entry.name else ""):
        message = f"the name of this file holds the character {named(unfit)}"
        return Problem("file-name", message, Span(Path(entry.path).as_posix()), "rename the file")
    return _link_problem(Path(entry.path), root) if entry.is_symlink() else None


def readable_problem(path: Path, root: Path) -> Problem | None:
    """What keeps a file below a folder from being read, whoever opens it by its path."""
    return (path.is_symlink() and _link_problem(path, root)) or _file_problem(str(path), path.stat())


def _link_problem(path: Path, root: Path) -> Problem | None:
    span = Span(path.as_posix())
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return Problem("path-nowhere", "a link that leads nowhere", span, "remove it, or copy the file in")
    if not target.is_relative_to(root.resolve()):
        return Problem("path-outside", f"a link that leaves {root.as_posix()}/", span, "copy the file in")
    if path.is_dir() and path.parent.resolve().is_relative_to(target):
        return Problem("path-circle", "a link that leads round in a circle", span, "remove it")
    return None


@dataclass
class Inventory:
    """The files of a folder, and what they hold as far as that was found out: in the last build or in this one."""

    listing: Listing
    began: int
    """When the listing was begun, in nanoseconds since 1970."""
    known: Mapping[str, Known] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)

    def digest(self, path: str) -> str | None:
        """The SHA-256 of a file that is as it was when it was last read; None where it has to be read."""
        if path not in self.digests:
            signature, digest = self.known.get(path, (None, ""))
            if signature != self.listing.files.get(path):
                return None
            self.digests[path] = digest
        return self.digests[path]

    def digest_now(self, path: str) -> str:
        """The SHA-256 of a file, which is read where it has to be. Raises OSError."""
        known = self.digest(path)
        if known is None:
            with (self.listing.root / path).open("rb") as file:
                known = self.digests[path] = hashlib.file_digest(file, "sha256").hexdigest()
        return known

    def read(self, path: str) -> bytes:
        """What a file holds now. Raises OSError."""
        content = (self.listing.root / path).read_bytes()
        self.digests[path] = hashlib.sha256(content).hexdigest()
        return content

    def taken(self) -> dict[str, Known]:
        """What is known of the files now, for the next build."""
        latest = self.began - _TICK
        return {
            path: (signature if max(signature[1], signature[2]) < latest else (signature[0], 0, 0, 0), digest)
            for path, signature in self.listing.files.items()
            if (digest := self.digests.get(path))
        }

    def is_still(self, path: str) -> bool:
        """Whether a file has not been written to since the listing was made."""
        try:
            return signature_of((self.listing.root / path).stat()) == self.listing.files[path]
        except OSError:
            return False
