"""Jinja2 for layouts: records which templates and assets a page uses, and renders the author's texts in them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template, Undefined, pass_context
from jinja2.runtime import Context

from ..facts import Reader
from ..language import sorting_filters
from ..problems import UnknownNameError, did_you_mean
from .compiled import CodeMemo
from .template_problems import kind_of

_PRINTABLE = (str, int, float, Undefined, Decimal, datetime.date, list, tuple, dict)


@pass_context
def _md(context: Context, text: str, inline: bool = False) -> object:
    return context["_texts"].html(str(text), inline)


@pass_context
def _text(context: Context, text: str) -> str:
    return str(context["_texts"].text(str(text)))


class _Templates(Environment):
    """Jinja2 for layouts; records every template that is asked for."""

    def __init__(self, read: Reader, **given: Any) -> None:
        super().__init__(**given)
        self._read = read

    def get_template(self, name: Any, *given: Any, **named: Any) -> Template:
        self._read.template(str(name))
        return super().get_template(name, *given, **named)

    def select_template(self, names: Any, *given: Any, **named: Any) -> Template:
        names = list(names)
        for name in names:
            self._read.template(str(name))
        return super().select_template(names, *given, **named)


Templates = Mapping[str, tuple[str, bytes]]
"""The path and the bytes of each template, by its name below the folder of templates."""


def read_templates(folders: Sequence[Path]) -> Templates:
    """All templates in these folders; earlier folders win.

    All are read before any page is: a template saved during a build counts for the next one.
    """
    found: dict[str, tuple[str, bytes]] = {}
    for folder in reversed(folders):
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and not name.startswith("assets/"):
                found[name] = path.as_posix(), path.read_bytes()
    return found


def _printable(value: object) -> object:
    """What `{{ value }}` prints. Raises TypeError for a page, a function, or anything else that is no text."""
    if value is None or isinstance(value, _PRINTABLE):
        return value
    raise TypeError(f"{{{{ … }}}} prints a {kind_of(value)}, which is no text: print one of its parts")


def layout_environment(
    templates: Templates, integrity_of: Callable[[str], str], read: Reader, codes: CodeMemo
) -> Environment:
    """The environment for a site's layouts. `integrity_of` gives the hash of a script in `assets/`."""

    def source(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        path, content = templates.get(name, ("", None))
        return None if content is None else (content.decode(), path, lambda: True)

    def asset(name: str) -> str:
        """The address of a file in `assets/`. Raises UnknownNameError."""
        path = read.asset(name)
        if path is None:
            raise UnknownNameError(f'no file "{name}" below assets/', did_you_mean(name, read.assets()))
        return read.local(path)

    def integrity(name: str) -> str:
        """The hash of a script in `assets/`. Raises KeyError."""
        read.asset(name)
        return integrity_of(name)

    environment = _Templates(
        read,
        loader=FunctionLoader(source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=codes,
        finalize=_printable,
    )
    # random output would differ from build to build
    del environment.globals["lipsum"], environment.filters["random"]
    environment.globals.update(asset=asset, integrity=integrity)
    environment.filters.update(sorting_filters())
    environment.filters.update({"md": _md, "md_inline": pass_context(partial(_md, inline=True)), "text": _text})
    return environment
