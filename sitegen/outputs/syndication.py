"""For search engines, feed readers and hosts: sitemap.xml, a feed per language, robots.txt, .nojekyll, _headers.

Sitemaps with hreflang: https://developers.google.com/search/docs/specialty/international/localized-versions#sitemap
Atom: RFC 4287.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from ..content import Addresses
from ..model import BY_BUILD, Artifact, GeneratedPage, Page, StoredPage, in_language
from .site import FinishedSite

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_ATOM = "http://www.w3.org/2005/Atom"
_XML = '<?xml version="1.0" encoding="utf-8"?>\n'
# https://www.sitemaps.org/protocol.html#index
_MOST_URLS = 50_000
_MOST_ENTRIES = 100
# Read by Netlify, Cloudflare Pages and others: https://developers.cloudflare.com/pages/configuration/headers/
# Any site may embed a chart, and any program may fetch the data. If several rules set a header, these hosts send it
# several times, so the rules against framing must not match the charts.
_HEADERS = """/*
  Content-Security-Policy: {policy}
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
_UNFRAMED = """
{path}
  Content-Security-Policy: frame-ancestors 'self'
  X-Frame-Options: SAMEORIGIN
"""
# Cloudflare Pages reads 100 rules; on a site with more top folders, anyone can frame the last ones
_MOST_RULES = 90


def sitemap(site: FinishedSite) -> Iterator[Artifact]:
    """Every page with its other languages; `x-default` is the default language.

    If there are too many for one file, `sitemap.xml` is the index of `sitemap-1.xml` …
    """
    addresses = site.addresses
    listed = [item.page for item in site.pages if item.page.layout != "404" and not _has_theme(item.page)]
    groups: dict[str, dict[str, Page]] = {}
    for page in listed:
        groups.setdefault(page.translation_key, {})[page.language] = page
    entries = [_entry(page, groups[page.translation_key], addresses) for page in listed]
    parts = [entries[start : start + _MOST_URLS] for start in range(0, len(entries), _MOST_URLS)]
    if len(parts) < 2:
        yield Artifact("sitemap.xml", _urls(entries), BY_BUILD)
        return
    for number, part in enumerate(parts, start=1):
        yield Artifact(f"sitemap-{number}.xml", _urls(part), BY_BUILD)
    places = (escape(addresses.absolute(f"/sitemap-{number}.xml")) for number in range(1, len(parts) + 1))
    body = "".join(f"  <sitemap>\n    <loc>{place}</loc>\n  </sitemap>\n" for place in places)
    yield Artifact(
        "sitemap.xml", f'{_XML}<sitemapindex xmlns="{_SITEMAP}">\n{body}</sitemapindex>\n'.encode(), BY_BUILD
    )


def _urls(entries: Sequence[str]) -> bytes:
    if not entries:
        return f'{_XML}<urlset xmlns="{_SITEMAP}" xmlns:xhtml="{_XHTML}" />\n'.encode()
    return f'{_XML}<urlset xmlns="{_SITEMAP}" xmlns:xhtml="{_XHTML}">\n{"".join(entries)}</urlset>\n'.encode()


def _entry(page: Page, group: Mapping[str, Page], addresses: Addresses) -> str:
    """A page of the sitemap, with its languages."""
    lines = [f"    <loc>{escape(addresses.absolute(page.url))}</loc>\n"]
    if changed := page.lastmod or page.date:
        lines.append(f"    <lastmod>{changed.isoformat()}</lastmod>\n")
    if len(group) > 1:
        default = group.get(addresses.settings.default_language, page)
        for language, other in (*group.items(), ("x-default", default)):
            address = escape(addresses.absolute(other.url))
            lines.append(f'    <xhtml:link rel="alternate" hreflang="{language}" href="{address}" />\n')
    return f"  <url>\n{''.join(lines)}  </url>\n"


def feeds(site: FinishedSite) -> Iterator[Artifact]:
    """An Atom feed of the latest dated pages of each language, newest first; none if no page has a date."""
    addresses, settings = site.addresses, site.addresses.settings
    for language in settings.languages:
        dated = [item for item in site.pages if item.page.language == language and item.page.date]
        if not dated:
            continue
        dated.sort(key=lambda item: (item.page.lastmod or item.page.date, item.page.key), reverse=True)
        del dated[_MOST_ENTRIES:]
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
            SubElement(entry, "title").text = item.title
            SubElement(entry, "id").text = url
            SubElement(entry, "link", {"rel": "alternate", "href": url})
            SubElement(entry, "updated").text = _moment(item)
            if item.description:
                SubElement(entry, "summary").text = item.description
        ElementTree.indent(root)
        text = ElementTree.tostring(root, encoding="unicode")
        yield Artifact(addresses.home(language).lstrip("/") + "feed.xml", f"{_XML}{text}\n".encode(), BY_BUILD)


def _moment(item: StoredPage) -> str:
    """A page's last change as RFC 3339; front matter has only days."""
    return f"{item.page.lastmod or item.page.date}T00:00:00Z"


def host_files(site: FinishedSite) -> Iterator[Artifact]:
    """robots.txt, _headers, and .nojekyll, so that GitHub Pages serves the files as they are."""
    sitemap_url = site.addresses.absolute("/sitemap.xml")
    yield Artifact("robots.txt", f"User-agent: *\nAllow: /\n\nSitemap: {sitemap_url}\n".encode(), BY_BUILD)
    yield Artifact(".nojekyll", b"", BY_BUILD)
    unframed = "".join(_UNFRAMED.format(path=path) for path in _framed_by_none(site))
    yield Artifact("_headers", (_HEADERS.format(policy=site.policy) + unframed).encode(), BY_BUILD)


def _framed_by_none(site: FinishedSite) -> list[str]:
    """Paths, with `*` for all below, of the pages that other sites must not frame: all but those of charts."""
    paths: dict[str, None] = {}
    homes = [site.addresses.home(language) for language in site.addresses.settings.languages]
    for rendered in site.pages:
        url = rendered.page.url
        home = max((home for home in homes if url.startswith(home)), key=len)
        first, slash, _ = url.removeprefix(home).partition("/")
        if url == home or not (isinstance(rendered.page, GeneratedPage) and rendered.page.chart):
            paths[f"{home}{first}/*" if slash else url] = None
    return sorted(paths, key=lambda path: (path.count("/"), path))[:_MOST_RULES]


def _has_theme(page: Page) -> bool:
    return isinstance(page, GeneratedPage) and bool(page.theme)
