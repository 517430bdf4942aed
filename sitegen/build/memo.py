"""What a process that builds again and again, as the preview does, need not work out anew.

Everything is found by all that it was made from, so that a memo can be as old as it likes.
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
