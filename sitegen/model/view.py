"""What all that templates look at has in common."""

from __future__ import annotations


class View:
    """A value that templates look at. Printed by mistake it is a name, the same in every build, and no address."""

    def __repr__(self) -> str:
        kind = type(self).__name__.strip("_").removesuffix("View").lower()
        name = getattr(self, "key", "") or getattr(self, "id", "") or getattr(self, "name", "")
        return f"<{kind} {name}>" if name else f"<{kind}>"
