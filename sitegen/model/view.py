"""The base class of everything templates see."""

from __future__ import annotations


class View:
    """A value for templates. Printed by mistake, it shows its name, not an address that differs in every build."""

    def __repr__(self) -> str:
        kind = type(self).__name__.strip("_").removesuffix("View").lower()
        name = getattr(self, "key", "") or getattr(self, "id", "") or getattr(self, "name", "")
        return f"<{kind} {name}>" if name else f"<{kind}>"
