"""Charts that no fence can say: functions of the site's own `charts.py`, each from plain values to an Altair chart.

The file is the site owner's code and may do what it likes but for two things that would break a promise of the site:
it reaches no network, and it takes its numbers from the data it is given, not from files of its own.
"""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import json
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from ..located import SourceText, read_text
from ..model import ChartData, ChartRequest
from ..problems import Problem, SiteError, Span, did_you_mean
from .guard import NETWORK_HINT, forbidden_step, guarded
from .theme import NARROW, RAMP, SERIES, WIDE, Canvas

FILE = "charts.py"


@dataclass(frozen=True)
class ChartInput:
    """What a function of charts.py is given: what its fence asked for, in the language of the page.

    `rows` has a mapping a figure (id, series, indicator, area, period, date, value, label, bound, status), `table` one
    a row of the table that the fence names. `width` and `height` are px; the function is called once for a wide and
    once for a narrow drawing.
    """

    id: str
    language: str
    rows: Sequence[Mapping[str, Any]]
    table: Sequence[Mapping[str, str]]
    width: int
    height: int
    is_narrow: bool
    colours: Sequence[str]
    ramp: Sequence[str]


@dataclass(frozen=True)
class ChartFunctions:
    """The functions of one content folder. Importing the file, and altair with it, waits for the first chart."""

    content: Path

    @property
    def path(self) -> Path:
        return self.content / FILE

    @property
    def name(self) -> str:
        return self.path.as_posix()

    @cached_property
    def source(self) -> SourceText:
        return read_text(self.path, self.name)

    @cached_property
    def code(self) -> Mapping[str, str]:
        """The bytes (their digest) of the file and of those beside it: what a function may consist of."""
        paths = sorted(self.content.glob("*.py"))
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}

    def specs(self, request: ChartRequest, data: ChartData, place: SourceText) -> tuple[str, ...]:
        """The specifications (JSON) of a chart, wide and narrow. `place` is the file that its fence stands in.

        Raises SiteError for a file that is missing or can't be imported, no such function, one that raises, returns
        no chart, reaches for a file or the network, or draws other values than those it was given.
        """
        fence = place.find("function:", request.line)
        if not self.path.is_file():
            hint = f"write it: def {request.function}(chart): return altair.Chart(…)"
            raise SiteError([Problem("chart-function", f"there is no {self.name}", fence, hint)])
        function = self._function(request.function, fence)
        return tuple(self._spec(function, request, data, canvas, fence) for canvas in (WIDE, NARROW))

    def _function(self, name: str, fence: Span) -> Any:
        module = self.module
        function = getattr(module, name, None)
        if not inspect.isfunction(function):
            own = [key for key, value in vars(module).items() if inspect.isfunction(value) and not key.startswith("_")]
            message = f'no function "{name}" in {self.name}'
            raise SiteError([Problem("chart-function", message, fence, did_you_mean(name, own))])
        return function

    @cached_property
    def module(self) -> ModuleType:
        """The file, run. Raises SiteError where it can't be."""
        spec = importlib.util.spec_from_file_location("sitegen_site_charts", self.path)
        if spec is None or spec.loader is None:
            raise SiteError([Problem("chart-import", "can't be imported", Span(self.name))])
        module = importlib.util.module_from_spec(spec)
        known, written = set(sys.modules), sys.dont_write_bytecode
        sys.path.insert(0, str(self.content.resolve()))
        sys.dont_write_bytecode = True
        try:
            with guarded(self.content):
                spec.loader.exec_module(module)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            raise SiteError([self._problem("chart-import", error, "can't be imported")]) from error
        finally:
            sys.dont_write_bytecode = written
            sys.path.remove(str(self.content.resolve()))
            self._forget(set(sys.modules) - known)
        return module

    def _forget(self, names: set[str]) -> None:
        """Let the next build of a preview read the files beside it anew."""
        folder = self.content.resolve()
        for name in names:
            file = getattr(sys.modules.get(name), "__file__", None)
            if file and Path(file).resolve().is_relative_to(folder):
                del sys.modules[name]

    def _spec(self, function: Any, request: ChartRequest, data: ChartData, canvas: Canvas, fence: Span) -> str:
        try:
            takes = len(inspect.signature(function).parameters)
            with guarded(self.content):
                chart = function(*[_input(request, data, canvas)][:takes])
                if not hasattr(chart, "to_dict"):
                    message = f'"{request.function}" returns no Altair chart but {type(chart).__name__}'
                    raise SiteError(
                        [Problem("chart-function", message, self._line_of(function), "return altair.Chart(…)")]
                    )
                spec = chart.to_dict()
            text = json.dumps(spec, ensure_ascii=False, allow_nan=False, default=str)
        except SiteError:
            raise
        except ValueError as error:
            if "JSON compliant" in str(error):
                message = f'"{request.function}" draws a value that is no number (NaN, or an infinity)'
                hint = "leave the row out, and say in a note that it is missing"
                raise SiteError([Problem("chart-data", message, self._line_of(function), hint)]) from error
            raise SiteError([self._problem("chart-function", error, f'"{request.function}" fails')]) from error
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            raise SiteError([self._problem("chart-function", error, f'"{request.function}" fails')]) from error
        problems = list(_wrong(spec, request, self._line_of(function)))
        if problems:
            raise SiteError(problems)
        return text

    def _line_of(self, function: Any) -> Span:
        return self.source.span(function.__code__.co_firstlineno)

    def _problem(self, code: str, error: BaseException, what: str) -> Problem:
        """Where in the file it went wrong, and how."""
        if isinstance(error, SyntaxError) and error.filename and Path(error.filename).resolve() == self.path.resolve():
            return Problem(code, f"{what}: {error.msg}", self.source.span(error.lineno or 1, error.offset or 1))
        lines = [
            frame.lineno or 1
            for frame in traceback.extract_tb(error.__traceback__)
            if Path(frame.filename).resolve() == self.path.resolve()
        ]
        span = self.source.span(lines[-1] if lines else 1)
        if forbidden := forbidden_step(error):
            code, message, hint = forbidden.args
            return Problem(code, message, span, hint)
        text = str(error).strip().split("\n")[0]
        return Problem(code, f"{what}: {type(error).__name__}" + (f": {text}" if text else ""), span)


def _input(request: ChartRequest, data: ChartData, canvas: Canvas) -> ChartInput:
    names = ("id", "indicator", "area", "period", "date", "value", "label", "bound", "status")
    rows = [
        {"series": data.series[point.series], **{name: asdict(point)[name] for name in names}} for point in data.points
    ]
    return ChartInput(
        id=request.id,
        language=data.language,
        rows=rows,
        table=[dict(row) for row in request.rows],
        width=canvas.width - 60,
        height=canvas.height,
        is_narrow=canvas is NARROW,
        colours=SERIES,
        ramp=RAMP,
    )


def own_rows(specs: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """The rows of data in a chart's wide specification, each once."""
    rows: dict[str, Mapping[str, Any]] = {}
    for values in _values(json.loads(specs[0])) if specs else ():
        for row in values:
            if isinstance(row, dict):
                rows.setdefault(json.dumps(row, sort_keys=True), row)
    return tuple(rows.values())


def _values(value: Any) -> Iterator[Sequence[Any]]:
    """Every list of rows in a specification."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "datasets" and isinstance(item, dict):
                yield from (rows for rows in item.values() if isinstance(rows, list))
            elif key == "data" and isinstance(item, dict) and isinstance(item.get("values"), list):
                yield item["values"]
            else:
                yield from _values(item)
    elif isinstance(value, list):
        for item in value:
            yield from _values(item)


def _wrong(spec: Mapping[str, Any], request: ChartRequest, span: Span) -> Iterator[Problem]:
    """Data from an address, and figures drawn with another value than theirs."""
    for url in dict.fromkeys(_urls(spec)):
        message = f'"{request.function}" takes data from an address, {url}'
        yield Problem("chart-network", message, span, NETWORK_HINT)
    figures = {item.id: item for item in request.figures}
    for rows in _values(spec):
        for row in rows:
            item = figures.get(row.get("id", "")) if isinstance(row, dict) else None
            if item and isinstance(row.get("value"), int | float) and row["value"] != float(item.number):
                message = f'"{request.function}" draws {row["value"]} for "{item.id}", which is {item.value}'
                yield Problem("chart-value", message, span, "draw the values of `chart.rows` as they are")


def _urls(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key in ("data", "url") and isinstance(item, dict):
                # an address of data, or that of the pictures of an image mark
                yield from (item[name] for name in ("url", "value") if isinstance(item.get(name), str))
            if key not in ("values", "datasets"):
                yield from _urls(item)
    elif isinstance(value, list):
        for item in value:
            yield from _urls(item)
