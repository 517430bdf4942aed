"""schema.org's description of the data, for search engines that list datasets."""

from __future__ import annotations

from collections.abc import Iterator

from ..data import dataset_description
from ..model import Artifact
from .formats import json_bytes
from .site import Site


def dataset_jsonld(site: Site) -> Iterator[Artifact]:
    """`data/dataset.jsonld`, in the site's default language; the page with the layout `data` holds the same."""
    if site.addresses.dataset.tables:
        language = site.addresses.settings.default_language
        page = site.addresses.first_page(language, "layout", "data")
        description = dataset_description(site.addresses, language, page.url if page else "")
        yield Artifact("data/dataset.jsonld", json_bytes(description), "data/datapackage.yaml")
