"""content/site.toml → Settings; every unknown or bad key is reported, not just the first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from babel import Locale, UnknownLocaleError

from ..model import NavigationItem, Settings, Text
from ..problems import Problem, SiteError, Span
from ..storage import readable_problem
from ..text import AuthorPattern, KeyedReader, PatternError, is_list_of_texts, is_table_of_texts, load_toml, read_text
from .site_paths import LONGEST_PATH, path_mistake

SITE_KEYS = (
    *("languages", "base_url", "title", "description", "notice", "nav", "footer", "params", "labels"),
    *("checks", "output", "files", "charts"),
)
CHECK_KEYS = ("literal_numerals",)
OUTPUT_KEYS = ("keep",)
FILE_KEYS = ("allow",)
CHART_KEYS = ("time_limit",)
NAVIGATION_KEYS = ("page", "title")
_CHART_SECONDS = 60
# a day
_MOST_SECONDS = 86_400
_ENDING = re.compile(r"\.[a-z0-9]{1,12}\Z")
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
    located = load_toml(read_text(path, path.as_posix()))
    reader = KeyedReader.of(located, problems, "settings-value", "settings-key", SITE_KEYS)
    return _Settings(reader).settings(base_url)


@dataclass
class _Settings:
    """The settings of one document. `languages` are those that can be worked with; `are_known`: they are all."""

    reader: KeyedReader
    languages: tuple[str, ...] = ("en",)
    are_known: bool = False

    def settings(self, base_url: str) -> Settings:
        self.check_keys()
        self.languages, self.are_known = self.read_languages()
        return Settings(
            languages=self.languages,
            base_url=self.base_url(base_url),
            title=self.text("title", required=True),
            description=self.text("description"),
            notice=self.text("notice"),
            navigation=(*self.navigation("nav"), *self.navigation("footer")),
            params=self.table("params"),
            labels=self.labels(),
            literal_numerals=self.patterns(),
            keep=self.kept_paths(),
            published=self.published(),
            chart_seconds=self.chart_seconds(),
            located=self.reader.located,
            languages_known=self.are_known,
        )

    def check_keys(self, known: Sequence[str] = SITE_KEYS, *path: str | int) -> None:
        self.reader.check_keys(f"known: {', '.join(sorted(known))}", known, *path)

    def read_languages(self) -> tuple[tuple[str, ...], bool]:
        reader, hint = self.reader, '["en", "vi"]'
        value = reader.values.get("languages")
        if value is None:
            message = "`languages` is missing: the site's languages, the default one first"
            reader.missing("languages", message, hint)
            return ("en",), False
        if not value or not is_list_of_texts(value):
            reader.problem("`languages` lists the site's languages, the default one first", "languages", hint=hint)
            return ("en",), False
        for code in value:
            if not _is_locale(code):
                reader.problem(f'"{code}" is no language code', "languages", hint="a BCP 47 code, e.g. en, vi, pt-BR")
        if len(set(value)) < len(value):
            reader.problem("a language is listed twice", "languages")
        good = tuple(code for code in dict.fromkeys(value) if _is_locale(code))
        return good or ("en",), len(good) == len(value)

    def base_url(self, override: str) -> str:
        value = override or self.reader.values.get("base_url")
        hint = "e.g. https://example.org/ or https://example.org/repo/"
        if value is None:
            self.reader.missing("base_url", "`base_url` is missing: the address the site will have", hint)
        elif override and not _is_base_url(value):
            message = f'"{override}" is no address that a site could have'
            self.reader.problems.append(Problem("settings-value", message, Span("--base-url"), hint))
        elif not _is_base_url(value):
            self.reader.problem("`base_url` is the address the site will have", "base_url", hint=hint)
        return str(value).rstrip("/") + "/" if _is_base_url(value) else "https://example.org/"

    def text(self, key: str, required: bool = False) -> Text:
        """A text, or one a language."""
        example = f'[{key}]\n   {self.languages[0]} = "…"'
        if (value := self.reader.values.get(key, {})) and isinstance(value, str):
            return {"": value}
        if required and value == {}:
            self.reader.missing(key, f"`{key}` is missing", example, "settings-missing-text")
            return {}
        texts = self.reader.texts(key, example) or {}
        if self.are_known:
            self.check_keys(self.languages, key)
        for language in self.languages:
            if texts and not texts.get(language):
                self.reader.problem(f'`{key}` is missing in "{language}"', key, code="settings-missing-text")
        return texts

    def navigation(self, group: Literal["nav", "footer"]) -> Iterator[NavigationItem]:
        def are_tables(value: object) -> bool:
            return isinstance(value, list) and all(isinstance(item, dict) for item in value)

        example = f'[[{group}]]\n   page = "results"'
        items = self.reader.checked(group, are_tables, f"`{group}` is a list of tables", example, [])
        for index, item in enumerate(items):
            self.check_keys(NAVIGATION_KEYS, group, index)
            page, title = item.get("page"), item.get("title", {})
            if not isinstance(page, str):
                self.reader.problem("`page` names a page by its key", group, index, hint='page = "results"')
                continue
            if isinstance(title, str):
                title = {"": title}
            if not is_table_of_texts(title):
                self.reader.problem("`title` is a text, or a text a language", group, index, "title")
                continue
            if title and "" not in title and (missing := set(self.languages) - set(title)):
                self.reader.problem(f"`title` is missing in {', '.join(sorted(missing))}", group, index, "title")
            yield NavigationItem(page, title, group, index)

    def table(self, key: str, known: Sequence[str] = ()) -> Mapping[str, Any]:
        """A table, with these keys if there are any."""
        values: Mapping[str, Any] = self.reader.checked(
            key, lambda value: isinstance(value, dict), f"`{key}` is a table", f"[{key}]", {}
        )
        if known and values:
            self.check_keys(known, key)
        return values

    def list_of_texts(self, table: str, known: Sequence[str], key: str, message: str, hint: str) -> Sequence[str]:
        self.table(table, known)
        texts: Sequence[str] = self.reader.below(known, table).checked(key, is_list_of_texts, message, hint, [])
        return texts

    def patterns(self) -> tuple[str, ...]:
        """The regular expressions of `[checks] literal_numerals`."""
        key, good = "literal_numerals", []
        hint = f"{key} = ['ISO [0-9]+']"
        message = f"`{key}` is a list of regular expressions"
        for pattern in self.list_of_texts("checks", CHECK_KEYS, key, message, hint):
            try:
                AuthorPattern(pattern)
            except PatternError as error:
                self.reader.problem(f'"{pattern}" is no regular expression: {error}', "checks", key)
            else:
                good.append(pattern)
        return tuple(good)

    def kept_paths(self) -> tuple[str, ...]:
        """What `[output] keep` names, without a slash at the end."""
        message, hint = "`keep` is a list of files and folders of the output", 'keep = ["CNAME", "downloads/"]'
        paths = self.list_of_texts("output", OUTPUT_KEYS, "keep", message, hint)
        good = [path for path in paths if _is_path_inside(path)]
        for path in paths:
            if path not in good:
                hint = 'below the output folder, with "/", and without patterns: "downloads/", "docs/old.pdf"'
                self.reader.problem(
                    f'"{path}" is no path of a file or folder of the output', "output", "keep", hint=hint
                )
        return tuple(dict.fromkeys(unicodedata.normalize("NFC", path.removesuffix("/")) for path in good))

    def published(self) -> frozenset[str]:
        """What `[files] allow` lets through: endings in small letters, and paths below the content folder."""
        good, message, hint = [], "`allow` is a list of endings and paths", 'allow = [".kml", "map.html"]'
        for item in self.list_of_texts("files", FILE_KEYS, "allow", message, hint):
            if _ENDING.match(item.lower()) if item.startswith(".") else _is_path_inside(item):
                good.append(item.lower() if item.startswith(".") else item)
            else:
                self.reader.problem(f'"{item}" is no ending (.kml) and no path of a file', "files", "allow")
        return frozenset(good)

    def chart_seconds(self) -> float:
        """What `[charts] time_limit` says."""

        def is_right(value: object) -> bool:
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            return is_number and 1 <= value <= _MOST_SECONDS  # type: ignore[operator]

        self.table("charts", CHART_KEYS)
        message, hint = (
            f"`time_limit` is a number of seconds from 1 to {_MOST_SECONDS:,}",
            f"time_limit = {_CHART_SECONDS}",
        )
        charts = self.reader.below(CHART_KEYS, "charts")
        return float(charts.checked("time_limit", is_right, message, hint, _CHART_SECONDS))

    def labels(self) -> Mapping[str, Mapping[str, str]]:
        value = self.table("labels", self.languages if self.are_known else ())
        for language, labels in value.items():
            if not is_table_of_texts(labels):
                self.reader.problem("labels are texts", "labels", language)
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
