"""Builds a site, into a folder or as a value; tries again if the store turns out to be damaged."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from importlib.metadata import version
from typing import TypeVar

from .. import __version__
from ..content import load_settings
from ..outputs import manifest
from ..problems import SILENT, Progress, SiteError
from ..storage import (
    BuildOptions,
    BuildRequest,
    InputFiles,
    Outcome,
    PageGoneError,
    Store,
    StoreDamagedError,
    StoreUnwritableError,
)
from ..storage.output_folder import check_output_folder, replace_output
from .conductor import BuiltSite, conduct
from .session import BuildSession

# attempts with a store that is damaged, or from which another build removes pages
_MOST_ATTEMPTS = 3
_TOOLS = ("altair", "babel", "jinja2", "markdown", "selectolax", "vl-convert-python")
_Made = TypeVar("_Made")


def build_to(request: BuildRequest, store: Store, progress: Progress = SILENT) -> Outcome:
    """Build a site into its folder. Raises SiteError, leaving the folder unchanged."""
    options = request.options
    check_output_folder(
        request.output,
        (options.content, *options.templates),
        lambda: load_settings(options.content, options.base_url, []).keep,
    )

    def write(site: BuiltSite) -> Outcome:
        progress.stage("writing")
        listed = manifest(site.artifacts, tool_versions(), request.epoch)
        artifacts = (*site.artifacts, listed)
        replaced = replace_output(request.output, artifacts, site.addresses.settings.keep, store)
        counts = len(site.pages), len(site.charts), len(artifacts)
        outcome = Outcome(*counts, len(site.rendered), replaced.changed, site.warnings, replaced.one_by_one)
        request.keep(store, site.inputs, listed.digest, outcome)
        return outcome

    return made_of_site(options, write, progress, request.files, store)


def build_site(options: BuildOptions, progress: Progress = SILENT) -> BuiltSite:
    """The whole site. Raises SiteError with everything that is wrong with it.

    Its pages stay in the store, so reading one may raise StoreDamagedError: see `made_of_site`.
    """
    return made_of_site(options, lambda site: site, progress)


def made_of_site(
    options: BuildOptions,
    make: Callable[[BuiltSite], _Made],
    progress: Progress = SILENT,
    files: InputFiles | None = None,
    store: Store | None = None,
    session: BuildSession | None = None,
) -> _Made:
    """Build a site and return `make(site)`; if the store is damaged or can't be written, build again without it.

    `files` are the input files if listed already, `store` is that of `options.cache`, `session` that of a process that
    builds more than once. Raises SiteError.
    """
    if session is None:
        with closing(BuildSession()) as session:
            return made_of_site(options, make, progress, files, store, session)
    progress.stage("reading")
    store = store or Store(options.cache)
    for _ in range(_MOST_ATTEMPTS):
        try:
            files = files or InputFiles.look(options.content, options.templates, store)
            return make(conduct(options, progress, files, store, session))
        except StoreDamagedError as error:
            files = None
            if not isinstance(error, PageGoneError):
                store.delete()
        except StoreUnwritableError as error:
            if store.is_temporary:
                raise SiteError([error.problem]) from error
            return made_of_site(replace(options, cache=None), _with_warning(error, make), progress, session=session)
    return made_of_site(replace(options, cache=None), make, progress, session=session)


def _with_warning(error: StoreUnwritableError, make: Callable[[BuiltSite], _Made]) -> Callable[[BuiltSite], _Made]:
    warning = replace(error.problem, severity="warning")
    return lambda site: make(replace(site, warnings=(*site.warnings, warning)))


def tool_versions() -> dict[str, str]:
    """The versions of sitegen and of the libraries that determine its output."""
    return {"sitegen": __version__, **{name: version(name) for name in _TOOLS}}
