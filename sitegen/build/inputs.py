"""All that a build reads before it renders: settings, pages, data with what is computed from them, words."""

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
from .memo import BuildMemo


@dataclass(frozen=True)
class Inputs:
    """What was read. `as_written` is the dataset with its texts as their authors wrote them, `{{ … }}` included."""

    settings: Settings
    content: Content
    as_written: Dataset
    dataset: Dataset
    forms: Mapping[str, FigureFormat]


@dataclass(frozen=True)
class _Data:
    """The data, what is computed from them, and the words that they are told in, with what is wrong with either."""

    as_written: Dataset
    dataset: Dataset
    forms: Mapping[str, FigureFormat]
    problems: tuple[Problem, ...]


def read_inputs(
    options: BuildOptions,
    settings: Settings,
    problems: list[Problem],
    files: InputFiles | None = None,
    records: PageRecords = MappingProxyType({}),
    memo: BuildMemo | None = None,
) -> Inputs:
    """Everything that can be made sense of; what is wrong is added to `problems`.

    `files` are those that were listed already, and `records` the pages of such that were read in an earlier build.
    """
    memo = memo or BuildMemo()
    files = files or InputFiles.look(options.content, options.templates, Store(None))
    texts = files.content
    records = with_records_read(records, texts, settings, options.today, options.jobs)
    content = load_content(texts, settings, options.today, options.drafts, problems, records)
    outdated = outdated_translations(options.content, content, settings, options.thorough, problems)
    data: _Data = memo.data(files.data_hash(options.base_url), lambda: _read_data(options, settings))
    problems += data.problems
    return Inputs(settings, replace(content, outdated=outdated), data.as_written, data.dataset, data.forms)


def _read_data(options: BuildOptions, settings: Settings) -> _Data:
    problems: list[Problem] = []
    dataset = load_dataset(options.content, settings, problems)
    labels = load_labels(options.templates, settings, problems)
    forms = {language: FigureFormat(language, labels[language]) for language in settings.languages}
    declarations = load_declarations(options.content, settings, problems)
    # the texts show derived figures, and these carry texts: once for the values, once with the texts in them
    as_written = calculate(declarations, dataset, [])
    bound_declarations, bound = bind_data_texts(declarations, as_written, forms, problems)
    calculated = with_distinct_names(calculate(bound_declarations, bound, problems), forms, problems)
    return _Data(as_written, with_calculated_tables(calculated, labels, problems), forms, tuple(problems))
