"""Which machines answer DHCP and DNS, at which addresses and devices, and whom they ask for the rest of the world."""

from __future__ import annotations

from collections.abc import Iterator

from clusterdef.model import Address, Cluster, Interface, Network, Node


def servers(cluster: Cluster, *services: str) -> list[Node]:
    """The nodes that provide any of the services, in the site's order."""
    return [node for node in cluster.nodes.values() if not set(services).isdisjoint(node.provides)]


def answering(nodes: list[Node]) -> Iterator[Interface]:
    """The servers' places on networks where names or addresses are ours to give."""
    for interface in _places(nodes):
        if interface.network.dhcp != "none" or interface.network.names == "managed":
            yield interface


def silent(nodes: list[Node]) -> list[str]:
    """Devices of the servers on networks where somebody else runs DHCP, sorted."""
    found = (interface.device for interface in _places(nodes) if interface.network.dhcp == "none")
    return sorted({device for device in found if device})


def own_addresses(nodes: list[Node]) -> set[Address]:
    """Every address of the servers."""
    return {placed.address for interface in _places(nodes) for placed in interface.addresses}


def upstream(cluster: Cluster, nodes: list[Node]) -> list[Address]:
    """Name servers of others, each once; our own are not asked by themselves."""
    own = own_addresses(nodes)
    found = dict.fromkeys(address for network in cluster.networks.values() for address in network.dns)
    return [address for address in found if address not in own]


def address_on(nodes: list[Node], network: Network, version: int) -> Address | None:
    """The first server's address on the network; where none is on it (a relay stands between), its primary one."""
    placed = [interface for node in nodes if (interface := node.on(network.name))]
    primary = [node.primary for node in nodes if node.primary]
    for interface in (*placed, *primary):
        found = interface.v4 if version == 4 else interface.v6
        if found:
            return found.address
    return None


def _places(nodes: list[Node]) -> Iterator[Interface]:
    return (interface for node in nodes for interface in node.interfaces)
