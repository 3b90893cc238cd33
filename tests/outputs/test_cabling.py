"""The wiring plan: what is in the picture, and that nothing lies on top of anything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import combinations
from xml.etree.ElementTree import Element, fromstring

import pytest

from clusterdef.model import Cluster, Place
from clusterdef.site import load
from tests.outputs.clusters import MGMT, PRIVATE, PUBLIC, ROOT, bmc, cluster, interface, made, node, small
from tests.outputs.hostile import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"


def example() -> Cluster:
    found = load(ROOT / "site-example" / "site.yaml").cluster
    assert found
    return found


def large() -> Cluster:
    """Twelve racks of forty machines, and a head."""
    nodes = [
        node(
            f"worker{number:03}",
            interface(
                PRIVATE, f"worker{number:03}", f"10.10.{2 + number // 250}.{1 + number % 250}", devices=("eno1",)
            ),
            bmc=bmc(f"worker{number:03}", f"10.20.{2 + number // 250}.{1 + number % 250}"),
            place=Place(
                f"R{number // 40 + 1}",
                str(number % 40 + 1),
                "",
                (("private", f"sw{number // 40}", str(number % 40), ""),),
            ),
        )
        for number in range(480)
    ]
    outside = interface(PUBLIC, "head", "192.0.2.10", devices=("eno1",))
    head = node("head", outside, interface(PRIVATE, "head", "10.10.0.1", devices=("eno2",)), role="head")
    return cluster((PUBLIC, PRIVATE, MGMT), (head, *nodes))


def many_kinds() -> Cluster:
    """More kinds of machines than fit beside each other, and nothing in the inventory."""
    wide = replace(PUBLIC, subnets=(*MGMT.subnets, *PUBLIC.subnets, *PRIVATE.subnets) * 2, vlan=4000)
    kinds = [
        node(f"n{number}", interface(PRIVATE, f"n{number}", f"10.10.2.{number}"), role=f"r{number}")
        for number in range(1, 15)
    ]
    return cluster((wide, PRIVATE), kinds)


SITES: dict[str, Callable[[], Cluster]] = {"example": example, "small": small, "large": large, "kinds": many_kinds}


@cache
def picture(name: str) -> Element:
    return fromstring(made(SITES[name](), "cabling")["cabling/cabling.svg"])


def places(read: Element) -> list[tuple[int, int, int, int]]:
    """Left, top, right and bottom of every box and panel."""
    found = []
    for group in read.iter(f"{SVG}g"):
        x, y = map(int, group.get("transform", "translate(0 0)")[10:-1].split())
        for box in group.findall(f"{SVG}rect"):
            left, top = x + int(box.get("x", 0)), y + int(box.get("y", 0))
            found.append((left, top, left + int(box.get("width", 0)), top + int(box.get("height", 0))))
    return found


@pytest.mark.parametrize("name", SITES)
def test_nothing_lies_on_anything_else_or_outside(name: str) -> None:
    read = picture(name)
    width, height = int(read.get("width", 0)), int(read.get("height", 0))
    found = places(read)
    assert len(found) > 2
    for left, top, right, bottom in found:
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
    for one, other in combinations(found, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@pytest.mark.parametrize("name", SITES)
def test_a_line_of_text_fits_into_its_panel(name: str) -> None:
    for group in picture(name).iter(f"{SVG}g"):
        box = group.find(f"{SVG}rect")
        for line in group.iter(f"{SVG}tspan"):
            assert box is not None
            assert 6.63 * len(line.text or "") + 8 <= int(box.get("width", 0))


@pytest.mark.parametrize("name", SITES)
def test_what_a_rail_is_stands_before_it(name: str) -> None:
    (begins,) = {line.get("x1") for line in picture(name).iter(f"{SVG}line") if line.get("stroke-width") == "4"}
    words = [text for text in picture(name).iter(f"{SVG}text") if text.get("font-size") == "9.5"]
    assert words
    for text in words:
        assert 20 + 5.75 * len(text.text or "") < int(begins or 0)


@pytest.mark.parametrize("name", SITES)
def test_every_wire_ends_on_the_rail_of_its_network(name: str) -> None:
    rails = {
        line.get("stroke"): set[str]() for line in picture(name).iter(f"{SVG}line") if line.get("stroke-width") == "4"
    }
    assert len(rails) == len(SITES[name]().networks)
    for line in picture(name).iter(f"{SVG}line"):
        if line.get("stroke-width") == "4":
            rails[line.get("stroke")].add(line.get("y1") or "")
    for circle in picture(name).iter(f"{SVG}circle"):
        assert circle.get("cy") in rails[circle.get("stroke")]


def test_outside_and_inside() -> None:
    """Head, login machines and file server have a foot on both sides, workers only inside."""
    wires = {}
    for group in picture("example").iter(f"{SVG}g"):
        texts = [text.text or "" for text in group.findall(f"{SVG}text")]
        if group.find(f"{SVG}rect") is not None and group.find(f"{SVG}circle") is not None:
            devices = [text.text for text in group.findall(f"{SVG}text") if text.get("class") == "halo"]
            wires[texts[len(devices)]] = devices
    assert wires == {
        "head": ["eno1", "eno2", "eno3", "bmc"],
        "nfs": ["eno1", "eno2", "bmc"],
        "int[1-2]": ["eno1", "eno2", "bmc"],
        "worker[01-32]": ["eno1", "bmc"],
        "switch[1-2]": ["mgmt0"],
    }


def test_every_cable_of_the_inventory_is_in_its_rack_and_at_its_switch() -> None:
    lines = [line.text or "" for line in picture("example").iter(f"{SVG}tspan")]
    found = example()
    for one in found.nodes.values():
        for _, switch, port, _ in one.place.cables:
            rack = [line for line in lines if line.split()[:2] == [one.place.unit, one.name]]
            assert [line for line in rack if f"> {switch}:{port}" in line], (one.name, switch, port)
            assert [line for line in lines if line.split()[:2] == [port, one.name]], (one.name, switch, port)


@pytest.mark.parametrize("value", [one for one in HOSTILE if len(one) < 60 and one.isprintable() and "@@" not in one])
def test_what_the_inventory_says_is_text(value: str) -> None:
    odd = node(
        "n1",
        interface(PRIVATE, "n1", "10.10.2.1"),
        place=Place(value or "A1", value, value, (("private", "s", value, ""),)),
    )
    read = fromstring(made(cluster((PRIVATE,), (odd,)), "cabling")["cabling/cabling.svg"])
    titles = [text.text for text in read.iter(f"{SVG}text")]
    assert f"rack {value or 'A1'}" in titles
    assert [line for line in read.iter(f"{SVG}tspan") if (line.text or "").startswith(value)]
