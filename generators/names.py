"""Which names stand for which addresses: the same list for hosts files, DNS and everything else that knows names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clusterdef.model import Address, Cluster, Interface, Network, Node


@dataclass(frozen=True, slots=True)
class Record:
    """An address and its names, the full one first. A machine's short name stands on its primary interface only."""

    address: Address
    names: tuple[str, ...]
    network: Network | None


def machines(cluster: Cluster) -> Iterator[Record]:
    """Records of the nodes' interfaces, in the site's order."""
    for node in cluster.nodes.values():
        for interface in node.interfaces:
            names = names_of(node, interface)
            for placed in interface.addresses:
                yield Record(placed.address, names, interface.network)


def controllers(cluster: Cluster) -> Iterator[Record]:
    """Records of the nodes' management controllers."""
    for node in cluster.nodes.values():
        if node.bmc:
            yield Record(node.bmc.address, _unique(node.bmc.fqdn, node.bmc.name), node.bmc.network)


def floating(cluster: Cluster) -> Iterator[Record]:
    """Records of addresses that move between nodes."""
    for address in cluster.floating:
        names = _unique(full_name(address.name, address.network), address.name)
        yield Record(address.address.address, names, address.network)


def managed(cluster: Cluster) -> Iterator[Record]:
    """All records of the networks whose names are ours."""
    for source in (machines, controllers, floating):
        yield from (record for record in source(cluster) if record.network and record.network.names == "managed")


def full_name(name: str, network: Network) -> str:
    """A short name with the network's domain behind it."""
    return f"{name}.{network.domain}" if network.domain else name


def names_of(node: Node, interface: Interface) -> tuple[str, ...]:
    """The full name, the short one on the primary interface, and the aliases with and without domain."""
    primary = interface is node.primary
    aliases = (*interface.names, *(node.aliases if primary else ()))
    full = [full_name(name, interface.network) if "." not in name else name for name in aliases]
    return _unique(interface.fqdn, *((node.name,) if primary else ()), *full, *aliases)


def _unique(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
