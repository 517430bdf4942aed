"""What changes in the folders of a site, told within some 10 ms by the operating system's notices."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from watchfiles import Change, watch

# ms. Changes are told once none has come for a step, and after the longer time at the latest: `git checkout` of 500
# files is one change or two
_STEP = 5
_AT_LATEST = 200
# seconds. Notices can be lost (too many at once, a new folder's first file, a folder that takes another's place, a link
# that leads elsewhere), and some systems give none: what they tell is held against what is there
_LOOK = 2.0
_LOOK_WITHOUT_NOTICES = 0.5

Stamp = tuple[int, ...]


def is_temporary(name: str) -> bool:
    """Whether an editor, or the system, has a file or folder of this name for itself: a build passes over it."""
    return (
        name.startswith((".", "#", "~$", "__pycache__"))
        or name.endswith(("~", ".swp", ".swx", ".swo", ".tmp", "___jb_tmp___", "___jb_old___"))
        # vim tries by this name whether it may write into a folder
        or name == "4913"
    )


def stamps(paths: Iterable[str]) -> dict[str, Stamp]:
    """Of each of these, and of all that is below a folder: what differs once it has changed. Links are followed."""
    found: dict[str, Stamp] = {}
    folders: set[Stamp] = set()
    waiting = list(paths)
    while waiting:
        path = waiting.pop()
        # what is gone by now, or leads nowhere, has no stamp
        with suppress(OSError):
            status = Path(path).stat()
            identity = (status.st_dev, status.st_ino)
            if not stat.S_ISDIR(status.st_mode):
                found[path] = (*identity, status.st_mtime_ns, status.st_size)
            elif identity not in folders:
                folders.add(identity)
                found[path] = identity
                waiting += [entry.path for entry in os.scandir(path) if not is_temporary(entry.name)]
    return found


@dataclass
class Watcher:
    """A thread that tells `changed` which paths are new, other or gone, but for temporary ones, until it is closed."""

    folders: Sequence[Path]
    changed: Callable[[Iterable[str]], None]
    say: Callable[[str], None]
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """From now on nothing is missed."""
        # links on the way to a folder are the system's business; notices have the way without them
        self._shown = {str(folder.resolve()): str(folder) for folder in self.folders}
        self._known = stamps(self._shown)
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        said = False
        while not self._stop.is_set():
            try:
                self._follow_notices()
            except (OSError, RuntimeError) as error:
                # a folder that isn't there (yet), or the system's limit of watches
                if not said and all(Path(folder).is_dir() for folder in self._shown):
                    said = True
                    self.say(f"no notices of changes ({error}): looking for them every {_LOOK_WITHOUT_NOTICES} s")
                self._look()
                self._stop.wait(_LOOK_WITHOUT_NOTICES)

    def _follow_notices(self) -> None:
        """Tell what is noticed, until a look finds what was not, or another folder has taken a watched one's place.

        Then the folders are to be watched anew.
        """
        batches = watch(
            *self._shown,
            watch_filter=self._concerns,
            debounce=_AT_LATEST,
            step=_STEP,
            stop_event=self._stop,
            rust_timeout=int(_LOOK * 1000),
            yield_on_timeout=True,
        )
        for batch in batches:
            if batch:
                paths = {path for _, path in batch}
                self._tell(paths)
                if not paths.isdisjoint(self._shown):
                    return
            elif self._look():
                return

    def _concerns(self, _: Change, path: str) -> bool:
        return not any(map(is_temporary, Path(self._split(path)[1]).parts))

    def _tell(self, paths: set[str]) -> None:
        gone = {path for path in paths if not Path(path).exists()}
        # what has come and gone again was somebody's temporary file
        told = {path for path in paths if path in self._known or path not in gone}
        if told:
            self.changed(map(self._name, told))
        if gone:
            left = {path: stamp for path, stamp in self._known.items() if gone.isdisjoint(_with_folders(path))}
            self._known = left
        self._known.update(stamps(paths - gone))

    def _look(self) -> bool:
        """Tell what has changed without having been told. Returns whether there was any."""
        now = stamps(self._shown)
        differing = {path for path, _ in self._known.items() ^ now.items()}
        self._known = now
        if differing:
            self.changed(map(self._name, differing))
        return bool(differing)

    def _name(self, path: str) -> str:
        """A path as people write it: `content/index.en.md`."""
        shown, rest = self._split(path)
        return Path(shown, rest).as_posix()

    def _split(self, path: str) -> tuple[str, str]:
        """A folder as people write it, and the way from there."""
        for folder, shown in self._shown.items():
            if path == folder or path.startswith(folder + os.sep):
                return shown, path[len(folder) + 1 :]
        return "", path


def _with_folders(path: str) -> list[str]:
    """A path, and the folders that it is in."""
    return [path, *map(str, Path(path).parents)]
