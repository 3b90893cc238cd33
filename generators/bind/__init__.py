"""BIND on the head: the names of the cluster as zones, forward and reverse, and whom it answers and asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clusterdef.generators.bind.zone import Zone, zones
from clusterdef.generators.servers import answering, servers, upstream

from clusterdef.model import Cluster

WORKING = {"el": "/var/named"}
"""Where named may write, by family of operating systems; each distribution brings a directory of its own."""

WORKING_ELSEWHERE = "/var/cache/bind"


def parts(cluster: Cluster) -> Iterable[tuple[str, Zone]]:
    """Every zone by its name."""
    return ((zone.name, zone) for zone in (zones(cluster) if "bind" in cluster.modules else ()))


def context_bind(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """Addresses it listens at, networks it answers, servers it asks, and its zones."""
    nodes = servers(cluster, "dns")
    places = list(answering(nodes))
    own = [placed.address for interface in places for placed in interface.addresses]
    family = next((node.os.family for node in nodes if node.os), "")
    return {
        "servers": nodes,
        "directory": WORKING.get(family, WORKING_ELSEWHERE),
        "own": {version: [address for address in own if address.version == version] for version in (4, 6)},
        "clients": [
            subnet.net
            for network in cluster.networks.values()
            if network.dhcp != "none" or network.names == "managed"
            for subnet in network.subnets
        ],
        "upstream": upstream(cluster, nodes),
        "zones": zones(cluster),
    }
