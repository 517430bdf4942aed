"""Everything a build reads before rendering: settings, pages, data and computed figures, labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from ..content import PageRecords, load_content, outdated_translations, with_records_read
from ..data import load_dataset, with_distinct_names
from ..data.calculation import calculate, load_declarations, with_calculated_tables
from ..language import FigureFormat, load_labels
from ..model import Content, Dataset, Settings
from ..problems import Problem
from ..rendering import bind_data_texts
from ..storage import BuildOptions, InputFiles, Store
from .session import BuildSession


@dataclass(frozen=True)
class Inputs:
    """What was read. `as_written` is the dataset with its texts as written, including `{{ … }}`."""

    settings: Settings
    content: Content
    as_written: Dataset
    dataset: Dataset
    formats: Mapping[str, FigureFormat]


@dataclass(frozen=True)
class _Data:
    """The data with computed figures, the figure formats, and the problems of both."""

    as_written: Dataset
    dataset: Dataset
    formats: Mapping[str, FigureFormat]
    problems: tuple[Problem, ...]


def read_inputs(
    options: BuildOptions,
    settings: Settings,
    problems: list[Problem],
    files: InputFiles | None = None,
    records: PageRecords = MappingProxyType({}),
    session: BuildSession | None = None,
) -> Inputs:
    """Read whatever parses; mistakes are added to `problems`.

    `files` are the input files if listed already, `records` those of pages read by an earlier build.
    """
    session = session or BuildSession()
    files = files or InputFiles.look(options.content, options.templates, Store(None))
    texts = files.content
    records = with_records_read(records, texts, settings, options.today, options.jobs)
    content = load_content(texts, settings, options.today, options.drafts, problems, records)
    outdated = outdated_translations(options.content, content, settings, options.thorough, problems)
    data: _Data = session.data(files.data_hash(options.base_url), lambda: _read_data(options, settings))
    problems += data.problems
    return Inputs(settings, replace(content, outdated=outdated), data.as_written, data.dataset, data.formats)


def _read_data(options: BuildOptions, settings: Settings) -> _Data:
    problems: list[Problem] = []
    dataset = load_dataset(options.content, settings, problems)
    labels = load_labels(options.templates, settings, problems)
    formats = {language: FigureFormat(language, labels[language]) for language in settings.languages}
    declarations = load_declarations(options.content, settings, problems)
    # texts show derived figures, which have texts themselves: calculate the values first, then again with the texts
    as_written = calculate(declarations, dataset, [])
    bound_declarations, bound = bind_data_texts(declarations, as_written, formats, problems)
    calculated = with_distinct_names(calculate(bound_declarations, bound, problems), formats, problems)
    return _Data(as_written, with_calculated_tables(calculated, labels, problems), formats, tuple(problems))
