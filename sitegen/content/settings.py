"""content/site.toml → Settings; unknown keys and bad values are reported."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from babel import Locale, UnknownLocaleError

from ..model import NavigationItem, Settings
from ..problems import Problem, SiteError, Span
from ..storage import readable_problem
from ..text import (
    ANY,
    ITEMS,
    MAPPING,
    TEXT,
    TEXTS,
    AuthorPattern,
    Key,
    KeyedReader,
    Keys,
    LocatedMapping,
    PatternError,
    is_list_of,
    load_toml,
    read_text,
    translated,
    where,
)
from .site_paths import LONGEST_PATH, path_mistake

_CHART_SECONDS = 60
# a day
_MOST_SECONDS = 86_400
_ENDING = re.compile(r"\.[a-z0-9]{1,12}\Z")
# backslashes, glob characters, control characters; a drive letter
_NO_PATH = re.compile(r"[\\*?\[\]\x00-\x1f\x7f]|^[A-Za-z]:")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}\Z")
# a host name or IP address, a port, and a path, without query or fragment
_BASE_URL = re.compile(r"https?://(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:/[\w~!$&'()*+,;=:@%./-]*)?\Z")
_BASE_URL_HINT = "e.g. https://example.org/ or https://example.org/repo/"


def _is_base_url(value: object) -> bool:
    """Whether a value is an http(s) URL without query or fragment."""
    if not isinstance(value, str) or len(value) > LONGEST_PATH or not _BASE_URL.match(value):
        return False
    path = unquote(urlsplit(value).path)
    return path in ("", "/") or not path_mistake(path)


def _is_seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value <= _MOST_SECONDS


def _language_mistake(code: str) -> tuple[str, str] | None:
    return None if _is_locale(code) else (f'"{code}" is not a language code', "a BCP 47 code, e.g. en, vi, pt-BR")


def _pattern_mistake(pattern: str) -> tuple[str, str] | None:
    try:
        AuthorPattern(pattern)
    except PatternError as error:
        return f'"{pattern}" is not a usable regular expression: {error}', ""
    return None


def _kept_mistake(path: str) -> tuple[str, str] | None:
    hint = 'relative to the output folder, with "/", without wildcards: "downloads/", "docs/old.pdf"'
    return None if _is_path_inside(path) else (f'"{path}" is not a path in the output folder', hint)


def _allowed_mistake(item: str) -> tuple[str, str] | None:
    is_good = _ENDING.match(item.lower()) if item.startswith(".") else _is_path_inside(item)
    return None if is_good else (f'"{item}" is neither an extension (.kml) nor a path', "")


def _is_path_inside(path: str) -> bool:
    """Whether a path, with or without a final slash, stays inside its folder."""
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


_TEXTS = where(lambda value: is_list_of(value, str))
_LABELS = Key(TEXTS.read, "must have a text for each label")


def _table(name: str, **keys: Key) -> Key:
    return Key(MAPPING.read, "must be a table", f"[{name}]", keys=keys or None)


def _navigation(group: str, title: Key) -> Key:
    page = 'page = "results"'
    keys = {
        "page": Key(TEXT.read, "must be the key of a page", page, missing="`page` is missing: the key of a page"),
        "title": replace(title, asked="must be a text, or a text for each language"),
    }
    return Key(ITEMS.read, "must be a list of tables", f"[[{group}]]\n   {page}", keys=keys)


def site_keys(languages: Sequence[str], labelled: Iterable[str] = ()) -> Keys:
    """The keys of site.toml for a site with these languages (none: unknown); `labelled` are those allowed in labels."""
    example = f'{languages[0] if languages else "en"} = "…"'
    text = translated(languages, "settings-missing-text", alone="")
    texts = {name: replace(text, hint=f"[{name}]\n   {example}") for name in ("title", "description", "notice")}
    link_title = replace(text, language_code="settings-value")
    return {
        "languages": Key(
            where(lambda value: is_list_of(value, str) and value != []),
            "must list the site's languages, the default one first",
            '["en", "vi"]',
            missing="`languages` is missing: the site's languages, the default one first",
            item_mistake=_language_mistake,
        ),
        "base_url": Key(
            where(_is_base_url),
            "must be the address that the site will have",
            _BASE_URL_HINT,
            missing="`base_url` is missing: the address that the site will have",
        ),
        **texts,
        "title": replace(texts["title"], missing="`title` is missing", missing_code="settings-missing-text"),
        "nav": _navigation("nav", link_title),
        "footer": _navigation("footer", link_title),
        "params": _table("params"),
        "labels": replace(_table("labels"), keys=dict.fromkeys(labelled, _LABELS)),
        **_TABLES,
    }


_TABLES: Keys = {
    "checks": _table(
        "checks",
        literal_numerals=Key(
            _TEXTS,
            "must be a list of regular expressions",
            "literal_numerals = ['ISO [0-9]+']",
            item_mistake=_pattern_mistake,
        ),
    ),
    "output": _table(
        "output",
        keep=Key(
            _TEXTS,
            "must be a list of files and folders in the output",
            'keep = ["CNAME", "downloads/"]',
            item_mistake=_kept_mistake,
        ),
    ),
    "files": _table(
        "files",
        allow=Key(
            _TEXTS,
            "must be a list of extensions and paths",
            'allow = [".kml", "map.html"]',
            item_mistake=_allowed_mistake,
        ),
    ),
    "charts": _table(
        "charts",
        time_limit=Key(
            where(_is_seconds),
            f"must be a number of seconds from 1 to {_MOST_SECONDS:,}",
            f"time_limit = {_CHART_SECONDS}",
        ),
    ),
}


def load_settings(content: Path, base_url: str, problems: list[Problem]) -> Settings:
    """Read `content/site.toml`; `base_url`, if not empty, overrides the one in the file.

    Mistakes are added to `problems`, and replaced by defaults. Raises SiteError if the file is missing or isn't TOML.
    """
    path = content / "site.toml"
    if not path.is_file():
        hint = (
            f"create it with `languages`, `base_url`, `[title]`, or choose another folder than {content} with --content"
        )
        raise SiteError([Problem("settings-missing", "no such file", Span(path.as_posix()), hint)])
    if problem := readable_problem(path, content):
        raise SiteError([problem])
    return _settings(load_toml(read_text(path, path.as_posix())), base_url, problems)


def _settings(located: LocatedMapping, base_url: str, problems: list[Problem]) -> Settings:
    whole = Span(located.source.name)
    reader = KeyedReader(located, problems, "settings-value", "settings-key", whole=whole)
    listed = located.values.get("languages")
    codes: list[str] = listed if isinstance(listed, list) and is_list_of(listed, str) else []
    languages = tuple(code for code in dict.fromkeys(codes) if _is_locale(code))
    known = bool(languages) and len(languages) == len(codes)
    labels = located.values.get("labels")
    labelled = labels if isinstance(labels, dict) and not known else languages
    keys = dict(site_keys(languages if known else (), labelled))
    if base_url:
        keys["base_url"] = ANY
    values = reader.read(located.values, keys)
    if len(set(codes)) < len(codes):
        reader.problem("a language is listed twice", "languages")
    if base_url and not _is_base_url(base_url):
        message = f'"{base_url}" is not a valid address for a site'
        problems.append(Problem("settings-value", message, Span("--base-url"), _BASE_URL_HINT))
    address = base_url or values.get("base_url")
    checks, output, files, charts = (values.get(name, {}) for name in ("checks", "output", "files", "charts"))
    kept = (unicodedata.normalize("NFC", path.removesuffix("/")) for path in output.get("keep", ()))
    return Settings(
        languages=languages or ("en",),
        base_url=f"{address}".rstrip("/") + "/" if _is_base_url(address) else "https://example.org/",
        navigation=(*_links(values, "nav"), *_links(values, "footer")),
        **{name: values.get(name, {}) for name in ("title", "description", "notice", "params", "labels")},
        literal_numerals=tuple(checks.get("literal_numerals", ())),
        keep=tuple(dict.fromkeys(kept)),
        published=frozenset(item.lower() if item.startswith(".") else item for item in files.get("allow", ())),
        chart_seconds=charts.get("time_limit", _CHART_SECONDS),
        located=located,
        languages_known=known,
    )


def _links(values: Mapping[str, Any], group: Literal["nav", "footer"]) -> Iterator[NavigationItem]:
    for index, item in enumerate(values.get(group, ())):
        if "page" in item:
            yield NavigationItem(item["page"], item.get("title", {}), group, index)
