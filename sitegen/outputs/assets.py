"""Style sheets, icons and the files beside the pages. The names of assets contain a hash of their content."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from ..model import Artifact, KeptArtifact
from ..text import read_text
from .policy import integrity
from .site import FinishedSite

_CSS_URL = re.compile(r"""url\(\s*["']?(?!data:|https?:|#)([^()"'\s]++)["']?\s*+\)""")


def hashed_assets(folders: Sequence[Path], plain: bool = False) -> tuple[Mapping[str, str], tuple[Artifact, ...]]:
    """The output paths (`site.css` → `assets/site.3b5d5c37.css`) and artifacts of all assets; earlier folders win.

    If `plain`, names have no hash, so that a preview need not render pages again for a style sheet.
    """
    files: dict[str, Path] = {}
    for folder in reversed(folders):
        root = folder / "assets"
        for path in sorted(root.rglob("*")) if root.is_dir() else ():
            if path.is_file() and not path.name.startswith("."):
                files[path.relative_to(root).as_posix()] = path
    paths: dict[str, str] = {}
    artifacts = []
    # style sheets last: they contain the names of the others
    for name in sorted(files, key=lambda item: (item.endswith(".css"), item)):
        content = files[name].read_bytes()
        if name.endswith(".css"):
            css = read_text(files[name], files[name].as_posix()).text
            content = _with_hashed_urls(css, name, paths).encode()
        pure = PurePosixPath(name)
        digest = "" if plain else f".{hashlib.sha256(content).hexdigest()[:8]}"
        paths[name] = str(PurePosixPath("assets") / pure.with_name(f"{pure.stem}{digest}{pure.suffix}"))
        artifacts.append(Artifact(paths[name], content, files[name].as_posix()))
    return paths, tuple(artifacts)


def script_integrities(paths: Mapping[str, str], artifacts: Iterable[Artifact]) -> Mapping[str, str]:
    """The hash (`sha256-…`) of each script in `assets/`, by its name there."""
    contents = {artifact.path: artifact.content for artifact in artifacts}
    return {name: integrity(contents[path]) for name, path in paths.items() if name.endswith((".js", ".mjs"))}


def _with_hashed_urls(css: str, name: str, paths: Mapping[str, str]) -> str:
    depth = name.count("/") + 1

    def replace(found: re.Match[str]) -> str:
        target = str(PurePosixPath(name).parent / found[1])
        return f'url("{"../" * depth}{paths[target]}")' if target in paths else found[0]

    return _CSS_URL.sub(replace, css)


def copied_resources(site: FinishedSite) -> Iterator[Artifact]:
    """Assets, and the files in the content folder that are not pages, each at its own path."""
    yield from site.assets
    for resource in site.addresses.content.resources:
        yield KeptArtifact(resource.path.as_posix(), resource.name, resource.digest, resource.size, resource.load)
