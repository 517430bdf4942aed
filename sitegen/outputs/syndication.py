"""For search engines, feed readers and hosts: sitemap.xml, a feed a language, robots.txt, .nojekyll, _headers.

Sitemaps with hreflang: https://developers.google.com/search/docs/specialty/international/localized-versions#sitemap
Atom: RFC 4287.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from ..model import BY_BUILD, Artifact, RenderedPage, in_language
from ..policy import CONTENT_POLICY
from .site import Site

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_ATOM = "http://www.w3.org/2005/Atom"
# Read by Netlify, Cloudflare Pages and others: https://developers.cloudflare.com/pages/configuration/headers/
# Any page may embed a chart, and any program may fetch the data.
_HEADERS = f"""/*
  Content-Security-Policy: {CONTENT_POLICY}
  X-Content-Type-Options: nosniff
  Referrer-Policy: strict-origin-when-cross-origin

/assets/*
  Cache-Control: public, max-age=31536000, immutable

/data/*
  Access-Control-Allow-Origin: *

/figures/*
  Access-Control-Allow-Origin: *

/charts/*
  Access-Control-Allow-Origin: *
"""


def sitemap(site: Site) -> Iterator[Artifact]:
    """Every page with its other languages; `x-default` is the default language."""
    addresses = site.addresses
    groups: dict[str, dict[str, RenderedPage]] = {}
    for rendered in site.pages:
        if _is_listed(rendered):
            groups.setdefault(rendered.page.translation_key, {})[rendered.page.language] = rendered
    root = Element("urlset", {"xmlns": _SITEMAP, "xmlns:xhtml": _XHTML})
    for rendered in site.pages:
        page = rendered.page
        if not _is_listed(rendered):
            continue
        entry = SubElement(root, "url")
        SubElement(entry, "loc").text = addresses.absolute(page.url)
        if changed := page.lastmod or page.date:
            SubElement(entry, "lastmod").text = changed.isoformat()
        group = groups[page.translation_key]
        if len(group) > 1:
            for language, other in group.items():
                _alternate(entry, language, addresses.absolute(other.page.url))
            default = group.get(addresses.settings.default_language, rendered)
            _alternate(entry, "x-default", addresses.absolute(default.page.url))
    yield Artifact("sitemap.xml", _xml(root), BY_BUILD)


def _is_listed(rendered: RenderedPage) -> bool:
    """Whether a page is one to be found by itself: not 404, nor a chart in the colours of a theme."""
    return rendered.page.layout != "404" and not rendered.page.theme


def _alternate(entry: Element, language: str, href: str) -> None:
    SubElement(entry, "xhtml:link", {"rel": "alternate", "hreflang": language, "href": href})


def feeds(site: Site) -> Iterator[Artifact]:
    """An Atom feed of the dated pages of each language, newest first; none where no page has a date."""
    addresses, settings = site.addresses, site.addresses.settings
    for language in settings.languages:
        dated = [item for item in site.pages if item.page.language == language and item.page.date]
        if not dated:
            continue
        dated.sort(key=lambda item: (item.page.lastmod or item.page.date, item.page.key), reverse=True)
        home = addresses.absolute(addresses.home(language))
        root = Element("feed", {"xmlns": _ATOM, "xml:lang": language})
        SubElement(root, "title").text = in_language(settings.title, language)
        SubElement(root, "id").text = home
        SubElement(root, "link", {"rel": "self", "href": f"{home}feed.xml"})
        SubElement(root, "link", {"rel": "alternate", "href": home})
        author = SubElement(root, "author")
        SubElement(author, "name").text = in_language(settings.title, language)
        SubElement(root, "updated").text = _moment(dated[0])
        for item in dated:
            entry = SubElement(root, "entry")
            url = addresses.absolute(item.page.url)
            SubElement(entry, "title").text = item.body.title
            SubElement(entry, "id").text = url
            SubElement(entry, "link", {"rel": "alternate", "href": url})
            SubElement(entry, "updated").text = _moment(item)
            if item.body.description:
                SubElement(entry, "summary").text = item.body.description
        yield Artifact(addresses.home(language).lstrip("/") + "feed.xml", _xml(root), BY_BUILD)


def _moment(item: RenderedPage) -> str:
    """A page's last change as RFC 3339; front matter gives days only."""
    return f"{item.page.lastmod or item.page.date}T00:00:00Z"


def _xml(root: Element) -> bytes:
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def host_files(site: Site) -> Iterator[Artifact]:
    """What hosts look for: robots.txt, .nojekyll so that GitHub Pages serves the files as they are, and _headers."""
    sitemap_url = site.addresses.absolute("/sitemap.xml")
    yield Artifact("robots.txt", f"User-agent: *\nAllow: /\n\nSitemap: {sitemap_url}\n".encode(), BY_BUILD)
    yield Artifact(".nojekyll", b"", BY_BUILD)
    yield Artifact("_headers", _HEADERS.encode(), BY_BUILD)
