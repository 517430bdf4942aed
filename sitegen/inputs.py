"""All that a build reads before it renders: settings, pages, data with what is computed from them, words."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from .calculation import calculate, load_declarations, with_calculated_tables
from .content import load_content
from .data import load_dataset
from .data_texts import bind_data_texts
from .fences import placed_charts
from .figures import FigureFormat
from .labels import load_labels
from .model import Content, Dataset, Settings
from .problems import Problem
from .settings import load_settings
from .translations import outdated_translations


@dataclass(frozen=True)
class BuildOptions:
    """All that a build depends on, beside the files. `today` decides which publishDates have come.

    `thorough` holds the authors' words, and the languages, against each other and the figures too.
    """

    content: Path
    templates: tuple[Path, ...]
    today: datetime.date
    base_url: str = ""
    drafts: bool = False
    strict: bool = False
    preview: bool = False
    thorough: bool = False
    jobs: int = 0
    """How many processes draw charts at most; 0 for as many as the machine has processors."""
    cache: Path | None = None
    """Where what was made is kept for the next build; None keeps nothing."""


@dataclass(frozen=True)
class Inputs:
    """What was read. `as_written` is the dataset with its texts as their authors wrote them, `{{ … }}` included."""

    settings: Settings
    content: Content
    as_written: Dataset
    dataset: Dataset
    forms: Mapping[str, FigureFormat]


def read_inputs(options: BuildOptions, problems: list[Problem]) -> Inputs:
    """Everything that can be made sense of; what is wrong is added to `problems`. Raises SiteError without settings."""
    settings = load_settings(options.content, options.base_url, problems)
    content = load_content(options.content, settings, options.today, options.drafts, problems)
    outdated = outdated_translations(options.content, content, settings, options.thorough, problems)
    dataset = load_dataset(options.content, settings, problems)
    labels = load_labels(options.templates, settings, problems)
    forms = {language: FigureFormat(language, labels[language]) for language in settings.languages}
    declarations = load_declarations(options.content, settings, problems)
    # the texts show derived figures, and these carry texts: once for the values, once with the texts in them
    as_written = calculate(declarations, dataset, [])
    bound_declarations, bound = bind_data_texts(declarations, as_written, forms, problems)
    calculated = calculate(bound_declarations, bound, problems)
    whole = with_calculated_tables(calculated, labels, problems)
    content = replace(content, outdated=outdated, charts=tuple(placed_charts(content.pages)))
    return Inputs(settings, content, as_written, whole, forms)
