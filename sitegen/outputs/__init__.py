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

# No output depends on another.
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

# Of these, what comes out depends on nothing but the data and the settings.
OF_DATA: tuple[Output, ...] = (data_files, csvw_metadata, figure_files)

__all__ = ["OF_DATA", "OUTPUTS", "Output", "Site"]
