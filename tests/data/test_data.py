"""The tables of a site: read as spreadsheets save them, held against the contract, and never an exception."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import tempfile
import time
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sitegen.content.settings import load_settings
from sitegen.data.contract import CORE_TABLES, MOST_DIGITS
from sitegen.data.csv_text import delimiter_of
from sitegen.data.dataset import load_dataset
from sitegen.data.tables import RawTable, read_table
from sitegen.model.data import Dataset
from sitegen.problems.problem import Problem

SITE = 'languages = ["en", "fr"]\nbase_url = "https://libraries.example/"\n[title]\nen = "L"\nfr = "L"\n'
SITE += '[description]\nen = "L"\nfr = "L"\n'
TABLES = {
    "observations": "id,indicator,area,period,value,qualifier,status,source\nloans,loans,town,2024,1424,,,report\n",
    "indicators": "id,name,unit,unit_type\nloans,Books lent,book,count\nbudget,Budget,euro,money\n",
    "areas": "id,name\ntown,The town\n",
    "sources": "id,title\nreport,Annual report\n",
}
quick = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def load(files: Mapping[str, str | bytes]) -> tuple[Dataset, list[Problem]]:
    """The dataset of a folder of tables, the usual ones where `files` has none, and what is wrong."""
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):
        content = Path("content")
        (content / "data").mkdir(parents=True)
        (content / "site.toml").write_text(SITE)
        for file, text in {**{f"{table}.csv": text for table, text in TABLES.items()}, **files}.items():
            (content / "data" / file).write_bytes(text if isinstance(text, bytes) else text.encode())
        problems: list[Problem] = []
        site = load_settings(content, "", problems)
        assert [] == problems
        return load_dataset(content, site, problems), problems


def told(files: Mapping[str, str | bytes]) -> list[str]:
    """What is wrong with tables, as `file:line:column: message (hint)`."""
    problems = sorted(load(files)[1], key=lambda problem: problem.sort_key)
    return [
        f"{Path(str(problem.span)).name}: {problem.message}" + (f" ({problem.hint})" if problem.hint else "")
        for problem in problems
    ]


def read(content: bytes) -> tuple[RawTable | None, list[Problem]]:
    """A table file of these bytes."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "table.csv"
        path.write_bytes(content)
        return read_table(path)


# -- reading


def observations(value: str, period: str = "2024") -> dict[str, str]:
    cell = '"' + value.replace('"', '""') + '"'
    return {"observations.csv": TABLES["observations"].replace("1424", cell).replace("2024", period)}


_CHARACTERS = st.characters(
    exclude_categories=["Cs", "Cc", "Cn"], include_characters="\t\n", exclude_characters="\ufeff"
)
_CELLS = st.text(_CHARACTERS, max_size=8) | st.sampled_from(
    ["a,b", 'say "no"', "two\nlines", "a;b", "a\tb", '"', "sep=;"]
)


def normal(cell: str) -> str:
    return unicodedata.normalize("NFC", cell).strip()


@quick
@given(
    rows=st.lists(st.lists(_CELLS, max_size=3), max_size=6),
    delimiter=st.sampled_from(",;\t"),
    line_end=st.sampled_from(["\n", "\r\n"]),
    bom=st.booleans(),
    quote_all=st.booleans(),
    separator_line=st.booleans(),
)
@example([['x"y', "b"]], ",", "\n", False, False, False)
def test_a_table_is_read_back_as_it_was_written(
    rows: Sequence[Sequence[str]], delimiter: str, line_end: str, bom: bool, quote_all: bool, separator_line: bool
) -> None:
    """What Python's csv writes is read the same, and each cell's place is where its text stands."""
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=delimiter,
        lineterminator=line_end,
        quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL,
    )
    writer.writerow(["id", "name", "note"])
    writer.writerows(rows)
    head = f"sep={delimiter}{line_end}" if separator_line else ""
    table, problems = read((b"\xef\xbb\xbf" if bom else b"") + (head + text.getvalue()).encode())

    padded = [tuple(map(normal, [*row, "", "", ""][:3])) for row in rows]
    wanted = [row for row in padded if any(row)]
    if any(delimiter not in row[0] and any(other in row[0] for other in ",;\t") for row in wanted):
        # an id with another delimiter in it may be taken for a row of other make
        return
    assert table is not None
    assert [] == problems
    assert (delimiter, ("id", "name", "note")) == (table.delimiter, table.header)
    assert wanted == list(table.rows)
    lines = table.source.text.split("\n")
    for row, cells in enumerate(table.rows):
        for column, cell in enumerate(cells):
            span = table.cell_span(row, column)
            line = lines[span.line - 1]
            before, rest = line[: span.column - 1], bare(line[span.column - 1 :])
            assert not cell or not before.strip() or before.rstrip().endswith(delimiter.strip())
            assert rest.startswith(bare(cell.split("\n")[0])) or not rest


def bare(text: str) -> str:
    """A text without quotation marks and blanks, which are written otherwise than they are read."""
    return re.sub(r'["\s]', "", text)


def test_a_row_knows_its_line_below_cells_of_several_lines() -> None:
    """Line numbers are those of the file, also below a cell that holds line ends, and an Excel separator line."""
    table, problems = read(b'sep=;\r\nid;name\r\na;"two\r\nlines"\r\n\r\nb;"x;y"\r\n')
    assert table is not None
    assert [] == problems
    assert ((3, 6), 2) == (table.lines, table.header_place[0])
    assert (("a", "two\nlines"), ("b", "x;y")) == table.rows
    assert (6, 3) == (table.cell_span(1, 1).line, table.cell_span(1, 1).column)


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("id,name\na,The town\nb,North, rural\nc,South\n", [(3, 10, "3 cells, but 2 columns")]),
        ('id,name\na,"open\nb,North\n', [(2, 3, "not CSV: the quotation mark is never closed")]),
        (
            'id,name\na,"open\nb,North\nc,"South"\n',
            [(2, 3, "not CSV: the quotation mark is never closed")],
        ),
        ('id,name\na,x\nb,"No"rth\n', [(3, 3, "not CSV: text after the closing quotation mark of a cell")]),
        (
            "id,name,note\na,x,y\nb;x;y\n",
            [(3, 1, "the cells are separated by semicolons, those of the header by commas")],
        ),
        ("id,name,name\na,x,y\n", [(1, 9, 'there are two columns "name"')]),
        ("id,,name\na,x,y\n", [(1, 4, "a column has no name")]),
    ],
)
def test_a_row_that_is_no_csv_is_left_out(text: str, messages: list[tuple[int, int, str]]) -> None:
    """What is wrong is told where it stands; the other rows are read."""
    table, problems = read(text.encode())
    assert messages == [(problem.span.line, problem.span.column, problem.message) for problem in problems]
    if table is not None:
        assert {"a", "b", "c"}.intersection(row[0] for row in table.rows) | table.lost >= {"a", "b"}
        assert text.count("\n") - 2 <= len(table.rows) + len(table.lost)


def test_a_header_in_quotes_says_what_separates_its_cells() -> None:
    """A delimiter inside quotation marks does not count."""
    assert (",", 0) == delimiter_of(['"a;b;c;d",e'])


@given(st.binary(max_size=80) | st.text('",;\n \tab', max_size=60).map(str.encode))
@quick
def test_no_bytes_raise(content: bytes) -> None:
    """Whatever a file holds, reading it ends with a table or problems."""
    table, problems = read(content)
    assert table is not None or problems
    if table is not None:
        for row in range(-1, len(table.rows)):
            for column in range(len(table.header)):
                table.cell_span(row, column)


# -- the contract


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("1'530", "write it without separators: 1530"),
        ("1 530", "write it without separators: 1530"),
        ("1\u202f530", "write it without separators: 1530"),
        ("1,530.5", "write it without separators: 1530.5"),
        ("2,5", "write the decimals after a point: 2.5"),
        ("１５３０", "write it with the digits 0 to 9: 1530"),
        ("١٥٣٠", "write it with the digits 0 to 9: 1530"),
        ("−5", "write -5"),
        ("+5", "write 5"),
        ("1.2.3", "digits, with a point before the decimals"),
    ],
)
def test_a_value_that_is_no_number_is_told_with_what_to_write(value: str, hint: str) -> None:
    """The usual ways of writing a number that is none for a computer."""
    assert [f'observations.csv:2:23: "{value}" in column "value" is no number ({hint})'] == told(observations(value))


@pytest.mark.parametrize("digits", [MOST_DIGITS, MOST_DIGITS + 1, 5000])
def test_a_number_has_a_limit(digits: int) -> None:
    """So many digits as can be printed without loss."""
    assert (digits > MOST_DIGITS) == bool(told(observations("9" * digits)))


@pytest.mark.parametrize(
    ("period", "hint"),
    [
        ("last year", "a year 2022, a month 2022-05, a day 2024-12-31, or an interval 2022/2024"),
        ("31.12.2024", "write 2024-12-31"),
        ("2022-2024", "write 2022/2024"),
        ("2023-02-29", "there is no such day on the calendar"),
        ("2024-13", "there is no such day on the calendar"),
        ("2024/2022", "an interval begins before it ends: 2022/2024"),
        ("２０２４", "write 2024"),
    ],
)
def test_a_period_that_is_none_is_told_with_what_to_write(period: str, hint: str) -> None:
    """Each kind of mistake has its own hint."""
    assert [f'observations.csv:2:18: "{period}" is no period ({hint})'] == told(observations("1", period))


@pytest.mark.parametrize("period", ["2024", "2024-05", "2024-05-31", "2022/2024", "2024/2024-06", "2024-06/2024"])
def test_a_period_is_taken(period: str) -> None:
    """Years, months, days, and intervals whose end is not before their beginning."""
    assert [] == told(observations("1", period))


EVIL = ["../../evil", "/etc/passwd", "a/b", ".", "..", "", "A", "é", "a b", "-a", "a\nb"]
_FIELDS: dict[str, Any] = {
    "id": {"constraints": {"pattern": ".*|(?s:.*)", "required": False, "unique": False}},
    "qualifier": {"constraints": {"enum": ["rather", "about"]}},
    "value": {"constraints": {"required": False}},
    "period": {"constraints": {"pattern": ".*"}},
}


@pytest.mark.parametrize("key", EVIL)
@pytest.mark.parametrize("table", ["observations", "staff"])
def test_no_descriptor_loosens_an_id(table: str, key: str) -> None:
    """An id becomes an address: whatever the author allows, it is small letters, digits and hyphens."""
    columns = ["id", "name"] if table == "staff" else TABLES[table].split("\n")[0].split(",")
    fields = [{"name": name, **_FIELDS.get(name, {})} for name in columns]
    descriptor = {"resources": [{"name": table, "schema": {"fields": fields, "primaryKey": [columns[1]]}}]}
    row = TABLES.get(table, "\nx,y\n").split("\n")[1].split(",", 1)[1]
    quoted = '"' + key + '"'
    files = {f"{table}.csv": f"{','.join(columns)}\n{quoted},{row}\n", "datapackage.yaml": yaml.safe_dump(descriptor)}
    dataset, problems = load(files)
    assert [f"{table}.csv"] == [Path(problem.span.file).name for problem in problems]
    assert key not in dataset.observations
    assert table in dataset.tables
    assert () == dataset.tables[table].rows


def test_an_author_may_ask_more_but_not_less() -> None:
    """Constraints of the author hold beside those of the contract."""
    fields = [{"name": name, **_FIELDS.get(name, {})} for name in TABLES["observations"].split("\n")[0].split(",")]
    fields[4]["constraints"] = {"required": False, "maximum": 2000}
    text = TABLES["observations"].split("\n")[0] + "\n"
    for key, value, qualifier in (("a", "", "about"), ("b", "3000", ""), ("c", "3", "at-least"), ("d", "4", "rather")):
        text += f"{key},loans,town,2024,{value},{qualifier},,report\n"
    descriptor = {"resources": [{"name": "observations", "schema": {"fields": fields}}]}
    assert [
        'observations.csv:2:19: column "value" must not be empty',
        'observations.csv:3:19: "3000" in column "value" breaks maximum 2000',
        'observations.csv:4:21: "at-least" is no qualifier (known: about)',
        'observations.csv:5:21: "rather" is no qualifier (known: about)',
    ] == told({"observations.csv": text, "datapackage.yaml": yaml.safe_dump(descriptor)})


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ("resource: []", '1:1: unknown key "resource" (did you mean "resources"?)'),
        ("resources: {}", "1:1: `resources` is a list of tables, each with a `name`"),
        ("resources: [{name: 2024}]", "1:14: `name` must be a text"),
        ("resources: [{name: [a]}]", "1:14: `name` must be a text"),
        ("resources: [{name: areas, schema: []}]", "1:27: `schema` must be a mapping"),
        ("resources:\n- name: areas\n- name: areas", '3:3: the table "areas" is described already (line 2) (keep one'),
        ("resources: [{name: areas, path: data.csv}]", '1:27: no file "data.csv" for this table (did you mean "areas'),
        ("resources: [{name: area}]", '1:13: no file "area.csv" for this table (did you mean "areas"?)'),
        (
            "resources: [{name: zones, path: areas.csv}]",
            '1:14: the table in "areas.csv" is called "areas", not "zones"',
        ),
        ("licenses: CC0", "1:1: `licenses` must be a list of mappings"),
    ],
)
def test_a_mistake_in_the_descriptor_is_told_where_it_stands(declared: str, message: str) -> None:
    """One message, at the resource or the key."""
    found = told({"datapackage.yaml": declared})
    assert [f"datapackage.yaml:{message}"] == [text[: len(message) + 17] for text in found]


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("{title: x}", "`fields` is a list of columns, each with a `name`"),
        ("{name: hours, constraints: required}", "`constraints` must be a mapping"),
        ("{name: hours, constraints: {minimun: 1}}", 'unknown key "minimun" (did you mean "minimum"?)'),
        ("{name: hours, type: integer, constraints: {minimum: low}}", "`minimum` low is no whole number"),
        (
            "{name: hours, type: integer, constraints: {pattern: x}}",
            'constraint "pattern" is not supported by type "inte',
        ),
        ("{name: hours, constraints: {pattern: '['}}", '"[" is no pattern: unterminated character set'),
        ("{name: hours, constraints: {enum: [[1]]}}", "[1] in `enum` is no text"),
        ("{name: hours, titles: Hours}", "`titles` must have a text for each language"),
        ("{name: hours, type: text}", 'field type "text" is not supported'),
        ("{name: hours, type: number, groupChar: ','}", "`groupChar` is not supported"),
        ("{name: hours, type: date, format: '%d/%m/%Y'}", "`format` is not supported"),
        ("{name: huors}", 'no column "huors" in content/data/staff.csv (did you mean "hours"?)'),
    ],
)
def test_a_mistake_in_a_field_is_told_where_it_stands(field: str, message: str) -> None:
    """One message, on the line of the field."""
    declared = f"resources:\n- name: staff\n  schema:\n    fields:\n    - name: id\n    - {field}\n"
    if "hours" not in field and "huors" not in field:
        declared += "    - name: hours\n"
    found = told({"datapackage.yaml": declared, "staff.csv": "id,hours\nann,\n"})
    assert 1 == len(found), found
    place, _, text = found[0].partition(": ")
    assert place.startswith("datapackage.yaml:6:")
    assert text.startswith(message)


def test_all_mistakes_are_told_in_one_run() -> None:
    """A bad row, a bad descriptor, a table that is a workbook: none hides what is wrong elsewhere."""
    files: dict[str, str | bytes] = {
        "areas.csv": "id,name\ntown,The town\nsouth,South, rural\n",
        "datapackage.yaml": "resources:\n- name: sources\n  schema: text\n- name: nothing\n",
        "sources.csv": "id,title,date\nreport,Annual report,spring 2024\n",
        "staff.csv": b"PK\x03\x04rest",
        "observations.csv": TABLES["observations"] + "x,loans,south,2024-13,many,rahter,,rport\n",
    }
    dataset, _ = load(files)
    known = "known: about, at-least, at-most, less-than, more-than"
    assert [
        'areas.csv:3:14: 3 cells, but 2 columns (put quotes around a cell that holds a comma: "North, rural")',
        "datapackage.yaml:3:3: `schema` must be a mapping",
        'datapackage.yaml:4:3: no file "nothing.csv" for this table (known: areas, indicators, observations, sources)',
        'observations.csv:3:15: "2024-13" is no period (there is no such day on the calendar)',
        'observations.csv:3:23: "many" in column "value" is no number',
        f'observations.csv:3:28: "rahter" is no qualifier ({known})',
        'observations.csv:3:36: no source "rport" in content/data/sources.csv (did you mean "report"?)',
        'sources.csv:2:22: "spring 2024" is no date (a year 2022, a month 2022-05, or a day 2024-12-31)',
        "staff.csv: not CSV, but a workbook of a spreadsheet (save the sheet as “CSV UTF-8”)",
    ] == told(files)
    assert not dataset.readable
    assert dataset.left_out >= {"x", "south", "report", "loans"}


def test_a_mistake_in_the_referred_row_is_none_in_the_row_that_refers() -> None:
    """Ids of rows that are left out are known all the same."""
    dataset, problems = load({"areas.csv": "id,name\ntown,The town, rural\nnorth,\n"})
    assert ["table-row", "value-missing"] == [problem.code for problem in problems]
    assert {} == dataset.observations
    assert {"loans", "town", "north"} == dataset.left_out
    assert dataset.readable


def test_the_first_of_several_rows_is_named() -> None:
    """A third row with the same key is told of the first; columns that are unique are held to it too."""
    declared = "resources: [{name: staff, schema: {fields: [{name: id}, {name: desk, constraints: {unique: true}}]}}]"
    staff = "id,desk\nann,1\nbob,2\nann,3\nann,1\ncai,\ndan,\n"
    assert [
        'staff.csv:4:1: the id "ann" is taken (line 2) (give each row its own id)',
        'staff.csv:5:1: the id "ann" is taken (line 2) (give each row its own id)',
        'staff.csv:5:5: "1" in column "desk" is taken (line 2)',
    ] == told({"staff.csv": staff, "datapackage.yaml": declared})


def test_a_wrong_reference_names_what_it_refers_to() -> None:
    """A foreign key of the author to another column than `id`."""
    declared = yaml.safe_dump(
        {
            "resources": [
                {
                    "name": "staff",
                    "schema": {
                        "foreignKeys": [{"fields": "place", "reference": {"resource": "areas", "fields": "name"}}]
                    },
                }
            ]
        }
    )
    found = load({"staff.csv": "id,place\nann,The town\nbob,Town\n", "datapackage.yaml": declared})[1]
    assert ['no name "Town" in content/data/areas.csv'] == [problem.message for problem in found]
    assert [3] == [problem.span.line for problem in found]


def test_marks_for_nothing_are_empty_cells() -> None:
    """`missingValues` of the author are read as empty cells, in whatever table."""
    declared = "resources: [{name: staff, schema: {missingValues: ['', n/a], fields: [{name: id}, "
    declared += "{name: hours, type: integer}]}}]"
    dataset, problems = load({"staff.csv": "id,hours\nann,n/a\nbob,8\n", "datapackage.yaml": declared})
    assert [] == problems
    assert (("ann", ""), ("bob", "8")) == dataset.tables["staff"].rows


def test_very_many_mistakes_are_counted() -> None:
    """A thousand are told, and how many more there are; soon, whatever the size of the table."""
    rows = "".join(f"x{number},lo{number},town,2024,1,,,report\n" for number in range(20_000))
    begin = time.process_time()
    found = told({"observations.csv": TABLES["observations"] + rows})
    assert time.process_time() - begin < 5
    assert 1001 == len(found)
    assert "19000 more mistakes from here on" in found[-1]


# -- nothing raises


def _words(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from(text.split())


_KEYS = _words(
    "name path title titles description resources schema fields type format constraints required unique pattern enum "
    "minimum maximum minLength primaryKey foreignKeys uniqueKeys reference resource missingValues licenses dialect "
    "example groupChar decimalChar bareNumber trueValues categories jsonSchema arrayItem data"
)
_WORDS = st.just("") | _words(
    "id name areas staff observations value hours string number integer date boolean array object geojson any list "
    "[ (?i)a * n/a . %d default email 2024"
)
_LEAVES = st.none() | st.booleans() | st.integers(-9, 99) | st.floats() | st.dates() | _WORDS | st.text(max_size=4)
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS | _LEAVES, inner, max_size=4),
    max_leaves=12,
)
_FIELD = st.fixed_dictionaries(
    {"name": st.sampled_from(["id", "hours", "name", "value"])},
    optional={
        "type": _WORDS,
        "format": _WORDS,
        "constraints": st.dictionaries(_KEYS, _TREES, max_size=3) | _TREES,
        "missingValues": _TREES,
        "example": _TREES,
        "categories": _TREES,
        "groupChar": _TREES,
        "titles": _TREES,
    },
)
_SCHEMA = st.fixed_dictionaries(
    {"fields": st.lists(_FIELD | _TREES, max_size=3)},
    optional={
        "primaryKey": _TREES,
        "uniqueKeys": _TREES,
        "missingValues": _TREES,
        "foreignKeys": st.lists(
            st.fixed_dictionaries(
                {"fields": _WORDS | _TREES},
                optional={"reference": st.dictionaries(st.sampled_from(["resource", "fields"]), _WORDS | _TREES)},
            ),
            max_size=2,
        ),
    },
)
_RESOURCE = st.fixed_dictionaries(
    {"name": st.sampled_from([*CORE_TABLES, "staff"]) | _TREES},
    optional={"schema": _SCHEMA | _TREES, "path": _TREES, "titles": _TREES},
)
_DESCRIPTORS = st.fixed_dictionaries({"resources": st.lists(_RESOURCE, max_size=3)}) | _TREES
STAFF = "id,hours,name,value\nann,8,Ann,1\nbob,x,２,-\n"


@settings(quick, max_examples=150)
@given(_DESCRIPTORS)
def test_no_descriptor_raises(declared: object) -> None:
    """Whatever a descriptor holds, there are problems at worst, and what is published can be written as JSON."""
    dataset, problems = load({"staff.csv": STAFF, "datapackage.yaml": yaml.safe_dump(declared)})
    assert all(Path(problem.span.file).suffix in (".csv", ".yaml") for problem in problems)
    for table in dataset.tables.values():
        assert all(len(row) == len(table.columns) for row in table.rows)
    assert {"loans"} == set(dataset.observations) | dataset.left_out & {"loans"}


@pytest.mark.parametrize("text", ["a: !!int many", "a: !!timestamp x", "a: !!bool x", "!!set {a}", "a: &a [*a]", "- a"])
def test_no_tag_of_yaml_raises(text: str) -> None:
    """What YAML knows and JSON does not is a problem, or a text."""
    load({"datapackage.yaml": text})


_TABLE = st.sampled_from(sorted(CORE_TABLES)) | st.just("staff")
_LINES = st.lists(
    st.lists(
        st.sampled_from(["id", "name", "value", "area", "town", "2024", "1.424", "1,5", "", '"', 'a"b', "loans", "x;y"])
        | st.text(max_size=5),
        max_size=8,
    ).map(",".join),
    max_size=5,
).map("\n".join)


@settings(quick, max_examples=150)
@given(table=_TABLE, text=_LINES, header=st.booleans())
def test_no_table_raises(table: str, text: str, header: bool) -> None:
    """Whatever a table holds, there are problems at worst, and each names a place in its file."""
    head = TABLES.get(table, STAFF).split("\n")[0] + "\n" if header else ""
    files = {f"{table}.csv": (head + text).encode("utf-8", "replace")}
    _, problems = load(files)
    for problem in problems:
        if Path(problem.span.file).stem == table:
            assert problem.span.line <= (head + text).count("\n") + (head + text).count("\r") + 1


@pytest.mark.parametrize(
    ("delimiter", "cell", "value"),
    [(",", "-0", "0"), (",", "-0.00", "0.00"), (";", "-0,0", "0.0"), (",", "-0.01", "-0.01"), (";", "-1,5", "-1.5")],
)
def test_zero_has_no_sign(delimiter: str, cell: str, value: str) -> None:
    """In the page as in every download."""
    row = ["a", "budget", "town", "2024", cell, "report"]
    header = ["id", "indicator", "area", "period", "value", "source"]
    dataset, problems = load({"observations.csv": "\n".join(map(delimiter.join, (header, row)))})
    assert ([], value) == (problems, dataset.observations["a"].value)


@pytest.mark.parametrize(
    ("unit", "unit_type", "words", "kind", "problem"),
    [
        ("percent", "", "", "percent", ""),
        ("%", "percent", "", "percent", ""),
        ("percentage-point", "", "", "percentage-point", ""),
        ("percentage point", "percentage-point", "", "percentage-point", ""),
        ("pp", "", "", "percentage-point", ""),
        ("gap", "", "percentage point|percentage points", "percentage-point", ""),
        ("gap", "", "điểm phần trăm", "percentage-point", ""),
        ("share", "", "%", "percent", ""),
        ("index", "ratio", "points", "ratio", ""),
        ("book", "", "books", "count", ""),
        (
            "percentage point",
            "ratio",
            "",
            "",
            'the unit "percentage point" is no "ratio" (write "percentage-point", or',
        ),
        (
            "gap",
            "count",
            "percentage points",
            "",
            'the unit "percentage points" is no "count" (write "percentage-point"',
        ),
        ("percent", "ratio", "", "", 'the unit "percent" is no "ratio" (write "percent", or leave the cell empty)'),
        ("share", "ratio", "%", "", 'the unit "%" is no "ratio" (write "percent", or leave the cell empty)'),
        ("%", "percentage-point", "", "", 'the unit "%" is no "percentage-point" (write "percent", or leave'),
    ],
)
def test_percentages_and_points_are_known_by_their_words(
    unit: str, unit_type: str, words: str, kind: str, problem: str
) -> None:
    """2.5 percentage points as a ratio would be 250 of them, and as a percentage a share of something."""
    tables = {"indicators.csv": f"id,name,unit,unit_type,unit_en,unit_fr\nloans,L,{unit},{unit_type},{words},{words}\n"}
    if problem:
        assert [problem] == [message.partition(": ")[2][: len(problem)] for message in told(tables)]
    else:
        dataset, problems = load(tables)
        assert ([], kind) == (problems, dataset.indicators["loans"].unit_type)
