"""The content folder except its data: settings, pages with front matter and fences, translations, published files, and
the address of everything.
"""

from __future__ import annotations

from .addresses import Addresses, BrokenLinkError
from .fences import CHART_ID, Fence, misplaced_charts, put_back, take_fences
from .page_reading import with_records_read
from .pages import RECORD_KIND, PageRecords, language_prefix, load_content, page_records
from .settings import load_settings
from .site_paths import LONGEST_NAME
from .translations import RECORD, accepted_record, outdated_translations

__all__ = [
    "CHART_ID",
    "LONGEST_NAME",
    "RECORD",
    "RECORD_KIND",
    "Addresses",
    "BrokenLinkError",
    "Fence",
    "PageRecords",
    "accepted_record",
    "language_prefix",
    "load_content",
    "load_settings",
    "misplaced_charts",
    "outdated_translations",
    "page_records",
    "put_back",
    "take_fences",
    "with_records_read",
]
