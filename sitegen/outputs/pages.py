"""The HTML files: pages at their directory URLs, and a redirect at each old address."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from markupsafe import escape

from ..model import Artifact, KeptArtifact
from .site import FinishedSite

_REDIRECT = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta name="robots" content="noindex">
<link rel="canonical" href="{canonical}">
<meta http-equiv="refresh" content="0; url={url}">
<p><a href="{url}">{title}</a></p>
</html>
"""


def html_pages(site: FinishedSite) -> Iterator[Artifact]:
    """Every page of the site."""
    for rendered in site.pages:
        path = rendered.page.output_path
        path = unquote(path) if "%" in path else path
        yield KeptArtifact(path, rendered.page.source.name, rendered.digest, rendered.size, rendered.file.html)


def alias_pages(site: FinishedSite) -> Iterator[Artifact]:
    """A redirect at each alias, by `<meta refresh>`, which works on every static host."""
    for rendered in site.pages:
        page = rendered.page
        for alias in page.aliases:
            html = _REDIRECT.format(
                language=escape(page.language),
                title=escape(rendered.title),
                canonical=escape(site.addresses.absolute(page.url)),
                url=escape(site.addresses.local(page.url)),
            )
            path = unquote(alias).lstrip("/") + ("" if alias.endswith(".html") else "index.html")
            yield Artifact(path, html.encode(), page.source.name)
