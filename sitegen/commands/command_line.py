"""The command line: verbs, progress on standard error, problems on standard output, exit statuses.

0: nothing wrong; 1: problems found; 2: wrong usage; 130, 143 and 129: ended by Ctrl-C, SIGTERM or a closed terminal.
"""

from __future__ import annotations

import atexit
import errno
import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from .. import __version__
from ..problems import SiteError, prepare_streams, say
from ..processes import end_tidily

VERBS = ("build", "check", "explain", "new", "serve")


class _Verbs(click.Group):
    """Imports the module of a verb when it is called: a build with nothing to do takes no longer than its imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        command: click.Command | None = import_module(f".{name}", __package__).command if name in VERBS else None
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # `build.py --drafts` is `build.py build --drafts`
        if not args or (args[0].startswith("-") and args[0] not in ("--help", "--version", "-h")):
            args = ["build", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sitegen")
@click.pass_context
def cli(context: click.Context) -> None:
    """Build a static report site from Markdown and data. The default command is build."""
    if isinstance(context.obj, Path) and context.invoked_subcommand != "build":
        # finish what a killed build has left half done; a build does so itself
        from ..storage.output_folder import real_folder, recover

        with suppress(OSError, SiteError):
            recover(real_folder(context.obj / "output"))


def run(root: Path) -> None:
    """The command line of the project in `root`; ends the process."""
    _prepare_process()
    _end(cli, obj=root, prog_name=Path(sys.argv[0]).name)


def main() -> None:
    """The installed command `sitegen`, of the project in the current folder; ends the process."""
    _prepare_process()
    _end(cli, obj=Path.cwd(), prog_name="sitegen")


def _end(command: click.Group, **given: Any) -> None:
    """Run the command, and end the process without freeing the values of a large site one by one."""
    try:
        command(**given)
    except OSError as error:
        # from standard output, when the help can't be written; verbs report their own
        if error.filename is not None or error.errno not in (errno.ENOSPC, errno.EIO, errno.EBADF):
            raise
        say(f"can't write to standard output: {error.strerror}")
        sys.exit(1)
    except SystemExit as ending:
        # tracers and profilers write their reports later
        if isinstance(ending.code, int | None) and not sys.gettrace() and not sys.getprofile():
            atexit._run_exitfuncs()
            for stream in (sys.stdout, sys.stderr):
                with suppress(OSError, ValueError):
                    stream.flush()
            os._exit(ending.code or 0)
        raise


def _prepare_process() -> None:
    # a build makes very many objects and few cycles: collecting as often as usual takes a quarter of the time
    gc.set_threshold(1_000_000, 50, 50)
    prepare_streams()
    end_tidily()
    if sys.flags.optimize > 1 and os.name == "posix":
        # Altair needs its docstrings, which -OO removes: https://docs.python.org/3/using/cmdline.html
        program = ["-m", "sitegen"] if Path(sys.argv[0]).name == "__main__.py" else [sys.argv[0]]
        environment = {**os.environ, "PYTHONOPTIMIZE": "1"}
        os.execve(sys.executable, [sys.executable, "-O", *program, *sys.argv[1:]], environment)  # noqa: S606 -- itself
