"""What a build is asked to do."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class BuildOptions:
    """All that a build depends on, beside the files. `today` decides which publishDates have come.

    `thorough` holds the authors' words, and the languages, against each other and the figures too.
    """

    content: Path
    templates: tuple[Path, ...]
    today: datetime.date
    base_url: str = ""
    drafts: bool = False
    strict: bool = False
    preview: bool = False
    thorough: bool = False
    jobs: int = 0
    """How many processes render pages and draw charts at most; 0 for as many as the machine has processors."""
    cache: Path | None = None
    """Where what was made is kept for the next build; None keeps nothing."""
    remember: bool = True
    """Whether the next build is to take this one for the last; False to look only."""
