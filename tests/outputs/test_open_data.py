"""The published data: valid for readers of each standard, right in a spreadsheet, the same in every form."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from csvw import CSVW
from frictionless import Package

from sitegen.build import BuiltSite, build_site
from sitegen.outputs.formats import spreadsheet_bytes
from sitegen.storage.output_folder.folder import replace_output

from ..conftest import ROOT, SITES, options

CONTENTS = {"shipped": ROOT / "content", "libraries": SITES / "libraries", "three-languages": SITES / "three-languages"}
BOM = b"\xef\xbb\xbf"


@pytest.fixture(scope="module", params=CONTENTS)
def site(request: pytest.FixtureRequest) -> BuiltSite:
    """Each site, in memory."""
    return build_site(options(CONTENTS[request.param]))


@pytest.fixture(scope="module")
def data(site: BuiltSite, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its folder of data, on disk."""
    folder = tmp_path_factory.mktemp("open-data") / "output"
    replace_output(folder, site.artifacts)
    return folder / "data"


def package(data: Path) -> dict[str, Any]:
    """The published descriptor."""
    found: dict[str, Any] = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
    return found


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV file as its readers see it."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_frictionless_finds_the_package_valid(data: Path) -> None:
    """Every table by its schema; hash and size are those of the files."""
    report = Package((data / "datapackage.json").as_posix()).validate()
    assert report.valid, report.flatten(["type", "note"])
    resources = package(data)["resources"]
    assert sorted(item["path"] for item in resources) == sorted(path.name for path in data.glob("*.csv"))
    for item in resources:
        content = (data / item["path"]).read_bytes()
        assert (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}") == (item["bytes"], item["hash"])


def test_a_csvw_reader_reads_every_table(data: Path) -> None:
    """The metadata are valid, and the values those of the files."""
    read = CSVW((data / "csv-metadata.json").as_posix(), validate=True)
    assert read.is_valid, [str(warning.message) for warning in read.warnings]
    tables = {table.local_name: list(table) for table in read.tables}
    assert {path.name for path in data.glob("*.csv")} == set(tables)
    for name, found in tables.items():
        expected = rows(data / name)
        assert len(expected) == len(found)
        for wanted, row in zip(expected, found, strict=True):
            assert {key: value for key, value in wanted.items() if value} == {
                key: _text(value, wanted[key]) for key, value in row.items() if value is not None
            }


def _text(value: object, wanted: str) -> str:
    """A value as it stood in the file, if that is what it means."""
    if isinstance(value, bool):
        return str(value).lower()
    # the reader makes a day a moment of it
    text = str(value).removesuffix(" 00:00:00")
    return wanted if text != wanted and _number(text) is not None and _number(text) == _number(wanted) else text


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def test_the_description_for_search_engines_is_whole(site: BuiltSite, data: Path) -> None:
    """It has what Google asks of a Dataset, absolute addresses of files that are there; the page holds the same."""
    described = json.loads((data / "dataset.jsonld").read_text(encoding="utf-8"))
    assert ("https://schema.org/", "Dataset") == (described["@context"], described["@type"])
    assert described["name"] and described["description"]
    base = site.addresses.settings.base_url
    files = {f"{base}{item.path}" for item in site.artifacts}
    assert described["distribution"]
    assert {item["contentUrl"] for item in described["distribution"]} <= files
    pages = [item for item in site.pages if item.page.layout == "data"]
    for item in pages:
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', item.html, re.DOTALL)
        assert found
        inline = json.loads(found[1])
        assert item.page.language != site.addresses.settings.default_language or described == inline
        assert "<" not in found[1]


def test_spreadsheets_get_files_of_their_own(data: Path) -> None:
    """With a BOM and CRLF, and no text that would be run as a formula; the cells are the same."""
    for path in data.glob("*.csv"):
        content = (data / "spreadsheet" / path.name).read_bytes()
        assert content.startswith(BOM)
        assert not path.read_bytes().startswith(BOM)
        assert b"\r\n" in content and b"\r" not in path.read_bytes()
        assert rows(path) == [
            {key: value.removeprefix("'") for key, value in row.items()}
            for row in rows(data / "spreadsheet" / path.name)
        ]


def test_json_holds_the_cells_of_the_table(data: Path) -> None:
    """As text, so that digits are kept; an empty cell is null."""
    for path in data.glob("*.csv"):
        found = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        assert [{key: value or None for key, value in row.items()} for row in rows(path)] == found


def test_odd_cells_survive(tmp_path: Path) -> None:
    """Quotes, line ends, formulas and the end of a script."""
    content = shutil.copytree(SITES / "libraries", tmp_path / "content")
    path = content / "data" / "sources.csv"
    text = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    names = text[0].split(",")
    odd = '"=HYPERLINK(""x"")</script> ""two"" lines"'
    row = {"id": "odd", "title": odd}
    path.write_text("\n".join([*text, ",".join(row.get(name, "") for name in names)]) + "\n", encoding="utf-8")
    built = {item.path: item.content for item in build_site(options(content)).artifacts}
    wanted = '=HYPERLINK("x")</script> "two" lines'
    machine = list(csv.DictReader(io.StringIO(built["data/sources.csv"].decode())))
    people = list(csv.DictReader(io.StringIO(built["data/spreadsheet/sources.csv"].decode("utf-8-sig"))))
    assert (wanted, f"'{wanted}") == (machine[-1]["title"], people[-1]["title"])
    assert wanted in [item["name"] for item in json.loads(built["data/dataset.jsonld"])["isBasedOn"]]
    inline = re.search(rb'<script type="application/ld\+json">(.*?)</script>', built["data/index.html"], re.DOTALL)
    assert inline and wanted in [item["name"] for item in json.loads(inline[1])["isBasedOn"]]


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "=1+1",
            "+1+1",
            "-1+1",
            "@SUM(A1)",
            "＝1+1",
            "＋1+1",
            "－1+1",
            "＠SUM(A1)",
            "﹦1+1",
            "﹢1+1",
            "﹣1+1",
            "﹫A1",
        ),
        *(" =1+1", "\u00a0=1", "\u3000＝1", "\ufeff=1", "\u200b=1", "\u202e=1"),
        *("--1", "+", "-a", "-cmd", "+A1", "- a", "---", "+84 24-1234", "-1/2", "-2.5 (p)", "-2.5‰", "-½"),
        *("=", "@", "-2.5+cmd|' /C calc'!A0", "-2.5|cmd", "-2+3", "-1 =1", "-1;2", "-1\n*A1", "-2.5e3e", "-1,,5"),
    ],
)
def test_what_a_spreadsheet_would_run_is_text(cell: str) -> None:
    """In a cell of text, and in a heading."""
    assert [[f"'{cell}"], [f"'{cell}"]] == cells(spreadsheet_bytes([cell], [[cell]], [False]))


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "",
            "-2.5",
            "+3",
            "-2,5",
            "-1 234,5",
            "-1.234.567",
            "-1.234,5",
            "-1'234.5",
            "-1’234.5",
            "-1\u00a0234",
            "-1\u202f234,5",
        ),
        *("-12%", "-2.5%", "-12,5 %", "- 2.5", "- 12 %", "-.5", "-,5", "-2.5e3", "-2.5E-3", "-\uff12"),
        *(
            "-",
            "–",
            "—",
            "−",
            "−2",
            "−2.5",
            "−1+1",
            "–5",
            "a=1",
            "1-2",
            "'=1",
            "a@b.vn",
            '"=1"',
            "* a",
            "(-5)",
            "1;2",
            "a; b",
        ),
        *("a; -5; b", "a;-5 %", "two\nlines", "a\n-5"),
    ],
)
def test_what_is_no_formula_stays(cell: str) -> None:
    """A number that stands among texts is one, a dash alone is none; nothing that is not run is changed."""
    assert [["a", "b"], [cell, "x"]] == cells(spreadsheet_bytes(["a", "b"], [[cell, "x"]], [False, False]))
    assert [["a", "b"], ["x", cell]] == cells(spreadsheet_bytes(["a", "b"], [["x", cell]], [False, False]))


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("a;=1+1", "a;'=1+1"),
        ("a; ＝1+1", "a;' ＝1+1"),
        ("a;=1;b;@A1", "a;'=1;b;'@A1"),
        ("a;-cmd", "a;'-cmd"),
        ("a\n=1+1", "a\n'=1+1"),
        ("a\r\n+A1", "a\r\n'+A1"),
        ("a\t=1+1", "a\t'=1+1"),
        ("\t=1+1", "\t'=1+1"),
        ("\n=1+1", "\n'=1+1"),
        ("\r=1+1", "\r'=1+1"),
        (";=1", ";'=1"),
        ("+1;=1", "'+1;'=1"),
        ('a;"=1&"', 'a;\'"=1&"'),
        ('a;" "=1', 'a;\'" "=1'),
        ("a;\u200b=1", "a;'\u200b=1"),
    ],
)
def test_what_would_be_run_where_semicolons_divide_the_cells_is_text(cell: str, wanted: str) -> None:
    """In such a spreadsheet a cell begins behind each semicolon and each end of a line, quotation marks or not."""
    for row, names in (([cell, "x"], [wanted, "x"]), (["x", cell], ["x", wanted])):
        found = cells(spreadsheet_bytes(["a", "b"], [row], [False, False]))
        assert [["a", "b"], names] == found
        assert [] == [each for line in found for text in line for each in re.split("[;\t\r\n]", text) if run(each)]


def run(text: str) -> bool:
    """Whether a spreadsheet takes a text, at least, for a formula."""
    return re.match(r"[\s\u200b\"]*[=+@＝]|[\s\u200b\"]*-[a-z]", text) is not None


CALL = "5*cmd|' /C calc'!A0"


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        (["-2", CALL], ["-2", f"'{CALL}"]),
        (["-", CALL], ["-", f"'{CALL}"]),
        (["-2", "-3", CALL], ["-2", "-3", f"'{CALL}"]),
        (["a;-2", CALL], ["a;-2", f"'{CALL}"]),
        (["x", "a;-2", CALL], ["x", "a;-2", f"'{CALL}"]),
        (["-2", "*A1"], ["-2", "'*A1"]),
        (["-2", "e5+A1"], ["-2", "'e5+A1"]),
        (["-2", "5", CALL], ["-2", "5", CALL]),
        (["-2", "text", CALL], ["-2", "text", CALL]),
        (["-2;x", CALL], ["'-2;x", CALL]),
        (["x", "-2", CALL], ["x", "-2", CALL]),
        (["2", CALL], ["2", CALL]),
    ],
)
@pytest.mark.parametrize("is_number", [False, True])
def test_no_text_goes_on_with_a_number_before_it(row: list[str], wanted: list[str], is_number: bool) -> None:
    """`-2,5*…` is one cell where commas are decimal ones: the number stays, the text after it can't be part of it."""
    if is_number and not re.fullmatch("-?[0-9]+", row[0]):
        return
    header = list("abc")[: len(row)]
    numeric = [is_number, *[False] * (len(row) - 1)]
    assert [header, wanted] == cells(spreadsheet_bytes(header, [row], numeric))
    assert [wanted, wanted] == cells(spreadsheet_bytes(row, [row], [False] * len(row)))


def cells(content: bytes) -> list[list[str]]:
    """The rows of a spreadsheet's file."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("package", "site", "place", "length"),
    [
        ("description: Short.\n", "", "data/datapackage.yaml:2:1", 6),
        (f"description: {'x' * 49}\n", "", "data/datapackage.yaml:2:1", 49),
        (f"description: {'x' * 50}\n", "", "", 0),
        (f"description: |\n  {'x' * 49}\n", "", "data/datapackage.yaml:2:1", 49),
        (f"description: {'x' * 5001}\n", "", "data/datapackage.yaml:2:1", 5001),
        (f"descriptions: {{en: Short.}}\ndescription: {'x' * 60}\n", "", "data/datapackage.yaml:2:16", 6),
        ("title: Data\n", "Short.", "site.toml:4:1", 6),
        ("title: Data\n", "x" * 60, "", 0),
        (None, "Short.", "site.toml:4:1", 6),
        (None, None, "", 0),
    ],
)
def test_a_description_that_search_engines_pass_over_is_told(
    tmp_path: Path, package: str | None, site: str | None, place: str, length: int
) -> None:
    """Where it stands, once a language; nothing of a site that describes neither itself nor its data."""
    content = shutil.copytree(SITES / "libraries", tmp_path / "content")
    text = (content / "site.toml").read_text(encoding="utf-8")
    own = "" if site is None else f'description = "{site}"'
    if site != "":
        (content / "site.toml").write_text(re.sub(r"(?m)^description = .*$", own, text), encoding="utf-8")
    if package is not None:
        (content / "data" / "datapackage.yaml").write_text(f"name: data\n{package}", encoding="utf-8")
    found = [problem for problem in build_site(options(content)).warnings if problem.code == "dataset-description"]
    assert [str(problem.span).endswith(place) for problem in found] == ([True] if place else [])
    assert [f"has a length of {length:,}" in problem.message for problem in found] == ([True] if place else [])
