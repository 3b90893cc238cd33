"""What packets do: the machines of the example with their generated rules, and everybody who might knock at them.

Each declared port of each kind of machine is tried from each of them and from outside. Who is let in is worked out here
from the definition alone, and whoever answers says which address he saw.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
import yaml

from clusterdef.generate import artifacts
from clusterdef.model import Cluster, Interface, Node, Port, way_out
from clusterdef.site import Site, load
from tests.conftest import find_program
from tests.golden.golden import EXAMPLE
from tests.outputs.system.firewalld import FIREWALLD, configured
from tests.outputs.system.knocks import Knock, knocks, listen
from tests.outputs.system.spaces import Lab, Space, lab

pytestmark = pytest.mark.xdist_group("packets")

MACHINES = ("head", "puppet", "ldap", "proxy", "nfs", "int1", "worker01", "worker02")
"""One of each kind, and a second worker for the first to knock at."""

ROUTER = {"public": "192.0.2.1/24", "far": "198.51.100.1/24", "home": "203.0.113.1/25", "abroad": "203.0.113.129/25"}
OUTSIDE = {
    "campus": ("public", "192.0.2.200/24", "192.0.2.1"),
    "desk": ("far", "198.51.100.5/24", "198.51.100.1"),
    "admin": ("home", "203.0.113.5/25", "203.0.113.1"),
    "stranger": ("abroad", "203.0.113.200/25", "203.0.113.129"),
    "controller": ("mgmt", "10.20.0.77/16", "10.20.0.254"),
}
"""Everybody else: his network, his address, his way out. The router of the campus knows ways to the inner networks,
so that what does not pass is stopped by rules alone."""

ADMINS = "203.0.113.0/25"
EVERYBODY = "255.255.255.255"
UNDECLARED = (("tcp", 12345), ("udp", 12345))

ICMP = {"icmp_ratelimit": 0, "icmp_msgs_per_sec": 1_000_000, "icmp_msgs_burst": 1_000_000}


@dataclass(frozen=True, slots=True)
class Tried:
    """The machines, and what they were given."""

    made: Lab
    cluster: Cluster
    files: Mapping[str, str]
    folder: Path

    def load(self, name: str, *paths: str) -> None:
        """Rules of a machine, and no others."""
        self.space(name).do("nft", "flush", "ruleset")
        for path in paths:
            self.space(name).do("nft", "-f", "-", given=self.files[path])

    def load_all(self) -> None:
        """What each machine has of nftables."""
        for name in MACHINES:
            self.load(name, *(path for path in (f"firewall/{name}.nft", f"nat/{name}.nft") if path in self.files))

    def start_firewalld(self, name: str) -> None:
        """What a machine has of firewalld, loaded by its own program."""
        configured(self.folder / name, name, self.files)
        self.space(name).do(*FIREWALLD, str(self.folder / name))

    def space(self, name: str) -> Space:
        return self.made.machines[name]

    def knocks(self, client: str, among: list[Knock]) -> dict[Knock, str | None]:
        """Which address each one that answered a knock had seen."""
        return knocks(self.made, client, among)


def doors(cluster: Cluster) -> list[tuple[str, int]]:
    """Every port that any of the machines declares, the ends of a range, and some that none does."""
    ports = [port for name in MACHINES for port in cluster.nodes[name].ports if port.on != "loopback"]
    declared = {(port.protocol, number) for port in ports for ends in port.numbers for number in ends}
    return [*sorted(declared), *UNDECLARED]


def addresses(cluster: Cluster) -> dict[str, list[str]]:
    """Everybody's addresses."""
    found = {name: [str(one) for one in _own(cluster.nodes[name]).values()] for name in MACHINES}
    return found | {name: [address.partition("/")[0]] for name, (_, address, _) in OUTSIDE.items()}


def _own(node: Node) -> dict[str, str]:
    return {interface.network.name: str(interface.address) for interface in node.interfaces}


# --- the machines


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    with tried(tmp_path_factory.mktemp("site")) as found:
        yield found


@pytest.fixture(scope="module")
def walled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    with tried(tmp_path_factory.mktemp("site"), {"firewall.backend": "firewalld"}) as found:
        for name in MACHINES:
            found.start_firewalld(name)
        found.space("head").do("nft", "-f", "-", given=found.files["nat/head.nft"])
        yield found


@contextmanager
def tried(folder: Path, more: Mapping[str, str] | None = None) -> Iterator[Tried]:
    """The example with administrators at home, and with these parameters."""
    find_program("nft")
    home = shutil.copytree(EXAMPLE.parent, folder / "site")
    site = yaml.safe_load(EXAMPLE.read_text("utf-8"))
    site["parameters"] |= {"firewall.admins": [ADMINS], **(more or {})}
    (home / "site.yaml").write_text(yaml.safe_dump(site, sort_keys=False), "utf-8")
    with machines(load(home / "site.yaml"), home) as found:
        yield found


@contextmanager
def machines(site: Site, folder: Path) -> Iterator[Tried]:
    """The machines, joined and listening, without rules."""
    assert site.cluster
    own = [generator for generator in site.generators if generator.name in ("nftables", "firewalld")]
    made_of = artifacts(site.cluster, own, site.render(), MACHINES)
    files = {one.path: one.content.decode() for one in made_of}
    with lab() as made:
        for name in MACHINES:
            _plug(made, site.cluster.nodes[name], site.cluster)
        _plug_outside(made)
        for space in made.machines.values():
            # A machine tells only a few a second that they are refused; here each is told at once.
            for key, value in ICMP.items():
                space.set(f"net.ipv4.{key}", value)
        for name in ("router", "head"):
            made.machines[name].set("net.ipv4.ip_forward", 1)
        found = Tried(made, site.cluster, files, folder)
        for name, own in addresses(site.cluster).items():
            _listen(found, name, own)
        yield found


def _plug(made: Lab, node: Node, cluster: Cluster) -> None:
    for number, interface in enumerate(node.interfaces):
        made.plug(node.name, interface.device or f"net{number}", interface.network.name, _with_prefix(interface))
    out = way_out(node, node.interfaces, cluster.gateways, 4)
    assert out
    made.machines[node.name].do("ip", "route", "add", "default", "via", str(out.gateway))


def _with_prefix(interface: Interface) -> str:
    assert interface.v4
    return f"{interface.v4.address}/{interface.v4.prefix}"


def _plug_outside(made: Lab) -> None:
    for name, (network, address, router) in OUTSIDE.items():
        made.plug(name, "eno1", network, address).do("ip", "route", "add", "default", "via", router)
    for network, address in ROUTER.items():
        made.plug("router", network, network, address)
    for name in ("router", "campus"):
        for inner in ("10.10.0.0/16", "10.20.0.0/16"):
            made.machines[name].do("ip", "route", "add", inner, "via", "192.0.2.10")


def _listen(found: Tried, name: str, own: list[str]) -> None:
    rows: list[Knock] = [(protocol, address, port) for address in own for protocol, port in doors(found.cluster)]
    if name == "head":
        rows.append(("udp", EVERYBODY, 67))
    listen(found.made, name, rows)


# --- who should be let in


def seen(cluster: Cluster, client: str, target: str, address: str) -> str | None:
    """Which address of the client arrives there, None where nothing of him does."""
    own = _mine(cluster, client)
    head = _own(cluster.nodes["head"])
    network = next((name for name, subnet in _subnets(cluster).items() if ip_address(address) in subnet), "outside")
    if network in own:
        return own[network]
    mine = own.get("public") or next(iter(own.values()))
    outside = "public" in own or client in ("desk", "admin", "stranger")
    if address in head.values() or (outside and network in ("public", "outside")) or client == "admin":
        return mine
    # What the gateway passes on besides: from the private network, to wherever no management controllers are.
    return head["public"] if "private" in own and not outside and network != "mgmt" else None


def _mine(cluster: Cluster, client: str) -> dict[str, str]:
    if client in OUTSIDE:
        return {OUTSIDE[client][0]: OUTSIDE[client][1].partition("/")[0]}
    return _own(cluster.nodes[client])


def _subnets(cluster: Cluster) -> dict[str, object]:
    return {network.name: network.subnets[0].net for network in cluster.networks.values()}


def let_in(cluster: Cluster, target: str, origin: str, knock: Knock) -> bool:
    """Whether a machine is to answer, by the definition."""
    if target in OUTSIDE or ip_address(origin) in ip_network(ADMINS):
        return True
    node = cluster.nodes[target]
    if any(_open(port, node, origin, knock) for port in node.ports):
        return True
    desk = ip_address(origin) in ip_network("198.51.100.0/24")
    return target == "head" and desk and (knock[0], knock[2]) == ("tcp", 22)


def _open(port: Port, node: Node, origin: str, knock: Knock) -> bool:
    protocol, address, number = knock
    network = next(one.network for one in node.interfaces if str(one.address) == address)
    served = network.dhcp != "none" or network.names == "managed"
    named = network.names == "managed"
    on = {"all": True, "managed": named, "boot": network.boot, "dhcp": served, "loopback": False}[port.on]
    who = port.scope == "any" or any(ip_address(origin) in net for net in port.sources)
    return on and who and protocol == port.protocol and any(a <= number <= b for a, b in port.numbers)


def wanted(cluster: Cluster, client: str) -> dict[Knock, str | None]:
    """What every door of every other machine should answer."""
    found: dict[Knock, str | None] = {}
    for target, own in addresses(cluster).items():
        for address in own if target != client else ():
            origin = seen(cluster, client, target, address)
            for protocol, port in doors(cluster):
                knock = (protocol, address, port)
                found[knock] = origin if origin and let_in(cluster, target, origin, knock) else None
    return found


# --- and who is


@pytest.mark.parametrize("client", [*MACHINES, *OUTSIDE])
def test_what_must_pass_passes_and_nothing_else(example: Tried, client: str) -> None:
    example.load_all()
    should = wanted(example.cluster, client)
    does = example.knocks(client, list(should))
    wrong = [f"{knock}: {does[knock]} instead of {should[knock]}" for knock in should if does[knock] != should[knock]]
    assert not wrong, "\n".join([f"{len(wrong)} of {len(should)}", *wrong[:20]])


@pytest.mark.parametrize("client", [*MACHINES, *OUTSIDE])
def test_firewalld_lets_the_same_pass(walled: Tried, client: str) -> None:
    assert not [path for path in walled.files if path.startswith("firewall/")]
    should = wanted(walled.cluster, client)
    if client == "admin":
        # firewalld passes nothing on whose answer takes another way, as that of a machine with a way out of its own.
        detours = {_own(node)["private"] for node in walled.cluster.nodes.values() if len(_own(node)) == 2}
        should = {knock: origin for knock, origin in should.items() if knock[1] not in detours}
    does = walled.knocks(client, list(should))
    wrong = [f"{knock}: {does[knock]} instead of {should[knock]}" for knock in should if does[knock] != should[knock]]
    assert not wrong, "\n".join([f"{len(wrong)} of {len(should)}", *wrong[:20]])


def test_the_table_has_something_of_everything(example: Tried) -> None:
    """Some of our machines' doors are open and some are not, from everywhere; to strangers but where users log in."""
    tables = {client: wanted(example.cluster, client) for client in (*MACHINES, *OUTSIDE)}
    opened = {
        client: [knock for knock, origin in table.items() if origin and _ours(knock)]
        for client, table in tables.items()
    }
    assert opened["stranger"] == [("tcp", "192.0.2.21", 22)]
    head = _own(example.cluster.nodes["head"]).values()
    assert opened["desk"] == [*(("tcp", address, 22) for address in head), ("tcp", "192.0.2.21", 22)]
    assert all(opened.values())
    assert {client for client, table in tables.items() if None in table.values()} == {*MACHINES, *OUTSIDE} - {"admin"}


def _ours(knock: Knock) -> bool:
    return knock[1] not in [address.partition("/")[0] for _, address, _ in OUTSIDE.values()]


def test_installation_files_are_on_the_boot_network_only(example: Tried) -> None:
    example.load_all()
    doors = [("tcp", "10.10.0.1", 80), ("tcp", "192.0.2.10", 80), ("tcp", "10.20.0.254", 80)]
    answers = {client: example.knocks(client, [*doors]) for client in ("worker01", "campus", "desk", "controller")}
    assert [*answers["worker01"].values()] == ["10.10.2.1", None, None]
    for client in ("campus", "desk", "controller"):
        assert set(answers[client].values()) == {None}, client


def test_who_has_no_address_is_heard_on_networks_that_are_served(example: Tried) -> None:
    example.load_all()
    asked: Knock = ("udp", EVERYBODY, 67)
    answers = {client: example.knocks(client, [asked])[asked] for client in ("worker01", "controller", "campus")}
    assert answers == {"worker01": "10.10.2.1", "controller": "10.20.0.77", "campus": None}


OUT: list[Knock] = [("tcp", "198.51.100.5", 12345), ("udp", "198.51.100.5", 12345)]


@pytest.mark.parametrize(
    ("loaded", "address"),
    [
        (("firewall/head.nft", "nat/head.nft"), "192.0.2.10"),
        (("nat/head.nft",), "192.0.2.10"),
        (("firewall/head.nft",), "10.10.2.1"),
    ],
    ids=["managed", "no packet filter of ours", "masquerade off"],
)
def test_the_way_out_has_the_address_of_the_gateway(example: Tried, loaded: tuple[str, ...], address: str) -> None:
    example.load_all()
    example.load("head", *loaded)
    assert [*example.knocks("worker01", OUT).values()] == [address, address]


def test_a_lie_about_an_address_is_not_heard(example: Tried) -> None:
    """A machine of the campus says that it is worker32: what it sends does not arrive, with or without an answer."""
    example.load_all()
    head, campus = example.space("head"), example.space("campus")
    counter = "table inet counts { chain c { type filter hook input priority 300; ip saddr 10.10.2.32 counter; }; }\n"
    head.do("nft", "-f", "-", given=counter)
    campus.do("ip", "addr", "add", "10.10.2.32/32", "dev", "lo")
    try:
        code = 'import socket; s = socket.socket(2, 2); s.bind(("10.10.2.32", 0)); s.sendto(b"?", ("10.10.0.1", 53))'
        campus.do(sys.executable, "-c", code)
        # Something honest behind it, so that it has had its time.
        assert example.knocks("campus", [("tcp", "192.0.2.10", 22)]) == {("tcp", "192.0.2.10", 22): "192.0.2.200"}
    finally:
        campus.do("ip", "addr", "del", "10.10.2.32/32", "dev", "lo")
    assert "counter packets 0 " in head.do("nft", "list", "table", "inet", "counts")
