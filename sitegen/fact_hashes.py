"""The hash of what each name stands for, by the name's number.

Those of a whole state stand in two runs of bytes, which are searched as they are: of very many, a build asks for few.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Collection
from typing import Any

SIZE = 16
"""The bytes of a hash."""


class FactHashes:
    """The hashes of a state, and those that were taken in since."""

    def __init__(self, whole: dict[str, bytes], later: dict[int, bytes]) -> None:
        self._whole, self._later = whole, dict(later)
        self._numbers = array("Q", whole.get("numbers", b""))
        self._hashes = whole.get("hashes", b"")

    def __bool__(self) -> bool:
        return bool(self._numbers or self._later)

    def get(self, number: int) -> bytes | None:
        """The hash of a number; None of one that is not known."""
        later = self._later.get(number)
        if later is not None:
            return later
        place = bisect_left(self._numbers, number)
        if place == len(self._numbers) or self._numbers[place] != number:
            return None
        return self._hashes[place * SIZE : (place + 1) * SIZE]

    def put(self, number: int, digest: bytes) -> None:
        """Take in a hash, in the place of the one that was known."""
        if self.get(number) != digest:
            self._later[number] = digest

    def sections(self) -> dict[str, dict[Any, Any]]:
        """All of them in plain values, with what is new apart."""
        return {"facts": self._whole, "later facts": self._later}

    def whole(self, read: Collection[int]) -> dict[str, dict[Any, Any]]:
        """Those of these numbers in plain values, all in one."""
        numbers = sorted(read)
        hashes = b"".join(self.get(number) or bytes(SIZE) for number in numbers)
        return {"facts": {"numbers": array("Q", numbers).tobytes(), "hashes": hashes}, "later facts": {}}
