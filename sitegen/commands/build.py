"""`build`: the site, into the output folder."""

from __future__ import annotations

import os
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from ..storage import BuildRequest, Store
from .arguments import common, count, print_problems, read_arguments, shown


@click.command("build")
@click.option("--output", type=click.Path(path_type=Path), help="The folder to write the site to.  [output]")
@common
@click.pass_obj
def command(root: Path, /, output: Path | None, **given: Any) -> None:
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
            # importing what a build needs takes longer than seeing that nothing has changed
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
