"""Which machines are alike for Puppet: what is a machine's own does not tell it from others, everything else does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from clusterdef.compilation.kinds import kinds
from clusterdef.model import Hardware, Node, Place
from tests.outputs.clusters import small

FIRST = small().nodes["worker01"]


def machine(number: int, **more: Any) -> Node:
    """A worker like the others, by its number."""
    name = f"worker{number:02}"
    return replace(FIRST, name=name, fqdn=f"{name}.small.internal", aliases=(name,), **more)


def told(given: Mapping[str, Any], **parameters: Any) -> dict[str, Any]:
    return {"classes": {"chrony": given}, "parameters": parameters}


def of(*rows: tuple[Node, Mapping[str, Any]]) -> list[list[str]]:
    return kinds({node.name: (node, said) for node, said in rows})


def test_own_names_are_no_difference() -> None:
    rows = [
        (machine(n), told({"name": f"http://worker{n:02}.small.internal:80/"}, cd_node=f"worker{n:02}")) for n in (1, 2)
    ]
    assert of(*rows) == [["worker01", "worker02"]]


def test_a_list_in_which_a_machine_itself_stands_is_no_difference() -> None:
    everybody = ["worker01", "worker02", "worker03"]
    rows = [(machine(n), told({"peers": everybody})) for n in (1, 2, 3)]
    assert of(*rows) == [["worker01", "worker02", "worker03"]]


def test_the_rack_is_no_difference() -> None:
    rows = [(machine(n, place=Place(rack=f"R{n // 3}")), told({}, cd_rack=f"R{n // 3}")) for n in (1, 2, 3)]
    assert of(*rows) == [["worker01", "worker02", "worker03"]]


def test_a_group_that_says_nothing_is_no_difference() -> None:
    rows = {}
    for n, group in ((1, "row1"), (2, "row2"), (3, "gpu")):
        node = machine(n, groups=(group,))
        rows[node.name] = (node, told({}, cd_groups=[group]))
    assert kinds(rows, {"row1", "row2"}) == [["worker01", "worker02"], ["worker03"]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"slots": 1}, {"slots": 2}),
        ({"slots": 1}, {"slots": True}),
        ({"slots": 1}, {"slots": "1"}),
        ({"slots": 1}, {}),
        ({"peer": "worker01"}, {"peer": "worker03"}),
        ({"peers": ["worker01"]}, {"peers": ["worker01", "worker02"]}),
    ],
)
def test_any_other_value_is_a_difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> None:
    assert of((machine(1), told(one)), (machine(2), told(other))) == [["worker01"], ["worker02"]]


def test_another_class_group_environment_or_hardware_is_a_difference() -> None:
    usual = told({})
    others = [
        (machine(2), {"classes": {"ntp": {}}, "parameters": {}}),
        (machine(3), told({}, cd_groups=["new"])),
        (machine(4), {**usual, "environment": "testing"}),
        (machine(5, hardware=Hardware(cores=64)), usual),
    ]
    assert [len(one) for one in of((machine(1), usual), *others)] == [1] * 5
