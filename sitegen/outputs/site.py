"""A site with every page rendered: what each output format is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..charts import Charts
from ..content import Addresses
from ..language import FigureFormat
from ..model import Artifact, StoredPage


@dataclass(frozen=True)
class Site:
    addresses: Addresses
    forms: Mapping[str, FigureFormat]
    pages: Sequence[StoredPage]
    assets: Sequence[Artifact]
    charts: Charts
    policy: str
    """The content policy that its pages name."""
