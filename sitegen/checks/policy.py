"""The strict content policy: nothing inline that acts, and no request to another host."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urljoin, urlsplit

from ..problems import Problem
from ..text import SourceText
from .output import FinishedOutput, Origin, Tag

# attributes that make a browser fetch something by itself, unlike `<a href>`
_FETCHED: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(("img", "source", "script", "iframe", "audio", "track", "embed", "input"), ("src",)),
    **dict.fromkeys(("image", "use"), ("href", "xlink:href")),
    **{"video": ("src", "poster"), "object": ("data",), "form": ("action",)},
}
_FETCHING_LINKS = frozenset(
    ("stylesheet", "icon", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "manifest")
)
_DATA_SCRIPTS = ("application/ld+json", "application/json")
_CSS_REFERENCE = re.compile(r"""@import\s+["']([^"']+)["']|url\(\s*["']?([^)"'\s]+)""")
_FORBIDDEN = ", which the site's content policy forbids"
# paints of SVG: `url(#here)`, or an address
_PAINTS = ("fill", "stroke", "mask", "filter", "clip-path", "marker-start", "marker-mid", "marker-end", "cursor")
# elements that act by being there, and attributes that neither act nor lead anywhere
_ACTING = frozenset({"style", "script", "base", "meta"})
_QUIET = frozenset(
    {"class", "id", "lang", "hreflang", "title", "alt", "role", "tabindex", "align", "scope", "value", "data-row"}
)
_ADDRESSES = frozenset(("href", "xlink:href", "src", "poster", "cite", "data", "action", "formaction"))
_LINK_SCHEMES = ("", "http", "https", "mailto", "tel")


def policy_violations(tags: Sequence[Tag], origin: Origin) -> Iterator[Problem]:
    """Every inline script, style or handler of a document, and everything that it fetches from another host."""
    for tag in tags:
        if tag.name in _ACTING or not tag.attributes.keys() <= _QUIET:
            yield from _violations(tag, origin)


def _violations(tag: Tag, origin: Origin) -> Iterator[Problem]:
    attributes = tag.attributes
    source, kind = attributes.get("src"), attributes.get("type")
    if tag.name == "style" or "style" in attributes:
        needles = [f'style="{attributes.get("style")}"', "<style", "style="]
        yield _problem(origin, "an inline style", needles, "give the element a class, and style that in a style sheet")
    if tag.name == "script" and not source and kind not in _DATA_SCRIPTS:
        yield _problem(origin, "an inline script", ["<script"], "put it in a file below templates/assets/")
    if tag.name == "script" and kind in _DATA_SCRIPTS and tag.text and not _is_json(tag.text):
        yield origin.problem("policy", "the data in a <script> are not JSON", [str(kind)])
    if tag.name == "script" and source and attributes.get("integrity") is None:
        name = source.rpartition("/")[2]
        hint = f"name a file below templates/assets/ with its hash: integrity=\"{{{{ integrity('{name}') }}}}\""
        yield _problem(origin, "a script without its hash", [source, "<script"], hint)
    for name in attributes:
        if name.startswith("on"):
            yield _problem(origin, f"an event handler in `{name}`", [f"{name}=", name], "add it from a script file")
    if tag.name == "base":
        yield _problem(origin, "a <base> element", ["<base"])
    for name in _ADDRESSES & attributes.keys():
        target = attributes[name] or ""
        scheme = _scheme(target)
        # a picture is shown, not followed
        is_picture = tag.name in ("img", "image") and target.strip().lower().startswith("data:image/")
        if scheme not in _LINK_SCHEMES and not is_picture:
            yield _problem(origin, f"a link of the kind `{scheme}:`", [target])
    for target in _fetched(tag):
        if host := _host(target):
            hint = "copy the file into the content folder"
            yield _problem(origin, f"a request to another host, {host}", [target], hint)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _problem(origin: Origin, what: str, spellings: Sequence[str], hint: str = "") -> Problem:
    return origin.problem("policy", what + _FORBIDDEN, spellings, hint)


def style_sheet_violations(output: FinishedOutput) -> Iterator[Problem]:
    """Whatever style sheets fetch from another host, or from an address without a file."""
    for sheet in output.style_sheets:
        source = SourceText(sheet.origin, sheet.content.decode("utf-8", "replace"))
        for found in _CSS_REFERENCE.finditer(source.text):
            target, at = found[1] or found[2], found.start() if found[1] else found.start(2)
            if host := _host(target):
                message = f"a request to another host, {host}{_FORBIDDEN}"
                yield Problem("policy", message, source.at(at), "put the file below templates/assets/")
            elif not target.startswith(("data:", "#")) and urljoin("/" + sheet.path, target) not in output.urls:
                yield Problem("link-broken", f'the picture "{target}" leads nowhere', source.at(at))


def _host(target: str) -> str:
    """The other host that a browser would ask for this; empty for the site's own files and for inline data."""
    try:
        return urlsplit(target).netloc
    except ValueError:
        return ""


def _scheme(target: str) -> str:
    # browsers drop control characters and blanks inside a scheme: `java\nscript:`
    text = "".join(character for character in target if character > " ")
    try:
        return urlsplit(text).scheme.lower()
    except ValueError:
        # no address at all: the check of links reports it
        return ""


def _fetched(tag: Tag) -> Iterator[str]:
    yield from tag.targets(_FETCHED)
    for name in _PAINTS:
        if found := _CSS_REFERENCE.search(tag.attributes.get(name) or ""):
            yield found[2] or ""
    for name in ("background", "ping"):
        if value := tag.attributes.get(name):
            yield value.strip()
    if tag.name == "meta" and (tag.attributes.get("http-equiv") or "").lower() == "refresh":
        yield (tag.attributes.get("content") or "").partition("=")[2].strip(" '\"")
    if tag.name == "link" and set((tag.attributes.get("rel") or "").lower().split()) & _FETCHING_LINKS:
        yield (tag.attributes.get("href") or "").strip()
