"""How much an author's text may do (in steps) and write (in characters).

Counted, not timed, so that every machine accepts the same texts.
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

from ..template_problems import LimitError, NoTextError, kind_of

# a step is a call, an operator, a filter or an iteration: about a microsecond
STEPS = 400_000
STEPS_A_TEXT = 2_000
CHARACTERS = 16_000_000
# the limits of a single operation, whatever is left
_LARGEST_RESULT = 20_000_000
_MOST_PARTS = 200_000
_MOST_BITS = 4_096
# how many characters, or list items, take as long as one step
_CHARACTERS_A_STEP = 256
_PARTS_A_STEP = 8

_TEXTS = (str, int, float, datetime.date, datetime.time, datetime.timedelta, Decimal, Fraction, Undefined, type(None))
_LISTS = (list, tuple, set, frozenset)
_MAPPINGS = (dict, MappingProxyType)
_LISTS_AND_MAPPINGS = (*_LISTS, *_MAPPINGS)


@dataclass
class Budget:
    """The steps and characters that are left."""

    steps: int = STEPS
    characters: int = CHARACTERS

    @classmethod
    def of_texts(cls, count: int) -> Budget:
        """For many short texts, such as titles or notes."""
        return cls(STEPS + STEPS_A_TEXT * count, CHARACTERS)

    @classmethod
    def of_title(cls) -> Budget:
        """For one short text that any page may ask for."""
        return cls(STEPS // 20, CHARACTERS // 20)

    @property
    def is_spent(self) -> bool:
        return self.steps < 0 or self.characters < 0

    def spend(self, steps: int = 1, characters: int = 0) -> bool:
        """Spend steps and characters. Returns True; raises LimitError when too few are left."""
        self.steps -= steps
        self.characters -= characters
        if self.steps < 0:
            raise LimitError("this takes too much work: its loops or calls go on for too long")
        if self.characters < 0:
            raise LimitError(f"this makes too much text: more than {CHARACTERS:,} characters")
        return True

    def weigh(self, value: Any, texts_only: bool = False) -> int:
        """About how many characters a value would print; weighing spends steps too.

        With `texts_only`, raises NoTextError for anything but texts, numbers, dates, and lists and mappings of these.
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
        """Raises LimitError if arguments of this weight could blow up the subject too far."""
        if (1 + subject) * (1 + arguments) > _LARGEST_RESULT:
            raise LimitError(f"this could make a text of more than {_LARGEST_RESULT:,} characters")

    def allow_bits(self, bits: int) -> None:
        """Raises LimitError for too large a whole number."""
        if bits > _MOST_BITS:
            raise LimitError(f"this makes a number of more than {_MOST_BITS * 3 // 10:,} digits")

    def counted(self, result: Any) -> Any:
        """The result of an operation, with its size spent; an iterator is counted as it is consumed."""
        if isinstance(result, str):
            self.spend(0, len(result))
        elif isinstance(result, _LISTS):
            self.spend(len(result) // _PARTS_A_STEP, 2 * len(result))
        elif isinstance(result, Iterator):
            return self._each_counted(result)
        return result

    def _each_counted(self, values: Iterable[Any]) -> Iterator[Any]:
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
