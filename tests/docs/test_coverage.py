"""The table of coverage is whole, and what it points at is there."""

from __future__ import annotations

import re

import pytest

from tests.house.package import ROOT

PAGE = ROOT / "docs" / "coverage.md"
ROW = re.compile(r"^\| ([A-Z])([0-9]{2}) \| ([^|]+) \| (done|part|not yet) \| ?(.*?) ?\|$", re.MULTILINE)
ROWS = [found.groups() for found in ROW.finditer(PAGE.read_text("utf-8"))]
SYSTEMS = {"T": 73, "L": 29, "C": 26, "D": 19, "N": 10}
"""How many rows each description has."""


def test_every_row_is_there_once() -> None:
    wanted = [(system, f"{number:02}") for system, last in SYSTEMS.items() for number in range(1, last + 1)]
    assert [(row[0], row[1]) for row in ROWS] == wanted


def test_what_is_shown_has_a_place_and_what_is_not_has_none() -> None:
    wrong = [row for row in ROWS if ("](" in row[4]) == (row[3] == "not yet")]
    assert wrong == []


@pytest.mark.parametrize("row", [pytest.param(row, id=row[0] + row[1]) for row in ROWS if "](../tests/" in row[4]])
def test_tests_that_it_names_exist(row: tuple[str, ...]) -> None:
    """A link to a file of tests, and behind a colon the names of those that are meant."""
    for file, names in re.findall(r"\]\(\.\./(tests/[^)]*\.py)\)(?:: ((?:`test_\w+`(?:, )?)+))?", row[4]):
        text = (ROOT / file).read_text("utf-8")
        assert [name for name in re.findall(r"`(\w+)`", names) if f"def {name}(" not in text] == []
