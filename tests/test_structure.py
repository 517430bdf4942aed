"""The house: which module may import which, how large they are, and what none of them may know."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT

# A module imports only from the ones before it; a package counts as one, and has no cycle inside.
ORDER = (
    "characters",
    "problems",
    "site_paths",
    "author_patterns",
    "collation",
    "toml_keys",
    "time_limit",
    "progress",
    "terminal",
    "options",
    "interruption",
    "processes",
    "cache",
    "journal",
    "inventory",
    "input_files",
    "reads",
    "memo",
    "located",
    "keyed",
    "content_files",
    "model",
    "own_folders",
    "output_contents",
    "output_record",
    "build_record",
    "policy",
    "settings",
    "fences",
    "labels",
    "pairing",
    "svg_files",
    "published_files",
    "content",
    "page_reading",
    "data",
    "figures",
    "calculation",
    "distinct_names",
    "addresses",
    "views",
    "template_problems",
    "shortcodes",
    "sandbox",
    "data_texts",
    "translations",
    "inputs",
    "charts",
    "markdown_steps",
    "author_html",
    "markup",
    "layouts",
    "generated",
    "cross_references",
    "render",
    "prose",
    "parity",
    "outputs",
    "checks",
    "facts",
    "engine",
    "changes",
    "fact_hashes",
    "page_parts",
    "page_store",
    "page_memory",
    "page_maker",
    "page_pool",
    "finished_output",
    "folder_swap",
    "file_replacement",
    "output_folder",
    "pipeline",
    "building",
    "explanation",
    "mending",
    "new_page",
    "arguments",
    "preview",
    "cli",
    "__main__",
)
PACKAGE = ROOT / "sitegen"
MODULES = sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    """`sitegen/data/tables.py` → `data.tables`; a package's own file is the package."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


def imported(path: Path) -> set[str]:
    """The modules of sitegen that a file imports, anywhere in it, by their dotted names."""
    package = path.relative_to(PACKAGE).parts[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            target = (*base, *(node.module or "").split(".")) if node.module else base
            if node.module:
                found.add(".".join(target))
            else:
                found |= {".".join((*base, alias.name)) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sitegen"):
            found.add((node.module or "").removeprefix("sitegen").lstrip("."))
        elif isinstance(node, ast.Import):
            found |= {alias.name[8:] for alias in node.names if alias.name.startswith("sitegen.")}
    return {name for name in found if name and not name.startswith("__version__")}


def test_every_module_has_its_place_in_the_order() -> None:
    """Each module or package of sitegen is named in the order once."""
    names = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in MODULES} - {"__init__"}
    assert sorted(ORDER) == sorted(names)


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_go_one_way(path: Path) -> None:
    """No module imports one that comes after it."""
    here = module_name(path).split(".")[0]
    if here == "__init__":
        return
    later = {
        name for name in imported(path) if (top := name.split(".")[0]) != here and ORDER.index(top) > ORDER.index(here)
    }
    assert set() == later


def test_packages_have_no_cycle_inside() -> None:
    """Inside a package, following the imports never comes back to where it began."""
    graph = {module_name(path): imported(path) for path in MODULES}
    for package in ("data", "calculation", "prose", "views", "shortcodes", "charts", "outputs", "checks", "preview"):
        inside = {
            name: {n for n in graph[name] if n.startswith(f"{package}.")} for name in graph if name.startswith(package)
        }
        done: set[str] = set()
        while remaining := {name: needs - done for name, needs in inside.items() if name not in done}:
            free = {name for name, needs in remaining.items() if not needs}
            assert free, f"a cycle among {sorted(remaining)}"
            done |= free


def test_architecture_tells_the_same_order() -> None:
    """ARCHITECTURE.md lists the modules in the order that is held here."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    block = text.split("<!-- import order -->")[1].split("```")[1]
    listed = tuple(line.split()[0].rstrip("/") for line in block.strip().splitlines())
    assert tuple(name for name in ORDER if name != "__main__") == listed


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
