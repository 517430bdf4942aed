"""Replaces the old site by the new one: the folder is always one or the other, never a mixture.

The previous site is kept beside it in `.<output>-standby`, which may be deleted at any time. Most of its files are hard
links; the next site is made from it by writing what differs. A folder that can't be exchanged, such as a mount point,
has its files replaced one by one. What sitegen did not write stays, or nothing is done.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...problems import Problem, SiteError, Span
from ..paths import is_folder
from ..store import Store
from .contents import (
    MANIFEST,
    WRITING,
    OwnFiles,
    Strangers,
    find_strangers,
    folders_of,
    in_the_way,
    is_marked,
    written_files,
)
from .file_replacement import PartlyReplacedError, replace_files
from .own_folders import BusyError, is_own, locked, make_own, real_folder, remove_own, standby_of, work_folder
from .record import FileState, OutputRecord, Tree, is_same, known_files, load_record, restated, save_record, turned_into
from .swap import SITE, StrandedError, can_exchange, clear_leftovers, has_mounts, remove_work, swap_folders

if TYPE_CHECKING:
    from ...model import Artifact

_MOST_NAMED = 20


@dataclass(frozen=True)
class Replaced:
    """How many files are new or changed; and why they were replaced one by one, if they were."""

    changed: int
    one_by_one: str = ""


def check_output_folder(output: Path, inputs: Sequence[Path], keep: Callable[[], Collection[str]] = tuple) -> None:
    """Raises SiteError if a build must not write to `output`: it is no folder, not ours, or overlaps an input.

    `keep` gives the setting. This is an early warning: `replace_output` checks again.
    """
    target = real_folder(output)
    try:
        for folder in inputs:
            source = folder.resolve()
            if target.is_relative_to(source) or source.is_relative_to(target):
                message = f"the output folder and {folder.as_posix()} overlap"
                raise SiteError([Problem("output-overlap", message, _span(output), "choose another --output")])
        if target.exists() and not target.is_dir():
            raise SiteError([Problem("output-not-folder", "the output is a file", _span(output))])
        if target.is_dir() and not is_marked(target) and written_files(target) is None:
            foreign = find_strangers(target, OwnFiles.of(()), keep()).foreign
            if foreign:
                raise SiteError([_foreign(output, foreign, is_ours=False)])
    except OSError as error:
        message = f"can't be written: {error.strerror or error}"
        raise SiteError([Problem("output-unwritable", message, _span(output), "choose another --output")]) from error


def _span(output: Path) -> Span:
    return Span(output.as_posix())


def _foreign(output: Path, foreign: Sequence[str], is_ours: bool) -> Problem:
    """The problem of files that sitegen did not write, beside some that it did (`is_ours`) or not."""
    named = ", ".join(foreign[:_MOST_NAMED])
    more = f", and {len(foreign) - _MOST_NAMED} more" if len(foreign) > _MOST_NAMED else ""
    what = "these files, and leaves the folder" if is_ours else "what is in this folder, and leaves it"
    message = f"sitegen did not write {what} as it is: {named}{more}"
    hint = "move them, or name them in `keep` below `[output]` in site.toml"
    return Problem("output-foreign", message, _span(output), hint if is_ours else f"choose another --output; or {hint}")


def replace_output(
    output: Path, artifacts: Sequence[Artifact], keep: Sequence[str] = (), store: Store | None = None
) -> Replaced:
    """Make the site beside `output`, then exchange the two; or, if that can't be done, replace it file by file.

    Unchanged files keep their timestamps. What sitegen did not write stays if it is hidden or named in `keep`; anything
    else raises SiteError. So does an error while writing; `output` is then unchanged, unless the problem says so.
    `store` keeps the record of an output that can't have a folder beside it.
    """
    target = real_folder(output)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with locked(target.parent) as is_locked:
            clear_leftovers(target, is_locked)
            return _Replacement(output, target, artifacts, tuple(keep), store).run()
    except OSError as error:
        raise SiteError([_unwritable(output, error)]) from error


def _unwritable(output: Path, error: OSError) -> Problem:
    name = Path(error.filename).name if isinstance(error.filename, str) else ""
    what = f" {name}" if name and "-building-" not in str(error.filename) and WRITING not in str(error.filename) else ""
    message = f"can't write{what}: {error.strerror or error}"
    hint = "check that the folder's parent may be written, and that the disk is not full"
    if isinstance(error, StrandedError | BusyError):
        message, hint = str(error), "then build again"
    elif isinstance(error, PartlyReplacedError):
        message += "; some files of the output are new, and others old"
        hint = "check that the folder may be written, and that the disk is not full; then build again"
    return Problem("output-unwritable", message, _span(output), hint)


class _NoExchangeError(Exception):
    """Why the folder can't be exchanged."""


@dataclass(frozen=True)
class _Replacement:
    output: Path
    target: Path
    artifacts: Sequence[Artifact]
    keep: tuple[str, ...]
    store: Store | None

    def run(self) -> Replaced:
        record = load_record(self.target, self.store)
        current = known_files(record, self.target, self.artifacts)
        changed = sum(item.path not in current or current[item.path].digest != item.digest for item in self.artifacts)
        try:
            self._exchange(record, current)
        except _NoExchangeError as error:
            own, strangers = self._look(record, current)
            tree = replace_files(self.target, self.artifacts, current, own.files)
            standby = record.standby if record else None
            kept = _outermost(strangers.kept, tree)
            save_record(OutputRecord(tree, standby, self.keep, kept), self.target, self.store)
            return Replaced(changed, str(error))
        return Replaced(changed)

    def _exchange(self, record: OutputRecord | None, current: Mapping[str, FileState]) -> None:
        """Put the site in place in one step. Raises _NoExchangeError, with nothing changed."""
        work, standby = work_folder(self.target), standby_of(self.target)
        self._begin(work, standby)
        try:
            old = record.current if record and record.current.has_root(self.target) else None
            made = self._make(work / SITE, record, current)
            strangers = self._look(record, current)[1]
            if not swap_folders(work, self.target, strangers.kept):
                raise _NoExchangeError("the folder can't be exchanged for another one there")
            parents = {path.rpartition("/")[0] for path in strangers.kept}
            with suppress(OSError):
                made = restated(made, self.target, parents | {""}, strangers.kept)
                old = restated(old, work / SITE, parents | strangers.looked) if old else None
                OutputRecord(made, old, self.keep, _outermost(strangers.kept, made)).save(work)
                _put_away(work, standby)
        except (_NoExchangeError, SiteError):
            if record is not None:
                # the standby is still as recorded
                _put_away(work, standby)
            raise
        finally:
            remove_work(work)

    def _begin(self, work: Path, standby: Path) -> None:
        """Make the work folder, from the standby if there is one. Raises _NoExchangeError or OSError."""
        is_there = self.target.exists()
        if is_there and has_mounts(self.target):
            raise _NoExchangeError("something is mounted there")
        try:
            make_own(work)
        except OSError as error:
            if is_there:
                raise _NoExchangeError("nothing can be written beside it") from error
            raise
        if is_there and not can_exchange(work):
            remove_own(work)
            raise _NoExchangeError("the system can't exchange two folders there")
        if is_own(standby):
            remove_own(work)
            standby.rename(work)
        elif _is_of_earlier_version(standby):
            shutil.rmtree(standby)

    def _make(self, fresh: Path, record: OutputRecord | None, current: Mapping[str, FileState]) -> Tree:
        """Make the site in the folder `fresh`. Raises _NoExchangeError."""
        tree = record.standby if record else None
        if tree is None or not tree.is_at(fresh):
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir()
            tree = Tree({}, {"": (0, 0)})
        if self.target.exists() and not _is_made_like(fresh, self.target):
            raise _NoExchangeError("its owner and mode can't be given to another folder")
        return turned_into(tree, fresh, self.artifacts, self.target, current)

    def _look(self, record: OutputRecord | None, current: Mapping[str, FileState]) -> tuple[OwnFiles, Strangers]:
        """What is ours in the output, and what is not. Raises SiteError for what is in the way."""
        if not self.target.exists():
            return OwnFiles.of(()), Strangers((), (), frozenset())
        is_ours = True
        if record and self._is_as_recorded(record):
            own = replace(record.own, files={**record.current.files, **current})
        else:
            written = written_files(self.target)
            is_ours = written is not None
            own = OwnFiles.of({*(written or ()), *current}).without(self.keep)
        wanted = {artifact.path for artifact in self.artifacts}
        strangers = find_strangers(self.target, own, self.keep, folders_of(wanted))
        problems = [
            Problem(
                "output-kept",
                f"sitegen did not write this, and keeps it; but the site has a file /{made}",
                _span(self.output / path),
                "move it, or rename what the site has",
            )
            for path, made in in_the_way(strangers.kept, wanted)
        ]
        if strangers.foreign:
            problems.append(_foreign(self.output, strangers.foreign, is_ours))
        if problems:
            raise SiteError(problems)
        return own, strangers

    def _is_as_recorded(self, record: OutputRecord) -> bool:
        """Whether the folder and its manifest are those of the last build."""
        manifest = record.current.files.get(MANIFEST)
        if manifest is None or not record.current.has_root(self.target) or record.keep != self.keep:
            return False
        return is_same(self.target, MANIFEST, manifest) and not (self.target / WRITING).exists()


def _put_away(work: Path, standby: Path) -> None:
    """Make the work folder the standby, unless something else has that name."""
    if not os.path.lexists(standby):
        work.rename(standby)


def _is_of_earlier_version(standby: Path) -> bool:
    """Whether it is a standby as earlier versions made it, without a mark: a record, and a site of ours."""
    if not is_folder(standby) or {path.name for path in standby.iterdir()} != {"record", SITE}:
        return False
    return is_folder(standby / SITE) and written_files(standby / SITE) is not None


def _outermost(kept: Sequence[str], tree: Tree) -> tuple[str, ...]:
    """The outermost folder of each kept path that is not a folder of the site, to see what is added to it later."""
    found = set()
    for path in kept:
        around = sorted(folders_of([path]) - {""} - tree.folders.keys(), key=len)
        found.add(around[0] if around else path)
    return tuple(sorted(found))


def _is_made_like(fresh: Path, target: Path) -> bool:
    """Give a folder the owner, mode and attributes of another; return whether that worked."""
    old, new = target.stat(), fresh.stat()
    try:
        if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
            os.chown(fresh, old.st_uid, old.st_gid)
        shutil.copystat(target, fresh)
    except OSError:
        return False
    new = fresh.stat()
    return (old.st_uid, old.st_gid, old.st_mode) == (new.st_uid, new.st_gid, new.st_mode)
