"""Mappings that one build leaves for the next: a file with all of them, and files with what has changed since.

Every state has a token of its own. What follows on a state is in a file named by that state's token: of two builds that
follow on the same one, the later is remembered, and a file that is damaged ends the row where it was still right.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .cache import load_plain, save_plain

_BASE = "base"
_NEXT = "next-"
# as many files are read one behind the other, and so large a part may be in them
_MOST_STEPS = 24
_WORTH_A_STEP = 0.2

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
    def load(cls, folder: Path) -> Journal | None:
        """The last state in a folder; None where there is none that can be read."""
        try:
            token, sections = load_plain(folder / _BASE)
            steps = 0
            while (following := load_plain(folder / f"{_NEXT}{token}")) is not None:
                token, changes = following
                for name, (changed, gone) in changes.items():
                    section = sections.setdefault(name, {})
                    for key in gone:
                        section.pop(key, None)
                    section.update(changed)
                steps += 1
        except (TypeError, ValueError, AttributeError):
            return None
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
