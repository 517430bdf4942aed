"""Which facts may have changed since the last good build, judging by the changed files and the facts' scopes.

Other facts needn't be checked. A property test compares builds that check all facts with builds that don't
(`tests/build/test_incremental.py`).
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
    """What is kept of each page, so that the next build sees which were added, removed or changed."""
    return (page.language, page.key), page.translation_key


@dataclass(frozen=True)
class PossibleChanges:
    """The pages that may have changed, and whether the data may have."""

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
    ) -> PossibleChanges:
        """What may have changed since a build with these pages, records and outdated translations."""
        old, now = frozenset(before), frozenset(known_page(page) for page in content.pages)
        suspects = {*(old ^ now), *map(known_page, _suspect_pages(content, records, data))}
        switched = outdated ^ content.outdated
        keys = {key for _, key in suspects} | {key for name, key in now if name in switched}
        # facts about a translation also depend on its siblings and its original
        suspects |= {known for known in now if known[1] in keys} if keys else set()
        gone = {page.key for page in content.held_back} | content.unreadable_keys
        languages = {language for (language, _), _ in now} if gone else ()
        names = {name for name, _ in suspects} | {(language, key) for language in languages for key in gone}
        return cls(frozenset(names | {(language, above(key)) for language, key in names}), data)

    def of_pages(self) -> Iterator[Read]:
        """The names of all facts about these pages."""
        for language, key in self.pages:
            yield from names_of_page(language, key)

    def may_differ(self, read: Read) -> bool:
        """Whether a fact that isn't about a single page may have changed."""
        return self.data or KINDS[read[0]].scope is not Scope.DATA


def _suspect_pages(content: Content, records: PageRecords, data: bool) -> Iterator[Page]:
    """The pages not known to be unchanged: their file has changed, or they depend on more than their file."""
    for page in content.pages:
        if isinstance(page, GeneratedPage) and page.figure:
            is_suspect = data
        elif isinstance(page, WrittenPage) and not page.draft and "{" not in page.title + page.description:
            is_suspect = records.get(page.file, ("",))[0] != page.digest
        else:
            is_suspect = True
        if is_suspect:
            yield page
