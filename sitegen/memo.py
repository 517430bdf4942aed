"""What a process that builds again and again, as the preview does, need not work out anew.

Everything is found by all that it was made from, so that a memo can be as old as it likes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from .processes import Workers

_MOST_CODES = 2000
_MOST_DATA = 3


class CodeMemo(BytecodeCache):
    """Compiled templates and texts, in memory only."""

    def __init__(self) -> None:
        self._codes: OrderedDict[Hashable, CodeType] = OrderedDict()

    def load_bytecode(self, bucket: Bucket) -> None:
        """For Jinja2: the code of a template of this name and text."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """For Jinja2: keep the code of a template."""
        if bucket.code is not None:
            self._keep((bucket.key, bucket.checksum), bucket.code)

    def code(self, name: str, text: str, compiled: Callable[[], CodeType]) -> CodeType:
        """The code of an author's text in a file."""
        key = name, text
        if key not in self._codes:
            self._keep(key, compiled())
        return self._codes[key]

    def _keep(self, key: Hashable, code: CodeType) -> None:
        self._codes[key] = code
        if len(self._codes) > _MOST_CODES:
            self._codes.popitem(last=False)


@dataclass
class BuildMemo:
    """The memo of one process."""

    codes: CodeMemo = field(default_factory=CodeMemo)
    workers: Workers = field(default_factory=Workers)
    """Processes that have loaded what makes charts."""
    _data: OrderedDict[str, Any] = field(default_factory=OrderedDict)

    def close(self) -> None:
        """End the processes."""
        self.workers.close()

    def data(self, key: str, make: Callable[[], Any]) -> Any:
        """What is made of the data that a key stands for; an empty key stands for nothing that could be found again."""
        if not key:
            return make()
        if key not in self._data:
            self._data[key] = make()
            if len(self._data) > _MOST_DATA:
                self._data.popitem(last=False)
        return self._data[key]
