"""What was made in an earlier build and can be used again, by the content of all that it was made from.

Safe to delete, to copy between machines and to share between builds: an entry is written beside its place and renamed
into it, and one whose bytes are not those that were written counts as missing.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import os
import pickle
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

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
        try:
            content = self._path(key).read_bytes()
        except OSError:
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


def save_plain(path: Path, value: object) -> None:
    """Write a value made of plain ones (texts, numbers, bytes, dates; tuples, lists and mappings of such) to a file.

    It takes its place in one step. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(descriptor, "wb") as file:
            hashed = _Hashed(file)
            pickle.dump(value, hashed, pickle.HIGHEST_PROTOCOL)
            file.write(hashed.content.digest())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def load_plain(path: Path) -> Any:
    """What `save_plain` wrote; None where there is no such file, or it is damaged. Nothing in it can run code."""
    try:
        with path.open("rb") as file:
            content = memoryview(file.read())
    except OSError:
        return None
    payload, digest = content[:-_DIGEST], content[-_DIGEST:]
    if hashlib.sha256(payload).digest() != digest:
        return None
    try:
        return _PlainUnpickler(io.BytesIO(payload)).load()
    except (pickle.UnpicklingError, TypeError, ValueError, EOFError, AttributeError, IndexError):
        return None


class _Hashed:
    """A file that keeps the hash of what is written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.content = file, hashlib.sha256()

    def write(self, part: bytes) -> int:
        self.content.update(part)
        return self._file.write(part)


class _PlainUnpickler(pickle.Unpickler):
    """Makes no value of any type but the plain ones, and dates and times."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "datetime" and name in ("date", "datetime", "timezone", "timedelta"):
            return getattr(datetime, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no plain value")


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
        for path in sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)[most:]:
            if path.is_dir():
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
