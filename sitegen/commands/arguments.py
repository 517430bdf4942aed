"""What the verbs share: the common options, and how problems are printed."""

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
    """The common options."""

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
        """The options of a build; a strict one is thorough. Raises SiteError for a folder that isn't there."""
        if not self.content.is_dir():
            hint = "pass the folder that holds site.toml as --content"
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
        """Around a verb's work: a progress bar, the profile; a SiteError or an interrupt ends the process."""
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
            say("interrupted: the output is still that of the last good build")
            sys.exit(ending.code if isinstance(ending, Terminated) else INTERRUPTED)
        finally:
            progress.end()
            if self.profile:
                say_lines(profile.text())

    def say(self, text: str) -> None:
        """Tell people, unless --quiet."""
        if not self.quiet:
            say(text)


def build_date(epoch: str) -> datetime.date:
    """Today's date for a build, in UTC: that of SOURCE_DATE_EPOCH if set, else the clock's.

    Raises click.UsageError when SOURCE_DATE_EPOCH isn't a number of seconds.
    """
    try:
        moment = int(epoch) if epoch else int(time.time())
        return datetime.datetime.fromtimestamp(moment, tz=datetime.UTC).date()
    except (ValueError, OverflowError, OSError) as error:
        message = f"SOURCE_DATE_EPOCH is not a number of seconds since 1970: {epoch}"
        raise click.UsageError(message) from error


def _template_folders(root: Path, given: Path | None) -> tuple[Path, ...]:
    """The template folders, in order of search: the given one, the project's, else the package's own."""
    if given is not None and not given.is_dir():
        raise SiteError([Problem("templates-missing", "no such folder", Span(given.as_posix()))])
    packaged = Path(__file__).parent.parent / "_templates"
    own = root / "templates"
    folders = [folder for folder in (given, shown(own), packaged) if folder is not None and folder.is_dir()]
    return tuple(dict.fromkeys(folders[:2] if own.is_dir() else folders))


def shown(path: Path) -> Path:
    """A path as people write it: relative to the current folder if it is below that."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except (ValueError, OSError, RuntimeError):
        # elsewhere; or a circle of links, which whoever opens it will report
        return path


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the common options."""
    folder = click.Path(file_okay=False, path_type=Path)
    decorators = [
        click.option("--content", type=folder, help="The folder with site.toml.  [content]"),
        click.option("--templates", type=folder, help="Templates that override the shipped ones."),
        click.option("--cache", type=folder, help="Where pages and charts are kept between builds.  [.sitegen]"),
        click.option("--jobs", type=click.IntRange(0), default=0, help="Maximum worker processes.  [one per CPU]"),
        click.option("--base-url", default="", help="The site's address, e.g. https://example.org/repo/"),
        click.option("--drafts", is_flag=True, help="Include drafts and pages with a future date."),
        click.option("--strict", is_flag=True, help="Treat warnings as errors."),
        click.option(
            "--format",
            "form",
            type=click.Choice(["text", "json", "github"]),
            default="text",
            help="How problems are printed.",
        ),
        click.option("-q", "--quiet", is_flag=True, help="Print only problems."),
        click.option("-v", "--verbose", is_flag=True, help="List every file."),
        click.option("--profile", is_flag=True, help="Show where time was spent: stages, slowest pages and charts."),
    ]
    for decorator in reversed(decorators):
        command = decorator(command)
    return command


def read_arguments(root: Path, given: dict[str, Any]) -> Arguments:
    """The common options of a call, from what click has parsed."""
    content = given.pop("content") or root / "content"
    cache = given.pop("cache") or root / ".sitegen"
    return Arguments(root=root, content=shown(content), cache=cache, **given)


def print_problems(problems: tuple[Problem, ...], form: ProblemFormat) -> None:
    """Print problems on standard output."""
    text = format_problems(problems, form)
    if text:
        print_result(text)


def fail(error: SiteError, arguments: Arguments) -> None:
    """Print the problems and exit with status 1."""
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
