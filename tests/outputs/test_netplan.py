"""The interfaces of machines without kickstart, as netplan reads them and writes them on for systemd-networkd."""

from __future__ import annotations

import configparser
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clusterdef.model import Bond, Cluster, Interface, OperatingSystem
from clusterdef.site import load
from tests.golden.golden import cases
from tests.outputs.clusters import PRIVATE, PUBLIC, cluster, interface, made, network, node

DUAL = network("dual", "10.30.0.0/24", "2001:db8:30::/64", gateway="10.30.0.1", domain="dual.internal", boot=True)
JUMBO = network("jumbo", "10.40.0.0/24", domain="jumbo.internal", mtu=9000)
CAMPUS = network("campus", "198.51.100.0/24", dhcp="none")
MAC = ("02:00:5e:10:02:01",)
BOND: dict[str, Any] = {"devices": ("eno1", "eno2"), "bond": Bond("bond0", "802.3ad")}
SYSTEM = OperatingSystem("d12", "debian", "12", "d12")


class Networkd(dict[str, Mapping[str, Any]]):
    """What netplan has written: sections of files, by the file's name without what it always begins with."""


def told(root: Path, text: str) -> Networkd:
    """What netplan makes of a file; anything it complains of is raised."""
    file = root / "etc/netplan/50-clusterdef.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    file.chmod(0o600)
    done = subprocess.run(["netplan", "generate", "--root-dir", str(root)], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout + done.stderr) == (0, ""), text
    found = Networkd()
    for one in sorted((root / "run/systemd/network").glob("10-netplan-*")):
        parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        parser.read_string(one.read_text())
        found[one.name.removeprefix("10-netplan-")] = {
            f"{section}.{key}": value for section in parser.sections() for key, value in parser[section].items()
        }
    return found


def config(*interfaces: Interface, **more: Any) -> str:
    one = node("worker01", *interfaces, install="image", os=SYSTEM, **more)
    files = made(cluster((PRIVATE, PUBLIC), (one,)), "cloudinit")
    return "network:\n" + "".join(f"  {line}\n" for line in files["cloudinit/worker01/network-config"].splitlines())


def private(**more: Any) -> Interface:
    return interface(PRIVATE, "worker01", "10.10.2.1", **{"macs": MAC, **more})


def images(of: Cluster) -> Cluster:
    """The same machines, all from images."""
    nodes = {name: replace(one, install="image") if one.os else one for name, one in of.nodes.items()}
    return replace(of, nodes=nodes)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_netplan_takes_every_machine_of_every_case(case: Any, tmp_path: Path) -> None:
    found = load(case.site).cluster
    assert found
    texts = {text: path for path, text in made(images(found), "cloudinit").items() if path.endswith("/network-config")}
    for number, text in enumerate(list(texts)[:25]):
        told(tmp_path / str(number), "network:\n" + "".join(f"  {line}\n" for line in text.splitlines()))


def test_a_static_interface_by_mac_address(tmp_path: Path) -> None:
    (said,) = told(tmp_path, config(private())).values()
    assert said["Match.PermanentMACAddress"] == MAC[0]
    assert (said["Network.Address"], said["Route.Gateway"], said["Network.LinkLocalAddressing"]) == (
        "10.10.2.1/16",
        "10.10.0.1",
        "no",
    )


def test_both_versions_stand_on_one_interface(tmp_path: Path) -> None:
    text = config(interface(DUAL, "worker01", "10.30.0.5", "2001:db8:30::5", macs=MAC))
    assert "- 10.30.0.5/24\n" in text
    assert '- "2001:db8:30::5/64"\n' in text
    (said,) = told(tmp_path, text).values()
    assert said["Network.IPv6AcceptRA"] == "no"


def test_a_campus_that_gives_addresses_is_asked_and_leads_out_only_where_nobody_else_does(tmp_path: Path) -> None:
    campus = interface(CAMPUS, "worker01", dynamic=True, devices=("eno2",))
    alone = told(tmp_path / "a", config(campus))["eno2.network"]
    assert alone["Network.DHCP"] == "ipv4"
    assert "DHCP.UseRoutes" not in alone
    both = told(tmp_path / "b", config(private(devices=("eno1",)), campus))["eno2.network"]
    assert both["DHCP.UseRoutes"] == "false"


def test_a_bond_with_a_vlan_under_a_bridge(tmp_path: Path) -> None:
    said = told(tmp_path, config(private(**BOND, vlan=20, bridge="br0")))
    assert said["bond0.netdev"]["Bond.Mode"] == "802.3ad"
    assert said["eno1.network"]["Network.Bond"] == said["eno2.network"]["Network.Bond"] == "bond0"
    assert said["bond0.20.netdev"]["VLAN.Id"] == "20"
    assert said["bond0.20.network"]["Network.Bridge"] == "br0"
    assert said["br0.network"]["Network.Address"] == "10.10.2.1/16"
    assert "Network.Address" not in said["bond0.network"]
    assert said["bond0.network"]["Network.LinkLocalAddressing"] == "no"


def test_two_networks_on_one_bond(tmp_path: Path) -> None:
    public = interface(PUBLIC, "worker01", "192.0.2.30", **BOND, vlan=171)
    said = told(tmp_path, config(public, private(**BOND)))
    assert said["bond0.network"]["Network.Address"] == "10.10.2.1/16"
    assert said["bond0.171.network"]["Network.Address"] == "192.0.2.30/24"


def test_a_bridge_joins_all_its_devices_and_a_vlan_has_usual_packets_beside_large_ones(tmp_path: Path) -> None:
    large = interface(JUMBO, "worker01", "10.40.0.5", devices=("eno1", "eno2"), bridge="br0")
    said = told(tmp_path / "bridge", config(large))
    assert said["eno1.network"]["Network.Bridge"] == said["eno2.network"]["Network.Bridge"] == "br0"
    assert said["eno2.network"]["Link.MTUBytes"] == "9000"
    bonded = interface(JUMBO, "worker01", "10.40.0.5", **BOND)
    said = told(tmp_path / "vlan", config(bonded, private(**BOND, vlan=20)))
    assert (said["bond0.network"]["Link.MTUBytes"], said["bond0.20.network"]["Link.MTUBytes"]) == ("9000", "1500")


def test_the_only_interface_needs_no_name_but_one_of_two_does(tmp_path: Path) -> None:
    (said,) = told(tmp_path, config(private(macs=()))).values()
    assert said["Match.Name"] == "e*"
    text = config(private(macs=()), interface(PUBLIC, "worker01", "192.0.2.30", devices=("eno2",)))
    assert "# private: left out, as nobody said which device" in text
    assert "10.10.2.1" not in text
