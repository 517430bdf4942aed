"""The command line: arguments, progress on standard error, problems on standard output, exit statuses.

0: nothing wrong; 1: problems found; 2: wrong usage.
"""

from __future__ import annotations

import datetime
import io
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from . import __version__
from .new_page import create_page
from .output_folder import check_output_folder, manifest, replace_output
from .pipeline import BuildOptions, BuiltSite, build_site
from .problems import Problem, ProblemFormat, SiteError, Span, format_problems

TOOLS = ("altair", "babel", "jinja2", "markdown", "selectolax", "vl-convert-python")


class _DefaultToBuild(click.Group):
    """`build.py --drafts` is `build.py build --drafts`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ("--help", "--version", "-h")):
            args = ["build", *args]
        return super().parse_args(ctx, args)


@dataclass(frozen=True)
class Arguments:
    """The common options, as given."""

    root: Path
    content: Path
    templates: Path | None
    base_url: str
    drafts: bool
    strict: bool
    form: ProblemFormat
    quiet: bool
    verbose: bool

    def options(self, preview: bool = False) -> BuildOptions:
        """What the pipeline is to do. Raises SiteError for a folder that isn't there."""
        if not self.content.is_dir():
            hint = "name the folder that holds site.toml with --content"
            raise SiteError([Problem("content-missing", "no such folder", Span(self.content.as_posix()), hint)])
        return BuildOptions(
            content=self.content,
            templates=_template_folders(self.root, self.templates),
            today=build_date(os.environ.get("SOURCE_DATE_EPOCH", "")),
            base_url=self.base_url,
            drafts=self.drafts or preview,
            strict=self.strict,
            preview=preview,
        )

    def say(self, text: str) -> None:
        """Progress, for people."""
        if not self.quiet:
            click.echo(text, err=True)


def run(root: Path) -> None:
    """The command line of the project in `root`; ends the process."""
    _prepare_process()
    cli(obj=root, prog_name=Path(sys.argv[0]).name)


def main() -> None:
    """The installed command `sitegen`: the project is the folder it is called in."""
    _prepare_process()
    cli(obj=Path.cwd(), prog_name="sitegen")


def _prepare_process() -> None:
    """Let a stream that knows no Vietnamese print what it can, and SIGTERM tidy up like Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))


def build_date(epoch: str) -> datetime.date:
    """The day a build counts as today: that of SOURCE_DATE_EPOCH when it is set, else the clock's, in UTC.

    Raises click.UsageError when SOURCE_DATE_EPOCH is no such number.
    """
    try:
        moment = int(epoch) if epoch else int(time.time())
        return datetime.datetime.fromtimestamp(moment, tz=datetime.UTC).date()
    except (ValueError, OverflowError, OSError) as error:
        message = f"SOURCE_DATE_EPOCH is no number of seconds since 1970: {epoch}"
        raise click.UsageError(message) from error


def _template_folders(root: Path, given: Path | None) -> tuple[Path, ...]:
    """Where templates are looked for, in order: the folder given, the project's, the package's own."""
    if given is not None and not given.is_dir():
        raise SiteError([Problem("templates-missing", "no such folder", Span(given.as_posix()))])
    packaged = Path(str(files("sitegen"))) / "_templates"
    own = root / "templates"
    folders = [folder for folder in (given, _shown(own), packaged) if folder is not None and folder.is_dir()]
    return tuple(dict.fromkeys(folders[:2] if own.is_dir() else folders))


def _shown(path: Path) -> Path:
    """A path as people write it: below the working folder where it is."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    folder = click.Path(file_okay=False, path_type=Path)
    decorators = [
        click.option("--content", type=folder, help="The site to build: a folder with site.toml.  [content]"),
        click.option("--templates", type=folder, help="Templates that go over the shipped ones."),
        click.option("--base-url", default="", help="The address the site will have, e.g. https://example.org/repo/"),
        click.option("--drafts", is_flag=True, help="Build drafts and pages of the future too."),
        click.option("--strict", is_flag=True, help="Take warnings for errors."),
        click.option(
            "--format",
            "form",
            type=click.Choice(["text", "json", "github"]),
            default="text",
            help="How problems are printed.",
        ),
        click.option("-q", "--quiet", is_flag=True, help="Say nothing but problems."),
        click.option("-v", "--verbose", is_flag=True, help="Name every file."),
    ]
    for decorator in reversed(decorators):
        command = decorator(command)
    return command


def _arguments(root: Path, given: dict[str, Any]) -> Arguments:
    content = given.pop("content") or root / "content"
    return Arguments(root=root, content=_shown(content), **given)


def _print(problems: tuple[Problem, ...], form: ProblemFormat) -> None:
    text = format_problems(problems, form)
    if text:
        click.echo(text)


def _fail(error: SiteError, arguments: Arguments) -> None:
    _print(error.problems, arguments.form)
    errors = sum(problem.severity == "error" for problem in error.problems)
    warnings = len(error.problems) - errors
    arguments.say(f"{_count(errors, 'error')}, {_count(warnings, 'warning')}")
    sys.exit(1)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


@click.group(cls=_DefaultToBuild, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sitegen")
def cli() -> None:
    """Build a static report site from Markdown and data. Without a verb: build."""


@cli.command()
@click.option("--output", type=click.Path(path_type=Path), help="Where the site is put.  [output]")
@_common
@click.pass_obj
def build(root: Path, /, output: Path | None, **given: Any) -> None:
    """Build the site into the output folder, all at once or not at all."""
    arguments = _arguments(root, given)
    target = _shown(output or root / "output")
    started = time.perf_counter()
    try:
        options = arguments.options()
        check_output_folder(target, (options.content, *options.templates))
        site = build_site(options)
        record = manifest(site.artifacts, tool_versions(), os.environ.get("SOURCE_DATE_EPOCH", ""))
        replace_output(target, (*site.artifacts, record))
    except SiteError as error:
        _fail(error, arguments)
        return
    _print(site.warnings, arguments.form)
    if arguments.verbose:
        for artifact in site.artifacts:
            arguments.say(artifact.path)
    seconds = time.perf_counter() - started
    arguments.say(f"{_summary(site)} → {target}{os.sep} in {seconds:.1f} s")


@cli.command()
@_common
@click.pass_obj
def check(root: Path, /, **given: Any) -> None:
    """Do all that a build does, but write nothing."""
    arguments = _arguments(root, given)
    try:
        site = build_site(arguments.options())
    except SiteError as error:
        _fail(error, arguments)
        return
    _print(site.warnings, arguments.form)
    arguments.say(f"{_summary(site)}: nothing wrong")


@cli.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@_common
@click.pass_obj
def serve(root: Path, /, port: int, host: str, **given: Any) -> None:
    """Preview the site, drafts included; it is built again at every save."""
    # tornado and its event loop: no other verb needs them
    from .preview import serve_preview

    arguments = _arguments(root, given)
    try:
        serve_preview(lambda: arguments.options(preview=True), root, host, port, arguments.say)
    except SiteError as error:
        _fail(error, arguments)


@cli.command()
@click.argument("page")
@click.option("--title", default="", help="The title, in every language for a start.")
@click.option("--layout", default="", help="The layout, e.g. listing.")
@_common
@click.pass_obj
def new(root: Path, /, page: str, title: str, layout: str, **given: Any) -> None:
    """Make a new PAGE (e.g. districts/thach-that) in every language of the site, as a draft."""
    arguments = _arguments(root, given)
    try:
        for path in create_page(arguments.content, page, title, layout):
            arguments.say(f"made {path.as_posix()}")
    except SiteError as error:
        _fail(error, arguments)


def tool_versions() -> dict[str, str]:
    """The versions of sitegen and of what decides the bytes it writes."""
    return {"sitegen": __version__, **{name: version(name) for name in TOOLS}}


def _summary(site: BuiltSite) -> str:
    return f"{_count(len(site.pages), 'page')}, {_count(len(site.artifacts), 'file')}"
