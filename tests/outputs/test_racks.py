"""Racks and switches: the same in a page, as text and as values, from above and by port."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest
from clusterdef.generators.places import by_number, cables
from hypothesis import given

from clusterdef.generate import artifacts
from clusterdef.model import Bond, Cluster, Place, Vm
from clusterdef.problem import Refused
from tests.outputs.clusters import PRIVATE, PUBLIC, bmc, cluster, interface, made, node, render, shipped
from tests.outputs.documents import page, records, said, table_rows
from tests.outputs.hostile import values


def racked() -> Cluster:
    """Two racks with a gap, a bond, a controller, a machine that stands nowhere, and one on it."""
    bonded = interface(PRIVATE, "n1", "10.10.2.1", devices=("eno1", "eno2"), macs=(), bond=Bond("bond0", "802.3ad"))
    place = Place(
        "A2", "10", "S1", (("private", "sw10", "2", ""), ("private", "sw9", "10", ""), ("bmc", "sw9", "2", "bmc"))
    )
    first = node("n1", bonded, place=place, bmc=bmc("n1", "10.20.2.1"))
    higher = node(
        "n2",
        interface(PUBLIC, "n2", "192.0.2.9", devices=("eno1",)),
        place=Place("A2", "21", "S2", (("public", "campus", "", ""),)),
    )
    other = node("n3", interface(PRIVATE, "n3", "10.10.2.3"), place=Place("A10", "U7"))
    guest = node("v1", interface(PRIVATE, "v1", "10.10.2.5"), vm=Vm("n1", 1, 1, 1, True))
    nowhere = node("n4", interface(PRIVATE, "n4", "10.10.2.4"))
    return cluster((PRIVATE, PUBLIC), (first, higher, other, guest, nowhere))


FILES = made(racked(), "racks", "runbook")


def test_values_have_a_row_for_each_machine_that_can_be_touched() -> None:
    assert records(FILES["racks/racks.csv"])[1:] == [
        ["A2", "10", "n1", "worker", "S1", "", "10.20.2.1", "private:eno1=sw10:2 private:eno2=sw9:10 mgmt:bmc=sw9:2"],
        ["A2", "21", "n2", "worker", "S2", "", "", "public:eno1=campus"],
        ["A10", "U7", "n3", "worker", "", "", "", ""],
        ["", "", "n4", "worker", "", "", "", ""],
    ]


EXPECTED = [
    ["21", "n2", "worker", "S2", "public eno1: campus"],
    ["20 to 11", "empty"],
    ["10", "n1", "worker", "S1", "private eno1: sw10:2, private eno2: sw9:10, mgmt bmc: sw9:2"],
    ["U7", "n3", "worker", "", ""],
    ["", "n2", "eno1", "public"],
    ["2", "n1", "bmc", "mgmt"],
    ["10", "n1", "eno2", "private"],
    ["2", "n1", "eno1", "private"],
]
"""Racks from above with what is empty, A2 before A10; then switches by port: campus, sw9, sw10."""


def test_text_shows_racks_from_above_and_switches_by_port() -> None:
    rows = [row for row in table_rows(FILES["racks/racks.md"]) if row[0] not in ("unit", "port")]
    assert [row[:2] if row[1] == "empty" else row for row in rows] == EXPECTED


def cells(row: Element) -> list[str]:
    return [", ".join(map(said, cell)) if cell.find("span") is not None else said(cell) for cell in row.iterfind("td")]


def test_the_page_shows_the_same() -> None:
    assert [cells(row) for row in page(FILES["racks/racks.html"]).iterfind(".//tbody/tr")] == EXPECTED


def test_who_stands_nowhere_is_told() -> None:
    for path in ("racks/racks.md", "racks/racks.html"):
        assert "not in the inventory: n4" in FILES[path]
        assert "virtual, on n1: v1" in FILES[path]


def test_a_device_is_only_named_when_it_is_known_which() -> None:
    one = interface(PRIVATE, "n1", "10.10.2.1", devices=("eno1", "eno2"))
    half = node("n1", one, place=Place("A1", "1", "", (("private", "sw1", "1", ""),)))
    assert [(cable.device, cable.end) for cable in cables(cluster((PRIVATE,), (half,)))["n1"]] == [("", "sw1:1")]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (("eno2", "eno1"), [("eno2", "sw1:1"), ("eno1", "sw2:1")]),
        (("eno2", ""), [("eno2", "sw1:1"), ("eno1", "sw2:1")]),
        (("", ""), [("eno1", "sw1:1"), ("eno2", "sw2:1")]),
    ],
)
def test_a_cable_belongs_to_the_device_in_its_row(said: tuple[str, str], expected: list[tuple[str, str]]) -> None:
    one = interface(PRIVATE, "n1", "10.10.2.1", devices=("eno1", "eno2"))
    ends = (("private", "sw1", "1", said[0]), ("private", "sw2", "1", said[1]))
    bonded = node("n1", one, place=Place("A1", "1", "", ends))
    assert [(cable.device, cable.end) for cable in cables(cluster((PRIVATE,), (bonded,)))["n1"]] == expected


def test_numbers_count() -> None:
    assert sorted(["A10", "A2", "a", "10", "9", "1/0/10", "1/0/9"], key=by_number) == [
        "1/0/9",
        "1/0/10",
        "9",
        "10",
        "A2",
        "A10",
        "a",
    ]


@given(values)
def test_whatever_the_inventory_says_is_read_back_or_refused(value: str) -> None:
    place = Place("A1", value, value, (("private", "s", value, ""),))
    one = cluster((PRIVATE,), (node("n1", interface(PRIVATE, "n1", "10.10.2.1", devices=("eno1",)), place=place),))
    told = ["n1", "worker", value, f"private eno1: s:{value}" if value else "private eno1: s"]
    for path, read in READERS.items():
        try:
            text = made_alone(one, path)
        except Refused:
            continue
        assert [value, *told] in read(text), path


def made_alone(one: Cluster, path: str) -> str:
    """One file of the room, so that what one language cannot say does not hide the others."""
    found = shipped("racks")[0]
    rows = tuple(row for row in found.outputs if row.path == path)
    (made,) = artifacts(one, [replace(found, outputs=rows)], RENDER)
    return made.content.decode()


RENDER = render("racks", "runbook")

READERS: dict[str, Callable[[str], list[list[str]]]] = {
    "racks/racks.md": table_rows,
    "racks/racks.html": lambda text: [cells(row) for row in page(text).iterfind(".//tbody/tr")],
    "racks/racks.csv": lambda text: [
        [unit, name, roles, serial, ends.replace("private:eno1=", "private eno1: ")]
        for _, unit, name, roles, serial, _, _, ends in records(text)
    ],
}
"""How each file is read, as rows of unit, machine, roles, serial number and cables."""
