"""Parity of languages: what one version of a page shows, the others show too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ..content import Addresses
from ..model import StoredPage, WrittenPage
from ..problems import Problem, Span

_LANGUAGE_NAME = re.compile(r"\.[a-z]{2,3}(?:-[A-Za-z0-9]+)*(?=\.\w+$)")
_MOST_NAMED = 5


def parity_problems(pages: Sequence[StoredPage], addresses: Addresses) -> Iterator[Problem]:
    """Where a page differs from its original in the default language; `pages` are those that were written."""
    known = {(item.page.language, item.page.translation_key): item for item in pages}
    default = addresses.settings.default_language
    for item in pages:
        original = known.get((default, item.page.translation_key))
        if original is not None and item is not original and item.is_whole and original.is_whole:
            yield from _differences(item, original, addresses)


def _differences(item: StoredPage, original: StoredPage, addresses: Addresses) -> Iterator[Problem]:
    shown, name = _shown(item, addresses), original.page.source.name
    for what, wanted in _shown(original, addresses).items():
        here = shown[what]
        keys = [key for key in {**wanted, **here} if here.get(key, 0) != wanted.get(key, 0)]
        for key in keys[:_MOST_NAMED]:
            counts = f"{_times(here.get(key, 0))} here, {_times(wanted.get(key, 0))} in {name}"
            yield Problem("parity", f'{what} "{key}" is shown {counts}', _place(item, key))
    own, other = (" ".join(f"h{heading.level}" for heading in each.parts.headings) for each in (item, original))
    if own != other:
        message = f"the sections differ: {own or 'none'} here, {other or 'none'} in {name}"
        yield Problem("parity", message, _place(item))


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _place(item: StoredPage, key: str = "") -> Span:
    """The place of a name in a page, or where its body begins."""
    page, source = item.page, item.page.source
    if key and key in source.text:
        return source.find_word(key)
    return source.span(page.body_line if isinstance(page, WrittenPage) else 1)


def _shown(item: StoredPage, addresses: Addresses) -> Mapping[str, Mapping[str, int]]:
    """How often a page shows what, by kind; the names of links and pictures are without their language."""
    main = LexborHTMLParser(item.html).css_first("main")
    nodes = main.css("*") if main else []
    charts = (_attribute(node, "id") for node in nodes if node.tag == "figure" and _has_class(node, "chart"))
    return {
        "the figure": item.figures,
        "the chart": Counter(name.removeprefix("chart-") for name in charts),
        "a link to": Counter(_links(nodes, item, addresses)),
        "the picture": Counter(_LANGUAGE_NAME.sub("", _attribute(node, "src")) for node in nodes if node.tag == "img"),
    }


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""


def _has_class(node: LexborNode, name: str) -> bool:
    return name in _attribute(node, "class").split()


def _links(nodes: Iterable[LexborNode], item: StoredPage, addresses: Addresses) -> Iterator[str]:
    """Where the links lead: a page by its key, anything else by its address; not to figures or within the page."""
    figures = addresses.local(addresses.figure("", item.page.language))
    for node in nodes:
        target = _attribute(node, "href")
        if node.tag != "a" or _has_class(node, "fig") or target.startswith("#") or not target:
            continue
        parts = urlsplit(target)
        if parts.netloc or parts.scheme:
            yield target
        elif not parts.path.startswith(figures):
            path = "/" + parts.path.removeprefix(addresses.settings.base_path)
            page = addresses.pages_by_url.get(path)
            yield page.translation_key if page else _LANGUAGE_NAME.sub("", path)
