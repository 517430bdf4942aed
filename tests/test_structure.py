"""The house: which package may import which, and what of it; how large files are; what none of them may know."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT

# A package imports only from the ones before it, and of these only what their faces (`__all__`) show.
ORDER = (
    "problems",
    "text",
    "model",
    "processes",
    "storage",
    "language",
    "content",
    "data",
    "facts",
    "charts",
    "rendering",
    "checks",
    "outputs",
    "build",
    "commands",
)
PACKAGE = ROOT / "sitegen"
MODULES = sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    """`sitegen/data/tables.py` → `data.tables`; a package's own file is the package."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> list[tuple[str, set[str]]]:
    """What a file imports of sitegen, anywhere in it: the dotted name of each module or package, and the names."""
    package = path.relative_to(PACKAGE).parts[:-1]
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = {alias.name for alias in node.names} if isinstance(node, ast.Import | ast.ImportFrom) else set()
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            found.append((".".join((*base, *(node.module or "").split("."))).rstrip("."), names))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sitegen":
            found.append(((node.module or "").removeprefix("sitegen").lstrip("."), names))
        elif isinstance(node, ast.Import):
            found += [(name[8:], set()) for name in names if name.startswith("sitegen.")]
    return found


def faces() -> dict[str, set[str]]:
    """What each package, and each package in one, shows: the names in its `__all__`."""
    found = {}
    for path in PACKAGE.rglob("__init__.py"):
        values = [
            ast.literal_eval(node.value)
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        ]
        found[module_name(path)] = set(values[0]) if values else set()
    return found


FACES = faces()


def test_every_file_is_in_a_package_of_the_order() -> None:
    """Nothing but `__init__` and `__main__` stands outside."""
    names = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in MODULES}
    assert {*ORDER, "__init__", "__main__"} == names


@pytest.mark.parametrize("name", ORDER)
def test_a_package_says_what_it_is_for(name: str) -> None:
    """In its docstring, of one to four sentences; and its face is not empty."""
    tree = ast.parse((PACKAGE / name / "__init__.py").read_text(encoding="utf-8"))
    purpose = ast.get_docstring(tree) or ""
    assert 1 <= len(re.findall(r"[.:](?:\s|$)", purpose)) <= 5
    assert FACES[name]


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_go_one_way_and_by_the_faces(path: Path) -> None:
    """A module imports other packages only from above its own, and nothing of them but what they show."""
    here = module_name(path).split(".")[0]
    if here in ("", "__init__", "__main__"):
        return
    wrong = []
    for target, names in imports(path):
        top = target.split(".")[0]
        if not target or top == here:
            continue
        if top not in ORDER or ORDER.index(top) > ORDER.index(here):
            wrong.append(f"{target} comes after {here}")
        elif not names <= FACES.get(target, set()):
            wrong.append(f"{target} does not show {sorted(names - FACES.get(target, set()))}")
    assert [] == wrong


def test_packages_have_no_cycle_inside() -> None:
    """Inside a package, following the imports never comes back to where it began."""
    graph = {module_name(path): {target for target, _ in imports(path)} for path in MODULES}
    for package in ORDER:
        inside = {
            name: {n for n in graph[name] if n.startswith(f"{package}.") and n in graph}
            for name in graph
            if name.startswith(f"{package}.")
        }
        done: set[str] = set()
        while remaining := {name: needs - done for name, needs in inside.items() if name not in done}:
            free = {name for name, needs in remaining.items() if not needs}
            assert free, f"a cycle among {sorted(remaining)}"
            done |= free


def test_architecture_tells_the_same_order() -> None:
    """ARCHITECTURE.md lists the packages in the order that is held here."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    block = text.split("<!-- import order -->")[1].split("```")[1]
    listed = tuple(line.split()[0].rstrip("/") for line in block.strip().splitlines() if not line.startswith(" "))
    assert ORDER == listed


def test_the_conductor_is_a_table_of_contents() -> None:
    """At most 120 lines."""
    assert (PACKAGE / "build" / "conductor.py").read_text(encoding="utf-8").count("\n") <= 120


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_files_and_functions_are_small(path: Path) -> None:
    """A file has at most 500 lines, a function 60."""
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 500
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [] == [f"{n.name}: {n.end_lineno}" for n in functions if (n.end_lineno or 0) - n.lineno >= 60]


def test_the_engine_knows_nothing_of_the_site_it_ships_with() -> None:
    """Neither sitegen/ nor templates/ names the shipped site's subject or places."""
    pattern = re.compile(r"hanoi|poor|08-ctr|ba-vi|soc-son", re.IGNORECASE)
    files = [path for folder in ("sitegen", "templates") for path in (ROOT / folder).rglob("*") if path.is_file()]
    named = [
        path.name
        for path in files
        if path.suffix not in (".pyc", ".ttf") and pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert [] == named


@pytest.mark.parametrize(
    "command",
    [("ruff", "check"), ("ruff", "format", "--check"), ("mypy", "--no-error-summary")],
    ids=["lint", "format", "types"],
)
def test_lint_format_and_types_are_clean(command: tuple[str, ...]) -> None:
    """The linter, the formatter and the strict type checker have nothing to say."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, "" if done.returncode == 0 else done.stdout + done.stderr)


FORBIDDEN = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "jsonpickle", "dbm"}


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_nothing_from_a_file_can_run(path: Path) -> None:
    """No module reads a format that can hold code, or works out a text as code."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name.split(".")[0] for alias in node.names}
            module = (getattr(node, "module", None) or "").split(".")[0] if not getattr(node, "level", 0) else ""
            assert not FORBIDDEN & {*names, module}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("eval", "exec", "compile", "__import__")
        if isinstance(node, ast.Attribute):
            assert node.attr not in ("unsafe_load", "full_load", "UnsafeLoader", "FullLoader")
