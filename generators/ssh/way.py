"""The way to every machine from outside: directly, or through a machine of the cluster that is nearer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from clusterdef.generators.names import names_of
from clusterdef.generators.once import once

from clusterdef.model import Cluster, Interface, Network, Node

Ways = Mapping[str, Node | None]
"""For each network that can be reached, by name: the machine to go through, None where it needs none."""


@dataclass(frozen=True, slots=True)
class Host:
    """What somebody may type, the address to go to, and the machine to go through."""

    names: tuple[str, ...]
    address: str
    through: str | None


def hosts(cluster: Cluster) -> Iterator[Host]:
    """An entry for every interface and every controller that can be reached, in the site's order."""
    reached = ways(cluster)
    for node in cluster.nodes.values():
        yield from _interfaces(node, reached)
        if node.bmc and node.bmc.network and node.bmc.network.name in reached:
            names = (node.bmc.name, node.bmc.fqdn, str(node.bmc.address))
            yield Host(tuple(dict.fromkeys(names)), str(node.bmc.address), _through(node.bmc.network, reached))


def _interfaces(node: Node, reached: Ways) -> Iterator[Host]:
    best = _best(node, reached)
    own = (node.name, *node.aliases)
    # What is reached only through the machine itself is no other way to it: those names mean the best way.
    other = [one for one in node.interfaces if one is not best and reached.get(one.network.name, node) is not node]
    same = [one for one in node.interfaces if one not in other and one is not best]
    if best:
        names = dict.fromkeys((*own, *(name for one in (best, *same) for name in _words(node, one))))
        yield Host(tuple(names), str(best.address or best.fqdn), _through(best.network, reached))
    for one in other:
        names = dict.fromkeys(name for name in _words(node, one) if name not in own)
        yield Host(tuple(names), str(one.address or one.fqdn), _through(one.network, reached))


def _best(node: Node, reached: Ways) -> Interface | None:
    """The interface that a machine is reached by: directly before through another, the primary one before others."""
    ranked = [
        (reached[one.network.name] is not None, one is not node.primary, number, one)
        for number, one in enumerate(node.interfaces)
        if one.network.name in reached and reached[one.network.name] is not node
    ]
    return min(ranked, key=lambda item: item[:3])[3] if ranked else None


def _words(node: Node, interface: Interface) -> tuple[str, ...]:
    return (*names_of(node, interface), *(str(placed.address) for placed in interface.addresses))


def _through(network: Network, reached: Ways) -> str | None:
    through = reached[network.name]
    return through.name if through else None


@once
def ways(cluster: Cluster) -> Ways:
    """Networks with a router of somebody else's are open; the others are reached through the machines on both sides.

    Where no network has such a router, everybody who comes is inside already, and every network is open.
    """
    ours = cluster.gateways
    found: dict[str, Node | None] = {
        name: None
        for name, network in cluster.networks.items()
        if any(subnet.gateway and subnet.gateway not in ours for subnet in network.subnets)
    }
    if not found:
        return dict.fromkeys(cluster.networks)
    machines = [node for node in cluster.nodes.values() if not node.device and len(node.interfaces) > 1]
    while farther := _farther(machines, found):
        found.update(farther)
    return found


def _farther(machines: list[Node], found: Ways) -> dict[str, Node | None]:
    """Networks that are one machine farther: through their gateway when it is one of these, else the first of them."""
    near = [node for node in machines if any(one.network.name in found for one in node.interfaces)]
    next_ones: dict[str, Node | None] = {}
    for node in near:
        for one in node.interfaces:
            gateway = any(placed.subnet.gateway == placed.address for placed in one.addresses)
            if one.network.name not in found and (gateway or one.network.name not in next_ones):
                next_ones[one.network.name] = node
    return next_ones
