"""Pages that no file was written for: one a figure, the list of all figures, and 404 unless the site has its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from .content import language_prefix
from .figures import FigureFormat
from .located import LocatedMapping, SourceText
from .model import Content, Dataset, Page, Settings
from .views import figure_title


def generated_pages(
    settings: Settings, content: Content, dataset: Dataset, forms: Mapping[str, FigureFormat]
) -> Iterator[Page]:
    """In each language: the figure pages, their list, and the page for an address that isn't there."""
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


def _page(key: str, language: str, url: str, title: str, description: str, layout: str, figure: str = "") -> Page:
    return Page(
        key=key,
        language=language,
        url=url,
        title=title,
        description=description,
        layout=layout,
        area="",
        weight=0,
        date=None,
        lastmod=None,
        draft=False,
        aliases=(),
        params={},
        body="",
        body_line=1,
        front=LocatedMapping({}, SourceText(f"{key} ({language})", "")),
        path=PurePosixPath(key),
        translation_key=key,
        figure=figure,
    )
