"""Mappings that one build leaves for the next: a file with all of them, and files with what has changed since.

Every state has a token of its own. What follows on a state is in a file named by that state's token: of two builds that
follow on the same one, the later is remembered, and a file that is damaged ends the row where it was still right.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from .cache import decoded, load_plain, save_plain

_BASE = "base"
_NEXT = "next-"
# as many files are read one behind the other, and so large a part may be in them
_MOST_STEPS = 24
_WORTH_A_STEP = 0.2

_NOTHING = msgspec.msgpack.encode({})
_TOKEN = re.compile(r"[0-9a-f]{16}\Z")
# types that are made of others at run time
_dict: Any = dict
_list: Any = list
_tuple: Any = tuple
Kinds = Mapping[str, tuple[Any, Any]]
"""The types of the keys and of the values of each section."""
Sections = Mapping[str, dict[Any, Any]]
"""Mappings of plain values by the name of what they hold."""


@dataclass(frozen=True)
class Journal:
    """A state as it was found in a folder."""

    folder: Path
    token: str
    sections: Sections
    steps: int

    @classmethod
    def load(cls, folder: Path, kinds: Kinds) -> Journal | None:
        """The last state in a folder; None where there is none that can be read, or it has other kinds of values."""
        base = load_plain(folder / _BASE, tuple[str, dict[str, msgspec.Raw]])
        if base is None or not _TOKEN.match(base[0]):
            return None
        token, raw = base
        sections = {name: decoded(raw.get(name, _NOTHING), _dict[kind]) for name, kind in kinds.items()}
        if None in sections.values():
            return None
        steps = 0
        while steps < _MOST_STEPS:
            following = load_plain(folder / f"{_NEXT}{token}", tuple[str, dict[str, msgspec.Raw]])
            changes = following and _changes(following[1], kinds)
            if not changes or not _TOKEN.match(following[0]):
                break
            token = following[0]
            for name, (changed, gone) in changes.items():
                for key in gone:
                    sections[name].pop(key, None)
                sections[name].update(changed)
            steps += 1
        return cls(folder, token, sections, steps)

    def follow(self, sections: Sections) -> bool:
        """Write the next state; False, and nothing is written, where it is time for a new first one. Raises OSError."""
        changes = {name: _difference(self.sections.get(name, {}), section) for name, section in sections.items()}
        size = sum(len(changed) + len(gone) for changed, gone in changes.values())
        whole = sum(map(len, sections.values()))
        if self.steps >= _MOST_STEPS or size > whole * _WORTH_A_STEP:
            return False
        if size:
            save_plain(self.folder / f"{_NEXT}{self.token}", (secrets.token_hex(8), changes))
        return True


def _changes(raw: Mapping[str, msgspec.Raw], kinds: Kinds) -> dict[str, tuple[dict[Any, Any], list[Any]]] | None:
    """What has changed in each section, and which keys are gone; None where it is no such thing."""
    changes = {
        name: decoded(raw[name], _tuple[_dict[kind], _list[kind[0]]]) for name, kind in kinds.items() if name in raw
    }
    return None if None in changes.values() else changes


def begin(folder: Path, sections: Sections) -> None:
    """Write a first state, or one in the place of all before. Raises OSError."""
    save_plain(folder / _BASE, (secrets.token_hex(8), dict(sections)))
    for path in folder.glob(f"{_NEXT}*"):
        with suppress(OSError):
            path.unlink()


def _difference(old: dict[Any, Any], new: dict[Any, Any]) -> tuple[dict[Any, Any], list[Any]]:
    """What is new or other, and what is gone."""
    missing = object()
    changed = {
        key: value
        for key, value in new.items()
        if (known := old.get(key, missing)) is not value and (known is missing or known != value)
    }
    return changed, [key for key in old if key not in new]
