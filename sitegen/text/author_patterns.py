"""Regular expressions written by authors, matched within a time limit: some would never end.

The syntax is that of Python's `re`; the engine is `regex`, which finds the same and can be stopped.
"""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, TypeVar

# processor time of a pattern in a whole build; a good one takes a millionth of it per text
_SECONDS = 2.0
_SECONDS_FOR_A_TEXT = 0.0001
_LONGEST = 2000
# the engine unrolls counted repeats
_LARGEST = 10_000
_PIECE = re.compile(r"\\.|\[\^?\]?(?:[^\]\\]|\\.)*+\]?|\{(?P<least>[0-9]*)(?:,(?P<most>[0-9]*))?\}|.", re.DOTALL)
_SET_PIECE = re.compile(r"\\.|.", re.DOTALL)
_COMMENTS = re.compile(r"\(\?(?:#|[A-Za-z]*x)")
_Found = TypeVar("_Found")
SLOW_HINT = "a repeat within a repeat can match a text in too many ways: write (a+)+ as a+, (a|b+)* as [ab]*"


class PatternError(ValueError):
    """A pattern that can't be used; its text says why."""


class AuthorPattern:
    """A pattern written by an author. Raises PatternError when it is not a usable regular expression.

    After its time is used up (`is_slow`), it counts as matching any whole text, and finds nothing within one.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_slow = False
        self._left = _SECONDS
        if len(text) > _LONGEST:
            raise PatternError(f"it is longer than {_LONGEST} characters")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                re.compile(text)
        except re.error as error:
            raise PatternError(error.msg) from error
        except (OverflowError, RecursionError) as error:
            raise PatternError("it is nested too deep, or repeats too often") from error
        if _COMMENTS.search(text):
            raise PatternError("it may hold no comments")
        if _size(text) > _LARGEST:
            raise PatternError(f"its counts come to more than {_LARGEST} repeats")

    @cached_property
    def _compiled(self) -> Any:
        import regex  # it takes a moment, and few sites have patterns

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return regex.compile(_for_engine(self.text))

    def is_whole(self, text: str) -> bool:
        """Whether all of a text matches."""
        return self.is_slow or self._timed(lambda left: self._compiled.fullmatch(text, timeout=left) is not None, True)

    def spans(self, text: str) -> Sequence[tuple[int, int]]:
        """Where it matches within a text."""
        if self.is_slow:
            return []
        return self._timed(lambda left: [found.span() for found in self._compiled.finditer(text, timeout=left)], [])

    def _timed(self, match: Callable[[float], _Found], given_up: _Found) -> _Found:
        """What `match` finds in the time that is left, else `given_up`."""
        began = time.process_time()
        try:
            return match(self._left)
        except TimeoutError:
            self.is_slow = True
            return given_up
        finally:
            self._left += _SECONDS_FOR_A_TEXT - (time.process_time() - began)
            self.is_slow = self.is_slow or self._left <= 0


def _size(pattern: str) -> int:
    """How many pieces a valid pattern has when each is written out as often as its count says."""
    groups, last = [0], 0
    for piece in _PIECE.finditer(pattern):
        if piece["least"] is not None:
            count = max(int(piece["least"] or 1), int(piece["most"] or 1))
            groups[-1] += last * (count - 1)
            last *= count
        elif piece[0] == "(":
            groups.append(0)
        elif piece[0] == ")" and len(groups) > 1:
            last = groups.pop()
            groups[-1] += last
        elif piece[0] not in "*+?":
            last = 1
            groups[-1] += 1
    return sum(groups)


def _for_engine(pattern: str) -> str:
    """A valid pattern as `regex` reads the same in it: it knows more of what braces and brackets may mean."""
    return "".join(
        r"\{" if piece[0] == "{" else _SET_PIECE.sub(_escaped, piece[0]) if piece[0][0] == "[" else piece[0]
        for piece in _PIECE.finditer(pattern)
    )


def _escaped(piece: re.Match[str]) -> str:
    """A bracket within a set as one that means itself."""
    return r"\[" if piece[0] == "[" and piece.start() else piece[0]
