"""Checks across all pages: translations, addresses, home page."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ..model import Settings, WrittenPage
from ..problems import Problem, Span


def spread_drafts(pages: list[WrittenPage]) -> list[WrittenPage]:
    """The pages; a page that is a draft in one language becomes a draft in all."""
    drafts = {page.translation_key for page in pages if page.draft}
    return [replace(page, draft=True) if page.translation_key in drafts and not page.draft else page for page in pages]


def missing_translations(pages: list[WrittenPage], settings: Settings, broken: Collection[str]) -> Iterator[Problem]:
    """Pages missing in a language; `broken` files are skipped, since they have problems of their own."""
    groups: dict[str, dict[str, WrittenPage]] = {}
    for page in pages:
        groups.setdefault(page.translation_key, {})[page.language] = page
    for group in groups.values():
        if len(group) == len(settings.languages):
            continue
        first = min(group.values(), key=lambda page: settings.languages.index(page.language))
        for language in settings.languages:
            name = first.source.name.removesuffix(f".{first.language}.md") + f".{language}.md"
            if language not in group and name not in broken:
                message = f'the page is missing in "{language}"'
                hint = f"add {name}, or give an existing page the same `translationKey`"
                yield Problem("translation-missing", message, first.source.span(1), hint)


def duplicate_translations(pages: list[WrittenPage]) -> Iterator[Problem]:
    """Pages with the same `translationKey` in one language."""
    owners: dict[tuple[str, str], WrittenPage] = {}
    for page in pages:
        owner = owners.setdefault((page.translation_key, page.language), page)
        if owner is not page and owner.url != page.url:
            key = f'the translationKey "{page.translation_key}"'
            message = f'{owner.source.name} also has {key} in "{page.language}"'
            hint = "give one of them a different `translationKey`"
            yield Problem("translation-duplicate", message, page.span("translationKey"), hint)


def missing_home(
    pages: list[WrittenPage], unreadable: Collection[PurePosixPath], settings: Settings, root: Path, drafts: bool
) -> Iterator[Problem]:
    """A missing home page in the default language; in others it is a missing translation."""
    language = settings.default_language
    name = f"index.{language}.md"
    home = next((page for page in pages if page.key == "index" and page.language == language), None)
    if home and home.draft and not drafts:
        yield Problem("home-missing", "the home page is a draft", home.span("draft"), "publish it, or use --drafts")
    if not home and PurePosixPath(name) not in unreadable:
        path = (root / name).as_posix()
        yield Problem("home-missing", f'the site has no home page in "{language}"', Span(path), f"add {path}")


def without_duplicate_urls(
    pages: list[WrittenPage], problems: list[Problem]
) -> tuple[list[WrittenPage], set[PurePosixPath]]:
    """The pages and aliases without those whose address is taken, and the files left out."""
    owners: dict[str, WrittenPage] = {}
    doubles = set()
    for page in pages:
        owner = owners.setdefault(page.url, page)
        if owner is not page:
            doubles.add(page.file)
            message = f"{page.url} is also the address of {owner.source.name}"
            hint = "rename one of the files, or give one a different `slug`"
            problems.append(Problem("url-duplicate", message, page.span("slug"), hint))
    kept = []
    for page in pages:
        good = []
        for alias in page.aliases:
            owner = owners.setdefault(alias, page)
            if owner is not page or alias == page.url:
                message = f"the alias {alias} is already the address of {owner.source.name}"
                problems.append(Problem("url-duplicate", message, page.span("aliases"), "remove the alias"))
            else:
                good.append(alias)
        if page.file not in doubles:
            kept.append(page if len(good) == len(page.aliases) else replace(page, aliases=tuple(good)))
    return kept, {PurePosixPath(file) for file in doubles}
