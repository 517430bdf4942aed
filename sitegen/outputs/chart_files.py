"""A chart as files to download: picture, values, specification."""

from __future__ import annotations

from collections.abc import Iterator

from ..charts import file_rows
from ..model import Artifact
from .formats import spreadsheet_bytes
from .site import FinishedSite


def chart_files(site: FinishedSite) -> Iterator[Artifact]:
    """`charts/<id>` as `.svg` and `.png` (with title and source), `.csv` (for spreadsheets), `.json` (Vega-Lite), and
    `.vega.json` and `.narrow.vega.json`, which a page loads on demand.
    """
    pages = site.addresses.pages
    for (language, key), chart in site.charts.items():
        origin = pages[language, site.addresses.charts[language, key].page_key].source.name
        shown = frozenset(figure.id for figure in chart.request.figures)
        form = site.formats[language]
        header, rows, numeric = file_rows(chart.request, chart.rows, form)
        files = {
            "svg": chart.picture.svg.encode(),
            "png": chart.picture.png,
            "csv": spreadsheet_bytes(header, rows, numeric),
            "json": (chart.drawing.spec + "\n").encode(),
            "vega.json": (chart.drawing.view + "\n").encode(),
            "narrow.vega.json": (chart.drawing.narrow_view + "\n").encode(),
        }
        for ending, content in files.items():
            path = site.addresses.chart_file(key, language, ending).lstrip("/")
            yield Artifact(path, content, origin, shown)
