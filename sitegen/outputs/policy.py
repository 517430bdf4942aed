"""The content policy that every page is served under, in its `<meta>` and in the hosts' `_headers` alike.

https://www.w3.org/TR/CSP3/. Nothing inline acts, nothing is evaluated, and no request leaves the site's own host. Only
the scripts of the templates run, whatever else lies on the host: the policy names each by its hash, and so does the
`integrity` of the element that loads it (https://www.w3.org/TR/CSP3/#external-hash; browsers since 2023).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Mapping

_DIRECTIVES: Mapping[str, str] = {
    "style-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
ANY_OWN_SCRIPT = ("'self'",)
"""The scripts of the preview: its own ones, and the assets as they are just now."""


def content_policy(scripts: Collection[str]) -> str:
    """The policy of a site whose scripts have these hashes (`sha256-…`), or come from these sources."""
    sources = " ".join(f"'{each}'" if each.startswith("sha256-") else each for each in sorted(scripts)) or "'none'"
    directives = {"default-src": "'none'", "script-src": sources, **_DIRECTIVES}
    return "; ".join(f"{name} {allowed}" for name, allowed in directives.items())


def integrity(script: bytes) -> str:
    """A script's hash as policies and `integrity` have it: https://www.w3.org/TR/SRI/"""
    return "sha256-" + base64.b64encode(hashlib.sha256(script).digest()).decode()
