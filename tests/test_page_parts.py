"""What is kept of a page beside its HTML: it comes back as it was, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sitegen.checks.output import Document, Reference
from sitegen.model import Body, Dataset
from sitegen.page_parts import packed_parts, unpacked_body, unpacked_document
from sitegen.pipeline import BuiltSite, build_site
from sitegen.problems import Problem, Span

from .conftest import SITES, options

DOCUMENT = Document(
    "vi/index.html",
    (Reference("/vi/kết-quả/#a", False), Reference("/anh.jpg", True)),
    ("a", "b"),
    (Problem("link-broken", "leads nowhere", Span("content/index.vi.md", 3, 4, "…"), "hint", "warning"),),
)


def bodies(site: BuiltSite) -> Iterator[Body]:
    """The body of each page, with its charts as they were asked for."""
    return (page.body for page in site.pages)


@pytest.mark.parametrize("name", ["gallery", "libraries", "three-languages"])
def test_parts_come_back_as_they_were(name: str) -> None:
    """Types and all: what is a tuple stays one, and a chart's figures are those of the data."""
    site = build_site(options(SITES / name))
    dataset = site.addresses.dataset
    for body in bodies(site):
        again = unpacked_body(packed_parts(body, DOCUMENT), dataset)
        assert body == again
        assert repr(body) == repr(again)
    assert any(body.charts for body in bodies(site)) or name != "gallery"


def test_a_document_comes_back_as_it_was() -> None:
    """With its problems and their places."""
    assert unpacked_document(packed_parts(Body("", "T", "", (), ()), DOCUMENT)) == DOCUMENT


def test_other_bytes_are_no_parts(shipped: BuiltSite, tmp_path: Path) -> None:
    """Each byte damaged, or cut off: nothing, or the parts of another page, and no other error."""
    body = next(body for body in bodies(shipped) if body.charts)
    whole = packed_parts(body, DOCUMENT)
    for place in range(0, len(whole), 7):
        for damaged in (whole[:place], whole[:place] + bytes([whole[place] ^ 0x81]) + whole[place + 1 :]):
            assert isinstance(unpacked_body(damaged, shipped.addresses.dataset), Body | None)
    assert unpacked_body(whole, Dataset()) is None
