"""The interface of a chart kind: options, figures, checks, sentences and drawing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, NamedTuple

from ..language import FigureFormat
from ..model import ChartData, ChartRequest, Figure
from ..text import Keys
from .choice import chosen_figures
from .description import Teller
from .options import FIGURES, FenceReader
from .points import Arrangement, by_figure, by_series, chart_data
from .theme import Canvas


class Misfit(NamedTuple):
    """Why figures can't be drawn as a kind: message, key of the fence, and hint."""

    message: str
    key: str = "kind"
    hint: str = ""


class ChartKind(ABC):
    """A kind of chart. Every kind has a `name` and a `draw` method; the rest are defaults to override."""

    name: ClassVar[str]
    """The name in fences: `tile-map`. The label `told_tile_map` has it in words."""
    options: ClassVar[Keys] = FIGURES
    """The keys of its fence, with their types, in addition to those of all charts: see `options.py`."""
    words: ClassVar[tuple[str, ...]] = ()
    """The labels that the drawing uses, for `ChartData.words`."""
    over_time: ClassVar[bool] = False
    """Whether each series is a time series: at least two figures, sorted, at different times."""
    has_names: ClassVar[bool] = True
    """Whether series and categories are labelled, so that their names must differ."""
    one_unit: ClassVar[bool] = True
    """Whether all figures need the same unit."""
    one_colour: ClassVar[bool] = False
    """Whether each figure is a category, all in one colour; otherwise each series has a colour."""
    needs_figures: ClassVar[bool] = True
    """Whether a fence without figures, and without events, is a mistake."""
    most: ClassVar[tuple[int, str]] = (0, "series")
    """Maximum number of `series` or `figures` (0: no limit)."""
    instead: ClassVar[str] = "make several charts"
    """The hint if there are more."""

    def figures(self, reader: FenceReader) -> list[Figure]:
        """The figures that a fence selects, in drawing order. Problems are added to the reader."""
        figures = list(chosen_figures(reader, required=self.needs_figures))
        return sorted(figures, key=lambda item: item.time_order) if self.over_time else figures

    def details(self, reader: FenceReader, request: ChartRequest) -> ChartRequest:
        """The request completed from the kind's own options. Problems are added to the reader."""
        return request

    def check(self, request: ChartRequest) -> Iterable[Misfit]:
        """Why the figures can't be drawn, in addition to the checks for all kinds."""
        return ()

    def arrange(self, request: ChartRequest, form: FigureFormat) -> Arrangement:
        """The series (colour) and category (position) of each figure."""
        return by_figure(request, form) if self.one_colour else by_series(request)

    def data(self, request: ChartRequest, form: FigureFormat) -> ChartData:
        """Everything the drawing needs, as plain values."""
        return chart_data(request, self.arrange(request, form), form, self.words)

    def sentences(self, teller: Teller) -> Iterator[str]:
        """The description: what the chart shows, then its values."""
        if teller.figures:
            yield teller.opening()
            yield from self.told(teller)

    def told(self, teller: Teller) -> Iterator[str]:
        """The values in sentences."""
        return teller.over_time() if self.over_time else teller.side_by_side()

    @abstractmethod
    def draw(self, data: ChartData, canvas: Canvas) -> dict[str, Any]:
        """The Vega-Lite specification with its rows, without configuration."""
