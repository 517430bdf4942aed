"""Internal links, anchors and pictures: each must lead to a file of the output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urljoin, urlsplit

from ..problems import Problem, did_you_mean
from .output import FinishedOutput, HtmlDocument, Link, Origin

_Mistake = tuple[str, str, str]
"""A code, a message and a hint."""


def targets(document: HtmlDocument, base_path: str) -> tuple[frozenset[str], bool]:
    """The addresses on its own host that a document links to, and whether a link is suspect in itself."""
    found, is_doubtful = set(), False
    here = base_path + document.url.lstrip("/")
    for target in {link.target for link in document.links}:
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


def _is_good(target: str, output: FinishedOutput) -> bool:
    """Whether an address surely leads to a file, and to an anchor in it."""
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


def broken_links(output: FinishedOutput) -> Iterator[Problem]:
    """Every link, anchor or picture that leads nowhere.

    Each address is looked up once; the documents are searched for its places only if one is wrong.
    """
    if output.is_doubtful or not all(_is_good(target, output) for target in output.targets):
        checker = _Checker(output)
        for document in output.documents:
            yield from checker.problems(document)


@dataclass
class _Checker:
    output: FinishedOutput
    good: set[str] = field(default_factory=set)
    """Absolute targets that lead somewhere, from any document."""

    def problems(self, document: HtmlDocument) -> Iterator[Problem]:
        origin = self.output.origins.get(document.path) or Origin(document.path)
        anchors = self.output.anchors[document.path]
        met: Counter[str] = Counter()
        for link in document.links:
            target = link.target
            occurrence = met[target]
            met[target] += 1
            if target in self.good or (target[:1] == "#" and target[1:] in anchors):
                continue
            if problem := self.problem(link, document, origin, occurrence):
                yield problem
            elif target[:1] == "/" or "://" in target:
                self.good.add(target)

    def problem(self, link: Link, document: HtmlDocument, origin: Origin, occurrence: int) -> Problem | None:
        target, base_path = link.target, self.output.base_path
        try:
            parts = urlsplit(target)
            path = urlsplit(urljoin(base_path + document.url.lstrip("/"), target)).path
        except ValueError:
            return origin.problem("link-broken", f'"{target}" is no address', [target])
        if parts.scheme or parts.netloc:
            return None
        below, anchor = "/" + path.removeprefix(base_path), unquote(parts.fragment)
        file = self.output.urls.get(below) if path.startswith(base_path) else None
        mistake = self.no_file(link, below) if file is None else self.no_anchor(anchor, file, below)
        if mistake is None:
            return None
        code, message, hint = mistake
        # as written, as it is, from the site's root, or only its anchor
        tail = parts.fragment and f"#{parts.fragment}"
        spellings = [origin.written.get(target, ""), target, unquote(target), below + tail, unquote(below) + tail, tail]
        if code == "footnote-unused":
            spellings = [f"[^{anchor.removeprefix('fnref:')}]:"]
        return Problem(code, message, origin.span(list(filter(None, spellings)), occurrence), hint)

    def no_file(self, link: Link, below: str) -> _Mistake | None:
        target, output, what = link.target, self.output, "picture" if link.is_picture else "link"
        if output.is_left_out(below):
            return None
        if below in output.drafts:
            return "link-broken", f"{output.drafts[below]} is a draft", "publish it too, or take the link out"
        if target.startswith("/") and not target.startswith(output.base_path):
            hint = f"write [text]({target}) in Markdown: in raw HTML, {output.base_path} is not put before an address"
        elif f"{below}/" in output.urls:
            hint = f'write "{below}/", with a slash at the end'
        else:
            known = [url for url in output.urls if url.endswith("/") or link.is_picture]
            # finding the nearest of very many names takes longer than the build
            hint = did_you_mean(below, known) if len(known) < 5_000 else ""
        return "link-broken", f'the {what} "{target}" leads nowhere', hint

    def no_anchor(self, anchor: str, file: str, below: str) -> _Mistake | None:
        known = self.output.anchors.get(file)
        if not anchor or known is None or anchor in known:
            return None
        if file in self.output.partial or self.output.is_anchor_left_out(anchor):
            return None
        if anchor.startswith("fnref:"):
            note = f"[^{anchor.removeprefix('fnref:')}]"
            hint = f"write {note} where it belongs, or remove it"
            return "footnote-unused", f"nothing refers to the footnote {note}", hint
        return "anchor-broken", f'there is no anchor "{anchor}" on {below}', did_you_mean(anchor, known)
