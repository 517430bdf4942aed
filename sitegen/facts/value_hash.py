"""Hashes values by content: equal hashes mean equality in every part, types included."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, fields, is_dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath

from ..model import Area, Document, Indicator

# types whose `repr` is complete
_PLAIN = frozenset(
    {str, int, float, bool, bytes, type(None), Decimal, Fraction}
    | {datetime.date, datetime.datetime, datetime.time, datetime.timedelta, PurePosixPath}
)
# shared by many figures, so written out once
_SHARED = frozenset({Indicator, Area, Document})


@dataclass
class ValueHash:
    """Hashes values of a site, caching the parts that they share."""

    _shared: dict[int, tuple[object, str]] = field(default_factory=dict)
    _names: dict[type, tuple[str, ...]] = field(default_factory=dict)

    def of(self, value: object) -> bytes:
        """The hash (16 bytes) of a value.

        Dataclass fields excluded from `repr`, such as line numbers, don't count. Raises TypeError for types that can't
        be written out.
        """
        return hashlib.blake2b(self._written(value).encode(errors="surrogatepass"), digest_size=16).digest()

    def _written(self, value: object) -> str:
        kind = type(value)
        if kind in _PLAIN:
            return repr(value)
        if kind in _SHARED:
            known = self._shared.get(id(value))
            if known is None:
                # keeps the value alive, so that its id isn't reused
                known = self._shared[id(value)] = value, f"{kind.__name__}({self._fields(value)})"
            return known[1]
        if isinstance(value, str):
            return f"{kind.__name__}({str.__repr__(value)})"
        if isinstance(value, Mapping):
            return f"{{{','.join(f'{self._written(key)}:{self._written(item)}' for key, item in value.items())}}}"
        if isinstance(value, list | tuple):
            is_plain = _PLAIN.issuperset(map(type, value))
            return f"{kind.__name__}({list(value)!r})" if is_plain else f"{kind.__name__}({self._items(value)})"
        if isinstance(value, Set):
            return f"{kind.__name__}({','.join(sorted(map(self._written, value)))})"
        return f"{kind.__name__}({self._fields(value)})"

    def _items(self, value: list[object] | tuple[object, ...]) -> str:
        return ",".join(map(self._written, value))

    def _fields(self, value: object) -> str:
        kind = type(value)
        if kind not in self._names:
            if not is_dataclass(kind):
                raise TypeError(f"no page can depend on a {kind.__name__}: it can't be written out")
            self._names[kind] = tuple(item.name for item in fields(kind) if item.repr)
        return ",".join(self._written(getattr(value, name)) for name in self._names[kind])
