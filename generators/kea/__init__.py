"""Kea on the head: the addresses, names and boot files that dnsmasq gives, given by Kea, for IPv4 and IPv6."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clusterdef.generators.kea.served import hosts, served
from clusterdef.generators.kea.words import clocks, options, span
from clusterdef.generators.reservation import reservations
from clusterdef.generators.segment import LEASE, Segment, segments
from clusterdef.generators.servers import answering, servers

from clusterdef.languages import CannotSay
from clusterdef.model import Cluster, Interface, Node

Links = Mapping[str, Sequence[Segment]]
"""Devices with the subnets that are announced there."""

FOR_GOOD = 0xFFFFFFFF
"""A lease without an end (RFC 2131, 3.3; RFC 8415, 7.7)."""


def parts(cluster: Cluster) -> Iterator[tuple[str, Links]]:
    """One part where a server of ours is the way out for IPv6, which DHCPv6 cannot tell: what it announces."""
    nodes = servers(cluster, "dhcp") if "kea" in cluster.modules else []
    links: dict[str, list[Segment]] = {}
    for part in segments(cluster, nodes):
        if part.announced:
            links.setdefault(_device(nodes, part), []).append(part)
    if links:
        yield "announced", links


def context_kea_dhcp4(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """What the server for IPv4 is told."""
    return _context(cluster, 4)


def context_kea_dhcp6(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """What the server for IPv6 is told."""
    return _context(cluster, 6)


def _context(cluster: Cluster, version: int) -> Mapping[str, Any]:
    nodes = servers(cluster, "dhcp")
    parts = [part for part in segments(cluster, nodes) if part.version == version and _possible(part)]
    known = hosts(reservations(cluster, {part.network.name for part in parts}))
    subnets = [served(part, _device(nodes, part), known.get(part.subnet, ())) for part in parts]
    return {
        "servers": nodes,
        "devices": list(_devices(nodes, version)),
        "loaders": list(dict.fromkeys(loader for one in subnets for loader in one.loaders)),
        "subnets": subnets,
        "options": options,
        "span": span,
        "clocks": clocks,
        "lease": LEASE,
        "for_good": FOR_GOOD,
    }


def _possible(part: Segment) -> bool:
    if part.proxy:
        raise CannotSay(part.network.name, "kea", "it has no dhcp: proxy; dnsmasq has (names_by: dnsmasq)")
    return True


def _devices(nodes: list[Node], version: int) -> Iterator[str]:
    """Where it listens: what others are asked on other devices, it does not even hear."""
    found = dict.fromkeys(
        _known(one)
        for one in answering(nodes)
        if one.network.dhcp != "none" and any(placed.version == version for placed in one.addresses)
    )
    return iter(found)


def _device(nodes: list[Node], part: Segment) -> str:
    """The device that leads to a subnet; empty where a relay stands between."""
    found = (interface for node in nodes if (interface := node.on(part.network.name)))
    own = next((one for one in found if any(placed.subnet is part.subnet for placed in one.addresses)), None)
    return _known(own) if own else ""


def _known(interface: Interface) -> str:
    if not interface.device:
        raise CannotSay(interface.fqdn, "kea", f"nobody said which device leads to network {interface.network.name}")
    return interface.device
