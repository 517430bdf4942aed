"""Finds the files in `content/` and reads pages with their front matter."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, fields, replace
from functools import partial
from operator import attrgetter
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, get_type_hints
from urllib.parse import quote, unquote

from ..model import Content, PlacedChart, Resource, Settings, WrittenPage, page_key
from ..problems import Problem, SiteError, Span
from ..storage import SourceTree
from ..text import DAY, FLAG, LIST, MAPPING, TEXT, WHOLE, Key, KeyedReader, Keys, front_matter
from .consistency import (
    duplicate_translations,
    missing_home,
    missing_translations,
    spread_drafts,
    without_duplicate_urls,
)
from .fences import placed_charts
from .site_paths import length_mistake, path_mistake

_WORDS = Key(lambda value: str(TEXT.read(value)).strip(), TEXT.asked)
FRONT_MATTER_KEYS: Keys = {
    "title": replace(
        _WORDS,
        hint='begin the file with ---, title: "…", ---',
        missing="the page has no title",
        missing_code="title-missing",
    ),
    "description": _WORDS,
    "date": DAY,
    "lastmod": DAY,
    "draft": FLAG,
    "publishDate": DAY,
    "weight": WHOLE,
    "slug": _WORDS,
    "aliases": replace(LIST, asked="must be a list of paths"),
    "translationKey": _WORDS,
    "params": MAPPING,
    "layout": _WORDS,
    "area": _WORDS,
}
_SLUG_HINT = "e.g. school-meals"
_PAGE_NAME = re.compile(r"(?P<stem>.+)\.(?P<language>[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\.md\Z")
_NOT_CONTENT = ("site.toml", "translations.toml")
_DATA_SUFFIXES = (".csv", ".yaml", ".toml")


PageRecord = tuple[Any, ...]
"""A page as plain values, without its source."""
PageRecords = Mapping[str, tuple[str, PageRecord]]
"""The digest of each page's file and the page's record, by file path."""
_NOT_RECORDED = ("source", "file", "digest", "charts")
_RECORDED = tuple(item.name for item in fields(WrittenPage) if item.name not in _NOT_RECORDED)
_values = attrgetter(*_RECORDED)
_HINTS = get_type_hints(WrittenPage)
_PLACED = tuple(get_type_hints(PlacedChart).values())
_tuple: Any = tuple
RECORD_KIND: Any = _tuple[(_tuple[_tuple[_PLACED], ...], *(_HINTS[name] for name in _RECORDED))]
"""The type of a record, for decoding."""


def load_content(
    files: SourceTree,
    settings: Settings,
    today: datetime.date,
    drafts: bool,
    problems: list[Problem],
    records: PageRecords = MappingProxyType({}),
) -> Content:
    """Every page and resource of a content folder.

    A page is a draft if its publishDate is after `today`, or if it is a draft in any language; drafts are left out
    unless `drafts`. Mistakes are added to `problems`, and their files left out. `records` are those of an earlier
    build.
    """
    found: list[Problem] = list(files.problems)
    unreadable: set[PurePosixPath] = set()
    pages: list[WrittenPage] = []
    resources: list[Resource] = []
    for path in _content_paths(files.files):
        try:
            if path.lower().endswith((".md", ".markdown")):
                pages.append(_page(path, files, records) or read_page(path, files, settings, today, found))
            else:
                resources.append(_resource(path, files, settings))
        except SiteError as error:
            found += error.problems
            unreadable.add(PurePosixPath(path))
    pages = spread_drafts(pages)
    broken = {problem.span.file for problem in found}
    problems += [*found, *missing_translations(pages, settings, broken), *duplicate_translations(pages)]
    problems += missing_home(pages, unreadable, settings, files.root, drafts)
    pages, doubles = without_duplicate_urls(pages, problems)
    unreadable |= doubles
    shown = tuple(page for page in pages if drafts or not page.draft)
    held_back = tuple(page for page in pages if page.draft and not drafts)
    return Content(shown, tuple(resources), held_back, frozenset(unreadable))


def page_records(content: Content, known: PageRecords) -> PageRecords:
    """The records to keep for the next build; `known` are those of the last one.

    Possible drafts are always read again: they depend on the date and on other languages.
    """
    records = {}
    for page in content.written:
        old = known.get(page.file)
        record = old[1] if old and old[0] == page.digest else record_of(page)
        if record and not page.draft:
            records[page.file] = old if old and record is old[1] else (page.digest, record)
    return records


def record_of(page: WrittenPage) -> PageRecord | None:
    """A page's record; None for a possible draft, or a page with dates in `params`."""
    if page.draft or page.publish or _has_days(page.params):
        return None
    return (tuple(map(astuple, page.charts)), *_values(page))


def _has_days(value: object) -> bool:
    """Whether a front matter value contains a date or time, which a record would turn into text."""
    if isinstance(value, Mapping):
        return any(map(_has_days, value.values()))
    return any(map(_has_days, value)) if isinstance(value, list) else isinstance(value, datetime.date | datetime.time)


def _page(path: str, files: SourceTree, records: PageRecords) -> WrittenPage | None:
    """A page from its record, if its file is unchanged."""
    if path not in records:
        return None
    digest, record = records[path]
    try:
        if files.digest(path) != digest:
            return None
    except OSError:
        return None
    charts, *values = record
    # faster than the constructor if there are very many pages
    page = object.__new__(WrittenPage)
    placed = tuple(PlacedChart(*chart) for chart in charts)
    vars(page).update(zip(_RECORDED, values, strict=True))
    vars(page).update(charts=placed, source=files.source(path), file=path, digest=digest)
    return page


def _content_paths(paths: Iterable[str]) -> Iterator[str]:
    """Pages and files to publish: everything except settings, data, charts.py and its modules."""
    for path in paths:
        folder, _, name = path.rpartition("/")
        is_code_or_settings = not folder and (name in _NOT_CONTENT or name.endswith(".py"))
        if not is_code_or_settings and not (folder == "data" and name.endswith(_DATA_SUFFIXES)):
            yield path


def _resource(path: str, files: SourceTree, settings: Settings) -> Resource:
    """A file that is published unchanged. Raises SiteError if it may not be."""
    try:
        digest = files.digest(path)
    except OSError as error:
        message = f"can't read the file: {error.strerror}"
        raise SiteError([Problem("file-unreadable", message, Span(files.name(path)))]) from error
    if mistake := length_mistake(path):
        raise SiteError([Problem("path-length", mistake, Span(files.name(path)), "shorten its name")])
    size = files.files[path][0]
    # imported only if there are such files
    from .published_files import FileToPublish, file_problem

    file = FileToPublish(path, files.name(path), size, partial(files.beginning, path))
    if problem := file_problem(file, settings.published):
        raise SiteError([problem])
    return Resource(PurePosixPath(path), files.name(path), digest, size, partial(files.read, path))


def read_page(
    path: str, files: SourceTree, settings: Settings, today: datetime.date, problems: list[Problem]
) -> WrittenPage:
    """Read a page. Mistakes in front matter are added to `problems`, and their keys left out.

    Raises SiteError if the file can't be read as a page.
    """
    relative, source = PurePosixPath(path), files.source(path)
    text = source.text
    name = _PAGE_NAME.match(relative.name)
    if name and name["language"] not in settings.languages and not settings.languages_known:
        raise SiteError([])
    if not name or name["language"] not in settings.languages:
        message = f"the file name does not end in a language of this site ({', '.join(settings.languages)})"
        stem = name["stem"] if name else relative.stem
        hint = f"rename it to {stem}.{settings.default_language}.md, or add the language to site.toml"
        raise SiteError([Problem("page-language", message, Span(source.name), hint)])
    front, body_start = front_matter(source)
    body_line = text.count("\n", 0, body_start) + 1
    own = "your own keys go below `params`"
    reader = KeyedReader(front, problems, "front-matter-value", "front-matter-key", own)
    values = reader.read(front.values, FRONT_MATTER_KEYS)
    key, language = page_key(relative, name["stem"]), name["language"]
    publish = values.get("publishDate")
    url = _url(reader, key, values.get("slug", ""), language_prefix(language, settings))
    has_charts, charts = placed_charts(text[body_start:], body_line, language, key)
    return WrittenPage(
        key=key,
        language=language,
        url=url,
        title=values.get("title", ""),
        description=values.get("description", ""),
        layout=values.get("layout") or "page",
        area=values.get("area", ""),
        weight=values.get("weight", 0),
        date=values.get("date"),
        lastmod=values.get("lastmod"),
        draft=values.get("draft", False) or (publish is not None and publish > today),
        publish=publish,
        aliases=tuple(_aliases(reader, values.get("aliases", ()), url)),
        params=values.get("params", {}),
        source=source,
        file=path,
        translation_key=values.get("translationKey") or key,
        digest=files.digest(path),
        body_line=body_line,
        body_start=body_start,
        has_charts=has_charts,
        charts=charts,
    )


def language_prefix(language: str, settings: Settings) -> str:
    """`/` for the default language, `/<language>/` for others."""
    return "/" if language == settings.default_language else f"/{language}/"


def _url(reader: KeyedReader, key: str, slug: str, prefix: str) -> str:
    """A page's URL; a `slug` replaces its last part."""
    path = key
    if slug and key == "index":
        reader.problem("the home page can't have a `slug`: its address is that of the site", "slug")
    elif slug and ("/" in slug or " " in slug):
        reader.problem("`slug` must be a single part of an address", "slug", hint=_SLUG_HINT)
    elif slug and (mistake := path_mistake(slug)):
        reader.problem(f"`slug` must be a single part of an address: {mistake}", "slug", hint=_SLUG_HINT)
    elif slug:
        path = "/".join((*key.split("/")[:-1], slug))
    if key == "index":
        return prefix
    if mistake := length_mistake(path):
        hint = "shorten its name, or that of a folder it is in"
        reader.problems.append(Problem("path-length", mistake, Span(reader.located.source.name), hint))
    # hosts look for 404.html, not /404/
    return prefix + quote(path) + (".html" if key == "404" else "/")


def _aliases(reader: KeyedReader, values: Sequence[object], url: str) -> Iterator[str]:
    """The page's old addresses as paths below the base path; relative ones start from the page's folder."""
    folder = unquote(url.rstrip("/").rpartition("/")[0])
    for index, value in enumerate(values):
        absolute = str(value) if str(value).startswith("/") else f"{folder}/{value}"
        mistake = path_mistake(absolute) if isinstance(value, str) and value.strip("/") else "e.g. /old/address/"
        if mistake:
            reader.problem("an alias must be a path on this site", "aliases", index, hint=mistake)
        else:
            yield quote(absolute if absolute.endswith(("/", ".html")) else absolute + "/")
