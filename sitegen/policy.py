"""The content policy that every page is served under, in its `<meta>` and in the hosts' `_headers` alike.

https://www.w3.org/TR/CSP3/. Nothing inline acts, nothing is evaluated, and no request leaves the site's own host.
"""

from __future__ import annotations

from collections.abc import Mapping

_DIRECTIVES: Mapping[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
CONTENT_POLICY = "; ".join(f"{name} {sources}" for name, sources in _DIRECTIVES.items())
