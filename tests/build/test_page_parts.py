"""What is kept of a page beside its HTML: it comes back as it was, or not at all."""

from __future__ import annotations

import pytest

from sitegen.build import BuiltSite, build_site
from sitegen.build.page_parts import packed_parts, unpacked_parts
from sitegen.checks.output import HtmlDocument, Link
from sitegen.model.data import Dataset
from sitegen.model.site import Body, PageParts
from sitegen.problems.problem import Problem, Span

from ..conftest import SITES, options

DOCUMENT = HtmlDocument(
    "vi/index.html",
    (Link("/vi/kết-quả/#a", False), Link("/anh.jpg", True)),
    ("a", "b"),
    (Problem("link-broken", "leads nowhere", Span("content/index.vi.md", 3, 4, "…"), "hint", "warning"),),
)


def packed(parts: PageParts) -> bytes:
    """What is kept of a page with these parts."""
    return packed_parts(Body("", "", "", parts.headings, parts.charts, True, parts.written), DOCUMENT)


@pytest.mark.parametrize("name", ["gallery", "libraries", "three-languages"])
def test_parts_come_back_as_they_were(name: str) -> None:
    """Types and all: what is a tuple stays one, and a chart's figures are those of the data."""
    site = build_site(options(SITES / name))
    for page in site.pages:
        again = unpacked_parts(packed(page.parts), site.addresses.dataset)
        assert again is not None
        assert (page.parts, DOCUMENT) == again
        assert repr((page.parts, DOCUMENT)) == repr(again)
    assert any(page.parts.charts for page in site.pages) or name != "gallery"


def test_other_bytes_are_no_parts(shipped: BuiltSite) -> None:
    """Each byte damaged, or cut off: nothing, or the parts of another page, and no other error."""
    parts = next(page.parts for page in shipped.pages if page.parts.charts)
    whole = packed(parts)
    for place in range(0, len(whole), 7):
        for damaged in (whole[:place], whole[:place] + bytes([whole[place] ^ 0x81]) + whole[place + 1 :]):
            assert isinstance(unpacked_parts(damaged, shipped.addresses.dataset), tuple | None)
    assert unpacked_parts(whole, Dataset()) is None
