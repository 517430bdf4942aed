"""The strict content policy: nothing inline that acts, and no request to another host."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ..problems import Problem
from .output import Document, Output, Tag

# Attributes that make a browser fetch something by itself. `<a href>` does not: a reader does.
_FETCHED = {
    "img": ("src",),
    "source": ("src",),
    "script": ("src",),
    "iframe": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "input": ("src",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
    "form": ("action",),
}
_FETCHING_LINKS = (
    "stylesheet",
    "icon",
    "preload",
    "modulepreload",
    "prefetch",
    "preconnect",
    "dns-prefetch",
    "manifest",
)
_DATA_SCRIPTS = ("application/ld+json", "application/json")
_LINK_SCHEMES = ("", "http", "https", "mailto", "tel")


def policy_violations(output: Output) -> Iterator[Problem]:
    """Every inline script, style or handler, and everything fetched from elsewhere."""
    for document in output.documents:
        for tag in document.tags:
            yield from _violations(tag, document, output)


def _violations(tag: Tag, document: Document, output: Output) -> Iterator[Problem]:
    attributes = tag.attributes
    if tag.name == "style" or "style" in attributes:
        needles = [f'style="{attributes.get("style")}"', "<style"]
        yield _problem(
            document, "an inline style", needles, "give the element a class, and style that in a style sheet"
        )
    if tag.name == "script" and not attributes.get("src") and attributes.get("type") not in _DATA_SCRIPTS:
        yield _problem(document, "an inline script", ["<script"], "put it in a file below templates/assets/")
    for name in attributes:
        if name.startswith("on"):
            yield _problem(document, f"an event handler in `{name}`", [f"{name}=", name], "add it from a script file")
    if tag.name == "base":
        yield _problem(document, "a <base> element", ["<base"])
    for name in ("href", "xlink:href", "action", "formaction"):
        scheme = _scheme(attributes.get(name))
        if scheme not in _LINK_SCHEMES:
            yield _problem(document, f"a link of the kind `{scheme}:`", [attributes.get(name) or ""])
    for target in _fetched(tag):
        parts = urlsplit(target)
        if parts.netloc and not target.startswith(output.base_url) and parts.scheme != "data":
            hint = "copy the file into the content folder"
            yield _problem(document, f"a request to another host, {parts.netloc}", [target], hint)


def _problem(document: Document, what: str, needles: list[str], hint: str = "") -> Problem:
    return document.problem("policy", f"{what}, which the site's content policy forbids", needles, hint)


def _scheme(target: str | None) -> str:
    # browsers drop control characters and blanks inside a scheme: `java\nscript:`
    text = "".join(character for character in target or "" if character > " ")
    try:
        return urlsplit(text).scheme.lower()
    except ValueError:
        return "invalid"


def _fetched(tag: Tag) -> Iterator[str]:
    for name in _FETCHED.get(tag.name, ()):
        if value := tag.attributes.get(name):
            yield value.strip()
    for candidate in (tag.attributes.get("srcset") or "").split(","):
        if candidate.strip():
            yield candidate.split()[0]
    if tag.name == "link" and set((tag.attributes.get("rel") or "").lower().split()) & set(_FETCHING_LINKS):
        yield (tag.attributes.get("href") or "").strip()
