"""The problems of a build as a page, shown at every address until they are fixed."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ...problems import Problem, printable_lines

_PAGE = """<!doctype html>
<html lang="en" data-problems>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{count} – preview</title>
<link rel="stylesheet" href="{sheet}">
</head>
<body>
<main>
<h1>{count}</h1>
<p>The page comes back by itself once {they} fixed.</p>
<ol>
{items}
</ol>
</main>
</body>
</html>
"""


def problem_page(problems: Sequence[Problem], sheet: str) -> bytes:
    """The page, errors first: the place of each problem, its message, code, excerpt and hint.

    `sheet` is the address of the style sheet.
    """
    one = len(problems) == 1
    count = "1 problem" if one else f"{len(problems)} problems"
    items = "\n".join(map(_item, sorted(problems, key=lambda problem: problem.severity)))
    return _PAGE.format(count=count, sheet=sheet, they="it is" if one else "they are", items=items).encode()


def _item(problem: Problem) -> str:
    excerpt, hint = problem.span.excerpt, problem.hint
    parts = [
        f'<li class="{problem.severity}">',
        f'<p class="place">{_place(problem)}</p>',
        f"<h2>{_text(problem.message)}</h2>",
        f"<pre><code>{_text(excerpt)}</code></pre>" if excerpt else "",
        f'<p class="hint">{_text(hint)}</p>' if hint else "",
        f'<p class="code"><span>{problem.severity}</span> <code>{escape(problem.code)}</code></p>',
        "</li>",
    ]
    return "".join(parts)


def _text(text: str) -> str:
    return escape(printable_lines(text))


def _place(problem: Problem) -> str:
    """`content/results/index.en.md:8:3`, with a possible line break after each slash, and the numbers in words."""
    span = problem.span
    path = _text(str(span)).replace("/", "/<wbr>")
    words = ", ".join(f"{name} {number}" for name, number in (("line", span.line), ("column", span.column)) if number)
    return f"<b>{path}</b>" + (f" <span>{words}</span>" if words else "")
