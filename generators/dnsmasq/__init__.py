"""dnsmasq on the head: who gets which address, which boot file and which name, and where it keeps silent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clusterdef.generators.dnsmasq.reservation import reservations
from clusterdef.generators.dnsmasq.segment import Segment, segments
from clusterdef.generators.names import Record, controllers, floating, machines

from clusterdef.model import Address, Cluster, Network, Node


def context(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """Everything the configuration says, section by section."""
    servers = _servers(cluster)
    parts = list(segments(cluster, servers))
    return {
        "servers": servers,
        "listen": list(_listen(cluster, servers)),
        "silent": sorted(set(_silent(servers))),
        "segments": parts,
        "boot_segments": [part for part in parts if part.boot_server],
        "reservations": reservations(cluster, {part.network.name for part in parts if not part.proxy}),
        "domains": sorted({network.domain for network in _named(cluster) if network.domain}),
        "records": list(_records(cluster)),
        "upstream": list(_upstream(cluster, servers)),
        "announce": any(_announced(part, servers) for part in parts),
    }


def _servers(cluster: Cluster) -> list[Node]:
    """The nodes that read this file: who provides DHCP or DNS."""
    return [node for node in cluster.nodes.values() if {"dhcp", "dns"} & set(node.provides)]


def _listen(cluster: Cluster, servers: list[Node]) -> Iterator[Address]:
    """The servers' addresses on networks where names or addresses are ours to give."""
    for server in servers:
        for interface in server.interfaces:
            if interface.network.dhcp != "none" or interface.network.names == "managed":
                yield from (placed.address for placed in interface.addresses)


def _silent(servers: list[Node]) -> Iterator[str]:
    """Devices of the servers on networks where somebody else runs DHCP."""
    for server in servers:
        for interface in server.interfaces:
            if interface.network.dhcp == "none" and interface.device:
                yield interface.device


def _named(cluster: Cluster) -> list[Network]:
    return [network for network in cluster.networks.values() if network.names == "managed"]


def _records(cluster: Cluster) -> Iterator[Record]:
    """Names of the networks whose names are ours."""
    for source in (machines, controllers, floating):
        yield from (record for record in source(cluster) if record.network and record.network.names == "managed")


def _upstream(cluster: Cluster, servers: list[Node]) -> Iterator[Address]:
    """Name servers of others, each once; our own are not asked by themselves."""
    own = {placed.address for server in servers for interface in server.interfaces for placed in interface.addresses}
    found = dict.fromkeys(address for network in cluster.networks.values() for address in network.dns)
    return (address for address in found if address not in own)


def _announced(part: Segment, servers: list[Node]) -> bool:
    """Whether a server is the gateway of an IPv6 subnet and must say so: DHCPv6 itself carries no way out."""
    own = {placed.address for server in servers for interface in server.interfaces for placed in interface.addresses}
    return part.subnet.version == 6 and part.subnet.gateway in own
