"""CSV on the Web: whatever the headers and cells of a table, its metadata are legal, and read without a warning."""

from __future__ import annotations

import csv
import json
import re
import shutil
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from csvw import CSVW
from hypothesis import given
from hypothesis import strategies as st

from sitegen.output_folder import replace_output
from sitegen.outputs.csvw import column_name
from sitegen.pipeline import build_site

from .conftest import SITES, options

# https://www.rfc-editor.org/rfc/rfc6570#section-2.3 , and none begins with "_"
LEGAL = re.compile(r"(?!_)(?:[A-Za-z0-9_]|%[0-9A-F]{2})(?:\.?(?:[A-Za-z0-9_]|%[0-9A-F]{2}))*\Z")
HEADERS = (
    *(
        "per-capita",
        "Mean (%)",
        "Số hộ",
        "_private",
        "a.b",
        ".a",
        "a..b",
        "2020",
        "100% sure",
        "già %41",
    ),
    *('say "no"', "x,y", "a/b", "😀", "plain", "two words", "#1", "{x}", "a;b", "Hộ (nghìn)"),
)


@given(st.text(min_size=1))
def test_every_header_has_a_legal_name(header: str) -> None:
    """Letters, digits and escapes."""
    try:
        header.encode()
    except UnicodeEncodeError:
        return
    assert LEGAL.match(column_name(header))


@given(st.lists(st.text("ab_.%2D -", min_size=1, max_size=6), unique=True, max_size=8))
def test_different_headers_have_different_names(headers: list[str]) -> None:
    """Also where one of them looks like the escape of another."""
    assert len({column_name(header) for header in headers}) == len(headers)


def published(folder: Path, rows: Sequence[Sequence[str]], schema: Any, **further: Any) -> tuple[Path, dict[str, Any]]:
    """The folder of data of a site with a table of these rows, and its metadata."""
    content = shutil.copytree(SITES / "libraries", folder / "content")
    with (content / "data" / "odd.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    resources = [{"name": "odd", "schema": schema}, *further.get("resources", ())]
    described = {"name": "x", "resources": resources}
    (content / "data" / "datapackage.yaml").write_text(json.dumps(described), encoding="utf-8")
    for name, text in further.get("files", {}).items():
        (content / "data" / name).write_text(text, encoding="utf-8")
    replace_output(folder / "output", build_site(options(content)).artifacts)
    data = folder / "output" / "data"
    found = json.loads((data / "csv-metadata.json").read_text(encoding="utf-8"))
    return data, next(table for table in found["tables"] if table["url"] == "odd.csv")


def read(data: Path) -> list[dict[str, Any]]:
    """The rows of the odd table as csvw reads them, which must have nothing to say."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = CSVW((data / "csv-metadata.json").as_posix(), validate=True)
        assert found.is_valid
        assert [] == [str(warning.message) for warning in found.warnings]
        return [dict(row) for table in found.tables if table.local_name == "odd.csv" for row in table]


def test_headers_of_any_kind_are_read_without_a_warning(tmp_path: Path) -> None:
    """Keys of such columns and references to them have the same names; the words of the header stay in the titles."""
    rows = [HEADERS, [f"v{number}" for number in range(len(HEADERS))], [f"w{number}" for number in range(len(HEADERS))]]
    other = {
        "name": "other",
        "schema": {
            "primaryKey": ["key-id"],
            "foreignKeys": [{"fields": ["ref to"], "reference": {"resource": "odd", "fields": ["per-capita"]}}],
        },
    }
    data, table = published(
        tmp_path,
        rows,
        {"primaryKey": ["per-capita"], "uniqueKeys": [["Mean (%)"], ["Số hộ"]]},
        resources=[other],
        files={"other.csv": "key-id,ref to\n1,v0\n"},
    )
    columns = table["tableSchema"]["columns"]
    assert all(LEGAL.match(column["name"]) for column in columns)
    for header, column in zip(HEADERS, columns, strict=True):
        titles = column["titles"]
        assert header == (titles["und"] if isinstance(titles, dict) else titles[0])
    assert ["per%2Dcapita"] == table["tableSchema"]["primaryKey"]
    assert [f"v{number}" for number in range(len(HEADERS))] == list(read(data)[0].values())


def test_titles_of_languages_stay_with_an_encoded_name(tmp_path: Path) -> None:
    """Behind the header, which readers look for first."""
    field = {"name": "per-capita", "titles": {"en": "Per head"}}
    data, table = published(tmp_path, [["per-capita"], ["1"]], {"fields": [field]})
    assert ["per-capita", "Per head"] == table["tableSchema"]["columns"][0]["titles"]
    assert [{"per%2Dcapita": "1"}] == read(data)


def test_rows_that_begin_with_a_number_sign_are_no_comments(tmp_path: Path) -> None:
    """A reader would pass over them."""
    data, _ = published(tmp_path, [["#", "n"], ["#1 school", "1"], ["##2", "2"], ["3", "3"]], {})
    assert 3 == len(read(data))


@pytest.mark.parametrize(
    ("field", "cells", "datatype"),
    [
        ({"type": "boolean"}, ["true", "false"], "boolean"),
        (
            {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
            ["yes", "no"],
            {"base": "boolean", "format": "yes|no"},
        ),
        ({"type": "boolean", "trueValues": ["yes", "ja"], "falseValues": ["no"]}, ["yes", "ja", "no"], "string"),
        ({"type": "string", "constraints": {"pattern": "[a-z]+"}}, ["abc"], {"base": "string", "format": "[a-z]+"}),
        ({"type": "string", "constraints": {"pattern": "(?i)a++"}}, ["AAA"], "string"),
        ({"type": "integer", "constraints": {"minimum": 1}}, ["1", "20"], {"base": "integer", "minimum": 1}),
        ({"type": "number"}, ["1.50", "-3"], "decimal"),
        ({"type": "date"}, ["2024-12-31"], "date"),
        ({"type": "year"}, ["2024"], "gYear"),
        ({"type": "yearmonth"}, ["2024-12"], "gYearMonth"),
        ({"type": "any"}, ["x"], "string"),
    ],
)
def test_cells_of_every_type_are_read_without_a_warning(
    tmp_path: Path, field: dict[str, Any], cells: list[str], datatype: Any
) -> None:
    """What the standard has no words for is a text."""
    rows = [["key", "cell"], *([str(number), cell] for number, cell in enumerate(cells))]
    data, table = published(tmp_path, rows, {"fields": [{"name": "key"}, {"name": "cell", **field}]})
    assert datatype == table["tableSchema"]["columns"][1]["datatype"]
    assert len(cells) == len(read(data))
