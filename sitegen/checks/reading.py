"""An HTML file → what the checks keep of it: parsed once, and judged by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

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
# of these, what is in them may be wrong, too
_HOLDING = ("script", "style")


class _Judged(NamedTuple):
    """What a tag refers to, the anchor that it is, and whether nothing is wrong with it, whatever stands in it."""

    references: tuple[Reference, ...]
    anchor: str
    is_clean: bool


def read_document(html: bytes, origin: Origin) -> Document:
    """What an HTML file refers to, its anchors, and its own mistakes: those that no other file has to do with."""
    references: list[Reference] = []
    anchors = []
    doubtful = []
    for node in LexborHTMLParser(html).css("*"):
        attributes, name = node.attributes, node.tag or ""
        if not attributes and name not in _HOLDING:
            continue
        judged = _judged(name, tuple(attributes.items()))
        references += judged.references
        if judged.anchor:
            anchors.append(judged.anchor)
        if not judged.is_clean or name in _HOLDING:
            doubtful.append(Tag(name, attributes, (node.text() or "") if name == "script" else ""))
    problems = (
        *policy_violations(doubtful, origin),
        *_without_texts(doubtful, origin),
        *_duplicate_anchors(anchors, origin),
    )
    return Document(origin.path, tuple(references), tuple(anchors), problems)


# the pages of a site have most of their tags in common
@lru_cache(maxsize=4096)
def _judged(name: str, attributes: tuple[tuple[str, str | None], ...]) -> _Judged:
    tag, nowhere = Tag(name, dict(attributes)), Origin("")
    refers = name in _REFERENCES or "srcset" in tag.attributes
    references = tuple(Reference(target, name in _PICTURES) for target in tag.targets(_REFERENCES)) if refers else ()
    anchor = tag.attributes.get("id") or (tag.attributes.get("name") if name == "a" else None) or ""
    wrong = next(policy_violations([tag], nowhere), None) or next(_without_texts([tag], nowhere), None)
    return _Judged(references, anchor, wrong is None)


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
