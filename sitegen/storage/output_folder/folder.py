"""Puts a finished site in the place of the old one: the folder is the old site or the new, never a mixture.

The site before is kept beside it, in `.<output>-standby`: most of its files are the same as the new ones (hard links),
and the next site is made of it by writing what differs. It may be deleted at any time. Where the folder can't be
exchanged for another, as it is a mount point, its files are replaced one by one. What sitegen did not write stays, or
nothing is done.
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
    """How many files are new or other than before; and why they were replaced one by one, if they were."""

    changed: int
    one_by_one: str = ""


def check_output_folder(output: Path, inputs: Sequence[Path], keep: Callable[[], Collection[str]] = tuple) -> None:
    """Raises SiteError when a build must not write to `output`: it is no folder, not ours, or overlaps an input.

    `keep` is asked for what the settings name to be kept. This is for an early word: `replace_output` looks again.
    """
    try:
        _check_output_folder(output, real_folder(output), inputs, keep)
    except OSError as error:
        message = f"can't be written: {error.strerror or error}"
        raise SiteError(
            [Problem("output-unwritable", message, Span(output.as_posix()), "choose another --output")]
        ) from error


def _check_output_folder(
    output: Path, target: Path, inputs: Sequence[Path], keep: Callable[[], Collection[str]]
) -> None:
    for folder in inputs:
        source = folder.resolve()
        if target == source or target.is_relative_to(source) or source.is_relative_to(target):
            message = f"the output folder and {folder.as_posix()} overlap"
            raise SiteError([Problem("output-overlap", message, Span(output.as_posix()), "choose another --output")])
    if target.exists() and not target.is_dir():
        raise SiteError([Problem("output-not-folder", "the output is a file", Span(output.as_posix()))])
    if target.is_dir() and not is_marked(target) and written_files(target) is None:
        foreign = find_strangers(target, OwnFiles.of(()), keep()).foreign
        if foreign:
            raise SiteError([_foreign(output, foreign, is_ours=False)])


def _foreign(output: Path, foreign: Sequence[str], is_ours: bool) -> Problem:
    """The problem of files that sitegen did not write; `is_ours`: beside some that it did."""
    named = ", ".join(foreign[:_MOST_NAMED])
    more = f", and {len(foreign) - _MOST_NAMED} more" if len(foreign) > _MOST_NAMED else ""
    message = f"sitegen did not write what is in this folder, and leaves it as it is: {named}{more}"
    if is_ours:
        message = f"sitegen did not write these files, and leaves the folder as it is: {named}{more}"
    hint = "move them, or name them in `keep` below `[output]` in site.toml"
    return Problem(
        "output-foreign", message, Span(output.as_posix()), hint if is_ours else f"choose another --output; or {hint}"
    )


def replace_output(
    output: Path, artifacts: Sequence[Artifact], keep: Sequence[str] = (), store: Store | None = None
) -> Replaced:
    """Make the site beside `output`, then put it in its place in one step; or, where that can't be, file by file.

    A file with the bytes it had is the same file, time stamps and all. What sitegen did not write stays if it is
    hidden, or named in `keep`; anything else raises SiteError. So does what can't be written; `output` is then as it
    was, or the problem says that it is not. `store` is for what is known of an output beside which nothing can be.
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
    return Problem("output-unwritable", message, Span(output.as_posix()), hint)


class _NoExchangeError(Exception):
    """The folder can't be exchanged; says why."""


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
        """Put the site in its place in one step. Raises _NoExchangeError, and nothing is done then."""
        work, standby = work_folder(self.target), standby_of(self.target)
        self._begin(work, standby)
        try:
            old = record.current if record and record.current.has_root(self.target) else None
            made, strangers = self._make(work, record, current)
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
                # it is still right
                _put_away(work, standby)
            raise
        finally:
            remove_work(work)

    def _begin(self, work: Path, standby: Path) -> None:
        """Make the folder to work in, of the standby where there is one. Raises _NoExchangeError, or OSError."""
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

    def _make(
        self, work: Path, record: OutputRecord | None, current: Mapping[str, FileState]
    ) -> tuple[Tree, Strangers]:
        """Make the site in the folder to work in; its tree, and what is to be kept. Raises _NoExchangeError."""
        fresh = work / SITE
        tree = record.standby if record else None
        if tree is None or not tree.is_at(fresh):
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir()
            tree = Tree({}, {"": (0, 0)})
        if self.target.exists() and not _is_made_like(fresh, self.target):
            raise _NoExchangeError("its owner and mode can't be given to another folder")
        made = turned_into(tree, fresh, self.artifacts, self.target, current)
        return made, self._look(record, current)[1]

    def _look(self, record: OutputRecord | None, current: Mapping[str, FileState]) -> tuple[OwnFiles, Strangers]:
        """What is sitegen's in the output, and what is not. Raises SiteError for what is in the way."""
        if not self.target.exists():
            return OwnFiles.of(()), Strangers((), (), frozenset())
        is_ours, own = True, OwnFiles.of(())
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
                Span((self.output / path).as_posix()),
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
        """Whether the folder is the one that the last build wrote to, with the manifest that it wrote."""
        manifest = record.current.files.get(MANIFEST)
        if manifest is None or not record.current.has_root(self.target) or record.keep != self.keep:
            return False
        return is_same(self.target, MANIFEST, manifest) and not (self.target / WRITING).exists()


def _put_away(work: Path, standby: Path) -> None:
    """Have the folder that a build worked in be the standby, unless a user has something of this name."""
    if not os.path.lexists(standby):
        work.rename(standby)


def _is_of_earlier_version(standby: Path) -> bool:
    """Whether it is a standby without a mark, as an earlier version made it: a record, and a site of sitegen's."""
    if standby.is_symlink() or not standby.is_dir() or {path.name for path in standby.iterdir()} != {"record", SITE}:
        return False
    site = standby / SITE
    return not site.is_symlink() and site.is_dir() and written_files(site) is not None


def _outermost(kept: Sequence[str], tree: Tree) -> tuple[str, ...]:
    """What is kept, each by the outermost path that is no folder of the site's: what comes to it later is seen, too."""
    found = set()
    for path in kept:
        around = sorted(folders_of([path]) - {""} - tree.folders.keys(), key=len)
        found.add(around[0] if around else path)
    return tuple(sorted(found))


def _is_made_like(fresh: Path, target: Path) -> bool:
    """Give a folder the owner, mode and attributes of another; whether that could be done."""
    old, new = target.stat(), fresh.stat()
    try:
        if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
            os.chown(fresh, old.st_uid, old.st_gid)
        shutil.copystat(target, fresh)
    except OSError:
        return False
    new = fresh.stat()
    return (old.st_uid, old.st_gid, old.st_mode) == (new.st_uid, new.st_gid, new.st_mode)
