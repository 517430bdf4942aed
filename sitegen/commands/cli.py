"""The command line: arguments, progress on standard error, problems on standard output, exit statuses.

0: nothing wrong; 1: problems found; 2: wrong usage; 130, 143 and 129: ended by Ctrl-C, SIGTERM or a closed terminal.
Each verb imports what it needs: a build that has nothing to do is done before any of it would be there.
"""

from __future__ import annotations

import atexit
import errno
import gc
import os
import sys
import time
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from .. import __version__
from ..problems import SiteError, prepare_streams, print_result, say
from ..processes import end_tidily
from ..storage import BuildRequest, Store
from .arguments import arguments as read_arguments
from .arguments import common, count, print_problems, shown, tally


class _DefaultToBuild(click.Group):
    """`build.py --drafts` is `build.py build --drafts`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ("--help", "--version", "-h")):
            args = ["build", *args]
        return super().parse_args(ctx, args)


def run(root: Path) -> None:
    """The command line of the project in `root`; ends the process."""
    _prepare_process()
    _end(cli, obj=root, prog_name=Path(sys.argv[0]).name)


def main() -> None:
    """The installed command `sitegen`: the project is the folder it is called in."""
    _prepare_process()
    _end(cli, obj=Path.cwd(), prog_name="sitegen")


def _end(command: click.Group, **given: Any) -> None:
    """Run the command, and end the process without giving back each value of a large site by itself."""
    try:
        command(**given)
    except OSError as error:
        # of standard output, where the help can't be written: what a verb meets with it tells itself
        if error.filename is not None or error.errno not in (errno.ENOSPC, errno.EIO, errno.EBADF):
            raise
        say(f"can't write to standard output: {error.strerror}")
        sys.exit(1)
    except SystemExit as ending:
        # whoever traces or profiles the process writes his report after it
        if isinstance(ending.code, int | None) and not sys.gettrace() and not sys.getprofile():
            atexit._run_exitfuncs()
            for stream in (sys.stdout, sys.stderr):
                with suppress(OSError, ValueError):
                    stream.flush()
            os._exit(ending.code or 0)
        raise


def _prepare_process() -> None:
    # a build makes very many values and few circles: to look for those as often as usual takes a quarter of the time
    gc.set_threshold(1_000_000, 50, 50)
    prepare_streams()
    end_tidily()
    if sys.flags.optimize > 1 and os.name == "posix":
        # Altair is made from its own docstrings, which -OO takes away: https://docs.python.org/3/using/cmdline.html
        program = ["-m", "sitegen"] if Path(sys.argv[0]).name == "__main__.py" else [sys.argv[0]]
        environment = {**os.environ, "PYTHONOPTIMIZE": "1"}
        os.execve(sys.executable, [sys.executable, "-O", *program, *sys.argv[1:]], environment)  # noqa: S606 -- itself


@click.group(cls=_DefaultToBuild, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sitegen")
@click.pass_context
def cli(context: click.Context) -> None:
    """Build a static report site from Markdown and data. Without a verb: build."""
    if isinstance(context.obj, Path) and context.invoked_subcommand != "build":
        # what a killed build has left half done; a build looks after it itself
        from ..storage.output_folder import real_folder, recover

        with suppress(OSError, SiteError):
            recover(real_folder(context.obj / "output"))


@cli.command()
@click.option("--output", type=click.Path(path_type=Path), help="Where the site is put.  [output]")
@common
@click.pass_obj
def build(root: Path, /, output: Path | None, **given: Any) -> None:
    """Build the site into the output folder, all at once or not at all."""
    arguments = read_arguments(root, given)
    target = shown(output or root / "output")
    started = time.perf_counter()
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    with arguments.watched() as progress, closing(Store(arguments.cache)) as store:
        options = arguments.options()
        request = BuildRequest.of(options, target, epoch, store)
        outcome = request.unchanged(store)
        if outcome is None:
            # what a build needs takes longer to import than it takes to see that nothing has changed
            from ..build import build_to

            outcome = build_to(request, store, progress)
    print_problems(outcome.warnings, arguments.form)
    if arguments.verbose:
        from ..storage.output_folder import written_files

        for path in sorted(written_files(target) or ()):
            arguments.say(path)
    if outcome.one_by_one:
        arguments.say(f"this build was not atomic: files were replaced one by one, since {outcome.one_by_one}")
    seconds = time.perf_counter() - started
    pages = f"{count(outcome.pages, 'page')} ({outcome.rendered} rendered, {outcome.pages - outcome.rendered} reused)"
    files = f"{count(outcome.charts, 'chart')}, {count(outcome.files, 'file')} ({outcome.changed} changed)"
    arguments.say(f"{pages}, {files} → {target}{os.sep} in {seconds:.1f} s")


@cli.command()
@click.option("--fix", is_flag=True, help="Write figures in place of numerals that are the value of just one.")
@click.option("--accept-translation", "accept", is_flag=True, help="Record that translations are up to date.")
@click.argument("pages", nargs=-1)
@common
@click.pass_obj
def check(root: Path, /, fix: bool, accept: bool, pages: tuple[str, ...], **given: Any) -> None:
    """Do all that a build does and more, but write nothing: numerals, directions, and the languages as equals.

    PAGES are keys of pages whose translations are accepted; all of them when none is named.
    """
    from ..build import build_site
    from .mending import accept_translations, fix_numerals

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


@cli.command()
@click.argument("name")
@common
@click.pass_obj
def explain(root: Path, /, name: str, **given: Any) -> None:
    """Say what a page, a figure or a file of the output was made from, and what a figure ends up in.

    NAME is a page's key, a figure's id, or a path in the output, e.g. vi/results/index.html.
    """
    from ..build import explained, made_of_site

    arguments = read_arguments(root, given)
    with arguments.watched() as progress:
        options = replace(arguments.options(), remember=False)
        explanation = made_of_site(options, lambda site: explained(name, site, options.templates), progress)
    print_result(explanation.json() if arguments.form == "json" else explanation.text())


@cli.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@common
@click.pass_obj
def serve(root: Path, /, port: int, host: str, **given: Any) -> None:
    """Preview the site, drafts included; it is built again at every save."""
    from .preview import serve_preview

    arguments = read_arguments(root, given)
    with arguments.watched():
        serve_preview(arguments, host, port)


@cli.command()
@click.argument("page")
@click.option("--title", default="", help="The title, in every language for a start.")
@click.option("--layout", default="", help="The layout, e.g. listing.")
@common
@click.pass_obj
def new(root: Path, /, page: str, title: str, layout: str, **given: Any) -> None:
    """Make a new PAGE (e.g. districts/thach-that) in every language of the site, as a draft."""
    from .new_page import create_page

    arguments = read_arguments(root, given)
    with arguments.watched():
        for path in create_page(arguments.content, page, title, layout):
            arguments.say(f"made {path.as_posix()}")
