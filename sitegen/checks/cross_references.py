"""References between files, checked before anything is rendered: areas of pages, pages of the navigation, map tiles."""

from __future__ import annotations

from collections.abc import Iterator

from ..content import Addresses
from ..problems import Problem, did_you_mean


def cross_reference_problems(addresses: Addresses) -> Iterator[Problem]:
    """Unknown areas in front matter, unknown pages in the navigation, map tiles with two areas."""
    settings, content, dataset = addresses.settings, addresses.content, addresses.dataset
    for page in content.written:
        if page.area and dataset.is_unknown(page.area, dataset.areas):
            message, hint = f'no area "{page.area}"', did_you_mean(page.area, dataset.areas)
            yield Problem("area-unknown", message, page.span("area"), hint)
    table = dataset.tables.get("areas")
    owners: dict[tuple[int, int], str] = {}
    for area in dataset.areas.values():
        if table and area.tile_row and area.tile_column:
            owner = owners.setdefault((area.tile_row, area.tile_column), area.id)
            if owner != area.id:
                message = f'"{area.id}" is on the tile of "{owner}"'
                yield Problem("tile-shared", message, table.source.find_word(area.id), "give each area its own tile")
    keys = {page.key for page in content.pages}
    drafts = {page.key for page in content.held_back}
    for item in settings.navigation:
        if item.page not in keys and item.page not in content.unreadable_keys:
            hint = "it is a draft" if item.page in drafts else did_you_mean(item.page, keys)
            span = settings.located.span(item.group, item.index, "page")
            yield Problem("page-unknown", f'no page "{item.page}"', span, hint)
