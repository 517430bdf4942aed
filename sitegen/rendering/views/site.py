"""A site and its pages as templates and bodies see them: plain texts, and nothing that can touch a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from ...content import Addresses
from ...language import FigureFormat, sort_key
from ...model import Area, Heading, Page, PrintedText, Reads, View, in_language
from ...problems import SiteError, did_you_mean
from .data import DataView
from .tables import AreaView, Edition

_MOST_VIEWS = 5_000
Texts = Mapping[tuple[str, str], tuple[PrintedText, PrintedText]]
"""The titles and descriptions of pages as they are printed, by language and key."""


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
    """The page that another one was translated from."""

    title: str
    url: str
    language_name: str


class _PageList(View, Sequence["PageView"]):
    """Pages, of which it counts as a read how many there are, and which, as soon as that is asked."""

    def __init__(self, pages: Callable[[], Sequence[PageView]], reads: Reads, language: str) -> None:
        self._pages, self._reads, self._language = pages, reads, language

    def _read(self) -> Sequence[PageView]:
        self._reads.add("pages", self._language)
        return self._pages()

    def __len__(self) -> int:
        return len(self._read())

    def __getitem__(self, place: Any) -> Any:
        return self._read()[place]


class SiteView(View):
    """A site in one language, as its templates see it."""

    def __init__(self, addresses: Addresses, form: FigureFormat, texts: Texts, reads: Reads, policy: str = "") -> None:
        self._reads = reads
        self._policy = policy
        self._addresses = addresses
        self._form = form
        self._texts = texts
        self._shown: set[str] = set()
        self._named: set[str] = set()
        self._views: dict[str, PageView] = {}
        self._children: dict[str, Sequence[str]] = {}
        self.language = form.language

    def _text(self, name: str) -> str:
        self._reads.add("setting", name)
        return in_language(getattr(self._addresses.settings, name), self.language)

    @property
    def title(self) -> str:
        return self._text("title")

    @property
    def description(self) -> str:
        return self._text("description")

    @property
    def notice(self) -> str:
        return self._text("notice")

    @property
    def language_name(self) -> str:
        return self._form.language_name

    @property
    def languages(self) -> Sequence[str]:
        return self._addresses.settings.languages

    @property
    def params(self) -> Mapping[str, Any]:
        self._reads.add("setting", "params")
        return self._addresses.settings.params

    @property
    def base_path(self) -> str:
        return self._addresses.settings.base_path

    @property
    def base_url(self) -> str:
        return self._addresses.settings.base_url

    @property
    def home_url(self) -> str:
        return self._addresses.local(self._addresses.home(self.language))

    @property
    def feed_url(self) -> str:
        """The Atom feed of this language; empty where no page has a date."""
        self._reads.add("dated")
        has_feed = self._addresses.has_dated_pages
        return self._addresses.local(self._addresses.home(self.language) + "feed.xml") if has_feed else ""

    @property
    def figures_url(self) -> str:
        """The list of all figures; empty where there are none."""
        self._reads.add("has-figures")
        if not self._addresses.dataset.figures:
            return ""
        return self._addresses.local(self._addresses.figure("", self.language))

    @property
    def content_policy(self) -> str:
        """What every page has to say of itself in a `<meta>`."""
        self._reads.add("policy")
        return self._policy

    @property
    def release(self) -> str:
        """The version of the data, as the package's descriptor has it."""
        self._reads.add("release")
        return str(self._addresses.dataset.descriptor.get("version", ""))

    @property
    def pages(self) -> Sequence[PageView]:
        """Every page of the language."""
        return _PageList(lambda: self._pages, self._reads, self.language)

    @cached_property
    def _pages(self) -> Sequence[PageView]:
        return [self._view(page.key) for page in self._addresses.by_language[self.language]]

    def _view(self, key: str) -> PageView:
        """The page with a key, which there is."""
        if key not in self._views:
            if len(self._views) > _MOST_VIEWS:
                self._views.clear()
            page = self._addresses.pages[self.language, key]
            self._views[key] = PageView(page, self, *self._texts[self.language, key])
        return self._views[key]

    def _of_area(self, area: str) -> PageView | None:
        page = self._addresses.first_page(self.language, "area", area)
        return self._view(page.key) if page else None

    @cached_property
    def _below(self) -> Mapping[str, Sequence[Page]]:
        groups: dict[str, list[Page]] = {}
        for page in self._addresses.by_language[self.language]:
            if page.key not in ("index", "404"):
                groups.setdefault(page.key.rpartition("/")[0] or "index", []).append(page)
        return groups

    def _child_keys(self, key: str) -> Sequence[str]:
        """The keys of the pages right below one, by weight, then title."""
        if key not in self._children:
            pages = sorted(
                self._below.get(key, ()),
                key=lambda page: (page.weight, self._sort_key(page), page.key),
            )
            self._children[key] = [page.key for page in pages]
        return self._children[key]

    def _sort_key(self, page: Page) -> bytes:
        return sort_key(self._texts[page.language, page.key][0].text, page.language)

    def find_page(self, key: str) -> PageView:
        """The page with a key. Raises KeyError when there is none, and SiteError when it was left out."""
        self._reads.add("exists", self.language, key)
        if (self.language, key) in self._addresses.pages:
            return self._view(key)
        if key in self._addresses.content.unreadable_keys:
            raise SiteError([])
        hint = did_you_mean(key, [page.key for page in self._addresses.by_language[self.language]])
        raise KeyError(f'no page "{key}"' + (f"; {hint}" if hint else ""))

    def children(self, page: PageView) -> Sequence[PageView]:
        """The pages right below one, by weight, then title."""
        self._reads.add("children", self.language, page.key)
        return [self._view(key) for key in self._child_keys(page.key)]

    def navigation(self, group: str, page: PageView) -> Sequence[LinkView]:
        """The links of the header (`nav`) or footer, with the one that leads to `page`, or above it, marked."""
        links = []
        self._reads.add("setting", "navigation")
        for item in self._addresses.settings.navigation:
            if item.group == group and self._has_page(item.page):
                target = self.find_page(item.page)
                title = in_language(item.title, self.language) or target.title
                current = page.key == target.key or page.key.startswith(f"{target.key}/")
                links.append(LinkView(title, target.url, current))
        return links

    def _has_page(self, key: str) -> bool:
        self._reads.add("exists", self.language, key)
        return (self.language, key) in self._addresses.pages

    @cached_property
    def data(self) -> DataView:
        return DataView(
            Edition(self._addresses, self._form, self._of_area, self._sources_url, self._shown, self._reads)
        )

    def _sources_url(self) -> str:
        page = self._addresses.first_page(self.language, "layout", "sources")
        return self._view(page.key).url if page else ""


class PageView(View):
    """A page as its template, and other pages, see it."""

    def __init__(self, page: Page, site: SiteView, title: PrintedText, description: PrintedText) -> None:
        self._page = page
        self._site = site
        self._title, self._description = title, description
        self.headings: Sequence[Heading] = ()
        self.key = page.key
        self.language = page.language
        self.theme = page.theme

    def _read(self, name: str) -> Any:
        """A part of its front matter, asked for by whichever page is being rendered."""
        self._site._reads.add("page", self.language, self.key, name)
        return getattr(self._page, name)

    @property
    def layout(self) -> str:
        return str(self._read("layout"))

    @property
    def params(self) -> Mapping[str, Any]:
        return cast("Mapping[str, Any]", self._read("params"))

    @property
    def draft(self) -> bool:
        return bool(self._read("draft"))

    @property
    def weight(self) -> int:
        return int(self._read("weight"))

    @property
    def date(self) -> str:
        """ISO 8601; empty where the page has none."""
        return str(self._read("date") or "")

    @property
    def lastmod(self) -> str:
        """ISO 8601; empty where the page has none."""
        return str(self._read("lastmod") or "")

    @property
    def title(self) -> str:
        self._read("title")
        self._site._named.update(self._title.figures)
        return self._title.text

    @property
    def description(self) -> str:
        self._read("description")
        self._site._named.update(self._description.figures)
        return self._description.text

    @property
    def url(self) -> str:
        return self._site._addresses.local(self._read("url"))

    @property
    def canonical(self) -> str:
        return self._site._addresses.absolute(self._read("url"))

    @property
    def area(self) -> AreaView | None:
        """The area that the front matter names; one whose row was left out keeps its id for a name."""
        key, data = self._read("area"), self._site.data
        if key in self._site._addresses.dataset.left_out:
            return AreaView(Area(key, {"": key}, {"": key}, {}, "", "", None, None), data._edition)
        return data.area(key) if key else None

    @property
    def nav(self) -> Sequence[LinkView]:
        """The main navigation as this page shows it."""
        return self._site.navigation("nav", self)

    @property
    def footer(self) -> Sequence[LinkView]:
        """The links of the footer."""
        return self._site.navigation("footer", self)

    @property
    def outdated(self) -> OriginalView | None:
        """The original of a translation that is older than it; none of any other page."""
        self._site._reads.add("outdated", self.language, self.key)
        if (self.language, self.key) not in self._site._addresses.content.outdated:
            return None
        default = self._site._addresses.settings.default_language
        page = self._site._addresses.translations[self._page.translation_key][default]
        title = self._site._texts[default, page.key][0]
        self._site._named.update(title.figures)
        name = FigureFormat(default, self._site._form.labels).language_name
        return OriginalView(title.text, self._site._addresses.local(page.url), name)

    @property
    def translations(self) -> Sequence[TranslationView]:
        addresses = self._site._addresses
        self._site._reads.add("translations", self._page.translation_key)
        pages = addresses.translations.get(self._page.translation_key, {})
        urls = {language: pages[language].url for language in addresses.settings.languages if language in pages}
        if self._page.figure or self._page.key == "figures":
            urls = {code: addresses.figure(self._page.figure, code) for code in addresses.settings.languages}
        return [
            TranslationView(
                code,
                FigureFormat(code, self._site._form.labels).language_name,
                addresses.local(url),
                addresses.absolute(url),
                code == self.language,
            )
            for code, url in urls.items()
        ]

    @property
    def breadcrumbs(self) -> Sequence[PageView]:
        """The pages above this one, home first; none on the home page."""
        if self.key == "index":
            return []
        parts = self.key.split("/")
        keys = ("index", *("/".join(parts[:length]) for length in range(1, len(parts))))
        return [self._site._view(key) for key in keys if self._site._has_page(key)]
