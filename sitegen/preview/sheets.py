"""Style sheets: the names of which a page's HTML has in it, so that all pages differ when a sheet has changed."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

HASHED = re.compile(r"\.([0-9a-f]{8})(\.\w+)\Z")
"""The end of a name with a hash in it: `assets/site.3b5d5c37.css`."""
_HASHED_SHEET = re.compile(rb"\.[0-9a-f]{8}\.css\b")

Swaps = Sequence[tuple[bytes, bytes]]
"""Names of style sheets, as they were and as they are now."""


def sheet_name(address: str) -> str:
    """The name of a style sheet without its hash: `/assets/site.3b5d5c37.css` → `/assets/site.css`."""
    return HASHED.sub(r"\2", urlsplit(address).path)


def without_hashes(html: bytes) -> bytes:
    """A page as it is whatever its style sheets are."""
    return _HASHED_SHEET.sub(b".css", html)


def swaps(before: Collection[str], now: Collection[str]) -> Swaps:
    """The style sheets that have another hash in their names, of the paths of all files."""
    old = {sheet_name(path): path for path in before if path.endswith(".css")}
    new = {sheet_name(path): path for path in now if path.endswith(".css")}
    return [
        (PurePosixPath(old[name]).name.encode(), PurePosixPath(new[name]).name.encode())
        for name in sorted(old.keys() & new.keys())
        if old[name] != new[name]
    ]


def swapped(html: bytes, sheets: Swaps) -> bytes:
    """A page with the names that its style sheets have now."""
    for old, new in sheets:
        html = html.replace(old, new)
    return html
