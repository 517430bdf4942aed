"""The conductor: gather everything, render, check; writing is the caller's, once nothing is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from .addresses import Addresses
from .cache import Cache
from .charts import ChartFunctions, Charts, Workshop, draw_charts
from .checks import read_output, run_checks, with_others
from .cross_references import cross_reference_problems
from .engine import engine_key
from .facts import Facts
from .generated import generated_pages
from .inputs import BuildOptions, read_inputs
from .model import Artifact, Page, RenderedPage
from .output_folder import duplicate_paths
from .outputs import OUTPUTS, Site
from .outputs.assets import hashed_assets
from .page_memory import PageMemory, PageName
from .page_pool import PagePool
from .parity import parity_problems
from .problems import Problem, SiteError, did_you_mean
from .progress import SILENT, Progress
from .prose import prose_problems
from .render import SiteRenderer, gathered

# layouts that print every figure, whatever the page is about
LISTINGS = ("data", "sources")


__all__ = ["BuildOptions", "BuiltSite", "build_site", "figure_uses"]


@dataclass(frozen=True)
class BuiltSite:
    """A good site: every file of it, and the warnings that did not keep it from being built."""

    artifacts: tuple[Artifact, ...]
    pages: tuple[RenderedPage, ...]
    warnings: tuple[Problem, ...]
    addresses: Addresses
    charts: Charts
    rendered: frozenset[PageName]
    """The language and key of each page that was rendered; the others are those of the last build."""


def build_site(options: BuildOptions, progress: Progress = SILENT) -> BuiltSite:
    """The whole site in memory. Raises SiteError with all that is wrong with it.

    Each step goes on with what the one before could make sense of, so that one run names the mistakes of all.
    """
    problems: list[Problem] = []
    progress.stage("reading")
    inputs = read_inputs(options, problems)
    settings, forms, written = inputs.settings, inputs.forms, inputs.content.pages
    generated = generated_pages(settings, inputs.content, inputs.dataset, forms)
    content = replace(inputs.content, pages=(*written, *generated))
    addresses = Addresses(settings, content, inputs.dataset)
    problems += cross_reference_problems(addresses)

    asset_paths, assets = hashed_assets(options.templates)
    renderer = SiteRenderer(addresses, forms, options.templates, _asset_url(addresses, asset_paths), options.preview)
    in_titles = renderer.taken()
    facts = Facts(addresses, forms, options.templates, asset_paths, renderer.texts, {}, {})
    memory = PageMemory.load(options.cache, engine_key(options, settings))
    pool = PagePool(renderer, memory, facts, options.jobs, progress)
    workshop, functions = Workshop(Cache(options.cache), options.jobs), ChartFunctions(options.content)
    finished, charts = pool.written(
        written, lambda asked: draw_charts(asked, addresses, forms, functions, workshop, problems)
    )
    uses = figure_uses([item.rendered for item in finished if item.rendered])
    finished += pool.generated(content.pages[len(written) :], charts, uses)
    problems += gathered([("", in_titles), *((item.page.source.name, item.problems) for item in finished)])
    pages = [item.rendered for item in finished if item.rendered]
    if options.thorough:
        problems += prose_problems(settings, inputs.content, inputs.as_written, forms)

    progress.stage("checking")
    site = Site(addresses, forms, pages, assets, charts)
    artifacts = tuple(artifact for output in OUTPUTS for artifact in output(site))
    problems += duplicate_paths(artifacts)
    documents = tuple(with_others([item.document for item in finished if item.document], artifacts))
    problems += run_checks(read_output(artifacts, documents, pages, addresses))
    if options.thorough and not any(problem.severity == "error" for problem in problems):
        # a mistake in one language is no difference from the other
        problems += parity_problems([item for item in pages if item.page.front.values], addresses)
    if any(options.strict or problem.severity == "error" for problem in problems):
        raise SiteError(problems)
    memory.keep(finished, pool.facts)
    rendered = frozenset((item.page.language, item.page.key) for item in finished if not item.reused)
    return BuiltSite(artifacts, tuple(pages), tuple(problems), addresses, charts, rendered)


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
