"""The files that a build reads, as one hash, and what is known of those of a content folder from build to build."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from . import journal
from .cache import keep_newest
from .inventory import Inventory, Known, forbidden_paths, list_files, passed_over
from .journal import Journal
from .options import BuildOptions
from .problems import SiteError

# content folders of which the files are known
_MOST_FOLDERS = 20
_KINDS = {"files": (str, Known)}
# read by whoever needs them, not through the inventory
_READ_APART = (".toml", ".csv", ".yaml", ".py")


@dataclass(frozen=True)
class InputFiles:
    """The files of a content folder and of the templates folders, as they are when a build begins.

    `before` is where the cache had what is known of them; `templates` is the hash of the templates, and `labels` that
    of the words of the interface among them.
    """

    inventory: Inventory
    before: Journal | None
    templates: str
    labels: str

    @classmethod
    def look(cls, options: BuildOptions) -> InputFiles:
        """List them. Raises OSError for a template that can't be read.

        Raises SiteError for what may not even be opened: a link that leaves its folder, a pipe, a device.
        """
        began = time.time_ns()
        listing = list_files(options.content, passed_over)
        others = (problem for folder in _own(options.templates) for problem in list_files(folder, passed_over).problems)
        if forbidden := forbidden_paths((*listing.problems, *others)):
            raise SiteError(forbidden)
        before = Journal.load(_folder(options.content, options.cache), _KINDS) if options.cache else None
        inventory = Inventory(listing, began, before.sections.get("files", {}) if before else {})
        labels = templates_hash([folder / "labels" for folder in options.templates])
        return cls(inventory, before, templates_hash(options.templates), labels)

    def hash(self) -> str:
        """A hash of all that a build reads.

        It is empty, which stands for no build, where a file can't be read or was written to since they were listed.
        """
        return self._hash(self.templates, lambda path: True)

    def data_hash(self, base_url: str) -> str:
        """A hash of what the dataset is made of: the data, the settings with a base URL, the words of the interface.

        It is empty where `hash` would be.
        """
        return self._hash(f"{self.labels}\0{base_url}", lambda path: path.startswith("data/") or path == "site.toml")

    def _hash(self, begin: str, is_part: Callable[[str], bool]) -> str:
        if self.inventory.listing.problems:
            return ""
        content = hashlib.sha256(begin.encode())
        try:
            for path in filter(is_part, self.inventory.listing.files):
                if path.endswith(_READ_APART) and not self.inventory.is_still(path):
                    return ""
                content.update(f"{path}\0{self.inventory.digest_now(path)}\0".encode())
        except OSError:
            return ""
        return content.hexdigest()

    def keep(self, cache: Path | None) -> None:
        """Keep what is known of the files for the next build."""
        if cache is None:
            return
        sections = {"files": self.inventory.taken()}
        with suppress(OSError):
            if self.before is None or not self.before.follow(sections):
                journal.begin(_folder(self.inventory.listing.root, cache), sections)
                keep_newest(cache / "files", _MOST_FOLDERS)


def _own(templates: Sequence[Path]) -> Iterator[Path]:
    """The folders of templates but for the installed one, which some installers fill with links."""
    package = Path(__file__).parent.resolve()
    return (folder for folder in templates if not folder.resolve().is_relative_to(package))


def _folder(content: Path, cache: Path) -> Path:
    return cache / "files" / hashlib.sha256(str(content.resolve()).encode()).hexdigest()[:24]


def templates_hash(folders: Sequence[Path]) -> str:
    """A hash of all files of the templates folders, assets too. Raises OSError."""
    content = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                content.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes() + b"\0")
        content.update(b"\0")
    return content.hexdigest()
