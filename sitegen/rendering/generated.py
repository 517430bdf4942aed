"""Pages that have no file: one for each figure and chart, the list of figures, and 404 unless there is a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ..content import language_prefix
from ..language import FigureFormat
from ..model import Content, Dataset, GeneratedPage, PlacedChart, Settings
from ..text import SourceText
from .views.data import figure_title


def generated_pages(
    settings: Settings, content: Content, dataset: Dataset, formats: Mapping[str, FigureFormat]
) -> Iterator[GeneratedPage]:
    """The generated pages in each language."""
    keys = {page.key for page in content.pages}
    for language in settings.languages:
        form, prefix = formats[language], language_prefix(language, settings)
        labels = form.labels
        if "404" not in keys:
            yield replace(_page("404", language, prefix, labels("not_found_title"), "404"), url=f"{prefix}404.html")
        if dataset.figures:
            yield _page("figures", language, prefix, labels("figures"), "figures", labels("figures_description"))
        for figure in dataset.figures.values():
            title = figure_title(figure, form)
            description = f"{form.told(figure, form.value(figure, unit=True))} – {title}"
            yield _page(f"figures/{figure.id}", language, prefix, title, "figure", description, figure.id)
        yield from _chart_pages((chart for chart in content.charts if chart.language == language), prefix)


def _chart_pages(charts: Iterable[PlacedChart], prefix: str) -> Iterator[GeneratedPage]:
    """Pages to embed each chart from: in the reader's colours, and in those of either theme."""
    for placed in {chart.id: chart for chart in reversed(list(charts))}.values():
        for theme in ("", "light", "dark"):
            key = f"charts/{placed.id}" + (f"/{theme}" if theme else "")
            yield replace(_page(key, placed.language, prefix, placed.title, "chart"), chart=placed.id, theme=theme)


def _page(
    key: str, language: str, prefix: str, title: str, layout: str, description: str = "", figure: str = ""
) -> GeneratedPage:
    return GeneratedPage(
        key=key,
        language=language,
        url=f"{prefix}{key}/",
        title=title,
        description=description,
        layout=layout,
        source=SourceText(f"{key} ({language})", ""),
        figure=figure,
    )
