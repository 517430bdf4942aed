"""The languages are equals: what one version of a page shows, the others show too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ..content import Addresses
from ..model import StoredPage, WrittenPage
from ..problems import Problem, Span

_LANGUAGE_NAME = re.compile(r"\.[a-z]{2,3}(?:-[A-Za-z0-9]+)*(?=\.\w+$)")
_MOST_NAMED = 5


@dataclass(frozen=True)
class Shown:
    """What a page shows beside its words. `links` and `images` are told without their language."""

    figures: Mapping[str, int]
    charts: Mapping[str, int]
    sections: Sequence[int]
    links: Mapping[str, int]
    images: Mapping[str, int]


def parity_problems(pages: Sequence[StoredPage], addresses: Addresses) -> Iterator[Problem]:
    """Where a page differs from its original in the default language; `pages` are those that were written."""
    known = {(item.page.language, item.page.translation_key): item for item in pages}
    default = addresses.settings.default_language
    for item in pages:
        original = known.get((default, item.page.translation_key))
        if original is not None and item is not original and item.is_whole and original.is_whole:
            yield from _differences(item, original, addresses)


def _differences(item: StoredPage, original: StoredPage, addresses: Addresses) -> Iterator[Problem]:
    own, other = _shown(item, addresses), _shown(original, addresses)
    there = original.page.source.name
    for what, here, wanted in (
        ("the figure", own.figures, other.figures),
        ("the chart", own.charts, other.charts),
        ("a link to", own.links, other.links),
        ("the picture", own.images, other.images),
    ):
        keys = [
            key
            for key in (*wanted, *(key for key in here if key not in wanted))
            if here.get(key, 0) != wanted.get(key, 0)
        ]
        for key in keys[:_MOST_NAMED]:
            counts = f"{_times(here.get(key, 0))} here, {_times(wanted.get(key, 0))} in {there}"
            yield Problem("parity", f'{what} "{key}" is shown {counts}', _place(item, key))
    if own.sections != other.sections:
        levels = " ".join(f"h{level}" for level in own.sections), " ".join(f"h{level}" for level in other.sections)
        message = f"the sections differ: {levels[0] or 'none'} here, {levels[1] or 'none'} in {there}"
        yield Problem("parity", message, _body_span(item))


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _place(item: StoredPage, key: str) -> Span:
    source = item.page.source
    return source.find_word(key) if key in source.text else _body_span(item)


def _body_span(item: StoredPage) -> Span:
    page = item.page
    return page.source.span(page.body_line if isinstance(page, WrittenPage) else 1)


def _shown(item: StoredPage, addresses: Addresses) -> Shown:
    main = LexborHTMLParser(item.html).css_first("main")
    nodes = main.css("*") if main else []
    return Shown(
        item.figures,
        Counter(_chart(node) for node in nodes if node.tag == "figure" and _is(node, "chart")),
        [heading.level for heading in item.parts.headings],
        Counter(_links(nodes, item, addresses)),
        Counter(_LANGUAGE_NAME.sub("", node.attributes.get("src") or "") for node in nodes if node.tag == "img"),
    )


def _chart(node: LexborNode) -> str:
    return (node.attributes.get("id") or "").removeprefix("chart-")


def _is(node: LexborNode, name: str) -> bool:
    return name in (node.attributes.get("class") or "").split()


def _links(nodes: Iterable[LexborNode], item: StoredPage, addresses: Addresses) -> Iterator[str]:
    """Where the links lead: a page by its key, anything else by its address; not to figures or within the page."""
    base = addresses.settings.base_path
    figures = addresses.local(addresses.figure("", item.page.language))
    for node in nodes:
        target = node.attributes.get("href") or ""
        if node.tag != "a" or _is(node, "fig") or target.startswith("#") or not target:
            continue
        parts = urlsplit(target)
        if parts.netloc or parts.scheme:
            yield target
        elif not parts.path.startswith(figures):
            path = "/" + parts.path.removeprefix(base)
            page = addresses.pages_by_url.get(path)
            yield page.translation_key if page else _LANGUAGE_NAME.sub("", path)
