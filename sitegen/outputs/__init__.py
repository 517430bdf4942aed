"""The files of a site, one module a format: a function `Site -> Iterator[Artifact]`, named in `OUTPUTS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..model import Artifact
from .assets import copied_resources, hashed_assets, script_integrities
from .chart_files import chart_files
from .csvw import csvw_metadata
from .figure_files import figure_files
from .manifest import manifest
from .pages import alias_pages, html_pages
from .policy import ANY_OWN_SCRIPT, content_policy
from .schema_org import dataset_jsonld
from .site import Site
from .syndication import feeds, host_files, sitemap
from .tables import data_files

Output = Callable[[Site], Iterator[Artifact]]
OUTPUTS: tuple[Output, ...] = (
    html_pages,
    alias_pages,
    copied_resources,
    dataset_jsonld,
    chart_files,
    sitemap,
    feeds,
    host_files,
)
OF_DATA: tuple[Output, ...] = (data_files, csvw_metadata, figure_files)
"""Those that say nothing but the data."""


def site_artifacts(site: Site) -> tuple[Artifact, ...]:
    """All files of a site but those of the data."""
    return tuple(artifact for output in OUTPUTS for artifact in output(site))


def data_artifacts(site: Site) -> tuple[Artifact, ...]:
    """The files that say nothing but the data."""
    return tuple(artifact for output in OF_DATA for artifact in output(site))


__all__ = [
    "ANY_OWN_SCRIPT",
    "Site",
    "content_policy",
    "data_artifacts",
    "hashed_assets",
    "manifest",
    "script_integrities",
    "site_artifacts",
]
