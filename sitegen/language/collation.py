"""Collation: how names are sorted in a language, in lists and in templates.

Uses ICU, which has CLDR's rules: in Vietnamese An Biên, Ân Thi, Dương Nội, Đông Anh, Ơ Mơ, Zeta.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

import icu
from jinja2 import pass_context
from jinja2.filters import make_attrgetter, make_multi_attrgetter
from jinja2.runtime import Context


def sort_key(text: str, language: str) -> bytes:
    """The collation key of a text in a language; "" stands for the root collation."""
    return bytes(_collator(language).getSortKey(text))


@cache
def _collator(language: str) -> Any:
    return icu.Collator.createInstance(icu.Locale.forLanguageTag(language))


def sorting_filters() -> Mapping[str, Callable[..., object]]:
    """Jinja2's sorting filters, with the collation of the language that is being rendered."""
    return {"sort": _sort, "dictsort": _dictsort, "groupby": _groupby}


def _key_of(context: Context, case_sensitive: bool) -> Callable[[Any], Any]:
    """A sort key: texts by collation, or by code point if `case_sensitive`."""
    language = getattr(context.get("t"), "language", "")

    def key(value: Any) -> Any:
        return sort_key(value.casefold(), language) if isinstance(value, str) and not case_sensitive else value

    return key


@pass_context
def _sort(
    context: Context,
    value: Iterable[Any],
    reverse: bool = False,
    case_sensitive: bool = False,
    attribute: str | int | None = None,
) -> list[Any]:
    key = make_multi_attrgetter(context.environment, attribute, postprocess=_key_of(context, case_sensitive))
    return sorted(value, key=key, reverse=reverse)


@pass_context
def _dictsort(
    context: Context, value: Mapping[Any, Any], case_sensitive: bool = False, by: str = "key", reverse: bool = False
) -> list[tuple[Any, Any]]:
    if by not in ("key", "value"):
        raise ValueError('dictsort sorts by "key" or by "value"')
    key, place = _key_of(context, case_sensitive), int(by == "value")
    return sorted(value.items(), key=lambda item: key(item[place]), reverse=reverse)


class _Group(NamedTuple):
    """A group's common value and its items; it prints as both, as Jinja2's own does."""

    grouper: Any
    list: list[Any]


@pass_context
def _groupby(
    context: Context, value: Iterable[Any], attribute: str | int, default: Any = None, case_sensitive: bool = False
) -> list[_Group]:
    own = make_attrgetter(context.environment, attribute, default=default)
    key = make_attrgetter(context.environment, attribute, postprocess=_key_of(context, case_sensitive), default=default)
    groups = (list(items) for _, items in groupby(sorted(value, key=key), key))
    return [_Group(own(items[0]), items) for items in groups]
