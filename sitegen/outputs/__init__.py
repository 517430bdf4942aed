"""What a site is made of beside its pages: a function a format, each from the whole site to artifacts."""

from collections.abc import Callable, Iterator

from ..model import Artifact
from .assets import copied_resources
from .chart_files import chart_files
from .csvw import csvw_metadata
from .dataset_jsonld import dataset_jsonld
from .figure_files import figure_files
from .pages import alias_pages, html_pages
from .site import Site
from .syndication import feeds, host_files, sitemap
from .tables import data_files

Output = Callable[[Site], Iterator[Artifact]]

# The order is that of the manifest; no output depends on another.
OUTPUTS: tuple[Output, ...] = (
    html_pages,
    alias_pages,
    copied_resources,
    data_files,
    csvw_metadata,
    dataset_jsonld,
    figure_files,
    chart_files,
    sitemap,
    feeds,
    host_files,
)

__all__ = ["OUTPUTS", "Site"]
