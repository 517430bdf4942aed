"""Pages that no file was written for: one a figure and a chart, the list of figures, and 404 where there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ..content import language_prefix
from ..language import FigureFormat
from ..model import Content, Dataset, GeneratedPage, PlacedChart, Settings
from ..text import SourceText
from .views.data import figure_title


def generated_pages(
    settings: Settings, content: Content, dataset: Dataset, forms: Mapping[str, FigureFormat]
) -> Iterator[GeneratedPage]:
    """In each language: the figure pages, their list, the charts, and the page for an address that isn't there."""
    keys = {page.key for page in content.pages}
    for language in settings.languages:
        form, prefix = forms[language], language_prefix(language, settings)
        labels = form.labels
        if "404" not in keys:
            title = labels("not_found_title")
            yield _page("404", language, f"{prefix}404.html", title, "", "404")
        if dataset.figures:
            description = labels("figures_description")
            yield _page("figures", language, f"{prefix}figures/", labels("figures"), description, "figures")
        for figure in dataset.figures.values():
            title = figure_title(figure, form)
            description = f"{form.told(figure, form.value(figure, unit=True))} – {title}"
            key = f"figures/{figure.id}"
            yield _page(key, language, f"{prefix}{key}/", title, description, "figure", figure.id)
        yield from _chart_pages((chart for chart in content.charts if chart.language == language), prefix)


def _chart_pages(charts: Iterable[PlacedChart], prefix: str) -> Iterator[GeneratedPage]:
    """For each chart a page of its own, to be embedded: in the reader's colours, and in those of either theme."""
    for placed in {chart.id: chart for chart in reversed(list(charts))}.values():
        for theme in ("", "light", "dark"):
            key = f"charts/{placed.id}" + (f"/{theme}" if theme else "")
            page = _page(key, placed.language, f"{prefix}{key}/", placed.title, "", "chart")
            yield replace(page, chart=placed.id, theme=theme)


def _page(
    key: str, language: str, url: str, title: str, description: str, layout: str, figure: str = ""
) -> GeneratedPage:
    return GeneratedPage(
        key=key,
        language=language,
        url=url,
        title=title,
        description=description,
        layout=layout,
        source=SourceText(f"{key} ({language})", ""),
        figure=figure,
    )
