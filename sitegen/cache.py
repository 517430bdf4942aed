"""What was made in an earlier build and can be used again, by the content of all that it was made from.

Safe to delete, to copy between machines and to share between builds: an entry is written beside its place and renamed
into it, and one whose bytes are not those that were written counts as missing.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from .problems import Problem, SiteError, Span

_SECONDS_A_DAY = 86_400
_DIGEST = hashlib.sha256().digest_size


@dataclass(frozen=True)
class Cache:
    """A folder of entries, or None for a cache that keeps nothing."""

    folder: Path | None

    def get(self, key: str) -> bytes | None:
        """What is kept under a key; None when it isn't there, or was damaged."""
        if self.folder is None:
            return None
        content = read_regular(self._path(key))
        if content is None:
            return None
        digest, payload = content[:_DIGEST], content[_DIGEST:]
        with suppress(OSError):
            # what was asked for within a day is kept when there is too much
            if time.time() - self._path(key).stat().st_mtime > _SECONDS_A_DAY:
                os.utime(self._path(key))
        return payload if hashlib.sha256(key.encode() + payload).digest() == digest else None

    def put(self, key: str, payload: bytes) -> None:
        """Keep something; a folder that can't be written keeps nothing, and the build goes on."""
        if self.folder is None:
            return
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".")
        except OSError:
            return
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(hashlib.sha256(key.encode() + payload).digest() + payload)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)

    def limit(self, most: int) -> None:
        """Remove what nobody has asked for longest, until no more than so many bytes are kept."""
        entries = []
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*") if self.folder else ():
            with suppress(OSError):
                found = path.stat()
                entries.append((found.st_mtime, found.st_size, path))
        size = sum(size for _, size, _ in entries)
        for _, own, path in sorted(entries):
            if size <= most:
                break
            path.unlink(missing_ok=True)
            size -= own

    def _path(self, key: str) -> Path:
        assert self.folder is not None  # noqa: S101 -- its callers looked
        return self.folder / key[:2] / key[2:]


def check_cache_folder(cache: Path, others: Iterable[Path]) -> None:
    """Raises SiteError where a cache would lie in one of the other folders, or one of them in it."""
    for other in others:
        with suppress(OSError, RuntimeError):
            # links that lead in a circle are told by whoever opens them
            one, two = cache.resolve(), other.resolve()
            if one.is_relative_to(two) or two.is_relative_to(one):
                message = f"the cache and {other.as_posix()} overlap"
                raise SiteError([Problem("cache-overlap", message, Span(cache.as_posix()), "choose another --cache")])


def save_plain(path: Path, value: object) -> None:
    """Write plain values (texts, numbers, bytes, days; tuples, lists, mappings and plain records of such) to a file.

    It takes its place in one step. Raises OSError, also for a value that can't be kept, e.g. a number beyond 64 bits.
    """
    try:
        payload = msgspec.msgpack.encode(value)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise OSError(errno.EINVAL, f"can't be kept: {error}") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(payload)
            file.write(hashlib.sha256(payload).digest())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def load_plain(path: Path, kind: Any) -> Any:
    """What `save_plain` wrote; None where there is no such file, it is damaged, or it holds no values of this type.

    MessagePack has no other values than plain ones, so nothing in the file can run code: https://msgpack.org
    """
    content = read_regular(path)
    if content is None:
        return None
    payload, digest = content[:-_DIGEST], content[-_DIGEST:]
    if hashlib.sha256(payload).digest() != digest:
        return None
    return decoded(payload, kind)


def decoded(payload: bytes | memoryview | msgspec.Raw, kind: Any) -> Any:
    """The values of a type that bytes in MessagePack stand for; None where they don't."""
    try:
        return msgspec.msgpack.decode(payload, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError, OverflowError):
        return None


def read_regular(path: Path) -> bytes | None:
    """The bytes of a file; None where there is none, or it is a link, a pipe or a device."""
    try:
        descriptor = open_regular(path)
    except OSError:
        return None
    try:
        with os.fdopen(descriptor, "rb") as file:
            return file.read()
    except OSError:
        return None


def open_regular(path: Path) -> int:
    """Open a file for reading. Raises OSError, also for a link, a pipe or a device, which is not waited for."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "no regular file", str(path))
    return descriptor


def is_alive(process: int) -> bool:
    """Whether there is a process with a number; where the system doesn't say, there is."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def keep_newest(folder: Path, most: int) -> None:
    """Remove those files and folders of a folder that were written to longest ago: no more than `most` are left."""
    with suppress(OSError):
        for path in sorted(folder.iterdir(), key=lambda path: path.lstat().st_mtime, reverse=True)[most:]:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


@lru_cache
def code_digest(folder: Path) -> str:
    """The hash of a package's code and fonts, with their names: what it makes may differ as soon as they do."""
    content = hashlib.sha256()
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.ttf")]):
        content.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()


def cache_key(kind: str, inputs: Mapping[str, Any]) -> str:
    """The key of something of a kind that was made from these inputs: any values that JSON can hold."""
    text = json.dumps([kind, inputs], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
