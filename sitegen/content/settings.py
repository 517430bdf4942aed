"""content/site.toml → Settings; every unknown or bad key is reported, not just the first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from babel import Locale, UnknownLocaleError

from ..model import NavigationItem, Settings, Text
from ..problems import Problem, SiteError, Span, did_you_mean
from ..storage import readable_problem
from ..text import AuthorPattern, LocatedMapping, PatternError, load_toml, read_text
from .site_paths import LONGEST_PATH, path_mistake

SITE_KEYS = (
    "languages",
    "base_url",
    "title",
    "description",
    "notice",
    "nav",
    "footer",
    "params",
    "labels",
    "checks",
    "output",
    "files",
    "charts",
)
CHECK_KEYS = ("literal_numerals",)
OUTPUT_KEYS = ("keep",)
FILE_KEYS = ("allow",)
CHART_KEYS = ("time_limit",)
_CHART_SECONDS = 60
# a day
_MOST_SECONDS = 86_400
_ENDING = re.compile(r"\.[a-z0-9]{1,12}\Z")
NAVIGATION_KEYS = ("page", "title")
# backslashes, what patterns have, control characters; a drive's letter
_NO_PATH = re.compile(r"[\\*?\[\]\x00-\x1f\x7f]|^[A-Za-z]:")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}\Z")
# a host, or an address of the machine's own network, a port, and a path without query or fragment
_BASE_URL = re.compile(r"https?://(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:/[\w~!$&'()*+,;=:@%./-]*)?\Z")


def load_settings(content: Path, base_url: str, problems: list[Problem]) -> Settings:
    """Read `content/site.toml`; `base_url`, when given, takes the place of the one in the file.

    Every mistake in it is added to `problems`, and has a harmless value in the result. Raises SiteError when
    there is no such file, or it isn't TOML.
    """
    path = content / "site.toml"
    if not path.is_file():
        hint = (
            f"create it with `languages`, `base_url`, `[title]`; or name another folder than {content} with --content"
        )
        raise SiteError([Problem("settings-missing", "no such file", Span(path.as_posix()), hint)])
    if problem := readable_problem(path, content):
        raise SiteError([problem])
    reader = _Reader(load_toml(read_text(path, path.as_posix())))
    settings = reader.settings(base_url)
    problems += reader.problems
    return settings


@dataclass
class _Reader:
    """Takes keys out of one document and gathers what is wrong with them."""

    located: LocatedMapping
    problems: list[Problem] = field(default_factory=list)
    languages_known: bool = True

    def settings(self, base_url: str) -> Settings:
        self.unknown_keys(self.located.values, SITE_KEYS)
        languages, known = self.languages()
        self.languages_known = known
        return Settings(
            languages=languages,
            base_url=self.base_url(base_url),
            title=self.text("title", languages, required=True),
            description=self.text("description", languages),
            notice=self.text("notice", languages),
            navigation=(*self.navigation("nav", languages), *self.navigation("footer", languages)),
            params=self.mapping("params"),
            labels=self.labels(languages),
            literal_numerals=self.patterns("checks", "literal_numerals"),
            keep=self.kept_paths(),
            published=self.published(),
            chart_seconds=self.chart_seconds(),
            located=self.located,
            languages_known=known,
        )

    def problem(self, message: str, *path: str | int, code: str = "settings-value", hint: str = "") -> None:
        self.problems.append(Problem(code, message, self.located.span(*path), hint))

    def unknown_keys(self, values: Mapping[str, Any], known: tuple[str, ...], *path: str | int) -> None:
        for key in values:
            if key not in known:
                hint = did_you_mean(key, known) or f"known: {', '.join(sorted(known))}"
                self.problem(f'unknown key "{key}"', *path, key, code="settings-key", hint=hint)

    def missing(self, key: str, message: str, hint: str, code: str = "settings-value") -> None:
        """A key that must be there; not told of one that is misspelt, which is told."""
        unknown = [name for name in self.located.values if name not in SITE_KEYS]
        if not any(did_you_mean(name, (key,)).startswith("did") for name in unknown):
            span = Span(self.located.source.name)
            self.problems.append(Problem(code, f"`{key}` is missing{message}", span, hint))

    def languages(self) -> tuple[tuple[str, ...], bool]:
        """The languages that can be worked with, and whether these are all that were meant."""
        value = self.located.values.get("languages")
        hint = '["en", "vi"]'
        if value is None:
            self.missing("languages", ": the site's languages, the default one first", hint)
            return ("en",), False
        if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
            self.problem("`languages` lists the site's languages, the default one first", "languages", hint=hint)
            return ("en",), False
        for code in value:
            if not _is_locale(code):
                self.problem(f'"{code}" is no language code', "languages", hint="a BCP 47 code, e.g. en, vi, pt-BR")
        if len(set(value)) < len(value):
            self.problem("a language is listed twice", "languages")
        good = tuple(code for code in dict.fromkeys(value) if _is_locale(code))
        return good or ("en",), len(good) == len(value)

    def base_url(self, override: str) -> str:
        value = override or self.located.values.get("base_url")
        hint = "e.g. https://example.org/ or https://example.org/repo/"
        if value is None:
            self.missing("base_url", ": the address the site will have", hint)
        elif override and not _is_base_url(value):
            message = f'"{override}" is no address that a site could have'
            self.problems.append(Problem("settings-value", message, Span("--base-url"), hint))
        elif not _is_base_url(value):
            self.problem("`base_url` is the address the site will have", "base_url", hint=hint)
        return str(value).rstrip("/") + "/" if _is_base_url(value) else "https://example.org/"

    def text(self, key: str, languages: tuple[str, ...], required: bool = False) -> Text:
        value = self.located.values.get(key, {})
        if isinstance(value, str) and value:
            return {"": value}
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            self.problem(f"`{key}` has a text a language", key, hint=f'[{key}]\n   {languages[0]} = "…"')
            return {}
        if required and not value:
            self.missing(key, "", f'[{key}]\n   {languages[0]} = "…"', "settings-missing-text")
            return {}
        if self.languages_known:
            self.unknown_keys(value, languages, key)
        for language in languages:
            if value and not value.get(language):
                self.problem(f'`{key}` is missing in "{language}"', key, code="settings-missing-text")
        return value

    def navigation(self, group: Literal["nav", "footer"], languages: tuple[str, ...]) -> Iterator[NavigationItem]:
        items = self.located.values.get(group, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            self.problem(f"`{group}` is a list of tables", group, hint=f'[[{group}]]\n   page = "results"')
            return
        for index, item in enumerate(items):
            self.unknown_keys(item, NAVIGATION_KEYS, group, index)
            page, title = item.get("page"), item.get("title", {})
            if not isinstance(page, str):
                self.problem("`page` names a page by its key", group, index, hint='page = "results"')
                continue
            if isinstance(title, str):
                title = {"": title}
            if not isinstance(title, dict) or not all(isinstance(text, str) for text in title.values()):
                self.problem("`title` is a text, or a text a language", group, index, "title")
                continue
            if title and "" not in title and (missing := set(languages) - set(title)):
                self.problem(f"`title` is missing in {', '.join(sorted(missing))}", group, index, "title")
            yield NavigationItem(page, title, group, index)

    def mapping(self, key: str) -> Mapping[str, Any]:
        value = self.located.values.get(key, {})
        if isinstance(value, dict):
            return value
        self.problem(f"`{key}` is a table", key, hint=f"[{key}]")
        return {}

    def patterns(self, table: str, key: str) -> tuple[str, ...]:
        """A list of regular expressions in a table."""
        values = self.mapping(table)
        self.unknown_keys(values, CHECK_KEYS, table)
        patterns = values.get(key, [])
        if not isinstance(patterns, list) or not all(isinstance(item, str) for item in patterns):
            hint = f"{key} = ['ISO [0-9]+']"
            self.problem(f"`{key}` is a list of regular expressions", table, key, hint=hint)
            return ()
        good = []
        for pattern in patterns:
            try:
                AuthorPattern(pattern)
            except PatternError as error:
                self.problem(f'"{pattern}" is no regular expression: {error}', table, key)
            else:
                good.append(pattern)
        return tuple(good)

    def kept_paths(self) -> tuple[str, ...]:
        """What `[output] keep` names, without a slash at the end."""
        values = self.mapping("output")
        self.unknown_keys(values, OUTPUT_KEYS, "output")
        paths = values.get("keep", [])
        if not isinstance(paths, list) or not all(isinstance(item, str) for item in paths):
            hint = 'keep = ["CNAME", "downloads/"]'
            self.problem("`keep` is a list of files and folders of the output", "output", "keep", hint=hint)
            return ()
        good = [path for path in paths if _is_path_inside(path)]
        for path in paths:
            if path not in good:
                hint = 'below the output folder, with "/", and without patterns: "downloads/", "docs/old.pdf"'
                self.problem(f'"{path}" is no path of a file or folder of the output', "output", "keep", hint=hint)
        return tuple(dict.fromkeys(unicodedata.normalize("NFC", path.removesuffix("/")) for path in good))

    def published(self) -> frozenset[str]:
        """What `[files] allow` lets through: endings in small letters, and paths below the content folder."""
        values = self.mapping("files")
        self.unknown_keys(values, FILE_KEYS, "files")
        allowed = values.get("allow", [])
        if not isinstance(allowed, list) or not all(isinstance(item, str) for item in allowed):
            self.problem(
                "`allow` is a list of endings and paths", "files", "allow", hint='allow = [".kml", "map.html"]'
            )
            return frozenset()
        good = []
        for item in allowed:
            if _ENDING.match(item.lower()) if item.startswith(".") else _is_path_inside(item):
                good.append(item.lower() if item.startswith(".") else item)
            else:
                self.problem(f'"{item}" is no ending (.kml) and no path of a file', "files", "allow")
        return frozenset(good)

    def chart_seconds(self) -> float:
        """What `[charts] time_limit` says."""
        values = self.mapping("charts")
        self.unknown_keys(values, CHART_KEYS, "charts")
        seconds = values.get("time_limit", _CHART_SECONDS)
        if isinstance(seconds, int | float) and not isinstance(seconds, bool) and 1 <= seconds <= _MOST_SECONDS:
            return seconds
        message = f"`time_limit` is a number of seconds from 1 to {_MOST_SECONDS:,}"
        self.problem(message, "charts", "time_limit", hint=f"time_limit = {_CHART_SECONDS}")
        return _CHART_SECONDS

    def labels(self, languages: tuple[str, ...]) -> Mapping[str, Mapping[str, str]]:
        value = self.mapping("labels")
        if self.languages_known:
            self.unknown_keys(value, languages, "labels")
        for language, labels in value.items():
            if not isinstance(labels, dict) or not all(isinstance(text, str) for text in labels.values()):
                self.problem("labels are texts", "labels", language)
                return {}
        return value


def _is_path_inside(path: str) -> bool:
    """Whether a path, with a slash at its end or without, names something below the folder it is taken in."""
    if _NO_PATH.search(path):
        return False
    return not any(part in ("", ".", "..") for part in path.removesuffix("/").split("/"))


def _is_locale(code: str) -> bool:
    if not _LOCALE.match(code):
        return False
    try:
        Locale.parse(code, sep="-")
    except (ValueError, UnknownLocaleError):
        return False
    return True


def _is_base_url(value: object) -> bool:
    """Whether it is an address of the web, without query or fragment."""
    if not isinstance(value, str) or len(value) > LONGEST_PATH or not _BASE_URL.match(value):
        return False
    path = unquote(urlsplit(value).path)
    return path in ("", "/") or not path_mistake(path)
