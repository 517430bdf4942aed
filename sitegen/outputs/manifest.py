"""`build-manifest.json`: what is in the output, so that sitegen knows its own files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from ..model import BY_BUILD, Artifact
from ..storage.output_folder import GENERATOR, MANIFEST


def manifest(artifacts: Sequence[Artifact], tools: Mapping[str, str], epoch: str) -> Artifact:
    """Each file's SHA-256 and size, the tools, and `SOURCE_DATE_EPOCH` if it is set."""
    lines = [
        f'  {json.dumps(path)}: {{\n   "sha256": "{digest}",\n   "bytes": {size}\n  }}'
        for path, digest, size in sorted((item.path, item.digest, item.size) for item in artifacts)
    ]
    record = {
        "generator": GENERATOR,
        "tools": dict(tools),
        **({"source_date_epoch": int(epoch)} if epoch else {}),
        "files": {},
    }
    # as json.dumps writes it, but faster for very many files
    text = json.dumps(record, indent=1)
    if lines:
        text = text.removesuffix("{}\n}") + "{\n" + ",\n".join(lines) + "\n }\n}"
    return Artifact(MANIFEST, f"{text}\n".encode(), BY_BUILD)
