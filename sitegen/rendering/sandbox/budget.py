"""What an author's text may use up: work in steps, and characters that it makes.

The two are counted, not timed, so that a text is refused on every machine or on none.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from jinja2 import Undefined

from ..template_problems import kind_of

# a step is a call, an operator, a filter, a turn of a loop: about a microsecond
STEPS = 400_000
STEPS_A_TEXT = 2_000
CHARACTERS = 16_000_000
# no single operation may make more, whatever is left
_LARGEST_RESULT = 20_000_000
_MOST_PARTS = 200_000
_MOST_BITS = 4_096
# what is done to so many characters, or to so many parts of a list, takes as long as a step
_CHARACTERS_A_STEP = 256
_PARTS_A_STEP = 8

_TEXTS = (str, int, float, datetime.date, datetime.time, datetime.timedelta, Decimal, Fraction, Undefined, type(None))
_LISTS = (list, tuple, set, frozenset)
_MAPPINGS = (dict, MappingProxyType)
_LISTS_AND_MAPPINGS = (*_LISTS, *_MAPPINGS)


class LimitError(Exception):
    """An author's text needs more work, or makes more, than a page could need."""


class NoTextError(Exception):
    """Something that is no text, such as a page or a function, is joined, formatted or handed to a function."""


@dataclass
class Budget:
    """What is left of the steps and characters that were granted."""

    steps: int = STEPS
    characters: int = CHARACTERS

    @classmethod
    def of_texts(cls, count: int) -> Budget:
        """A budget for so many short texts, such as titles or notes."""
        return cls(STEPS + STEPS_A_TEXT * count, CHARACTERS)

    @classmethod
    def of_title(cls) -> Budget:
        """A budget for one short text that any page may ask for."""
        return cls(STEPS // 20, CHARACTERS // 20)

    @property
    def is_spent(self) -> bool:
        return self.steps < 0 or self.characters < 0

    def spend(self, steps: int = 1, characters: int = 0) -> bool:
        """Take steps and characters off. Raises LimitError where too few are left; else it is true."""
        self.steps -= steps
        self.characters -= characters
        if self.steps < 0:
            raise LimitError("this takes too much work: its loops or calls go on for too long")
        if self.characters < 0:
            raise LimitError(f"this makes too much text: more than {CHARACTERS:,} characters")
        return True

    def weigh(self, value: Any, texts_only: bool = False) -> int:
        """About how many characters a value has when it is written out; to find out takes steps.

        With `texts_only`, raises NoTextError for a value that is no text, number, date, or list or mapping of such.
        """
        if isinstance(value, str):
            self.spend(len(value) // _CHARACTERS_A_STEP)
            return len(value)
        if not isinstance(value, _LISTS_AND_MAPPINGS):
            return _plain_weight(value, texts_only)
        weight = parts = 0
        waiting: list[Iterator[Any]] = [_parts(value)]
        while waiting:
            for part in waiting[-1]:
                parts += 1
                if type(part) is str:
                    weight += 2 + len(part)
                elif parts > _MOST_PARTS:
                    raise LimitError(f"this makes a value of more than {_MOST_PARTS:,} parts")
                elif isinstance(part, _LISTS_AND_MAPPINGS):
                    # brackets
                    weight += 2
                    waiting.append(_parts(part))
                    break
                else:
                    weight += 2 + _plain_weight(part, texts_only)
            else:
                waiting.pop()
        self.spend(parts // _PARTS_A_STEP)
        return weight

    def allow(self, subject: int, arguments: int) -> None:
        """Raises LimitError where a value of one weight could be blown up too far by arguments of another."""
        if (1 + subject) * (1 + arguments) > _LARGEST_RESULT:
            raise LimitError(f"this could make a text of more than {_LARGEST_RESULT:,} characters")

    def allow_bits(self, bits: int) -> None:
        """Raises LimitError for a whole number of so many bits."""
        if bits > _MOST_BITS:
            raise LimitError(f"this makes a number of more than {_MOST_BITS * 3 // 10:,} digits")

    def taken(self, result: Any) -> Any:
        """What an operation has made, its characters spent; one that is yet to be made is counted as it comes."""
        if isinstance(result, str):
            self.spend(0, len(result))
        elif isinstance(result, _LISTS):
            self.spend(len(result) // _PARTS_A_STEP, 2 * len(result))
        elif isinstance(result, Iterator):
            return self._counted(result)
        return result

    def _counted(self, values: Iterable[Any]) -> Iterator[Any]:
        for value in values:
            self.spend(1, len(value) if isinstance(value, list | tuple | str) else 0)
            yield value


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, _MAPPINGS):
        return (part for pair in value.items() for part in pair)
    return iter(value)


def _plain_weight(value: Any, texts_only: bool) -> int:
    if isinstance(value, int):
        return 1 + value.bit_length() // 3
    if texts_only and not isinstance(value, _TEXTS):
        raise NoTextError(f"only texts and numbers can be written out here, not: {kind_of(value)}")
    return len(value) if isinstance(value, range) else 8
