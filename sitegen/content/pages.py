"""Discovers the files of `content/`, reads front matter, and pairs the languages of each page."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import astuple, dataclass, fields
from functools import partial
from operator import attrgetter
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, get_type_hints
from urllib.parse import quote, unquote

from ..model import Content, PlacedChart, Resource, Settings, WrittenPage, page_key
from ..problems import Problem, SiteError, Span, did_you_mean
from ..storage import SourceTree
from ..text import LocatedMapping, SourceText, front_matter
from .fences import placed_charts
from .pairing import duplicate_translations, missing_home, missing_translations, spread_drafts, without_duplicate_urls
from .site_paths import length_mistake, path_mistake

FRONT_MATTER_KEYS = (
    "title",
    "description",
    "date",
    "lastmod",
    "draft",
    "publishDate",
    "weight",
    "slug",
    "aliases",
    "translationKey",
    "params",
    "layout",
    "area",
)
_PAGE_NAME = re.compile(r"(?P<stem>.+)\.(?P<language>[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\.md\Z")
_NOT_CONTENT = ("site.toml", "translations.toml")
_DATA_SUFFIXES = (".csv", ".yaml", ".toml")


PageRecord = tuple[Any, ...]
"""A page without its source, as plain values: what its file says, whatever build reads it."""
PageRecords = Mapping[str, tuple[str, PageRecord]]
"""The record of each page with the digest of its file, by the file's path."""
_NOT_RECORDED = ("source", "file", "digest", "charts")
_RECORDED = tuple(item.name for item in fields(WrittenPage) if item.name not in _NOT_RECORDED)
_values = attrgetter(*_RECORDED)
_HINTS = get_type_hints(WrittenPage)
_PLACED = tuple(get_type_hints(PlacedChart).values())
_tuple: Any = tuple
RECORD_KIND: Any = _tuple[(_tuple[_tuple[_PLACED], ...], *(_HINTS[name] for name in _RECORDED))]
"""The type of a record, by which one that is kept in a file is read."""


def load_content(
    files: SourceTree,
    settings: Settings,
    today: datetime.date,
    drafts: bool,
    problems: list[Problem],
    records: PageRecords = MappingProxyType({}),
) -> Content:
    """Every page and resource of a content folder.

    A page is a draft in all its languages when it is one in any, or when its publishDate lies after `today`;
    drafts are left out unless `drafts`. Every mistake is added to `problems`, and the file with it left out.
    `records` are those of files that were read before, with the digest that they had then.
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
    """What can be kept of the pages for the next build, by the paths of their files; `known` is what was kept before.

    What may be a draft is read again: whether it is one may depend on the day, and on its other languages.
    """
    records = {}
    for page in content.written:
        old = known.get(page.file)
        record = old[1] if old and old[0] == page.digest else record_of(page)
        if record and not page.draft:
            records[page.file] = old if old and record is old[1] else (page.digest, record)
    return records


def record_of(page: WrittenPage) -> PageRecord | None:
    """A page's record; None of one that may be a draft, or that has days in `params`."""
    if page.draft or page.publish or _has_days(page.params):
        return None
    return (tuple(map(astuple, page.charts)), *_values(page))


def _has_days(value: object) -> bool:
    """Whether a day or a time is in a value of the front matter: in a file it would be a text."""
    if isinstance(value, Mapping):
        return any(map(_has_days, value.values()))
    return any(map(_has_days, value)) if isinstance(value, list) else isinstance(value, datetime.date | datetime.time)


def _page(path: str, files: SourceTree, records: PageRecords) -> WrittenPage | None:
    """A page by its record, where its file is still what that was made of."""
    if path not in records:
        return None
    digest, record = records[path]
    try:
        if files.digest(path) != digest:
            return None
    except OSError:
        return None
    charts, *values = record
    # without the checks of a constructor, which each of very many pages passed when it was read
    page = object.__new__(WrittenPage)
    placed = tuple(PlacedChart(*chart) for chart in charts)
    vars(page).update(zip(_RECORDED, values, strict=True))
    vars(page).update(charts=placed, source=files.source(path), file=path, digest=digest)
    return page


def _content_paths(paths: Iterable[str]) -> Iterator[str]:
    """Those files that are pages or published as they are: not settings, data, charts.py or what that imports."""
    for path in paths:
        folder, _, name = path.rpartition("/")
        is_code_or_settings = not folder and (name in _NOT_CONTENT or name.endswith(".py"))
        if not is_code_or_settings and not (folder == "data" and name.endswith(_DATA_SUFFIXES)):
            yield path


def _resource(path: str, files: SourceTree, settings: Settings) -> Resource:
    """A file that is published as it is. Raises SiteError for one that isn't."""
    try:
        digest = files.digest(path)
    except OSError as error:
        message = f"can't read the file: {error.strerror}"
        raise SiteError([Problem("file-unreadable", message, Span(files.name(path)))]) from error
    if mistake := length_mistake(path):
        raise SiteError([Problem("path-length", mistake, Span(files.name(path)), "give it a shorter name")])
    size = files.files[path][0]
    # most builds find no such file that they have not seen before
    from .published_files import FileToPublish, file_problem

    file = FileToPublish(path, files.name(path), size, partial(files.beginning, path))
    if problem := file_problem(file, settings.published):
        raise SiteError([problem])
    return Resource(PurePosixPath(path), files.name(path), digest, size, partial(files.read, path))


def read_page(
    path: str, files: SourceTree, settings: Settings, today: datetime.date, problems: list[Problem]
) -> WrittenPage:
    """A page. Wrong keys of its front matter are added to `problems`, and count as not given. Raises SiteError."""
    relative, source = PurePosixPath(path), files.source(path)
    text = source.text
    name = _PAGE_NAME.match(relative.name)
    if name and name["language"] not in settings.languages and not settings.languages_known:
        raise SiteError([])
    if not name or name["language"] not in settings.languages:
        known = ", ".join(settings.languages)
        stem = name["stem"] if name else relative.stem
        raise SiteError(
            [
                Problem(
                    "page-language",
                    f"the file name ends in no language of this site ({known})",
                    Span(source.name),
                    f"rename it to {stem}.{settings.default_language}.md, or add the language to site.toml",
                )
            ]
        )
    front, body_start = front_matter(source)
    body_line = text.count("\n", 0, body_start) + 1
    digest = files.digest(path)
    reader = _FrontMatter(front, relative, name["stem"], name["language"], settings, today, problems)
    return reader.page(source, digest, body_start, body_line)


def language_prefix(language: str, settings: Settings) -> str:
    """`/` for the default language, `/<language>/` for others."""
    return "/" if language == settings.default_language else f"/{language}/"


@dataclass
class _FrontMatter:
    """Takes the keys out of one page's front matter and gathers what is wrong with them."""

    front: LocatedMapping
    relative: PurePosixPath
    stem: str
    language: str
    settings: Settings
    today: datetime.date
    problems: list[Problem]

    def page(self, source: SourceText, digest: str, body_start: int, body_line: int) -> WrittenPage:
        for key in self.front.values:
            if key not in FRONT_MATTER_KEYS:
                hint = did_you_mean(str(key), FRONT_MATTER_KEYS) or "the author's own keys go below `params`"
                self.problem("front-matter-key", f'unknown key "{key}"', str(key), hint)
        key = page_key(self.relative, self.stem)
        publish = self.date("publishDate")
        url = self.url(key)
        has_charts, charts = placed_charts(source.text[body_start:], body_line, self.language, key)
        return WrittenPage(
            key=key,
            language=self.language,
            url=url,
            title=self.title(),
            description=self.text("description"),
            layout=self.text("layout") or "page",
            area=self.text("area"),
            weight=self.value("weight", int, "a whole number", 0),
            date=self.date("date"),
            lastmod=self.date("lastmod"),
            draft=self.value("draft", bool, "true or false", False) or (publish is not None and publish > self.today),
            publish=publish,
            aliases=self.aliases(url),
            params=self.value("params", dict, "a mapping", {}),
            source=source,
            file=self.relative.as_posix(),
            translation_key=self.text("translationKey") or key,
            digest=digest,
            body_line=body_line,
            body_start=body_start,
            has_charts=has_charts,
            charts=charts,
        )

    def problem(self, code: str, message: str, key: str, hint: str = "") -> None:
        self.problems.append(Problem(code, message, self.front.span(key), hint))

    def value(self, key: str, kind: type, wanted: str, default: Any) -> Any:
        value = self.front.values.get(key)
        if value is None:
            return default
        # True is an int to Python, but `weight: true` is a mistake
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            written = self.front.span(key).excerpt.partition(":")[2].strip()
            quotable = kind is str and isinstance(value, int | float | datetime.date)
            hint = f'put it in quotes: {key}: "{written}"' if quotable else ""
            self.problem("front-matter-value", f"`{key}` must be {wanted}", key, hint)
            return default
        return value

    def text(self, key: str) -> str:
        return str(self.value(key, str, "a text", "")).strip()

    def title(self) -> str:
        before = len(self.problems)
        title = self.text("title")
        # `titel: Home` has been told already
        misspelt = any(did_you_mean(str(key), ("title",)) for key in self.front.values if key not in FRONT_MATTER_KEYS)
        if not title and len(self.problems) == before and not misspelt:
            self.problem("title-missing", "the page has no title", "title", 'begin the file with ---, title: "…", ---')
        return title

    def date(self, key: str) -> datetime.date | None:
        value = self.front.values.get(key)
        if isinstance(value, str):
            with suppress(ValueError):
                value = datetime.date.fromisoformat(value)
        if isinstance(value, datetime.datetime):
            return value.date()
        if value is None or isinstance(value, datetime.date):
            return value
        self.problem("front-matter-value", f"`{key}` must be a date", key, "e.g. 2024-12-31")
        return None

    def url(self, key: str) -> str:
        prefix = language_prefix(self.language, self.settings)
        parts = key.split("/")
        slug = self.text("slug")
        if slug and key == "index":
            self.problem("front-matter-value", "the home page has no `slug`: its address is the site's", "slug")
        elif slug and ("/" in slug or " " in slug):
            self.problem("front-matter-value", "`slug` is one part of an address", "slug", "e.g. school-meals")
        elif slug and (mistake := path_mistake(slug)):
            message = f"`slug` is one part of an address: {mistake}"
            self.problem("front-matter-value", message, "slug", "e.g. school-meals")
        elif slug:
            parts[-1] = slug
        if key == "index":
            return prefix
        if mistake := length_mistake("/".join(parts)):
            hint = "give it, or a folder that it is in, a shorter name"
            self.problems.append(Problem("path-length", mistake, Span(self.front.source.name), hint))
        # /404/ would be out of a host's reach: it looks for 404.html
        tail = ".html" if key == "404" else "/"
        return prefix + quote("/".join(parts)) + tail

    def aliases(self, url: str) -> tuple[str, ...]:
        """The page's old addresses as paths below the base path; a relative one counts from the page's own folder."""
        values = self.value("aliases", list, "a list of paths", [])
        folder = unquote(url.rstrip("/").rpartition("/")[0])
        aliases = []
        for index, value in enumerate(values):
            absolute = str(value) if str(value).startswith("/") else f"{folder}/{value}"
            mistake = path_mistake(absolute) if isinstance(value, str) and value.strip("/") else "e.g. /old/address/"
            if mistake:
                span = self.front.span("aliases", index)
                self.problems.append(Problem("front-matter-value", "an alias is a path on this site", span, mistake))
                continue
            ends = absolute.endswith("/") or absolute.endswith(".html")
            aliases.append(quote(absolute if ends else absolute + "/"))
        return tuple(aliases)
