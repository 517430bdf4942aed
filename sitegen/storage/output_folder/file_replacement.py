"""Replaces the files of an output one by one, if its folder can't be exchanged.

All new files are first written to a hidden folder in the output, so that a full disk changes nothing. Then they are
renamed into place: what pages need before the pages, new pages before those that link to them, lists of pages after
them. What is gone is removed at the end.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ...processes import uninterrupted
from ..paths import is_folder
from .contents import MANIFEST, PLAN, WRITING, folder_state, folders_of
from .own_folders import MARK, is_own, make_own, remove_own
from .record import FileState, Tree, write_file

if TYPE_CHECKING:
    from ...model import Artifact

_LISTS_OF_PAGES = (".xml", "robots.txt", "_headers")


class PartlyReplacedError(OSError):
    """An error left some files new and others old."""


def replace_files(
    target: Path, artifacts: Sequence[Artifact], current: Mapping[str, FileState], own: Collection[str]
) -> Tree:
    """Write the site to `target`. `current` are the files there that can be used again; those in `own` may be removed.

    Raises OSError, with nothing changed; or PartlyReplacedError.
    """
    wanted = {artifact.path for artifact in artifacts}
    files = {
        item.path: known for item in artifacts if (known := current.get(item.path)) and known.digest == item.digest
    }
    changed = sorted((item for item in artifacts if item.path not in files), key=lambda item: _turn(item.path, current))
    gone = frozenset(own) - wanted
    writing = target / WRITING
    is_begun = is_own(writing)
    if is_begun or changed or any(os.path.lexists(target / path) for path in gone):
        try:
            _prepare(writing, is_begun, [*own, *wanted])
            for number, artifact in enumerate(changed):
                files[artifact.path] = write_file(writing / str(number), artifact)
        except BaseException:
            _clear(writing) if is_begun else remove_own(writing)
            raise
        with uninterrupted():
            # after an error the plan stays, so that the next build knows our files
            _rename(target, [artifact.path for artifact in changed], gone)
            remove_own(writing)
    return Tree(files, {path: folder_state(f"{target}{os.sep}{path}") for path in folders_of(wanted)})


def _prepare(writing: Path, is_begun: bool, paths: Collection[str]) -> None:
    """Make the folder for new files, with a list of all paths that are or will be sitegen's.

    A killed build's list stays until the new one, which includes its paths, replaces it.
    """
    if is_begun:
        _clear(writing)
    else:
        # it is left empty by a build that is killed right after making it
        remove_own(writing)
        make_own(writing)
    (writing / "new-plan").write_text(json.dumps(sorted(set(paths))), encoding="utf-8")
    (writing / "new-plan").replace(writing / PLAN)


def _clear(writing: Path) -> None:
    for path in writing.iterdir():
        if path.name not in (PLAN, MARK):
            path.unlink()


def _turn(path: str, current: Mapping[str, FileState]) -> tuple[int, str]:
    """Sorts the changed files by when they are put in place."""
    if path == MANIFEST:
        return 4, path
    if path.endswith(".html"):
        return 2 if path in current else 1, path
    return 3 if path.endswith(_LISTS_OF_PAGES) else 0, path


def _rename(target: Path, paths: Sequence[str], gone: Collection[str]) -> None:
    """Put the new files into place, and remove those that are gone."""
    made: set[str] = set()
    try:
        for number, path in enumerate(paths):
            folder = path.rpartition("/")[0]
            if folder not in made:
                _make_folder(target, folder, gone)
                made.add(folder)
            if is_folder(target / path):
                _remove(target, [name for name in gone if name.startswith(f"{path}/")])
            (target / WRITING / str(number)).replace(target / path)
        # pages before what they need
        _remove(target, sorted(gone, key=lambda path: (not path.endswith(".html"), path)))
    except OSError as error:
        raise PartlyReplacedError(error.errno, error.strerror, error.filename) from error


def _make_folder(target: Path, folder: str, gone: Collection[str]) -> None:
    """Make a folder and its parents; a file in the way is one of those that are gone."""
    for path in sorted(folders_of([f"{folder}/"]) - {""}):
        if path in gone and not is_folder(target / path):
            (target / path).unlink(missing_ok=True)
        with suppress(FileExistsError):
            (target / path).mkdir()


def _remove(target: Path, paths: Collection[str]) -> None:
    """Remove files, and folders that are then empty; never through a link."""
    folders = folders_of(paths) - {""}
    real = {""}
    for folder in sorted(folders):
        if folder.rpartition("/")[0] in real and is_folder(target / folder):
            real.add(folder)
    for path in paths:
        if path.rpartition("/")[0] in real and not is_folder(target / path):
            (target / path).unlink(missing_ok=True)
    for folder in sorted(real - {""}, reverse=True):
        with suppress(OSError):
            # it may hold something that is kept
            (target / folder).rmdir()
