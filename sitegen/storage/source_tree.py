"""The files that a build reads: listed once, read on demand, and the same throughout the build; and their hashes.

As in git's index, a file with the signature (size, times, inode) that it had when it was read is unchanged. One written
just before it was read may have been written again in the same clock tick, and is read again next time.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..problems import Problem, SiteError, Span, named, unfit_in_name
from .paths import path_hash
from .store import Store

if TYPE_CHECKING:
    from ..text import SourceText

Signature = tuple[int, int, int, int]
"""Size, mtime and ctime in nanoseconds, inode."""
Known = tuple[Signature, str]
"""The signature of a file when it was read, and the SHA-256 of its content."""
# some file systems keep whole seconds; FAT every other one
_TICK = 2_000_000_000
# read as a whole; the largest that people write have some hundred thousand bytes
_TEXTS = (".md", ".csv", ".toml", ".yaml", ".py")
_LARGEST_TEXT = 64 << 20
# not read through the tree
_READ_APART = (".toml", ".csv", ".yaml", ".py")
# a page's text is used a few times while it is rendered, and hardly ever after
_MOST_TEXTS = 64
# content folders whose files are known
_MOST_FOLDERS = 20
_FILES = "files"


def _is_passed_over(name: str, is_folder: bool) -> bool:
    """Whether a file or folder is not content: it is hidden, or an editor's."""
    if is_folder:
        return name.startswith(".") or name == "__pycache__"
    return name.startswith((".", "#", "~$")) or name.endswith(("~", ".swp", ".tmp"))


def list_files(root: Path) -> tuple[dict[str, Signature], tuple[Problem, ...]]:
    """All files below a folder, by name, each folder's own before those of its subfolders; and why others are missing.

    Hidden files and those of editors are passed over. Links are followed within the folder.
    """
    files: dict[str, Signature] = {}
    problems: list[Problem] = []
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        folders = []
        try:
            with os.scandir(root / prefix) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            message = f"can't read the folder: {error.strerror}"
            problems.append(Problem("file-unreadable", message, Span((root / prefix).as_posix())))
            continue
        for entry in entries:
            is_folder = _is_folder(entry)
            if _is_passed_over(entry.name, is_folder):
                continue
            if problem := _path_problem(entry, root):
                problems.append(problem)
            elif is_folder:
                folders.append(f"{prefix}{entry.name}/")
            else:
                # it may be gone since
                with suppress(OSError):
                    status = entry.stat()
                    if problem := _file_problem(entry.path, status):
                        problems.append(problem)
                    else:
                        files[prefix + entry.name] = _signature(status)
        waiting += reversed(folders)
    return files, tuple(problems)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # a link to itself, reported later
        return False


def _file_problem(path: str, found: os.stat_result) -> Problem | None:
    if not stat.S_ISREG(found.st_mode):
        message = "a pipe, a socket or a device: only files and folders are read"
        return Problem("path-special", message, Span(Path(path).as_posix()), "remove it")
    if found.st_size > _LARGEST_TEXT and path.endswith(_TEXTS):
        message = f"a text of {found.st_size >> 20:,} MB; the maximum is {_LARGEST_TEXT >> 20} MB"
        hint = "split it, or publish it in an archive, e.g. .zip"
        return Problem("file-large", message, Span(Path(path).as_posix()), hint)
    return None


def _signature(found: os.stat_result) -> Signature:
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def _path_problem(entry: os.DirEntry[str], root: Path) -> Problem | None:
    """What is wrong with a name, or with where a symbolic link leads."""
    if not entry.name.isascii():
        try:
            entry.name.encode()
        except UnicodeEncodeError:
            shown = os.fsencode(Path(entry.path)).decode("utf-8", "replace")
            return Problem("file-name", "the name of this file is not UTF-8", Span(shown), "rename the file")
    if unfit := unfit_in_name(entry.name) or ("\\" if "\\" in entry.name else ""):
        message = f"the name of this file contains the character {named(unfit)}"
        return Problem("file-name", message, Span(Path(entry.path).as_posix()), "rename the file")
    return _link_problem(Path(entry.path), root) if entry.is_symlink() else None


def readable_problem(path: Path, root: Path) -> Problem | None:
    """Why a file below a folder must not be opened, if so."""
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
        return Problem("path-circle", "a circular link", span, "remove it")
    return None


@dataclass
class SourceTree:
    """The files below a folder, and what this build or an earlier one knows of them.

    Texts are read again rather than held; reading fails if one has changed.
    """

    root: Path
    files: Mapping[str, Signature]
    problems: tuple[Problem, ...] = ()
    began: int = 0
    """When the listing began, in nanoseconds since 1970."""
    known: Mapping[str, Known] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    """The SHA-256 of each file that was read, or is known to be unchanged."""
    texts: OrderedDict[str, str] = field(default_factory=OrderedDict)

    @classmethod
    def of(cls, root: Path, known: Mapping[str, Known] | None = None) -> SourceTree:
        """List the files below a folder."""
        began = time.time_ns()
        return cls(root, *list_files(root), began, known or {})

    def known_digest(self, path: str) -> str | None:
        """The SHA-256 of a file that has not changed since it was last read; otherwise None."""
        if path not in self.digests:
            signature, digest = self.known.get(path, (None, ""))
            if signature != self.files.get(path):
                return None
            self.digests[path] = digest
        return self.digests[path]

    def digest(self, path: str) -> str:
        """The SHA-256 of a file, which is read if necessary. Raises OSError."""
        known = self.known_digest(path)
        if known is None:
            with (self.root / path).open("rb") as file:
                known = self.digests[path] = hashlib.file_digest(file, "sha256").hexdigest()
        return known

    def is_still(self, path: str) -> bool:
        """Whether a file is unchanged since it was listed."""
        try:
            return _signature((self.root / path).stat()) == self.files[path]
        except OSError:
            return False

    def for_next_build(self) -> dict[str, Known]:
        """What the next build may know of the files."""
        latest = self.began - _TICK
        return {
            path: (signature if max(signature[1], signature[2]) < latest else (signature[0], 0, 0, 0), digest)
            for path, signature in self.files.items()
            if (digest := self.digests.get(path))
        }

    @cached_property
    def _prefix(self) -> str:
        return (self.root / "_").as_posix()[:-1]

    def name(self, path: str) -> str:
        """A file's path for people, e.g. `content/index.en.md`."""
        return self._prefix + path

    def read(self, path: str) -> bytes:
        """A file's content. Raises SiteError if it can't be read, or has changed during the build."""
        before = self.known_digest(path)
        content = self._bytes(path)
        self.digests[path] = hashlib.sha256(content).hexdigest()
        if before is not None and self.digests[path] != before:
            message = "the file was saved while the site was built from it"
            raise SiteError([Problem("file-changed", message, Span(self.name(path)), "build again")])
        return content

    def beginning(self, path: str, size: int) -> bytes:
        """The first bytes of a file. Raises SiteError if it can't be read."""
        return self._bytes(path, size)

    def _bytes(self, path: str, size: int = -1) -> bytes:
        try:
            with (self.root / path).open("rb") as file:
                return file.read(size)
        except OSError as error:
            message = f"can't read the file: {error.strerror}"
            raise SiteError([Problem("file-unreadable", message, Span(self.name(path)))]) from error

    def text(self, path: str) -> str:
        """A text, with LF line ends and in NFC. Raises SiteError, also if it isn't UTF-8."""
        if path not in self.texts:
            # not imported if nothing has changed
            from ..text import decode_text

            self.texts[path] = decode_text(self.read(path), self.name(path)).text
            if len(self.texts) > _MOST_TEXTS:
                self.texts.popitem(last=False)
        return self.texts[path]

    def source(self, path: str) -> SourceText:
        """A text file of the folder, read on demand."""
        from ..text import UnreadText

        return UnreadText(self.name(path), partial(self.text, path))


@dataclass(frozen=True)
class InputFiles:
    """All files that a build reads, as they are when it begins.

    `templates` is the hash of all templates, `labels` that of the interface words among them.
    """

    content: SourceTree
    templates: str
    labels: str

    @classmethod
    def look(cls, folder: Path, templates: Sequence[Path], store: Store) -> InputFiles:
        """List them. Raises OSError for a template that can't be read.

        Raises SiteError for what must not even be opened: a link may lead to a secret, which would stand in a message;
        a pipe may never answer; a huge text would fill the memory.
        """
        kept = store.values(_FILES, path_hash(folder.resolve()), dict[str, Known])
        known = {f"{prefix}{name}": value for prefix, names in kept.items() for name, value in names.items()}
        content = SourceTree.of(folder, known)
        # but for the installed templates, which some installers fill with links
        package = Path(__file__).parent.parent.resolve()
        own = (path for path in templates if not path.resolve().is_relative_to(package))
        problems = [*content.problems, *(problem for path in own for problem in list_files(path)[1])]
        if forbidden := [each for each in problems if each.code in ("path-outside", "path-special", "file-large")]:
            raise SiteError(forbidden)
        labels = templates_hash([path / "labels" for path in templates])
        return cls(content, templates_hash(templates), labels)

    def hash(self) -> str:
        """A hash of all that a build reads; empty if a file can't be read, or has changed since it was listed."""
        return self._hash(self.templates, lambda path: True)

    def data_hash(self, base_url: str) -> str:
        """The same of what the dataset is made from: the data, the settings, a base URL, the interface words."""
        return self._hash(f"{self.labels}\0{base_url}", lambda path: path.startswith("data/") or path == "site.toml")

    def _hash(self, begin: str, is_part: Callable[[str], bool]) -> str:
        if self.content.problems:
            return ""
        content = hashlib.sha256(begin.encode())
        try:
            for path in filter(is_part, self.content.files):
                if path.endswith(_READ_APART) and not self.content.is_still(path):
                    return ""
                content.update(f"{path}\0{self.content.digest(path)}\0".encode())
        except OSError:
            return ""
        return content.hexdigest()

    def keep(self, store: Store) -> None:
        """Keep what is known of the files for the next build."""
        content = self.content
        owner = path_hash(content.root.resolve())
        keep_by_folder(store, _FILES, owner, content.known, content.for_next_build(), _MOST_FOLDERS)


def keep_by_folder(
    store: Store, kind: str, owner: str, old: Mapping[str, object], new: Mapping[str, object], most: int = 0
) -> None:
    """Keep a value for each file, grouped by folder; only folders with changes are written."""
    if old == new:
        return
    folders, before = _by_folder(new), _by_folder(old)
    store.keep(kind, owner, {name: values for name, values in folders.items() if values != before.get(name)}, most)
    store.forget(kind, owner, before.keys() - folders.keys())


def _by_folder(values: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """`{"a/b.md": 1}` → `{"a/": {"b.md": 1}}`."""
    folders: dict[str, dict[str, object]] = {}
    for path, value in values.items():
        folder, slash, name = path.rpartition("/")
        folders.setdefault(folder + slash, {})[name] = value
    return folders


def templates_hash(folders: Sequence[Path]) -> str:
    """A hash of all files in the templates folders, assets too. Raises OSError."""
    content = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                content.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes() + b"\0")
        content.update(b"\0")
    return content.hexdigest()


@lru_cache
def code_digest(folder: Path) -> str:
    """A hash of a package's code, fonts and word lists, with their names: other code may make other output."""
    content = hashlib.sha256()
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.endswith((".py", ".ttf", ".yaml")):
                path = os.path.join(root, name)  # noqa: PTH118 -- a Path is slower, and this runs at each start
                with open(path, "rb") as file:  # noqa: PTH123
                    content.update(f"{path[len(str(folder)) :]}\0".encode() + file.read() + b"\0")
    return content.hexdigest()
