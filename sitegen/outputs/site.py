"""What every output format is made from: a site with all its pages rendered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..charts import Charts
from ..content import Addresses
from ..language import FigureFormat
from ..model import Artifact, StoredPage


@dataclass(frozen=True)
class FinishedSite:
    addresses: Addresses
    formats: Mapping[str, FigureFormat]
    pages: Sequence[StoredPage]
    assets: Sequence[Artifact]
    charts: Charts
    policy: str
    """The content policy of its pages."""
