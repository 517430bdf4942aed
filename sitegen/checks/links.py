"""Internal links, anchors and pictures: each must lead to a file of the output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote, urljoin, urlsplit

from ..problems import Problem, did_you_mean
from .output import Document, Origin, Output, Reference


def targets(document: Document, base_path: str) -> tuple[frozenset[str], bool]:
    """The addresses below its host that a document refers to, and whether any reference is doubtful by itself."""
    found, is_doubtful = set(), False
    here = base_path + document.url.lstrip("/")
    for target in {reference.target for reference in document.references}:
        if target[:1] == "#":
            is_doubtful |= target != "#" and unquote(target[1:]) not in document.anchors
            continue
        try:
            parts = urlsplit(target)
            if not parts.scheme and not parts.netloc:
                found.add(target if target[:1] == "/" else urljoin(here, target))
        except ValueError:
            is_doubtful = True
    return frozenset(found), is_doubtful


def _leads_somewhere(target: str, output: Output) -> bool:
    """Whether there is a file at such an address, and the anchor in it. In doubt there is none."""
    path, _, anchor = target.partition("#")
    path = path.partition("?")[0]
    if not path.startswith(output.base_path) or ("%" in path and quote(unquote(path)) != path) or "/." in path:
        return False
    file = unquote(path[len(output.base_path) :])
    if not file or file.endswith("/"):
        file += "index.html"
    if file not in output.paths:
        return False
    anchors = output.anchors_of(file) if anchor else None
    return anchors is None or unquote(anchor) in anchors


def broken_links(output: Output) -> Iterator[Problem]:
    """Every link, anchor or picture that leads nowhere.

    Each address is looked up once; only if one is wrong are the documents gone through for the places of it.
    """
    if not output.is_doubtful and all(_leads_somewhere(target, output) for target in output.targets):
        return
    checker = _Checker(output, output.anchors)
    for document in output.documents:
        yield from checker.problems(document)


@dataclass
class _Checker:
    output: Output
    anchors: Mapping[str, frozenset[str]]

    def __post_init__(self) -> None:
        # absolute targets that lead somewhere, from whichever document
        self._good: set[str] = set()

    def problems(self, document: Document) -> Iterator[Problem]:
        origin = self.output.origins.get(document.path) or Origin(document.path)
        own = self.anchors[document.path]
        met: Counter[str] = Counter()
        for reference in document.references:
            target = reference.target
            occurrence = met[target]
            met[target] += 1
            if target in self._good or (target[:1] == "#" and target[1:] in own):
                continue
            problem = self.problem(reference, document, origin, occurrence)
            if problem:
                yield problem
            elif target[:1] == "/" or "://" in target:
                self._good.add(target)

    def problem(self, reference: Reference, document: Document, origin: Origin, occurrence: int) -> Problem | None:
        target = reference.target
        try:
            parts = urlsplit(target)
            here = self.output.base_path + document.url.lstrip("/")
            path = urlsplit(urljoin(here, target)).path
        except ValueError:
            return origin.problem("link-broken", f'"{target}" is no address', [target], [target])
        if parts.scheme or parts.netloc:
            return None
        below = "/" + path.removeprefix(self.output.base_path)
        file = self.output.urls.get(below) if path.startswith(self.output.base_path) else None
        if file is None:
            problem = self.nowhere(reference, below, origin)
        elif parts.fragment:
            problem = self.no_anchor(unquote(parts.fragment), file, below, origin)
        else:
            problem = None
        if problem is None:
            return None
        spellings = [*filter(None, [origin.written.get(target)]), *_spellings(target, below)]
        if problem.code == "footnote-unused":
            spellings = [f"[^{unquote(parts.fragment).removeprefix('fnref:')}]:"]
        return replace(problem, span=origin.span(spellings, spellings, occurrence))

    def nowhere(self, reference: Reference, below: str, origin: Origin) -> Problem | None:
        if self.output.is_left_out(below):
            return None
        if below in self.output.drafts:
            message, hint = f"{self.output.drafts[below]} is a draft", "publish it too, or take the link out"
            return origin.problem("link-broken", message, hint=hint)
        target, what = reference.target, "picture" if reference.is_picture else "link"
        known = [url for url in self.output.urls if url.endswith("/") or what == "picture"]
        base_path = self.output.base_path
        if target.startswith("/") and not target.startswith(base_path):
            hint = f"raw HTML is left as it is: write [text]({target}) in Markdown, and {base_path} goes before it"
        elif f"{below}/" in self.output.urls:
            hint = f'write "{below}/", with a slash at the end'
        else:
            # a look for the nearest name among very many takes longer than the build
            hint = did_you_mean(below, known) if len(known) < 5_000 else ""
        return origin.problem("link-broken", f'the {what} "{target}" leads nowhere', hint=hint)

    def no_anchor(self, anchor: str, file: str, below: str, origin: Origin) -> Problem | None:
        known = self.anchors.get(file)
        if known is None or anchor in known or file in self.output.partial or self.output.is_anchor_left_out(anchor):
            return None
        if anchor.startswith("fnref:"):
            note = anchor.removeprefix("fnref:")
            message, hint = (
                f"nothing refers to the footnote [^{note}]",
                f"write [^{note}] where it belongs, or remove it",
            )
            return origin.problem("footnote-unused", message, hint=hint)
        message = f'there is no anchor "{anchor}" on {below}'
        return origin.problem("anchor-broken", message, hint=did_you_mean(anchor, known))


def _spellings(target: str, below: str) -> list[str]:
    """How an author may have written a link: as it is, from the site's root, or only its anchor."""
    fragment = urlsplit(target).fragment
    tail = f"#{fragment}" if fragment else ""
    return list(
        dict.fromkeys([target, unquote(target), below + tail, unquote(below) + tail, *([tail] if tail else [])])
    )
