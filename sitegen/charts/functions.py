"""Charts that no fence can say: functions of the site's own `charts.py`, each from plain values to an Altair chart.

The file is the site owner's code and may do what it likes but for two things that would break a promise of the site:
it reaches no network, and it takes its numbers from the data it is given, not from files of its own.
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
from dataclasses import asdict, dataclass
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
        """The bytes (their digest) of the file and of all Python beside and below: what a function may consist of."""
        paths = sorted(path for path in self.content.rglob("*.py") if path.is_file())
        digests = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
        return {path.relative_to(self.content).as_posix(): digest for path, digest in digests.items()}

    def specs(self, request: ChartRequest, data: ChartData, fence: Span) -> tuple[str, ...]:
        """The specifications (JSON) of a chart, wide and narrow. `fence` is where its fence names the function.

        Raises SiteError for a file that is missing or can't be imported, no such function, one that raises, returns
        no chart, reaches for a file or the network, or draws other values than those it was given.
        """
        if not self.path.is_file():
            hint = f"write it: def {request.function}(chart): return altair.Chart(…)"
            raise SiteError([Problem("chart-function", f"there is no {self.name}", fence, hint)])
        function = self._function(request.function, fence)
        return tuple(self._spec(function, request, data, canvas) for canvas in (WIDE, NARROW))

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
        try:
            with guarded(self.content), self._modules_beside():
                spec.loader.exec_module(module)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            problem = self._problem("chart-import", error, "can't be imported", self.source.span(1))
            raise SiteError([problem]) from error
        return module

    @contextmanager
    def _modules_beside(self) -> Iterator[None]:
        """Let the file import those beside it, and leave no trace of them."""
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
        """Let the next build of a preview read the files beside it anew."""
        folder = self.content.resolve()
        for name in names:
            file = getattr(sys.modules.get(name), "__file__", None)
            if file and Path(file).resolve().is_relative_to(folder):
                del sys.modules[name]

    def _spec(self, function: Any, request: ChartRequest, data: ChartData, canvas: Canvas) -> str:
        line = self._line_of(function)
        try:
            first, again = (self._called(function, _input(request, data, canvas)) for _ in range(2))
        except SiteError:
            raise
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            raise SiteError([self._problem("chart-function", error, f'"{request.function}" fails', line)]) from error
        if first is None or again is None:
            message = f'"{request.function}" returns no Altair chart'
            raise SiteError([Problem("chart-function", message, line, "return altair.Chart(…)")])
        try:
            text = json.dumps(first, ensure_ascii=False, allow_nan=False, default=_plain)
            same = text == json.dumps(again, ensure_ascii=False, allow_nan=False, default=_plain)
            text.encode()
        except UnicodeEncodeError as error:
            message = f'"{request.function}" draws a text that is no Unicode'
            raise SiteError([Problem("chart-data", message, line, "leave out what could not be decoded")]) from error
        except TypeError as error:
            hint = "write it as a number or a text"
            raise SiteError([Problem("chart-data", f'"{request.function}" draws {error}', line, hint)]) from error
        except ValueError as error:
            message = f'"{request.function}" draws a value that is no number (NaN, or an infinity)'
            hint = "leave the row out, and say in a note that it is missing"
            raise SiteError([Problem("chart-data", message, line, hint)]) from error
        if not same:
            message = f'"{request.function}" makes another chart each time'
            raise SiteError([Problem("chart-function", message, line, "take nothing from chance or the clock")])
        problems = list(spec_problems(json.loads(text), request, line))
        if problems:
            raise SiteError(problems)
        return text

    def _called(self, function: Any, given: ChartInput) -> Any:
        """The specification that a function makes, as Altair gives it; None for what is no chart."""
        takes = len(inspect.signature(function).parameters)
        with guarded(self.content), self._modules_beside():
            chart = function(*[given][:takes])
            if inspect.iscoroutine(chart):
                chart.close()
            return with_days(chart.to_dict()) if hasattr(chart, "to_dict") else None

    def _line_of(self, function: Any) -> Span:
        """Where a function begins: in the file, or in one beside it that it was imported from."""
        code = function.__code__
        beside = Path(code.co_filename).resolve().is_relative_to(self.content.resolve())
        source = self._source_of(Path(code.co_filename)) if beside else self.source
        return source.span(code.co_firstlineno if beside else 1)

    def _problem(self, code: str, error: BaseException, what: str, otherwise: Span) -> Problem:
        """Where it went wrong, in the file or one beside it, and how; `otherwise` where no line of theirs did."""
        folder = self.content.resolve()
        if isinstance(error, SyntaxError) and error.filename and Path(error.filename).resolve().is_relative_to(folder):
            source = self._source_of(Path(error.filename))
            return Problem(code, f"{what}: {error.msg}", source.span(error.lineno or 1, error.offset or 1))
        frames = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if Path(frame.filename).resolve().is_relative_to(folder)
        ]
        span = self._source_of(Path(frames[-1].filename)).span(frames[-1].lineno or 1) if frames else otherwise
        if forbidden := forbidden_step(error):
            code, message, hint = forbidden.args
            return Problem(code, message, span, hint)
        text = str(error).strip().split("\n")[0]
        return Problem(code, f"{what}: {type(error).__name__}" + (f": {text}" if text else ""), span)

    def _source_of(self, path: Path) -> SourceText:
        inside = path.resolve().relative_to(self.content.resolve())
        return read_text(self.content / inside, (self.content / inside).as_posix())


def _plain(value: object) -> object:
    """A value of a row that JSON has no form for. Raises TypeError for one that no drawing has either."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"a value of the type {type(value).__name__}")


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
