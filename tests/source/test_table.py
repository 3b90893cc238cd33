"""CSV to rows that know their places, and what a person is told about a table that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from clusterdef.problem import Problem
from clusterdef.source import Limits, Row, parse_csv

Refuse = Callable[..., tuple[Problem, ...]]

INVENTORY = """\
# from the delivery note, "unit" counts from below
name, network,mac ,remark

worker01,private,52:54:00:00:00:01,"SSD, 240 GB"
 worker02 , private , 52:54:00:00:00:02
  # retired: worker03
worker04,"private" ,,"12"" disk"
,,,
"""


def test_rows() -> None:
    table = parse_csv(INVENTORY.encode(), "i.csv")
    assert (table.file, table.header) == ("i.csv", ("name", "network", "mac", "remark"))
    assert table.rows == (
        Row(4, {"name": "worker01", "network": "private", "mac": "52:54:00:00:00:01", "remark": "SSD, 240 GB"}),
        Row(5, {"name": "worker02", "network": "private", "mac": "52:54:00:00:00:02", "remark": ""}),
        Row(7, {"name": "worker04", "network": "private", "mac": "", "remark": '12" disk'}),
    )


@pytest.mark.parametrize(
    ("row", "column", "place", "token"),
    [
        (0, "name", "i.csv:4:1", "worker01"),
        (0, "remark", "i.csv:4:36", '"SSD, 240 GB"'),
        (1, "name", "i.csv:5:2", "worker02"),
        (1, "mac", "i.csv:5:23", "52:54:00:00:00:02"),
        (1, "remark", "i.csv:5:40", ""),
        (2, "network", "i.csv:7:10", '"private"'),
        (2, "mac", "i.csv:7:21", ","),
        (2, "remark", "i.csv:7:22", '"12"" disk"'),
        (0, "nope", "i.csv:4:1", 'worker01,private,52:54:00:00:00:01,"SSD, 240 GB"'),
    ],
)
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_mark(row: int, column: str, place: str, token: str, line_break: str) -> None:
    table = parse_csv(b"\xef\xbb\xbf" + INVENTORY.replace("\n", line_break).encode(), "i.csv")
    mark = table.mark(table.rows[row], column)
    assert (str(mark), mark.text[mark.column - 1 : mark.column - 1 + mark.width]) == (place, token)
    assert mark.text == INVENTORY.splitlines()[mark.line - 1]


def test_header_mark() -> None:
    table = parse_csv(INVENTORY.encode(), "i.csv")
    assert str(table.header_mark("network")) == "i.csv:2:7"
    assert table.header_mark("network").width == 7
    assert str(table.header_mark("nope")) == "i.csv:2:1"


def test_a_header_alone_is_a_table() -> None:
    table = parse_csv(b"name,mac\n", "i.csv")
    assert (table.header, table.rows) == (("name", "mac"), ())


def test_what_a_spreadsheet_leaves_behind() -> None:
    table = parse_csv(b"a,b,,\r\n1,2,,\r\n,,,\r\n3,,,\r\n", "i.csv")
    assert table.header == ("a", "b")
    assert table.rows == (Row(2, {"a": "1", "b": "2"}), Row(4, {"a": "3", "b": ""}))


def test_line_separators_inside_a_cell_are_text() -> None:
    (row,) = parse_csv("a,b\nx\u2028y,z\x85\n".encode(), "i.csv").rows
    assert row.values["a"] == "x\u2028y"


class Case(NamedTuple):
    """One broken text; `also` is the place of the other end."""

    text: str
    code: str
    place: str
    message: str
    also: str = ""


BROKEN = [
    Case("a;b\n1;2\n", "csv-separator", "1:1", "the columns are separated by semicolons, not by commas"),
    Case("a\tb\n1\t2\n", "csv-separator", "1:1", "the columns are separated by tabs, not by commas"),
    Case("a,,b\n", "csv-column-name", "1:3", "a column has no name"),
    Case("# x\na,b, a\n", "csv-column-twice", "2:6", "the column a is there twice", "2:1"),
    Case('a,"b\n', "csv-quote", "1:3", "the quote of this cell is not closed in its line"),
    Case('a,b\n1,"2\n3,4\n', "csv-quote", "2:3", "the quote of this cell is not closed in its line"),
    Case('a,b\n1,"2" x\n', "csv-quote", "2:3", "text after the closing quote of a cell"),
    Case('a,b\n1,12" disk\n', "csv-quote", "2:5", "a quote inside a cell that does not begin with one"),
    Case("a,b\n1,2, 3\n", "csv-cells", "2:6", "this row has more cells than the table has columns (2)"),
    Case("a\n" + "x" * 100_001 + "\n", "csv-too-long", "2:1", "this line has more than 100000 characters"),
    Case("", "file-empty", "1:1", "the file is empty"),
    Case("# only a comment\n\n", "file-empty", "1:1", "the file holds no definition"),
]


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: repr(case.text[:40]))
def test_one_problem(case: Case, refused: Refuse) -> None:
    (problem,) = refused(parse_csv, case.text.encode(), "f")
    assert (problem.code, problem.place, problem.message) == (case.code, f"f:{case.place}", case.message)
    assert [str(also.mark) for also in problem.also] == ([f"f:{case.also}"] if case.also else [])


def test_every_broken_row_is_told(refused: Refuse) -> None:
    problems = refused(parse_csv, b'a,b\n1,2,3\n"x,1\n4,5\n6,7,8,9\n', "f")
    assert [problem.place for problem in problems] == ["f:2:5", "f:3:1", "f:5:5"]
    problems = refused(parse_csv, b"a\n" + b"1,2\n" * 50, "f", Limits(problems=4))
    assert [problem.code for problem in problems] == ["csv-cells"] * 4 + ["too-many-problems"]


def test_every_broken_column_is_told(refused: Refuse) -> None:
    problems = refused(parse_csv, b"a,,a,b,b\n", "f")
    assert [problem.place for problem in problems] == ["f:1:3", "f:1:4", "f:1:8"]


def test_a_table_has_a_size(refused: Refuse) -> None:
    (problem,) = refused(parse_csv, b"a\n" * 12, "f", Limits(values=11))
    assert (problem.code, problem.place) == ("csv-too-long", "f")
