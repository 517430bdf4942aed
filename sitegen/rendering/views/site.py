"""A site and its pages as templates and bodies see them: plain texts, and nothing that can touch a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from ...facts import PagePart, Reader
from ...language import FigureFormat
from ...model import Area, Heading, PrintedText, View, in_language
from ...problems import SiteError, UnknownNameError, did_you_mean
from .data import AreaView, DataView

_MOST_VIEWS = 5_000
_T = TypeVar("_T")


@dataclass(frozen=True)
class LinkView:
    title: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class TranslationView:
    language: str
    name: str
    url: str
    canonical: str
    current: bool


@dataclass(frozen=True)
class OriginalView:
    title: str
    url: str
    language_name: str


class _Asked(Generic[_T]):
    """An attribute that is read anew each time, so that whatever shows it is known to depend on it."""

    def __init__(self, value: Callable[[Any], _T]) -> None:
        self._value = value

    def __get__(self, view: View, kind: type) -> _T:
        return self._value(view)


class _PageList(View, Sequence["PageView"]):
    """The pages of a language; using the list is recorded as a read of it."""

    def __init__(self, site: SiteView) -> None:
        self._site = site

    def _keys(self) -> Sequence[str]:
        return self._site._read.pages(self._site.language)

    def __len__(self) -> int:
        return len(self._keys())

    def __getitem__(self, place: Any) -> Any:
        found = self._keys()[place]
        return self._site._page(found) if isinstance(found, str) else [self._site._page(key) for key in found]


class SiteView(View):
    """A site in one language, as its templates see it."""

    def __init__(self, read: Reader, form: FigureFormat) -> None:
        self._read, self._form = read, form
        self._views: dict[str, PageView] = {}
        self.language = form.language
        self.language_name = form.language_name
        self.languages, self.base_path, self.base_url = read.languages, read.base_path, read.base_url
        self.home_url = read.local(read.home(self.language))

    def _setting(self, name: str) -> str:
        return in_language(self._read.setting(name), self.language)

    title = _Asked[str](lambda site: site._setting("title"))
    description = _Asked[str](lambda site: site._setting("description"))
    notice = _Asked[str](lambda site: site._setting("notice"))
    params = _Asked[Mapping[str, Any]](lambda site: site._read.setting("params"))
    content_policy = _Asked[str](lambda site: site._read.policy())
    """For the `<meta>` of every page."""
    release = _Asked[str](lambda site: str(site._read.release()))
    """The version in the data's descriptor."""

    @property
    def feed_url(self) -> str:
        """The Atom feed of this language; empty if no page has a date."""
        return f"{self.home_url}feed.xml" if self._read.has_dated_pages() else ""

    @property
    def figures_url(self) -> str:
        """The list of all figures; empty if there are none."""
        return self._read.local(self._read.figure_url("", self.language)) if self._read.has_figures() else ""

    @property
    def pages(self) -> Sequence[PageView]:
        return _PageList(self)

    @cached_property
    def data(self) -> DataView:
        return DataView(self._read, self._form, self._page)

    def _page(self, key: str) -> PageView:
        """The page with a known key."""
        if key not in self._views:
            if len(self._views) > _MOST_VIEWS:
                self._views.clear()
            self._views[key] = PageView(key, self)
        return self._views[key]

    def find_page(self, key: str) -> PageView:
        """The page with a key. Raises UnknownNameError if there is none, SiteError if it was left out."""
        state = self._read.exists(self.language, key)
        if state == "yes":
            return self._page(key)
        if state == "left out":
            raise SiteError([])
        raise UnknownNameError(f'no page "{key}"', did_you_mean(key, self._read.pages(self.language)))

    def children(self, page: PageView) -> Sequence[PageView]:
        """The subpages of a page, by weight, then title."""
        return [self._page(key) for key in self._read.children(self.language, page.key)]

    def navigation(self, group: str, page: PageView) -> Sequence[LinkView]:
        """The links of the header (`nav`) or footer; those to `page` or above it are marked as current."""
        links = []
        for item in self._read.setting("navigation"):
            if item.group == group and self._has_page(item.page):
                target = self._page(item.page)
                title = in_language(item.title, self.language) or target.title
                current = page.key == target.key or page.key.startswith(f"{target.key}/")
                links.append(LinkView(title, target.url, current))
        return links

    def _has_page(self, key: str) -> bool:
        return self._read.exists(self.language, key) == "yes"

    def _name(self, language: str) -> str:
        """The name of a language in that language."""
        return FigureFormat(language, self._form.labels).language_name


class PageView(View):
    """A page as its template, and other pages, see it."""

    def __init__(self, key: str, site: SiteView) -> None:
        self._site = site
        self.headings: Sequence[Heading] = ()
        self.key, self.language = key, site.language

    def _part(self, name: PagePart) -> Any:
        return self._site._read.page(self.language, self.key, name)

    layout = _Asked[str](lambda page: page._part("layout"))
    theme = _Asked[str](lambda page: page._part("theme"))
    """`light` or `dark` for a page that ignores its reader's setting."""
    params = _Asked[Mapping[str, Any]](lambda page: page._part("params"))
    draft = _Asked[bool](lambda page: page._part("draft"))
    weight = _Asked[int](lambda page: page._part("weight"))
    date = _Asked[str](lambda page: str(page._part("date") or ""))
    lastmod = _Asked[str](lambda page: str(page._part("lastmod") or ""))
    """Dates are ISO 8601, or empty."""
    title = _Asked[str](lambda page: page._printed(page._part("title")))
    description = _Asked[str](lambda page: page._printed(page._part("description")))
    url = _Asked[str](lambda page: page._site._read.local(page._part("url")))
    canonical = _Asked[str](lambda page: page._site._read.absolute(page._part("url")))
    nav = _Asked[Sequence[LinkView]](lambda page: page._site.navigation("nav", page))
    footer = _Asked[Sequence[LinkView]](lambda page: page._site.navigation("footer", page))

    def _printed(self, text: PrintedText) -> str:
        self._site._read.record.named.update(text.figures)
        return text.text

    @property
    def area(self) -> AreaView | None:
        """The area in the front matter; if its row was left out, its id stands for its name."""
        key, data = self._part("area"), self._site.data
        if not key:
            return None
        found = data.area(key)
        if found or not self._site._read.lost(key):
            return found
        return AreaView(Area(key, {"": key}, {"": key}, {}, "", "", None, None), data)

    @property
    def outdated(self) -> OriginalView | None:
        """The original, if it is newer than this translation."""
        read = self._site._read
        original = read.original(self.language, self.key)
        if original is None:
            return None
        url, title = original
        return OriginalView(self._printed(title), read.local(url), self._site._name(read.languages[0]))

    @property
    def translations(self) -> Sequence[TranslationView]:
        read = self._site._read
        return [
            TranslationView(code, self._site._name(code), read.local(url), read.absolute(url), code == self.language)
            for code, url in read.translations(self.language, self.key).items()
        ]

    @property
    def breadcrumbs(self) -> Sequence[PageView]:
        """The pages above this one, home first; none on the home page."""
        if self.key == "index":
            return []
        parts = self.key.split("/")
        keys = ("index", *("/".join(parts[:length]) for length in range(1, len(parts))))
        return [self._site._page(key) for key in keys if self._site._has_page(key)]
