"""schema.org's description of the data, for search engines that list datasets."""

from __future__ import annotations

from collections.abc import Iterator

from ..data import dataset_description
from ..model import Artifact
from .formats import json_bytes
from .site import FinishedSite


def dataset_jsonld(site: FinishedSite) -> Iterator[Artifact]:
    """`data/dataset.jsonld`, in the default language; the page with the layout `data` contains the same."""
    if site.addresses.dataset.tables:
        language = site.addresses.settings.default_language
        page = site.addresses.first_page(language, "layout", "data")
        description = dataset_description(site.addresses, language, page.url if page else "")
        yield Artifact("data/dataset.jsonld", json_bytes(description), "data/datapackage.yaml")
