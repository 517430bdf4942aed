"""Jinja2 for authors' texts: every operation is counted, and values have only the attributes listed here.

Jinja2's own sandbox limits neither work, memory nor public attributes:
https://jinja.palletsprojects.com/en/stable/sandbox/.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from functools import wraps
from string import Formatter
from types import BuiltinMethodType, MethodType
from typing import Any, ClassVar, cast

from jinja2 import Undefined, nodes
from jinja2.compiler import CodeGenerator, Frame, operators
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedEscapeFormatter, SandboxedFormatter
from markupsafe import Markup

from ...language import sorting_filters
from ..template_problems import LimitError, NoTextError
from .budget import Budget

_LONGEST_RANGE = 10_000
_TEXT_METHODS = (
    "capitalize casefold center count endswith expandtabs find format format_map index isalnum isalpha isascii "
    "isdecimal isdigit islower isnumeric isspace istitle isupper join ljust lower lstrip partition removeprefix "
    "removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip swapcase "
    "title upper zfill"
)
_DATE_ATTRIBUTES = "year month day hour minute second isoformat weekday isoweekday"
_LOOP_ATTRIBUTES = "cycle changed depth depth0 first index index0 last length nextitem previtem revindex revindex0"
# what authors may use of a value, by type: nothing that reads the clock, the time zone or random numbers
_ATTRIBUTES: tuple[tuple[type | tuple[type, ...], frozenset[str]], ...] = (
    (str, frozenset(_TEXT_METHODS.split())),
    (Mapping, frozenset(["get", "items", "keys", "values"])),
    ((list, tuple, range), frozenset(["count", "index"])),
    ((datetime.date, datetime.time), frozenset(_DATE_ATTRIBUTES.split())),
    ((int, float), frozenset(["is_integer"])),
    (LoopContext, frozenset(_LOOP_ATTRIBUTES.split())),
    (Macro, frozenset(["name", "arguments"])),
)
_VALUE_FILTERS = (
    "attr batch count d default dictsort first groupby items last length list map max min reject rejectattr reverse "
    "select selectattr slice sort sum unique"
)
"""Filters that return values and print none."""
_NUMBER_FILTERS = "d default float int map reject rejectattr select selectattr sum"
"""Filters whose number arguments are no widths or counts."""
_MOST_DIGITS = 300
_OUR_PACKAGE = __name__.partition(".")[0] + "."
# the width and precision of `%-10.3f`, `%*d`, `%(name)5s`
_PERCENT = re.compile(r"%(?:\([^()%]*+\))?[-+ #0]*+(\*|[0-9]*+)(?:\.(\*|[0-9]*+))?")
_DIGITS = re.compile(r"[0-9]++")


class CountedCode(CodeGenerator):
    """Jinja2's compiler; loops, macros, comparisons and slices spend the budget."""

    environment: SandboxEnvironment

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 -- the base's
        """Blocks count too: `self` can call them anywhere."""
        for block in node.find_all(nodes.Block):
            block.body.insert(0, _spending(block.body, block.lineno))
        super().visit_Template(node, frame)

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802
        """Count every iteration, also those that the loop's `if` skips."""
        node.body.insert(0, _spending(node.body, node.lineno))
        if node.test is not None:
            node.test = nodes.And(nodes.EnvironmentAttribute("budget.spend()"), node.test, lineno=node.lineno)
        super().visit_For(node, frame)

    def macro_body(self, node: nodes.Macro | nodes.CallBlock, frame: Frame) -> Any:
        node.body.insert(0, _spending(node.body, node.lineno))
        return super().macro_body(node, frame)

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:  # noqa: N802
        """Weigh both sides: no signal interrupts a comparison of long lists."""
        self.write("(")
        self._weighed(node.expr, frame)
        for operand in node.ops:
            self.visit(operand, frame)
        self.write(")")

    def visit_Operand(self, node: nodes.Operand, frame: Frame) -> None:  # noqa: N802
        self.write(f" {operators[node.op]} ")
        self._weighed(node.expr, frame)

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        """A slice is a copy."""
        if not isinstance(node.arg, nodes.Slice):
            super().visit_Getitem(node, frame)
            return
        self._weighed(node.node, frame)
        self.write("[")
        self.visit(node.arg, frame)
        self.write("]")

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:  # noqa: N802
        """Weigh the keys: hashing one may take long."""
        self.write("{")
        for item in node.items:
            self._weighed(item.key, frame)
            self.write(": ")
            self.visit(item.value, frame)
            self.write(", ")
        self.write("}")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")

    def _weighed(self, node: nodes.Node, frame: Frame) -> None:
        self.write("environment.weighed(")
        self.visit(node, frame)
        self.write(")")

    def visit_Const(self, node: nodes.Const, frame: Frame) -> None:  # noqa: N802
        """Refuse `1e999`."""
        if node.value in (math.inf, -math.inf):
            self.fail("this number is too large", node.lineno)
        super().visit_Const(node, frame)

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        # the base evaluates constant expressions at compile time, where nothing is counted
        if not isinstance(node, nodes.TemplateData):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)


def _spending(body: Iterable[nodes.Node], line: int) -> nodes.ExprStmt:
    """A statement that spends a step and the characters that the body writes each time."""
    return nodes.ExprStmt(nodes.EnvironmentAttribute(f"budget.spend(1, {sum(map(_written, body))})"), lineno=line)


def _written(node: nodes.Node) -> int:
    """The characters that a node writes as they are; loops and macros inside count their own."""
    if isinstance(node, nodes.TemplateData):
        return len(node.data)
    if isinstance(node, nodes.For | nodes.Macro | nodes.CallBlock | nodes.Block):
        return 0
    return sum(map(_written, node.iter_child_nodes()))


class SandboxEnvironment(ImmutableSandboxedEnvironment):
    """The sandbox. Rendering in it spends `budget`."""

    code_generator_class = CountedCode
    intercepted_binops: ClassVar[frozenset[str]] = frozenset(["+", "-", "*", "/", "//", "%", "**"])  # type: ignore[misc]

    def __init__(self, **given: Any) -> None:
        super().__init__(**given, optimized=False)
        self.budget = Budget()
        self.globals.clear()
        self.globals["range"] = _short_range
        self.filters.update(sorting_filters())
        self.filters = {name: self._filter(name, each) for name, each in self.filters.items() if name != "random"}
        self.tests = {name: self._test(cast("Callable[..., Any]", each)) for name, each in self.tests.items()}

    def _filter(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        first = 1 if hasattr(function, "jinja_pass_arg") else 0
        texts_only, widths = name not in _VALUE_FILTERS.split(), name not in _NUMBER_FILTERS.split()

        @wraps(function)
        def counted(*given: Any, **named: Any) -> Any:
            if name == "join" and isinstance(given[first], Generator):
                # from `map` or `select`
                listed = [value for value in given[first] if self.budget.spend()]
                given = (*given[:first], listed, *given[first + 1 :])
            subject, others = given[first], (*given[first + 1 :], *named.values())
            self._allow(subject, others, texts_only, widths)
            if name == "format":
                self._allow_percent(str(subject), others)
            if name == "sum" and not all(isinstance(each, int | float | str) for each in others):
                raise NoTextError("only numbers can be added up")
            if name == "round" and any(isinstance(each, int) and abs(each) > _MOST_DIGITS for each in others):
                # it computes ten to that power
                raise LimitError(f"numbers are rounded to {_MOST_DIGITS} digits at most")
            if isinstance(subject, Sequence) and not isinstance(subject, str | list | tuple):
                # made lazily, item by item
                self.budget.spend(len(subject))
            return self.budget.counted(function(*given, **named))

        return counted

    def _test(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def counted(*given: Any, **named: Any) -> Any:
            for value in (*given, *named.values()):
                self.weighed(value)
            return function(*given, **named)

        return counted

    def weighed(self, value: Any) -> Any:
        """The value, about to be compared or copied, with its size counted."""
        self.budget.spend()
        self.budget.weigh(value)
        return value

    def joined(self, parts: Iterable[Any]) -> str:
        """`a ~ b`"""
        self.budget.spend()
        found = []
        for part in parts:
            self.budget.weigh(part, texts_only=True)
            found.append(str(part))
        return str(self.budget.counted("".join(found)))

    def _allow(self, subject: Any, others: Iterable[Any], texts_only: bool, widths: bool) -> None:
        """Raises LimitError if the result could be too long, NoTextError for a value that is no text."""
        self.budget.spend()
        weight = self.budget.weigh(subject, texts_only)
        arguments = 0
        for value in others:
            is_width = widths and isinstance(value, int) and not isinstance(value, bool)
            arguments += abs(value) if is_width else self.budget.weigh(value, texts_only)
        self.budget.allow(weight, arguments)

    def _allow_percent(self, text: str, values: Iterable[Any]) -> None:
        """Check `text % values`."""
        self._allow(text, values, texts_only=True, widths=False)
        self._allow_widths(width for found in _PERCENT.findall(text) for width in found)

    def _allow_braces(self, text: str, values: Iterable[Any]) -> None:
        """Check `text.format(…)`."""
        self._allow(text, values, texts_only=False, widths=False)
        specs = [spec or "" for _, _, spec, _ in Formatter().parse(text)]
        self._allow_widths(width for spec in specs for width in ("*" if "{" in spec else "", *_DIGITS.findall(spec)))

    def _allow_widths(self, widths: Iterable[str]) -> None:
        total = 0
        for width in widths:
            if width == "*":
                raise SecurityError("the width in a format must be a number, not an argument")
            total += int(width[:9] or 0)
        self.budget.allow(1, total)

    def call(self, context: Context, obj: Any, *given: Any, **named: Any) -> Any:
        self.budget.spend()
        if isinstance(obj, BuiltinMethodType):
            self._allow(obj.__self__, (*given, *named.values()), texts_only=False, widths=True)
        elif not isinstance(obj, Macro | LoopContext):
            for name, value in (*enumerate(given), *named.items()):
                # Jinja2's own arguments
                if name not in ("_loop_vars", "_block_vars", "caller"):
                    self.budget.weigh(value, texts_only=isinstance(obj, MethodType))
        return self.budget.counted(super().call(context, obj, *given, **named))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        weights = [self.budget.weigh(value) for value in (left, right)]
        self.budget.spend()
        bits = [value.bit_length() for value in (left, right) if isinstance(value, int)]
        if len(bits) == 2:
            self.budget.allow_bits(bits[0] * abs(right) if operator == "**" else sum(bits))
        elif operator == "*" and bits:
            # a text or list repeated
            sizes = (abs(value) if isinstance(value, int) else None for value in (left, right))
            self.budget.allow(*(weight if size is None else size for size, weight in zip(sizes, weights, strict=True)))
        elif operator == "%" and isinstance(left, str):
            self._allow_percent(left, (right,))
        return self.budget.counted(super().call_binop(context, operator, left, right))

    def getattr(self, obj: Any, attribute: str) -> Any:
        self.budget.spend()
        return self._found(super().getattr(obj, attribute))

    def getitem(self, obj: Any, argument: Any) -> Any:
        self.budget.spend()
        if isinstance(argument, tuple):
            # hashing it may take long
            self.budget.weigh(argument)
        return self._found(super().getitem(obj, argument))

    def _found(self, value: Any) -> Any:
        # views make lists on demand
        return self.budget.counted(value) if isinstance(value, list) else value

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """`format` and `format_map` of a text."""
        name, text = getattr(value, "__name__", ""), getattr(value, "__self__", None)
        is_method = isinstance(value, MethodType | BuiltinMethodType)
        if not is_method or name not in ("format", "format_map") or not isinstance(text, str):
            return None
        formatter = _MarkupFormatter(self, escape=text.escape) if isinstance(text, Markup) else _TextFormatter(self)

        @wraps(value)
        def formatted(*given: Any, **named: Any) -> str:
            if name == "format_map":
                (named,), given = given, ()
            self._allow_braces(text, (*given, *named.values()))
            return type(text)(formatter.vformat(text, given, named))

        return formatted

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether authors may read an attribute: any public one of our views, the listed ones of other values."""
        if not super().is_safe_attribute(obj, attr, value):
            return False
        if isinstance(obj, Undefined) or type(obj).__module__.startswith(_OUR_PACKAGE):
            return True
        return any(attr in parts for kind, parts in _ATTRIBUTES if isinstance(obj, kind))


class _TextFormatter(SandboxedFormatter):
    """Formats `{0.title}`; a field must be a text or a number."""

    _env: SandboxEnvironment

    def convert_field(self, value: Any, conversion: Any) -> Any:
        self._env.budget.weigh(value, texts_only=True)
        return super().convert_field(value, conversion)


class _MarkupFormatter(_TextFormatter, SandboxedEscapeFormatter):
    """The same, with fields escaped."""


def _short_range(*arguments: int) -> range:
    numbers = range(*arguments)
    if len(numbers) > _LONGEST_RANGE:
        raise ValueError(f"a range of more than {_LONGEST_RANGE:,} numbers")
    return numbers
