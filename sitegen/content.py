"""Discovers the files of `content/`, reads front matter, and pairs the languages of each page."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from .located import LocatedMapping, SourceText, load_yaml, read_text
from .model import Content, Page, Resource, Settings, page_key
from .pairing import duplicate_translations, missing_home, missing_translations, spread_drafts, without_duplicate_urls
from .problems import Problem, SiteError, Span, did_you_mean

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
_FENCE = re.compile(r"---[ \t]*(?:\n|\Z)")
_CLOSING_FENCE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_PAGE_NAME = re.compile(r"(?P<stem>.+)\.(?P<language>[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\.md\Z")
_SLUG = re.compile(r"[^\s/\\?#%.][^\s/\\?#%]*\Z")
_NOT_CONTENT = ("site.toml", "translations.toml")
_DATA_SUFFIXES = (".csv", ".yaml", ".toml")


def load_content(
    root: Path, settings: Settings, today: datetime.date, drafts: bool, problems: list[Problem]
) -> Content:
    """Read every page and resource below `root`.

    A page is a draft in all its languages when it is one in any, or when its publishDate lies after `today`;
    drafts are left out unless `drafts`. Every mistake is added to `problems`, and the file with it left out.
    """
    found: list[Problem] = []
    unreadable: set[PurePosixPath] = set()
    pages: list[Page] = []
    resources: list[Resource] = []
    for path in _files(root, found):
        relative = PurePosixPath(path.relative_to(root).as_posix())
        try:
            if relative.suffix.lower() in (".md", ".markdown"):
                pages.append(_read_page(path, relative, settings, today, found))
            else:
                resources.append(Resource(relative, path.read_bytes(), path.as_posix()))
        except SiteError as error:
            found += error.problems
            unreadable.add(relative)
        except OSError as error:
            found.append(Problem("file-unreadable", f"can't read the file: {error.strerror}", Span(path.as_posix())))
    pages = spread_drafts(pages)
    broken = {problem.span.file for problem in found}
    problems += [*found, *missing_translations(pages, settings, broken), *duplicate_translations(pages)]
    problems += missing_home(pages, unreadable, settings, root, drafts)
    pages, doubles = without_duplicate_urls(pages, problems)
    unreadable |= doubles
    shown = tuple(page for page in pages if drafts or not page.draft)
    held_back = tuple(page for page in pages if page.draft and not drafts)
    return Content(shown, tuple(resources), held_back, frozenset(unreadable))


def _files(root: Path, problems: list[Problem]) -> Iterator[Path]:
    """Every content file, in the order of its path; editors' files are passed over."""
    for folder, names, files in os.walk(root, followlinks=True):
        here = Path(folder)
        names[:] = sorted(name for name in names if not name.startswith(".") and name != "__pycache__")
        for name in list(names):
            if problem := _path_problem(here / name, root):
                names.remove(name)
                problems.append(problem)
        for name in sorted(files):
            if name.startswith((".", "#", "~$")) or name.endswith(("~", ".swp", ".tmp")):
                continue
            # charts.py, and what it imports
            if here == root and (name in _NOT_CONTENT or name.endswith(".py")):
                continue
            if here == root / "data" and name.endswith(_DATA_SUFFIXES):
                continue
            if problem := _path_problem(here / name, root):
                problems.append(problem)
            else:
                yield here / name


def _path_problem(path: Path, root: Path) -> Problem | None:
    """What is wrong with a path before it is read: its name, or where a symbolic link leads."""
    try:
        path.name.encode()
    except UnicodeEncodeError:
        shown = os.fsencode(path).decode("utf-8", "replace")
        return Problem("file-name", "the name of this file is not UTF-8", Span(shown), "rename the file")
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return Problem(
            "path-nowhere", "a link that leads nowhere", Span(path.as_posix()), "remove it, or copy the file in"
        )
    if not target.is_relative_to(root.resolve()):
        message, hint = "a link that leaves the content folder", "copy the file in"
        return Problem("path-outside", message, Span(path.as_posix()), hint)
    if path.is_dir() and path.parent.resolve().is_relative_to(target):
        return Problem("path-circle", "a link that leads round in a circle", Span(path.as_posix()), "remove it")
    return None


def _read_page(
    path: Path, relative: PurePosixPath, settings: Settings, today: datetime.date, problems: list[Problem]
) -> Page:
    """A page. Wrong keys of its front matter are added to `problems`, and count as not given. Raises SiteError."""
    source = read_text(path, path.as_posix())
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
    front, body, body_line = split_front_matter(source)
    reader = _FrontMatter(front, relative, name["stem"], name["language"], settings, today, problems)
    return reader.page(body, body_line)


def split_front_matter(source: SourceText) -> tuple[LocatedMapping, str, int]:
    """A page's front matter, its body, and the line the body begins at."""
    opening = _FENCE.match(source.text)
    if not opening:
        return LocatedMapping({}, source), source.text, 1
    closing = _CLOSING_FENCE.search(source.text, opening.end())
    if not closing:
        hint = "end the front matter with a line `---`"
        raise SiteError([Problem("front-matter-open", "front matter is not closed", source.span(1), hint)])
    front = load_yaml(source.text[opening.end() : closing.start()], source, first_line=2)
    body_line = source.text.count("\n", 0, closing.end()) + 2
    return front, source.text[closing.end() + 1 :], body_line


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

    def page(self, body: str, body_line: int) -> Page:
        for key in self.front.values:
            if key not in FRONT_MATTER_KEYS:
                hint = did_you_mean(str(key), FRONT_MATTER_KEYS) or "the author's own keys go below `params`"
                self.problem("front-matter-key", f'unknown key "{key}"', str(key), hint)
        key = page_key(self.relative, self.stem)
        publish = self.date("publishDate")
        url = self.url(key)
        return Page(
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
            aliases=self.aliases(url),
            params=self.value("params", dict, "a mapping", {}),
            body=body,
            body_line=body_line,
            front=self.front,
            path=self.relative,
            translation_key=self.text("translationKey") or key,
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
        elif slug and not _SLUG.match(slug):
            self.problem("front-matter-value", "`slug` is one part of an address", "slug", "e.g. school-meals")
        elif slug:
            parts[-1] = slug
        if key == "index":
            return prefix
        # /404/ would be out of a host's reach: it looks for 404.html
        tail = ".html" if key == "404" else "/"
        return prefix + quote("/".join(parts)) + tail

    def aliases(self, url: str) -> tuple[str, ...]:
        """The page's old addresses as paths below the base path; a relative one counts from the page's own folder."""
        values = self.value("aliases", list, "a list of paths", [])
        aliases = []
        for index, value in enumerate(values):
            if not isinstance(value, str) or ".." in value.split("/") or not value.strip("/") or "://" in value:
                self.problems.append(
                    Problem("front-matter-value", "an alias is a path on this site", self.front.span("aliases", index))
                )
                continue
            absolute = value if value.startswith("/") else url.rstrip("/").rpartition("/")[0] + "/" + value
            ends = absolute.endswith("/") or absolute.endswith(".html")
            aliases.append(quote(absolute if ends else absolute + "/"))
        return tuple(aliases)
