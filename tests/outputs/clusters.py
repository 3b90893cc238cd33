"""Clusters made by hand, for the tests of what is generated. Nothing here asserts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import clusterdef
from clusterdef import virtual
from clusterdef.generate import artifacts
from clusterdef.generator import Generator, load
from clusterdef.model import (
    Admin,
    Bmc,
    Cluster,
    Disk,
    Endpoint,
    Floating,
    Hardware,
    Interface,
    Layout,
    Module,
    Network,
    Node,
    OperatingSystem,
    Parameter,
    Place,
    Placed,
    Pool,
    Repository,
    Role,
    Scripts,
    Subnet,
    Vm,
    Volume,
)
from clusterdef.render import Render, rooms

ROOT = Path(clusterdef.__file__).parents[1]
GIB = 1024**3
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE ada@example.org"


def network(name: str, *nets: str, gateway: str | None = None, pool: str | None = None, **more: Any) -> Network:
    """A network with one subnet for each of `nets`; gateway and pool belong to the first."""
    subnets = []
    for number, net in enumerate(nets):
        first, _, last = (pool or "").partition("-")
        subnets.append(
            Subnet(
                ip_network(net),
                ip_address(gateway) if gateway and number == 0 else None,
                pool=Pool(ip_address(first), ip_address(last)) if pool and number == 0 else None,
            )
        )
    return Network(name, tuple(subnets), **more)


def interface(on: Network, host: str, *addresses: str, **more: Any) -> Interface:
    """A host's place on a network."""
    placed = []
    for text in addresses:
        subnet = on.subnet_of(ip_address(text))
        assert subnet, f"{text} is not in {on.name}"
        placed.append(Placed(ip_address(text), subnet))
    return Interface(on, tuple(placed), f"{host}.{on.domain}" if on.domain else host, **more)


PLAIN = Layout(
    "plain",
    "partitions only",
    "plain",
    (
        Volume("/", 20 * GIB, True, None, "xfs", ()),
        Volume("swap", 4 * GIB, False, None, "xfs", ()),
    ),
)
LVM = Layout(
    "server",
    "logical volumes",
    "lvm",
    (
        Volume("/boot", GIB, False, None, "xfs", ()),
        Volume("/", 20 * GIB, False, None, "xfs", ()),
        Volume("/var", 20 * GIB, True, 100 * GIB, "xfs", ("nodev",)),
        Volume("/scratch", 10 * GIB, True, None, "ext4", ("nodev", "nosuid")),
        Volume("swap", 4 * GIB, False, None, "xfs", ()),
    ),
)
RAID = Layout(
    "raid1",
    "two disks",
    "raid1",
    (
        Volume("/", 20 * GIB, False, None, "xfs", ()),
        Volume("/scratch", 10 * GIB, True, None, "xfs", ()),
        Volume("swap", 4 * GIB, False, None, "xfs", ()),
    ),
)
EL9 = OperatingSystem("el9", "el", "9.6", "el9-dvd", (Repository("epel9", "https://mirror.example.org/epel/9/"),))

MODULES = {
    "chrony": Module(
        "chrony",
        "time",
        ("chrony",),
        (Parameter("chrony", "servers", "time servers", ("array",), ("chrony", "servers")),),
        ("chrony",),
        {},
        "built-in",
    ),
    "dnsmasq": Module("dnsmasq", "addresses and names", ("dnsmasq",), (), ("dnsmasq",), {}, "built-in"),
    "agent": Module("agent", "agent", ("agent",), (), ("openvox-agent",), {}, "built-in"),
    "motd": Module(
        "motd",
        "words",
        ("motd",),
        (
            Parameter("motd", "text", "words", ("string",), ("motd", "text")),
            Parameter("motd", "mood", "numbers", ("object",), ("motd", "mood")),
            Parameter("motd", "secret", "a secret", ("string",), ("motd", "secret"), secret=True),
            Parameter("motd", "inner", "internal", ("string",), None),
        ),
        (),
        {},
        "built-in",
    ),
}

SERVICES = {
    "install-files": (Endpoint("install-files", "head", "head.mytier3.internal", "10.10.0.1", 80, "http"),),
    "boot-files": (Endpoint("boot-files", "head", "head.mytier3.internal", "10.10.0.1", 69, "tftp"),),
    "configuration": (Endpoint("configuration", "puppet", "puppet.mytier3.internal", "10.10.0.2", 8140, "https"),),
    "time": (Endpoint("time", "head", "head.mytier3.internal", "10.10.0.1", 123),),
}


def node(name: str, *interfaces: Interface, role: str = "worker", **more: Any) -> Node:
    """A machine with sensible values everywhere."""
    primary = more.pop("primary", interfaces[-1] if interfaces else None)
    values: dict[str, Any] = {
        "name": name,
        "number": None,
        "roles": (role,),
        "all_roles": ("base", role),
        "groups": (),
        "modules": ("chrony", "agent", "motd"),
        "device": False,
        "install": "network",
        "os": EL9,
        "interfaces": interfaces,
        "primary": primary,
        "fqdn": primary.fqdn if primary else name,
        "aliases": (),
        "bmc": None,
        "vm": None,
        "hardware": Hardware(),
        "place": Place(),
        "disks": (),
        "layout": PLAIN,
        "keep": (),
        "kernel": (),
        "kernel_pin": None,
        "console": None,
        "firmware": "bios",
        "secure_boot": False,
        "boot_order": ("network", "disk"),
        "selinux": "enforcing",
        "packages": ("vim-enhanced",),
        "repos": (),
        "web_proxy": None,
        "mounts": (),
        "scripts": Scripts(),
        "parameters": {"chrony.servers": ["10.10.0.1"], "motd.text": "hello", "motd.secret": "motd.x"},
        "services": SERVICES,
        "ports": (),
        "provides": (),
    }
    return Node(**{**values, **more})


def cluster(networks: Iterable[Network], nodes: Iterable[Node], **more: Any) -> Cluster:
    """A cluster of these networks and nodes, with the roles that they have."""
    nodes = tuple(nodes)
    values: dict[str, Any] = {
        "name": "mytier3",
        "description": "",
        "contact": "",
        "timezone": "America/New_York",
        "language": "en_US.UTF-8",
        "keyboard": "us",
        "domain": "mytier3.internal",
        "tree": "/srv/clusterdef",
        "puppet": "push",
        "networks": {network.name: network for network in networks},
        "nodes": {node.name: node for node in nodes},
        "roles": {
            role: Role(role, f"works as {role}", (), (), role == "device", (), "", "built-in")
            for node in nodes
            for role in node.all_roles
        },
        "modules": MODULES,
        "admins": (Admin("ada", (KEY,)),),
        "floating": (),
        "secrets": (),
        "order": (),
    }
    return Cluster(**{**values, **more})


PUBLIC = network(
    "public",
    "192.0.2.0/24",
    gateway="192.0.2.1",
    domain="physics.example.edu",
    dns=(ip_address("192.0.2.53"),),
    ntp=("192.0.2.123",),
    names="external",
)
PRIVATE = network(
    "private",
    "10.10.0.0/16",
    gateway="10.10.0.1",
    pool="10.10.250.1-10.10.250.99",
    domain="mytier3.internal",
    dhcp="managed",
    boot=True,
    description="where machines are installed",
)
MGMT = network("mgmt", "10.20.0.0/16", domain="mgmt.mytier3.internal", dhcp="managed", kind="bmc")


def bmc(host: str, address: str, mac: str | None = None) -> Bmc:
    """A node's controller on the management network."""
    return Bmc(
        f"{host}-bmc", f"{host}-bmc.{MGMT.domain}", ip_address(address), MGMT, mac, "ipmi", "admin", "bmc.password"
    )


def small() -> Cluster:
    """A head, a virtual machine on it, two workers (one without a MAC address) and a switch."""
    head = node(
        "head",
        interface(PUBLIC, "head", "192.0.2.10", devices=("eno1",), macs=("02:00:5e:10:00:01",)),
        interface(PRIVATE, "head", "10.10.0.1", devices=("eno2",), macs=("02:00:5e:10:00:02",), bridge="br-private"),
        role="head",
        install="usb",
        provides=("dhcp", "dns", "boot-files", "install-files", "time", "hypervisor", "gateway"),
        bmc=bmc("head", "10.20.0.1", "02:00:5e:20:00:01"),
        layout=LVM,
        keep=("/scratch",),
        disks=(Disk("system", min=200 * GIB, type="ssd"), Disk("data", min=1000 * GIB, type="hdd")),
    )
    puppet = node(
        "puppet",
        interface(PRIVATE, "puppet", "10.10.0.2", macs=(virtual.mac("mytier3", "puppet", "private"),)),
        role="puppet",
        vm=Vm("head", 4 * GIB, 2, 60 * GIB, True),
        firmware="uefi",
        provides=("configuration",),
    )
    workers = [
        node(
            f"worker{number:02}",
            interface(PRIVATE, f"worker{number:02}", f"10.10.2.{number}", macs=macs),
            groups=("r410",),
            place=Place(rack="A1", unit=str(number)),
            console="ttyS1,115200",
            bmc=bmc(f"worker{number:02}", f"10.20.2.{number}"),
        )
        for number, macs in ((1, ("02:00:5e:10:02:01",)), (2, ()))
    ]
    switch = node(
        "switch1", interface(MGMT, "switch1", "10.20.9.1"), role="device", device=True, install="none", os=None
    )
    moving = Floating("service", PRIVATE, Placed(ip_address("10.10.0.9"), PRIVATE.subnets[0]), ("head",))
    return cluster((PUBLIC, PRIVATE, MGMT), (head, puppet, *workers, switch), floating=(moving,))


def shipped(*names: str) -> list[Generator]:
    """The generators that come with clusterdef, or those of these names, sorted."""
    found = []
    for file in sorted((ROOT / "generators").glob("*/generator.json")):
        room = file.parent
        if not names or room.name in names:
            found.append(load(room, json.loads(file.read_text()), "built-in", f"clusterdef.generators.{room.name}"))
    return found


def render(*names: str, site: Path | None = None) -> Render:
    """The environment with the shipped templates."""
    return Render(rooms(shipped(*names), site, [ROOT / "kickstart"]))


def made(of: Cluster, *names: str, site: Path | None = None) -> dict[str, str]:
    """What the generators of these names make of a cluster: text by path."""
    files = artifacts(of, shipped(*names), render(*names, site=site))
    return {artifact.path: artifact.content.decode() for artifact in files}
