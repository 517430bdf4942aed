"""Paths of the output that two sources make, or that site.toml keeps for the user."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..model import BY_BUILD, Artifact, Settings
from ..problems import Problem, Span
from ..storage.output_folder import MANIFEST, in_the_way


def duplicate_paths(artifacts: Sequence[Artifact]) -> Iterator[Problem]:
    """Two sources for one path, or a file where another needs a folder; both sources are named."""
    owners: dict[str, Artifact] = {MANIFEST: Artifact(MANIFEST, b"", BY_BUILD)}
    for artifact in artifacts:
        owner = owners.setdefault(artifact.path.casefold(), artifact)
        if owner is not artifact:
            yield _duplicate(*((artifact, owner) if artifact.origin else (owner, artifact)))
    # each folder once, however many files it has
    folders: dict[str, Artifact] = {}
    for path, artifact in owners.items():
        folders.setdefault(path.rpartition("/")[0], artifact)
    for folder, artifact in folders.items():
        while folder:
            if file := owners.get(folder):
                message = f"/{artifact.path} lies below a file, made from {file.origin or 'the whole site'}"
                yield Problem("path-duplicate", message, Span(artifact.origin), "rename one of them")
            folder = folder.rpartition("/")[0]


def _duplicate(artifact: Artifact, owner: Artifact) -> Problem:
    hint = "rename one of them" if owner.origin else "rename it"
    if artifact.path != owner.path:
        hint += "; many computers take capital and small letters of a file name for the same"
    made = f"from {owner.origin} too" if owner.origin else "by the build itself"
    return Problem("path-duplicate", f"/{artifact.path} is made {made}", Span(artifact.origin), hint)


def kept_and_made(settings: Settings, artifacts: Sequence[Artifact]) -> Iterator[Problem]:
    """Paths that site.toml keeps in the output although the site has a file there."""
    made = dict(in_the_way(settings.keep, [MANIFEST, *(item.path for item in artifacts)]))
    for path, name in made.items():
        message = f'"{path}" is to be kept in the output, but the site has a file /{name}'
        hint = "take it out of `keep`, or rename what the site has"
        yield Problem("output-kept", message, settings.located.span("output", "keep"), hint)
