"""livereload's watcher of folders, woken within some 10 ms by the operating system instead of by a timer."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from livereload.watcher import Watcher
from watchfiles import Change, watch

# ms. Changes are told once none has come for a step, and after the longer time at the latest: a `git checkout` of 500
# files is one or two batches
_STEP = 5
_AT_LATEST = 200
# seconds. Notices can be lost (too many at once, the first file of a new folder, a folder that takes another's place, a
# link that leads elsewhere), and some systems give none, so the folders are compared with what is known of them
_COMPARE_EVERY = 2.0
_COMPARE_EVERY_WITHOUT_NOTICES = 0.5

Stamp = tuple[int, ...]


def is_temporary(name: str) -> bool:
    """Whether a file or folder of this name belongs to an editor or the system; builds ignore these."""
    return (
        name.startswith((".", "#", "~$", "__pycache__"))
        or name.endswith(("~", ".swp", ".swx", ".swo", ".tmp", "___jb_tmp___", "___jb_old___"))
        # vim tests with this name whether it can write to a folder
        or name == "4913"
    )


def stamps(paths: Iterable[str]) -> dict[str, Stamp]:
    """A stamp of each of these paths and of all below them, which differs once the file has changed. Follows links."""
    found: dict[str, Stamp] = {}
    folders: set[Stamp] = set()
    waiting = list(paths)
    while waiting:
        path = waiting.pop()
        # a path that is gone by now, or a dead link, has no stamp
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


class FolderWatcher(Watcher):  # type: ignore[misc]
    """Calls the function that `watch` was given for a folder with the paths that are new, changed or gone in it.

    `start` is livereload's hook for watchers that needn't be polled. Temporary files are left out.
    """

    def __init__(self, in_loop: Callable[[Callable[[], object]], object], say: Callable[[str], None]) -> None:
        """`in_loop` has a function called by the server's loop; `say` tells people."""
        super().__init__()
        self._in_loop, self._say = in_loop, say
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._changed: dict[str, set[str]] = {}
        """Of each folder that is watched: what has changed there since livereload last asked."""

    def start(self, callback: Callable[[], object]) -> bool:
        """Miss nothing from now on, and call back when something has changed. True: there is no need to poll."""
        # livereload reloads all pages 2 s after the first callback: give it one while none is open (as INotifyWatcher)
        callback()
        self._callback = callback
        # links on the way to a folder are the system's business; notices have paths without them
        self._shown = {str(Path(folder).resolve()): folder for folder in self._tasks}
        self._known = stamps(self._shown)
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._thread.start()
        return True

    def close(self) -> None:
        """End the thread, if it has started."""
        self._stop.set()
        if self._thread:
            self._thread.join()

    def is_changed(self, path: str, ignore: object = None) -> list[str]:
        """What has changed in a watched folder since the last call; livereload passes it to the folder's function."""
        with self._lock:
            return sorted(self._changed.pop(path, ()))

    def _run(self) -> None:
        said = False
        while not self._stop.is_set():
            try:
                self._follow_notices()
            except (OSError, RuntimeError) as error:
                # a folder that isn't there (yet), or the system's limit of watches
                if not said and all(Path(folder).is_dir() for folder in self._shown):
                    said = True
                    self._say(f"no change notices ({error}): polling every {_COMPARE_EVERY_WITHOUT_NOTICES} s")
                self._compare()
                self._stop.wait(_COMPARE_EVERY_WITHOUT_NOTICES)

    def _follow_notices(self) -> None:
        """Pass on the system's notices, until some were missed or another folder has taken a watched one's place.

        Then the folders have to be watched anew.
        """
        batches = watch(
            *self._shown,
            watch_filter=self._concerns,
            debounce=_AT_LATEST,
            step=_STEP,
            stop_event=self._stop,
            rust_timeout=int(_COMPARE_EVERY * 1000),
            yield_on_timeout=True,
        )
        for batch in batches:
            if batch:
                paths = {path for _, path in batch}
                self._notice(paths)
                if not paths.isdisjoint(self._shown):
                    return
            elif self._compare():
                return

    def _concerns(self, _: Change, path: str) -> bool:
        folder = self._folder_of(path)
        return folder is None or not any(map(is_temporary, Path(path).relative_to(folder).parts))

    def _notice(self, paths: set[str]) -> None:
        gone = {path for path in paths if not Path(path).exists()}
        # a path that has come and gone again was a temporary file
        self._tell({path for path in paths if path in self._known or path not in gone})
        if gone:
            left = {path: stamp for path, stamp in self._known.items() if gone.isdisjoint(_with_parents(path))}
            self._known = left
        self._known.update(stamps(paths - gone))

    def _compare(self) -> bool:
        """Tell what has changed without a notice. Returns whether anything has."""
        now = stamps(self._shown)
        differing = {path for path, _ in self._known.items() ^ now.items()}
        self._known = now
        self._tell(differing)
        return bool(differing)

    def _tell(self, paths: set[str]) -> None:
        for path in paths:
            if folder := self._folder_of(path):
                shown = self._shown[folder]
                # as people write it: content/index.en.md
                name = Path(shown, Path(path).relative_to(folder)).as_posix()
                with self._lock:
                    self._changed.setdefault(shown, set()).add(name)
        if paths:
            self._in_loop(self._callback)

    def _folder_of(self, path: str) -> str | None:
        return next((folder for folder in self._shown if path == folder or path.startswith(folder + os.sep)), None)


def _with_parents(path: str) -> list[str]:
    return [path, *map(str, Path(path).parents)]
