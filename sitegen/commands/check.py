"""`check`: all that a build checks and more; on request it writes figures for numerals, and accepts translations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from ..build import build_site, read_inputs
from ..checks.prose import fixed_sources
from ..content import RECORD, accepted_record, load_settings
from ..problems import Problem
from ..storage import BuildOptions
from .arguments import common, count, print_problems, read_arguments, tally


@click.command("check")
@click.option("--fix", is_flag=True, help="Replace numerals that are the value of just one figure by that figure.")
@click.option("--accept-translation", "accept", is_flag=True, help="Record that translations are up to date.")
@click.argument("pages", nargs=-1)
@common
@click.pass_obj
def command(root: Path, /, fix: bool, accept: bool, pages: tuple[str, ...], **given: Any) -> None:
    """Check all that a build does and more, without writing: numerals, directions, parity of the languages.

    PAGES are the keys of pages whose translations to accept (default: all).
    """
    arguments = read_arguments(root, given)
    if pages and not accept:
        raise click.UsageError("PAGES are for --accept-translation")
    with arguments.watched() as progress:
        options = arguments.options(thorough=True)
        if accept:
            arguments.say(f"{count(accept_translations(options, pages), 'translation')} accepted")
        if fix:
            for path, number in fix_numerals(options):
                arguments.say(f"{path}: {count(number, 'numeral')} bound")
        site = build_site(options, progress)
    print_problems(site.warnings, arguments.form)
    found = tally(site.warnings) if site.warnings else "nothing wrong"
    arguments.say(f"{count(len(site.pages), 'page')}, {count(len(site.charts), 'chart')}: {found}")


def fix_numerals(options: BuildOptions) -> Iterator[tuple[str, int]]:
    """Write `fig` in place of numerals that are the value of just one figure; yield each file and how many it had.

    A BOM and CRLF line ends are kept. Raises SiteError.
    """
    problems: list[Problem] = []
    inputs = read_inputs(options, load_settings(options.content, options.base_url, problems), problems)
    for name, text in fixed_sources(inputs.settings, inputs.content, inputs.as_written, inputs.formats).items():
        path = Path(name)
        raw = path.read_bytes()
        bom = "\ufeff" if raw.startswith(b"\xef\xbb\xbf") else ""
        line_end = "\r\n" if b"\r\n" in raw else "\n"
        before = raw.decode("utf-8").count("fig(")
        path.write_bytes((bom + text.replace("\n", line_end)).encode())
        yield name, text.count("fig(") - before


def accept_translations(options: BuildOptions, keys: Sequence[str]) -> int:
    """Record the translations of these pages, or of all, as up to date with their originals. Returns how many.

    Raises SiteError for a page that isn't there.
    """
    inputs = read_inputs(options, load_settings(options.content, options.base_url, []), [])
    text, number = accepted_record(options.content, inputs.content, inputs.settings, keys)
    (options.content / RECORD).write_text(text, encoding="utf-8")
    return number
