"""`serve`: the site, drafts included, built again at every save and shown by the browser at once.

watching        the folders' changes, from the operating system
builds, worker  a thread that has the site built by a process; what changes meanwhile overtakes a build
showing         what stands at each address: a page, a file, the problems
serving         livereload's server, and browser.js, its half in the browser
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tornado.ioloop import IOLoop

from ...problems import Problem, SiteError, Span, say_lines
from ...storage import BuildOptions
from ..arguments import Arguments, count, print_problems, tally
from .builds import Builds, Finished
from .serving import PreviewServer, Site, is_loopback
from .watching import Watcher
from .worker import Built, Failed

_NAMED = 3


def serve_preview(arguments: Arguments, host: str, port: int) -> None:
    """Serve until interrupted. Nothing is written but the cache.

    Raises SiteError when the content folder isn't there, or nobody can listen at that address.
    """
    options = arguments.options(preview=True)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    loop, site, terminal = IOLoop.current(), Site(), _Terminal(arguments)

    def show(finished: Finished) -> None:
        site.show(finished)
        if not finished.is_overtaken:
            terminal.tell(finished)

    # the base path is the host's business; a preview is at the root of its own
    builds = Builds(
        lambda: replace(arguments.options(preview=True), base_url=address),
        lambda finished: loop.add_callback(show, finished),
    )
    watcher = Watcher(_folders(options), builds.changed, arguments.say)
    server = PreviewServer(site)
    try:
        server.listen(host, port)
    except OSError as error:
        message = f"can't listen on {host}:{port}: {error.strerror or error}"
        raise SiteError(
            [Problem("preview-address", message, Span("serve"), "choose another --port or --host")]
        ) from error
    arguments.say(f"preview: {address} (Ctrl-C ends it)")
    if not is_loopback(host):
        arguments.say(f"warning: --host {host} lets everybody who reaches this machine read the site, drafts included")
    watcher.start()
    builds.start()
    try:
        server.serve(host=host, port=port, debug=False)
    finally:
        watcher.close()
        builds.close()


def _folders(options: BuildOptions) -> Sequence[Path]:
    return (options.content, *options.templates)


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


__all__ = ["serve_preview"]
