"""Sets up the renderer of pages and the drawing of charts."""

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
from .session import BuildSession

Draw = Callable[[Sequence[tuple[Page, ChartRequest]], bool], Charts]
"""Draws the charts that pages request; if the second argument is False, those not drawn before stay blank."""


@dataclass(frozen=True)
class Prepared:
    """The renderer, the asset files and the content policy."""

    renderer: SiteRenderer
    assets: Sequence[Artifact]
    policy: str


def prepared(
    options: BuildOptions, addresses: Addresses, formats: Mapping[str, FigureFormat], session: BuildSession
) -> Prepared:
    """The renderer with its templates and assets."""
    paths, assets = hashed_assets(options.templates, plain=options.preview)
    templates = read_templates(options.templates)
    scripts = script_integrities(paths, assets)
    policy = content_policy(ANY_OWN_SCRIPT if options.preview else scripts.values())

    def integrity(name: str) -> str:
        # in a preview, scripts may change without their page
        return "" if options.preview else scripts[name]

    renderer = SiteRenderer(addresses, formats, templates, paths, integrity, policy, options.preview, session.codes)
    return Prepared(renderer, assets, policy)


def chart_drawer(
    options: BuildOptions,
    settings: Settings,
    formats: Mapping[str, FigureFormat],
    addresses: Addresses,
    store: Store,
    session: BuildSession,
    progress: Progress,
    problems: list[Problem],
) -> Draw:
    """A function that draws the site's charts, adding mistakes to `problems`."""
    workshop = Workshop(store, options.jobs, progress, session.workers, settings.chart_seconds)
    functions = ChartFunctions(options.content)
    return lambda requests, draws: draw_charts(
        requests, addresses, formats, functions, replace(workshop, draws=draws), problems
    )
