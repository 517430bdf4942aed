"""The conductor: gather everything, render, draw, check. The caller writes the site if nothing is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..charts import Charts
from ..checks import cross_reference_problems, duplicate_paths, kept_and_made, parity_problems, run_checks
from ..content import Addresses, load_settings
from ..data import description_problems
from ..model import Artifact, StoredPage, WrittenPage
from ..outputs import FinishedSite, data_artifacts, site_artifacts
from ..problems import Problem, Progress, SiteError, has_errors
from ..rendering import generated_pages
from ..storage import BuildOptions, InputFiles, Store, templates_hash
from .changes import PageName
from .fingerprint import engine_key
from .finished_output import finished_output
from .inputs import read_inputs
from .kept_pages import KeptPages, Reasons
from .page_pool import PagePool, figure_uses
from .preparation import chart_drawer, prepared
from .session import BuildSession


@dataclass(frozen=True)
class BuiltSite:
    """A successfully built site: its files, and warnings."""

    artifacts: tuple[Artifact, ...]
    pages: tuple[StoredPage, ...]
    warnings: tuple[Problem, ...]
    addresses: Addresses
    charts: Charts
    rendered: Mapping[PageName, Reasons | None]
    """The pages rendered in this build, each with the facts that had changed (None if it is new).
    """
    reasons: Mapping[PageName, Reasons]
    """Why each page was last rendered in an earlier build, if known."""
    inputs: str
    """The hash of all input files; empty if one of them changed during the build."""


def conduct(
    options: BuildOptions, progress: Progress, files: InputFiles, store: Store, session: BuildSession
) -> BuiltSite:
    """Build the whole site, with its pages in the store. Raises SiteError, StoreDamagedError, StoreUnwritableError.

    Each step continues with whatever parsed, so that one run reports all mistakes.
    """
    # read
    problems: list[Problem] = []
    settings = load_settings(options.content, options.base_url, problems)
    kept = KeptPages.load(store, engine_key(options, settings))
    inputs = read_inputs(options, settings, problems, files, kept.records, session)
    kept.dataset = inputs.dataset
    generated = tuple(generated_pages(settings, inputs.content, inputs.dataset, inputs.formats))
    content = replace(inputs.content, generated=generated)
    addresses = Addresses(settings, content, inputs.dataset)
    problems += cross_reference_problems(addresses)

    # render and draw: first the written pages, then the generated ones, which list the pages that show a figure
    ready = prepared(options, addresses, inputs.formats, session)
    data_key = files.data_hash(options.base_url)
    changes = kept.possible_changes(content, data_key)
    pool = PagePool(ready.renderer, kept, ready.renderer.reader, changes, options, progress, has_errors(problems))
    draw = chart_drawer(options, settings, inputs.formats, addresses, store, session, progress, problems)
    finished, charts = pool.written(inputs.content.written, draw)
    finished += pool.generated(generated, charts, figure_uses([item.stored for item in finished if item.stored]))
    problems += pool.problems(finished)
    pages = [item.stored for item in finished if item.stored]

    # make the other files
    progress.stage("checking")
    site = FinishedSite(addresses, inputs.formats, pages, ready.assets, charts, ready.policy)
    of_data = session.data(f"files {data_key}" if data_key else "", lambda: data_artifacts(site))
    artifacts = (*site_artifacts(site), *of_data)

    # check
    problems += (*duplicate_paths(artifacts), *kept_and_made(settings, artifacts))
    output = finished_output(finished, artifacts, pages, pool, addresses)
    problems += run_checks(output)
    if options.thorough:
        # slow to import, and not needed by plain builds
        from ..checks.prose import prose_problems

        problems += prose_problems(settings, inputs.content, inputs.as_written, inputs.formats)
    if not has_errors(problems):
        problems += description_problems(inputs.dataset, settings, options.content)
        if options.thorough:
            problems += parity_problems([item for item in pages if isinstance(item.page, WrittenPage)], addresses)

    # keep
    is_wrong = has_errors(problems) or (options.strict and bool(problems))
    if options.remember:
        kept.settle(None if is_wrong else content, finished, data_key, output.targets)
    files.keep(store)
    if is_wrong:
        raise SiteError(problems)
    store.hold()
    rendered = {item.page.name: item.reasons for item in finished if not item.reused}
    read = files.hash() if files.templates == templates_hash(options.templates) else ""
    return BuiltSite(artifacts, tuple(pages), tuple(problems), addresses, charts, rendered, kept.past_reasons, read)
