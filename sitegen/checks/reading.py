"""An HTML file → what the checks know of it: parsed once, with the problems of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from ..problems import Problem
from .output import HtmlDocument, Link, Origin, Tag
from .policy import policy_violations

_LINKS: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(("a", "area", "link"), ("href",)),
    **dict.fromkeys(("img", "source", "script", "iframe", "audio"), ("src",)),
    **{"video": ("src", "poster"), "object": ("data",)},
}
_PICTURES = ("img", "source")
# elements with content that is checked, too
_HOLDING = ("script", "style")


class _Judged(NamedTuple):
    """The links of a tag, its anchor, and whether nothing is wrong with it apart from its content."""

    links: tuple[Link, ...]
    anchor: str
    is_clean: bool


def read_document(html: bytes, origin: Origin) -> HtmlDocument:
    """The links of an HTML file, its anchors, and the problems that no other file has to do with."""
    links: list[Link] = []
    anchors = []
    doubtful = []
    for node in LexborHTMLParser(html).css("*"):
        attributes, name = node.attributes, node.tag or ""
        if not attributes and name not in _HOLDING:
            continue
        judged = _judged(name, tuple(attributes.items()))
        links += judged.links
        if judged.anchor:
            anchors.append(judged.anchor)
        if not judged.is_clean or name in _HOLDING:
            doubtful.append(Tag(name, attributes, (node.text() or "") if name == "script" else ""))
    problems = (
        *policy_violations(doubtful, origin),
        *_without_texts(doubtful, origin),
        *_duplicate_anchors(anchors, origin),
    )
    return HtmlDocument(origin.path, tuple(links), tuple(anchors), problems)


# the pages of a site share most of their tags
@lru_cache(maxsize=4096)
def _judged(name: str, attributes: tuple[tuple[str, str | None], ...]) -> _Judged:
    tag, nowhere = Tag(name, dict(attributes)), Origin("")
    links = tuple(Link(target, name in _PICTURES) for target in tag.targets(_LINKS))
    anchor = tag.attributes.get("id") or (tag.attributes.get("name") if name == "a" else None) or ""
    wrong = next(policy_violations([tag], nowhere), None) or next(_without_texts([tag], nowhere), None)
    return _Judged(links, anchor, wrong is None)


def _without_texts(tags: Sequence[Tag], origin: Origin) -> Iterator[Problem]:
    """Pictures without an alternative text, and links without an address."""
    for tag in tags:
        if tag.name == "img" and "alt" not in tag.attributes:
            hint = 'say what it shows: alt="…", or alt="" when it only decorates'
            spellings = [tag.attributes.get("src") or ""]
            yield origin.problem("image-alt", "a picture without a text in its place", spellings, hint)
        if tag.name == "a" and tag.attributes.get("href") == "":
            yield origin.problem("link-broken", "a link without an address", ["]()", 'href=""'])


def _duplicate_anchors(anchors: Sequence[str], origin: Origin) -> Iterator[Problem]:
    if origin.source is None or len(set(anchors)) == len(anchors):
        return
    for anchor, count in Counter(anchors).items():
        if count > 1:
            places = origin.source.words(anchor, marks=("#", 'id="', "id: "))
            first = f" (line {places[0].line})" if len(places) > 1 else ""
            message, hint = f'the anchor "{anchor}" is taken{first}', "give each heading its own anchor"
            yield Problem("anchor-duplicate", message, places[-1] if places else origin.span(), hint)
