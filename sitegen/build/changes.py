"""What may stand for something else than in the last build, told from the files that have changed.

It spares looking at most facts of most pages, and decides nothing: whether a fact differs is for its hash to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from ..content import PageRecords
from ..model import Content, Page, Read

_PARTS = tuple(item.name for item in fields(Page))
_OF_DATA = frozenset(
    {
        *("figure", "indicator", "area", "document", "all", "of-source", "computed-into", "rules", "rules-of"),
        *("choice", "table", "row", "release", "has-figures"),
    }
)
PageName = tuple[str, str]
"""A page's language and key."""
KnownPage = tuple[PageName, str]
"""A page's name and its translation key."""


def known_page(page: Page) -> KnownPage:
    """What is kept of each page for the next build to see which have come, gone or changed."""
    return (page.language, page.key), page.translation_key


@dataclass(frozen=True)
class Changes:
    """The pages that may be other ones, their translation keys, the pages right above them; whether the data may be."""

    pages: frozenset[PageName]
    keys: frozenset[str]
    above: frozenset[PageName]
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
        # what is said of an outdated translation is its original's
        suspects |= {known for known in now if known[1] in keys} if keys else set()
        pages = frozenset(name for name, _ in suspects)
        above = frozenset((language, key.rpartition("/")[0] or "index") for language, key in pages)
        return cls(pages, frozenset(keys), above, data)

    def of_pages(self) -> Iterator[Read]:
        """The names of all that is said of these pages."""
        for language, key in self.pages:
            yield from (("own", language, key), ("exists", language, key), ("outdated", language, key))
            yield from (("page", language, key, part) for part in _PARTS)
        yield from (("translations", key) for key in self.keys)
        yield from (("children", language, key) for language, key in self.above)

    def may_differ(self, read: Read) -> bool:
        """Whether what another name stands for may be other than in the last build."""
        if read[0] in _OF_DATA:
            return self.data
        return read[0] != "dataset" or self.data or bool(self.pages)


def _doubtful(content: Content, records: PageRecords, data: bool) -> Iterator[Page]:
    """The pages that are not known to be as they were: the file is another, or something else has a say in them."""
    for page in content.pages:
        if page.figure:
            is_doubtful = data
        elif page.is_written and not page.draft and "{" not in page.title and "{" not in page.description:
            is_doubtful = records.get(page.file, ("",))[0] != page.digest
        else:
            is_doubtful = True
        if is_doubtful:
            yield page
