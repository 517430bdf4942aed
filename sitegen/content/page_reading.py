"""Reads the front matter of many pages in parallel: the slowest step before rendering."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from contextlib import closing

from ..model import Settings
from ..problems import Problem, SiteError
from ..processes import in_copies, processes_for
from ..storage import SourceTree
from .pages import PageRecord, PageRecords, read_page, record_of

# with fewer pages, starting a process takes longer than reading them
_WORTH_A_PROCESS = 300


def with_records_read(
    records: PageRecords, files: SourceTree, settings: Settings, today: datetime.date, jobs: int
) -> PageRecords:
    """The records of an earlier build, plus those of new and changed pages without mistakes.

    Pages with mistakes are read again by `load_content`, which reports them.
    """
    new = [
        path
        for path in files.files
        if path.endswith(".md") and not (path in records and files.known_digest(path) == records[path][0])
    ]
    processes = processes_for(len(new), jobs, _WORTH_A_PROCESS)
    if processes < 2:
        return records

    def read(_: int, numbers: Sequence[int]) -> list[tuple[str, PageRecord | None]]:
        return [_read(new[number], files, settings, today) for number in numbers]

    found = dict(records)
    with closing(in_copies(read, len(new), processes, "reads pages")) as results:
        for number, (digest, record) in results:
            if digest:
                files.digests.setdefault(new[number], digest)
            if record:
                found[new[number]] = digest, record
    return found


def _read(path: str, files: SourceTree, settings: Settings, today: datetime.date) -> tuple[str, PageRecord | None]:
    """A file's digest and its page's record; no record for a page with mistakes or a possible draft."""
    problems: list[Problem] = []
    try:
        page = read_page(path, files, settings, today, problems)
    except SiteError:
        return "", None
    return page.digest, record_of(page) if not problems else None
