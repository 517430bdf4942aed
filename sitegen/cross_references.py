"""Names that one file has from another, before anything is rendered: areas of pages, pages of the navigation."""

from __future__ import annotations

from collections.abc import Iterator

from .addresses import Addresses
from .problems import Problem, did_you_mean


def cross_reference_problems(addresses: Addresses) -> Iterator[Problem]:
    """An unknown area in front matter, an unknown page in the navigation of site.toml."""
    areas = addresses.dataset.areas
    for page in addresses.content.pages:
        if page.area and addresses.dataset.is_unknown(page.area, areas):
            message = f'no area "{page.area}"'
            yield Problem("area-unknown", message, page.front.span("area"), did_you_mean(page.area, areas))
    settings = addresses.settings
    keys = {page.key for page in addresses.content.pages}
    unreadable = addresses.content.unreadable_keys
    drafts = {page.key for page in addresses.content.held_back}
    for item in settings.navigation:
        if item.page not in keys and item.page not in unreadable:
            hint = "it is a draft" if item.page in drafts else did_you_mean(item.page, keys)
            span = settings.located.span(item.group, item.index, "page")
            yield Problem("page-unknown", f'no page "{item.page}"', span, hint)
