"""An HTML file → what the checks keep of it: parsed once, and judged by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborHTMLParser

from ..problems import Problem
from .output import Document, Origin, Reference, Tag
from .policy import policy_violations

_REFERENCES = {
    "a": ("href",),
    "area": ("href",),
    "link": ("href",),
    "img": ("src",),
    "source": ("src",),
    "script": ("src",),
    "iframe": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "object": ("data",),
}
_PICTURES = ("img", "source")


def read_document(html: bytes, origin: Origin) -> Document:
    """What an HTML file refers to, its anchors, and its own mistakes: those that no other file has to do with."""
    tags: list[Tag] = []
    anchors = []
    for node in LexborHTMLParser(html).css("*"):
        attributes = node.attributes
        if not attributes and node.tag not in ("script", "style"):
            continue
        if anchor := attributes.get("id") or (attributes.get("name") if node.tag == "a" else None):
            anchors.append(anchor)
        text = (node.text() or "") if node.tag == "script" else ""
        tags.append(Tag(node.tag or "", attributes, text))
    references = tuple(
        Reference(target, tag.name in _PICTURES)
        for tag in tags
        if tag.name in _REFERENCES or "srcset" in tag.attributes
        for target in tag.targets(_REFERENCES)
    )
    problems = (
        *policy_violations(tags, origin),
        *_without_texts(tags, origin),
        *_duplicate_anchors(anchors, origin),
    )
    return Document(origin.path, references, tuple(anchors), problems)


def _without_texts(tags: Sequence[Tag], origin: Origin) -> Iterator[Problem]:
    """Pictures that nobody is told of, and links that lead nowhere at all."""
    for tag in tags:
        if tag.name == "img" and "alt" not in tag.attributes:
            hint = 'say what it shows: alt="…", or alt="" when it only decorates'
            targets = [tag.attributes.get("src") or ""]
            yield origin.problem("image-alt", "a picture without a text in its place", targets, targets, hint)
        if tag.name == "a" and tag.attributes.get("href") == "":
            yield origin.problem("link-broken", "a link without an address", needles=["]()", 'href=""'])


def _duplicate_anchors(anchors: Sequence[str], origin: Origin) -> Iterator[Problem]:
    if origin.source is None or len(set(anchors)) == len(anchors):
        return
    for anchor, count in Counter(anchors).items():
        if count > 1:
            places = origin.source.words(anchor, marks=("#", 'id="', "id: "))
            first = f" (line {places[0].line})" if len(places) > 1 else ""
            message, hint = f'the anchor "{anchor}" is taken{first}', "give each heading its own anchor"
            yield Problem("anchor-duplicate", message, places[-1] if places else origin.span(), hint)
