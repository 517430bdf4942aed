"""Which facts may be other ones than in the last good build, told from the files that have changed.

The others need not be looked at: their scope says so, and a property test holds builds that look at all against those
that don't (`tests/test_incremental.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..content import PageRecords
from ..facts import KINDS, Scope, above, names_of_page
from ..model import Content, GeneratedPage, Page, Read, WrittenPage

PageName = tuple[str, str]
"""A page's language and key."""
KnownPage = tuple[PageName, str]
"""A page's name and its translation key."""


def known_page(page: Page) -> KnownPage:
    """What is kept of each page for the next build to see which have come, gone or changed."""
    return (page.language, page.key), page.translation_key


@dataclass(frozen=True)
class Changes:
    """The pages of which something may have changed; whether the data may have."""

    pages: frozenset[PageName]
    data: bool

    @classmethod
    def of(
        cls,
        content: Content,
        before: Iterable[KnownPage],
        records: PageRecords,
        outdated: frozenset[PageName],
        data: bool,
    ) -> Changes:
        """What may have changed since a build that had these pages, records and outdated translations."""
        old, now = frozenset(before), frozenset(known_page(page) for page in content.pages)
        suspects = {*(old ^ now), *map(known_page, _doubtful(content, records, data))}
        turned = outdated ^ content.outdated
        keys = {key for _, key in suspects} | {key for name, key in now if name in turned}
        # what is said of a translation is its siblings' and its original's, too
        suspects |= {known for known in now if known[1] in keys} if keys else set()
        gone = {page.key for page in content.held_back} | content.unreadable_keys
        languages = {language for (language, _), _ in now} if gone else ()
        names = {name for name, _ in suspects} | {(language, key) for language in languages for key in gone}
        return cls(frozenset(names | {(language, above(key)) for language, key in names}), data)

    def of_pages(self) -> Iterator[Read]:
        """The names of all facts that are told of these pages."""
        for language, key in self.pages:
            yield from names_of_page(language, key)

    def may_differ(self, read: Read) -> bool:
        """Whether a fact that is told of no single page may be another one."""
        return self.data or KINDS[read[0]].scope is not Scope.DATA


def _doubtful(content: Content, records: PageRecords, data: bool) -> Iterator[Page]:
    """The pages that are not known to be as they were: the file is another, or something else has a say in them."""
    for page in content.pages:
        if isinstance(page, GeneratedPage) and page.figure:
            is_doubtful = data
        elif isinstance(page, WrittenPage) and not page.draft and "{" not in page.title + page.description:
            is_doubtful = records.get(page.file, ("",))[0] != page.digest
        else:
            is_doubtful = True
        if is_doubtful:
            yield page
