"""Addresses go by the number in a name; the network they stand in gives the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from clusterdef.resolve.series import series
from tests.resolve.sites import cluster

DEVICES = """\
networks: {net: {subnet: [10.0.0.0/16, "2001:db8::/64"], domain: mini.internal, gateway: gate}}
nodes:
  gate: {role: device, net: {net: [10.0.0.1, "2001:db8::1:1"]}}
"""


def addresses(folder: Path, text: str) -> dict[str, str]:
    """Node -> its addresses on `net`."""
    found = cluster(folder, DEVICES + text)
    return {name: " ".join(map(str, node.interfaces[0].addresses)) for name, node in found.nodes.items()}


@pytest.mark.parametrize(
    ("text", "number", "first", "address"),
    [
        ("10.10.2.1", 7, 1, "10.10.2.1"),
        ("10.10.2.1+", 7, 1, "10.10.2.7"),
        ("10.10.2.1+2", 7, 1, "10.10.2.13"),
        ("10.10.2.250+", 17, 1, "10.10.3.10"),
        ("10.10.2.100+", 33, 33, "10.10.2.100"),
        ("2001:db8::1+", 256, 1, "2001:db8::100"),
        ("10.10.2.1+", None, None, "10.10.2.1"),
    ],
)
def test_series(text: str, number: int | None, first: int | None, address: str) -> None:
    assert str(series(text).at(number, first)) == address


def test_a_series_ends_where_addresses_end() -> None:
    with pytest.raises(OverflowError):
        series("255.255.255.250+").at(20, 1)


def test_holes_and_retired_members_move_nobody(tmp_path: Path) -> None:
    before = addresses(tmp_path, "  w[01-05]: {role: device, net: {net: 10.0.2.1+}}\n")
    after = addresses(tmp_path, "  w[01-02,04-05]: {role: device, net: {net: 10.0.2.1+}, retired: w01}\n")
    assert after == {name: address for name, address in before.items() if name not in ("w01", "w03")}
    assert before["w05"] == "10.0.2.5"


def test_exceptions_replace_one_network_and_count_from_their_own_first_number(tmp_path: Path) -> None:
    found = addresses(
        tmp_path,
        "  w[01-06]: {role: device, net: {net: 10.0.2.1+}, except: {'w[04-05]': {net: {net: 10.0.9.1+}}}}\n",
    )
    assert (found["w03"], found["w04"], found["w05"], found["w06"]) == ("10.0.2.3", "10.0.9.1", "10.0.9.2", "10.0.2.6")


def test_both_ip_versions_go_by_the_same_number(tmp_path: Path) -> None:
    found = addresses(tmp_path, "  w[1-3]: {role: device, net: {net: [10.0.2.1+, '2001:db8::2:1+']}}\n")
    assert found["w3"] == "10.0.2.3 2001:db8::2:3"


def test_a_gateway_that_is_a_node_gives_its_address_of_each_version(tmp_path: Path) -> None:
    found = cluster(tmp_path, DEVICES + "  w1: {role: device, net: {net: [10.0.2.1, '2001:db8::2:1']}}\n")
    assert [str(placed.gateway) for placed in found.nodes["w1"].interfaces[0].addresses] == [
        "10.0.0.1",
        "2001:db8::1:1",
    ]
    assert [placed.gateway for placed in found.nodes["gate"].interfaces[0].addresses] == [None, None]


def test_each_rack_has_its_own_gateway(tmp_path: Path) -> None:
    found = cluster(
        tmp_path,
        """\
networks:
  racks:
    subnets:
      - {subnet: 10.1.0.0/24, gateway: 10.1.0.254, relay: 10.1.0.253}
      - {subnet: 10.2.0.0/24, gateway: 10.2.0.254, pool: 10.2.0.200-10.2.0.220}
nodes:
  a: {role: device, net: {racks: 10.1.0.7}}
  b: {role: device, net: {racks: 10.2.0.7}}
""",
    )
    ways = {name: str(node.interfaces[0].addresses[0].gateway) for name, node in found.nodes.items()}
    assert ways == {"a": "10.1.0.254", "b": "10.2.0.254"}
    assert found.nodes["a"].fqdn == "a"


def test_a_bmc_takes_the_management_network_its_address_is_in(tmp_path: Path) -> None:
    found = cluster(
        tmp_path,
        """\
networks:
  net: {subnet: 10.0.0.0/8}
  mgmt: {subnet: 10.20.0.0/16, kind: bmc, within: net, domain: mgmt.internal}
nodes: {"w[1-2]": {role: device, net: {net: 10.0.0.1+}, bmc: {address: 10.20.0.1+, driver: redfish}}}
""",
    )
    bmc = found.nodes["w2"].bmc
    assert bmc
    assert (str(bmc.address), bmc.fqdn, bmc.driver, bmc.password) == (
        "10.20.0.2",
        "w2-bmc.mgmt.internal",
        "redfish",
        "bmc.password",
    )


def test_a_retired_machine_may_stay_in_the_inventory(tmp_path: Path) -> None:
    (tmp_path / "inventory.csv").write_text(
        "name,network,mac\nw2,net,02:00:5e:00:00:02\nw1,net,02:00:5e:00:00:01\n", "utf-8"
    )
    text = DEVICES + "  w[1-2]: {role: device, net: {net: 10.0.2.1+}, retired: w1}\ninventory: inventory.csv\n"
    found = cluster(tmp_path, text)
    assert found.nodes["w2"].interfaces[0].macs == ("02:00:5e:00:00:02",)
    assert "w1" not in found.nodes
