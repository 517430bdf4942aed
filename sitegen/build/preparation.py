"""What pages are rendered with and charts are drawn by, set up from what was read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..charts import ChartFunctions, Charts, Workshop, draw_charts
from ..content import Addresses
from ..language import FigureFormat
from ..model import Artifact, ChartRequest, Page, Settings
from ..outputs import ANY_OWN_SCRIPT, content_policy, hashed_assets, script_integrities
from ..problems import Problem, Progress
from ..rendering import SiteRenderer, read_templates
from ..storage import BuildOptions, Store
from .memo import BuildMemo

Draw = Callable[[Sequence[tuple[Page, ChartRequest]], bool], Charts]
"""Makes charts of what pages ask for; where the second argument is False, those that were never drawn stay blank."""


@dataclass(frozen=True)
class Prepared:
    """What renders the pages, the files of assets, the policy."""

    renderer: SiteRenderer
    assets: Sequence[Artifact]
    policy: str


def prepared(
    options: BuildOptions, addresses: Addresses, forms: Mapping[str, FigureFormat], memo: BuildMemo
) -> Prepared:
    """The renderer with its templates and assets."""
    paths, assets = hashed_assets(options.templates, plain=options.preview)
    templates = read_templates(options.templates)
    scripts = script_integrities(paths, assets)
    policy = content_policy(ANY_OWN_SCRIPT if options.preview else scripts.values())

    def integrity(name: str) -> str:
        # in a preview a script may change without its page
        return "" if options.preview else scripts[name]

    renderer = SiteRenderer(addresses, forms, templates, paths, integrity, policy, options.preview, memo.codes)
    return Prepared(renderer, assets, policy)


def worked_on(
    options: BuildOptions,
    settings: Settings,
    forms: Mapping[str, FigureFormat],
    addresses: Addresses,
    store: Store,
    memo: BuildMemo,
    progress: Progress,
    problems: list[Problem],
) -> Draw:
    """What draws the charts of a site; what is wrong with them is added to `problems`."""
    workshop = Workshop(store, options.jobs, progress, memo.workers, settings.chart_seconds)
    functions = ChartFunctions(options.content)
    return lambda asked, draws: draw_charts(
        asked, addresses, forms, functions, replace(workshop, draws=draws), problems
    )
