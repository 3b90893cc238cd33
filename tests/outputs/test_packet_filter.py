"""What packet filters open, worked out from ports and networks; what the rules do to packets is tried elsewhere."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from clusterdef.generators.openings import Opening, joined, openings

from clusterdef.languages import CannotSay
from clusterdef.model import Cluster, Node, Port
from clusterdef.problem import Refused
from clusterdef.service_names import SERVICE_NAMES
from tests.outputs.clusters import MGMT, PRIVATE, PUBLIC, cluster, interface, made, network, node

ALL = {"firewall.backend": "nftables"}
INNER = (ip_network("10.10.0.0/16"),)
SERVED = (ip_network("10.10.0.0/16"), ip_network("10.20.0.0/16"))
WEB = Port("web", "http", "tcp", ((80, 80),), INNER, "boot", "boot")
DHCP = Port("leases", "dhcp", "udp", ((67, 67), (4011, 4011)), SERVED, "dhcp", "dhcp")


def head(*ports: Port, device: str = "eno2", **parameters: Any) -> Node:
    places = (
        interface(PUBLIC, "head", "192.0.2.10", devices=("eno1",)),
        interface(PRIVATE, "head", "10.10.0.1", devices=(device,) if device else ()),
        interface(MGMT, "head", "10.20.0.254", devices=("eno3",)),
    )
    more = {key.replace("__", "."): value for key, value in parameters.items()}
    return node("head", *places, role="head", ports=ports, modules=("firewall",), parameters={**ALL, **more})


def worker(*ports: Port, **more: Any) -> Node:
    values: dict[str, Any] = {"modules": ("firewall",), "parameters": ALL, **more}
    return node("worker01", interface(PRIVATE, "worker01", "10.10.2.1"), ports=ports, **values)


def site(*nodes: Node) -> Cluster:
    return cluster((PUBLIC, PRIVATE, MGMT), nodes)


def rules(one: Node, *others: Node) -> list[str]:
    text = made(site(one, *others), "nftables")[f"firewall/{one.name}.nft"]
    return [line.strip() for line in text.splitlines() if " dport " in line and "fe80" not in line][1:]


def test_a_port_is_open_for_those_its_module_names_where_it_listens() -> None:
    assert rules(head(WEB)) == [
        'ip saddr 10.10.0.0/16 ip daddr 10.10.0.0/16 tcp dport 80 accept comment "web: http"',
    ]
    # A machine that is on such networks only needs no second condition.
    assert rules(worker(WEB)) == ['ip saddr 10.10.0.0/16 tcp dport 80 accept comment "web: http"']


def test_a_port_without_an_address_to_listen_on_is_not_open() -> None:
    outside = node("w", interface(PUBLIC, "w", "192.0.2.7"), ports=(WEB,), modules=("firewall",), parameters=ALL)
    assert rules(outside) == []


@pytest.mark.parametrize("scope", ["node", "admins", "cluster"])
def test_what_nobody_may_reach_is_not_open(scope: str) -> None:
    assert rules(worker(replace(WEB, scope=scope, sources=(), on="all"))) == []
    assert rules(worker(replace(WEB, on="loopback"))) == []


def test_sources_are_as_few_as_can_be_and_by_version() -> None:
    among = ("10.10.5.0/24", "10.10.0.0/16", "2001:db8::/48", "2001:db8:0:1::/64", "198.51.100.7/32")
    port = replace(WEB, sources=tuple(map(ip_network, among)), on="all")
    assert rules(worker(port)) == [
        'ip saddr { 10.10.0.0/16, 198.51.100.7 } tcp dport 80 accept comment "web: http"',
        'ip6 saddr 2001:db8::/48 tcp dport 80 accept comment "web: http"',
    ]


def test_everybody_is_no_condition() -> None:
    port = replace(WEB, scope="any", sources=(), on="all", numbers=((80, 80), (8000, 8010), (8005, 8020)))
    assert rules(worker(port)) == ['tcp dport { 80, 8000-8020 } accept comment "web: http"']
    assert joined(((80, 80), (81, 85), (90, 90))) == ((80, 85), (90, 90))


def test_questions_for_an_address_come_by_devices_that_are_served() -> None:
    assert rules(head(DHCP)) == [
        "ip saddr { 10.10.0.0/16, 10.20.0.0/16 } ip daddr { 10.10.0.0/16, 10.20.0.0/16 } "
        'udp dport { 67, 4011 } accept comment "leases: dhcp"',
        'iifname { "eno2", "eno3" } ip daddr 255.255.255.255 udp dport 67 accept comment "leases: dhcp"',
    ]
    # A device that nobody named: every one but those where somebody else answers.
    assert rules(head(DHCP, device=""))[1].startswith('iifname != "eno1" ip daddr 255.255.255.255 udp dport 67 ')


def test_everybody_is_also_who_has_no_address_yet() -> None:
    port = replace(DHCP, scope="any", sources=(), on="managed")
    assert [line for line in rules(head(port)) if "255.255.255.255" in line] == rules(head(DHCP))[1:]
    # Where it does not matter at which address, no second rule is needed.
    assert len(rules(head(replace(port, on="all")))) == 1


def test_questions_of_version_six_have_their_port() -> None:
    six = network("six", "2001:db8:66::/64", dhcp="managed", boot=True)
    port = replace(DHCP, numbers=((67, 67), (547, 547)), sources=(six.subnets[0].net,))
    one = node("w", interface(six, "w", "2001:db8:66::9", devices=("eno1",)), ports=(port,), modules=("firewall",))
    found = openings(one, cluster((six,), (one,)))
    assert [(row.numbers, row.targets, row.devices) for row in found][1:] == [
        (((547, 547),), (ip_network("ff02::1:2/128"),), ("eno1",))
    ]


EXTRA: Mapping[str, tuple[Mapping[str, Any], str | None]] = {
    "on every machine": ({"allow": 9100}, 'tcp dport 9100 accept comment "as the site asks for"'),
    "by node": ({"allow": "ssh", "to": "worker01"}, 'tcp dport 22 accept comment "as the site asks for"'),
    "by role": ({"allow": "5000-5010", "proto": "udp", "to": "worker", "comment": "x (y)"},
                'udp dport 5000-5010 accept comment "x (y)"'),
    "by an included role": ({"allow": "nfs", "to": "base"}, 'tcp dport 2049 accept comment "as the site asks for"'),
    "on another machine": ({"allow": 9100, "to": "head"}, None),
    "from one network": ({"allow": 1, "from": "2001:db8::/32"},
                         'ip6 saddr 2001:db8::/32 tcp dport 1 accept comment "as the site asks for"'),
}  # fmt: skip


@pytest.mark.parametrize("case", EXTRA)
def test_the_site_opens_more(case: str) -> None:
    row, wanted = EXTRA[case]
    found = rules(worker(parameters={**ALL, "firewall.extra": [row]}), head())
    assert found == ([wanted] if wanted else [])


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"allow": "sshh"}, "sshh"),
        ({"allow": "70000"}, "1 to 65535"),
        ({"allow": "20-10"}, "the smaller one first"),
        ({"allow": "ssh", "to": "haed"}, "no node of this site"),
    ],
)
def test_an_opening_that_means_nothing_is_told(row: Mapping[str, Any], words: str) -> None:
    one = worker(parameters={**ALL, "firewall.extra": [row]})
    with pytest.raises(CannotSay, match=words):
        openings(one, site(one))
    with pytest.raises(Refused):
        made(site(one), "nftables")


@pytest.mark.parametrize("name", SERVICE_NAMES)
def test_a_service_has_the_port_that_the_system_knows(name: str) -> None:
    assert SERVICE_NAMES[name] in {_port(name, protocol) for protocol in ("tcp", "udp")}


def _port(name: str, protocol: str) -> int | None:
    try:
        return socket.getservbyname(name, protocol)
    except OSError:
        return None


def test_what_is_not_managed_gets_no_file() -> None:
    none = worker(modules=("chrony",))
    assert made(site(none), "nftables") == {}
    assert made(site(head(), none), "nftables").keys() == {"firewall/head.nft"}


def test_a_gateway_that_translates_gets_its_own_tables_even_without_a_filter() -> None:
    routes = {"nat.inside": ["10.10.0.0/16", "fd00:10::/64", "2001:db8:10::/64"], "nat.masquerade": True}
    one = replace(head(), modules=("nat",), parameters=routes)
    files = made(site(one), "nftables")
    assert files.keys() == {"nat/head.nft"}
    # Addresses of version 6 that lead somewhere are passed on as they are.
    assert [line.strip() for line in files["nat/head.nft"].splitlines() if "masquerade" in line] == [
        "ip saddr 10.10.0.0/16 ip daddr != { 10.10.0.0/16, 224.0.0.0/4, 255.255.255.255 } masquerade",
        "ip6 saddr fd00:10::/64 ip6 daddr != { fd00:10::/64, ff00::/8 } masquerade",
    ]
    assert made(site(replace(one, parameters={**routes, "nat.masquerade": False})), "nftables") == {}


def test_machines_alike_share_their_openings() -> None:
    one = worker(WEB)
    other = replace(one, name="worker02")
    of = site(one, other)
    assert all(a is b for a, b in zip(openings(one, of), openings(other, of), strict=True))
    assert isinstance(openings(one, of)[0], Opening)
