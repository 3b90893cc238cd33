"""/etc/ethers: names for the MAC addresses of the cluster, for waking machines and for reading captures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clusterdef.model import Cluster, Node


def context(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """MAC address and name, in the site's order."""
    return {"rows": [row for node in cluster.nodes.values() for row in _rows(node)]}


def _rows(node: Node) -> Iterator[tuple[str, str]]:
    for interface in node.interfaces:
        if interface.network.kind != "infiniband":  # whose addresses are longer than the file has room for
            yield from ((mac, interface.fqdn) for mac in interface.macs)
    if node.bmc and node.bmc.mac:
        yield node.bmc.mac, node.bmc.fqdn
    # An address is told by the first name it has, a name by the first address: the short one comes behind.
    woken = node.boot or node.primary
    if woken and woken.mac and node.name != woken.fqdn:
        yield woken.mac, node.name
