"""The conductor: gather everything, render, check; writing is the caller's, once nothing is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from .addresses import Addresses
from .changes import PageName
from .charts import ChartFunctions, Charts, Workshop, draw_charts
from .checks import run_checks
from .cross_references import cross_reference_problems
from .dataset_description import description_problems
from .engine import engine_key
from .figures import FigureFormat
from .finished_output import finished_output
from .generated import generated_pages
from .inputs import Inputs, read_inputs
from .kept_pages import KeptPages, Reasons
from .layouts import Templates, read_templates
from .memo import BuildMemo
from .model import Artifact, Page, Settings, StoredPage
from .options import BuildOptions
from .output_folder import duplicate_paths, kept_and_made
from .outputs import OF_DATA, OUTPUTS, Output, Site
from .outputs.assets import hashed_assets, script_integrities
from .page_pool import PagePool
from .policy import ANY_OWN_SCRIPT, content_policy
from .problems import Problem, SiteError, has_errors
from .progress import SILENT, Progress
from .render import SiteRenderer, gathered
from .settings import load_settings
from .source_tree import InputFiles, templates_hash
from .store import PageGoneError, Store, StoreDamagedError, StoreUnwritableError

# layouts that print every figure, whatever the page is about
LISTINGS = ("data", "sources")
# builds of one run, of which each finds the store damaged, or without a page that another build has removed
_MOST_TRIES = 3


_Made = TypeVar("_Made")
__all__ = ["BuildOptions", "BuiltSite", "build_site", "figure_uses", "made_of_site"]


@dataclass(frozen=True)
class BuiltSite:
    """A good site: every file of it, and the warnings that did not keep it from being built."""

    artifacts: tuple[Artifact, ...]
    pages: tuple[StoredPage, ...]
    warnings: tuple[Problem, ...]
    addresses: Addresses
    charts: Charts
    rendered: Mapping[PageName, Reasons | None]
    """The name of each page that was rendered, with what had changed of what it read (None where nothing was known of
    it). The others are those of the last build.
    """
    reasons: Mapping[PageName, Reasons]
    """Why each page was last rendered in an earlier build, as far as that is known."""
    inputs: str = ""
    """The hash of all files that it was made from; empty where one of them was written to meanwhile."""


def build_site(
    options: BuildOptions,
    progress: Progress = SILENT,
    files: InputFiles | None = None,
    store: Store | None = None,
    memo: BuildMemo | None = None,
) -> BuiltSite:
    """The whole site, of which the pages are in a store. Raises SiteError with all that is wrong with it.

    Each step continues with whatever the one before could make sense of, so that one run names the mistakes of all.
    `files` are those that were listed already; `store` is that of `options.cache`; `memo` is that of a process which
    builds more than once. Reading a page later may raise StoreDamagedError: `made_of_site` builds again then.
    """
    if memo is None:
        with closing(BuildMemo()) as memo:
            return build_site(options, progress, files, store, memo)
    progress.stage("reading")
    store = store or Store(options.cache)
    for _ in range(_MOST_TRIES):
        try:
            return _built(options, progress, files or InputFiles.look(options, store), store, memo)
        except StoreDamagedError as error:
            mend(store, error)
            files = None
        except StoreUnwritableError as error:
            if store.is_temporary:
                raise SiteError([error.problem]) from error
            site = build_site(replace(options, cache=None), progress, None, None, memo)
            return replace(site, warnings=(*site.warnings, replace(error.problem, severity="warning")))
    raise StoreDamagedError


def mend(store: Store, error: StoreDamagedError) -> None:
    """Make a store usable again: one that is damaged begins anew."""
    if not isinstance(error, PageGoneError):
        store.delete()


def made_of_site(
    options: BuildOptions,
    make: Callable[[BuiltSite], _Made],
    progress: Progress = SILENT,
    memo: BuildMemo | None = None,
) -> _Made:
    """What is made of a whole site; of another one, where a page turns out to be damaged."""
    store = Store(options.cache)
    for _ in range(_MOST_TRIES):
        try:
            return make(build_site(options, progress, None, store, memo))
        except StoreDamagedError as error:
            mend(store, error)
    return make(build_site(replace(options, cache=None), progress, memo=memo))


def _built(options: BuildOptions, progress: Progress, files: InputFiles, store: Store, memo: BuildMemo) -> BuiltSite:
    problems: list[Problem] = []
    settings = load_settings(options.content, options.base_url, problems)
    kept = KeptPages.load(store, engine_key(options, settings))
    site = _Build(options, progress, files, kept, memo, problems).site(settings)
    files.keep(store)
    store.hold()
    is_still = files.templates == templates_hash(options.templates)
    return replace(site, inputs=files.hash() if is_still else "")


@dataclass(frozen=True)
class _Build:
    """One build: what it is to do, what it knows, and what it has found wrong."""

    options: BuildOptions
    progress: Progress
    files: InputFiles
    kept: KeptPages
    memo: BuildMemo
    problems: list[Problem]

    def site(self, settings: Settings) -> BuiltSite:
        """The whole site; see `build_site`."""
        options, problems, kept = self.options, self.problems, self.kept
        inputs = read_inputs(options, settings, problems, self.files, kept.records, self.memo)
        forms, written = inputs.forms, inputs.content.pages
        kept.dataset = inputs.dataset
        content = replace(
            inputs.content, pages=(*written, *generated_pages(settings, inputs.content, inputs.dataset, forms))
        )
        addresses = Addresses(settings, content, inputs.dataset)
        problems += cross_reference_problems(addresses)

        asset_paths, assets = hashed_assets(options.templates, plain=options.preview)
        templates = read_templates(options.templates)
        scripts = script_integrities(asset_paths, assets)
        policy = content_policy(ANY_OWN_SCRIPT if options.preview else scripts.values())
        renderer = self._renderer(addresses, forms, templates, asset_paths, scripts, policy)
        key = self.files.data_hash(options.base_url)
        changes = kept.changes(content, key)
        pool = PagePool(
            renderer,
            kept,
            renderer.reader,
            changes,
            options.jobs,
            self.progress,
            options.remember,
            has_errors(problems),
        )
        workshop = Workshop(kept.store, options.jobs, self.progress, self.memo.workers, settings.chart_seconds)
        functions = ChartFunctions(options.content)
        finished, charts = pool.written(
            written,
            lambda asked, draws: draw_charts(
                asked, addresses, forms, functions, replace(workshop, draws=draws), problems
            ),
        )
        shown = [item.stored for item in finished if item.stored]
        finished += pool.generated(content.pages[len(written) :], charts, figure_uses(shown))
        in_pages = ((item.page.source.name, item.problems) for item in finished)
        problems += gathered([("", renderer.in_titles), *in_pages], templates)
        pages = [item.stored for item in finished if item.stored]
        if options.thorough:
            # what a build doesn't need takes a while to import
            from .prose import prose_problems

            problems += prose_problems(settings, inputs.content, inputs.as_written, forms)

        self.progress.stage("checking")
        site = Site(addresses, forms, pages, assets, charts, policy)
        of_data = self.memo.data(f"files {key}" if key else "", lambda: _files(OF_DATA, site))
        artifacts = (*_files(OUTPUTS, site), *of_data)
        problems += (*duplicate_paths(artifacts), *kept_and_made(settings, artifacts))
        output = finished_output(finished, artifacts, pages, pool, addresses)
        problems += run_checks(output)
        if not has_errors(problems):
            problems += self.finer_problems(inputs, pages, addresses)
        is_wrong = has_errors(problems) or (options.strict and bool(problems))
        if options.remember and not kept.store.is_temporary:
            with suppress(StoreUnwritableError):
                if is_wrong:
                    kept.settle_failed(finished)
                else:
                    kept.settle(finished, content, key, output.targets)
        if is_wrong:
            raise SiteError(problems)
        rendered = {item.page.name: item.reasons for item in finished if not item.reused}
        return BuiltSite(artifacts, tuple(pages), tuple(problems), addresses, charts, rendered, kept.past_reasons)

    def finer_problems(self, inputs: Inputs, pages: Sequence[StoredPage], addresses: Addresses) -> Iterator[Problem]:
        """What matters once nothing is wrong: how the data are described, and what a language shows beyond others."""
        yield from description_problems(inputs.dataset, inputs.settings, self.options.content)
        if self.options.thorough:
            from .parity import parity_problems

            yield from parity_problems([item for item in pages if item.page.is_written], addresses)

    def _renderer(
        self,
        addresses: Addresses,
        forms: Mapping[str, FigureFormat],
        templates: Templates,
        asset_paths: Mapping[str, str],
        scripts: Mapping[str, str],
        policy: str,
    ) -> SiteRenderer:
        is_preview = self.options.preview
        return SiteRenderer(
            addresses,
            forms,
            templates,
            asset_paths,
            # in a preview a script may change without its page
            lambda name: "" if is_preview else scripts[name],
            policy,
            is_preview,
            self.memo.codes,
        )


def _files(outputs: Sequence[Output], site: Site) -> tuple[Artifact, ...]:
    return tuple(artifact for output in outputs for artifact in output(site))


def figure_uses(pages: Sequence[StoredPage]) -> Mapping[str, Sequence[Page]]:
    """The pages each figure stands on, in all languages, in the order of the pages; not those that list all."""
    uses: dict[str, list[Page]] = {}
    for rendered in pages:
        figures = rendered.figures if rendered.page.layout in LISTINGS else rendered.used
        for figure in sorted(figures):
            uses.setdefault(figure, []).append(rendered.page)
    return uses
