"""The files of a content folder as they are read: texts when they are asked for, and the same all through a build."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from .inventory import Inventory, list_files, passed_over
from .located import SourceText, decode_text
from .problems import Problem, SiteError, Span

# a page's text is asked for a few times while it is rendered, and hardly ever after
_MOST_TEXTS = 64


@dataclass
class ContentFiles:
    """The files of a content folder. A text is read again rather than held, but only if it is still the same."""

    inventory: Inventory
    texts: OrderedDict[str, str] = field(default_factory=OrderedDict)

    @classmethod
    def of(cls, root: Path) -> ContentFiles:
        """Those of a folder of which nothing is known yet."""
        return cls(Inventory(list_files(root, passed_over), 0))

    @property
    def root(self) -> Path:
        return self.inventory.listing.root

    @cached_property
    def _prefix(self) -> str:
        return (self.root / "_").as_posix()[:-1]

    def name(self, path: str) -> str:
        """A file's path as people write it, e.g. `content/index.en.md`."""
        return self._prefix + path

    def source(self, path: str) -> FileText:
        """A text file of the folder, which is not read yet."""
        return FileText(self, path)

    def digest(self, path: str) -> str:
        """The SHA-256 of a file. Raises OSError where it has to be read and can't be."""
        return self.inventory.digest_now(path)

    def read(self, path: str) -> bytes:
        """What a file holds. Raises SiteError where it can't be read, or isn't what it was at the first time."""
        before = self.inventory.digest(path)
        try:
            content = self.inventory.read(path)
        except OSError as error:
            message = f"can't read the file: {error.strerror}"
            raise SiteError([Problem("file-unreadable", message, Span(self.name(path)))]) from error
        if before is not None and self.inventory.digests[path] != before:
            message = "the file was saved while the site was built from it"
            raise SiteError([Problem("file-changed", message, Span(self.name(path)), "build again")])
        return content

    def beginning(self, path: str, size: int) -> bytes:
        """The first bytes of a file, at most so many. Raises SiteError where it can't be read."""
        try:
            with (self.root / path).open("rb") as file:
                return file.read(size)
        except OSError as error:
            message = f"can't read the file: {error.strerror}"
            raise SiteError([Problem("file-unreadable", message, Span(self.name(path)))]) from error

    def text(self, path: str) -> str:
        """A text, with LF line ends and in NFC. Raises SiteError, also where it isn't UTF-8."""
        if path not in self.texts:
            self.texts[path] = decode_text(self.read(path), self.name(path)).text
            if len(self.texts) > _MOST_TEXTS:
                self.texts.popitem(last=False)
        return self.texts[path]


class FileText(SourceText):
    """A text file of the content folder; its text is read when it is asked for."""

    def __init__(self, files: ContentFiles, path: str) -> None:
        vars(self).update(name=files.name(path), _files=files, _path=path)

    @property
    def text(self) -> str:
        files: ContentFiles = vars(self)["_files"]
        return files.text(vars(self)["_path"])
