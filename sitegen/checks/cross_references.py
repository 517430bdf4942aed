"""What must fit between files, before anything is rendered: areas of pages, pages of the navigation, tiles."""

from __future__ import annotations

from collections.abc import Iterator

from ..content import Addresses
from ..problems import Problem, did_you_mean


def cross_reference_problems(addresses: Addresses) -> Iterator[Problem]:
    """An unknown area in front matter, an unknown page in the navigation of site.toml."""
    areas = addresses.dataset.areas
    for page in addresses.content.written:
        if page.area and addresses.dataset.is_unknown(page.area, areas):
            message = f'no area "{page.area}"'
            yield Problem("area-unknown", message, page.span("area"), did_you_mean(page.area, areas))
    yield from _shared_tiles(addresses)
    settings = addresses.settings
    keys = {page.key for page in addresses.content.pages}
    unreadable = addresses.content.unreadable_keys
    drafts = {page.key for page in addresses.content.held_back}
    for item in settings.navigation:
        if item.page not in keys and item.page not in unreadable:
            hint = "it is a draft" if item.page in drafts else did_you_mean(item.page, keys)
            span = settings.located.span(item.group, item.index, "page")
            yield Problem("page-unknown", f'no page "{item.page}"', span, hint)


def _shared_tiles(addresses: Addresses) -> Iterator[Problem]:
    """Two areas on one tile of the map, of which one would hide the other."""
    table = addresses.dataset.tables.get("areas")
    taken: dict[tuple[int, int], str] = {}
    for area in addresses.dataset.areas.values():
        if table and area.tile_row and area.tile_column:
            owner = taken.setdefault((area.tile_row, area.tile_column), area.id)
            if owner != area.id:
                message = f'"{area.id}" is on the tile of "{owner}"'
                yield Problem("tile-shared", message, table.source.find_word(area.id), "give each area its own tile")
