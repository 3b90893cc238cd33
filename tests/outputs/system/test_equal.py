"""dnsmasq, and Kea with BIND, give the same machines the same addresses, names, boot files and answers; neither says a
word where others do that. Real servers, real clients, the very files that are generated."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from clusterdef.generators.names import managed

from clusterdef.model import Cluster, Endpoint, Floating, Module, Network, OperatingSystem, Placed, Pool, Subnet
from tests.outputs.clusters import MODULES, SERVICES, bmc, cluster, interface, made, network, node
from tests.outputs.system.cables import Cables, Space, cables


def pool(first: str, last: str) -> Pool:
    return Pool(ip_address(first), ip_address(last))


def subnet(net: str, gateway: str, relay: str | None, first: str, last: str) -> Subnet:
    return Subnet(ip_network(net), ip_address(gateway), ip_address(relay) if relay else None, pool(first, last))


LAN = Network(
    "lan",
    (
        subnet("10.30.0.0/24", "10.30.0.1", None, "10.30.0.200", "10.30.0.210"),
        subnet("2001:db8:30::/64", "2001:db8:30::1", None, "2001:db8:30::ff00", "2001:db8:30::ffff"),
    ),
    "lan.internal",
    dhcp="managed",
    boot=True,
    ntp=("10.30.0.7", "2001:db8:30::7"),
)
RACKS = Network(
    "racks",
    (
        subnet("10.40.1.0/24", "10.40.1.1", "10.40.1.2", "10.40.1.200", "10.40.1.210"),
        subnet("10.40.2.0/24", "10.40.2.1", "10.40.2.2", "10.40.2.200", "10.40.2.210"),
    ),
    "racks.lan.internal",
    dhcp="relay",
    boot=True,
    mtu=1400,
)
CAMPUS = network("campus", "192.0.2.0/24", gateway="192.0.2.1", domain="physics.example.edu", names="external")
DEBIAN = OperatingSystem("trixie", "debian", "13.1", "debian13")
KNOWN, BOND, STRANGE = "02:00:5e:00:00:05", ("02:00:5e:00:00:06", "02:00:5e:00:00:07"), "02:00:5e:00:00:99"
RACKED = "02:00:5e:00:00:15"
HTTP = {"lan": "10.30.0.9", "racks": "10.30.0.9"}


def site(tree: Path, *modules: str) -> Cluster:
    head = node(
        "head",
        interface(LAN, "head", "10.30.0.9", "2001:db8:30::9", devices=("lan0",)),
        interface(CAMPUS, "head", "192.0.2.10", devices=("campus0",)),
        provides=("dhcp", "dns", "boot-files", "install-files"),
        install="usb",
        os=DEBIAN,
    )
    head = replace(head, primary=head.interfaces[0], fqdn="head.lan.internal")
    files = {**SERVICES, "install-files": (Endpoint("install-files", "head", "head", "10.30.0.9", 80, "http"),)}
    places = {
        "w1": interface(LAN, "w1", "10.30.0.21", "2001:db8:30::21", macs=(KNOWN,), names=("www",)),
        "w2": interface(LAN, "w2", "10.30.0.22", macs=BOND),
        "w3": interface(LAN, "w3", "10.30.0.23"),
        "k1": interface(RACKS, "k1", "10.40.1.21", macs=(RACKED,)),
        "k2": interface(RACKS, "k2", "10.40.2.21"),
    }
    workers = [node(name, place, services=files, bmc=None) for name, place in places.items()]
    workers[0] = replace(
        workers[0],
        bmc=replace(bmc("w1", "10.20.0.9"), address=ip_address("10.30.0.121"), fqdn="w1-bmc.lan.internal", network=LAN),
    )
    moving = Floating("service", LAN, Placed(ip_address("10.30.0.8"), LAN.subnets[0]), ("head",))
    brought = {name: Module(name, name, (name,), (), (name,), {}, "built-in") for name in modules}
    kept = {name: module for name, module in MODULES.items() if name != "dnsmasq"}
    return cluster(
        (LAN, RACKS, CAMPUS), (head, *workers), floating=(moving,), tree=str(tree), modules={**kept, **brought}
    )


def dnsmasq(net: Cables, current: Path) -> None:
    options = ("-k", "--user=root", "--pid-file=", "--no-ping", "--log-facility=-", "--dhcp-leasefile=/run/leases")
    net.start(net.head, "started", "dnsmasq", "-C", str(current / "dnsmasq" / "clusterdef.conf"), *options)


def kea_bind(net: Cables, current: Path) -> None:
    net.start(net.head, "DHCP4_STARTED", "kea-dhcp4", "-c", str(current / "kea" / "kea-dhcp4.json"))
    net.start(net.head, "DHCP6_STARTED", "kea-dhcp6", "-c", str(current / "kea" / "kea-dhcp6.json"))
    net.start(net.head, "running", "named", "-g", "-u", "root", "-c", str(current / "bind" / "named.conf"))


KINDS = {"dnsmasq": (dnsmasq, ("dnsmasq",)), "kea-bind": (kea_bind, ("kea", "bind"))}
FIRMWARE = {
    "bios": "4:0",
    "uefi": "4:7",
    "uefi by its other number": "4:9",
    "uefi by http": "4:16",
    "ipxe on bios": "4:0:ipxe",
    "ipxe on uefi": "4:7:ipxe",
    "something else": "4:11",
    "uefi by ipv6": "6:7",
    "ipxe by ipv6": "6:7:ipxe",
}
CARDS = {"known": KNOWN, "bond": BOND[1], "unknown": STRANGE}
RACK_CARDS = {"known": RACKED, "unknown": STRANGE}


@dataclass
class Answers:
    """Everything that one kind of servers says."""

    firmware: dict[tuple[str, str, str], dict[str, str]] = field(default_factory=dict)
    leases: dict[tuple[str, str, int], dict[str, str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    heard: int = 0
    strange: int = -1


def wired(net: Cables) -> None:
    """Cables and addresses; the machine on the network is also the relay of the rack behind it."""
    net.join(net.head, "lan0", net.machine, "eno1")
    net.join(net.head, "campus0", net.stranger, "eno1")
    net.join(net.machine, "rack0", net.racked, "eno1")
    net.head.ip("addr", "add", "10.30.0.9/24", "dev", "lan0")
    net.head.ip("addr", "add", "2001:db8:30::9/64", "dev", "lan0", "nodad")
    net.head.ip("addr", "add", "192.0.2.10/24", "dev", "campus0")
    net.head.ip("route", "add", "10.40.1.0/24", "via", "10.30.0.77")
    net.machine.ip("addr", "add", "10.40.1.2/24", "dev", "rack0")
    relay = ("-k", "-C", "/dev/null", "--port=0", "--log-facility=-", "--pid-file=", "--user=root")
    net.start(net.machine, "started", "dnsmasq", *relay, "--dhcp-relay=10.40.1.2,10.30.0.9,eno1")


def collected(net: Cables, of: Cluster) -> Answers:
    """Ask everything; the stranger waits meanwhile."""
    found = Answers()
    words = net.stranger.words(sys.executable, "-m", "tests.outputs.system.stranger", "eno1", STRANGE)
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=net.environment) as stranger:
        for place, space, cards in (("lan", net.machine, CARDS), ("rack", net.racked, RACK_CARDS)):
            for card, mac in cards.items():
                ask(net, found, place, space, card, mac)
        questions = [f"{name} {kind}" for record in managed(of) for name in record.names for kind in ("A", "AAAA")]
        questions += [f"-x {record.address}" for record in managed(of)]
        found.names = net.asked(net.machine, "10.30.0.9", questions)
        found.strange = int(stranger.communicate(timeout=60)[0])
    counted: Any = json.loads(net.head.run("ip", "-j", "-s", "link", "show", "campus0"))
    found.heard = counted[0]["stats64"]["rx"]["packets"]
    return found


def ask(net: Cables, found: Answers, place: str, space: Space, card: str, mac: str) -> None:
    """Whatever a machine with that card may ask."""
    net.become(space, mac)
    if space is net.machine:
        space.ip("addr", "replace", "10.30.0.77/24", "dev", "eno1")
    questions = {name: one for name, one in FIRMWARE.items() if place == "lan" or one.startswith("4:")}
    for name, answer in zip(questions, net.firmware(space, mac, questions.values()), strict=True):
        found.firmware[place, card, name] = answer
    found.leases[place, card, 4] = net.lease4(space)
    if place == "lan" and card != "bond":
        found.leases[place, card, 6] = net.lease6(space)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Answers]]:
    found = {}
    for kind, (start, modules) in KINDS.items():
        folder = tmp_path_factory.mktemp(kind)
        of = site(folder / "tree", *modules)
        current = folder / "tree" / "current"
        (current / "tftp").mkdir(parents=True)
        for path, text in made(of, "dnsmasq", "kea", "bind").items():
            (current / path).parent.mkdir(parents=True, exist_ok=True)
            (current / path).write_text(text)
        with ExitStack() as after, cables(folder) as net:
            wired(net)
            start(net, current)
            found[kind] = collected(net, of)
            after.close()
    yield found


def both(answers: dict[str, Answers]) -> tuple[Answers, Answers]:
    return answers["dnsmasq"], answers["kea-bind"]


@pytest.mark.parametrize("name", FIRMWARE)
def test_the_same_boot_files(name: str, answers: dict[str, Answers]) -> None:
    one, other = both(answers)
    rows = [key for key in one.firmware if key[2] == name]
    assert rows
    for key in rows:
        assert told(one.firmware[key]) == told(other.firmware[key]), key


def told(answer: dict[str, str]) -> dict[str, str]:
    """What firmware goes by; without a file the server means nothing."""
    return {
        "file": answer["file"],
        **({key: answer.get(key, "") for key in ("server", "class")} if answer["file"] else {}),
    }


def test_the_files_are_those_that_each_firmware_reads(answers: dict[str, Answers]) -> None:
    for one in both(answers):
        files = {name: one.firmware["lan", "known", name]["file"] for name in FIRMWARE}
        assert files == {
            "bios": "lpxelinux.0",
            "uefi": "shimx64.efi",
            "uefi by its other number": "shimx64.efi",
            "uefi by http": "http://10.30.0.9/tftp/shimx64.efi",
            "ipxe on bios": "ipxe/boot.ipxe",
            "ipxe on uefi": "ipxe/boot.ipxe",
            "something else": "",
            "uefi by ipv6": "tftp://[2001:db8:30::9]/shimx64.efi",
            "ipxe by ipv6": "tftp://[2001:db8:30::9]/ipxe/boot.ipxe",
        }


def test_the_same_leases(answers: dict[str, Answers]) -> None:
    one, other = both(answers)
    assert one.leases.keys() == other.leases.keys()
    for key, lease in one.leases.items():
        assert settled(lease, key) == settled(other.leases[key], key), key
    assert one.leases["lan", "known", 4] == {
        "ip": "10.30.0.21",
        "subnet": "255.255.255.0",
        "hostname": "w1",
        "domain": "lan.internal",
        "dns": "10.30.0.9",
        "router": "10.30.0.1",
        "ntpsrv": "10.30.0.7",
        "mtu": "",
    }
    assert one.leases["lan", "bond", 4]["ip"] == "10.30.0.22"
    assert one.leases["rack", "known", 4]["mtu"] == "1400"


def settled(lease: dict[str, str], key: tuple[str, str, int]) -> dict[str, str]:
    """A lease; an address of the pool is as good as another."""
    pools = {("lan", 4): LAN.subnets[0].pool, ("lan", 6): LAN.subnets[1].pool, ("rack", 4): RACKS.subnets[0].pool}
    name = "ip" if key[2] == 4 else "new_ip6_address"
    own = pools[key[0], key[2]]
    assert own and lease, f"{key}: nothing was given"
    return {**lease, name: "one of the pool"} if ip_address(lease[name]) in own else lease


def test_the_same_names(answers: dict[str, Answers]) -> None:
    one, other = both(answers)
    full = {line for line in one.names if "." in line.split()[0].removesuffix(".")}
    assert full == other.names
    assert "w1.lan.internal. A 10.30.0.21" in full
    assert "w1.lan.internal. AAAA 2001:db8:30::21" in full
    assert "21.0.30.10.in-addr.arpa. PTR w1.lan.internal." in full
    assert "21.2.40.10.in-addr.arpa. PTR k2.racks.lan.internal." in full
    assert "www.lan.internal. A 10.30.0.21" in full


@pytest.mark.parametrize("kind", KINDS)
def test_on_a_network_of_others_nothing_is_answered(kind: str, answers: dict[str, Answers]) -> None:
    assert answers[kind].heard >= 3, "the questions did not arrive"
    assert answers[kind].strange == 0
