"""Internal links, anchors and pictures: each must lead to a file of the output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
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
_PICTURES = ("img", "source")


def broken_links(output: Output) -> Iterator[Problem]:
    """Every link, anchor or picture that leads nowhere."""
    checker = _Checker(output, output.anchors)
    for document in output.documents:
        yield from checker.problems(document)


@dataclass
class _Checker:
    output: Output
    anchors: Mapping[str, frozenset[str]]

    def problems(self, document: Document) -> Iterator[Problem]:
        seen: Counter[str] = Counter()
        for tag in document.tags:
            for target in tag.targets(_REFERENCES):
                problem = self.problem(target, tag, document, seen[target])
                seen[target] += 1
                if problem:
                    yield problem
            if tag.name == "img" and "alt" not in tag.attributes:
                hint = 'say what it shows: alt="…", or alt="" when it only decorates'
                targets = [tag.attributes.get("src") or ""]
                yield document.problem("image-alt", "a picture without a text in its place", targets, targets, hint)
            if tag.name == "a" and tag.attributes.get("href") == "":
                yield document.problem("link-broken", "a link without an address", needles=["]()", 'href=""'])
        yield from self.duplicate_anchors(document)

    def problem(self, target: str, tag: Tag, document: Document, occurrence: int) -> Problem | None:
        try:
            parts = urlsplit(target)
            here = self.output.base_path + document.url.lstrip("/")
            path = urlsplit(urljoin(here, target)).path
        except ValueError:
            return document.problem("link-broken", f'"{target}" is no address', [target], [target])
        if parts.scheme or parts.netloc:
            return None
        below = "/" + path.removeprefix(self.output.base_path)
        file = self.output.urls.get(below) if path.startswith(self.output.base_path) else None
        if file is None:
            problem = self.nowhere(target, below, tag, document)
        elif parts.fragment:
            problem = self.no_anchor(unquote(parts.fragment), file, below, document)
        else:
            problem = None
        if problem is None:
            return None
        spellings = [*filter(None, [document.written.get(target)]), *_spellings(target, below)]
        if problem.code == "footnote-unused":
            spellings = [f"[^{unquote(parts.fragment).removeprefix('fnref:')}]:"]
        return replace(problem, span=document.span(spellings, spellings, occurrence))

    def nowhere(self, target: str, below: str, tag: Tag, document: Document) -> Problem | None:
        if self.output.is_left_out(below):
            return None
        if below in self.output.drafts:
            message, hint = f"{self.output.drafts[below]} is a draft", "publish it too, or take the link out"
            return document.problem("link-broken", message, hint=hint)
        what = "picture" if tag.name in _PICTURES else "link"
        known = [url for url in self.output.urls if url.endswith("/") or what == "picture"]
        base_path = self.output.base_path
        if target.startswith("/") and not target.startswith(base_path):
            hint = f"raw HTML is left as it is: write [text]({target}) in Markdown, and {base_path} goes before it"
        elif f"{below}/" in self.output.urls:
            hint = f'write "{below}/", with a slash at the end'
        else:
            # a look for the nearest name among very many takes longer than the build
            hint = did_you_mean(below, known) if len(known) < 5_000 else ""
        return document.problem("link-broken", f'the {what} "{target}" leads nowhere', hint=hint)

    def no_anchor(self, anchor: str, file: str, below: str, document: Document) -> Problem | None:
        known = self.anchors.get(file)
        if known is None or anchor in known or file in self.output.partial or self.output.is_anchor_left_out(anchor):
            return None
        if anchor.startswith("fnref:"):
            note = anchor.removeprefix("fnref:")
            message, hint = (
                f"nothing refers to the footnote [^{note}]",
                f"write [^{note}] where it belongs, or remove it",
            )
            return document.problem("footnote-unused", message, hint=hint)
        message = f'there is no anchor "{anchor}" on {below}'
        return document.problem("anchor-broken", message, hint=did_you_mean(anchor, known))

    def duplicate_anchors(self, document: Document) -> Iterator[Problem]:
        for anchor, count in Counter(document.anchors).items():
            if count == 1 or document.source is None:
                continue
            places = document.source.words(anchor, marks=("#", 'id="', "id: "))
            first = f" (line {places[0].line})" if len(places) > 1 else ""
            message, hint = f'the anchor "{anchor}" is taken{first}', "give each heading its own anchor"
            yield Problem("anchor-duplicate", message, places[-1] if places else document.span(), hint)


def _spellings(target: str, below: str) -> list[str]:
    """How an author may have written a link: as it is, from the site's root, or only its anchor."""
    fragment = urlsplit(target).fragment
    tail = f"#{fragment}" if fragment else ""
    return list(
        dict.fromkeys([target, unquote(target), below + tail, unquote(below) + tail, *([tail] if tail else [])])
    )
