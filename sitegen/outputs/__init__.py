"""The files of a site, one module a format: a function `FinishedSite -> Iterator[Artifact]`, named in `OUTPUTS`."""

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
from .site import FinishedSite
from .syndication import feeds, host_files, sitemap
from .tables import data_files

Output = Callable[[FinishedSite], Iterator[Artifact]]
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
"""Those made from the data alone."""


def site_artifacts(site: FinishedSite) -> tuple[Artifact, ...]:
    """All files of a site except those of `OF_DATA`."""
    return tuple(artifact for output in OUTPUTS for artifact in output(site))


def data_artifacts(site: FinishedSite) -> tuple[Artifact, ...]:
    """The files made from the data alone."""
    return tuple(artifact for output in OF_DATA for artifact in output(site))


__all__ = [
    "ANY_OWN_SCRIPT",
    "FinishedSite",
    "content_policy",
    "data_artifacts",
    "hashed_assets",
    "manifest",
    "script_integrities",
    "site_artifacts",
]
