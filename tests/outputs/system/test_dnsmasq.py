"""The configuration of dnsmasq, read by dnsmasq."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from clusterdef.model import Address, Cluster, Network, Subnet
from tests.outputs.clusters import MGMT, PRIVATE, PUBLIC, cluster, interface, made, network, node, small


def conf(of: Cluster) -> str:
    return made(of, "dnsmasq")["dnsmasq/clusterdef.conf"]


def with_head(*networks: Network, **more: object) -> Cluster:
    """A head with the first address of every network but one, and a worker."""
    places = [interface(one, "head", str(_first(one)), devices=(f"eno{n}",)) for n, one in enumerate(networks, 1)]
    worker = [interface(one, "worker01", str(_first(one) + 4), macs=("02:00:5e:00:00:05",)) for one in networks]
    head = node("head", *places, provides=("dhcp", "dns", "boot-files", "time"))
    return cluster(networks, (head, node("worker01", *worker)))


def _first(one: Network) -> Address:
    return one.subnets[0].net.network_address + 9


DUAL = network(
    "dual", "10.30.0.0/24", "2001:db8:30::/64", gateway="10.30.0.1", domain="dual.internal", dhcp="managed", boot=True
)
SIX = network(
    "six",
    "2001:db8:66::/64",
    gateway="2001:db8:66::9",
    pool="2001:db8:66::100-2001:db8:66::1ff",
    domain="six.internal",
    dhcp="managed",
    boot=True,
)
RELAYED = Network(
    "racks",
    (
        Subnet(ip_network("10.40.1.0/24"), ip_address("10.40.1.1"), ip_address("10.40.1.2")),
        Subnet(ip_network("10.40.2.0/24"), ip_address("10.40.2.1"), ip_address("10.40.2.2")),
    ),
    "racks.internal",
    dhcp="relay",
    boot=True,
    mtu=9000,
)
PROXY = network("campus", "198.51.100.0/24", dhcp="proxy", names="external", boot=True)
CASES = {
    "small": small(),
    "dual": with_head(DUAL),
    "six": with_head(SIX),
    "racks": with_head(PRIVATE, RELAYED),
    "proxy": with_head(PROXY),
    "names only": with_head(replace(PRIVATE, dhcp="none")),
    "all": with_head(PUBLIC, PRIVATE, MGMT, DUAL, SIX, RELAYED, PROXY),
}


@pytest.mark.parametrize("name", CASES)
def test_dnsmasq_takes_it(name: str, program: Callable[[str], str], tmp_path: Path) -> None:
    file = tmp_path / "dnsmasq.conf"
    file.write_text(conf(CASES[name]))
    command = [program("dnsmasq"), "--test", f"--conf-file={file}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr + file.read_text()


def lines(of: Cluster, key: str) -> list[str]:
    return [line.partition("=")[2] for line in conf(of).splitlines() if line.startswith(f"{key}=")]


def test_where_others_run_dhcp_we_keep_silent() -> None:
    text = conf(CASES["all"])
    assert "192.0.2" not in "".join(line for line in text.splitlines() if line.startswith("dhcp-"))
    assert "no-dhcp-interface=eno1" in text.splitlines()
    assert "listen-address=192.0.2.9" not in text
    assert "dhcp-range" not in conf(CASES["names only"])


def test_machines_have_reservations_and_strangers_the_pool() -> None:
    assert lines(small(), "dhcp-range") == [
        "set:private,10.10.250.1,10.10.250.99,255.255.0.0,1h",
        "set:mgmt,10.20.0.0,static,255.255.0.0,infinite",
    ]
    assert "02:00:5e:10:02:01,10.10.2.1,worker01,infinite" in lines(small(), "dhcp-host")
    assert "02:00:5e:20:00:01,10.20.0.1,head-bmc,infinite" in lines(small(), "dhcp-host")
    assert not [line for line in lines(small(), "dhcp-host") if "192.0.2." in line or "worker02" in line]


def test_a_network_without_a_way_out_is_told_none() -> None:
    options = lines(small(), "dhcp-option")
    assert "tag:private,option:router,10.10.0.1" in options
    assert "tag:mgmt,option:router" in options


def test_each_firmware_gets_its_loader_where_machines_are_installed() -> None:
    assert lines(small(), "dhcp-boot") == [
        "tag:private,tag:ipxe,ipxe/boot.ipxe,,10.10.0.1",
        "tag:private,tag:bios,tag:!ipxe,lpxelinux.0,,10.10.0.1",
        "tag:private,tag:efi,tag:!ipxe,shimx64.efi,,10.10.0.1",
        "tag:private,tag:efihttp,tag:!ipxe,http://10.10.0.1/tftp/shimx64.efi,,10.10.0.1",
    ]
    assert "tag:six,tag:efi,tag:!ipxe,option6:bootfile-url,tftp://[2001:db8:66::9]/shimx64.efi" in lines(
        CASES["six"], "dhcp-option"
    )
    assert len(lines(CASES["proxy"], "pxe-service")) == 6
    assert not lines(CASES["proxy"], "dhcp-option")


def test_each_rack_has_its_own_gateway() -> None:
    options = lines(CASES["racks"], "dhcp-option")
    for number in (1, 2):
        assert f"tag:racks-{number},option:router,10.40.{number}.1" in options
        assert f"tag:racks-{number},option:mtu,9000" in options


def test_the_way_out_of_version_six_is_announced_by_who_is_it() -> None:
    assert "enable-ra" in conf(CASES["six"]).splitlines()
    assert "enable-ra" not in conf(CASES["dual"]).splitlines()


def test_names_are_those_of_networks_whose_names_are_ours() -> None:
    records = lines(small(), "host-record")
    assert "head.mytier3.internal,head,10.10.0.1" in records
    assert not [record for record in records if "192.0.2" in record]
    assert lines(small(), "server") == ["192.0.2.53"]
    assert lines(small(), "local") == ["/mgmt.mytier3.internal/", "/mytier3.internal/"]
