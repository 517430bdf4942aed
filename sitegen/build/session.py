"""What a process that builds more than once, such as the preview, keeps between builds.

Everything is keyed by its inputs, so nothing in a session can be stale.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..processes import Workers
from ..rendering import CodeMemo

_MOST_DATA = 3


@dataclass
class BuildSession:
    """The builds of one process."""

    codes: CodeMemo = field(default_factory=CodeMemo)
    workers: Workers = field(default_factory=Workers)
    """Worker processes that have loaded the chart libraries."""
    _data: OrderedDict[str, Any] = field(default_factory=OrderedDict)

    def close(self) -> None:
        """End the worker processes."""
        self.workers.close()

    def data(self, key: str, make: Callable[[], Any]) -> Any:
        """The value of `make`, cached by the key of the data it is made from; an empty key isn't cached."""
        if not key:
            return make()
        if key not in self._data:
            self._data[key] = make()
            if len(self._data) > _MOST_DATA:
                self._data.popitem(last=False)
        return self._data[key]
