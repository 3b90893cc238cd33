"""Bridges over VLANs and the size of packets on an installed machine, as NetworkManager reads them.

The installer knows the ports of a bridge as hardware or bonds alone: a command for a bridge over a VLAN would leave it
without that port, and the machine without that network.
"""

from __future__ import annotations

import json
import subprocess
from configparser import ConfigParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from clusterdef.model import Bond, Interface
from tests.outputs.clusters import PRIVATE, PUBLIC, cluster, interface, made, network, node
from tests.outputs.installer import parsed, post

JUMBO = network("jumbo", "10.40.0.0/24", domain="jumbo.internal", mtu=9000)
BOND: dict[str, Any] = {"devices": ("eno1", "eno2"), "bond": Bond("bond0", "802.3ad")}
READER = Path(__file__).with_name("network_manager.py")


def files(folder: Path, *interfaces: Interface) -> Path:
    """The files that %post of such a machine writes, its lines run."""
    one = node("worker01", *interfaces)
    among = replace(cluster((PRIVATE, PUBLIC, JUMBO), ()), nodes={"worker01": one})
    script = post(parsed(made(among, "kickstart")["kickstart/worker01.cfg"], repeated=True))[1].script
    for name in ("system-connections", "conf.d"):
        (folder / name).mkdir()
    lines = [line for line in script.splitlines() if line.endswith((".nmconnection)", ".conf)"))]
    mine = "\n".join(lines).replace("/etc/NetworkManager", str(folder))
    subprocess.run(["sh", "-eu", "-c", mine], check=True, timeout=20)
    return folder


def connections(folder: Path) -> Any:
    """What the library understands of the connections, by name."""
    found = sorted((folder / "system-connections").iterdir())
    assert all(one.stat().st_mode & 0o777 == 0o600 for one in found), "it reads none that others may read"
    command = ["/usr/bin/python3", str(READER), *map(str, found)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_vlan_on_a_bond_is_the_port_of_its_bridge(tmp_path: Path) -> None:
    found = connections(files(tmp_path, interface(PUBLIC, "worker01", "192.0.2.30", vlan=171, bridge="br0", **BOND)))
    port, bridge = found["bond0.171"], found["br0"]
    assert (port["connection"]["type"], port["connection"]["interface-name"]) == ("vlan", "bond0.171")
    assert (port["connection"]["master"], port["connection"]["slave-type"]) == ("br0", "bridge")
    assert (port["vlan"]["parent"], port["vlan"]["id"]) == ("bond0", 171)
    assert (bridge["connection"]["type"], bridge["bridge"]["interface-name"], bridge["bridge"]["stp"]) == (
        "bridge",
        "br0",
        False,
    )
    assert bridge["ipv4"]["address-data"] == [{"address": "192.0.2.30", "prefix": 24}]
    assert bridge["ipv4"]["gateway"] == "192.0.2.1"
    assert bridge["ipv6"]["method"] == "disabled"


def test_one_without_a_known_name_is_found_by_its_address(tmp_path: Path) -> None:
    mac = "02:00:5e:10:02:01"
    found = connections(files(tmp_path, interface(JUMBO, "worker01", "10.40.0.5", vlan=20, bridge="br0", macs=(mac,))))
    port = found["vlan20"]
    assert (bytes(port["802-3-ethernet"]["mac-address"]), port["802-3-ethernet"]["mtu"]) == (
        bytes.fromhex(mac.replace(":", "")),
        9000,
    )
    assert found["br0"]["ipv4"]["never-default"]


def test_hardware_lets_through_what_stands_on_it(tmp_path: Path) -> None:
    bridged = interface(JUMBO, "worker01", "10.40.0.5", devices=("eno3",), bridge="br0")
    found = ConfigParser(interpolation=None)
    found.read(files(tmp_path, bridged) / "conf.d" / "clusterdef-mtu.conf")
    assert {name: dict(found[name]) for name in found.sections()} == {
        "connection-eno3": {"match-device": "interface-name:eno3", "ethernet.mtu": "9000"}
    }
