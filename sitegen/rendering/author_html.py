"""The HTML that authors may write: elements and attributes for text, and none that act.

This is an allowlist, like GitHub's for READMEs, so that new features of browsers stay out. It leaves out elements that
browsers and parsers read differently (`noscript`, `template`, `textarea`, `svg` …).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

_TEXT_ELEMENTS = (
    "a abbr address article aside audio b bdi bdo big blockquote br caption center cite code col colgroup data dd "
    "del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li "
    "mark meter nav ol p picture pre progress q rp rt ruby s samp section small source span strike strong sub "
    "summary sup table tbody td tfoot th thead time tr track tt u ul var video wbr"
)
ELEMENTS = frozenset(_TEXT_ELEMENTS.split())
_TEXT_ATTRIBUTES = (
    "abbr align alt cite class colspan controls coords datetime decoding default dir download headers height high "
    "href hreflang id interestfor itemprop itemscope itemtype kind label lang loading loop low max media min "
    "muted name open optimum popover popovertarget popovertargetaction poster preload rel reversed role rowspan "
    "scope sizes span src srclang srcset start summary tabindex target title translate type valign value width"
)
ATTRIBUTES = frozenset(_TEXT_ATTRIBUTES.split())
# `onclick`, `style`: reported by the check of the content policy
_TOLD_BY_POLICY = re.compile(r"on|style\Z")
_FREE = ("data-", "aria-")
_TAG = re.compile(r"<(/?+)([A-Za-z][^\s/>]*+)")
# elements that act, fetch, or hide their content from checks
_ACTING_ELEMENTS = (
    "script style link meta base iframe frame frameset object embed applet param portal form input button select "
    "option textarea svg math template slot noscript noembed noframes plaintext xmp listing title head body html "
    "isindex keygen dialog canvas marquee bgsound image area map fencedframe"
)
_ACTING = frozenset(_ACTING_ELEMENTS.split())
_HINTS = {
    "script": "put it in a file below templates/assets/",
    "svg": "save the drawing beside the page, and show it as a picture: ![…](drawing.svg)",
}


@dataclass(frozen=True)
class Forbidden:
    """A forbidden element or attribute; `written` is how its author wrote it."""

    message: str
    written: str
    hint: str
    is_acting: bool


def without_forbidden(html: str) -> tuple[str, tuple[Forbidden, ...]]:
    """The HTML of a text with forbidden tags escaped; and what is forbidden in it, each once."""
    found: dict[str, Forbidden] = {}
    parts, at = [], 0
    # also in comments and attribute values: browsers and parsers differ in where these end
    for match in _TAG.finditer(html):
        name = match[2].lower()
        if name not in ELEMENTS:
            parts += [html[at : match.start()], "&lt;"]
            at = match.start() + 1
            found.setdefault(name, _element(name, match[0]))
    html = "".join([*parts, html[at:]]) if parts else html
    return html, (*found.values(), *_attributes(html))


def _element(name: str, written: str) -> Forbidden:
    if name not in _ACTING:
        hint = f"write &lt;{name[:40]}&gt; if that is plain text"
        return Forbidden(f"<{name[:40]}> is not allowed in a text", written, hint, is_acting=False)
    message = "a drawing within a text" if name == "svg" else f"<{name}> is not allowed in a text"
    return Forbidden(message, written, _HINTS.get(name, "leave it to a template"), is_acting=True)


def _attributes(html: str) -> Iterator[Forbidden]:
    met = set()
    for node in LexborHTMLParser(html).css("*"):
        for name in node.attributes:
            if name in ATTRIBUTES or name in met or name.startswith(_FREE) or _TOLD_BY_POLICY.match(name):
                continue
            met.add(name)
            message = f"the attribute `{name[:40]}` is not allowed in a text"
            yield Forbidden(message, name, "leave it out", is_acting=True)
