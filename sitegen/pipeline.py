"""The conductor: gather everything, render, check; writing is the caller's, once nothing is wrong."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .addresses import Addresses
from .calculation import calculate, load_declarations, with_calculated_tables
from .checks import read_output, run_checks
from .content import load_content
from .cross_references import cross_reference_problems
from .data import load_dataset
from .data_texts import bind_data_texts
from .figures import FigureFormat
from .generated import generated_pages
from .labels import load_labels
from .model import Artifact, Dataset, Page, RenderedPage, Settings
from .output_folder import duplicate_paths
from .outputs import OUTPUTS, Site
from .outputs.assets import hashed_assets
from .problems import Problem, SiteError, did_you_mean
from .render import SiteRenderer
from .settings import load_settings

# layouts that print every figure, whatever the page is about
LISTINGS = ("data", "sources")


@dataclass(frozen=True)
class BuildOptions:
    """All that a build depends on, beside the files. `today` decides which publishDates have come."""

    content: Path
    templates: tuple[Path, ...]
    today: datetime.date
    base_url: str = ""
    drafts: bool = False
    strict: bool = False
    preview: bool = False


@dataclass(frozen=True)
class BuiltSite:
    """A good site: every file of it, and the warnings that did not keep it from being built."""

    artifacts: tuple[Artifact, ...]
    pages: tuple[RenderedPage, ...]
    warnings: tuple[Problem, ...]


def build_site(options: BuildOptions) -> BuiltSite:
    """The whole site in memory. Raises SiteError with all that is wrong with it.

    Each step goes on with what the one before could make sense of, so that one run names the mistakes of all.
    """
    problems: list[Problem] = []
    settings = load_settings(options.content, options.base_url, problems)
    content = load_content(options.content, settings, options.today, options.drafts, problems)
    dataset = load_dataset(options.content, settings, problems)
    labels = load_labels(options.templates, settings, problems)
    forms = {language: FigureFormat(language, labels[language]) for language in settings.languages}
    written = content.pages
    dataset = _calculated(options.content, settings, dataset, forms, problems)
    content = replace(content, pages=(*written, *generated_pages(settings, content, dataset, forms)))
    addresses = Addresses(settings, content, dataset)
    problems += cross_reference_problems(addresses)

    asset_paths, assets = hashed_assets(options.templates)
    renderer = SiteRenderer(addresses, forms, options.templates, _asset_url(addresses, asset_paths), options.preview)
    pages = renderer.render(written, {})
    pages += renderer.render(content.pages[len(written) :], figure_uses(pages))
    problems += renderer.problems

    site = Site(addresses, forms, pages, assets)
    artifacts = tuple(artifact for output in OUTPUTS for artifact in output(site))
    problems += duplicate_paths(artifacts)
    output = read_output(artifacts, pages, addresses)
    problems += run_checks(output)
    if any(options.strict or problem.severity == "error" for problem in problems):
        raise SiteError(problems)
    return BuiltSite(artifacts, tuple(pages), tuple(problems))


def _calculated(
    content: Path,
    settings: Settings,
    dataset: Dataset,
    forms: Mapping[str, FigureFormat],
    problems: list[Problem],
) -> Dataset:
    """The dataset with derived figures and judged rules, and with the figures in its texts worked out."""
    declarations = load_declarations(content, settings, problems)
    # the texts show derived figures, and these carry texts: once for the values, once with the texts in them
    valued = calculate(declarations, dataset, [])
    declarations, bound = bind_data_texts(declarations, valued, forms, problems)
    dataset = calculate(declarations, bound, problems)
    return with_calculated_tables(dataset, {language: form.labels for language, form in forms.items()}, problems)


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
