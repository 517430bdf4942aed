"""`serve`: the site, drafts included, built again at every save and shown by the browser at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click
from tornado.ioloop import IOLoop

from ..problems import Problem, SiteError, Span, say_lines
from .arguments import Arguments, common, count, print_problems, read_arguments, tally
from .preview import Builds, Built, Failed, Finished, FolderWatcher, PreviewServer, is_loopback

_NAMED = 3


@click.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@common
@click.pass_obj
def command(root: Path, /, port: int, host: str, **given: Any) -> None:
    """Preview the site, drafts included; rebuild it at every save."""
    arguments = read_arguments(root, given)
    with arguments.watched():
        serve_preview(arguments, host, port)


def serve_preview(arguments: Arguments, host: str, port: int) -> None:
    """Serve until interrupted. Writes only the cache.

    Raises SiteError if the content folder isn't there, or the address can't be listened on.
    """
    options = arguments.options(preview=True)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    loop, terminal = IOLoop.current(), _Terminal(arguments)
    watcher = FolderWatcher(loop.add_callback, arguments.say)
    server = PreviewServer(watcher)

    def show(finished: Finished) -> None:
        server.show(finished)
        if not finished.is_overtaken:
            terminal.tell(finished)

    # a preview has no base path: it is at the root of its own address
    builds = Builds(
        lambda: replace(arguments.options(preview=True), base_url=address),
        lambda finished: loop.add_callback(show, finished),
    )
    for folder in (options.content, *options.templates):
        # pages are reloaded by `show` once the build has finished, not by the watcher
        server.watch(str(folder), builds.changed, delay="forever")

    def start() -> None:
        arguments.say(f"preview: {address} (Ctrl-C ends it)")
        if not is_loopback(host):
            arguments.say(
                f"warning: with --host {host}, anyone who reaches this machine can read the site, drafts included"
            )
        builds.start()

    # the loop runs once the server listens
    loop.add_callback(start)
    try:
        server.serve(host=host, port=port, debug=False)
    except OSError as error:
        message = f"can't listen on {host}:{port}: {error.strerror or error}"
        hint = "choose another --port or --host"
        raise SiteError([Problem("preview-address", message, Span("serve"), hint)]) from error
    finally:
        watcher.close()
        builds.close()


@dataclass
class _Terminal:
    """One line a build, and what is wrong as the other verbs print it."""

    arguments: Arguments
    _warnings: tuple[Problem, ...] = field(default_factory=tuple)

    def tell(self, finished: Finished) -> None:
        outcome = finished.outcome
        if isinstance(outcome, Failed):
            if outcome.details:
                say_lines(outcome.details)
            print_problems(outcome.problems, self.arguments.form)
            result = tally(outcome.problems)
        else:
            # those that the last build named already are no news
            if outcome.warnings != self._warnings:
                print_problems(outcome.warnings, self.arguments.form)
            result = f"{outcome.rendered} of {count(outcome.pages, 'page')} rendered"
        self._warnings = outcome.warnings if isinstance(outcome, Built) else ()
        self.arguments.say(f"{_named(finished.changed)}{result} in {finished.seconds:.2f} s")


def _named(changed: Iterable[str]) -> str:
    """`content/a.md, content/b.md and 3 more: `."""
    names = sorted(changed)
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}: " if names else ""
