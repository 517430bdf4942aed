"""The output of a build as the checks see it: what is known of the pages, and the other HTML files."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

from ..checks import FinishedOutput, Origin, read_document, targets
from ..content import Addresses
from ..model import Artifact, StoredPage
from .kept_pages import FinishedPage
from .page_pool import PagePool


def finished_output(
    finished: Sequence[FinishedPage],
    artifacts: Sequence[Artifact],
    pages: Sequence[StoredPage],
    pool: PagePool,
    addresses: Addresses,
) -> FinishedOutput:
    """The input of the checks. HTML files other than pages, such as redirects, are parsed here."""
    base_path = addresses.settings.base_path
    places = {unquote(item.page.output_path): pool.kept.document(item.id, item.digest) for item in pages}
    others = [
        read_document(artifact.content, Origin(artifact.path))
        for artifact in artifacts
        if artifact.path.endswith(".html") and artifact.path not in places
    ]
    known = {document.path: frozenset(document.anchors) for document in others}
    found = [targets(document, base_path) for document in others]

    def anchors_of(path: str) -> frozenset[str] | None:
        return frozenset(places[path].document().anchors) if path in places else known.get(path)

    return FinishedOutput(
        base_path=base_path,
        paths=frozenset(artifact.path for artifact in artifacts),
        targets=frozenset(pool.targets).union(pool.kept.targets, *(addresses for addresses, _ in found)),
        is_doubtful=pool.is_doubtful or any(is_doubtful for _, is_doubtful in found),
        found=[
            *(problem for item in finished for problem in item.in_document),
            *(problem for document in others for problem in document.problems),
        ],
        load=lambda: [*(place.document() for place in places.values()), *others],
        anchors_of=anchors_of,
        pages=pages,
        addresses=addresses,
        style_sheets=tuple(artifact for artifact in artifacts if artifact.path.endswith(".css")),
    )
