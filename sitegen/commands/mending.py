"""What `check` writes into the content folder when it is asked to: figures for numerals, accepted translations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..build import read_inputs
from ..checks.prose import fixed_sources
from ..content import RECORD, accepted_record, load_settings
from ..problems import Problem
from ..storage import BuildOptions


def fix_numerals(options: BuildOptions) -> Iterator[tuple[str, int]]:
    """Write figures in place of the numerals that are the value of just one; yields each file and how many.

    A BOM and CRLF line ends stay as they were. Raises SiteError.
    """
    problems: list[Problem] = []
    inputs = read_inputs(options, load_settings(options.content, options.base_url, problems), problems)
    for name, text in fixed_sources(inputs.settings, inputs.content, inputs.as_written, inputs.forms).items():
        path = Path(name)
        raw = path.read_bytes()
        bom = "\ufeff" if raw.startswith(b"\xef\xbb\xbf") else ""
        line_end = "\r\n" if b"\r\n" in raw else "\n"
        before = raw.decode("utf-8").count("fig(")
        path.write_bytes((bom + text.replace("\n", line_end)).encode())
        yield name, text.count("fig(") - before


def accept_translations(options: BuildOptions, keys: Sequence[str]) -> int:
    """Record the translations of these pages, or of all, as made from their originals as they are; how many they are.

    Raises SiteError for a page that isn't there.
    """
    inputs = read_inputs(options, load_settings(options.content, options.base_url, []), [])
    text, number = accepted_record(options.content, inputs.content, inputs.settings, keys)
    (options.content / RECORD).write_text(text, encoding="utf-8")
    return number
