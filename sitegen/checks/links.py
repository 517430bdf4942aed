"""Internal links, anchors and pictures: each must lead to a file of the output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urljoin, urlsplit

from ..problems import Problem, did_you_mean
from .output import Document, Output, Tag

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


def broken_links(output: Output) -> Iterator[Problem]:
    """Every link, anchor or picture that leads nowhere; one that a template repeats is told once."""
    anchors = output.anchors
    told: set[tuple[str, str]] = set()
    for document in output.documents:
        for tag in document.tags:
            for target in _targets(tag):
                problem = _problem(target, tag, document, output, anchors)
                if problem and (problem.span.line or (tag.name, target) not in told):
                    told.add((tag.name, target))
                    yield problem
            if tag.name == "img" and "alt" not in tag.attributes:
                needles = [tag.attributes.get("src") or ""]
                hint = 'say what it shows: alt="…", or alt="" when it only decorates'
                yield document.problem("image-alt", "a picture without a text in its place", needles, hint)


def _targets(tag: Tag) -> Iterator[str]:
    for name in _REFERENCES.get(tag.name, ()):
        if value := tag.attributes.get(name):
            yield value.strip()
    for candidate in (tag.attributes.get("srcset") or "").split(","):
        if candidate.strip():
            yield candidate.split()[0]


def _problem(
    target: str, tag: Tag, document: Document, output: Output, anchors: Mapping[str, frozenset[str]]
) -> Problem | None:
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return None
    here = output.base_path + document.url.lstrip("/")
    path = urlsplit(urljoin(here, target)).path
    what = "picture" if tag.name in ("img", "source") else "link"
    below = "/" + path.removeprefix(output.base_path)
    needles = _spellings(target, below)
    file = output.urls.get(below) if path.startswith(output.base_path) else None
    if below in output.left_out:
        return None
    if file is None:
        if f"{below}/" in output.urls:
            hint = f'write "{below}/", with a slash at the end'
        else:
            hint = did_you_mean(below, output.urls) if len(output.urls) < 5_000 else ""
        return document.problem("link-broken", f'the {what} "{target}" leads nowhere', needles, hint)
    if parts.fragment and file in anchors and unquote(parts.fragment) not in anchors[file]:
        hint = did_you_mean(unquote(parts.fragment), anchors[file])
        message = f'there is no anchor "{unquote(parts.fragment)}" on {below}'
        return document.problem("anchor-broken", message, needles, hint)
    return None


def _spellings(target: str, below: str) -> list[str]:
    """How an author may have written a link: as it is, from the site's root, or only its anchor or last part."""
    fragment = urlsplit(target).fragment
    tail = f"#{fragment}" if fragment else ""
    last = below.rstrip("/").rpartition("/")[2]
    return [target, unquote(target), below + tail, unquote(below) + tail, tail, last]
