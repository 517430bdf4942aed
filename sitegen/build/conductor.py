"""The conductor: gather everything, render, draw, check. Writing is the caller's, once nothing is wrong."""

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
from .memo import BuildMemo
from .page_pool import PagePool, figure_uses
from .preparation import prepared, worked_on


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
    inputs: str
    """The hash of all files that it was made from; empty where one of them was written to meanwhile."""


def conduct(options: BuildOptions, progress: Progress, files: InputFiles, store: Store, memo: BuildMemo) -> BuiltSite:
    """One build of the whole site, of which the pages are in the store. Raises SiteError with all that is wrong.

    Each step continues with whatever the one before could make sense of, so that one run names the mistakes of all.
    Also raises StoreDamagedError and StoreUnwritableError.
    """
    # read
    problems: list[Problem] = []
    settings = load_settings(options.content, options.base_url, problems)
    kept = KeptPages.load(store, engine_key(options, settings))
    inputs = read_inputs(options, settings, problems, files, kept.records, memo)
    kept.dataset = inputs.dataset
    generated = tuple(generated_pages(settings, inputs.content, inputs.dataset, inputs.forms))
    content = replace(inputs.content, generated=generated)
    addresses = Addresses(settings, content, inputs.dataset)
    problems += cross_reference_problems(addresses)

    # render and draw: the pages that were written, then those that say on which of them a figure stands
    ready = prepared(options, addresses, inputs.forms, memo)
    data_key = files.data_hash(options.base_url)
    changes = kept.changes(content, data_key)
    pool = PagePool(ready.renderer, kept, ready.renderer.reader, changes, options, progress, has_errors(problems))
    finished, charts = pool.written(
        inputs.content.written, worked_on(options, settings, inputs.forms, addresses, store, memo, progress, problems)
    )
    finished += pool.generated(generated, charts, figure_uses([item.stored for item in finished if item.stored]))
    problems += pool.problems(finished)
    pages = [item.stored for item in finished if item.stored]

    # make the other files
    progress.stage("checking")
    site = FinishedSite(addresses, inputs.forms, pages, ready.assets, charts, ready.policy)
    of_data = memo.data(f"files {data_key}" if data_key else "", lambda: data_artifacts(site))
    artifacts = (*site_artifacts(site), *of_data)

    # check
    problems += (*duplicate_paths(artifacts), *kept_and_made(settings, artifacts))
    output = finished_output(finished, artifacts, pages, pool, addresses)
    problems += run_checks(output)
    if options.thorough:
        # what a build doesn't need takes a while to import
        from ..checks.prose import prose_problems

        problems += prose_problems(settings, inputs.content, inputs.as_written, inputs.forms)
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
