"""The functions that any text may call: `fig`, `figure_value`, `period`, `date` and `literal`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from markupsafe import Markup

from ...facts import DataReader
from ...language import FigureFormat
from ...model import Figure, View
from ...problems import Problem, Span, did_you_mean

MISSING = Markup("")
_MOST_PROBLEMS = 500


class TooManyProblemsError(Exception):
    """There are so many wrong calls on a page that finding the place of each would take too long."""


class TextShortcodes(View):
    """The functions for plain text. `figures` counts the ids of shown figures, `problems` gathers mistakes."""

    def __init__(self, read: DataReader, form: FigureFormat, problems: list[Problem]) -> None:
        self._data, self._form, self.problems = read, form, problems
        self.figures: Counter[str] = Counter()

    def functions(self) -> Mapping[str, Callable[..., object]]:
        """The functions by name, for the context of a text."""
        return {
            "fig": self.fig,
            "figure_value": self.figure_value,
            "period": self.period,
            "date": self.date,
            "literal": self.literal,
        }

    def fig(
        self,
        figure: str,
        unit: bool | None = None,
        sign: bool = False,
        words: bool = True,
        capital: bool = False,
        magnitude: bool = False,
    ) -> Markup | str:
        """A figure in the language; see `FigureFormat.value` for the options."""
        found = self._figure(figure)
        if found is None:
            return MISSING
        return self._shown(found, self._form.value(found, unit, sign, words, capital, magnitude))

    def figure_value(self, figure: str, unit: bool | None = None) -> str:
        """A figure as plain text, with its status in words."""
        found = self._figure(figure)
        return self._form.told(found, self._form.value(found, unit)) if found else ""

    def period(self, figure: str) -> Markup | str:
        """The period of a figure in words."""
        found = self._figure(figure)
        if found is None:
            return ""
        text = self._form.period_of(found)
        return text if text in found.period_note.values() else self._dated(text)

    def date(self, text: str) -> Markup | str:
        """An ISO 8601 date in the language's long form."""
        try:
            return self._dated(self._form.period(str(text)))
        except ValueError:
            self._report("date-invalid", f'"{text}" is no date', str(text), "e.g. 2024-12-31")
            return ""

    def literal(self, text: object) -> str:
        """A text as it is, whose numerals need no figure."""
        return str(text)

    def _shown(self, figure: Figure, text: str) -> Markup | str:
        return self._form.told(figure, text)

    def _dated(self, text: str) -> Markup | str:
        return text

    def _figure(self, key: str) -> Figure | None:
        figure = self._data.figure(key)
        if figure is not None:
            self.figures[key] += 1
        elif not self._data.lost(str(key)):
            known = self._data.all("figure")
            hint = did_you_mean(str(key), known)
            if close := next((name for name in known if f'"{name}"' in hint), None):
                hint += f" ({self._data.place_of(close)})"
            self._report("figure-unknown", f'no figure "{key}"', str(key), hint)
        return figure

    def _report_unknown(self, what: str, key: object, known: Iterable[str], where: str = "") -> None:
        """Report a missing name, unless it was lost by a mistake that is reported elsewhere."""
        if not self._data.lost(str(key)):
            hint = did_you_mean(str(key), known)
            self._report(f"{what}-unknown", f'no {what} "{key}"{where}', str(key), hint)

    def _report(self, code: str, message: str, needle: str, hint: str = "") -> None:
        if len(self.problems) > _MOST_PROBLEMS:
            raise TooManyProblemsError(f"more than {_MOST_PROBLEMS} mistakes; the rest of the page is not checked")
        self.problems.append(Problem(code, message, self._span(needle), hint))

    def _span(self, needle: str) -> Span:
        """Where the text contains `needle`."""
        raise NotImplementedError
