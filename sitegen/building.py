"""A build from the request to the output folder; nothing at all is done where nothing has changed."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from . import __version__
from .build_record import BuildRecord, request_key, unchanged
from .options import BuildOptions
from .own_folders import real_folder
from .problems import Problem
from .progress import SILENT, Progress
from .source_tree import InputFiles
from .store import PageGoneError, Store, StoreDamagedError, check_cache_folder

TOOLS = ("altair", "babel", "jinja2", "markdown", "selectolax", "vl-convert-python")


@dataclass(frozen=True)
class Outcome:
    """What a build came to: how many pages, charts and files the site has; how many pages were rendered, and how many
    files are new or other than before. `one_by_one` says why the files were replaced one by one, if they were.
    """

    pages: int
    charts: int
    files: int
    rendered: int
    changed: int
    warnings: tuple[Problem, ...]
    one_by_one: str = ""


def build_to(target: Path, options: BuildOptions, epoch: str, progress: Progress = SILENT) -> Outcome:
    """Build a site into the folder `target`. `epoch` is SOURCE_DATE_EPOCH.

    Raises SiteError; the folder is then as it was.
    """
    folder = real_folder(target)
    if options.cache is not None:
        check_cache_folder(options.cache, [folder])
    with closing(Store(options.cache)) as store:
        return _built_in(store, target, folder, options, epoch, progress)


def _built_in(
    store: Store, target: Path, folder: Path, options: BuildOptions, epoch: str, progress: Progress
) -> Outcome:
    request = request_key(options, folder, epoch)
    files = InputFiles.look(options, store)
    record = unchanged(store, folder, files, request)
    if record:
        return Outcome(record.pages, record.charts, record.files, 0, 0, record.warnings)
    # what a build needs takes longer to import than it takes to see that nothing has changed
    from .output_folder import check_output_folder
    from .settings import load_settings

    check_output_folder(
        target, (options.content, *options.templates), lambda: load_settings(options.content, options.base_url, []).keep
    )
    try:
        return _built(target, options, epoch, request, progress, files, store)
    except StoreDamagedError as error:
        # found while the files were written
        if not isinstance(error, PageGoneError):
            store.delete()
        return _built(target, options, epoch, request, progress, None, store)


def _built(
    target: Path,
    options: BuildOptions,
    epoch: str,
    request: str,
    progress: Progress,
    files: InputFiles | None,
    store: Store,
) -> Outcome:
    from .output_folder import manifest, replace_output
    from .pipeline import build_site

    site = build_site(options, progress, files, store)
    progress.stage("writing")
    listed = manifest(site.artifacts, tool_versions(), epoch)
    artifacts = (*site.artifacts, listed)
    replaced = replace_output(target, artifacts, site.addresses.settings.keep, store)
    counts = len(site.pages), len(site.charts), len(artifacts)
    if options.cache is not None and site.inputs:
        BuildRecord(site.inputs, listed.digest, *counts, site.warnings).save(store, request)
    return Outcome(*counts, len(site.rendered), replaced.changed, site.warnings, replaced.one_by_one)


def tool_versions() -> dict[str, str]:
    """The versions of sitegen and of what decides the bytes it writes."""
    from importlib.metadata import version

    return {"sitegen": __version__, **{name: version(name) for name in TOOLS}}
