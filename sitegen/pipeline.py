"""The conductor: gather everything, render, check; writing is the caller's, once nothing is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TypeVar

from .addresses import Addresses
from .cache import Cache
from .changes import PageName
from .charts import ChartFunctions, Charts, Workshop, draw_charts
from .checks import run_checks
from .cross_references import cross_reference_problems
from .engine import engine_key
from .facts import Facts
from .figures import FigureFormat
from .finished_output import finished_output
from .generated import generated_pages
from .input_files import InputFiles, templates_hash
from .inputs import Inputs, read_inputs
from .layouts import Templates, read_templates
from .memo import BuildMemo
from .model import Artifact, Page, RenderedPage, Settings
from .options import BuildOptions
from .output_folder import duplicate_paths, kept_and_made
from .outputs import OF_DATA, OUTPUTS, Output, Site
from .outputs.assets import hashed_assets, script_integrities
from .page_memory import PageMemory, Reasons, rendered_page
from .page_pool import PagePool
from .page_store import MemoryDamagedError, UnwritableError
from .policy import ANY_OWN_SCRIPT, content_policy
from .problems import Problem, SiteError, did_you_mean
from .progress import SILENT, Progress
from .render import SiteRenderer, gathered
from .settings import load_settings
from .views import description_problems

# layouts that print every figure, whatever the page is about
LISTINGS = ("data", "sources")


_Made = TypeVar("_Made")
__all__ = ["BuildOptions", "BuiltSite", "build_site", "figure_uses", "made_of_site"]


@dataclass(frozen=True)
class BuiltSite:
    """A good site: every file of it, and the warnings that did not keep it from being built."""

    artifacts: tuple[Artifact, ...]
    pages: tuple[RenderedPage, ...]
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
    trust: bool = True,
    memo: BuildMemo | None = None,
) -> BuiltSite:
    """The whole site, of which the pages are in files. Raises SiteError with all that is wrong with it.

    Each step goes on with what the one before could make sense of, so that one run names the mistakes of all.
    `files` are those that were listed already. Without `trust` no page of an earlier build is used: one may turn out to
    be damaged when it is read at last, which raises MemoryDamagedError, and a build without trust makes it anew.
    `memo` is that of a process which builds more than once.
    """
    progress.stage("reading")
    if memo is None:
        with closing(BuildMemo()) as memo:
            return build_site(options, progress, files, trust, memo)
    try:
        return _built(options, progress, files or InputFiles.look(options), trust, memo)
    except MemoryDamagedError:
        return _built(options, progress, InputFiles.look(options), False, memo)
    except UnwritableError as error:
        return _built_without_cache(options, progress, error.problem, memo)


def _built_without_cache(options: BuildOptions, progress: Progress, problem: Problem, memo: BuildMemo) -> BuiltSite:
    """The site, for which nothing is kept; `problem` says why. Raises SiteError where there is no room at all."""
    if options.cache is None:
        raise SiteError([problem])
    options = replace(options, cache=None)
    try:
        site = _built(options, progress, InputFiles.look(options), False, memo)
    except UnwritableError as error:
        raise SiteError([error.problem]) from error
    return replace(site, warnings=(*site.warnings, replace(problem, severity="warning")))


def made_of_site(
    options: BuildOptions,
    make: Callable[[BuiltSite], _Made],
    progress: Progress = SILENT,
    memo: BuildMemo | None = None,
) -> _Made:
    """What is made of a whole site; again, of one built without trust, where a page turns out to be damaged."""
    try:
        return make(build_site(options, progress, memo=memo))
    except MemoryDamagedError:
        return make(build_site(options, progress, trust=False, memo=memo))


def _built(options: BuildOptions, progress: Progress, files: InputFiles, trust: bool, memo: BuildMemo) -> BuiltSite:
    problems: list[Problem] = []
    settings = load_settings(options.content, options.base_url, problems)
    memory = PageMemory.load(options.cache, engine_key(options, settings), trust)
    try:
        site = _Build(options, progress, files, memory, memo, problems).site(settings)
    except BaseException:
        memory.store.drop()
        raise
    files.keep(options.cache)
    is_still = files.templates == templates_hash(options.templates)
    return replace(site, inputs=files.hash() if is_still else "")


@dataclass(frozen=True)
class _Build:
    """One build: what it is to do, what it knows, and what it has found wrong."""

    options: BuildOptions
    progress: Progress
    files: InputFiles
    memory: PageMemory
    memo: BuildMemo
    problems: list[Problem]

    def site(self, settings: Settings) -> BuiltSite:
        """The whole site; see `build_site`."""
        options, problems, memory = self.options, self.problems, self.memory
        inputs = read_inputs(options, settings, problems, self.files, memory.records, self.memo)
        forms, written = inputs.forms, inputs.content.pages
        memory.store.dataset = inputs.dataset
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
        in_titles = renderer.taken()
        facts = Facts(addresses, forms, templates, asset_paths, policy, renderer.texts, renderer.child_keys)
        key = self.files.data_hash(options.base_url)
        changes = memory.changes(content, key)
        pool = PagePool(renderer, memory, facts, changes, options.jobs, self.progress)
        workshop = Workshop(
            Cache(options.cache), options.jobs, self.progress, self.memo.workers, settings.chart_seconds
        )
        functions = ChartFunctions(options.content)
        finished, charts = pool.written(
            written, lambda asked: draw_charts(asked, addresses, forms, functions, workshop, problems)
        )
        shown = [rendered_page(item.page, item.row, memory.store) for item in finished if item.row]
        finished += pool.generated(content.pages[len(written) :], charts, figure_uses(shown))
        problems += gathered([("", in_titles), *((item.page.source.name, item.problems) for item in finished)])
        pages = shown + [
            rendered_page(item.page, item.row, memory.store) for item in finished[len(written) :] if item.row
        ]
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
        if not any(problem.severity == "error" for problem in problems):
            problems += self.finer_problems(inputs, pages, addresses)
        if any(options.strict or problem.severity == "error" for problem in problems):
            raise SiteError(problems)
        rendered = {item.page.name: memory.reasons(item.page) for item in finished if not item.reused}
        if options.remember:
            memory.keep(finished, content, key, output.targets, facts)
        return BuiltSite(artifacts, tuple(pages), tuple(problems), addresses, charts, rendered, memory.past_reasons)

    def finer_problems(self, inputs: Inputs, pages: Sequence[RenderedPage], addresses: Addresses) -> Iterator[Problem]:
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
            _asset_url(addresses, asset_paths),
            # in a preview a script may change without its page
            lambda name: "" if is_preview else scripts[name],
            policy,
            is_preview,
            self.memo.codes,
        )


def _files(outputs: Sequence[Output], site: Site) -> tuple[Artifact, ...]:
    return tuple(artifact for output in outputs for artifact in output(site))


def figure_uses(pages: Sequence[RenderedPage]) -> Mapping[str, Sequence[Page]]:
    """The pages each figure stands on, in all languages, in the order of the pages; not those that list all."""
    uses: dict[str, list[Page]] = {}
    for rendered in pages:
        figures = rendered.figures if rendered.page.layout in LISTINGS else rendered.used
        for figure in sorted(figures):
            uses.setdefault(figure, []).append(rendered.page)
    return uses


def _asset_url(addresses: Addresses, paths: Mapping[str, str]) -> Callable[[str], str]:
    def asset(name: str) -> str:
        """The address of a file below `assets/`, by the name it has there. Raises KeyError."""
        if name not in paths:
            raise KeyError(f'no file "{name}" below assets/; {did_you_mean(name, paths)}')
        return addresses.local(paths[name])

    return asset
