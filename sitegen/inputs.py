"""All that a build reads before it renders: settings, pages, data with what is computed from them, words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from .calculation import calculate, load_declarations, with_calculated_tables
from .content import PageRecords, load_content
from .content_files import ContentFiles
from .data import load_dataset
from .data_texts import bind_data_texts
from .figures import FigureFormat
from .labels import load_labels
from .model import Content, Dataset, Settings
from .options import BuildOptions
from .page_reading import with_records_read
from .problems import Problem
from .translations import outdated_translations


@dataclass(frozen=True)
class Inputs:
    """What was read. `as_written` is the dataset with its texts as their authors wrote them, `{{ … }}` included."""

    settings: Settings
    content: Content
    as_written: Dataset
    dataset: Dataset
    forms: Mapping[str, FigureFormat]


def read_inputs(
    options: BuildOptions,
    settings: Settings,
    problems: list[Problem],
    files: ContentFiles | None = None,
    records: PageRecords = MappingProxyType({}),
) -> Inputs:
    """Everything that can be made sense of; what is wrong is added to `problems`.

    `files` are those of the content folder, and `records` the pages of such that were read in an earlier build.
    """
    files = files or ContentFiles.of(options.content)
    records = with_records_read(records, files, settings, options.today, options.jobs)
    content = load_content(files, settings, options.today, options.drafts, problems, records)
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
    return Inputs(settings, replace(content, outdated=outdated), as_written, whole, forms)
