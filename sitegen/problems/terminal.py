"""What is printed: standard output for results, standard error for people; either may be closed, full, or unread."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import click

from .characters import printable, printable_lines


def prepare_streams() -> None:
    """Have all three streams there, and let one that knows no Vietnamese print what it can."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # the next file to be opened would have this number, and get what is printed; ascending, this takes it
            os.open(os.devnull, os.O_RDWR)
    # whoever has started the process has closed them
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str) -> None:
    """Print a line on standard error, for people. Nothing comes of it where it can't be."""
    say_lines(printable(text))


def say_lines(text: str) -> None:
    """Print some lines on standard error."""
    with suppress(OSError, ValueError):
        click.echo(printable_lines(text), err=True)


def print_result(text: str) -> None:
    """Print what a verb is asked for on standard output.

    Raises SystemExit where it can't be, but for a reader that has had enough (`| head -1`): the work is done all the
    same.
    """
    try:
        click.echo(text)
    except BrokenPipeError:
        sys.stdout = _nowhere()
    except OSError as error:
        sys.stdout = _nowhere()
        say(f"can't write to standard output: {error.strerror}")
        raise SystemExit(1) from error


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")
