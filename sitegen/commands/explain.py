"""`explain`: what a page, a figure or an output file was made from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ..build import explained, made_of_site
from ..problems import print_result
from .arguments import common, read_arguments


@click.command("explain")
@click.argument("name")
@common
@click.pass_obj
def command(root: Path, /, name: str, **given: Any) -> None:
    """Say what a page, a figure or an output file was made from, and where a figure is used.

    NAME is a page's key, a figure's id, or a path in the output, e.g. vi/results/index.html.
    """
    arguments = read_arguments(root, given)
    with arguments.watched() as progress:
        options = replace(arguments.options(), remember=False)
        explanation = made_of_site(options, lambda site: explained(name, site, options.templates), progress)
    print_result(explanation.json() if arguments.form == "json" else explanation.text())
