"""The hash of what each name stands for, by the name's number.

Those of a whole state stand in two runs of bytes, which are searched as they are: of very many, a build asks for few.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator
from typing import Any

SIZE = 16
"""The bytes of a hash."""


class FactHashes:
    """The hashes of a state, and those that were taken in since."""

    def __init__(self, whole: dict[str, bytes], later: dict[int, bytes]) -> None:
        self._whole, self._later = whole, dict(later)
        self._numbers = array("Q", whole.get("numbers", b""))
        self._hashes = whole.get("hashes", b"")
        # those of this build, one behind the other; a number may be there more than once
        self._new_numbers, self._new_hashes = array("Q"), bytearray()

    def __bool__(self) -> bool:
        return bool(self._numbers or self._later)

    def get(self, number: int) -> bytes | None:
        """The hash that a number had in the last build; None of one that was not known then."""
        later = self._later.get(number)
        if later is not None:
            return later
        place = bisect_left(self._numbers, number)
        if place == len(self._numbers) or self._numbers[place] != number:
            return None
        return self._hashes[place * SIZE : (place + 1) * SIZE]

    def put(self, number: int, digest: bytes) -> None:
        """Take in a hash for the next build, in the place of the one that is known. A number has one hash a build."""
        if self.get(number) != digest:
            self._new_numbers.append(number)
            self._new_hashes += digest

    def sections(self) -> dict[str, dict[Any, Any]]:
        """All of them in plain values, with what is new apart."""
        return {"facts": self._whole, "later facts": {**self._later, **dict(self._new())}}

    def whole(self, read: Collection[int]) -> dict[str, dict[Any, Any]]:
        """Those of these numbers in plain values, all in one."""
        numbers, hashes = array("Q"), bytearray()
        # sorted places, as a mapping of very many numbers would take several times the memory
        for place in sorted(range(len(self._new_numbers)), key=self._new_numbers.__getitem__):
            digest = self._new_hashes[place * SIZE : (place + 1) * SIZE]
            if numbers and numbers[-1] == self._new_numbers[place]:
                hashes[-SIZE:] = digest
            else:
                numbers.append(self._new_numbers[place])
                hashes += digest
        new, wanted = FactHashes({"numbers": numbers.tobytes(), "hashes": bytes(hashes)}, {}), array("Q", sorted(read))
        found = b"".join(new.get(number) or self.get(number) or bytes(SIZE) for number in wanted)
        return {"facts": {"numbers": wanted.tobytes(), "hashes": found}, "later facts": {}}

    def _new(self) -> Iterator[tuple[int, bytes]]:
        for place, number in enumerate(self._new_numbers):
            yield number, bytes(self._new_hashes[place * SIZE : (place + 1) * SIZE])
