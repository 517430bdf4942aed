"""Regular expressions written by authors, matched within a time limit, since some would never end.

The syntax is that of Python's `re`; the engine is `regex`, which finds the same matches but has a timeout.
"""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, TypeVar

# CPU time of a pattern per build; a good one takes a millionth of it per text
_SECONDS = 2.0
_SECONDS_PER_TEXT = 0.0001
_LONGEST = 2000
# limited, as the engine unrolls counted repeats
_LARGEST = 10_000
_PIECE = re.compile(r"\\.|\[\^?\]?(?:[^\]\\]|\\.)*+\]?|\{(?P<least>[0-9]*)(?:,(?P<most>[0-9]*))?\}|.", re.DOTALL)
_SET_PIECE = re.compile(r"\\.|.", re.DOTALL)
_COMMENTS = re.compile(r"\(\?(?:#|[A-Za-z]*x)")
_Found = TypeVar("_Found")
SLOW_HINT = "a repeat within a repeat can match a text in too many ways: write (a+)+ as a+, (a|b+)* as [ab]*"


class PatternError(ValueError):
    """A pattern that can't be used, and why."""


class AuthorPattern:
    """A pattern written by an author. Raises PatternError if it isn't a usable regular expression.

    Once its time is used up (`is_slow`), it fully matches any text, and finds nothing within one.
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
            raise PatternError("it is nested too deeply, or repeats too often") from error
        if _COMMENTS.search(text):
            raise PatternError("it must not contain comments")
        if _size(text) > _LARGEST:
            raise PatternError(f"its counts add up to more than {_LARGEST} repeats")

    @cached_property
    def _compiled(self) -> Any:
        import regex  # slow to import, and few sites have patterns

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return regex.compile(_for_engine(self.text))

    def is_whole(self, text: str) -> bool:
        """Whether the whole text matches."""
        return self.is_slow or self._timed(lambda left: self._compiled.fullmatch(text, timeout=left) is not None, True)

    def spans(self, text: str) -> Sequence[tuple[int, int]]:
        """The spans of all matches in a text."""
        if self.is_slow:
            return []
        return self._timed(lambda left: [found.span() for found in self._compiled.finditer(text, timeout=left)], [])

    def _timed(self, match: Callable[[float], _Found], default: _Found) -> _Found:
        """The result of `match`, or `default` if the time runs out."""
        began = time.process_time()
        try:
            return match(self._left)
        except TimeoutError:
            self.is_slow = True
            return default
        finally:
            self._left += _SECONDS_PER_TEXT - (time.process_time() - began)
            self.is_slow = self.is_slow or self._left <= 0


def _size(pattern: str) -> int:
    """The number of pieces in a valid pattern with its counted repeats unrolled."""
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
    """A valid pattern, escaped so that `regex` reads it as `re` does: braces and brackets mean more to it."""
    return "".join(
        r"\{" if piece[0] == "{" else _SET_PIECE.sub(_escaped, piece[0]) if piece[0][0] == "[" else piece[0]
        for piece in _PIECE.finditer(pattern)
    )


def _escaped(piece: re.Match[str]) -> str:
    """Escapes a bracket within a set."""
    return r"\[" if piece[0] == "[" and piece.start() else piece[0]
