"""How a build gets on, told as it goes."""

from __future__ import annotations


class Progress:
    """Is told how a build gets on, and does nothing with it. What a method raises ends the build without a trace."""

    def stage(self, name: str, total: int = 0) -> None:
        """A stage begins, and the one before has ended; `total` says how many items it has, where that is known."""

    def done(self, item: str, seconds: float = 0.0) -> None:
        """An item of the stage is done: a page or a chart, by its name, and how long it took."""


SILENT = Progress()
