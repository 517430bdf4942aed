"""A memo of compiled templates and texts, for processes that build many times."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

_MOST_CODES = 2000


class CodeMemo(BytecodeCache):
    """Compiled templates and texts by name and text, in memory only; the oldest go first."""

    def __init__(self) -> None:
        self._codes: OrderedDict[Hashable, CodeType] = OrderedDict()

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._keep((bucket.key, bucket.checksum), bucket.code)

    def code(self, name: str, text: str, compiled: Callable[[], CodeType]) -> CodeType:
        """The code of an author's text in the file `name`."""
        key = name, text
        if key not in self._codes:
            self._keep(key, compiled())
        return self._codes[key]

    def _keep(self, key: Hashable, code: CodeType) -> None:
        self._codes[key] = code
        if len(self._codes) > _MOST_CODES:
            self._codes.popitem(last=False)
