"""`new`: the files of a new page, one a language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from ..content import load_settings
from ..problems import Problem, SiteError, Span
from .arguments import common, read_arguments

_PART = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


@click.command("new")
@click.argument("page")
@click.option("--title", default="", help="The title, the same in every language for now.")
@click.option("--layout", default="", help="The layout, e.g. listing.")
@common
@click.pass_obj
def command(root: Path, /, page: str, title: str, layout: str, **given: Any) -> None:
    """Create the page PAGE (e.g. districts/thach-that) as a draft in every language of the site."""
    arguments = read_arguments(root, given)
    with arguments.watched():
        for path in create_page(arguments.content, page, title, layout):
            arguments.say(f"made {path.as_posix()}")


def create_page(content: Path, key: str, title: str, layout: str) -> list[Path]:
    """Write `content/<key>/index.<language>.md` for each language of the site, and return the paths.

    Raises SiteError for a key with other characters than a-z, 0-9 and hyphens, or for a page that exists.
    """
    parts = key.strip("/").split("/")
    if not all(_PART.match(part) for part in parts):
        hint = "small letters, digits and hyphens, e.g. districts/thach-that"
        raise SiteError([Problem("page-key", f"\"{key}\" can't be a page's address", Span(key), hint)])
    problems: list[Problem] = []
    settings = load_settings(content, "", problems)
    folder = content.joinpath(*parts)
    paths = [folder / f"index.{language}.md" for language in settings.languages]
    taken = [path for path in (*paths, *folder.parent.glob(f"{folder.name}.*.md")) if path.exists()]
    problems += (Problem("page-exists", "the page is there already", Span(path.as_posix())) for path in taken)
    if problems:
        raise SiteError(problems)
    name = title or parts[-1].replace("-", " ").capitalize()
    lines = [
        "---",
        f'title: "{_quoted(name)}"',
        'description: ""',
        *([f"layout: {layout}"] if layout else []),
        "draft: true",
        "---",
        "",
    ]
    folder.mkdir(parents=True, exist_ok=True)
    for path in paths:
        path.write_text("\n".join(lines), encoding="utf-8")
    return paths


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
