"""Charts made by functions of the site's own `charts.py`, from plain values to an Altair chart.

The file is the site owner's code and may do anything except access the network and read files of the content folder:
a chart must show only the data it was given.
"""

from __future__ import annotations

import datetime
import hashlib
import importlib.util
import inspect
import json
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from ..model import ChartData, ChartRequest
from ..problems import Problem, SiteError, Span, did_you_mean
from ..text import SourceText, read_text
from .guard import forbidden_step, guarded
from .made_spec import spec_problems, with_days
from .theme import NARROW, RAMP, SERIES, WIDE, Canvas

FILE = "charts.py"


@dataclass(frozen=True)
class ChartInput:
    """The argument of a function in charts.py: what its fence selected, in the page's language.

    `rows` has a mapping for each figure (id, series, indicator, area, period, date, value, label, bound, status),
    `table` one for each row of the fence's table. `width` and `height` are px; the function is called for
    a wide and for a narrow drawing.
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
    """The functions of one content folder. The file, and Altair with it, is imported on first use."""

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
        """The digests of all Python files in the folder and below: what a function's result may depend on."""
        paths = sorted(path for path in self.content.rglob("*.py") if path.is_file())
        digests = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
        return {path.relative_to(self.content).as_posix(): digest for path, digest in digests.items()}

    def specs(self, request: ChartRequest, data: ChartData, fence: Span) -> tuple[str, ...]:
        """The specifications (JSON) of a chart, wide and narrow. `fence` is where its fence names the function.

        Raises SiteError if the file is missing or can't be imported, or if the function is missing, raises, returns no
        chart, accesses files or the network, or draws values other than those it was given.
        """
        name = request.function
        if not self.path.is_file():
            hint = f"write it: def {name}(chart): return altair.Chart(…)"
            raise SiteError([Problem("chart-function", f"there is no {self.name}", fence, hint)])
        functions = {key: value for key, value in vars(self.module).items() if inspect.isfunction(value)}
        if name not in functions:
            hint = did_you_mean(name, [key for key in functions if not key.startswith("_")])
            raise SiteError([Problem("chart-function", f'no function "{name}" in {self.name}', fence, hint)])
        return tuple(self._spec(functions[name], request, data, canvas) for canvas in (WIDE, NARROW))

    @cached_property
    def module(self) -> ModuleType:
        """The imported file. Raises SiteError if the import fails."""
        spec = importlib.util.spec_from_file_location("sitegen_site_charts", self.path)
        if spec is None or spec.loader is None:
            raise SiteError([Problem("chart-import", "can't be imported", Span(self.name))])
        module = importlib.util.module_from_spec(spec)
        try:
            with guarded(self.content), self._modules_beside():
                spec.loader.exec_module(module)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            problem = self._problem("chart-import", error, "can't be imported", self.source.span(1))
            raise SiteError([problem]) from error
        return module

    @contextmanager
    def _modules_beside(self) -> Iterator[None]:
        """Allow imports of modules in the content folder, and unload them afterwards."""
        folder = str(self.content.resolve())
        known, written = set(sys.modules), sys.dont_write_bytecode
        sys.path.insert(0, folder)
        sys.dont_write_bytecode = True
        try:
            yield
        finally:
            sys.dont_write_bytecode = written
            if folder in sys.path:
                sys.path.remove(folder)
            self._forget(set(sys.modules) - known)

    def _forget(self, names: set[str]) -> None:
        """Unload those of these modules that are in the folder, so that a preview's next build imports them again."""
        folder = self.content.resolve()
        for name in names:
            file = getattr(sys.modules.get(name), "__file__", None)
            if file and Path(file).resolve().is_relative_to(folder):
                del sys.modules[name]

    def _spec(self, function: Any, request: ChartRequest, data: ChartData, canvas: Canvas) -> str:
        line = self._line_of(function)

        def wrong(code: str, does: str, hint: str) -> SiteError:
            return SiteError([Problem(code, f'"{request.function}" {does}', line, hint)])

        try:
            made = [self._called(function, _input(request, data, canvas)) for _ in range(2)]
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise SiteError([self._problem("chart-function", error, f'"{request.function}" fails', line)]) from error
        if None in made:
            raise wrong("chart-function", "returns no Altair chart", "return altair.Chart(…)")
        try:
            text, again = (json.dumps(each, ensure_ascii=False, allow_nan=False, default=_plain) for each in made)
            text.encode()
        except UnicodeEncodeError as error:
            hint = "leave out what could not be decoded"
            raise wrong("chart-data", "draws a text that isn't Unicode", hint) from error
        except TypeError as error:
            raise wrong("chart-data", f"draws {error}", "write it as a number or a text") from error
        except ValueError as error:
            hint = "leave out the row, and say so in a note"
            raise wrong("chart-data", "draws a value that isn't a number (NaN or infinity)", hint) from error
        if text != again:
            raise wrong("chart-function", "makes a different chart each time", "don't use random numbers or the clock")
        if problems := list(spec_problems(json.loads(text), request, line)):
            raise SiteError(problems)
        return text

    def _called(self, function: Any, given: ChartInput) -> Any:
        """The specification that a function made, as Altair writes it; None if it returned no chart."""
        takes = len(inspect.signature(function).parameters)
        with guarded(self.content), self._modules_beside():
            chart = function(*[given][:takes])
            if inspect.iscoroutine(chart):
                chart.close()
            return with_days(chart.to_dict()) if hasattr(chart, "to_dict") else None

    def _line_of(self, function: Any) -> Span:
        """Where a function is defined: in the file, or in a module that it was imported from."""
        code = function.__code__
        if Path(code.co_filename).resolve().is_relative_to(self.content.resolve()):
            return self._source_of(Path(code.co_filename)).span(code.co_firstlineno)
        return self.source.span(1)

    def _problem(self, code: str, error: BaseException, what: str, otherwise: Span) -> Problem:
        """An exception as a problem, at the innermost line of the site's code, or else at `otherwise`."""
        folder = self.content.resolve()
        places = [(frame.filename, frame.lineno, 1) for frame in traceback.extract_tb(error.__traceback__)]
        text = f"{type(error).__name__}: {str(error).strip().split(chr(10))[0]}".removesuffix(": ")
        if isinstance(error, SyntaxError) and error.filename:
            places.append((error.filename, error.lineno, error.offset or 1))
            text = error.msg if Path(error.filename).resolve().is_relative_to(folder) else text
        own = [place for place in places if Path(place[0]).resolve().is_relative_to(folder)]
        span = self._source_of(Path(own[-1][0])).span(own[-1][1] or 1, own[-1][2]) if own else otherwise
        if forbidden := forbidden_step(error):
            code, message, hint = forbidden.args
            return Problem(code, message, span, hint)
        return Problem(code, f"{what}: {text}", span)

    def _source_of(self, path: Path) -> SourceText:
        inside = path.resolve().relative_to(self.content.resolve())
        return read_text(self.content / inside, (self.content / inside).as_posix())


def _plain(value: object) -> object:
    """The JSON value of a decimal or a date. Raises TypeError for anything else."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"a value of the type {type(value).__name__}")


def _input(request: ChartRequest, data: ChartData, canvas: Canvas) -> ChartInput:
    names = ("id", "indicator", "area", "period", "date", "value", "label", "bound", "status")
    rows = [
        {"series": data.series[point.series], **{name: getattr(point, name) for name in names}} for point in data.points
    ]
    return ChartInput(
        id=request.id,
        language=data.language,
        rows=rows,
        table=[dict(row) for row in request.rows],
        width=canvas.width - 60,
        height=canvas.height,
        is_narrow=not canvas.is_wide,
        colours=SERIES,
        ramp=RAMP,
    )
