"""What every verb of the command line has: the common options, and how problems are printed."""

from __future__ import annotations

import datetime
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ..problems import (
    SILENT,
    Bar,
    Problem,
    ProblemFormat,
    Profile,
    Progress,
    Several,
    SiteError,
    Span,
    format_problems,
    print_result,
    say,
    say_lines,
)
from ..processes import INTERRUPTED, Terminated
from ..storage import BuildOptions, check_cache_folder


@dataclass(frozen=True)
class Arguments:
    """The common options, as given."""

    root: Path
    content: Path
    templates: Path | None
    cache: Path
    jobs: int
    base_url: str
    drafts: bool
    strict: bool
    form: ProblemFormat
    quiet: bool
    verbose: bool
    profile: bool

    def options(self, preview: bool = False, thorough: bool = False) -> BuildOptions:
        """What the pipeline is to do. A strict run is thorough. Raises SiteError for a folder that isn't there."""
        if not self.content.is_dir():
            hint = "name the folder that holds site.toml with --content"
            raise SiteError([Problem("content-missing", "no such folder", Span(self.content.as_posix()), hint)])
        templates = _template_folders(self.root, self.templates)
        check_cache_folder(self.cache, [self.content, *templates])
        return BuildOptions(
            content=self.content,
            templates=templates,
            today=build_date(os.environ.get("SOURCE_DATE_EPOCH", "")),
            base_url=self.base_url,
            drafts=self.drafts or preview,
            strict=self.strict,
            preview=preview,
            thorough=thorough or self.strict,
            jobs=self.jobs,
            cache=self.cache,
        )

    @contextmanager
    def watched(self) -> Iterator[Progress]:
        """Around what a verb does: a bar on a terminal, the profile; at a mistake or an interrupt the process ends."""
        profile = Profile()
        bar = Bar(sys.stderr) if sys.stderr.isatty() and not self.quiet else SILENT
        progress = Several([bar, profile] if self.profile else [bar])
        try:
            yield progress
        except SiteError as error:
            progress.end()
            fail(error, self)
        except (KeyboardInterrupt, Terminated) as ending:
            progress.end()
            say("interrupted: the output is whole, as the last good build left it")
            sys.exit(ending.code if isinstance(ending, Terminated) else INTERRUPTED)
        finally:
            progress.end()
            if self.profile:
                say_lines(profile.text())

    def say(self, text: str) -> None:
        """Progress, for people."""
        if not self.quiet:
            say(text)


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
    packaged = Path(__file__).parent.parent / "_templates"
    own = root / "templates"
    folders = [folder for folder in (given, shown(own), packaged) if folder is not None and folder.is_dir()]
    return tuple(dict.fromkeys(folders[:2] if own.is_dir() else folders))


def shown(path: Path) -> Path:
    """A path as people write it: below the working folder where it is."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except (ValueError, OSError, RuntimeError):
        # elsewhere; or links that lead in a circle, which are told by whoever opens it
        return path


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a verb the options that all have."""
    folder = click.Path(file_okay=False, path_type=Path)
    decorators = [
        click.option("--content", type=folder, help="The site to build: a folder with site.toml.  [content]"),
        click.option("--templates", type=folder, help="Templates that go over the shipped ones."),
        click.option("--cache", type=folder, help="Where pages and charts are kept for the next build.  [.sitegen]"),
        click.option("--jobs", type=click.IntRange(0), default=0, help="Processes at most; 0: one a processor.  [0]"),
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
        click.option("--profile", is_flag=True, help="Say where the time went: stages, slowest pages and charts."),
    ]
    for decorator in reversed(decorators):
        command = decorator(command)
    return command


def arguments(root: Path, given: dict[str, Any]) -> Arguments:
    """The common options of a call."""
    content = given.pop("content") or root / "content"
    cache = given.pop("cache") or root / ".sitegen"
    return Arguments(root=root, content=shown(content), cache=cache, **given)


def print_problems(problems: tuple[Problem, ...], form: ProblemFormat) -> None:
    """Problems go to standard output."""
    text = format_problems(problems, form)
    if text:
        print_result(text)


def fail(error: SiteError, arguments: Arguments) -> None:
    """Print what is wrong, and end with status 1."""
    print_problems(error.problems, arguments.form)
    arguments.say(tally(error.problems))
    sys.exit(1)


def tally(problems: Sequence[Problem]) -> str:
    """`1 error, 2 warnings`."""
    errors = sum(problem.severity == "error" for problem in problems)
    return f"{count(errors, 'error')}, {count(len(problems) - errors, 'warning')}"


def count(number: int, noun: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{number} {noun}" + ("" if number == 1 else "s")
