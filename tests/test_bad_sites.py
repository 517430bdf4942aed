"""Broken sites: each is refused with exactly its messages, all in one run, and the old output stays as it was.

A case is a folder of `tests/bad/`: `content/`, `templates/` (optional), `expected.txt` (the standard output of a build
in that folder), `arguments.txt` (optional, more arguments). After a change of wording, read the difference, then

    UPDATE_EXPECTED=1 python -m pytest tests/test_bad_sites.py -k <case>
"""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from shutil import copytree
from urllib.parse import unquote

import pytest
from click.testing import CliRunner, Result

from sitegen.commands.command_line import cli

from .conftest import CACHE

ROOT = Path(__file__).resolve().parent.parent
BAD = ROOT / "tests" / "bad"
CASES = sorted(path.name for path in BAD.iterdir() if path.is_dir())
UPDATE = os.environ.get("UPDATE_EXPECTED") == "1"
Files = Mapping[str, str | bytes]

SITE = """languages = ["en"]
base_url = "https://libraries.example/"

[title]
en = "Town libraries"
"""
HOME = "---\ntitle: Home\n---\nThree libraries serve the town.\n"
TABLES = {
    "observations": """id,indicator,area,period,value,qualifier,status,source
loans-2023,loans,town,2023,1424,,,annual-report
budget-2024,budget,town,2024,2.5,,,annual-report
""",
    "indicators": "id,name,unit,unit_type\nloans,Books lent,book,count\nbudget,Budget,million euros,money\n",
    "areas": "id,name\ntown,The town\n",
    "sources": "id,title\nannual-report,Annual report of the libraries\n",
}
HEADER = re.compile(
    r"(?P<file>\S[^:\n]*)(:(?P<line>\d+))?(:(?P<column>\d+))?: "
    r"(?P<severity>error|warning)\[(?P<code>[a-z0-9-]+)\]: (?P<message>.+)"
)


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """No case may depend on the day it runs on."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1735689600")


@pytest.fixture(scope="module")
def good_output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a good build, made by the tool itself."""
    folder = tmp_path_factory.mktemp("good")
    write(folder, {"content/site.toml": SITE, "content/index.en.md": HOME})
    result = build("--content", str(folder / "content"), "--output", str(folder / "output"))
    assert (0, "") == (result.exit_code, result.stdout)
    return folder / "output"


@pytest.fixture
def old_output(good_output: Path, tmp_path: Path) -> Path:
    """The old output that a broken site finds; nothing else is in its folder."""
    return copytree(good_output, tmp_path / "published" / "output")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small good site, in whose folder the test runs."""
    folder = tmp_path / "project"
    write(folder, {"content/site.toml": SITE, "content/index.en.md": HOME})
    monkeypatch.chdir(folder)
    return folder


def build(*arguments: str, verb: str = "build") -> Result:
    """Run the command line in this process; what it does not catch fails the test with its traceback."""
    common = ["--quiet", "--cache", str(CACHE)]
    return CliRunner().invoke(cli, [verb, *arguments, *common], obj=ROOT, catch_exceptions=False)


def case_arguments(case: str) -> list[str]:
    folder = BAD / case
    extra = folder / "arguments.txt"
    return [
        *("--content", "content"),
        *(("--templates", "templates") if (folder / "templates").is_dir() else ()),
        *(shlex.split(extra.read_text()) if extra.is_file() else ()),
    ]


def write(folder: Path, files: Files) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def snapshot(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder, byte for byte; None is a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


# -- the cases


@pytest.mark.parametrize("case", CASES)
def test_a_broken_site_is_refused_with_its_messages(
    case: str, old_output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build of a broken site prints its messages, ends with 1, and leaves the old output as it was."""
    monkeypatch.chdir(BAD / case)
    before = snapshot(old_output.parent)

    result = build(*case_arguments(case), "--output", str(old_output))

    assert before == snapshot(old_output.parent)
    expected = BAD / case / "expected.txt"
    if UPDATE and not os.environ.get("CI"):
        expected.write_text(result.stdout, encoding="utf-8")
    assert expected.is_file(), f"{expected} is missing: make it with UPDATE_EXPECTED=1"
    assert expected.read_text(encoding="utf-8") == result.stdout, "if it reads well: run with UPDATE_EXPECTED=1"
    assert (1, "") == (result.exit_code, result.stderr)


@pytest.mark.parametrize("case", CASES)
def test_a_message_quotes_the_line_it_names(case: str) -> None:
    """Each message names a file of the case, and its excerpt is the line it names."""
    folder = BAD / case
    lines = (folder / "expected.txt").read_text(encoding="utf-8").splitlines()
    found = [(HEADER.fullmatch(line), after) for line, after in zip(lines, [*lines[1:], ""], strict=True)]
    assert any(header for header, _ in found)
    for header, after in found:
        if header and header["line"]:
            text = (folder / header["file"]).read_text(encoding="utf-8-sig", errors="replace")
            named = text.split("\n")[int(header["line"]) - 1]
            assert int(header["column"]) <= len(named) + 1, header[0]
            if after.startswith("   | "):
                assert after.removeprefix("   | ").strip("… ") in named, header[0]


def test_all_forms_tell_the_same_problems(old_output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--format json` and `--format github` hold the same problems, in the same order, as the text."""
    monkeypatch.chdir(BAD / "many-mistakes")
    arguments = [*case_arguments("many-mistakes"), "--output", str(old_output)]
    text, as_json, github = (build(*arguments, "--format", form) for form in ("text", "json", "github"))

    assert [1, 1, 1] == [text.exit_code, as_json.exit_code, github.exit_code]
    told = [header.groupdict("0") for header in map(HEADER.fullmatch, text.stdout.splitlines()) if header]
    problems = json.loads(as_json.stdout)
    names = ("severity", "code", "message")
    assert told == [
        {name: str(problem["span"][name]) for name in ("file", "line", "column")}
        | {name: problem[name] for name in names}
        for problem in problems
    ]
    assert [github_command(problem) for problem in problems] == [
        unquote(line) for line in github.stdout.splitlines() if line
    ]


def github_command(problem: Mapping[str, object]) -> str:
    """A problem as GitHub Actions reads it, before its escapes."""
    span = problem["span"]
    assert isinstance(span, dict)
    place = {"file": span["file"], "line": span["line"], "col": span["column"]}
    pairs = [f"{name}={value}" for name, value in place.items() if value] + [f"title={problem['code']}"]
    hint = f"\nhint: {problem['hint']}" if problem["hint"] else ""
    return f"::{problem['severity']} {','.join(pairs)}::{problem['message']}{hint}"


def test_check_tells_what_build_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    """`check` prints the same messages as `build`, and writes nothing."""
    monkeypatch.chdir(BAD / "many-mistakes")
    before = snapshot(BAD / "many-mistakes")
    result = build(*case_arguments("many-mistakes"), verb="check")
    assert (1, Path("expected.txt").read_text(encoding="utf-8")) == (result.exit_code, result.stdout)
    assert before == snapshot(BAD / "many-mistakes")


def test_a_warning_is_an_error_only_when_strict(site: Path) -> None:
    """An override of a label that no template shows is told; only with --strict is the site not built."""
    write(site, {"content/site.toml": SITE + '\n[labels.en]\nskip_to_contents = "Skip"\n'})
    relaxed = build("--content", "content", "--output", "output")
    strict = build("--content", "content", "--output", "output", "--strict")
    assert (0, 1) == (relaxed.exit_code, strict.exit_code)
    assert relaxed.stdout == strict.stdout
    assert "warning[label-unknown]" in strict.stdout


# -- what can't stand in the tree of every machine


def test_a_link_out_of_the_content_folder_is_refused(site: Path, old_output: Path) -> None:
    """A symbolic link to a file or folder outside is named; nothing of what it leads to is published."""
    write(site, {"secret/salaries.csv": "ann,1\n"})
    (site / "content" / "salaries.csv").symlink_to(site / "secret" / "salaries.csv")
    (site / "content" / "staff").symlink_to(site / "secret", target_is_directory=True)
    before = snapshot(old_output.parent)

    result = build("--content", "content", "--output", str(old_output))

    assert (
        "content/salaries.csv: error[path-outside]: a link that leaves content/\n"
        "   hint: copy the file in\n"
        "content/staff: error[path-outside]: a link that leaves content/\n"
        "   hint: copy the file in\n"
    ) == result.stdout
    assert 1 == result.exit_code
    assert before == snapshot(old_output.parent)


@pytest.mark.parametrize("target", ["nowhere.pdf", "plan.pdf", "."])
def test_a_link_that_ends_nowhere_is_named(site: Path, target: str) -> None:
    """A symbolic link to a missing file, to itself, or round in circles is told in one message, not as a crash."""
    (site / "content" / "plan.pdf").symlink_to(target)
    result = build("--content", "content", "--output", "output")
    assert 1 == result.exit_code
    headers = [header for header in map(HEADER.fullmatch, result.stdout.splitlines()) if header]
    assert ["content/plan.pdf"] == [header["file"] for header in headers]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps file names of any bytes")
@pytest.mark.parametrize("name", [b"caf\xe9.pdf", b"caf\xe9.en.md"])
def test_a_file_name_that_is_not_utf8_is_named(site: Path, name: bytes) -> None:
    """A file whose name is not UTF-8 is told, not a crash."""
    Path(os.fsdecode(os.fsencode(site / "content") + b"/" + name)).write_text(HOME)
    result = build("--content", "content", "--output", "output")
    assert 1 == result.exit_code
    assert 1 == sum(bool(HEADER.fullmatch(line)) for line in result.stdout.splitlines()), result.stdout
    assert not Path("output").exists()


@pytest.mark.parametrize("option", ["--content", "--templates"])
def test_a_folder_that_is_not_there_is_named(site: Path, old_output: Path, option: str) -> None:
    """A folder given on the command line that is missing is told by its name."""
    before = snapshot(old_output.parent)
    result = build("--content", "content", option, "nowhere", "--output", str(old_output))
    assert 1 == result.exit_code
    assert result.stdout.startswith(f"nowhere: error[{option[2:]}-missing]: no such folder\n")
    assert before == snapshot(old_output.parent)


# -- the output folder


def blocked_by_file(site: Path) -> str:
    write(site, {"taken": "a file"})
    return "taken"


def below_file(site: Path) -> str:
    write(site, {"taken": "a file"})
    return "taken/site"


def folder_of_others(site: Path) -> str:
    write(site, {"letters/to-the-mayor.txt": "Dear"})
    return "letters"


def content_folder(site: Path) -> str:
    return "content"


def below_content(site: Path) -> str:
    return "content/output"


def above_content(site: Path) -> str:
    return "."


def below_templates(site: Path) -> str:
    write(site, {"templates/page.html": "{{ content }}"})
    return "templates/output"


def too_long(site: Path) -> str:
    return "o" * 300


def no_place(site: Path) -> str:
    return "/proc/output"


OUTPUTS: list[tuple[Callable[[Path], str], str]] = [
    (blocked_by_file, "output-not-folder"),
    (below_file, "output-unwritable"),
    (folder_of_others, "output-foreign"),
    (content_folder, "output-overlap"),
    (below_content, "output-overlap"),
    (above_content, "output-overlap"),
    (below_templates, "output-overlap"),
    (too_long, "output-unwritable"),
    pytest.param(  # type: ignore[list-item]
        *(no_place, "output-unwritable"),
        marks=pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc"),
    ),
]


@pytest.mark.parametrize(("output", "code"), OUTPUTS)
def test_a_folder_that_can_not_be_written_is_named(site: Path, output: Callable[[Path], str], code: str) -> None:
    """An output that is a file, lies below one, is not ours, or overlaps an input: one message, and no change."""
    folder = output(site)
    before = snapshot(site)
    more = ("--templates", "templates") if (site / "templates").is_dir() else ()

    result = build("--content", "content", "--output", folder, *more)

    assert 1 == result.exit_code
    headers = [header for header in map(HEADER.fullmatch, result.stdout.splitlines()) if header]
    assert [(folder, code)] == [(header["file"], header["code"]) for header in headers]
    assert "-building-" not in result.stdout, "the name of a temporary folder tells an author nothing"
    assert before == snapshot(site)


def test_a_failure_half_way_leaves_the_old_output(site: Path, old_output: Path) -> None:
    """When a file can't be written after others were, the old output stays, and no folder is left beside it."""
    # the home page has a path that is short enough for the system, the zoo has not
    deep = copytree(old_output, old_output.parent.joinpath(*["d" * 200] * 16) / "output")
    write(site, {f"content/{'/'.join(['z' * 200] * 4)}.en.md": "---\ntitle: Zoo\n---\n"})
    before = snapshot(deep.parent)

    result = build("--content", "content", "--output", str(deep))

    assert 1 == result.exit_code
    assert "error[output-unwritable]" in result.stdout
    assert before == snapshot(deep.parent)


# -- tables as spreadsheets save them


def with_bom(table: str) -> bytes:
    return b"\xef\xbb\xbf" + table.encode()


def with_crlf(table: str) -> bytes:
    return table.replace("\n", "\r\n").encode()


def with_semicolons(table: str) -> bytes:
    return table.replace(",", ";").encode()


def with_semicolons_and_decimal_commas(table: str) -> bytes:
    return re.sub(r"(\d)\.(\d)", r"\1,\2", table.replace(",", ";")).encode()


def with_tabs(table: str) -> bytes:
    return table.replace(",", "\t").encode()


def with_quotes(table: str) -> bytes:
    return "".join('"' + line.replace(",", '","') + '"\n' for line in table.splitlines()).encode()


def with_empty_columns_and_rows(table: str) -> bytes:
    lines = [f"{line},,," for line in table.splitlines()]
    return "\n".join([*lines, "," * (lines[0].count(",")), "", ",,"]).encode()


def with_blanks(table: str) -> bytes:
    return table.replace(",", " , ").encode()


def without_last_line_end(table: str) -> bytes:
    return table.rstrip("\n").encode()


def as_excel_does(table: str) -> bytes:
    """BOM, semicolons, decimal commas, CRLF, columns and rows that once held something."""
    text = with_semicolons_and_decimal_commas(table).decode()
    return b"\xef\xbb\xbf" + "".join(f"{line};;\r\n" for line in [*text.splitlines(), ""]).encode()


SPREADSHEETS = (
    with_bom,
    with_crlf,
    with_semicolons,
    with_semicolons_and_decimal_commas,
    with_tabs,
    with_quotes,
    with_empty_columns_and_rows,
    with_blanks,
    without_last_line_end,
    as_excel_does,
)


@pytest.fixture(scope="module")
def plain_tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes | None]:
    """The site that tables make when they are saved as the contract asks."""
    folder = tmp_path_factory.mktemp("plain")
    return built_with_tables(folder, lambda table: table.encode())


def built_with_tables(folder: Path, saved: Callable[[str], bytes]) -> dict[str, bytes | None]:
    tables = {f"content/data/{name}.csv": saved(text) for name, text in TABLES.items()}
    write(folder, {"content/site.toml": SITE, "content/index.en.md": HOME, **tables})
    result = build("--content", str(folder / "content"), "--output", str(folder / "output"))
    assert (0, "") == (result.exit_code, result.stdout)
    output = snapshot(folder / "output")
    # it names its inputs by their hashes
    del output["build-manifest.json"]
    return output


@pytest.mark.parametrize("saved", SPREADSHEETS)
def test_a_table_is_read_as_a_spreadsheet_saves_it(
    saved: Callable[[str], bytes], plain_tables: dict[str, bytes | None], tmp_path: Path
) -> None:
    """However a spreadsheet saves the same cells, the site is the same, byte for byte."""
    assert plain_tables == built_with_tables(tmp_path, saved)
    assert b'"value": "2.5"' in (plain_tables["figures/budget-2024.json"] or b"")


def semicolon_tables(value: str) -> Iterator[tuple[str, str]]:
    for name, table in TABLES.items():
        yield f"content/data/{name}.csv", table.replace("2.5", value).replace(",", ";")


@pytest.mark.parametrize("value", ["1.424", "12.424"])
def test_a_number_that_can_be_read_in_two_ways_is_named(site: Path, value: str) -> None:
    """In a table with semicolons a point may group thousands: `1.424` is named, with what to write."""
    write(site, dict(semicolon_tables(value)))
    result = build("--content", "content", "--output", "output")
    assert (
        f'content/data/observations.csv:3:30: error[value-ambiguous]: "{value}" can be read in two ways\n'
        f"   | budget-2024;budget;town;2024;{value};;;annual-report\n"
        f"   hint: write {value.replace('.', '')} if the point groups thousands;"
    ) in result.stdout
    assert 1 == result.exit_code


@pytest.mark.parametrize("value", ["2.5", "1.4240", "1424.5", "0.424", "1424"])
def test_a_number_that_can_be_read_in_one_way_is_taken(site: Path, value: str) -> None:
    """A point that can't group thousands is a decimal point, also in a table with semicolons."""
    write(site, dict(semicolon_tables(value)))
    result = build("--content", "content", "--output", "output")
    assert (0, "") == (result.exit_code, result.stdout)
    figure = json.loads(Path("output/figures/budget-2024.json").read_text(encoding="utf-8"))
    assert value == figure["value"]
