"""Each golden case about a shape still has that shape, and what makes the shape a shape is in its files."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

import pytest

from clusterdef.model import Cluster, Interface, Node
from clusterdef.problem import Severity
from clusterdef.verbs.check import check
from tests.golden.golden import HOME, Case

UNSUPPORTED = "module-os"
"""The warning that a module is not made for a system: no shape is about that."""


def interfaces(cluster: Cluster) -> list[Interface]:
    return [interface for node in cluster.nodes.values() for interface in node.interfaces]


def versions(cluster: Cluster) -> set[int]:
    networks = {subnet.version for network in cluster.networks.values() for subnet in network.subnets}
    return networks | {placed.version for interface in interfaces(cluster) for placed in interface.addresses}


def booting(cluster: Cluster) -> list[Node]:
    return [node for node in cluster.nodes.values() if node.install == "network" and node.boot]


def elsewhere(cluster: Cluster) -> bool:
    """A router that is none of the machines is everybody's way out, the head's too."""
    own = {placed.address for interface in interfaces(cluster) for placed in interface.addresses}
    ways = [node.way_out() for node in cluster.nodes.values()]
    return all(way and way.gateway not in own for way in ways)


def left_alone(cluster: Cluster) -> bool:
    return all(one.dhcp == "proxy" and one.names == "external" for one in cluster.networks.values())


def relayed(cluster: Cluster) -> bool:
    """Who gives addresses is on no network that machines are installed over."""
    boots = {node.boot.network.name for node in booting(cluster) if node.boot}
    return not any(node.on(name) for node in cluster.providers("dhcp") for name in boots)


SHAPES: dict[str, Callable[[Cluster], bool]] = {
    "v4-only": lambda one: versions(one) == {4} and not any(node.bmc for node in one.nodes.values()),
    "v6-only": lambda one: versions(one) == {6} and {node.firmware for node in one.nodes.values()} == {"uefi"},
    "dual-stack": lambda one: versions(one) == {4, 6},
    "uefi": lambda one: all(node.firmware == "uefi" and node.secure_boot for node in one.nodes.values()),
    "bond-vlan": lambda one: any(interface.bond and interface.vlan for interface in interfaces(one)),
    "virtual": lambda one: any(node.vm for node in one.nodes.values()) and any(two.bridge for two in interfaces(one)),
    "two-boots": lambda one: len({node.boot.network.name for node in booting(one) if node.boot}) == 2,
    "relayed": relayed,
    "gateway-elsewhere": elsewhere,
    "campus": left_alone,
    "dhcp-none": lambda one: {network.dhcp for network in one.networks.values()} == {"none"},
    "irregular": lambda one: "n03" in one.nodes and "n04" not in one.nodes and "n06" in one.nodes,
    "retrofit": lambda one: {node.install for node in one.nodes.values()} == {"existing"},
    "infiniband": lambda one: any(two.network.kind == "infiniband" and two.macs for two in interfaces(one)),
}


def resolved(name: str) -> Cluster:
    found = check(Case(HOME / name).site)
    assert found.cluster
    assert {problem.code for problem in found.problems if problem.severity > Severity.NOTE} <= {UNSUPPORTED}
    return found.cluster


@pytest.mark.parametrize("name", SHAPES)
def test_it_has_its_shape(name: str) -> None:
    assert SHAPES[name](resolved(name))


def test_dns_of_the_campus_is_left_alone() -> None:
    """On a site whose names are all the campus's, ours answers no question, and no file tells anybody to ask it."""
    found = resolved("campus")
    files = {path: text.decode() for path, text in Case(HOME / "campus").made().items()}
    assert "port=0" in files["dnsmasq/clusterdef.conf"].splitlines()
    head = found.nodes["head"].interfaces[0].address
    told = [text for path, text in files.items() if path.startswith("kickstart/") and f"--nameserver={head}" in text]
    assert told == []


def test_infiniband_is_told_by_its_name() -> None:
    """A part of its hardware address changes with every start, and no program has room for all of it."""
    files = {path: text.decode() for path, text in Case(HOME / "infiniband").made().items()}
    long = {mac for one in interfaces(resolved("infiniband")) for mac in one.macs if len(mac) > 17}
    assert len(long) == 4
    readers = ("kickstart/", "autoinstall/", "ethers/", "dnsmasq/", "tftp/")
    assert [path for path, text in files.items() if path.startswith(readers) and any(mac in text for mac in long)] == []
    assert "--device=ibp65s0 " in files["kickstart/w1.cfg"]
    assert "# ib: left out, as nobody said which device" in files["kickstart/w3.cfg"]


def test_six_alone_is_asked_by_every_installer() -> None:
    files = {path: text.decode() for path, text in Case(HOME / "v6-only").made().items()}
    menu = files["tftp/grub/menu.cfg"]
    starts = {line.split("--id ")[1].split()[0]: menu for line in menu.splitlines() if "--id install" in line}
    assert set(starts) == {"install-w1", "install-w2", "install-u1", "install-d1"}
    assert menu.count("ip=dhcp6") == 2 and menu.count("ip=off ip6=dhcp") == 1
    assert "ip=dhcp " not in menu
    assert ip_address("2001:db8:60::1").compressed in menu


def test_the_disk_first_where_it_is_wanted() -> None:
    files = {path: text.decode() for path, text in Case(HOME / "uefi").made().items()}
    assert "--leavebootorder" in files["kickstart/w1.cfg"]
    assert "--leavebootorder" not in files["kickstart/store.cfg"]


PLACES = {
    "el": "kickstart/el.cfg",
    "debian": "preseed/debian.",
    "ubuntu": "autoinstall/ubuntu/",
    "eli": "cloudinit/eli/",
    "debi": "cloudinit/debi/",
    "ubui": "cloudinit/ubui/",
}
"""Where the machines of the case `families` have their files: by every installer, and from images."""

SAID = {
    "language": ("de_DE.UTF-8",),
    "keyboard": ("keyboard --vckeymap=de", "xkb-keymap select de", "layout: de"),
    "time zone": ("Europe/Berlin",),
    "clock": ("10.10.0.3",),
    "kernel arguments": ("console=ttyS1,115200 nomodeset",),
    "kernel": ("kernel-5.14.0-570.el9_6", "linux-image-6.12.38+deb13-amd64", "linux-image-6.8.0-60-generic"),
    "no other kernel": ("exclude=kernel*", "apt-mark hold linux-image-6"),
    "repository": ("https://mirror.example.org/far/",),
    "its key": ("https://mirror.example.org/far/KEY",),
    "proxy": ("http://proxy.example.edu:3128",),
    "package of the role": ("tcpdump",),
    "what mounting needs": ("nfs-utils", "nfs-common"),
    "mount": ("mount_at 10.10.0.4:/export/home /home nfs ro,nofail,_netdev",),
    "script of the group": ('echo "group" >> /root/said',),
    "script of the machine": ('echo "own" >> /root/said',),
    "administrator": ("ada@example.org",),
}
"""What is said of each machine there, and how any of the installers may say it."""


@pytest.fixture(scope="module")
def families() -> dict[str, str]:
    """The text of all files of each machine."""
    made = {path: text.decode() for path, text in Case(HOME / "families").made().items()}
    return {
        name: "\n".join(text for path, text in made.items() if path.startswith(place)) for name, place in PLACES.items()
    }


@pytest.mark.parametrize("what", SAID)
def test_what_is_said_once_reaches_every_installer(families: dict[str, str], what: str) -> None:
    assert [name for name, text in families.items() if not any(said in text for said in SAID[what])] == []


def test_installers_run_what_comes_before(families: dict[str, str]) -> None:
    """Machines from images have no time before."""
    assert {name for name, text in families.items() if 'echo "before" >> /root/said' in text} == {
        "el",
        "debian",
        "ubuntu",
    }


def test_packages_of_our_own_come_without_a_proxy(families: dict[str, str]) -> None:
    apt = 'Acquire::http::Proxy::10.10.0.2 "DIRECT";'
    assert {name for name, text in families.items() if apt in text} == {"debian", "ubuntu", "debi", "ubui"}
    assert "proxy: _none_" in families["eli"]
    near = [line for line in families["el"].splitlines() if line.startswith("repo ") and "10.10.0.2" in line]
    assert near and not any("--proxy" in line for line in near)


BOOT_MANAGER = """#!/bin/sh
case "$*" in
  "") printf '%s\\n' 'BootCurrent: 0003' 'Timeout: 1 seconds' 'BootOrder: 0004,0001,0003' 'Boot0001* disk' ;;
  *) echo "$*" >> "$SAID" ;;
esac
"""


def test_the_network_stays_first_after_debian(families: dict[str, str], tmp_path: Path) -> None:
    """Its boot loader puts itself first; what the machine was started from goes back there, before the others."""
    script = families["debian"].partition("\n# The firmware goes on")[2].partition("\n# --- Its addresses")[0]
    efi = tmp_path / "efi"
    (efi / "efivars").mkdir(parents=True)
    (efi / "efivars" / "BootOrder-8be4df61-93ca-11d2-aa0d-00e098032b8c").touch()
    (tmp_path / "efibootmgr").write_text(BOOT_MANAGER.replace("\\\\n", "\\n"))
    (tmp_path / "efibootmgr").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "SAID": str(tmp_path / "said")}
    text = f"set -eu\n#{script}".replace("/sys/firmware/efi", str(efi))
    subprocess.run(["sh", "-c", text], env=environment, timeout=20, check=True)
    assert (tmp_path / "said").read_text() == "--quiet --bootorder 0003,0004,0001\n"


def test_the_disk_first_where_ubuntu_is_told_so() -> None:
    files = {path: text.decode() for path, text in Case(HOME / "families").made().items()}
    assert "reorder_uefi: false" in files["autoinstall/disk/user-data"]
    assert "reorder_uefi" not in files["autoinstall/ubuntu/user-data"]
