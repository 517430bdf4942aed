"""Printing: results to standard output, messages to standard error; either may be closed, full, or unread."""

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
    """Make sure all three streams exist, and escape what a stream's encoding lacks."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # otherwise the next file opened would get this number, and with it what is printed
            os.open(os.devnull, os.O_RDWR)
    # None if the parent process closed them
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str) -> None:
    """Print a line on standard error, if that is possible."""
    say_lines(printable(text))


def say_lines(text: str) -> None:
    """Print some lines on standard error."""
    with suppress(OSError, ValueError):
        click.echo(printable_lines(text), err=True)


def print_result(text: str) -> None:
    """Print a verb's result on standard output.

    Raises SystemExit if that fails, except when the reader has closed the pipe (`| head -1`).
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
