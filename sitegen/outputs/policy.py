"""The content policy of every page, in its `<meta>` and in `_headers`: https://www.w3.org/TR/CSP3/.

Nothing inline runs, nothing is evaluated, and no request leaves the site's own host. Of the scripts on the host, only
those of the templates run: the policy lists their hashes, and so does the `integrity` of the elements that load them
(https://www.w3.org/TR/CSP3/#external-hash; browsers since 2023).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection

_OTHER_DIRECTIVES = (
    "style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'none'; base-uri 'none'; form-action 'self'"
)
ANY_OWN_SCRIPT = ("'self'",)
"""The scripts of a preview: any on its host."""


def content_policy(scripts: Collection[str]) -> str:
    """The policy of a site with these script hashes (`sha256-…`) or sources."""
    sources = " ".join(f"'{each}'" if each.startswith("sha256-") else each for each in sorted(scripts)) or "'none'"
    return f"default-src 'none'; script-src {sources}; {_OTHER_DIRECTIVES}"


def integrity(script: bytes) -> str:
    """A script's hash, for policies and `integrity`: https://www.w3.org/TR/SRI/"""
    return "sha256-" + base64.b64encode(hashlib.sha256(script).digest()).decode()
