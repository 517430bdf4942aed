"""CSV on the Web for tables that no standard was thought of when they were made: names, types, keys."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
import unicodedata
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from csvw import CSVW, URITemplate
from hypothesis import given
from hypothesis import strategies as st

from sitegen.build import build_site
from sitegen.outputs.csvw import column_names
from sitegen.outputs.csvw_datatypes import datatype
from sitegen.storage.output_folder.folder import replace_output

from ..conftest import options
from ..test_bad_sites import HOME, write

SITE = """
languages = ["en", "vi"]
base_url = "https://example.org/"
[title]
en = "Tables"
vi = "Bảng"
[description]
en = "Tables with columns that are called by anything which people call their columns, for readers of the standard."
vi = "Các bảng có tên cột đủ kiểu mà người ta vẫn đặt, dành cho những chương trình đọc dữ liệu theo tiêu chuẩn W3C."
"""
# https://www.rfc-editor.org/rfc/rfc6570#section-2.3 , and what the W3C adds
NAME = re.compile(r"(?!_)(?:[A-Za-z0-9_]|%[0-9A-F]{2})(?:\.?(?:[A-Za-z0-9_]|%[0-9A-F]{2}))*")
HEADERS = (
    *(
        "per-capita",
        "Mean (%)",
        "Số hộ",
        "_private",
        "__",
        "_",
        "a.b",
        ".a",
        "a.",
        ".",
        "a..b",
        "..",
        "2020",
        "100% sure",
    ),
    *("già %41", "%", "%4", "%41", "%2541", "%zz", 'with "quotes"', "it's", "a,b", "a;b", "a/b", "a\\b", "a|b", "{a}"),
    *(
        "a?b#c",
        "😀",
        "👩‍👩‍👧",
        "two\nlines",
        "a b",
        "a+b",
        "a&b",
        "~",
        "é",
        "ﬁ",
        "日本",
        "#",
        "_row",
        "row.name",
        "=1+1",
    ),
    *("[x]", "<b>", "$ref", "@id", "id:x", "null", "und", "A", "a"),
)


def built(folder: Path, tables: Mapping[str, Sequence[Sequence[str]]], descriptor: Mapping[str, Any]) -> Path:
    """The folder of data of a site that has these tables, header first, and a descriptor of them."""
    texts = {f"content/data/{name}.csv": csv_text(rows) for name, rows in tables.items()}
    # JSON is YAML
    package = json.dumps({"name": "tables", **descriptor}, ensure_ascii=False)
    pages = {"content/index.en.md": HOME, "content/index.vi.md": HOME}
    write(folder, {"content/site.toml": SITE, **pages, **texts, "content/data/datapackage.yaml": package})
    site = build_site(options(folder / "content"))
    assert [] == [warning for warning in site.warnings if warning.code != "translation-outdated"]
    replace_output(folder / "output", site.artifacts)
    return folder / "output" / "data"


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def schema(names: Iterable[str], **more: Any) -> dict[str, Any]:
    """A schema with columns of texts."""
    return {"fields": [{"name": name, "type": "string"} for name in names], **more}


def metadata(data: Path) -> dict[str, Any]:
    """The metadata of a folder of data, each table's by its address."""
    found: dict[str, Any] = json.loads((data / "csv-metadata.json").read_text(encoding="utf-8"))
    return {**found, "tables": {item["url"]: item for item in found["tables"]}}


def read(data: Path, caplog: pytest.LogCaptureFixture) -> dict[str, list[dict[str, Any]]]:
    """Each table by its address, as a reader of the standard has it, which has nothing to say against it."""
    caplog.set_level(logging.DEBUG)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        group = CSVW((data / "csv-metadata.json").as_posix())
        tables = {table.local_name: list(table) for table in group.tables}
        for table in group.tables:
            assert tables[table.local_name] == list(table.iterdicts(strict=False))
            assert table.check_primary_key()
        assert group.tablegroup.check_referential_integrity(strict=True)
        assert len(group.to_json()["tables"]) == len(tables)
    again = CSVW((data / "csv-metadata.json").as_posix(), validate=True)
    assert again.is_valid, [str(warning.message) for warning in again.warnings]
    assert [] == caplog.records
    assert {path.name for path in data.glob("*.csv")} == set(tables)
    return tables


def test_a_reader_finds_every_column_whatever_it_is_called(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """All in one table, and each in one of its own: no warning, and the cells of each row under the right names."""
    headers = list(dict.fromkeys(unicodedata.normalize("NFC", header) for header in HEADERS))
    rows = [[f"{row} {number}" for number in range(len(headers))] for row in "xyz"]
    tables = {
        "all": [headers, *rows],
        **{f"t{n}": [[header, "n"], ["x", "1"], ["y", "2"]] for n, header in enumerate(headers)},
    }
    resources = [
        {"name": name, "path": f"{name}.csv", "schema": schema(table[0], primaryKey=table[0])}
        for name, table in tables.items()
    ]
    data = built(tmp_path, tables, {"resources": resources})
    found = read(data, caplog)
    described = metadata(data)["tables"]
    for name, table in tables.items():
        columns = described[f"{name}.csv"]["tableSchema"]["columns"]
        names = [column["name"] for column in columns]
        assert described[f"{name}.csv"]["tableSchema"]["primaryKey"] == names
        assert [dict(zip(names, row, strict=True)) for row in table[1:]] == found[f"{name}.csv"]
        for header, column in zip(table[0], columns, strict=True):
            assert header in (column["titles"], column["titles"]["und"] if header == column["name"] else None)
            assert NAME.fullmatch(column["name"])
            assert "v" == URITemplate(f"{{{column['name']}}}").expand({column["name"]: "v"})


def test_decomposed_headers_are_composed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """As all texts are."""
    header = unicodedata.normalize("NFD", "Số hộ")
    resource = {"name": "t", "path": "t.csv", "schema": schema([header], primaryKey=header)}
    data = built(tmp_path, {"t": [[header], ["1"]]}, {"resources": [resource]})
    assert {"t.csv": [{"S%E1%BB%91%20h%E1%BB%99": "1"}]} == read(data, caplog)


@pytest.mark.parametrize(
    "header", ["per-capita", "Mean (%)", "Số hộ", "_private", "a..b", "già %41", 'a "b", c/d', "😀"]
)
def test_keys_name_columns_as_the_columns_do(tmp_path: Path, caplog: pytest.LogCaptureFixture, header: str) -> None:
    """In both tables of a foreign key, and in one that refers to itself; unique keys have no place in the standard."""
    other = f"{header}-2"
    foreign = [
        {"fields": [header], "reference": {"resource": "target", "fields": [other]}},
        {"fields": header, "reference": {"fields": header}},
        {"fields": [header, "id"], "reference": {"resource": "target", "fields": [other, "id"]}},
    ]
    resources = [
        {"name": "target", "path": "target.csv", "schema": schema([other, "id"], primaryKey=[other, "id"])},
        {
            "name": "source",
            "path": "source.csv",
            "schema": schema([header, "id"], primaryKey=header, uniqueKeys=[[header]], foreignKeys=foreign),
        },
    ]
    tables = {"target": [[other, "id"], ["x", "a"], ["y", "b"]], "source": [[header, "id"], ["y", "b"]]}
    data = built(tmp_path, tables, {"resources": resources})
    own, name = column_names([header, other])[header], column_names([header, other])[other]
    assert [{own: "y", "id": "b"}] == read(data, caplog)["source.csv"]
    described = metadata(data)["tables"]["source.csv"]["tableSchema"]
    assert ["id"] == described["primaryKey"]
    assert [
        {"columnReference": [own], "reference": {"resource": "target.csv", "columnReference": [name]}},
        {"columnReference": [own], "reference": {"resource": "source.csv", "columnReference": [own]}},
        {"columnReference": [own, "id"], "reference": {"resource": "target.csv", "columnReference": [name, "id"]}},
    ] == described["foreignKeys"]


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1) | st.text("a._-%25F", min_size=1), unique=True
    )
)
def test_names_are_variables_and_distinct(headers: list[str]) -> None:
    """Whatever the headers; each can be told from its name, and one that is a name already stays."""
    names = column_names(headers)
    assert list(names) == headers
    assert len(set(names.values())) == len(headers)
    for header, name in names.items():
        assert NAME.fullmatch(name)
        assert header == unquote(name) or (name.endswith("_") and unquote(name).startswith(header))
        assert header == name or header.startswith("_") or not re.fullmatch(r"\w+(\.\w+)*", header, re.ASCII)
        assert name == header or name not in headers


def test_a_name_is_not_another_columns_header() -> None:
    """A reader that looks for a column by its header finds the right one."""
    assert {"a-b": "a%2Db_", "a%2Db": "a%252Db"} == column_names(["a-b", "a%2Db"])
    assert {"a%2Db": "a%252Db", "a-b": "a%2Db_"} == column_names(["a%2Db", "a-b"])


def test_titles_in_languages(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Beside the header as long as the standard allows; what is no language is left out."""
    titles = {"en": "Rate", "vi": "Tỷ lệ", "fr": "Taux", "english": "Rate", "root": "Rate", "und": "Rate", "xx": "Rate"}
    fields = [{"name": name, "type": "string", "titles": titles} for name in ("rate", "rate-2")]
    resource = {"name": "t", "path": "t.csv", "schema": {"fields": fields}}
    data = built(tmp_path, {"t": [["rate", "rate-2"], ["1", "2"]]}, {"resources": [resource]})
    assert {"t.csv": [{"rate": "1", "rate%2D2": "2"}]} == read(data, caplog)
    plain, encoded = metadata(data)["tables"]["t.csv"]["tableSchema"]["columns"]
    assert {"und": "rate", "en": "Rate", "vi": "Tỷ lệ", "fr": "Taux"} == plain["titles"]
    assert "rate-2" == encoded["titles"]
    assert {"en": "Rate", "vi": "Tỷ lệ", "fr": "Taux"} == {
        item["@language"]: item["@value"] for item in encoded["dc:title"]
    }


def test_addresses_of_licences_and_sources(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Those that are addresses, written as such."""
    licences = [
        *({"path": "https://example.org/a b"}, {"path": "_licence.md"}, {"path": 5}, {"name": "CC0-1.0"}),
        {"path": "https://vi.example.org/giấy-phép?a=%20|b#c"},
    ]
    resource = {"name": "t", "path": "t.csv", "schema": schema(["a"])}
    data = built(tmp_path, {"t": [["a"], ["1"]]}, {"licenses": licences, "sources": licences, "resources": [resource]})
    read(data, caplog)
    wanted = ["https://example.org/a%20b", "./_licence.md", "https://vi.example.org/giấy-phép?a=%20%7Cb#c"]
    for term in ("dc:license", "dc:source"):
        assert wanted == [item["@id"] for item in metadata(data)[term]]


def test_a_line_that_begins_like_a_comment_is_none(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The standard takes `#` for the beginning of one unless told otherwise."""
    resources = [{"name": name, "path": f"{name}.csv", "schema": schema(["#" * (name == "b") or "a"])} for name in "ab"]
    data = built(tmp_path, {"a": [["a"], ["1"]], "b": [["#"], ["##1"], ["x"]]}, {"resources": resources})
    assert {"a.csv": [{"a": "1"}], "b.csv": [{"%23": "##1"}, {"%23": "x"}]} == read(data, caplog)
    plain, commented = metadata(data)["tables"].values()
    assert "dialect" not in plain
    assert "###" == commented["dialect"]["commentPrefix"]


FIELDS: tuple[tuple[dict[str, Any], list[str], Any], ...] = (
    ({}, ["1"], "string"),
    ({"type": "any"}, ["1"], "string"),
    ({"type": "number"}, ["-1.5", "2", ""], "decimal"),
    ({"type": "number"}, ["1", "INF"], "string"),
    ({"type": "number", "constraints": {"minimum": 0.1}}, ["0.1"], {"base": "decimal", "minimum": "0.1"}),
    ({"type": "number", "constraints": {"minimum": 1e-7}}, ["1"], {"base": "decimal", "minimum": "0.0000001"}),
    ({"type": "number", "constraints": {"maximum": "1e3"}}, ["1"], {"base": "decimal", "maximum": "1000"}),
    ({"type": "number", "constraints": {"maximum": "1e999999"}}, ["1"], "decimal"),
    ({"type": "number", "constraints": {"minimum": 2, "maximum": 1}}, [""], "decimal"),
    ({"type": "integer", "constraints": {"minimum": 0}}, ["007"], {"base": "integer", "minimum": 0}),
    ({"type": "integer", "constraints": {"maximum": "9.0"}}, ["7"], {"base": "integer", "maximum": "9"}),
    ({"type": "boolean"}, ["true", "0", ""], "boolean"),
    ({"type": "boolean"}, ["True", "False"], {"base": "boolean", "format": "True|False"}),
    ({"type": "boolean"}, ["True", "true"], "string"),
    (
        {"type": "boolean", "trueValues": ["có"], "falseValues": ["không"]},
        ["có"],
        {"base": "boolean", "format": "có|không"},
    ),
    ({"type": "boolean", "trueValues": ["0"], "falseValues": ["1"]}, ["1", "0"], {"base": "boolean", "format": "0|1"}),
    (
        {"type": "boolean", "trueValues": ["x", "y"], "falseValues": ["y"]},
        ["y", "x"],
        {"base": "boolean", "format": "x|y"},
    ),
    ({"type": "boolean", "trueValues": ["a|b"], "falseValues": ["c"]}, ["a|b"], "string"),
    ({"type": "date"}, ["2024-12-31", ""], "date"),
    ({"type": "date"}, ["2024-1-5"], "string"),
    ({"type": "yearmonth"}, ["2024-12"], "gYearMonth"),
    ({"type": "yearmonth"}, ["2024-1"], "string"),
    ({"type": "year"}, ["2024"], "gYear"),
    ({"type": "datetime"}, ["2024-12-31T09:30:00", "2024-12-31T09:30:00.25Z"], "datetime"),
    ({"type": "datetime"}, ["2024-12-31 09:30:00"], "string"),
    ({"type": "datetime", "format": "%Y-%d-%mT%H:%M:%S"}, ["2024-01-02T09:30:00"], "string"),
    ({"type": "time"}, ["09:30:00", "23:59:59.5", "09:30:00+07:00"], "time"),
    ({"type": "time", "format": "%H.%M"}, ["09.30"], "string"),
    ({"type": "list", "constraints": {"minLength": 2}}, ["a,b"], "string"),
    (
        {"type": "string", "constraints": {"minLength": 1, "maxLength": 2}},
        ["é"],
        {"base": "string", "minLength": 1, "maxLength": 2},
    ),
    ({"type": "string", "constraints": {"minLength": 5, "maxLength": 2}}, [""], "string"),
    ({"type": "string", "constraints": {"maxLength": 2}}, ["a figure"], "string"),
    ({"type": "string", "constraints": {"minLength": 9}}, ["a figure"], "string"),
    (
        {"type": "string", "constraints": {"pattern": r"[a-z]+(?:-\d+)?"}},
        ["a-1"],
        {"base": "string", "format": r"[a-z]+(?:-\d+)?"},
    ),
    ({"type": "string", "constraints": {"pattern": r"\w+"}}, ["hộ"], "string"),
    ({"type": "string", "constraints": {"pattern": "[^ ]+"}}, ["hộ"], {"base": "string", "format": "[^ ]+"}),
    ({"type": "string", "constraints": {"pattern": "[a-z]+"}}, ["a figure"], "string"),
    *(
        ({"type": "string", "constraints": {"pattern": pattern}}, [""], "string")
        for pattern in (
            *(
                r"(a|b)\1",
                "(?P<n>a)(?P=n)",
                "(?i)a",
                "a++",
                "a{2}+",
                "(?>a)",
                r"\Aa\Z",
                "[[a]",
                "[+--]",
                "[]a]",
                "(?<=a)b",
            ),
            *("a{,3}", "(?s:.)", r"\N{DIGIT ONE}", r"\0", "[a||b]", "[a&&b]", "[a~~b]", "]", "}", "(?(1)a|b)"),
        )
    ),
)


@pytest.mark.parametrize(("field", "cells", "wanted"), FIELDS)
def test_a_datatype_says_no_more_than_holds(field: dict[str, Any], cells: list[str], wanted: object) -> None:
    """Of all cells, for a reader of the standard; what it can't say is a text."""
    assert wanted == datatype(field, cells).described


def test_a_reader_reads_the_cells_of_every_datatype(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Without a word, in a table for each field that the Data Package allows."""
    fields = [
        (field, cells)
        for field, cells, _ in FIELDS
        if not {"INF", "1e999999", "a figure", "9.0"} & {*cells, field.get("constraints", {}).get("maximum")}
        and field.get("constraints", {}).get("pattern") not in ("(?(1)a|b)",)
    ]
    tables = {
        f"t{n}": [["k", "v"], *([str(row), cell] for row, cell in enumerate(cells))]
        for n, (_, cells) in enumerate(fields)
    }
    resources = [
        {
            "name": f"t{n}",
            "path": f"t{n}.csv",
            "schema": {"fields": [{"name": "k", "type": "integer"}, {"name": "v", **field}]},
        }
        for n, (field, _) in enumerate(fields)
    ]
    found = read(built(tmp_path, tables, {"resources": resources}), caplog)
    assert [len(cells) for _, cells in fields] == [len(found[f"t{n}.csv"]) for n in range(len(fields))]


KEYS: tuple[tuple[str, dict[str, Any], list[list[str]], dict[str, Any], list[list[str]]], ...] = (
    ("no value has another type", {"type": "integer"}, [["1"]], {"type": "number"}, [["1"]]),
    ("a row refers to one row", {"type": "string"}, [["x"]], {"type": "string"}, [["x"], ["x"]]),
    ("an empty cell refers to nothing", {"type": "string"}, [["x"], [""]], {"type": "string"}, [["x"], [""]]),
    ("two ways to write a number", {"type": "number"}, [["1.0"]], {"type": "number"}, [["1.0"], ["1"]]),
    (
        "two ways to write a time",
        {"type": "time"},
        [["09:00:00Z"]],
        {"type": "time"},
        [["09:00:00Z"], ["10:00:00+01:00"]],
    ),
)


@pytest.mark.parametrize(("field", "rows", "aim", "aims"), [case[1:] for case in KEYS], ids=[case[0] for case in KEYS])
def test_foreign_keys_that_do_not_hold_for_the_w3c_are_left_out(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    field: dict[str, Any],
    rows: list[list[str]],
    aim: dict[str, Any],
    aims: list[list[str]],
) -> None:
    """The Data Package's references hold of texts, and of rows that are not unique."""
    foreign = {"fields": ["a"], "reference": {"resource": "target", "fields": ["b"]}}
    resources: list[dict[str, Any]] = [
        {
            "name": "source",
            "path": "source.csv",
            "schema": {"fields": [{"name": "a", **field}], "foreignKeys": [foreign]},
        },
        {"name": "target", "path": "target.csv", "schema": {"fields": [{"name": "b", **aim}, {"name": "n"}]}},
    ]
    source = [["a", "n"], *([*row, str(number)] for number, row in enumerate(rows))]
    target = [["b", "n"], *([*row, str(number)] for number, row in enumerate(aims))]
    resources[0]["schema"]["fields"].append({"name": "n"})
    data = built(tmp_path, {"source": source, "target": target}, {"resources": resources})
    read(data, caplog)
    assert "foreignKeys" not in metadata(data)["tables"]["source.csv"]["tableSchema"]


def test_a_primary_key_that_is_none_for_the_w3c_is_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Rows whose key has an empty cell may be alike for the Data Package; 1 and 1.0 are one number for the W3C."""
    resources = [
        {"name": "empty", "path": "empty.csv", "schema": schema(["a", "b"], primaryKey=["a", "b"])},
        {
            "name": "number",
            "path": "number.csv",
            "schema": {"fields": [{"name": "a", "type": "number"}], "primaryKey": "a"},
        },
    ]
    tables = {"empty": [["a", "b"], ["x", ""], ["x", ""]], "number": [["a"], ["1"], ["1.0"]]}
    data = built(tmp_path, tables, {"resources": resources})
    read(data, caplog)
    assert not any("primaryKey" in item["tableSchema"] for item in metadata(data)["tables"].values())
